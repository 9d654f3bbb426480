// Putting something into the cart, and the sheet that says so, with what goes with it: asked for at that very moment.
import * as cart from "./cart.js";
import { visit } from "./config.js";
import { el } from "./elements.js";
import { ask } from "./gateway.js";
import { paid, written } from "./money.js";
import { ADDED } from "./queries.js";
import { rail } from "./rail.js";
import { flush, track, visitor } from "./telling.js";
import { say } from "./words.js";

document.addEventListener("wish", ({ detail }) => buy(detail.product, 1, detail.recommendationId));

export function buy(product, quantity, recommendationId) {
  track("add_to_cart", { productId: product.id, quantity, unitPrice: paid(product), recommendationId });
  flush();
  cart.put(product.id, quantity, recommendationId);
  if (!location.pathname.startsWith("/shop/cart")) open(product, quantity);
}

function open(product, quantity) {
  document.querySelector("dialog.sheet")?.remove();
  const suggestions = el("div", { class: "sheet-more", "aria-live": "polite" });
  const close = () => sheet.close();
  const sheet = el(
    "dialog",
    { class: "sheet", "aria-label": say("added"), onclick: (event) => event.target === sheet && close() },
    el("header", {}, el("h2", {}, say("added")), el("button", { type: "button", class: "round", "aria-label": say("close"), onclick: close }, "×")),
    el(
      "div",
      { class: "sheet-line" },
      el("img", { src: product.imageUrl, alt: "", width: 96, height: 96 }),
      el("div", {}, el("p", { class: "card-brand" }, product.brand ?? ""), el("p", {}, product.title), el("p", { class: "price" }, `${quantity} × ${written(paid(product))}`)),
    ),
    el(
      "p",
      { class: "sheet-ways" },
      el("a", { class: "button", href: "/shop/cart" }, say("toCart")),
      el("button", { type: "button", class: "button button-quiet", onclick: close }, say("keepLooking")),
    ),
    suggestions,
  );
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
  suggest(suggestions, product.id, quantity);
}

async function suggest(place, productId, quantity) {
  const others = cart.told().filter((line) => line.productId !== productId);
  const { market, locale } = visit;
  try {
    const { placements } = await ask(ADDED, { added: [{ productId, quantity }], cart: others, market, locale, visitor });
    const block = rail(placements.placements[0], { shape: "pairs" });
    if (block) place.replaceChildren(block);
  } catch {
    place.remove();
  }
}
