// Variants that somebody wants to look at: the pass in the page's address, which this tab remembers while links are followed.
const PASS = "endcap_preview";
const LONGEST = 256; // characters of a name: the gateway takes no longer one

/** @returns {{ previewToken: string, force: import("./api").Forced[] } | undefined} */
export function looking() {
  let { search } = location;
  try {
    if (new URLSearchParams(search).has(PASS)) sessionStorage[PASS] = search;
    search = (sessionStorage[PASS] ?? "") + search.replace("?", "&");
  } catch {
    // nothing is remembered here: the address alone
  }
  const said = new URLSearchParams(search);
  const previewToken = said.get(PASS);
  const named = [...said].filter(([name, variant]) => name.length <= LONGEST && /^\d{1,3}$/.test(variant));
  if (previewToken) return { previewToken, force: named.slice(-50).map(([experiment, variant]) => ({ experiment, variant })) };
}
