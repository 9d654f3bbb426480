// Starts the editor with what the server put into the page; `?query=` and `?variables=` of the address come first.
"use strict";

const start = JSON.parse(document.getElementById("start").textContent);
const address = new URLSearchParams(window.location.search);

// The shop's own visitor, where this browser has been in the shop: the editor then sees what the shop sees.
function withVisitor(variables) {
  if (!("session" in variables)) return variables;
  const known = Cookies.get("endcap_session");
  return known ? { ...variables, session: known } : variables;
}

function remember(name, value) {
  if (value) address.set(name, value);
  else address.delete(name);
  window.history.replaceState(null, "", "?" + address.toString());
}

function pretty(value) {
  return Object.keys(value).length ? JSON.stringify(value, null, 2) : "";
}

if (window.GraphiQL && window.React && window.ReactDOM) {
  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  root.render(
    React.createElement(GraphiQL, {
      fetcher: GraphiQL.createFetcher({ url: start.endpoint }),
      plugins: [GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false })],
      query: address.get("query") || start.query,
      variables: address.get("variables") || pretty(withVisitor(start.variables)),
      headers: pretty(start.headers),
      defaultEditorToolsVisibility: "variables",
      shouldPersistHeaders: false,
      onEditQuery: (query) => remember("query", query),
      onEditVariables: (variables) => remember("variables", variables),
    }),
  );
} else {
  document.getElementById("graphiql").textContent =
    "The editor's files could not be loaded. The endpoint itself is here: POST your query to " + start.endpoint + ".";
}
