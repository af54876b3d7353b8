// Takes the place of a part of the page by its newest state, while there is more to come.
// A part names where it comes from: <section data-refresh="ADDRESS" data-seconds="5">.
"use strict";

(() => {
  const longest = 10 * 60 * 1000;
  const began = Date.now();
  const policy = window.trustedTypes
    ? window.trustedTypes.createPolicy("makegood-refresh", { createHTML: (text) => text })
    : { createHTML: (text) => text };

  const wait = (part) => {
    const seconds = Math.max(2, Number(part.dataset.seconds) || 5);
    window.setTimeout(() => renew(part), seconds * 1000);
  };

  const renew = async (part) => {
    if (!part.isConnected || Date.now() - began > longest) return;
    if (document.hidden || part.contains(document.activeElement)) {
      wait(part);
      return;
    }
    try {
      const answer = await fetch(part.dataset.refresh, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) return;
      const text = await answer.text();
      const page = new DOMParser().parseFromString(policy.createHTML(text), "text/html");
      const fresh = page.querySelector(`#${CSS.escape(part.id)}`);
      if (!fresh) return;
      if (fresh.hasAttribute("data-over")) {
        window.location.reload();
        return;
      }
      part.replaceWith(fresh);
      if (fresh.dataset.refresh) wait(fresh);
    } catch {
      wait(part);
    }
  };

  document.documentElement.classList.add("has-script");
  document.querySelectorAll("[data-refresh]").forEach(wait);
})();
