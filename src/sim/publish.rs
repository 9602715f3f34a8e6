//! What a machine says of itself, when, and in which words: topics, payloads, retained or not.

use std::fmt::Write as _;
use std::io::Write as _;

use super::catalogue::Symptom;
use super::machine::{Counts, Machine};
use super::packml::State;
use super::plant::Publication;
use super::random::Random;
use crate::time::{Millis, Timestamp};

/// A machine's voice: what it said last, so that it repeats nothing needlessly.
pub(super) struct Voice {
    said: Option<Said>,
    /// For each of [`ANALOGS`]: the part of the next message that is due.
    due: [f64; ANALOGS.len()],
    counts_due_secs: f64,
    noise: Random,
}

#[derive(Clone, Copy, PartialEq)]
struct Said {
    state: State,
    state_at: Timestamp,
    reason: &'static str,
    fault: Option<u16>,
    order: u32,
    order_at: Timestamp,
    set_point: f64,
    set_point_at: Timestamp,
    counts: Counts,
}

/// Where publications are written: buffers that are used again, and who takes them.
pub(super) struct Desk<'a> {
    pub(super) topic: &'a mut String,
    pub(super) payload: &'a mut Vec<u8>,
    pub(super) publish: &'a mut dyn FnMut(Publication<'_>),
}

#[derive(Clone, Copy)]
enum Analog {
    Speed,
    Vibration,
    Power,
    Temperature,
    Pressure,
    Own,
}

/// Values sampled in turn, and how many seconds apart.
const ANALOGS: [(Analog, f64); 6] = [
    (Analog::Speed, 1.0),
    (Analog::Vibration, 1.0),
    (Analog::Power, 2.0),
    (Analog::Temperature, 2.0),
    (Analog::Pressure, 2.0),
    (Analog::Own, 2.0),
];

impl Voice {
    pub(super) fn new(mut noise: Random) -> Self {
        let mut due = [0.0; ANALOGS.len()];
        for part in &mut due {
            *part = noise.unit();
        }
        Self { said: None, due, counts_due_secs: noise.between(0.0, COUNTS_SECS), noise }
    }

    /// Says what is due at the end of a step of `dt` at `now`; analog values `hurry` times as often as usual.
    pub(super) fn speak(&mut self, now: Timestamp, dt: Millis, hurry: f64, machine: &Machine, desk: &mut Desk<'_>) {
        let is_first = self.said.is_none();
        self.tell_what_changed(now, dt, machine, desk);
        for index in 0..ANALOGS.len() {
            let (analog, period_secs) = ANALOGS[index];
            self.due[index] += if is_first { 1.0 } else { dt.0 as f64 / 1000.0 / period_secs * hurry };
            let count = self.due[index] as i64;
            self.due[index] -= count as f64;
            for turn in 1..=count {
                let at = now - Millis(dt.0 - dt.0 * turn / count);
                self.sample(at, analog, machine, desk);
            }
        }
    }

    /// How many messages a second the analog values of a machine come to.
    pub(super) fn analog_rate(machine: &Machine) -> f64 {
        let has = |analog| match analog {
            Analog::Pressure => machine.pressure().is_some(),
            Analog::Own => machine.own_value().is_some(),
            _ => true,
        };
        ANALOGS.iter().filter(|(analog, _)| has(*analog)).map(|(_, period_secs)| 1.0 / period_secs).sum()
    }

    fn tell_what_changed(&mut self, now: Timestamp, dt: Millis, machine: &Machine, desk: &mut Desk<'_>) {
        let path = &machine.path;
        let counts_due = {
            self.counts_due_secs -= dt.0 as f64 / 1000.0;
            self.counts_due_secs <= 0.0
        };
        let last = self.said;
        let fault = machine.fault();
        let mut said = last.unwrap_or(Said {
            state: machine.state,
            state_at: now,
            reason: "",
            fault: None,
            order: 0,
            order_at: now,
            set_point: 0.0,
            set_point_at: now,
            counts: Counts::default(),
        });
        if last.is_none() || said.state != machine.state || now - said.state_at >= STATE_REPEAT {
            (said.state, said.state_at) = (machine.state, now);
            desk.text(now, path, "state", machine.state.name());
        }
        let reason = machine.stop_reason();
        if last.is_none() || said.reason != reason {
            said.reason = reason;
            desk.text(now, path, "stop_reason", reason);
        }
        let code = fault.map(|fault| fault.code);
        if last.is_none() || said.fault != code {
            said.fault = code;
            desk.text(now, path, "fault_text", fault.map_or("", |fault| fault.text));
            desk.count(now, path, "fault_code", u64::from(code.unwrap_or(0)), None);
        }
        if said.order != machine.order.number || now - said.order_at >= ORDER_REPEAT {
            (said.order, said.order_at) = (machine.order.number, now);
            desk.order(now, machine);
        }
        if said.set_point != machine.speed_setpoint || now - said.set_point_at >= SET_POINT_REPEAT {
            (said.set_point, said.set_point_at) = (machine.speed_setpoint, now);
            desk.plain(path, "speed_setpoint", machine.speed_setpoint);
        }
        if last.is_none() || counts_due {
            self.counts_due_secs += if counts_due { COUNTS_SECS } else { 0.0 };
            for (name, number, before) in [
                ("total_count", machine.counts.total, said.counts.total),
                ("good_count", machine.counts.good, said.counts.good),
                ("scrap_count", machine.counts.scrap, said.counts.scrap),
            ] {
                if last.is_none() || number != before {
                    desk.count(now, path, name, number, Some("1"));
                }
            }
            said.counts = machine.counts;
        }
        self.said = Some(said);
    }

