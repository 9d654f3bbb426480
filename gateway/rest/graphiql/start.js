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

// Subscriptions come as server-sent events, with the headers of the headers pane: what an EventSource could not send.
function streamed(asked, options) {
  const leaving = new AbortController();
  const told = read(asked, options, leaving.signal);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => told.next(),
    return() {
      leaving.abort(); // else the stream would end with its next event only
      return told.return();
    },
  };
}

async function* read(asked, options, signal) {
  const headers = { ...(options && options.headers), accept: "text/event-stream", "content-type": "application/json" };
  try {
    const answer = await fetch(start.endpoint, { method: "POST", headers, body: JSON.stringify(asked), signal });
    if (!(answer.headers.get("content-type") || "").startsWith("text/event-stream")) {
      yield await answer.json();
      return;
    }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let waiting = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (waiting + part.value).split("\r\n\r\n");
      waiting = blocks.pop();
      for (const block of blocks) {
        const told = block.match(/^event: next\r\ndata: (.*)$/);
        if (told) yield JSON.parse(told[1]);
      }
    }
  } catch (fault) {
    if (!signal.aborted) throw fault;
  }
}

function subscribes(asked, options) {
  const there = ((options && options.documentAST) || { definitions: [] }).definitions.filter(
    (each) => each.kind === "OperationDefinition" && (!asked.operationName || (each.name && each.name.value === asked.operationName)),
  );
  return there.length === 1 && there[0].operation === "subscription";
}

if (window.GraphiQL && window.React && window.ReactDOM) {
  const answered = GraphiQL.createFetcher({ url: start.endpoint });
  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  root.render(
    React.createElement(GraphiQL, {
      fetcher: (asked, options) => (subscribes(asked, options) ? streamed(asked, options) : answered(asked, options)),
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
