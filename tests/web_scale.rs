//! The memory of 100 000 tags with ten minutes of history, in a browser; alone in its file, for memory once taken is
//! never given back. Run on purpose:
//! `cargo test --profile worker --target wasm32-unknown-unknown --features web --test web_scale -- --include-ignored
//! --nocapture` with the runner that `cargo xtask test` sets up.
#![cfg(all(target_arch = "wasm32", feature = "web"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

use std::fmt::Write as _;

use andon::plant::{Incoming, Plant};
use andon::time::{Millis, Timestamp};
use andon::vocab::BrokerId;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

const START: Timestamp = Timestamp(1_790_000_000_000);
const TAGS: usize = 100_000;

fn memory() -> usize {
    core::arch::wasm32::memory_size(0) * 65_536
}

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
#[ignore = "six million messages; wants an optimised build"]
fn memory_of_100_000_tags_with_ten_minutes_of_history() {
    let before = memory();
    let mut plant = Plant::new(&[], Vec::new(), andon::engine::HISTORY_BYTES);
    plant.link_up(START, BrokerId(0));
    let (mut name, mut payload) = (String::new(), String::new());
    let began = now();
    for round in 0..60i64 {
        let at = START + Millis::from_secs(round * 10);
        for index in 0..TAGS {
            topic(&mut name, index);
            payload.clear();
            let value = ((index as i64 * 31 + round * 7) % 1000) as f64 / 10.0;
            let _ = write!(payload, "{{\"value\":{value},\"timestamp\":{}}}", at.0 + (index % 977) as i64);
            let message =
                Incoming { topic: &name, payload: payload.as_bytes(), retained: false, qos: 0, properties: &[] };
            plant.apply(at + Millis(1000), BrokerId(0), message, &mut |_| ());
        }
        if round == 0 {
            plant.settle();
            console_log!("{} tags without history: {} MB", plant.tags().len(), (memory() - before) / 1_000_000);
        }
    }
    let (bytes, dropped) = plant.history();
    let all = memory();
    let per_message = (now() - began) * 1e6 / (60 * TAGS) as f64;
    console_log!("{} samples, {dropped} dropped, history {bytes} B", plant.samples());
    console_log!(
        "memory {} MB in all, {} MB of it this; {per_message:.0} ns a message",
        all / 1_000_000,
        (all - before) / 1_000_000
    );
    assert_eq!((plant.tags().len(), dropped), (TAGS, 0));
    assert_eq!(plant.samples(), 60 * TAGS as u64);
    assert!(all <= 150_000_000, "{all} bytes");
}
