// The shop's one entrance: the address says which page this is.
import { visit } from "./config.js";
import { drawer } from "./drawer.js";
import { el } from "./elements.js";
import { frame } from "./frame.js";
import { notice } from "./notice.js";
import { cartPage } from "./pages/cart.js";
import { categoryPage } from "./pages/category.js";
import { homePage } from "./pages/home.js";
import { productPage } from "./pages/product.js";
import { searchPage } from "./pages/search.js";
import { thanksPage } from "./pages/thanks.js";
import { visitor } from "./telling.js";
import { say } from "./words.js";

const PAGES = [
  [/^\/shop\/category\/([^/]+)$/, categoryPage],
  [/^\/shop\/product\/([^/]+)$/, productPage],
  [/^\/shop\/search$/, searchPage],
  [/^\/shop\/cart$/, cartPage],
  [/^\/shop\/thanks$/, thanksPage],
  [/^\/shop\/?$/, homePage],
];

const main = frame();
drawer();
notice();
const [pattern, page] = PAGES.find(([each]) => each.test(location.pathname));
const id = decodeURIComponent(pattern.exec(location.pathname)[1] ?? "");
const asking = { market: visit.market, locale: visit.locale, visitor };

try {
  main.replaceChildren(...(await page({ id, asking, main })).filter(Boolean));
} catch (fault) {
  console.warn(fault);
  main.replaceChildren(el("section", { class: "sorry" }, el("h1", {}, say("sorry")), el("p", {}, say("sorryNote"))));
}
document.body.dataset.ready = "yes";
