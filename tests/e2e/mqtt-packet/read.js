// What npm's mqtt-packet reads of its own fixtures, and of packets given as lines `version hex` where a file is named.
// Run in the folder that holds the package. One line of JSON for each stream: version, bytes in hex, packets, error.
"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const folder = path.join(process.cwd(), "node_modules/mqtt-packet");
const mqtt = require(folder);

const streams = [];
const original = mqtt.parser;

/** A parser that notes what it is fed and what it says. */
function parser(options) {
  const real = original(options);
  const stream = { version: options?.protocolVersion ?? 4, hex: "", packets: [], error: null };
  streams.push(stream);
  real.on("packet", (packet) => stream.packets.push(plain(packet)));
  real.on("error", (error) => { stream.error ??= error.message; });
  const parse = real.parse.bind(real);
  real.parse = (bytes) => {
    stream.hex += Buffer.from(bytes).toString("hex");
    return parse(bytes);
  };
  return real;
}

function plain(value) {
  if (Buffer.isBuffer(value)) return { hex: value.toString("hex") };
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const given = process.argv[2];
if (given) {
  for (const line of fs.readFileSync(given, "utf8").split("\n").filter(Boolean)) {
    const [version, hex] = line.split(" ");
    parser({ protocolVersion: Number(version) }).parse(Buffer.from(hex, "hex"));
  }
} else {
  // The package's tests are run with a test runner that only runs them.
  mqtt.parser = parser;
  const quiet = new Proxy(() => quiet, { get: () => quiet, apply: () => quiet });
  const load = Module._load;
  Module._load = (name, parent, isMain) => (name === "tape" ? tape : load(name, parent, isMain));
  function tape(_name, body) {
    try {
      body(quiet);
    } catch {
      // A test that fails here says nothing about what was read.
    }
  }
  require(path.join(folder, "test.js"));
}
for (const stream of streams) console.log(JSON.stringify(stream));
