//! Plants by hand: what a test wants published, no more.

use andon::time::{Millis, Timestamp};
use xtask::demo::{Message, Source};

/// A machine's topic, in five levels as the hierarchy's guess expects them.
pub const MACHINE: &str = "acme/berlin/packing/line-1/filler";

/// One machine with a state, a temperature and a speed, ten times a second; and whatever `extra` makes of the round.
pub struct SmallPlant<F> {
    extra: F,
    round: u64,
    next: Timestamp,
}

impl<F: FnMut(u64) -> Vec<Message> + Send> SmallPlant<F> {
    /// `extra` is called once a round, with the round's number from 0.
    pub fn new(extra: F) -> Self {
        Self { extra, round: 0, next: Timestamp::default() }
    }
}

/// Nothing beside the machine.
pub fn alone() -> Box<dyn Source> {
    Box::new(SmallPlant::new(|_| Vec::new()))
}

impl<F: FnMut(u64) -> Vec<Message> + Send> Source for SmallPlant<F> {
    fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Message)) {
        if now < self.next {
            return;
        }
        let round = self.round;
        let object = |value: f64, unit: &str| {
            format!("{{\"value\":{value:.2},\"timestamp\":{},\"unit\":\"{unit}\"}}", now.0).into_bytes()
        };
        publish(message(&format!("{MACHINE}/state"), b"Execute".to_vec(), true));
        publish(message(&format!("{MACHINE}/temperature"), object(60.0 + (round % 100) as f64 / 10.0, "°C"), false));
        publish(message(&format!("{MACHINE}/speed"), object(400.0 + (round % 7) as f64, "bpm"), false));
        for extra in (self.extra)(round) {
            publish(extra);
        }
        self.round += 1;
        self.next = now + Millis(100);
    }

    fn next_step(&self) -> Timestamp {
        self.next
    }
}

/// A message of QoS 0.
pub fn message(topic: &str, payload: impl Into<Vec<u8>>, retain: bool) -> Message {
    Message { topic: topic.to_owned(), payload: payload.into(), retain, qos: 0 }
}
