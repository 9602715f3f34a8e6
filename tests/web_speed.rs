//! Search over 100 000 tags in a browser, and what a message of each shape costs beside `JSON.parse` and hand-written
//! access in JavaScript. Figures are printed, the bound of search is asserted. Run on purpose:
//! `cargo test --profile worker --target wasm32-unknown-unknown --features web --test web_speed -- --include-ignored
//! --nocapture` with the runner that `cargo xtask test` sets up.
#![cfg(all(target_arch = "wasm32", feature = "web"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/world.rs"]
mod world;

use std::fmt::Write as _;

use andon::payload::{Known, Reader};
use andon::time::{Millis, Timestamp};
use andon::wire::{Browse, Command};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};
use world::World;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

const START: Timestamp = Timestamp(1_790_000_000_000);
const TAGS: usize = 100_000;

fn now() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into()).unwrap();
    let now: js_sys::Function = js_sys::Reflect::get(&performance, &"now".into()).unwrap().unchecked_into();
    now.call0(&performance).unwrap().as_f64().unwrap()
}

fn topic(out: &mut String, index: usize) {
    out.clear();
    let (line, machine, tag) = (index / 2000, index / 50 % 40, index % 50);
    let _ = write!(out, "acme/berlin/area-{}/line-{line}/machine-{machine}/group/value_{tag}", line % 5);
}

#[wasm_bindgen_test]
#[ignore = "a measurement; wants an optimised build"]
fn search_over_100_000_tags() {
    let mut world = World::online();
    let mut name = String::new();
    for index in 0..TAGS {
        topic(&mut name, index);
        let payload = format!("{{\"value\":1.5,\"unit\":\"bar\",\"description\":\"Pressure behind pump {index}\"}}");
        world.bytes(&world::publish(&name, payload.as_bytes(), false));
    }
    let began = now();
    world.command(Command::Browse(Some(Box::new(Browse { count: 100, ..Browse::default() }))));
    world.pass(Millis(1500));
    console_log!("opened: {:.1} ms", now() - began);
    world.updates.clear();
    for query in [
        "",
        "value_7",
        "line-31 machine-7 value_22",
        "ln31 mch7 vl22",
        "berlin",
        "zzz",
        "value",
        "pump 4711",
        "prsr bar",
    ] {
        // The first time the index is made.
        for turn in 0..2 {
            let began = now();
            let query = if turn == 0 { format!("{query} ") } else { query.to_owned() };
            world.command(Command::Browse(Some(Box::new(Browse {
                query: query.clone(),
                count: 100,
                ..Browse::default()
            }))));
            world.pass(Millis(150));
            let took = now() - began;
            let total = world.frames().rev().find_map(|frame| frame.rows.as_ref()).map_or(0, |rows| rows.total);
            console_log!("search {query:?}: {took:.1} ms, {total} found");
            world.updates.clear();
            assert!(turn == 0 || took <= 30.0, "{query}: {took} ms");
        }
    }
}

