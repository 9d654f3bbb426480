// Telling the gateway what happens, and knowing who looks: its own script does both, and is told here whose page this is.
import endcap from "/endcap.mjs";
import { config, visit } from "./config.js";

endcap.init({ key: config.key, market: visit.market, locale: visit.locale });

export const { flush, impressions, order, track } = endcap;

export const visitor = endcap.visitor();
