// Asks again without loading the page anew, and goes on when it is this browser's turn.
"use strict";
(() => {
  const queue = document.getElementById("queue");
  const FAILED_SECONDS = 15;
  let timer = 0;

  const later = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(ask, seconds * 1000);
  };

  const say = (name, words) => {
    const place = document.getElementById(name);
    // What did not change is not read out again.
    if (place.textContent !== words) place.textContent = words;
  };

  async function ask() {
    try {
      const answer = await fetch(queue.dataset.address, {
        headers: { Accept: "application/json" },
        cache: "no-store",
      });
      const told = await answer.json();
      if (told.admitted) {
        location.replace(location.href);
        return;
      }
      say("ahead", told.ahead);
      say("wait", told.wait);
      say("note", told.note);
      later(told.again);
    } catch {
      // The network, or the site, is away for a moment; the place is kept.
      later(FAILED_SECONDS);
    }
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) later(1);
  });
  later(Number(queue.dataset.again));
})();
