//! Plants by hand: what a test wants published, no more.

use std::sync::{Arc, Mutex, PoisonError};

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

/// A temperature in degrees that a test turns while it is published, five times a second.
#[derive(Clone)]
pub struct Dial(Arc<Mutex<f64>>);

impl Dial {
    /// From now on this is published.
    pub fn set(&self, value: f64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = value;
    }
}

/// A plant of one value, and what turns it.
pub fn dial(topic: &str, start: f64) -> (Dial, Box<dyn Source>) {
    struct Dialled(String, Dial, Timestamp);
    impl Source for Dialled {
        fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Message)) {
            if now >= self.2 {
                let value = *self.1.0.lock().unwrap_or_else(PoisonError::into_inner);
                let payload = format!("{{\"value\":{value},\"timestamp\":{},\"unit\":\"°C\"}}", now.0);
                publish(message(&self.0, payload, true));
                self.2 = now + Millis(200);
            }
        }

        fn next_step(&self) -> Timestamp {
            self.2
        }
    }
    let dial = Dial(Arc::new(Mutex::new(start)));
    (dial.clone(), Box::new(Dialled(topic.to_owned(), dial, Timestamp::default())))
}

/// A machine that counts an item in each half second while it runs; every tenth is scrap.
#[derive(Clone)]
pub struct Filler {
    machine: String,
    state: Arc<Mutex<&'static str>>,
    made: u64,
    next: Timestamp,
}

impl Filler {
    /// It runs, and has made ten items before. `machine` is its topic.
    pub fn new(machine: &str) -> Self {
        let state = Arc::new(Mutex::new("Execute"));
        Self { machine: machine.to_owned(), state, made: 10, next: Timestamp::default() }
    }

    /// From now on it is in this state.
    pub fn set(&self, state: &'static str) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

impl Source for Filler {
    fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Message)) {
        if now < self.next {
            return;
        }
        let state = *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.made += u64::from(state == "Execute");
        let mut say = |tag: &str, value: String| {
            let payload = format!("{{\"value\":{value},\"timestamp\":{}}}", now.0);
            publish(message(&format!("{}/{tag}", self.machine), payload, true));
        };
        say("state", format!("\"{state}\""));
        say("total_count", self.made.to_string());
        say("scrap_count", (self.made / 10).to_string());
        self.next = now + Millis(500);
    }

    fn next_step(&self) -> Timestamp {
        self.next
    }
}

/// A message of QoS 0.
pub fn message(topic: &str, payload: impl Into<Vec<u8>>, retain: bool) -> Message {
    Message { topic: topic.to_owned(), payload: payload.into(), retain, qos: 0 }
}
