//! What alerts add to a message, with 10 000 pairs of rule and tag, beside the same run without rules; run by hand:
//! `cargo test --profile worker --test alert_speed -- --ignored --nocapture`.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

#[path = "common/world.rs"]
mod world;

use std::time::Instant;

use andon::document::{Config, config_from_json};
use andon::engine::{Input, Output};
use andon::time::Millis;
use bytes::Bytes;
use world::{BROKER, World, config, publish};

const TAGS: usize = 2000;
const BATCHES: usize = 15;

/// Five rules on every tag: 10 000 pairs, judged with each message, none of them raised.
const RULES: &str = r#"[
    {"id":"hh","pattern":"+/+/+/+/+/+","when":"high-high","limit":2000000,"priority":"critical"},
    {"id":"h","pattern":"+/+/+/+/+/+","when":"high","limit":1500000,"deadband":5},
    {"id":"l","pattern":"+/+/+/+/+/+","when":"low","limit":-5,"on_delay_s":5},
    {"id":"r","pattern":"+/+/+/+/+/+","when":"rate","limit":1e9,"span_s":60},
    {"id":"e","pattern":"+/+/+/+/+/+","when":"expression","expression":"x > 3000000 and not (x < 5)"}]"#;

#[test]
#[ignore = "a measurement, for people"]
fn nanoseconds_that_alerts_add() {
    let bare = run("[]");
    let ruled = run(RULES);
    // Twice each, turn about: the machine is shared.
    let (bare, ruled) = (bare.min(run("[]")), ruled.min(run(RULES)));
    eprintln!(
        "without rules {bare} ns, with 10 000 pairs {ruled} ns a message: {} ns added",
        ruled.saturating_sub(bare)
    );
}

/// Nanoseconds a message, the median of the batches.
fn run(rules: &str) -> usize {
    let (parsed, problems) = config_from_json(&format!(
        r#"{{"version":1,"hierarchy":"enterprise/site/area/line/machine","alerts":{rules}}}"#
    ));
    assert_eq!(problems, []);
    let mut world = World::with_config(Config { brokers: config().brokers, ..parsed });
    world.go_online();
    let round = |round: usize| -> Vec<Bytes> {
        let packets: Vec<Vec<u8>> = (0..TAGS)
            .map(|n| {
                let topic = format!("acme/north/fill/line-{}/machine-{}/t-{}", n / 200, n / 20, n % 20);
                let value = (round * 7919 + n * 31) % 1_000_003;
                publish(&topic, format!(r#"{{"value":{value}.5,"unit":"°C"}}"#).as_bytes(), false)
            })
            .collect();
        packets.chunks(50).map(|chunk| chunk.concat().into()).collect()
    };
    for bytes in round(0) {
        world.input(Input::Bytes(BROKER, bytes));
    }
    world.pass(Millis(2000));
    let mut batches = Vec::new();
    for batch in 0..BATCHES {
        let rounds: Vec<Vec<Bytes>> = (0..20).map(|n| round(batch * 20 + n)).collect();
        let began = Instant::now();
        for round in rounds {
            for bytes in round {
                world.engine.handle(world.now, Input::Bytes(BROKER, bytes));
                while !matches!(world.engine.poll(), Output::Wake(_)) {}
            }
            world.now = world.now + Millis(100);
        }
        batches.push(began.elapsed().as_nanos() as usize / (20 * TAGS));
    }
    batches.sort_unstable();
    batches[BATCHES / 2]
}
