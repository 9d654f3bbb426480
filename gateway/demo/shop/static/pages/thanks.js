// After the order: thanks, and something for the next visit.
import { el } from "../elements.js";
import { ask } from "../gateway.js";
import { THANKS } from "../queries.js";
import { rails } from "../rail.js";
import { say } from "../words.js";
import { trail } from "./trail.js";

export async function thanksPage({ asking }) {
  document.title = `${say("thanks")} · Tallvik`;
  const order = JSON.parse(sessionStorage.getItem("tallvik-order"));
  const { placements } = await ask(THANKS, { ...asking, order }).catch(() => ({}));
  return [
    trail([]),
    el("header", { class: "title" }, el("h1", {}, say("thanks")), order && el("p", {}, `${say("thanksNote")} `, el("code", {}, order.id))),
    ...rails(placements),
  ];
}
