//! `--rate`: a plant's values as a polling gateway would send them, all topics in turn at an even pace, changed or not.
//!
//! What is retained goes out at once, and so does Sparkplug, whose sequence numbers allow neither repeats nor gaps.

use std::collections::HashMap;

use andon::time::{Millis, Timestamp};

use super::publisher::{Message, Source};

/// How often a batch goes out.
const TURN: Millis = Millis(20);
/// The most time that is made up for after a pause; a suspended machine does not flood the broker when it wakes.
const CATCH_UP: Millis = Millis(1000);

/// A source that sends at a rate of its own.
pub(super) struct Paced {
    inner: Box<dyn Source>,
    per_second: u32,
    polled: Vec<Message>,
    place: HashMap<String, usize>,
    turn: usize,
    last: Option<Timestamp>,
    /// Thousandths of a message that may be sent; below zero after a burst of what could not wait.
    allowance: i64,
}

impl Paced {
    /// `inner` at this many messages a second.
    pub(super) fn new(inner: Box<dyn Source>, per_second: u32) -> Self {
        let (polled, place) = (Vec::new(), HashMap::new());
        Self { inner, per_second, polled, place, turn: 0, last: None, allowance: 0 }
    }
}

impl Source for Paced {
    fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Message)) {
        let Self { inner, polled, place, allowance, .. } = self;
        if inner.next_step() <= now {
            inner.step(now, &mut |message| {
                if message.retain || message.topic.starts_with("spBv1.0/") {
                    *allowance -= 1000;
                    publish(message);
                } else if let Some(&at) = place.get(&message.topic) {
                    polled[at] = message;
                } else {
                    place.insert(message.topic.clone(), polled.len());
                    polled.push(message);
                }
            });
        }
        let passed = self.last.map_or(Millis(0), |last| (now - last).clamp(Millis(0), CATCH_UP));
        self.last = Some(now);
        self.allowance += passed.0 * i64::from(self.per_second);
        while self.allowance >= 1000 && !self.polled.is_empty() {
            self.allowance -= 1000;
            publish(self.polled[self.turn % self.polled.len()].clone());
            self.turn = self.turn.wrapping_add(1);
        }
    }

    fn next_step(&self) -> Timestamp {
        let turn = self.last.map_or_else(Timestamp::default, |last| last + TURN);
        self.inner.next_step().min(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every second: two readings, one retained state, one Sparkplug message.
    struct Second(i64);

    impl Source for Second {
        fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Message)) {
            self.0 += 1;
            for (topic, retain) in [("a", false), ("b", false), ("state", true), ("spBv1.0/g/DDATA/n/d", false)] {
                let payload = format!("{}", now.0).into_bytes();
                publish(Message { topic: topic.into(), payload, retain, qos: 0 });
            }
        }

        fn next_step(&self) -> Timestamp {
            Timestamp(self.0 * 1000)
        }
    }

    #[test]
    fn the_rate_is_kept_and_nothing_that_counts_is_repeated() {
        for per_second in [10, 500, 20_000] {
            let mut paced = Paced::new(Box::new(Second(0)), per_second);
            let mut sent = Vec::new();
            let mut now = Timestamp(0);
            while now < Timestamp(10_000) {
                paced.step(now, &mut |message| sent.push(message));
                assert!(paced.next_step() > now, "no busy loop");
                now = paced.next_step();
            }
            let wanted = f64::from(per_second) * 10.0;
            assert!((sent.len() as f64 - wanted).abs() / wanted < 0.05, "{} of {wanted}", sent.len());
            let count = |topic: &str| sent.iter().filter(|message| message.topic == topic).count();
            assert_eq!((count("state"), count("spBv1.0/g/DDATA/n/d")), (10, 10));
            assert!(count("a").abs_diff(count("b")) <= 1);
        }
    }
}
