// Pages that follow what happens: what changed is told by a stream (office/live.rs), what it is now is
// fetched from the page's own address. Every page can be read without this file.
"use strict";

(() => {
  const base = document.getElementById("live");
  if (!base || !window.EventSource || !window.DOMParser) return;
  const words = base.dataset;
  const kind = words.live; // "orders", "order", "dashboard" or "log"
  const own = location.pathname + location.search;
  const first = words.first || own; // where a list begins
  const isFirst = !words.first;
  const part = document.querySelector("[data-live-part]");

  const INTERVALS = { orders: 1000, order: 1000, dashboard: 10000, log: 10000 };
  const RETRY_SECONDS = [1, 2, 4, 8, 15, 30, 60];
  const OFFLINE_AFTER = 4000; // a hub that starts again is not worth a word
  const CLOSE_HIDDEN_AFTER = 120000;
  const QUIET_TIME = 2000; // who moves the pointer over a list is about to press something
  const SAY_INTERVAL = 10000;
  const MARK_TIME = 12000;

  const fill = (text, value) => text.replace("{}", value);
  const LINES_PER_PAGE = 50;
  const count = (number) => {
    if (number >= LINES_PER_PAGE) return words.more;
    return number === 1 ? words.one : fill(words.many, number);
  };
  const idsOf = (root, css) => [...root.querySelectorAll(css)].map((it) => it.id).filter(Boolean);

  // --- What is shown beside the page: a sign, what is said to those who hear it, the title ---

  const sign = document.createElement("a");
  sign.className = "button small primary live-new";
  sign.href = first;
  const notice = document.createElement("p");
  notice.className = "notice warn live-lost";
  const status = document.createElement("p");
  status.className = "hidden";
  status.setAttribute("role", "status");
  sign.hidden = notice.hidden = true;
  base.append(sign, notice);
  base.after(status);
  base.hidden = false;

  const title = document.title;
  let waiting = 0; // what the sign says
  let unseen = 0; // what came while nobody looked
  const isWatched = () => !document.hidden && document.hasFocus();
  const showTitle = () => {
    const number = Math.max(waiting, unseen);
    document.title = number ? `(${number}) ${title}` : title;
  };
  const showSign = (number) => {
    waiting = number;
    sign.hidden = !number;
    if (number) sign.textContent = count(number);
    showTitle();
  };
  const looked = () => {
    if (!isWatched()) return;
    unseen = 0;
    showTitle();
  };

  // Not at each change: whoever listens to something else is not interrupted all the time.
  let saying = "";
  let saidAt = -SAY_INTERVAL;
  let sayTimer = 0;
  const say = (text) => {
    saying = text;
    if (sayTimer) return;
    const speak = () => {
      sayTimer = 0;
      saidAt = performance.now();
      status.textContent = saying;
    };
    sayTimer = setTimeout(speak, Math.max(500, saidAt + SAY_INTERVAL - performance.now()));
  };

  // --- Taking over what the hub has drawn, so that focus, selection and what is unfolded stay ---

  const OWN = ["open", "data-fresh"]; // attributes that belong to this browser
  const KEPT = "form, [data-print], [data-copy], [data-sound], #live";
  const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset.key || "" : "");
  const morph = (old, fresh) => {
    if (old.isEqualNode(fresh) || old.matches(KEPT)) return;
    for (const { name } of [...old.attributes])
      if (!OWN.includes(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes)
      if (!OWN.includes(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
    const keys = new Set([...fresh.children].map(keyOf));
    const keyed = new Map();
    for (const child of [...old.children]) {
      const key = keyOf(child);
      if (key && !keys.has(key)) child.remove();
      else if (key) keyed.set(key, child);
    }
    let at = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      const key = keyOf(next);
      let same = key ? keyed.get(key) : at;
      while (!key && same && keyOf(same)) same = same.nextSibling;
      if (!same || same.nodeName !== next.nodeName) {
        old.insertBefore(document.importNode(next, true), at);
        continue;
      }
      // What is moved loses the focus: rather goes what lies before it, if nobody can need that.
      let between = at;
      while (key && between && between !== same && !keyOf(between)) between = between.nextSibling;
      while (between === same && at !== same) {
        const after = at.nextSibling;
        at.remove();
        at = after;
      }
      if (same === at) at = at.nextSibling;
      else old.insertBefore(same, at);
      if (same.nodeType === Node.ELEMENT_NODE) morph(same, next);
      else if (same.data !== next.data) same.data = next.data;
    }
    while (at) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
  };

  const isMarked = () => {
    const selection = getSelection();
    return !!selection && !selection.isCollapsed && !!part && part.contains(selection.anchorNode);
  };

  // --- What is made of a page as it is now ---

  let pointerAt = -QUIET_TIME;
  document.addEventListener("pointermove", () => (pointerAt = performance.now()), { passive: true });
  // Whether somebody reads, marks or is about to press something, which must not move.
  const isReading = () =>
    scrollY > 40 ||
    isMarked() ||
    !!document.querySelector("details.drop[open]") ||
    (part.matches(":hover") && performance.now() - pointerAt < QUIET_TIME);

  const ROWS = kind === "log" ? ".log > details" : "tbody > tr";
  let known = part ? new Set(idsOf(part, ROWS)) : new Set();
  let announced = new Set();
  const created = new Set();
  let pending = null; // a page that could not be taken over yet
  let pendingTimer = 0;

  const mark = (row) => {
    row.dataset.fresh = "";
    setTimeout(() => row.removeAttribute("data-fresh"), MARK_TIME);
  };

  // What came on top of what the reader knows. On a later page only what the stream has named is.
  const arrivals = (ids) => {
    if (!isFirst) return ids.filter((id) => created.has(id));
    const end = ids.findIndex((id) => known.has(id));
    return end < 0 ? ids : ids.slice(0, end);
  };

  const takeOrders = (fresh, isCatchingUp) => {
    const ids = idsOf(fresh, ROWS);
    const arrived = arrivals(ids);
    const news = arrived.filter((id) => !announced.has(id));
    news.forEach((id) => announced.add(id));
    if (news.length) {
      say(count(arrived.length));
      if (!isWatched()) unseen += news.length;
      if (isCatchingUp || news.some((id) => created.has(id))) ring(ids[0]);
    }
    if (!isFirst) return showSign(arrived.length);
    const before = new Map([...part.querySelectorAll(ROWS)].map((row) => [row.id, row.textContent]));
    if (isReading()) {
      // Rows that are there say what they are now, and stay where they are.
      if (!isMarked())
        for (const id of ids) {
          const row = document.getElementById(id);
          if (row && before.get(id) !== fresh.querySelector(`#${CSS.escape(id)}`).textContent) {
            morph(row, fresh.querySelector(`#${CSS.escape(id)}`));
            mark(row);
          }
        }
      pending = fresh;
      pendingTimer ||= setInterval(takePending, 1000);
      return showSign(arrived.length);
    }
    pending = null;
    morph(part, fresh);
    for (const row of part.querySelectorAll(ROWS))
      if (arrived.includes(row.id) || (before.has(row.id) && before.get(row.id) !== row.textContent)) mark(row);
    known = new Set(ids);
    announced = new Set();
    showSign(0);
    looked();
  };
  const takePending = () => {
    if (pending && isReading()) return;
    clearInterval(pendingTimer);
    pendingTimer = 0;
    if (pending) takeOrders(pending, false);
  };

  const takeLines = (fresh) => {
    const ids = idsOf(fresh, ROWS);
    // On a later page nobody knows where the list began: it begins where it was looked at first.
    if (!isFirst && !known.size) known = new Set(ids);
    const end = ids.findIndex((id) => known.has(id));
    const number = end < 0 ? ids.length : end;
    if (number && number !== waiting) say(count(number));
    showSign(number);
  };

  const STATUS = ".head .badge";
  const takePage = (fresh) => {
    if (isMarked()) {
      pending = fresh;
      pendingTimer ||= setInterval(() => {
        if (isMarked()) return;
        clearInterval(pendingTimer);
        pendingTimer = 0;
        takePage(pending);
      }, 1000);
      return;
    }
    const badge = fresh.querySelector(STATUS)?.textContent;
    if (kind === "order" && badge && badge !== part.querySelector(STATUS)?.textContent) say(badge);
    morph(part, fresh);
  };

  // --- Fetching it ---

  class Ended extends Error {}
  let freshAt = 0; // when the page was asked for that is shown
  let isWanted = false;
  let isCatchingUp = false;
  let isFetching = false;
  let fetchTimer = 0;
  let hasEnded = false;
  if (kind === "log" && !isFirst) known = new Set();

  const fetchPage = async () => {
    const asked = performance.now();
    const response = await fetch(first, { headers: { "X-Refresh": "1" }, cache: "no-store" });
    if (response.redirected || response.status === 403 || response.status === 404) throw new Ended();
    if (!response.ok) throw new Error(response.status);
    const drawn = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = drawn.querySelector("[data-live-part]");
    if (!fresh || !part) throw new Ended();
    freshAt = asked;
    if (kind === "orders") takeOrders(fresh, isCatchingUp);
    else if (kind === "log") takeLines(fresh);
    else takePage(fresh);
    isCatchingUp = false;
    followUp();
  };
  const fetchWanted = async () => {
    fetchTimer = 0;
    if (!isWanted || isFetching || hasEnded) return;
    // Whoever does not look at numbers needs none; new orders are told by the title, too.
    if (document.hidden && kind !== "orders") return;
    isWanted = false;
    isFetching = true;
    try {
      await fetchPage();
    } catch (error) {
      if (error instanceof Ended) end();
      else isWanted = true;
    }
    isFetching = false;
    if (isWanted) want();
  };
  const want = () => {
    isWanted = true;
    if (fetchTimer || isFetching || hasEnded) return;
    fetchTimer = setTimeout(fetchWanted, Math.max(50, freshAt + INTERVALS[kind] - performance.now()));
  };

  // What the apps answer is no event: while something is on its way, the page of an order looks again.
  const FOLLOW_UP_SECONDS = [2, 3, 5, 10, 20, 30];
  const MAX_FOLLOW_UPS = 40;
  let followUps = 0;
  let followUpTimer = 0;
  const followUp = () => {
    clearTimeout(followUpTimer);
    if (kind !== "order" || !part.querySelector("[data-waiting]")) return (followUps = 0);
    if (followUps >= MAX_FOLLOW_UPS) return;
    const seconds = FOLLOW_UP_SECONDS[Math.min(followUps, FOLLOW_UP_SECONDS.length - 1)];
    followUps += 1;
    followUpTimer = setTimeout(want, seconds * 1000);
  };

  // --- The stream ---

  let source = null;
  let retries = 0;
  let retryTimer = 0;
  let lostAt = null;
  let hideTimer = 0;

  // The time where the page is about, which its other times are in: "UTC+02:00".
  const clock = (date) => {
    const [, sign = "+", hours = 0, minutes = 0] = /([+-])(\d+):(\d+)/.exec(words.zone) || [];
    const offset = (Number(hours) * 60 + Number(minutes)) * 60000 * (sign === "-" ? -1 : 1);
    const there = new Date(date.getTime() + offset);
    const form = { hour: "2-digit", minute: "2-digit", timeZone: "UTC" };
    return there.toLocaleTimeString(document.documentElement.lang, form);
  };
  const end = () => {
    hasEnded = true;
    close();
    notice.textContent = `${words.ended} `;
    const again = document.createElement("a");
    again.href = own;
    again.textContent = words.reload;
    notice.append(again);
    notice.hidden = false;
  };
  const close = () => {
    clearTimeout(retryTimer);
    source?.close();
    source = null;
  };
  const lose = () => {
    close();
    if (hasEnded) return;
    lostAt ??= new Date();
    setTimeout(() => {
      if (!lostAt || hasEnded || document.hidden) return;
      notice.textContent = fill(words.offline, clock(lostAt));
      notice.hidden = false;
    }, OFFLINE_AFTER);
    const seconds = RETRY_SECONDS[Math.min(retries, RETRY_SECONDS.length - 1)];
    retries += 1;
    retryTimer = setTimeout(retry, seconds * (750 + 500 * Math.random()));
  };
  const retry = async () => {
    // A stream does not say why it is refused. The page does, and is true for a moment at least.
    if (retries > 1 && !isFetching) {
      isFetching = true;
      isCatchingUp = true;
      try {
        await fetchPage();
        lostAt = new Date();
      } catch (error) {
        if (error instanceof Ended) end();
      }
      isFetching = false;
    }
    connect();
  };
  const regain = () => {
    retries = 0;
    if (!lostAt) return;
    lostAt = null;
    notice.hidden = true;
    isCatchingUp = true;
    want();
  };
  const connect = () => {
    const mayWait = document.hidden && !isLoud();
    if (source || hasEnded || mayWait || !part) return;
    clearTimeout(retryTimer);
    const age = Math.round(performance.now() - freshAt);
    source = new EventSource(`${words.stream}?age=${age}${kind === "log" ? "&requests=1" : ""}`);
    source.onopen = regain;
    source.onerror = lose;
    source.addEventListener("orders", (event) => {
      const { orders } = JSON.parse(event.data);
      for (const order of orders) if (order.change === "create") created.add(`order-${order.id}`);
      if (kind !== "order" || orders.some((order) => order.id === words.order)) {
        followUps = 0;
        want();
      }
    });
    source.addEventListener("requests", want);
    source.addEventListener("refresh", () => {
      isCatchingUp = true;
      want();
    });
    // Another tab of this browser was opened later. This one looks again when somebody comes back to it.
    source.addEventListener("replaced", () => {
      close();
      retryTimer = setTimeout(connect, 60000);
    });
  };

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hideTimer);
    if (!document.hidden) {
      looked();
      // What apps answer and what they ask is not told afterwards.
      if (isWanted || (!source && kind !== "orders")) want();
      connect();
    } else if (!isLoud()) {
      // A browser has few connections to one host: who looks needs them.
      hideTimer = setTimeout(close, CLOSE_HIDDEN_AFTER);
    }
  });
  window.addEventListener("focus", () => {
    looked();
    connect();
  });
  window.addEventListener("online", connect);
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && connect());

  // --- A sound, if wished: kept in this browser, off by default ---

  const SOUND = "passeplat-sound";
  const RUNG = "passeplat-sound-of"; // the order that has rung: several tabs ring once
  const stored = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const store = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // A browser that keeps nothing is silent after the next page.
    }
  };
  const button = document.querySelector("[data-sound]");
  const hint = document.querySelector("[data-sound-hint]");
  const isLoud = () => !!button && stored(SOUND) === "on";
  let audio = null;
  // Browsers permit a sound only after somebody has pressed something on the page.
  const isAudible = async () => {
    audio ??= new AudioContext();
    if (audio.state !== "running")
      await Promise.race([audio.resume(), new Promise((go) => setTimeout(go, 300))]);
    return audio.state === "running";
  };
  const play = async () => {
    const may = await isAudible().catch(() => false);
    hint.hidden = may || !isLoud();
    if (!may) return;
    [880, 1174.7].forEach((pitch, index) => {
      const begin = audio.currentTime + index * 0.16;
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, begin);
      volume.gain.exponentialRampToValueAtTime(0.2, begin + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.3);
      tone.connect(volume).connect(audio.destination);
      tone.start(begin);
      tone.stop(begin + 0.32);
    });
  };
  const ring = (order) => {
    if (!isLoud() || stored(RUNG) === order) return;
    store(RUNG, order);
    play();
  };
  if (button && hint && window.AudioContext) {
    const show = () => button.setAttribute("aria-pressed", String(isLoud()));
    const arm = async () => {
      if (isLoud()) hint.hidden = await isAudible().catch(() => false);
    };
    button.addEventListener("click", () => {
      store(SOUND, isLoud() ? "off" : "on");
      show();
      hint.hidden = true;
      if (isLoud()) play();
    });
    button.hidden = false;
    hint.hidden = !isLoud() || !!navigator.userActivation?.hasBeenActive;
    document.addEventListener("pointerdown", arm, { once: true });
    document.addEventListener("keydown", arm, { once: true });
    show();
  }

  connect();
  followUp();
})();
