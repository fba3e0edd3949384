// A note is saved a second after the last key and when it is left; never while an input method
// composes. A save that failed says so loudly, keeps the words, and is tried again by itself.
"use strict";
{
  const form = document.querySelector("form[data-note]");
  const PAUSE_MS = 1000, AGAIN_MS = 5000, WAIT_MS = 10000, REFUSED = 409, NO_LOGIN = 401;
  if (form) {
    const area = form.elements.note, said = document.getElementById("note-said");
    const { saved, failed, expired } = form.dataset;
    let kept = area.value, timer = 0, composing = false, busy = false, stopped = false, isBad = false;

    const say = (words, bad) => {
      isBad = bad;
      said.textContent = words;
      said.className = bad ? "trouble" : "hint";
      said.setAttribute("role", bad ? "alert" : "status");
    };
    const later = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(save, ms);
    };
    const send = async () => {
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)),
        headers: { "HX-Request": "true" }, redirect: "manual", signal: AbortSignal.timeout(WAIT_MS),
      });
      if (answer.status === NO_LOGIN) return { words: expired };
      if (!answer.ok && answer.status !== REFUSED) return { words: failed };
      const found = await answer.json();
      stopped = answer.status === REFUSED; // trying again would not help
      return found;
    };
    const save = async () => {
      clearTimeout(timer);
      if (composing || busy || stopped || area.value === kept) return;
      busy = true;
      const text = area.value;
      try {
        const found = await send();
        if (found.at) {
          kept = text;
          form.elements.version.value = found.version;
          say(saved.replace("%", found.at), false);
        } else say(found.words, true);
      } catch {
        say(failed, true);
      }
      busy = false;
      if (area.value !== kept && !stopped) later(isBad ? AGAIN_MS : PAUSE_MS);
    };
    form.querySelector("button").hidden = true; // nobody has to press it
    area.addEventListener("input", () => later(PAUSE_MS));
    area.addEventListener("compositionstart", () => { composing = true; });
    area.addEventListener("compositionend", () => { composing = false; later(PAUSE_MS); });
    area.addEventListener("focusout", save);
    window.addEventListener("pagehide", () => {
      if (area.value !== kept && !stopped) navigator.sendBeacon(form.action, new URLSearchParams(new FormData(form)));
    });
    window.addEventListener("beforeunload", (event) => {
      if (!isBad || area.value === kept) return;
      event.preventDefault();
      event.returnValue = "x"; // browsers of 2020 look at this
    });
  }
}
