"use strict";

// Fetches this very page again and takes over its list if it has changed, so that reading place and focus stay.
(function () {
  const EVERY = 2000;
  const list = document.getElementById("mails");
  const news = document.getElementById("mail-news");

  async function look() {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("mails");
        if (fresh && fresh.innerHTML !== list.innerHTML) {
          const before = list.querySelectorAll(".mail").length;
          list.replaceChildren(...fresh.childNodes);
          if (list.querySelectorAll(".mail").length > before) news.textContent = "新しいメールが届きました。";
        }
      } catch {
        // The demo may be starting again; the next look will tell.
      }
    }
    setTimeout(look, EVERY);
  }

  setTimeout(look, EVERY);
})();
