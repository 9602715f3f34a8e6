//! How long a payload takes to read: a measurement for people, not a test; so it asserts nothing about time.
//! `cargo test --profile worker --test payload_speed -- --ignored --nocapture`

#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::time::Instant;

use andon::payload::{Known, Reader};
use andon::time::Timestamp;

#[test]
#[ignore = "a measurement; run it by name"]
fn nanoseconds_per_message() {
    let now = Timestamp(1_790_000_000_000);
    for (name, payload) in [
        ("value object", r#"{"value":72.31,"timestamp":1763862000000,"unit":"°C"}"#),
        ("with escapes", r#"{"value": 72.31, "timestamp": 1763862000000, "unit": "\u00b0C"}"#),
        (
            "nine keys",
            r#"{"name":"Fan","dataType":"Float","value":12.5,"timestamp":"2024-12-20T12:34:56.789Z","quality":"Good","unit":"rpm","description":"Fan speed","context":{"line":"L1","order":"A7"}}"#,
        ),
        (
            "flat object",
            r#"{"id":"PO-43387","product":"Lemonade 0.5 l","quantity":3300,"produced":1510,"timestamp":1763862000000}"#,
        ),
        ("scalar", "72.31"),
        ("text", "Execute"),
    ] {
        let mut reader = Reader::default();
        let mut known = Known::default();
        let mut best = f64::INFINITY;
        for _ in 0..20 {
            let started = Instant::now();
            let mut values = 0u32;
            for _ in 0..50_000 {
                reader.read(now, &mut known, std::hint::black_box(payload.as_bytes()), &mut |found| {
                    std::hint::black_box(&found);
                    values += 1;
                });
            }
            best = best.min(started.elapsed().as_nanos() as f64 / 50_000.0);
            std::hint::black_box(values);
        }
        println!("{name:14} {:4} bytes {best:7.0} ns", payload.len());
    }
}
