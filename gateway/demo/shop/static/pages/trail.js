// The way back: home, the department, the shelf.
import { language } from "../config.js";
import { el } from "../elements.js";
import { say } from "../words.js";

export function trail(shelves) {
  const steps = [["/shop", say("home")], ...shelves.map(({ id, name }) => [`/shop/category/${id}`, name[language] ?? name])];
  return el("nav", { class: "trail", "aria-label": "Breadcrumb" }, el("ol", { role: "list" }, steps.map(([href, name]) => el("li", {}, el("a", { href }, name)))));
}
