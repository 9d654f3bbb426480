// One product, what is bought with it, and what is like it.
import { buy } from "../added.js";
import { price, rating } from "../card.js";
import { shelfOf } from "../config.js";
import { el } from "../elements.js";
import { ask, askPage } from "../gateway.js";
import { saved } from "../money.js";
import { LOST, PRODUCT } from "../queries.js";
import { rails } from "../rail.js";
import { track } from "../telling.js";
import { say } from "../words.js";
import { trail } from "./trail.js";

const FEW = 10; // pieces from which on it is worth saying how many are left

export async function productPage({ id, asking }) {
  const { product, placements } = await askPage(PRODUCT, { ...asking, id });
  if (!product) return lost(asking);
  const recommendationId = new URLSearchParams(location.search).get("recommendation_id") ?? undefined;
  track("view", { productId: id });
  document.title = `${product.title} · Tallvik`;
  const shelf = shelfOf(product.categories[0]?.id);
  return [trail(shelf ? [shelf.department, shelf].filter(Boolean) : product.categories), about(product, recommendationId), ...rails(placements)];
}

function about(product, recommendationId) {
  return el(
    "section",
    { class: "product" },
    el("div", { class: "product-picture" }, el("img", { src: product.imageUrl, alt: product.title, width: 800, height: 800 }), saved(product) > 0 && el("span", { class: "badge" }, `−${saved(product)} %`)),
    el(
      "div",
      { class: "product-words" },
      el("p", { class: "card-brand" }, product.brand ?? ""),
      el("h1", {}, product.title),
      rating(product),
      el("p", { class: "product-price" }, price(product)),
      el("p", { class: "lede" }, product.description ?? ""),
      order(product, recommendationId),
      facts(product),
    ),
  );
}

function order(product, recommendationId) {
  if (!product.available) return el("p", { class: "stock stock-out" }, say("soldOut"));
  const pieces = el("input", { id: "pieces", type: "number", min: 1, max: 99, value: 1, inputmode: "numeric", required: true });
  const submit = (event) => {
    event.preventDefault();
    buy(product, Number(pieces.value), recommendationId);
  };
  const few = product.quantity !== null && product.quantity <= FEW;
  return el(
    "form",
    { class: "order", onsubmit: submit },
    el("label", { class: "unseen", for: "pieces" }, say("pieces")),
    pieces,
    el("button", { class: "button", type: "submit", id: "add" }, say("addTo")),
    el("p", { class: "stock" }, few ? `${product.quantity} ${say("left")}` : say("inStock")),
  );
}

function facts(product) {
  const names = { colour: say("colour"), material: say("material"), type: say("type") };
  const rows = product.attributes.map(({ name, values }) => [el("dt", {}, names[name] ?? name), el("dd", {}, values.join(", "))]);
  return el("dl", { class: "facts" }, rows);
}

async function lost(asking) {
  const { placements } = await ask(LOST, asking).catch(() => ({}));
  return [trail([]), el("header", { class: "title" }, el("h1", {}, say("unknown"))), ...rails(placements)];
}
