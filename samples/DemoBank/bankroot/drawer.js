"use strict";

// Counts the seconds down, and takes over this very page's list again when the passwords have changed or a token has found a user.
(function () {
  const EVERY = 3;
  const drawer = document.getElementById("drawer");
  let changesAt = Date.now() + 1000 * Number(drawer.dataset.left);
  let ticks = 0;

  async function look() {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("drawer");
      if (!fresh) return;
      changesAt = Date.now() + 1000 * Number(fresh.dataset.left);
      drawer.replaceChildren(...fresh.childNodes);
    } catch {
      // The demo may be starting again; the next look will tell.
    }
  }

  async function tick() {
    ticks += 1;
    const left = Math.ceil((changesAt - Date.now()) / 1000);
    if (document.visibilityState === "visible" && (left <= 0 || ticks % EVERY === 0)) await look();
    else if (left > 0) document.querySelector("#seconds-left b").textContent = left;
    setTimeout(tick, 1000);
  }

  setTimeout(tick, 1000);
})();
