// What stands around every page: the head with search and cart, the departments, the foot.
import { count, changes } from "./cart.js";
import { changeVisit, config, language, visit } from "./config.js";
import { el, icon } from "./elements.js";
import { say } from "./words.js";

const BAG = "M6 8h12l1 12H5L6 8zm3 0a3 3 0 0 1 6 0";
const GLASS = "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5L21 21";
const TREE = "M12 3l5 7h-3l4.5 6H13v5h-2v-5H5.5L10 10H7z";

export function frame() {
  document.documentElement.lang = visit.locale;
  const main = el("main", { id: "content", tabindex: -1 });
  document.body.append(el("a", { class: "skip", href: "#content" }, say("skip")), head(), main, foot());
  return main;
}

function head() {
  return el(
    "header",
    { class: "head" },
    el(
      "div",
      { class: "head-row" },
      el("a", { class: "logo", href: "/shop", "aria-label": `Tallvik, ${say("home")}` }, icon(TREE), "Tallvik"),
      searchForm(),
      el("div", { class: "head-ways" }, visitChoice(), cartLink()),
    ),
    el("nav", { class: "departments", "aria-label": say("departments") }, el("ul", { role: "list" }, config.departments.map(department))),
  );
}

function department({ id, name }) {
  const path = `/shop/category/${id}`;
  return el("li", {}, el("a", { href: path, "aria-current": location.pathname === path ? "page" : null }, name[language]));
}

function searchForm() {
  const term = location.pathname === "/shop/search" ? new URLSearchParams(location.search).get("q") : "";
  return el(
    "form",
    { class: "search", action: "/shop/search", role: "search" },
    el("label", { class: "unseen", for: "q" }, say("searchFor")),
    el("input", { id: "q", name: "q", type: "search", required: true, maxlength: 100, placeholder: say("searchFor"), value: term || null, autocomplete: "off" }),
    el("button", { type: "submit", "aria-label": say("search") }, icon(GLASS)),
  );
}

function visitChoice() {
  const options = config.visits.map(({ label, locale }) => el("option", { value: locale, selected: locale === visit.locale }, label));
  return el("select", { class: "visit", "aria-label": say("language"), onchange: (event) => changeVisit(event.target.value) }, options);
}

function cartLink() {
  const number = el("span", { class: "count" });
  const link = el("a", { class: "cart-link", href: "/shop/cart" }, icon(BAG), el("span", { class: "cart-word" }, say("cart")), number);
  const show = () => {
    number.textContent = String(count());
    number.hidden = !count();
    link.setAttribute("aria-label", `${say("cart")}: ${count()}`);
  };
  changes.addEventListener("change", show);
  show();
  return link;
}

function foot() {
  return el(
    "footer",
    { class: "foot" },
    el("p", { class: "logo" }, icon(TREE), "Tallvik"),
    el("p", {}, "A shop that does not exist, with 2,400 things it does not sell. Its pages are ordinary GraphQL clients of the gateway beneath."),
    el("p", {}, el("a", { href: "/graphql" }, "GraphiQL")),
  );
}
