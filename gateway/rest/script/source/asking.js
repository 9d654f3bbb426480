// One POST to the gateway, with the public key in the address: text, so that no preflight goes before it.
import { shop } from "./settings.js";

/** @param {string} path */
export const address = (path) => `${shop.url}${path}?key=${encodeURIComponent(shop.key)}`;

/**
 * @param {string} path
 * @param {string} body
 * @param {number} patience milliseconds
 * @param {boolean} [keepalive] whether it goes on when the page is left
 * @returns {Promise<{ status: number, said: any }>}
 */
export async function ask(path, body, patience, keepalive = false) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Error(`the gateway did not answer within ${patience} ms`)), patience);
  try {
    const answer = await fetch(address(path), { method: "POST", body, keepalive, credentials: "omit", signal: stop.signal });
    return { status: answer.status, said: await answer.json() };
  } finally {
    clearTimeout(timer);
  }
}
