// Injected into every page that is measured, before its own scripts: frame times, the age of what is on screen, and
// when the first live tile was there.
(() => {
  "use strict";
  const LIVE = '[data-machine] data.reading[data-origin="live"][data-quality="good"]';
  const probe = { firstTile: null, firstReading: null };
  let intervals = [];
  let ages = [];
  let before = 0;
  let began = 0;
  let sampler = 0;

  const tick = (now) => {
    if (began > 0 && before > 0) intervals.push(now - before);
    before = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);

  const isOnScreen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
  };
  const quantile = (values, share) => {
    const sorted = Float64Array.from(values).sort();
    return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] : null;
  };

  // How old the tiles' newest readings are, each tile counted once.
  const sample = () => {
    const now = Date.now();
    const newest = [];
    for (const tile of document.querySelectorAll("[data-machine]")) {
      let time = 0;
      for (const reading of tile.querySelectorAll("data.reading[data-time]")) {
        time = Math.max(time, Number(reading.dataset.time) || 0);
      }
      if (time > 0) newest.push(now - time);
    }
    if (newest.length) ages.push({ p50: quantile(newest, 0.5), p99: quantile(newest, 0.99) });
  };

  probe.start = () => {
    intervals = [];
    ages = [];
    before = 0;
    began = performance.now();
    sampler = setInterval(sample, 250);
  };
  probe.stop = () => {
    clearInterval(sampler);
    const secs = (performance.now() - began) / 1000;
    began = 0;
    const medians = ages.map((age) => age.p50);
    const half = Math.floor(medians.length / 2);
    return {
      secs,
      frames: intervals.length + 1,
      frame_p50: quantile(intervals, 0.5),
      frame_p95: quantile(intervals, 0.95),
      frame_p99: quantile(intervals, 0.99),
      age_p50: quantile(medians, 0.5),
      age_p99: quantile(ages.map((age) => age.p99), 0.5),
      age_first_half: quantile(medians.slice(0, half), 0.5),
      age_second_half: quantile(medians.slice(half), 0.5),
    };
  };
  probe.tiles = () => [...document.querySelectorAll("[data-machine]")].filter(isOnScreen).length;
  probe.stats = () => Object.fromEntries(
    [...document.querySelectorAll("data[data-stat]")].map((stat) => [stat.dataset.stat, Number(stat.value)]),
  );

  // When each machine's tile was painted as in alarm, by its path. The bench's alarms alone are critical: other rules
  // of the plant may have a tile marked already.
  probe.alarms = {};
  probe.watchAlarms = () => {
    const note = (path) => requestAnimationFrame(() => {
      // A task of its own after the frame's callbacks: style, layout and paint lie between.
      const after = new MessageChannel();
      after.port1.onmessage = () => { probe.alarms[path] ??= Date.now(); };
      after.port2.postMessage(null);
    });
    const lookAt = (tile) => {
      const path = tile.dataset?.machine;
      if (path && tile.dataset.alertPriority === "critical" && !(path in probe.alarms)) note(path);
    };
    new MutationObserver((records) => {
      for (const { target, addedNodes } of records) {
        lookAt(target);
        for (const node of addedNodes) {
          if (node.querySelectorAll) [node, ...node.querySelectorAll("[data-alert-priority]")].forEach(lookAt);
        }
      }
    }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["data-alert-priority"] });
  };

  const look = () => {
    const now = performance.now();
    if (probe.firstReading === null && document.querySelector("[data-machine] data.reading")) probe.firstReading = now;
    if (document.querySelector(LIVE)) {
      observer.disconnect();
      // What was written now is on screen with the next frame.
      requestAnimationFrame(() => { probe.firstTile = performance.now(); });
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-origin", "data-quality", "class"] });

  window.andonProbe = probe;
})();
