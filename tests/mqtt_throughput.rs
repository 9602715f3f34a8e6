//! How long a PUBLISH takes through a session, in nanoseconds; run by hand:
//! `cargo test --profile worker --test mqtt_throughput -- --ignored --nocapture`.

#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

#[path = "common/peer.rs"]
mod peer;

use std::hint::black_box;
use std::time::Instant;

use andon::mqtt::{Output, Version};
use bytes::Bytes;
use peer::{World, options};

#[test]
#[ignore = "a measurement, for people"]
fn nanoseconds_per_publish() {
    const PACKETS: usize = 50_000;
    const BATCHES: usize = 21;
    for version in [Version::V4, Version::V5] {
        for (qos, per_message) in [(0, 1), (0, 50), (1, 50)] {
            let mut world = World::online(options(version));
            let packet = world.publication("plant/line-1/machine-07/temp", &[b'x'; 120], qos, 9);
            let message = packet.repeat(per_message);
            let mut batches = Vec::new();
            for _ in 0..BATCHES {
                let messages: Vec<Bytes> = (0..PACKETS / per_message).map(|_| message.clone().into()).collect();
                let mut count = 0;
                let start = Instant::now();
                for message in messages {
                    world.session.handle_bytes(world.now, message, &mut |publish| {
                        count += 1;
                        black_box((publish.topic, publish.payload));
                    });
                    while !matches!(world.session.poll(), Output::Wake(_)) {}
                }
                batches.push(start.elapsed().as_nanos() as usize / PACKETS);
                assert_eq!(count, PACKETS);
            }
            batches.sort_unstable();
            let (best, median, size) = (batches[0], batches[BATCHES / 2], packet.len());
            eprintln!(
                "{version:?} QoS {qos}, {per_message:2} x {size} bytes a message: best {best} ns, median {median} ns"
            );
        }
    }
}
