//! What a PUBLISH costs in wasm: through the guarded codec alone, and through a session that acknowledges it. Run on
//! purpose, by `cargo xtask bench --only codec`: in Node, where the peers run too.
#![cfg(all(target_arch = "wasm32", feature = "web"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/peer.rs"]
mod peer;

use std::hint::black_box;

use andon::mqtt::codec::{Decoder, Protocol};
use andon::mqtt::{Output, Version};
use bytes::Bytes;
use peer::{World, options};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

const PACKETS: usize = 20_000;
const TURNS: usize = 15;

fn now() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into()).unwrap();
    let now: js_sys::Function = js_sys::Reflect::get(&performance, &"now".into()).unwrap().unchecked_into();
    now.call0(&performance).unwrap().as_f64().unwrap()
}

/// The best of all turns, in nanoseconds a packet.
fn best(mut turn: impl FnMut()) -> f64 {
    let took = (0..TURNS).map(|_| {
        let began = now();
        turn();
        (now() - began) * 1e6 / PACKETS as f64
    });
    took.fold(f64::INFINITY, f64::min)
}

#[wasm_bindgen_test]
#[ignore = "a measurement; wants an optimised build"]
fn nanoseconds_per_publish() {
    for (version, protocol, level) in [(Version::V4, Protocol::V4, "3.1.1"), (Version::V5, Protocol::V5, "5")] {
        for (qos, batch) in [(0, 1), (0, 50), (1, 1), (1, 50)] {
            let mut world = World::online(options(version));
            let packet = world.publication("plant/line-1/machine-07/temp", &[b'x'; 120], qos, 9);
            let message = packet.repeat(batch);
            let decode = best(|| {
                let mut decoder = Decoder::new(protocol, 1 << 20);
                for _ in 0..PACKETS / batch {
                    decoder.push(Bytes::copy_from_slice(&message));
                    while let Some(packet) = decoder.next_packet().unwrap() {
                        black_box(&packet);
                    }
                }
            });
            let (mut messages, mut sends) = (0, 0);
            let session = best(|| {
                (messages, sends) = (0, 0);
                for _ in 0..PACKETS / batch {
                    let bytes = Bytes::copy_from_slice(&message);
                    world.session.handle_bytes(world.now, bytes, &mut |publish| {
                        messages += 1;
                        black_box((publish.topic, publish.payload));
                    });
                    loop {
                        match world.session.poll() {
                            Output::Wake(_) => break,
                            Output::Send(bytes) => sends += black_box(bytes).len().min(1),
                            _ => {}
                        }
                    }
                }
            });
            assert_eq!(messages, PACKETS);
            assert_eq!(
                sends,
                if qos == 0 { 0 } else { PACKETS / batch },
                "all acknowledgements of a turn in one message"
            );
            let what = format!("MQTT {level} QoS {qos}, {batch} a message");
            console_log!("figure\tdecode {what}\t{decode:.0}");
            console_log!("figure\tsession {what}\t{session:.0}");
        }
    }
}
