//! Figures of the series store, printed, not asserted:
//! `cargo test --profile worker --test series_figures -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::time::Instant;

use andon::series::SeriesStore;
use andon::time::{Millis, Timestamp};

#[test]
#[ignore = "prints figures; wants an optimised build"]
fn figures() {
    let mut out = Vec::new();
    for (what, slots, samples) in [("one tag", 1u32, 10_000_000u64), ("2 000 tags", 2_000, 10_000_000)] {
        let mut store = SeriesStore::new(1 << 30);
        let began = Instant::now();
        for i in 0..samples {
            store.push((i % u64::from(slots)) as u32, Timestamp(i as i64), (i % 1013) as f64);
        }
        let per_push = began.elapsed().as_nanos() as f64 / samples as f64;
        let per_sample = store.bytes() as f64 / samples as f64;
        eprintln!("{what}: push {per_push:.1} ns, {per_sample:.2} bytes a sample");
        for columns in [100usize, 1200] {
            let began = Instant::now();
            for _ in 0..100 {
                store.columns(0, Millis((samples / columns as u64) as i64), 0, columns, &mut out);
            }
            eprintln!("  {columns} columns of all: {:.1} us", began.elapsed().as_micros() as f64 / 100.0);
        }
    }
    for (what, slots) in [("at the budget, one tag", 1u32), ("at the budget, 2 000 tags", 2_000)] {
        let mut store = SeriesStore::new(16 << 20);
        let samples = 6_000_000u64;
        let began = Instant::now();
        for i in 0..samples {
            store.push((i % u64::from(slots)) as u32, Timestamp(i as i64), (i % 1013) as f64);
        }
        let per_push = began.elapsed().as_nanos() as f64 / samples as f64;
        eprintln!("{what}: push {per_push:.1} ns, held {}", store.samples());
    }
    let mut store = SeriesStore::new(1 << 30);
    let samples = 1_000_000u64;
    let began = Instant::now();
    for i in 0..samples {
        store.push(0, Timestamp((i * 7_919 % samples) as i64), i as f64);
    }
    let per_push = began.elapsed().as_nanos() as f64 / samples as f64;
    let per_sample = store.bytes() as f64 / samples as f64;
    eprintln!("shuffled: push {per_push:.1} ns, {per_sample:.2} bytes a sample");
}
