// A plain dashboard on MQTT.js, as one would write it: subscribe to everything, parse each payload, keep the last
// value of each topic, and once a frame write what changed into 100 tiles. Markup as in Andon's DOM contract, so that
// one probe reads both pages.
"use strict";

const MOST_TILES = 100;
const query = new URLSearchParams(location.search);
const suffix = query.get("tile") ?? "";
const last = new Map();
const tiles = [];
const lags = new Float64Array(8192);
const bench = { received: 0, subscribed: false, lagCount: 0, lag(share) {
  const known = lags.slice(0, Math.min(bench.lagCount, lags.length)).sort();
  return known.length ? known[Math.min(known.length - 1, Math.floor(known.length * share))] : NaN;
} };
window.bench = bench;

const client = mqtt.connect(query.get("broker"), { protocolVersion: 4, reconnectPeriod: 0, keepalive: 30 });
client.on("connect", () => client.subscribe("#", () => { bench.subscribed = true; }));
client.on("message", (topic, payload, packet) => {
  bench.received += 1;
  let reading;
  try {
    reading = JSON.parse(payload.toString());
  } catch {
    return;
  }
  if (typeof reading !== "object" || reading === null) reading = { value: reading };
  reading.retained = packet.retain;
  if (bench.received % 16 === 0 && reading.timestamp) {
    lags[bench.lagCount % lags.length] = Date.now() - reading.timestamp;
    bench.lagCount += 1;
  }
  if (!last.has(topic) && tiles.length < MOST_TILES && topic.endsWith(suffix)) addTile(topic);
  last.set(topic, reading);
});

function addTile(topic) {
  const section = document.createElement("section");
  section.dataset.machine = topic.slice(0, topic.length - suffix.length).replace(/\/$/, "");
  const name = document.createElement("h2");
  name.textContent = section.dataset.machine.split("/").pop();
  const value = document.createElement("data");
  value.className = "reading";
  value.dataset.tag = topic;
  const unit = document.createElement("small");
  section.append(name, value, unit);
  document.querySelector("main").append(section);
  tiles.push({ topic, value, unit, shown: undefined });
}

function paint() {
  for (const tile of tiles) {
    const reading = last.get(tile.topic);
    if (reading === undefined || reading === tile.shown) continue;
    tile.shown = reading;
    tile.value.textContent = typeof reading.value === "number" ? reading.value.toFixed(1) : reading.value;
    tile.value.value = reading.value;
    tile.value.dataset.time = reading.timestamp;
    tile.value.dataset.origin = reading.retained ? "retained" : "live";
    tile.value.dataset.quality = "good";
    tile.unit.textContent = reading.unit ?? "";
  }
  requestAnimationFrame(paint);
}
requestAnimationFrame(paint);
