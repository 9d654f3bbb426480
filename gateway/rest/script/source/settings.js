// What the shop said of itself, and the rule above all others: nothing is ever thrown into the page.

/** @typedef {import("./api").Settings} Settings */

/** @type {Settings & { url: string, timeout: number, sessionHours: number }} */
export const shop = {
  key: "",
  market: "",
  url: origin(),
  timeout: 2000,
  sessionHours: 24,
};

// Where the script came from is where the gateway is.
function origin() {
  try {
    return import.meta.url.replace(/\/endcap\.m?js.*/, "");
  } catch {
    return ""; // put into the page by other means than a script element's address
  }
}

/** @param {unknown} fault */
export const report = (fault) => {
  try {
    shop.onError?.(fault instanceof Error ? fault : new Error(String(fault)));
  } catch {
    // a fault of the shop's own, of which nobody is left to hear
  }
};

/**
 * The same function, whose faults are reported: the answer is `otherwise` then.
 * @template {any[]} Said
 * @template Answer
 * @param {(...said: Said) => Answer} act
 * @param {Awaited<Answer>} [otherwise]
 * @returns {(...said: Said) => Answer}
 */
export const guarded = (act, otherwise) => (...said) => {
  /** @param {unknown} fault */
  const instead = (fault) => (report(fault), otherwise);
  try {
    const answer = act(...said);
    return /** @type {Answer} */ (answer instanceof Promise ? answer.catch(instead) : answer);
  } catch (fault) {
    return /** @type {Answer} */ (instead(fault));
  }
};
