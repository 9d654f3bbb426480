// What was found, and what else one may like.
import { el } from "../elements.js";
import { ask, askPage } from "../gateway.js";
import { SEARCH } from "../queries.js";
import { rails } from "../rail.js";
import { track } from "../telling.js";
import { say } from "../words.js";
import { grid } from "./grid.js";
import { trail } from "./trail.js";

export async function searchPage({ asking }) {
  const term = (new URLSearchParams(location.search).get("q") ?? "").trim();
  if (term) track("search", { searchTerm: term });
  const { placements, products } = await askPage(SEARCH, { ...asking, term });
  document.title = `${term} · Tallvik`;
  const more = async (after) => (await ask(SEARCH, { ...asking, term, after, recommend: false })).products;
  return [
    trail([]),
    el("header", { class: "title" }, el("h1", {}, `“${term}”`), el("p", {}, products.totalCount ? `${products.totalCount} ${say("found")} “${term}”` : say("nothing"))),
    ...grid(products, more),
    ...rails(placements),
  ];
}
