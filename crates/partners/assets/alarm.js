// Sounds as long as the page shows an alarm that nobody has looked at.
"use strict";
(() => {
  const Audio = window.AudioContext || window.webkitAudioContext;
  if (!Audio) return;
  let context = null;
  const wake = () => {
    context ??= new Audio();
    if (context.state === "suspended") context.resume();
  };
  // A browser lets a page sound after somebody has touched it.
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, wake, { passive: true });
  const tone = (hertz, at) => {
    const [source, volume] = [context.createOscillator(), context.createGain()];
    source.frequency.value = hertz;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
    source.connect(volume).connect(context.destination);
    source.start(at);
    source.stop(at + 0.4);
  };
  setInterval(() => {
    if (!document.querySelector("[data-alarm]")) return;
    try {
      wake();
      if (context.state !== "running") return;
      tone(880, context.currentTime);
      tone(660, context.currentTime + 0.25);
    } catch {
      // Without sound the banner says it all.
    }
  }, 2000);
})();
