// What was seen and what was clicked. Seen is half of an element for a second, in a tab that is looked at; once.
import { flush, track } from "./queue.js";
import { guarded } from "./settings.js";

const HALF = 0.5;
const A_SECOND = 1000;
const MEANS_ELSE = "button,input,select,textarea,[data-endcap-ignore]";

/** @type {Map<HTMLElement, ReturnType<typeof setTimeout> | undefined>} */
const inView = new Map();
/** @type {Set<string>} */
const seen = new Set();
/** @type {IntersectionObserver | undefined} */
let eye;

/** @param {ParentNode} [root] */
export function impressions(root = document) {
  if (!eye) open();
  const marked = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-recommendation-id]"));
  for (const element of marked) eye?.observe(element);
}

function open() {
  eye = new IntersectionObserver(guarded(look), { threshold: HALF });
  document.addEventListener("visibilitychange", guarded(() => [...inView.keys()].forEach(start)));
  for (const kind of ["click", "auxclick"]) document.addEventListener(kind, guarded(clicked), true);
}

/** @param {IntersectionObserverEntry[]} entries */
function look(entries) {
  for (const { target, intersectionRatio } of entries) {
    const element = /** @type {HTMLElement} */ (target);
    if (intersectionRatio >= HALF) start(element);
    else stop(element);
  }
}

/** @param {HTMLElement} element */
function start(element) {
  stop(element);
  const isLookedAt = document.visibilityState === "visible";
  inView.set(element, isLookedAt ? setTimeout(guarded(count), A_SECOND, element) : undefined);
}

/** @param {HTMLElement} element */
function stop(element) {
  clearTimeout(inView.get(element));
  inView.delete(element);
}

/** @param {HTMLElement} element */
function count(element) {
  look(eye?.takeRecords() ?? []);
  const id = element.dataset.recommendationId;
  if (!inView.has(element) || !id) return;
  stop(element);
  eye?.unobserve(element);
  if (seen.has(id)) return;
  seen.add(id);
  track("impression", named(element));
}

/** @param {Event} event */
function clicked(event) {
  if (event.type === "auxclick" && /** @type {MouseEvent} */ (event).button !== 1) return;
  for (const node of event.composedPath()) {
    if (!(node instanceof HTMLElement)) continue;
    if (node.dataset.recommendationId) {
      track("click", named(node));
      flush();
      return;
    }
    if (node.matches(MEANS_ELSE)) return;
  }
}

/** @param {HTMLElement} element */
function named(element) {
  const { recommendationId, productId } = element.dataset;
  const block = /** @type {HTMLElement | null} */ (element.closest("[data-placement]"));
  return { recommendationId, productId, placement: block?.dataset.placement };
}