    fn sample(&mut self, at: Timestamp, analog: Analog, machine: &Machine, desk: &mut Desk<'_>) {
        let path = &machine.path;
        let noise = self.noise.bell();
        match analog {
            Analog::Speed => {
                let value = (machine.speed() * (1.0 + 0.004 * noise)).max(0.0);
                desk.real(at, path, "speed", value, 1, machine.unit, None, false);
            }
            Analog::Vibration => {
                let value = (machine.vibration() * (1.0 + 0.05 * noise)).max(0.0);
                desk.real(at, path, "vibration", value, 2, "mm/s", None, false);
            }
            Analog::Power => {
                let value = (machine.power() * (1.0 + 0.015 * noise)).max(0.0);
                desk.real(at, path, "power", value, 2, "kW", None, false);
            }
            Analog::Temperature => {
                let doubt = machine.faults.shown(Symptom::Sensor);
                let value = machine.temperature() + noise * (0.08 + 3.0 * doubt);
                let quality = (doubt > 0.2).then_some("uncertain");
                desk.real(at, path, "temperature", value, 1, "°C", quality, true);
            }
            Analog::Pressure => {
                if let Some(value) = machine.pressure() {
                    desk.real(at, path, "pressure", value * (1.0 + 0.003 * noise), 2, "bar", None, true);
                }
            }
            Analog::Own => {
                if let (Some(value), Some(own)) = (machine.own_value(), &machine.kind.own) {
                    let value = (value + 0.03 * own.swing * noise).max(0.0);
                    desk.real(at, path, own.name, value, 2, own.unit, None, true);
                }
            }
        }
    }
}

impl Desk<'_> {
    fn text(&mut self, at: Timestamp, path: &str, tag: &str, words: &str) {
        // Words come from the catalogue, which holds nothing that JSON escapes.
        self.send(path, tag, true, 1, format_args!("{{\"value\":\"{words}\",\"timestamp\":{}}}", at.0));
    }

    fn count(&mut self, at: Timestamp, path: &str, tag: &str, number: u64, unit: Option<&str>) {
        match unit {
            Some(unit) => {
                let object = format_args!("{{\"value\":{number},\"timestamp\":{},\"unit\":\"{unit}\"}}", at.0);
                self.send(path, tag, true, 1, object);
            }
            None => self.send(path, tag, true, 1, format_args!("{{\"value\":{number},\"timestamp\":{}}}", at.0)),
        }
    }

    fn plain(&mut self, path: &str, tag: &str, number: f64) {
        self.send(path, tag, true, 1, format_args!("{number}"));
    }

    fn real(
        &mut self,
        at: Timestamp,
        path: &str,
        tag: &str,
        value: f64,
        digits: usize,
        unit: &str,
        quality: Option<&str>,
        retain: bool,
    ) {
        let at = at.0;
        match quality {
            None => {
                let object = format_args!("{{\"value\":{value:.digits$},\"timestamp\":{at},\"unit\":\"{unit}\"}}");
                self.send(path, tag, retain, 0, object);
            }
            Some(quality) => {
                let object = format_args!(
                    "{{\"value\":{value:.digits$},\"timestamp\":{at},\"unit\":\"{unit}\",\"quality\":\"{quality}\"}}"
                );
                self.send(path, tag, retain, 0, object);
            }
        }
    }

    fn order(&mut self, at: Timestamp, machine: &Machine) {
        let order = machine.order;
        let quantity = (order.quantity / machine.worth) as u64;
        let object = format_args!(
            "{{\"id\":\"PO-{}\",\"product\":\"{}\",\"quantity\":{quantity},\"produced\":{},\"timestamp\":{}}}",
            order.number, order.product, machine.produced, at.0
        );
        self.send(&machine.path, "order", true, 1, object);
    }

    fn send(&mut self, path: &str, tag: &str, retain: bool, qos: u8, payload: std::fmt::Arguments<'_>) {
        self.topic.clear();
        self.payload.clear();
        // Writing to memory does not fail.
        let _written = write!(self.topic, "{path}/{tag}");
        let _written = self.payload.write_fmt(payload);
        (self.publish)(Publication { topic: self.topic, payload: self.payload, retain, qos });
    }
}

const COUNTS_SECS: f64 = 3.0;
const STATE_REPEAT: Millis = Millis::from_secs(30);
const ORDER_REPEAT: Millis = Millis::from_secs(10);
const SET_POINT_REPEAT: Millis = Millis::from_secs(60);
