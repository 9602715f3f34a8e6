// What a PUBLISH costs in MQTT.js: through its parser alone (mqtt-packet), and through a client that acknowledges it.
// The same packets as tests/wasm_codec_speed.rs, in the same engine. Run by `cargo xtask bench --only codec`, in the
// folder that holds the packages.
"use strict";

const { Duplex } = require("node:stream");
const { createRequire } = require("node:module");
const need = createRequire(process.cwd() + "/");
const packets = need("mqtt-packet");
const mqtt = need("mqtt");

const PACKETS = 20_000;
const TURNS = 15;
const TOPIC = "plant/line-1/machine-07/temp";

function publication(protocolVersion, qos) {
  return packets.generate(
    { cmd: "publish", topic: TOPIC, payload: Buffer.alloc(120, "x"), qos, messageId: qos ? 9 : undefined, retain: false, dup: false },
    { protocolVersion },
  );
}

async function best(turn) {
  let least = Infinity;
  for (let n = 0; n < TURNS; n += 1) {
    const began = performance.now();
    await turn();
    least = Math.min(least, ((performance.now() - began) * 1e6) / PACKETS);
  }
  return least;
}

function parse(message, batch, protocolVersion) {
  let count = 0;
  const parser = packets.parser({ protocolVersion });
  parser.on("packet", () => { count += 1; });
  for (let n = 0; n < PACKETS / batch; n += 1) parser.parse(Buffer.from(message));
  if (count !== PACKETS) throw new Error(`${count} packets`);
}

/** A client whose broker is this function: CONNACK to its CONNECT, then whatever is pushed. */
function connect(protocolVersion) {
  let wire;
  const broker = () => {
    wire = new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        if (chunk[0] === 0x10) wire.push(Buffer.from(protocolVersion === 5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]));
        done();
      },
    });
    return wire;
  };
  const options = { protocolVersion, clientId: "bench", keepalive: 0, reconnectPeriod: 0, manualConnect: false };
  const client = new mqtt.MqttClient(broker, options);
  return new Promise((resolve) => client.on("connect", () => resolve({ client, push: (bytes) => wire.push(bytes) })));
}

async function main() {
  for (const [protocolVersion, level] of [[4, "3.1.1"], [5, "5"]]) {
    for (const [qos, batch] of [[0, 1], [0, 50], [1, 1], [1, 50]]) {
      const message = Buffer.concat(Array.from({ length: batch }, () => publication(protocolVersion, qos)));
      const what = `MQTT ${level} QoS ${qos}, ${batch} a message`;
      const decode = await best(() => parse(message, batch, protocolVersion));
      console.log(`figure\tdecode ${what}\t${decode.toFixed(0)}`);
      const { client, push } = await connect(protocolVersion);
      let heard = 0;
      let enough = () => {};
      client.on("message", () => {
        heard += 1;
        if (heard === PACKETS) enough();
      });
      const session = await best(() => new Promise((resolve) => {
        heard = 0;
        enough = resolve;
        for (let n = 0; n < PACKETS / batch; n += 1) push(Buffer.from(message));
      }));
      console.log(`figure\tsession ${what}\t${session.toFixed(0)}`);
      client.end(true);
    }
  }
}

main().then(() => process.exit(0));
