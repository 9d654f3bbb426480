// Asks for a page's placements and fills their blocks. A block that nothing fills is hidden, or shows what the shop has for that.
import { ask } from "./asking.js";
import { looking } from "./looking.js";
import { guarded, shop } from "./settings.js";
import { impressions } from "./sight.js";
import { isAllowed, random, visitor } from "./visitor.js";

/**
 * @param {string | string[]} ids
 * @param {import("./api").PageContext} [page]
 * @param {import("./api").Asking} [asking]
 * @returns {Promise<import("./api").Page | null>}
 */
export async function placements(ids, page, asking = {}) {
  const wanted = [ids].flat();
  const { render, fallback = shop.fallback, timeout = shop.timeout, ...more } = asking;
  const record = more.record && isAllowed();
  const { market, locale, channel } = shop;
  const question = { ids: wanted, market, locale, channel, page, requestId: record ? random() : undefined, ...looking(), ...more, record };
  const answer = await guarded(answered, null)(question, timeout);
  for (const block of blocks(wanted)) {
    const fill = answer?.placements.find((each) => each.id === block.dataset.placement);
    const isFilled = fill?.items.length && guarded(() => (render?.(block, fill), true))();
    block.hidden = !(isFilled || (fallback && guarded(() => (fallback(block), true))()));
    guarded(impressions)(block);
  }
  return answer;
}

/**
 * @param {object} question
 * @param {number} patience
 * @returns {Promise<import("./api").Page | null>}
 */
async function answered(question, patience) {
  const { status, said } = await ask("/v1/placements", JSON.stringify({ ...question, visitor: visitor() }), patience);
  if (status === 200) return said;
  const { message, extensions } = said.errors[0];
  if (extensions.field !== "userToken" || !shop.userToken) throw new Error(`${extensions.field ?? extensions.code}: ${message}`);
  shop.userToken = undefined; // it has expired: better a stranger's page than none
  return answered(question, patience);
}

/**
 * The elements of these placements; `item_page.*` is every one of its page.
 * @param {string[]} wanted
 */
function blocks(wanted) {
  const found = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-placement]")]);
  return found.filter(({ dataset: { placement = "" } }) =>
    wanted.some((id) => id === placement || (id.endsWith("*") && placement.startsWith(id.slice(0, -1)))),
  );
}
