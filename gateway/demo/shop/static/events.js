// Telling the gateway what happens. The queue outlives the page: what was not acknowledged is told again from the next one,
// and the event's own id makes a repeat harmless.
import { visit } from "./config.js";
import { ask } from "./gateway.js";
import { sessionId, uuid } from "./visitor.js";

const KEPT = "tallvik-events";
const MOST = 500; // events that may wait; the oldest go first
const A_BATCH = 50;
const PAUSE = 600; // milliseconds in which events gather

const RECORD = `mutation Record($events: [EventInput!]!) {
  recordEvents(events: $events) { accepted duplicates errors { index field message } }
}`;

let timer = null;
let sending = false;

export function record(type, more) {
  const event = { id: uuid(), type, time: new Date().toISOString(), sessionId, market: visit.market, ...more };
  keep([...waiting(), event].slice(-MOST));
  timer ??= setTimeout(send, PAUSE);
}

export async function send() {
  clearTimeout(timer);
  timer = null;
  const batch = waiting().slice(0, A_BATCH);
  if (!batch.length || sending) return;
  sending = true;
  try {
    await ask(RECORD, { events: batch }, { keepalive: true, quiet: true });
    const told = new Set(batch.map((event) => event.id));
    keep(waiting().filter((event) => !told.has(event.id)));
  } catch {
    return; // the next page, or the next event, tries again
  } finally {
    sending = false;
  }
  if (waiting().length) timer ??= setTimeout(send, PAUSE);
}

function waiting() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}

function keep(events) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(events));
  } catch {
    // a full or forbidden storage must not break the shop
  }
}

addEventListener("pagehide", send);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
send();
