// A login that nobody uses ends, and so does what stands on its open page: the page covers itself by
// its own clocks, without waiting for an answer, then asks whether the login was used elsewhere. If it
// was not, it leads to logging in, and from there back to the same field. Whichever clock is first
// counts: the date of an old PC is set back, and the other one may stand still while it sleeps.
"use strict";
{
  const cover = document.getElementById("cover");
  const LOOK_MS = 1000, AGAIN_MS = 5000;
  let end = 0, endTicks = 0, asked = -AGAIN_MS, place = location.hash;

  const isCovered = () => document.body.classList.contains("covered");
  const here = () => `${location.pathname}${location.search}${place}`;
  const unlock = () => location.assign(`/login?back=${encodeURIComponent(here())}`);
  const show = (isShown) => {
    document.body.classList.toggle("covered", isShown);
    cover.hidden = !isShown;
  };
  const count = (seconds) => {
    end = Date.now() + seconds * 1000;
    endTicks = performance.now() + seconds * 1000;
  };

  const ask = async () => {
    asked = performance.now();
    try {
      const answer = await fetch("/lock?live", { headers: { "HX-Request": "true" }, redirect: "manual" });
      if (!answer.ok) return unlock();
      count(Number(await answer.text()));
      show(false);
    } catch {
      // nobody answers: it stays covered, and asks again
    }
  };
  const look = () => {
    if (Date.now() < end && performance.now() < endTicks) return;
    if (!isCovered()) {
      document.dispatchEvent(new Event("cover")); // what was typed is sent first
      show(true);
      cover.querySelector("a").focus();
    }
    if (performance.now() - asked > AGAIN_MS) ask();
  };

  if (cover) {
    count(Number(cover.dataset.leftS));
    setInterval(look, LOOK_MS);
    for (const event of ["visibilitychange", "focusin"]) document.addEventListener(event, look);
    document.addEventListener("focusin", (event) => {
      const named = event.target.closest("main [id]");
      if (named) place = `#${named.id}`;
    });
    document.addEventListener("saved", () => count(Number(cover.dataset.leftS)));
    cover.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault();
      unlock();
    });
    const back = document.querySelector("form[action='/logout'] [name='back']");
    back?.form.addEventListener("submit", () => { back.value = here(); });
  }
}
