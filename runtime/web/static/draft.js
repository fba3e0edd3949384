// A draft is saved when one of its fields is left, and a second after the last key; never while an
// input method composes. Until a save that failed has come through, the page says so, asks before it
// is left, tries again by itself, and after the third failure takes nothing more in.
"use strict";
{
  const form = document.querySelector("form[data-draft]");
  const PAUSE_MS = 1000, AGAIN_MS = 5000, MOST_FAILURES = 3;
  const silent = document.getElementById("unsaved"); // for when nobody answers
  let typed = 0, sent = 0, safe = 0; // which change is the newest, was sent last, is on disk
  let composing = false, left = false, answered = false, failures = 0, timer = 0;
  const after = []; // what waits for the draft to be saved

  const isDirty = () => typed > safe;
  const halt = (isHalted) => {
    form.classList.toggle("halted", isHalted);
    for (const one of form.querySelectorAll("input, textarea")) one.readOnly = isHalted;
  };
  const save = () => {
    clearTimeout(timer);
    if (isDirty() && !composing && !left) htmx.trigger(form, "save");
  };
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };
  const saved = () => {
    safe = sent;
    failures = 0;
    halt(false);
    silent.hidden = true;
    if (isDirty()) later(PAUSE_MS);
    else while (after.length) after.shift()();
  };
  const failed = (nobodyAnswered) => {
    failures += 1;
    after.length = 0;
    halt(failures >= MOST_FAILURES);
    silent.hidden = !nobodyAnswered;
    document.getElementById("saved").hidden = nobodyAnswered;
    later(AGAIN_MS);
  };
  const change = () => {
    typed += 1;
    later(PAUSE_MS);
  };

  if (form) {
    form.addEventListener("input", change);
    form.addEventListener("compositionstart", () => { composing = true; });
    form.addEventListener("compositionend", () => { composing = false; change(); });
    form.addEventListener("focusout", save);
    form.addEventListener("focusin", (event) => {
      const named = event.target.closest("[id]");
      form.elements["-place"].value = named && named !== form ? named.id : "";
    });
    form.addEventListener("keydown", (event) => {
      const picks = event.target.matches("select, [type=radio]") && event.key !== "Tab";
      if (picks && form.classList.contains("halted")) event.preventDefault();
    });
    form.addEventListener("submit", () => { left = true; });

    form.addEventListener("htmx:configRequest", (event) => {
      if (failures || document.body.classList.contains("covered")) event.detail.path += "?live"; // nobody's click
    });
    form.addEventListener("htmx:beforeSend", () => { sent = typed; answered = false; });
    form.addEventListener("saved", () => { answered = true; saved(); });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (!answered) failed(!event.detail.successful);
    });

    window.addEventListener("pagehide", () => {
      if (isDirty() && !left) navigator.sendBeacon(form.getAttribute("hx-post"), new URLSearchParams(new FormData(form)));
    });
    window.addEventListener("beforeunload", (event) => {
      if (failures && isDirty() && !left) {
        event.preventDefault();
        event.returnValue = "x"; // browsers of 2020 look at this
      }
    });
    // Whoever locks the desk by hand does so after the last word is on disk.
    document.querySelector("form[action='/logout']").addEventListener("submit", (event) => {
      if (!isDirty()) return;
      event.preventDefault();
      after.push(() => event.target.submit());
      save();
    });
    document.addEventListener("cover", save);
  }
}
