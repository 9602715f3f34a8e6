//! One machine: its PackML state, what it makes, how warm, loud and hungry it is. Knows its neighbours only as what
//! comes in and what there is room for.

use super::catalogue::{End, FaultKind, LineKind, MachineKind, Symptom};
use super::fault::Faults;
use super::packml::State::{
    self, Aborted, Aborting, Clearing, Complete, Completing, Execute, Held, Holding, Idle, Resetting, Starting,
    Stopped, Stopping, Suspended, Suspending, Unholding, Unsuspending,
};
use super::random::Random;

/// What a line is to make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Order {
    pub(super) number: u32,
    pub(super) product: &'static str,
    /// Items at the line's first machine.
    pub(super) quantity: f64,
    /// Share of the nameplate speed that the product allows.
    pub(super) pace: f64,
}

/// What a machine sees of its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    pub(super) order: Order,
    pub(super) is_break: bool,
    /// Items at hand.
    pub(super) input: f64,
    /// How full the buffer before it is, 0..=1.
    pub(super) input_ratio: f64,
    /// Whether nothing more will come in for this order.
    pub(super) is_fed_out: bool,
    /// Items that there is room for.
    pub(super) space: f64,
    /// How full the buffer behind it is, 0..=1.
    pub(super) output_ratio: f64,
}

/// What went through a machine in one step.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flow {
    pub(super) taken: f64,
    pub(super) given: f64,
}

/// Items made since the machine was built; total = good + scrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) total: u64,
    pub(super) good: u64,
    pub(super) scrap: u64,
}

/// Why a machine does not produce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    Starved,
    Blocked,
}

pub(super) struct Machine {
    pub(super) kind: &'static MachineKind,
    /// `acme/<site>/<area>/<line>/<machine>`.
    pub(super) path: String,
    /// Unit of its speed.
    pub(super) unit: &'static str,
    /// Unit of its counts.
    pub(super) counted: &'static str,
    /// Items taken for one made.
    pub(super) takes: f64,
    /// Items of the line's first machine in one of this.
    pub(super) worth: f64,
    pub(super) state: State,
    pub(super) order: Order,
    /// Items made of this order.
    pub(super) produced: u64,
    pub(super) counts: Counts,
    pub(super) faults: Faults,
    pub(super) is_break: bool,
    /// Items a minute at the product's pace.
    pub(super) speed_setpoint: f64,
    speed: f64,
    nameplate_speed: f64,
    wait: Option<Wait>,
    waiting_secs: f64,
    in_state_secs: f64,
    /// The part of the next item that is done.
    part: f64,
    temperature: f64,
    /// A slow wandering about 0, for values that are never quite still.
    wander: f64,
    fate: Random,
}

impl Machine {
    /// A machine that has been running for a while.
    pub(super) fn new(
        kind: &'static MachineKind,
        path: String,
        line: &'static LineKind,
        takes: f64,
        worth: f64,
        order: Order,
        mut fate: Random,
    ) -> Self {
        let nameplate_speed = line.rate_per_min / worth;
        let speed_setpoint = set_point(nameplate_speed, order);
        let total = (nameplate_speed * fate.between(9_000.0, 60_000.0)) as u64;
        let scrap = (total as f64 * fate.between(0.003, 0.012)) as u64;
        let faults = Faults::new(kind.faults, &mut fate);
        Self {
            kind,
            path,
            unit: kind.speed_unit.unwrap_or(line.unit),
            counted: line.counted,
            takes,
            worth,
            state: Execute,
            order,
            produced: 0,
            counts: Counts { total, good: total - scrap, scrap },
            faults,
            is_break: false,
            speed_setpoint,
            speed: speed_setpoint,
            nameplate_speed,
            wait: None,
            waiting_secs: 0.0,
            in_state_secs: fate.between(0.0, 600.0),
            part: 0.0,
            temperature: kind.temperature,
            wander: fate.bell() * 0.5,
            fate,
        }
    }

