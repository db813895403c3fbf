// Finds what a person would point at: arguments are what is wanted ("click", "field" or "text"),
// its visible text or label, and, if there are several, some text near the right one.
const [kind, wanted, near] = arguments;
const clean = (text) =>
  (text || '').replace(/[\s\u00a0\u202f]+/g, ' ').replace(/\u2019/g, "'").trim().toLowerCase();
const seen = (element) => element.checkVisibility({ visibilityProperty: true });
const kinds = {
  click: 'a, button, summary, label, [role=button], [role=menuitem], [role=tab], input[type=submit], input[type=button]',
  field: 'input:not([type=hidden]), select, textarea',
  text: 'body *',
};
const labels = (element) => {
  const own = [element.getAttribute('aria-label'), element.getAttribute('title')];
  if (kind !== 'field') return [element.innerText, element.tagName === 'INPUT' ? element.value : '', ...own];
  const spoken = (element.getAttribute('aria-labelledby') || '').split(' ')
    .map((id) => document.getElementById(id)?.innerText);
  return [...Array.from(element.labels || [], (label) => label.innerText), ...spoken, ...own, element.placeholder];
};
const text = clean(wanted);
// An exact name is better than one that begins so, and that better than one that holds it.
const rank = (element) => Math.min(...labels(element).map(clean).filter(Boolean).map((label) =>
  label === text || label === text + ' :' || label === text + ':' ? 0 : label.startsWith(text) ? 1 : label.includes(text) ? 2 : 9), 9);
// How far up one must go until the text that should be near is in sight.
const distance = (element) => {
  if (!near) return 0;
  let steps = 0;
  for (let at = element; at && at !== document.body; at = at.parentElement, steps++) {
    if (clean(at.innerText).includes(clean(near))) return steps;
  }
  return 999;
};
const depth = (element) => { let n = 0; for (let at = element; at; at = at.parentElement) n++; return n; };
const found = Array.from(document.querySelectorAll(kinds[kind]))
  .filter((element) => seen(element) && !element.disabled && element.getAttribute('aria-disabled') !== 'true')
  .map((element) => ({ element, rank: rank(element), distance: distance(element), depth: depth(element) }))
  .filter((one) => one.rank < 9 && one.distance < 999)
  .sort((a, b) => a.rank - b.rank || a.distance - b.distance || b.depth - a.depth);
return found.length ? found[0].element : null;
