// Who looks: a session id that nobody can guess, since it opens the session's history.

const COOKIE = "endcap_session";
const A_DAY = 86400;

// crypto.randomUUID exists on secure pages only; a shop on a local network may have none.
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function kept() {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(COOKIE + "="));
  return found?.slice(COOKIE.length + 1);
}

export const sessionId = kept() ?? uuid();
document.cookie = `${COOKIE}=${sessionId}; path=/; max-age=${A_DAY}; samesite=lax`;

export const visitor = { sessionId };
