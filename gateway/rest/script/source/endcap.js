// What a shop's pages may call.
import { placements } from "./filling.js";
import { discard, flush, listen, release, track } from "./queue.js";
import { guarded, report, shop } from "./settings.js";
import { impressions } from "./sight.js";
import { SESSION, beginAnew, forget, isAllowed, visitor } from "./visitor.js";

let isListening = false;

/** @param {Partial<import("./api").Settings>} settings */
function init(settings) {
  Object.assign(shop, settings);
  if (!shop.key || !shop.market) report(new Error("endcap.init needs a key and a market"));
  if (isAllowed()) begin();
  if (isListening) return;
  isListening = true;
  listen();
  addEventListener("storage", ({ key, newValue }) => key === SESSION && newValue === null && (shop.consent = false));
}

// What an earlier page left is told, and the visit goes on.
function begin() {
  visitor();
  release();
  flush();
}

/** @param {boolean} granted */
function consent(granted) {
  shop.consent = granted;
  if (granted) return begin();
  discard();
  forget();
}

/**
 * @param {string | null} [userId]
 * @param {string} [userToken]
 */
function identify(userId, userToken) {
  const before = shop.userId;
  Object.assign(shop, { userId: userId ?? undefined, userToken });
  if (before === shop.userId) return;
  if (before && isAllowed()) beginAnew();
  if (userId) track("login");
}

/** @param {import("./api").EventFields} [fields] */
function pageView(fields) {
  const referrer = document.referrer.split(/[?#]/)[0] || undefined;
  track("page_view", { properties: { path: location.pathname, referrer }, ...fields });
}

/**
 * @param {import("./api").Order} order
 * @returns {Promise<boolean>}
 */
async function order({ id, lines }) {
  track("purchase", { orderId: id, lines });
  const enough = new Promise((resolve) => setTimeout(resolve, shop.timeout, false));
  return Promise.race([flush(), enough]);
}

/** @param {[string, ...any[]][]} calls */
function push(...calls) {
  for (const [name, ...said] of calls) /** @type {any} */ (endcap)[name](...said);
}

/** @type {import("./api").Endcap} */
export const endcap = {
  init: guarded(init),
  consent: guarded(consent),
  identify: guarded(identify),
  visitor: guarded(visitor),
  track: guarded(track),
  pageView: guarded(pageView),
  order: guarded(order, false),
  placements: /** @type {typeof placements} */ (guarded(placements, null)),
  impressions: guarded(impressions),
  flush,
  push: guarded(push),
};
