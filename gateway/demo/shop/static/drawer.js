// For developers: every question this page asked, with its time, ready to be opened in GraphiQL.
import { el } from "./elements.js";
import { asked } from "./gateway.js";
import { say } from "./words.js";

export function drawer() {
  const list = el("div", { class: "drawer-list" });
  const number = el("span", { class: "count" }, "0");
  const panel = el(
    "dialog",
    { class: "drawer", "aria-label": "GraphQL" },
    el("header", {}, el("h2", {}, "GraphQL"), el("button", { type: "button", class: "round", "aria-label": say("close"), onclick: () => panel.close() }, "×")),
    el("p", { class: "drawer-note" }, "What this page asked, newest first. Events go to /v1/events, by the gateway's own /endcap.mjs."),
    list,
  );
  const button = el("button", { type: "button", class: "drawer-button", "aria-haspopup": "dialog", onclick: () => panel.showModal() }, el("code", {}, "{ }"), " GraphQL ", number);
  panel.addEventListener("click", (event) => event.target === panel && panel.close());
  let questions = 0;
  asked.addEventListener("asked", ({ detail }) => {
    number.textContent = String(++questions);
    list.prepend(question(detail));
  });
  document.body.append(button, panel);
}

function question({ query, variables, milliseconds, answer }) {
  const name = /(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? "query";
  const shown = JSON.stringify(variables, null, 2);
  const address = `/graphql?${new URLSearchParams({ query, variables: shown })}`;
  const told = (answer.errors ?? []).map((error) => el("p", { class: "drawer-fault" }, error.message));
  const warnings = answer.data?.placements?.warnings ?? [];
  return el(
    "details",
    { open: true },
    el("summary", {}, el("strong", {}, name), ` · ${Math.round(milliseconds)} ms`),
    told,
    warnings.map((warning) => el("p", { class: "drawer-fault" }, `${warning.code}: ${warning.message}`)),
    el("p", {}, el("a", { href: address, target: "_blank", rel: "noopener" }, "Open in GraphiQL ↗")),
    el("pre", { tabindex: 0 }, el("code", {}, query)),
    el("pre", { tabindex: 0 }, el("code", {}, shown)),
  );
}
