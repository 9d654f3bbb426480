// What outlives the page: localStorage where the browser has it and there is room, else the page's own memory.

/** @type {Map<string, string>} */
const memory = new Map();

/**
 * @template T
 * @param {() => T} act
 * @returns {T | undefined}
 */
const tried = (act) => {
  try {
    return act();
  } catch {
    return undefined; // the browser forbids it, or there is no room
  }
};

/** @param {string} name */
export const read = (name) => memory.get(name) ?? tried(() => localStorage.getItem(name)) ?? "";

/**
 * @param {string} name
 * @param {string} text
 */
export const write = (name, text) => {
  const isKept = tried(() => (localStorage.setItem(name, text), true));
  if (isKept) memory.delete(name);
  else memory.set(name, text);
};

/** @param {string} name */
export const erase = (name) => {
  memory.delete(name);
  tried(() => localStorage.removeItem(name));
};

/**
 * The names that begin so, in order.
 * @param {string} start
 */
export const names = (start) =>
  [...new Set([...(tried(() => Object.keys(localStorage)) ?? []), ...memory.keys()])].filter((name) => name.startsWith(start)).sort();

/** @param {string} name */
export const readCookie = (name) =>
  tried(() => document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`)))?.slice(name.length + 1) ?? "";

/**
 * @param {string} name
 * @param {string} text
 * @param {number} hours
 * @param {string} [domain]
 */
export const writeCookie = (name, text, hours, domain) => {
  const secure = location.protocol === "https:" ? "; secure" : "";
  const where = domain ? `; domain=${domain}` : "";
  tried(() => (document.cookie = `${name}=${text}; path=/; max-age=${hours * 3600}; samesite=lax${secure}${where}`));
};
