// What is typed into a long form is kept in this tab until it is saved: a login that ended, a page
// left by mistake or loaded anew costs nobody an hour's work. It goes when it was saved, given up,
// or its author logs out.
"use strict";
const OURS = "typed:";
const long = document.querySelector("form.editing");
const key = `${OURS}${location.pathname}${location.search}`;
const all = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "token"));

const forget = (keys) => keys.forEach((one) => sessionStorage.removeItem(one));
const ours = () => Object.keys(sessionStorage).filter((one) => one.startsWith(OURS));

const putBack = (form, kept) => {
  const values = new Map();
  for (const [name, value] of kept) values.set(name, [...(values.get(name) ?? []), value]);
  for (const one of form.elements) {
    const mine = values.get(one.name) ?? [];
    if (!one.name || one.name === "token" || one.tagName === "BUTTON") continue;
    if (one.type === "checkbox" || one.type === "radio") one.checked = mine.includes(one.value);
    else if (mine.length && one.value !== mine[0]) {
      one.value = mine[0];
      for (let part = one.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    }
  }
};

if (long) {
  const notice = document.getElementById("kept");
  const fresh = all(long);
  const kept = sessionStorage.getItem(key);
  if (long.dataset.sent) sessionStorage.setItem(key, fresh); // the answer to a form shows what was typed
  else if (kept && kept !== fresh) {
    putBack(long, JSON.parse(kept));
    notice.hidden = false;
    document.addEventListener("DOMContentLoaded", () => long.dispatchEvent(new Event("change")));
  }
  for (const event of ["input", "change"]) {
    long.addEventListener(event, () => sessionStorage.setItem(key, all(long)));
  }
  document.getElementById("forget").addEventListener("click", () => {
    forget([key]);
    location.reload();
  });
  for (const link of document.querySelectorAll("a[data-give-up]")) {
    link.addEventListener("click", () => forget([key]));
  }
  long.addEventListener("submit", () => sessionStorage.setItem("sent", key));
} else if (document.querySelector("[data-saved]")) {
  forget([sessionStorage.getItem("sent") ?? "", "sent"]);
}
document.querySelector("form[action='/logout']")?.addEventListener("submit", () => forget(ours()));
