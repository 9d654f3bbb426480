// Says which variant is looked at: a page that somebody forced must not be taken for what everybody sees.
import { el } from "./elements.js";
import { asked } from "./gateway.js";
import { END, isLooking } from "./looking.js";
import { say } from "./words.js";

export function notice() {
  if (!isLooking) return;
  const seen = new Set();
  const text = el("span", {}, say("lookNowhere"));
  document.body.append(
    el("p", { class: "looking", role: "status" }, text, el("a", { href: location.pathname + END }, say("lookEnd"))),
  );
  asked.addEventListener("asked", ({ detail: { answer } }) => {
    const page = answer.data?.placements;
    for (const { variants } of page?.placements ?? []) {
      for (const { experimentKey, key, source } of variants) if (source === "FORCED") seen.add(`${experimentKey}: ${key}`);
    }
    const refused = page?.warnings.find(({ code }) => code === "PREVIEW_REFUSED");
    if (seen.size) text.textContent = `${say("lookAt")} ${[...seen].join(", ")}`;
    else if (refused) text.textContent = refused.message;
  });
}
