//! How long a message takes from the socket's bytes into the model, in nanoseconds; run by hand:
//! `cargo test --profile worker --test engine_speed -- --ignored --nocapture`.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

#[path = "common/world.rs"]
mod world;

use std::time::Instant;

use andon::engine::{Input, Output};
use andon::time::Millis;
use bytes::Bytes;
use world::{BROKER, World, publish};

#[test]
#[ignore = "a measurement, for people"]
fn nanoseconds_per_message() {
    const ROUNDS: usize = 100;
    const BATCHES: usize = 15;
    const MACHINES: usize = 100;
    const TAGS: usize = 20;
    let mut world = World::online();
    let round = |round: usize| -> Vec<Bytes> {
        let packets: Vec<Vec<u8>> = (0..MACHINES * TAGS)
            .map(|n| {
                let (machine, tag) = (n / TAGS, n % TAGS);
                let topic = format!(
                    "acme-beverages/northern-plant/filling/line-{}/machine-{machine:03}/process/t-{tag}",
                    machine / 10
                );
                let value = (round * 7919 + n * 31) % 1_000_003;
                let payload = format!(
                    r#"{{"value":{}.{:05},"timestamp":{},"unit":"°C","quality":"good","source":"plc-{machine:03}"}}"#,
                    1000 + value % 9000,
                    value % 100_000,
                    1_790_000_000_000_u64 + round as u64 * 100,
                );
                publish(&topic, payload.as_bytes(), false)
            })
            .collect();
        packets.chunks(50).map(|chunk| chunk.concat().into()).collect()
    };
    for bytes in round(0) {
        world.input(Input::Bytes(BROKER, bytes));
    }
    world.pass(Millis(3000));
    let rounds: Vec<Vec<Bytes>> = (1..=ROUNDS).map(round).collect();
    let size = rounds[0].iter().map(Bytes::len).sum::<usize>() / (MACHINES * TAGS);
    let mut batches = Vec::new();
    for _ in 0..BATCHES {
        let rounds = rounds.clone();
        let began = Instant::now();
        for round in rounds {
            for bytes in round {
                world.engine.handle(world.now, Input::Bytes(BROKER, bytes));
                while !matches!(world.engine.poll(), Output::Wake(_)) {}
            }
            world.now = world.now + Millis(5);
        }
        batches.push(began.elapsed().as_nanos() as usize / (ROUNDS * MACHINES * TAGS));
    }
    batches.sort_unstable();
    eprintln!("{size} bytes a packet: best {} ns, median {} ns", batches[0], batches[BATCHES / 2]);
}
