// Looks again every two seconds while the page is seen; whoever reads may pause it.
const tail = document.getElementById("tail");
const hold = document.getElementById("hold");
const EVERY = 2000;

hold.hidden = false;
hold.addEventListener("click", () => {
  const held = hold.getAttribute("aria-pressed") !== "true";
  hold.setAttribute("aria-pressed", String(held));
  hold.textContent = held ? "Go on" : "Pause";
});

async function look() {
  const busy = document.hidden || hold.getAttribute("aria-pressed") === "true" || tail.contains(document.activeElement);
  try {
    if (!busy) {
      const answer = await fetch(tail.dataset.again, { headers: { accept: "text/html" } });
      if (answer.redirected) { location.reload(); return; }
      if (answer.ok) {
        const place = tail.querySelector(".wide")?.scrollLeft ?? 0;
        tail.innerHTML = await answer.text();
        const table = tail.querySelector(".wide");
        if (table) table.scrollLeft = place;
      }
    }
  } catch { /* no network for a moment: the next look tells */ }
  setTimeout(look, EVERY);
}
setTimeout(look, EVERY);
