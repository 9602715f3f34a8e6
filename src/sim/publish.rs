//! What a machine says of itself, when, and in which words: topics, payloads, retained or not.

use std::fmt::Write as _;
use std::io::Write as _;

use super::catalogue::Symptom;
use super::edge::Gateway;
use super::machine::{Counts, Machine};
use super::packml::State;
use super::plant::Publication;
use super::random::Random;
use crate::sparkplug::{DataType, Written};
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

impl Said {
    /// Before the first word: nothing that is due is taken for said.
    fn nothing(now: Timestamp, machine: &Machine) -> Self {
        Self {
            state: machine.state,
            state_at: now,
            reason: "",
            fault: None,
            order: 0,
            order_at: now,
            set_point: 0.0,
            set_point_at: now,
            counts: Counts::default(),
        }
    }
}

/// Where publications are written: buffers that are used again, and who takes them.
pub(super) struct Desk<'a> {
    pub(super) topic: &'a mut String,
    pub(super) payload: &'a mut Vec<u8>,
    pub(super) publish: &'a mut dyn FnMut(Publication<'_>),
    /// Speaks Sparkplug instead: the gateway, and the place of the machine among its devices.
    pub(super) gateway: Option<(&'a mut Gateway, usize)>,
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

    /// Forgets what was said: everything is due again.
    pub(super) const fn forget(&mut self) {
        self.said = None;
    }

    /// Says what is due at the end of a step of `dt` at `now`; analog values `hurry` times as often as usual.
    pub(super) fn speak(&mut self, now: Timestamp, dt: Millis, hurry: f64, machine: &Machine, desk: &mut Desk<'_>) {
        let is_first = self.said.is_none();
        self.tell_what_changed(now, dt, machine, desk);
        let Self { due, noise, .. } = self;
        for ((analog, period_secs), due) in ANALOGS.into_iter().zip(due) {
            *due += if is_first { 1.0 } else { dt.0 as f64 / 1000.0 / period_secs * hurry };
            let count = *due as i64;
            *due -= count as f64;
            for turn in 1..=count {
                let at = now - Millis(dt.0 - dt.0 * turn / count);
                sample(at, analog, machine, noise.bell(), desk);
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
        let mut said = last.unwrap_or_else(|| Said::nothing(now, machine));
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
            desk.plain(now, path, "speed_setpoint", machine.speed_setpoint);
        }
        if last.is_none() || counts_due {
            self.counts_due_secs += if counts_due { COUNTS_SECS } else { 0.0 };
            for (name, number, before) in [
                ("total_count", machine.counts.total, said.counts.total),
                ("good_count", machine.counts.good, said.counts.good),
                ("scrap_count", machine.counts.scrap, said.counts.scrap),
            ] {
                if last.is_none() || number != before {
                    desk.count(now, path, name, number, Some(machine.counted));
                }
            }
            said.counts = machine.counts;
        }
        self.said = Some(said);
    }
}

/// Says one analog value; `noise` is bell-shaped about 0.
fn sample(at: Timestamp, analog: Analog, machine: &Machine, noise: f64, desk: &mut Desk<'_>) {
    let real = |value: f64, tag: &'static str, unit: &'static str, digits: usize| Real {
        at,
        tag,
        value,
        digits,
        unit,
        quality: None,
        retain: false,
    };
    let said = match analog {
        Analog::Speed => real((machine.speed() * (1.0 + 0.004 * noise)).max(0.0), "speed", machine.unit, 1),
        Analog::Vibration => real((machine.vibration() * (1.0 + 0.05 * noise)).max(0.0), "vibration", "mm/s", 2),
        Analog::Power => real((machine.power() * (1.0 + 0.015 * noise)).max(0.0), "power", "kW", 2),
        Analog::Temperature => {
            let doubt = machine.faults.shown(Symptom::Sensor);
            let value = machine.temperature() + noise * (0.08 + 3.0 * doubt);
            let quality = (doubt > 0.2).then_some("uncertain");
            Real { quality, retain: true, ..real(value, "temperature", "°C", 1) }
        }
        Analog::Pressure => {
            let Some(value) = machine.pressure() else { return };
            Real { retain: true, ..real(value * (1.0 + 0.003 * noise), "pressure", "bar", 2) }
        }
        Analog::Own => {
            let (Some(value), Some(own)) = (machine.own_value(), &machine.kind.own) else { return };
            Real { retain: true, ..real((value + 0.03 * own.swing * noise).max(0.0), own.name, own.unit, 2) }
        }
    };
    desk.real(&machine.path, &said);
}

/// A real number to be said.
struct Real {
    at: Timestamp,
    tag: &'static str,
    value: f64,
    digits: usize,
    unit: &'static str,
    quality: Option<&'static str>,
    retain: bool,
}

impl Desk<'_> {
    /// Hands a value to the gateway; false where there is none.
    fn push(&mut self, at: Timestamp, tag: &'static str, of: DataType, value: Written<'_>, unit: (&str, bool)) -> bool {
        self.gateway.as_mut().map(|(gateway, device)| gateway.push(*device, at, tag, of, value, unit)).is_some()
    }

    fn text(&mut self, at: Timestamp, path: &str, tag: &'static str, words: &str) {
        if self.push(at, tag, DataType::String, Written::Text(words), ("", false)) {
            return;
        }
        // Words come from the catalogue, which holds nothing that JSON escapes.
        self.send(path, tag, true, 1, format_args!("{{\"value\":\"{words}\",\"timestamp\":{}}}", at.0));
    }

    fn count(&mut self, at: Timestamp, path: &str, tag: &'static str, number: u64, unit: Option<&str>) {
        if self.push(at, tag, DataType::UInt64, Written::Long(number), (unit.unwrap_or(""), false)) {
            return;
        }
        match unit {
            Some(unit) => {
                let object = format_args!("{{\"value\":{number},\"timestamp\":{},\"unit\":\"{unit}\"}}", at.0);
                self.send(path, tag, true, 1, object);
            }
            None => self.send(path, tag, true, 1, format_args!("{{\"value\":{number},\"timestamp\":{}}}", at.0)),
        }
    }

    fn plain(&mut self, at: Timestamp, path: &str, tag: &'static str, number: f64) {
        if self.push(at, tag, DataType::Double, Written::Double(number), ("", false)) {
            return;
        }
        self.send(path, tag, true, 1, format_args!("{number}"));
    }

    fn real(&mut self, path: &str, said: &Real) {
        let Real { at, tag, value, digits, unit, quality, retain } = *said;
        let scale = 10f64.powi(digits as i32);
        let single = ((value * scale).round() / scale) as f32;
        if self.push(at, tag, DataType::Float, Written::Float(single), (unit, quality.is_some())) {
            return;
        }
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
        if self.gateway.is_some() {
            let id = format!("PO-{}", order.number);
            self.push(at, "order/id", DataType::String, Written::Text(&id), ("", false));
            self.push(at, "order/product", DataType::String, Written::Text(order.product), ("", false));
            self.push(at, "order/quantity", DataType::UInt64, Written::Long(quantity), ("", false));
            self.push(at, "order/produced", DataType::UInt64, Written::Long(machine.produced), ("", false));
            return;
        }
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
