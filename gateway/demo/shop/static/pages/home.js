// The front page: a greeting, the departments, and what is recommended here.
import { config, language } from "../config.js";
import { el } from "../elements.js";
import { askPage } from "../gateway.js";
import { HOME } from "../queries.js";
import { rail, rails } from "../rail.js";
import { track } from "../telling.js";
import { say } from "../words.js";

const ON_THE_HERO = ["armchairs", "floor-lamps", "vases"];

export async function homePage({ asking }) {
  track("page_view", { properties: { page: "home" } });
  const { placements, recent } = await askPage(HOME, asking);
  const looked = recent?.strategy === "RECENTLY_VIEWED" ? { ...recent, items: recent.items.filter((i) => i.fallback === "NONE") } : null;
  const [top, ...more] = rails(placements);
  return [hero(), top, looked && rail(looked, { title: say("recent") }), departments(), ...more];
}

function hero() {
  const pictures = ON_THE_HERO.map((shelf) => el("img", { src: `/shop/images/shelf/${shelf}.svg`, alt: "", width: 400, height: 400 }));
  return el(
    "section",
    { class: "hero" },
    el("div", { class: "hero-words" }, el("h1", {}, say("bookmark")), el("p", {}, say("lede")), el("a", { class: "button", href: "/shop/category/living" }, say("shop"))),
    el("div", { class: "hero-pictures", "aria-hidden": "true" }, pictures),
  );
}

function departments() {
  const tiles = config.departments.map(({ id, name, shelves }) =>
    el("li", {}, el("a", { class: "tile", href: `/shop/category/${id}` }, el("img", { src: `/shop/images/shelf/${shelves[0].id}.svg`, alt: "", width: 400, height: 400, loading: "lazy" }), el("span", {}, name[language]))),
  );
  return el("section", { class: "tiles" }, el("h2", {}, say("departments")), el("ul", { role: "list" }, tiles));
}
