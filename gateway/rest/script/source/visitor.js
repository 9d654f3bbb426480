// Who looks. The session's id opens the session's history, so nobody may guess it; it outlives the checkout and the browser.
import { shop } from "./settings.js";
import { erase, read, readCookie, write, writeCookie } from "./storage.js";

export const SESSION = "endcap_session";
const VISITOR = "endcap_visitor";
const VISITOR_HOURS = 24 * 395;
const AN_HOUR = 3_600_000;
const SOUND = /^[\w-]{16,128}$/;

/** 128 random bits. */
export const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// Before the shop has said who it is, nobody knows whether it needs consent.
export const isAllowed = () => shop.key !== "" && shop.consent !== false;

/**
 * The id of this name, which lives on while it is seen; a new one where there is none. The cookie knows it on the shop's other
 * hosts, the copy where cookies are lost.
 * @param {string} name
 * @param {number} hours
 */
function living(name, hours) {
  const [copy = "", until] = read(name).split(" ");
  const known = [readCookie(name), Date.now() < Number(until) ? copy : ""];
  return keepFor(name, known.find((id) => SOUND.test(id)) ?? random(), hours);
}

/**
 * @param {string} name
 * @param {string} id
 * @param {number} hours
 */
function keepFor(name, id, hours) {
  write(name, `${id} ${Date.now() + hours * AN_HOUR}`);
  writeCookie(name, id, hours, shop.domain);
  return id;
}

/** @returns {import("./api").Visitor} */
export function visitor() {
  const { userId, userToken } = shop;
  if (!isAllowed()) return { sessionId: random() };
  return { sessionId: living(SESSION, shop.sessionHours), visitorId: living(VISITOR, VISITOR_HOURS), userId, userToken };
}

// Whoever comes after someone who logged out is somebody else.
export const beginAnew = () => keepFor(SESSION, random(), shop.sessionHours);

export function forget() {
  for (const name of [SESSION, VISITOR]) {
    erase(name);
    writeCookie(name, "", 0, shop.domain);
    writeCookie(name, "", 0);
  }
}
