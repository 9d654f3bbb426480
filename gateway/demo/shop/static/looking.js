// A variant that somebody wants to look at: the pass in the page's address, kept for the tab, as /endcap.js keeps it, and in the same place.
const PASS = "endcap_preview";
const LONGEST = 256; // of an experiment's key

// The page's address and what is kept of an earlier one, the newest last.
function said() {
  try {
    if (new URLSearchParams(location.search).has(PASS)) sessionStorage[PASS] = location.search;
    return new URLSearchParams((sessionStorage[PASS] ?? "") + location.search.replace("?", "&"));
  } catch {
    return new URLSearchParams(location.search); // nothing is kept here
  }
}

const told = said();
const previewToken = told.get(PASS);
const numbers = [...told].filter(([name, value]) => name.length <= LONGEST && /^\d{1,3}$/.test(value));
const force = numbers.slice(-50).map(([experiment, variant]) => ({ experiment, variant }));

// What every question says of it; nothing where nobody looks at anything.
export const looking = previewToken ? { previewToken, force } : {};
export const isLooking = Boolean(previewToken);
export const END = `?${PASS}=`;
