// What the server put into the page, and which visit (a language in a market) the visitor chose.

export const config = JSON.parse(document.getElementById("config").textContent);

const KEPT = "tallvik-visit";

export const visit =
  config.visits.find((each) => each.locale === localStorage.getItem(KEPT)) ??
  config.visits.find((each) => navigator.language && each.locale.slice(0, 2) === navigator.language.slice(0, 2)) ??
  config.visits[0];

export function changeVisit(locale) {
  localStorage.setItem(KEPT, locale);
  location.reload();
}

export const language = visit.locale.slice(0, 2);

const shelves = new Map();
for (const department of config.departments) {
  shelves.set(department.id, { ...department, department: null });
  for (const shelf of department.shelves) shelves.set(shelf.id, { ...shelf, shelves: [], department });
}

// A department or a shelf by its category id; undefined for any other category.
export const shelfOf = (id) => shelves.get(id);
