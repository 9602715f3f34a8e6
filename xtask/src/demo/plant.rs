//! The product's simulated plant as a [`Source`].

use andon::sim::{Plant, Publication, Size};
use andon::time::Timestamp;

use super::publisher::{Message, Source};
use crate::clock;

/// Any number will do; this one gives the README's pictures.
const SEED: u64 = 2026;

/// The simulated plant of this size from now on, at its own pace or at about so many messages a second.
pub fn simulated_plant(size: Size, messages_per_second: Option<f64>) -> Box<dyn Source> {
    let plant = Plant::new(SEED, size, clock::now());
    Box::new(Simulated(match messages_per_second {
        // At a given rate every message is one value: all machines speak JSON.
        Some(rate) => plant.with_rate(rate),
        None => plant.with_sparkplug(),
    }))
}

struct Simulated(Plant);

impl Source for Simulated {
    fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Message)) {
        self.0.step(now, &mut |Publication { topic, payload, retain, qos }| {
            publish(Message { topic: topic.to_owned(), payload: payload.to_vec(), retain, qos });
        });
    }

    fn next_step(&self) -> Timestamp {
        self.0.next_step()
    }
}
