//! The demo's plant as a [`Source`]. A stand-in until `andon::sim` is merged: one figure and one state per machine.

use andon::time::{Millis, Timestamp};

use super::paced::Paced;
use super::publisher::{Message, Source};
use super::run::DemoOptions;

/// What publishes in the demo.
pub fn source(options: &DemoOptions) -> Box<dyn Source> {
    let plant: Box<dyn Source> =
        Box::new(StandIn { machines: options.machines, lines: options.lines, next: Timestamp::default() });
    match options.rate {
        Some(rate) => Box::new(Paced::new(plant, rate)),
        None => plant,
    }
}

struct StandIn {
    machines: u32,
    lines: u32,
    next: Timestamp,
}

impl Source for StandIn {
    fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Message)) {
        if now < self.next {
            return;
        }
        for machine in 0..self.machines {
            let line = machine % self.lines;
            let place = format!("Acme/north/line-{}/machine-{}", line + 1, machine + 1);
            let value = 20.0 + f64::from(machine) + ((now.0 / 1000) as f64 / 10.0).sin();
            let reading = format!("{{\"value\":{value:.2},\"timestamp\":{},\"unit\":\"°C\"}}", now.0);
            publish(Message {
                topic: format!("{place}/temperature"),
                payload: reading.into_bytes(),
                retain: false,
                qos: 0,
            });
            publish(Message { topic: format!("{place}/state"), payload: b"Execute".to_vec(), retain: true, qos: 1 });
        }
        self.next = now + Millis(1000);
    }

    fn next_step(&self) -> Timestamp {
        self.next
    }
}
