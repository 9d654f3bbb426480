// A product as it stands in rows and grids; a recommended one carries its id, by which it is seen and clicked.
import { el } from "./elements.js";
import { saved, written } from "./money.js";
import { say } from "./words.js";

export function card(product, recommended) {
  const off = saved(product);
  return el(
    "article",
    { class: "card", "data-product": product.id, ...naming(product, recommended) },
    el(
      "div",
      { class: "card-picture" },
      el("img", { src: product.imageUrl, alt: "", width: 400, height: 400, loading: "lazy", decoding: "async" }),
      off > 0 && el("span", { class: "badge" }, `−${off} %`),
      !product.available && el("span", { class: "badge badge-quiet" }, say("soldOut")),
      recommended && product.available && quickly(product, recommended),
    ),
    el("p", { class: "card-brand" }, product.brand ?? ""),
    el("h3", { class: "card-title" }, el("a", { href: recommended?.pageUrl ?? product.pageUrl }, product.title)),
    el("p", { class: "card-price" }, price(product)),
    rating(product),
    recommended && el("p", { class: "why" }, recommended.reason.text),
  );
}

export function price(product) {
  if (!product.salePrice) return el("span", { class: "price" }, written(product.price));
  return [el("span", { class: "price price-sale" }, written(product.salePrice)), " ", el("s", {}, written(product.price))];
}

export function rating(product) {
  if (!product.reviewCount) return null;
  const spoken = `${product.rating} / 5, ${product.reviewCount} ${say("reviews")}`;
  return el("p", { class: "rating", role: "img", "aria-label": spoken }, el("span", { class: "star" }, "★"), ` ${product.rating.toFixed(1)} `, el("small", {}, `(${product.reviewCount})`));
}

function quickly(product, recommended) {
  const label = `${say("addTo")}: ${product.title}`;
  return el("button", { class: "quick", type: "button", "aria-label": label, title: say("addTo"), onclick: (event) => wish(event.target, product, recommended) }, "+");
}

// Whoever keeps the cart listens; a card knows nothing of carts.
function wish(node, product, { recommendationId }) {
  node.dispatchEvent(new CustomEvent("wish", { bubbles: true, detail: { product, recommendationId } }));
}

// What the gateway's script looks for.
const naming = (product, recommended) =>
  recommended ? { "data-recommendation-id": recommended.recommendationId, "data-product-id": product.id, "data-strategy": recommended.strategy } : {};
