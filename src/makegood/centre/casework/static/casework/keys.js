// A list is gone through by keys while the focus is in it, and by nothing else:
// a key means something only where the reader stands in the list (WCAG 2.1.4).
"use strict";

(() => {
  const list = document.querySelector("[data-keys]");
  if (!list) return;
  const links = () => [...list.querySelectorAll("a[data-row]")];
  const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = links();
    const here = rows.indexOf(document.activeElement);
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    let goal = null;
    if (key in steps) {
      goal = rows[Math.min(rows.length - 1, Math.max(0, here + steps[key]))];
    } else if (key === "Home") {
      goal = rows[0];
    } else if (key === "End") {
      goal = rows[rows.length - 1];
    } else {
      const other = document.querySelector(`a[data-key="${CSS.escape(key)}"]`);
      if (!other) return;
      event.preventDefault();
      other.click();
      return;
    }
    if (!goal) return;
    event.preventDefault();
    goal.focus();
    goal.scrollIntoView({ block: "nearest" });
  });
})();
