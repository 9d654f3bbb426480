// What is to be told waits here until it is acknowledged: through navigation, a spell without network, and another tab's turn.
// Each event lies under a name of its own, so that two tabs never write over each other; its id makes a repeat harmless.
import { address, ask } from "./asking.js";
import { guarded, report, shop } from "./settings.js";
import { erase, names, read, write } from "./storage.js";
import { isAllowed, random, visitor } from "./visitor.js";

const START = "endcap_event.";
const MOST = 500; // that may wait; the oldest go first
const MOST_HELD = 100; // before consent
const A_BATCH = 50;
const LENGTH = 20_000; // characters: what goes on when the page is left may have 64 kB
const PAUSE = 800; // milliseconds in which events gather
const PATIENCE = 10_000;
const LONGEST = 300_000;
const SHOWN = /[?&]recommendation_id=([0-9a-f-]{36})(?=&|$)/i;

/** @type {any[]} */
let held = [];
/** @type {Promise<boolean> | undefined} */
let sending;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let delay = PAUSE;
let number = 1e6;
/** @type {Set<string>} */
let flying = new Set();

/**
 * @param {string} type
 * @param {import("./api").EventFields} [fields]
 */
export function track(type, fields = {}) {
  const { market, channel } = shop;
  const followed = type === "view" ? SHOWN.exec(location.search)?.[1] : undefined;
  const event = { id: random(), type, time: new Date().toISOString(), market, channel, recommendationId: followed, ...fields };
  if (isAllowed()) keep(event);
  else held = [...held, event].slice(-MOST_HELD);
}

/** @param {object} event */
function keep(event) {
  const { userToken, ...who } = visitor(); // the token is nobody's to keep
  write(`${START}${Date.now()}.${number++}`, JSON.stringify({ ...who, ...event }));
  names(START).slice(0, -MOST).forEach(erase);
  soon(delay);
}

export function release() {
  held.forEach(keep);
  held = [];
}

export function discard() {
  held = [];
  names(START).forEach(erase);
}

/** @param {number} milliseconds */
function soon(milliseconds) {
  timer ??= setTimeout(() => {
    timer = undefined;
    flush();
  }, milliseconds);
}

/** @returns {Promise<boolean>} */
export const flush = () => (sending ??= guarded(inTurn, false)().finally(() => (sending = undefined)));

// One tab at a time, where the browser knows turns: elsewhere the gateway knows a repeat when it sees one.
async function inTurn() {
  if (!isAllowed()) return false;
  if (!navigator.locks) return send();
  return navigator.locks.request("endcap", { ifAvailable: true }, (turn) => (turn ? send() : (soon(PAUSE), false))).catch(send);
}

async function send() {
  for (let batch = waiting(); batch.length && isAllowed(); batch = waiting()) {
    flying = new Set(batch.map(([name]) => name));
    const isTold = await tell(batch).catch(report);
    flying = new Set();
    if (!isTold) {
      delay = Math.min(LONGEST, delay * 2);
      soon(delay * (0.5 + Math.random()));
      return false;
    }
    delay = PAUSE;
  }
  return true;
}

/**
 * The oldest that wait, as many as one request may hold.
 * @returns {[string, any][]}
 */
function waiting() {
  /** @type {[string, any][]} */
  const batch = [];
  let length = 0;
  for (const name of names(START)) {
    const text = read(name);
    length += text.length;
    if (batch.length === A_BATCH || (batch.length && length > LENGTH)) break;
    const event = guarded(JSON.parse)(text);
    if (event?.id) batch.push([name, event]);
    else erase(name);
  }
  return batch;
}

/** @param {[string, any][]} batch */
function parcel(batch) {
  const { userId, userToken } = shop;
  return JSON.stringify({ events: batch.map(([, event]) => (event.userId && event.userId === userId ? { ...event, userToken } : event)) });
}

/**
 * Whether the gateway has heard: what it took and what it will never take are gone.
 * @param {[string, any][]} batch
 */
async function tell(batch) {
  const { userToken } = shop;
  const body = parcel(batch);
  const { status, said } = await ask("/v1/events", body, PATIENCE, body.length < 2 * LENGTH);
  if (status >= 500 || status === 429 || status === 408) return false;
  if (status >= 400) report(new Error(`events were refused: ${said.errors?.[0]?.message}`));
  /** @type {Map<number, any>} */
  const refused = new Map((status < 400 && said.errors ? said.errors : []).map((/** @type {any} */ each) => [each.index, each]));
  batch.forEach(([name, event], index) => read(name) && mend(name, event, refused.get(index), userToken));
  return true;
}

/**
 * What a clock or a token spoilt is told again without it.
 * @param {string} name
 * @param {any} event
 * @param {{ field: string, message: string } | undefined} fault
 * @param {string | undefined} userToken
 */
function mend(name, event, fault, userToken) {
  if (fault) report(new Error(`${event.type}: ${fault.field} ${fault.message}`));
  if (fault?.field === "time" && event.time) return write(name, JSON.stringify({ ...event, time: undefined }));
  if (fault?.field === "userToken" && userToken) return void (shop.userToken = undefined);
  return erase(name);
}

// The page is left: what no request carries yet goes with a beacon. Nobody hears what became of it, so it waits on, to be a repeat.
function leave() {
  const batch = isAllowed() ? waiting().filter(([name]) => !flying.has(name)) : [];
  if (batch.length) navigator.sendBeacon?.(address("/v1/events"), parcel(batch));
}

export function listen() {
  addEventListener("pagehide", guarded(leave));
  addEventListener("online", () => {
    delay = PAUSE;
    flush();
  });
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
}
