// A placement on the page: its heading, its products in a row. An empty one is not there at all.
import { card } from "./card.js";
import { el, icon } from "./elements.js";
import { impressions } from "./telling.js";
import { say } from "./words.js";

const LEFT = "M15 5l-7 7 7 7";
const RIGHT = "M9 5l7 7-7 7";

export function rails(page, shapeOf = () => "row") {
  return (page?.placements ?? []).map((fill) => rail(fill, { shape: shapeOf(fill.id) }));
}

export function rail(fill, { title, shape = "row" } = {}) {
  if (!fill?.items.length) return null;
  const heading = title ?? fill.message;
  const cards = fill.items.map((item) => el("li", {}, card(item.product, item)));
  const row = el("ul", { class: `rail-${shape}`, tabindex: shape === "row" ? 0 : null, role: "list", "aria-label": heading }, cards);
  const block = el(
    "section",
    { class: "rail", "data-placement": fill.id },
    el(
      "header",
      { class: "rail-head" },
      el("h2", {}, heading),
      fill.strategy && el("span", { class: "strategy", title: fill.id }, fill.strategy.toLowerCase().replaceAll("_", " ")),
      shape === "row" && el("span", { class: "rail-arrows" }, arrow(row, -1), arrow(row, 1)),
    ),
    row,
  );
  impressions(block);
  return block;
}

function arrow(row, direction) {
  const slide = () => row.scrollBy({ left: direction * row.clientWidth * 0.8, behavior: "smooth" });
  const name = say(direction < 0 ? "previous" : "next");
  return el("button", { type: "button", class: "round", "aria-label": name, onclick: slide }, icon(direction < 0 ? LEFT : RIGHT));
}
