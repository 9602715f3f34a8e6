//! The demo's plant: `andon::sim`, handed to the publisher as a [`Source`].

use andon::sim::{Plant, Size};
use andon::time::Timestamp;

use super::publisher::{Message, Source};
use super::run::DemoOptions;
use crate::clock;

/// The seed of the demo's plant: the same plant each time, from the moment it is started.
const SEED: u64 = 20;
/// The plant's sites.
const SITES: u32 = 2;

/// What publishes in the demo.
pub fn source(options: &DemoOptions) -> Box<dyn Source> {
    let size = Size { sites: SITES, lines: options.lines, machines: options.machines };
    let plant = Plant::new(SEED, size, clock::now());
    Box::new(match options.rate {
        Some(rate) => plant.with_rate(f64::from(rate)),
        None => plant,
    })
}

impl Source for Plant {
    fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Message)) {
        Self::step(self, now, &mut |publication| {
            publish(Message {
                topic: publication.topic.to_owned(),
                payload: publication.payload.to_vec(),
                retain: publication.retain,
                qos: publication.qos,
            });
        });
    }

    fn next_step(&self) -> Timestamp {
        Self::next_step(self)
    }
}
