// A product as it stands in rows and grids; a recommended one reports that it was seen and clicked.
import { el } from "./elements.js";
import { record, send } from "./events.js";
import { saved, written } from "./money.js";
import { say } from "./words.js";

const SEEN_AFTER = 1000; // milliseconds in which at least half of a card must be visible

export function card(product, recommended) {
  const off = saved(product);
  return el(
    "article",
    { class: "card", "data-product": product.id, "data-strategy": recommended?.strategy },
    el(
      "div",
      { class: "card-picture" },
      el("img", { src: product.imageUrl, alt: "", width: 400, height: 400, loading: "lazy", decoding: "async" }),
      off > 0 && el("span", { class: "badge" }, `−${off} %`),
      !product.available && el("span", { class: "badge badge-quiet" }, say("soldOut")),
      recommended && product.available && quickly(product, recommended),
    ),
    el("p", { class: "card-brand" }, product.brand ?? ""),
    el("h3", { class: "card-title" }, el("a", { href: recommended?.pageUrl ?? product.pageUrl, onclick: () => clicked(recommended) }, product.title)),
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

// How a recommendation is named in what is told of it.
export const naming = (item) => ({
  recommendationId: item.recommendationId,
  productId: item.product.id,
  placement: item.placement,
  position: item.position,
});

function clicked(recommended) {
  if (!recommended) return;
  record("click", naming(recommended));
  send();
}

const timers = new WeakMap();
const watched = new WeakMap();

const eye = new IntersectionObserver(
  (entries) => {
    for (const { target, intersectionRatio } of entries) {
      clearTimeout(timers.get(target));
      if (intersectionRatio >= 0.5) timers.set(target, setTimeout(seen, SEEN_AFTER, target));
    }
  },
  { threshold: [0, 0.5] },
);

export function watch(node, recommended) {
  watched.set(node, recommended);
  eye.observe(node);
}

function seen(node) {
  eye.unobserve(node);
  if (node.isConnected) record("impression", naming(watched.get(node)));
}