    /// Lets time pass.
    pub(super) fn step(&mut self, dt_secs: f64, around: &Around) -> Flow {
        self.is_break = around.is_break;
        self.in_state_secs += dt_secs;
        if let Some(next) = self.next_state(around) {
            self.enter(next, around);
        }
        let flow = self.produce(dt_secs, around);
        let is_stopped = matches!(self.state, Aborted | Held);
        self.faults.advance(dt_secs, self.state == Execute, is_stopped, &mut self.fate);
        self.warm(dt_secs);
        flow
    }

    /// Whether the order is done here, or as good as.
    pub(super) fn is_done(&self, order: Order) -> bool {
        self.order.number == order.number && matches!(self.state, Completing | Complete)
    }

    /// The fault that keeps it, from the trip until it is cleared.
    pub(super) fn fault(&self) -> Option<&'static FaultKind> {
        self.faults.tripped().filter(|_| matches!(self.state, Aborting | Aborted | Holding | Held))
    }

    /// Why it does not produce, in words; empty while it does.
    pub(super) fn stop_reason(&self) -> &'static str {
        match self.state {
            Aborting | Aborted | Holding | Held => self.fault().map_or("Repaired", |fault| fault.text),
            Clearing | Unholding => "Repaired",
            Suspending | Suspended => match self.wait {
                Some(Wait::Blocked) => "Blocked",
                Some(Wait::Starved) | None => "Starved",
            },
            Complete => "Changeover",
            Stopping | Stopped if self.is_break => "Break",
            Stopped | Stopping | Resetting | Idle | Starting => "Start-up",
            Execute | Unsuspending | Completing => "",
        }
    }

    /// Items a minute.
    pub(super) const fn speed(&self) -> f64 {
        self.speed
    }

    /// Share of the nameplate speed.
    fn load(&self) -> f64 {
        self.speed / self.nameplate_speed
    }

    /// °C.
    pub(super) fn temperature(&self) -> f64 {
        let rise = (12.0 + 0.25 * self.kind.temperature) * self.faults.shown(Symptom::Heat)
            + 11.0 * self.faults.shown(Symptom::Wear);
        let fall = 0.22 * self.kind.temperature * self.faults.shown(Symptom::Cold);
        self.temperature + rise - fall + 0.25 * self.wander
    }

    /// mm/s RMS.
    pub(super) fn vibration(&self) -> f64 {
        let healthy = 0.12 + self.kind.vibration * self.load();
        let is_turning = self.load().min(1.0);
        healthy + is_turning * (6.5 * self.faults.shown(Symptom::Wear) + 0.8 * self.faults.shown(Symptom::Heat))
    }

    /// kW.
    pub(super) fn power(&self) -> f64 {
        let standing = if self.kind.is_controlled { 0.35 } else { 0.12 };
        let ailing = 1.0 + 0.12 * self.faults.severity();
        self.kind.power * (standing + (1.0 - standing) * self.load() * ailing)
    }

    /// bar, where it has a supply.
    pub(super) fn pressure(&self) -> Option<f64> {
        let drop = 1.0 - 0.42 * self.faults.shown(Symptom::Leak);
        self.kind.pressure.map(|bar| bar * drop * (1.0 + 0.008 * self.wander))
    }

    /// Its own value, where it has one.
    pub(super) fn own_value(&self) -> Option<f64> {
        self.kind.own.as_ref().map(|own| {
            let value = own.mean + own.swing * 0.6 * self.wander.clamp(-2.0, 2.0);
            if own.is_flow { value * self.load() } else { value }
        })
    }

    fn next_state(&self, around: &Around) -> Option<State> {
        let passed = |secs: f64| self.in_state_secs >= secs;
        let is_finished = around.is_fed_out && around.input < self.takes;
        let is_mended = self.faults.tripped().is_none();
        let next = match self.state {
            Execute => match self.faults.tripped().map(|fault| fault.end) {
                Some(End::Abort) => Aborting,
                Some(End::Hold | End::Pass) => Holding,
                None if is_finished => Completing,
                None if around.is_break => Stopping,
                None if self.waiting_secs > PATIENCE_SECS => Suspending,
                None => return None,
            },
            Aborting if passed(2.0) => Aborted,
            Aborted if is_mended => Clearing,
            Clearing if passed(6.0) => Stopped,
            Holding if passed(2.0) => Held,
            Held if is_mended => Unholding,
            Unholding if passed(3.0) => Execute,
            Suspending if passed(1.0) => Suspended,
            Suspended if around.is_break => Stopping,
            Suspended if is_finished || self.may_resume(around) => Unsuspending,
            Unsuspending if passed(1.5) => Execute,
            Completing if passed(3.0) => Complete,
            Complete if self.order.number != around.order.number && !around.is_break => Resetting,
            Stopping if passed(2.0) => Stopped,
            Stopped if passed(3.0) && !around.is_break => Resetting,
            Resetting if passed(4.0) => Idle,
            Idle if passed(2.0) && !around.is_break => Starting,
            Starting if passed(5.0) => Execute,
            _ => return None,
        };
        Some(next)
    }

    fn may_resume(&self, around: &Around) -> bool {
        let has_input = around.input >= self.takes && (around.is_fed_out || around.input_ratio >= 0.2);
        has_input && around.output_ratio <= 0.8
    }

    fn enter(&mut self, next: State, around: &Around) {
        if self.state == Complete {
            self.order = around.order;
            self.produced = 0;
            self.speed_setpoint = set_point(self.nameplate_speed, around.order);
        }
        self.state = next;
        self.in_state_secs = 0.0;
        self.waiting_secs = 0.0;
    }

    fn produce(&mut self, dt_secs: f64, around: &Around) -> Flow {
        let wanted_speed = match self.state {
            // Speed follows the buffer before it, as accumulation control does; so neighbours settle to one flow.
            Execute => self.speed_setpoint * (0.8 + 0.4 * around.input_ratio),
            Starting => 0.3 * self.speed_setpoint,
            Unholding | Unsuspending => 0.5 * self.speed_setpoint,
            _ => 0.0,
        };
        if self.state != Execute {
            self.approach(wanted_speed, dt_secs);
            return Flow::default();
        }
        // A machine that has come to rest waiting still tries.
        let wanted = self.speed.max(0.1 * self.speed_setpoint) / 60.0 * dt_secs;
        let made = wanted.min(around.input / self.takes).min(around.space).max(0.0);
        if made < 0.5 * wanted {
            self.wait = Some(if around.space < wanted { Wait::Blocked } else { Wait::Starved });
            self.waiting_secs += dt_secs;
            self.approach(0.0, dt_secs);
        } else {
            self.wait = None;
            self.waiting_secs = 0.0;
            self.approach(wanted_speed, dt_secs);
        }
        let mut given = made;
        self.part += made;
        while self.part >= 1.0 {
            self.part -= 1.0;
            self.produced += 1;
            self.counts.total += 1;
            if self.fate.chance(0.006 + 0.03 * self.faults.severity()) {
                self.counts.scrap += 1;
                given -= 1.0;
            } else {
                self.counts.good += 1;
            }
        }
        Flow { taken: made * self.takes, given }
    }

    fn approach(&mut self, speed: f64, dt_secs: f64) {
        self.speed += (speed - self.speed) * lag(dt_secs, 1.5);
        if speed == 0.0 && self.speed < 0.01 * self.nameplate_speed {
            self.speed = 0.0;
        }
    }

    fn warm(&mut self, dt_secs: f64) {
        let target = if self.kind.is_controlled {
            self.kind.temperature
        } else {
            ROOM_CELSIUS + (self.kind.temperature - ROOM_CELSIUS) * (0.3 + 0.7 * self.load())
        };
        self.temperature += (target - self.temperature) * lag(dt_secs, 90.0);
        self.wander += -self.wander * lag(dt_secs, 60.0) + self.fate.bell() * 0.18 * dt_secs.sqrt();
    }
}

/// The share of its way to the target that a first-order lag goes in one step.
fn lag(dt_secs: f64, time_constant_secs: f64) -> f64 {
    dt_secs / (time_constant_secs + dt_secs)
}

/// Whole items where items are many, tenths where they are few.
fn set_point(nameplate_speed: f64, order: Order) -> f64 {
    let speed = nameplate_speed * order.pace;
    if speed >= 20.0 { speed.round() } else { (speed * 10.0).round() / 10.0 }
}

const ROOM_CELSIUS: f64 = 22.0;
/// A machine that cannot move items for this long suspends.
const PATIENCE_SECS: f64 = 1.5;
