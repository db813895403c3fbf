// The board by keyboard, and printing. Everything works without this script, with Tab and the browser's menu.
"use strict";
(() => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  const steps = () => [...document.querySelectorAll("[data-step]")];
  // The ticket in the next column that is nearest in height.
  const sideways = (from, direction) => {
    const columns = [...document.querySelectorAll(".column")];
    let at = columns.indexOf(from.closest(".column")) + direction;
    for (; columns[at]; at += direction) {
      const there = [...columns[at].querySelectorAll("[data-step]")];
      const top = from.getBoundingClientRect().top;
      const far = (step) => Math.abs(step.getBoundingClientRect().top - top);
      if (there.length) return there.sort((a, b) => far(a) - far(b))[0];
    }
    return null;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName)) return;
    if (event.key === "r" || event.key === "R") {
      document.getElementById("recall-last")?.click();
      return;
    }
    const all = steps();
    if (!all.length || !event.key.startsWith("Arrow")) return;
    const at = document.activeElement?.hasAttribute("data-step") ? document.activeElement : null;
    let next = all[0];
    if (at) {
      const own = [...at.closest(".column").querySelectorAll("[data-step]")];
      const index = own.indexOf(at);
      if (event.key === "ArrowDown") next = own[index + 1];
      if (event.key === "ArrowUp") next = own[index - 1];
      if (event.key === "ArrowRight") next = sideways(at, 1);
      if (event.key === "ArrowLeft") next = sideways(at, -1);
    }
    event.preventDefault();
    next?.focus();
    next?.closest(".ticket").scrollIntoView({ block: "nearest" });
  });
})();
