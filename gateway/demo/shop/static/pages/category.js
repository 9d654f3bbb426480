// A department or a shelf: what is popular there, then all of it.
import { language, shelfOf } from "../config.js";
import { el } from "../elements.js";
import { ask, askPage } from "../gateway.js";
import { CATEGORY } from "../queries.js";
import { rails } from "../rail.js";
import { track } from "../telling.js";
import { say } from "../words.js";
import { grid } from "./grid.js";
import { trail } from "./trail.js";

export async function categoryPage({ id, asking }) {
  track("view_category", { categoryId: id });
  const { placements, products, categories } = await askPage(CATEGORY, { ...asking, id });
  const known = shelfOf(id);
  const name = known?.name[language] ?? id;
  document.title = `${name} · Tallvik`;
  const more = async (after) => (await ask(CATEGORY, { ...asking, id, after, recommend: false })).products;
  return [
    trail(known?.department ? [known.department] : []),
    el("header", { class: "title" }, el("h1", {}, name), el("p", {}, `${products.totalCount} ${say("products")}`)),
    chips(categories),
    ...rails(placements),
    el("h2", { class: "grid-head" }, say("all")),
    ...grid(products, more),
  ];
}

function chips(categories) {
  if (!categories.length) return null;
  const named = categories.map(({ id, name }) => [id, shelfOf(id)?.name[language] ?? name]);
  return el("ul", { class: "chips", role: "list" }, named.map(([id, name]) => el("li", {}, el("a", { href: `/shop/category/${id}` }, name))));
}
