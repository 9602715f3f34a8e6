//! The plant as a whole: its size, its time, and its messages.

use super::edge::{Gateway, Turn};
use super::layout;
use super::line::Line;
use super::publish::{Desk, Voice};
use super::random::Random;
use crate::time::{Millis, Timestamp};

/// How large a plant is. Counts are totals for the whole plant and are brought into range: 1..=100 lines,
/// 1..=100 machines a line, no more sites than lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Sites.
    pub sites: u32,
    /// Lines, dealt evenly to the sites.
    pub lines: u32,
    /// Machines, dealt evenly to the lines.
    pub machines: u32,
}

impl Default for Size {
    /// 2 sites, 3 lines, 12 machines.
    fn default() -> Self {
        Self { sites: 2, lines: 3, machines: 12 }
    }
}

impl Size {
    fn in_range(self) -> Self {
        let lines = self.lines.clamp(1, 100);
        Self { sites: self.sites.clamp(1, lines), lines, machines: self.machines.clamp(lines, lines * 100) }
    }
}

/// One message to publish; borrowed until the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication<'a> {
    /// Topic name.
    pub topic: &'a str,
    /// Payload.
    pub payload: &'a [u8],
    /// Whether the broker is to keep it for later subscribers.
    pub retain: bool,
    /// 0 or 1.
    pub qos: u8,
}

/// A simulated plant.
pub struct Plant {
    lines: Vec<Line>,
    /// By line: what makes it speak Sparkplug.
    gateways: Vec<Option<Gateway>>,
    /// One per machine, line by line.
    voices: Vec<Voice>,
    next_step: Timestamp,
    tick: Millis,
    /// How many times as often as usual analog values are sent.
    hurry: f64,
    topic: String,
    payload: Vec<u8>,
}

impl Plant {
    /// A plant that has been running when it is first seen at `start`. Within its first two minutes one machine
    /// runs hot or rough until it trips; the same seed, size and start give the same plant.
    pub fn new(seed: u64, size: Size, start: Timestamp) -> Self {
        let mut lines = layout::lines(seed, size.in_range());
        let mut random = Random::new(seed, u64::MAX);
        let machines: usize = lines.iter().map(|line| line.machines.len()).sum();
        let from = random.below(machines);
        let all = || (0..machines).map(|index| (index + from) % machines);
        for index in all() {
            if machine_at(&mut lines, index).is_some_and(|machine| machine.faults.begin_visibly(15.0, 75.0)) {
                break;
            }
        }
        let voices = (0..machines as u64).map(|index| Voice::new(Random::new(!seed, index))).collect();
        let (topic, payload) = (String::new(), Vec::new());
        let gateways = lines.iter().map(|_| None).collect();
        Self { lines, gateways, voices, next_step: start, tick: TICK, hurry: 1.0, topic, payload }
    }

    /// The same plant, where every third line speaks Sparkplug B: its gateway is an edge node, its machines are devices.
    /// The last such gateway is flaky.
    pub fn with_sparkplug(mut self) -> Self {
        let last = (self.lines.len() / 3) * 3;
        for (at, (line, gateway)) in self.lines.iter().zip(&mut self.gateways).enumerate() {
            let path = line.machines.first().and_then(|machine| machine.path.rsplit_once('/'));
            if let Some((path, _)) = path.filter(|_| (at + 1) % 3 == 0) {
                *gateway = Some(Gateway::new(path, at + 1 == last));
            }
        }
        self
    }

    /// The same plant at about this many messages a second while all machines run: its analog values are sampled more
    /// or less often; states, orders and counts are not.
    pub fn with_rate(mut self, messages_per_second: f64) -> Self {
        let machines = self.lines.iter().flat_map(|line| &line.machines);
        let (mut analog, mut other) = (0.0, 0.0);
        for machine in machines {
            analog += Voice::analog_rate(machine);
            other += OTHER_RATE;
        }
        self.hurry = ((messages_per_second - other) / analog).clamp(0.01, 100_000.0);
        if messages_per_second > 2000.0 {
            self.tick = QUICK_TICK;
        }
        self
    }

    /// Hands out every message due up to `now`. After a pause of more than ten seconds, or when the clock was set
    /// back by more, the plant goes on at `now`: in between it stood still.
    pub fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Publication<'_>)) {
        if now - self.next_step > LONGEST_PAUSE || self.next_step - now > LONGEST_PAUSE {
            self.next_step = now;
        }
        while self.next_step <= now {
            self.tick(self.next_step, publish);
            self.next_step = self.next_step + self.tick;
        }
    }

    /// When the next message may be due.
    pub const fn next_step(&self) -> Timestamp {
        self.next_step
    }

    fn tick(&mut self, now: Timestamp, publish: &mut dyn FnMut(Publication<'_>)) {
        let Self { lines, gateways, voices, tick, hurry, topic, payload, .. } = self;
        let dt_secs = tick.0 as f64 / 1000.0;
        let mut voices = voices.iter_mut();
        for (line, gateway) in lines.iter_mut().zip(gateways) {
            line.step(dt_secs);
            let turn = gateway.as_mut().map(|gateway| gateway.begin(now, publish));
            for (device, (machine, voice)) in line.machines.iter().zip(&mut voices).enumerate() {
                match turn {
                    Some(Turn::Down) => continue,
                    Some(Turn::Birth) => voice.forget(),
                    Some(Turn::Data) | None => {}
                }
                let spoken = gateway.as_mut().map(|gateway| (gateway, device));
                let mut desk = Desk { topic, payload, publish, gateway: spoken };
                voice.speak(now, *tick, *hurry, machine, &mut desk);
                if let Some(gateway) = gateway {
                    let name = machine.path.rsplit('/').next().unwrap_or_default();
                    gateway.flush(now, name, publish);
                }
            }
        }
    }
}

fn machine_at(lines: &mut [Line], index: usize) -> Option<&mut super::machine::Machine> {
    lines.iter_mut().flat_map(|line| &mut line.machines).nth(index)
}

const TICK: Millis = Millis(100);
/// At high rates: smaller bursts.
const QUICK_TICK: Millis = Millis(20);
const LONGEST_PAUSE: Millis = Millis::from_secs(10);
/// Messages a second and machine that are not analog: three counts every three seconds (scrap seldom), and repeats.
const OTHER_RATE: f64 = 0.85;
