// The keys of the till, and the button that prints.
"use strict";
(() => {
  addEventListener("keydown", (event) => {
    if (event.key === "F3" && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      location.href = "/till/0/orders";
    }
  });
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
