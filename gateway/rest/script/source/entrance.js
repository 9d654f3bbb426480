// The script's way in: what its own element says, then whatever was asked for before it was there.
import { endcap } from "./endcap.js";
import { guarded } from "./settings.js";

/** @type {any} */
const early = window.endcap;

function enter() {
  window.endcap = endcap;
  const { dataset } = document.currentScript ?? document.createElement("script");
  if (dataset.key) endcap.init(/** @type {any} */ ({ ...dataset, consent: dataset.consent !== "false" }));
  endcap.push(...(early ?? []));
}

if (!early?.init) guarded(enter)();
