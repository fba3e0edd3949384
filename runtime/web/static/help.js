// One key shows what to read out to whoever helps by telephone, on every page, also over the cover of
// a locked one. The key goes back to where one was; without this script the link leads to a page.
"use strict";
{
  const box = document.getElementById("situation");
  let before = null;

  const ask = async () => {
    const digits = box.querySelector("[data-digits]"), silent = box.querySelector("[data-silent]");
    try {
      const answer = await fetch("/situation?live", { headers: { "HX-Request": "true" } });
      silent.hidden = answer.ok;
      if (answer.ok) digits.textContent = await answer.text();
    } catch {
      silent.hidden = false;
    }
  };
  const close = () => {
    box.hidden = true;
    before?.focus();
  };
  const open = () => {
    before = document.activeElement;
    box.hidden = false;
    box.querySelector("button").focus();
    ask();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "F1") {
      event.preventDefault();
      if (!box) return location.assign("/situation");
      if (box.hidden) open();
      else close();
    } else if (event.key === "Escape" && box && !box.hidden) close();
    else if (event.key === "Tab" && box && !box.hidden) event.preventDefault(); // one button is in it
  });
  document.addEventListener("click", (event) => {
    if (!box) return;
    if (event.target.closest("[data-back]")) close();
    if (event.target.closest("[data-help]")) {
      event.preventDefault();
      open();
    }
  });
}
