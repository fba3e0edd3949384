// The little that pages need beside htmx: ask before what can't be taken
// back, one menu at a time, and say so if a page that shows news gets none.
"use strict";
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
});
for (const [event, isStale] of [["htmx:sendError", true], ["htmx:afterOnLoad", false]]) {
  document.addEventListener(event, () => {
    for (const notice of document.querySelectorAll(".stale")) notice.hidden = !isStale;
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.removeAttribute("open");
});

// A link to what is folded away unfolds it; so does an address.
const unfold = (hash) => {
  const found = document.getElementById(decodeURIComponent(hash.slice(1)));
  for (let one = found?.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
  if (found?.matches("input, select, textarea")) found.focus();
  return found;
};
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link && unfold(link.hash)) link.closest("details.menu")?.removeAttribute("open");
});
document.addEventListener("DOMContentLoaded", () => unfold(location.hash)?.scrollIntoView({ block: "center" }));

// A row that is of several kinds shows what its kind needs.
const sort = () => {
  for (const kind of document.querySelectorAll(".kinds select[name$='.kind']")) kind.closest("details").dataset.kind = kind.value;
};
document.addEventListener("DOMContentLoaded", sort);
document.addEventListener("change", sort);

// On a narrow window a row of a table becomes a card: each cell then needs its column's heading.
const label = () => {
  for (const table of document.querySelectorAll("table.cards")) {
    const heads = [...table.querySelectorAll("thead th")]
      .map((head) => head.textContent.trim())
      .map((text) => text.charAt(0).toUpperCase() + text.slice(1)); // as the style sheet shows it
    for (const row of table.querySelectorAll("tbody tr")) {
      if (row.cells.length !== heads.length) continue;
      [...row.cells].forEach((cell, at) => {
        if (cell.tagName === "TD") cell.dataset.label = heads[at];
        const filled = cell.querySelector("input, select, textarea, button");
        cell.classList.toggle("empty", !filled && ["", "—"].includes(cell.textContent.trim()));
      });
    }
    table.classList.add("labelled");
    table.classList.toggle("few", heads.length < 4);
  }
};
document.addEventListener("DOMContentLoaded", label);
for (const event of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(event, label);
