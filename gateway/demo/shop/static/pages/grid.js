// A grid of products that grows when asked to.
import { card } from "../card.js";
import { el } from "../elements.js";
import { say } from "../words.js";

export function grid(connection, fetchMore) {
  const list = el("ul", { class: "grid", role: "list" });
  const more = el("p", { class: "more" });
  const show = ({ edges, pageInfo }) => {
    list.append(...edges.map(({ node }) => el("li", {}, card(node))));
    const next = async () => show(await fetchMore(pageInfo.endCursor));
    more.replaceChildren(pageInfo.hasNextPage ? el("button", { type: "button", class: "button button-quiet", onclick: next }, say("more")) : "");
  };
  show(connection);
  return [list, more];
}
