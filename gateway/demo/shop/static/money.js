// Prices: integers in the currency's smallest unit, written as the visitor's country writes them.
import { visit } from "./config.js";

const digits = (currency) =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;

export function written({ minorUnits, currency }) {
  const amount = minorUnits / 10 ** digits(currency);
  const format = { style: "currency", currency, minimumFractionDigits: Number.isInteger(amount) ? 0 : 2 };
  return new Intl.NumberFormat(visit.locale === "en" ? "en-SE" : visit.locale, format).format(amount);
}

export const paid = (product) => product.salePrice ?? product.price;

export const saved = ({ price, salePrice }) => (salePrice ? Math.round(100 * (1 - salePrice.minorUnits / price.minorUnits)) : 0);
