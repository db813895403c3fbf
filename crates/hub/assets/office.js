// Small comforts. Every page works without this file.
"use strict";

// A form is sent once, however often its button is pressed. First of all, so that nothing below can
// keep it from being there.
let sent = false;
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    sent = true;
    setTimeout(() => delete form.dataset.sent, 3000);
  });
}
// Whoever comes back to a page whose form was sent gets a fresh one.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && sent) location.reload();
});

// An open menu closes with Escape, by a click elsewhere, or when the focus leaves it.
const menus = () => document.querySelectorAll("details.drop[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("focusin", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The key / leads to the search box, unless something is being typed.
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("find");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// Copies a field that could also be selected by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const label = button.querySelector("span");
  const before = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // pages without TLS have no clipboard object
    }
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = before), 2000);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Whether one goes on to a second page depends on the chosen place.
for (const form of document.querySelectorAll("form[data-consent]")) {
  const place = form.querySelector("select[name=target]");
  const go = form.querySelector("button.primary");
  if (!place || !go) continue;
  const follow = () => {
    if (!place.value) return;
    const more = "more" in place.selectedOptions[0].dataset;
    go.value = more ? "next" : "allow";
    go.textContent = more ? form.dataset.next : form.dataset.allow;
    for (const hint of form.querySelectorAll("[data-later]")) hint.hidden = !more;
  };
  place.addEventListener("change", follow);
  follow();
}

// A line named in the address is opened. Anybody may write an address: it need not be well encoded.
const lineNamed = (hash) => {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
};
const named = lineNamed(location.hash);
if (named instanceof HTMLDetailsElement) named.open = true;
