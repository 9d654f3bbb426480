// The cart, and what goes well with it: asked anew whenever the cart changes.
import * as cart from "../cart.js";
import { visit } from "../config.js";
import { el } from "../elements.js";
import { askPage } from "../gateway.js";
import { paid, written } from "../money.js";
import { CART } from "../queries.js";
import { rails } from "../rail.js";
import { order as tellOrder, track } from "../telling.js";
import { say } from "../words.js";
import { trail } from "./trail.js";

export async function cartPage({ asking, main }) {
  document.title = `${say("cart")} · Tallvik`;
  cart.changes.addEventListener("change", async () => main.replaceChildren(...(await draw(asking)).filter(Boolean)));
  return draw(asking);
}

async function draw(asking) {
  const ids = cart.lines().map((line) => line.productId);
  const { productsByIds, placements } = await askPage(CART, { ...asking, ids, cart: cart.told() });
  const known = new Map(productsByIds.filter(Boolean).map((product) => [product.id, product]));
  const lines = cart.lines().filter((line) => known.has(line.productId)).map((line) => ({ ...line, product: known.get(line.productId) }));
  const head = el("header", { class: "title" }, el("h1", {}, say("cart")));
  const body = lines.length ? el("section", { class: "cart" }, el("ul", { class: "cart-lines", role: "list" }, lines.map(row)), summary(lines)) : el("p", { class: "lede" }, say("empty"));
  return [trail([]), head, body, ...rails(placements)];
}

function row({ product, quantity }) {
  const changed = (event) => event.target.reportValidity() && cart.change(product.id, Number(event.target.value));
  const removed = () => {
    track("remove_from_cart", { productId: product.id, quantity });
    cart.remove(product.id);
  };
  return el(
    "li",
    { class: "cart-line", "data-product": product.id },
    el("a", { href: product.pageUrl, tabindex: -1, "aria-hidden": "true" }, el("img", { src: product.imageUrl, alt: "", width: 120, height: 120 })),
    el("div", {}, el("p", { class: "card-brand" }, product.brand ?? ""), el("h2", {}, el("a", { href: product.pageUrl }, product.title)), !product.available && el("p", { class: "stock stock-out" }, say("soldOut"))),
    el("input", { type: "number", min: 1, max: 99, value: quantity, "aria-label": `${say("pieces")}: ${product.title}`, onchange: changed }),
    el("p", { class: "price" }, written(times(paid(product), quantity))),
    el("button", { type: "button", class: "link", "aria-label": `${say("remove")}: ${product.title}`, onclick: removed }, say("remove")),
  );
}

function summary(lines) {
  const sum = { minorUnits: lines.reduce((total, line) => total + paid(line.product).minorUnits * line.quantity, 0), currency: visit.currency };
  return el(
    "aside",
    { class: "summary" },
    el("dl", {}, el("dt", {}, say("shipping")), el("dd", {}, say("free")), el("dt", { class: "sum" }, say("total")), el("dd", { class: "sum" }, written(sum))),
    el("button", { type: "button", class: "button", id: "order", onclick: () => order(lines) }, say("order")),
    el("p", { class: "note" }, say("orderNote")),
  );
}

async function order(lines) {
  const id = `T-${Date.now().toString(36).toUpperCase()}`;
  const bought = lines.map(({ product, quantity }) => ({ productId: product.id, quantity, unitPrice: paid(product) }));
  await tellOrder({ id, lines: bought });
  sessionStorage.setItem("tallvik-order", JSON.stringify({ id, lines: bought }));
  localStorage.removeItem("tallvik-cart");
  location.assign("/shop/thanks");
}

const times = ({ minorUnits, currency }, quantity) => ({ minorUnits: minorUnits * quantity, currency });
