// Refreshes the parts of a page that live, without disturbing who is typing or reading.
"use strict";
(() => {
  const seconds = Number(document.documentElement.dataset.refresh);
  if (!seconds) return;
  // What somebody has typed, ticked or chosen and not yet sent is theirs, wherever they look meanwhile.
  const filled = (field) => {
    if (field.tagName === "SELECT") {
      const given = [...field.options].findIndex((option) => option.defaultSelected);
      return field.selectedIndex !== Math.max(given, 0);
    }
    if (/^(checkbox|radio)$/.test(field.type)) return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  };
  const busy = (part) => {
    const at = document.activeElement;
    if (part.contains(at) && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName)) return true;
    return [...part.querySelectorAll("input, select, textarea")].some(filled);
  };
  const refresh = async () => {
    if (document.hidden) return;
    let text;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      text = await answer.text();
    } catch {
      return;
    }
    const next = new DOMParser().parseFromString(text, "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = next.getElementById(part.id);
      if (!other || busy(part) || other.innerHTML === part.dataset.was) continue;
      if (part.dataset.was === undefined && other.innerHTML === part.innerHTML) continue;
      const open = [...part.querySelectorAll("details[open][id]")].map((d) => d.id);
      const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
      part.dataset.was = other.innerHTML;
      part.innerHTML = other.innerHTML;
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      if (focused) document.getElementById(focused)?.focus();
    }
  };
  setInterval(refresh, seconds * 1000);
})();