#[wasm_bindgen(inline_js = r#"
const shapes = {
  scalar: (t) => Number(t),
  value: (t) => { const o = JSON.parse(t); return [o.value, o.timestamp, o.unit]; },
  tags: (t) => { const o = JSON.parse(t); const out = []; for (const k in o) if (k !== 'timestamp_ms') out.push([k, o[k], o.timestamp_ms]); return out; },
  ignition: (t) => { const o = JSON.parse(t); return [o.value, o.timestamp, o.quality === 'Good', o.name]; },
  opcua: (t) => { const out = []; for (const m of JSON.parse(t).Messages) for (const k in m.Payload) { const v = m.Payload[k]; out.push([m.DataSetWriterId + '/' + k, v.Value, Date.parse(v.SourceTimestamp ?? m.Timestamp), v.StatusCode]); } return out; },
  kepware: (t) => JSON.parse(t).values.map((v) => [v.id, v.v, v.t, v.q]),
  siemens: (t) => JSON.parse(t).vals.map((v) => [v.id, v.val, Date.parse(v.ts), v.qc === 3]),
  senml: (t) => { let bn = '', bt = 0, bu; return JSON.parse(t).map((r) => { bn = r.bn ?? bn; bt = r.bt ?? bt; bu = r.bu ?? bu; return [bn + (r.n ?? ''), r.v, (bt + (r.t ?? 0)) * 1000, r.u ?? bu]; }); },
  line: (t) => { const [s, f, at] = t.split(' '); return f.split(',').map((p) => { const [k, v] = p.split('='); return [s + '/' + k, parseFloat(v), Number(at) / 1e6]; }); },
  object: (t) => { const out = []; const walk = (o, p) => { for (const k in o) { const v = o[k]; if (v && typeof v === 'object') walk(v, p + k + '/'); else out.push([p + k, v]); } }; walk(JSON.parse(t), ''); return out; },
};
const decoder = new TextDecoder();
export function js_nanos(name, bytes, rounds) {
  const read = shapes[name]; let kept = 0; let best = Infinity;
  for (let turn = 0; turn < 7; turn++) {
    const began = performance.now();
    for (let i = 0; i < rounds; i++) { const r = read(decoder.decode(bytes)); kept += r.length ?? 1; }
    best = Math.min(best, (performance.now() - began) * 1e6 / rounds);
  }
  globalThis.kept = kept; return best;
}
"#)]
extern "C" {
    fn js_nanos(name: &str, bytes: &[u8], rounds: u32) -> f64;
}

#[wasm_bindgen_test]
#[ignore = "a measurement; wants an optimised build"]
fn nanoseconds_per_message_by_shape() {
    const ROUNDS: u32 = 20_000;
    for (name, text) in [
        ("scalar", "72.31"),
        ("value", r#"{"value":72.31,"timestamp":1763862000000,"unit":"°C"}"#),
        ("tags", r#"{"timestamp_ms":1717083000000,"temperature":23.4,"humidity":42.1,"pressure":1013}"#),
        (
            "ignition",
            r#"{"name":"Fan Speed","dataType":"Float","value":12.5,"timestamp":1700000000000,"quality":"Good"}"#,
        ),
        (
            "opcua",
            r#"{"MessageId":"27","MessageType":"ua-data","PublisherId":"p","Messages":[{"DataSetWriterId":"1000","SequenceNumber":27,"Timestamp":"2025-11-23T01:40:00Z","Payload":{"StepUp":{"Value":23305,"SourceTimestamp":"2025-11-23T01:40:00Z"},"Speed":{"Value":7.5,"SourceTimestamp":"2025-11-23T01:40:00Z"}}}]}"#,
        ),
        (
            "kepware",
            r#"{"timestamp":1461699180000,"values":[{"id":"Channel1.Device1.Tag1","v":42,"q":true,"t":1461699180000},{"id":"Channel1.Device1.Tag2","v":1.5,"q":true,"t":1461699180000}]}"#,
        ),
        (
            "siemens",
            r#"{"seq":1,"vals":[{"id":"101","qc":3,"ts":"2025-11-23T01:40:00Z","val":1},{"id":"102","qc":3,"ts":"2025-11-23T01:40:00Z","val":2}]}"#,
        ),
        ("senml", r#"[{"bn":"urn:dev:1/","bt":1763862000,"bu":"A","n":"I","v":1.2},{"n":"V","u":"V","v":230}]"#),
        ("line", "weather,location=us temp=82,hum=71i 1465839830100400200"),
        ("object", r#"{"drive":{"current":3.1,"torque":{"nm":12}},"status":"running","count":55}"#),
    ] {
        let mut reader = Reader::default();
        let mut known = Known::default();
        let mut best = f64::INFINITY;
        let (mut values, mut shape) = (0u32, andon::vocab::Shape::Empty);
        for _ in 0..7 {
            let began = now();
            for _ in 0..ROUNDS {
                shape = reader.read(START, &mut known, std::hint::black_box(text.as_bytes()), &mut |found| {
                    std::hint::black_box(&found);
                    values += 1;
                });
            }
            best = best.min((now() - began) * 1e6 / f64::from(ROUNDS));
        }
        let js = js_nanos(name, text.as_bytes(), ROUNDS);
        console_log!("figure\t{}, {} bytes\t{best:.0}\t{js:.0}", shape.word(), text.len());
        assert!(values > 0);
    }
}
