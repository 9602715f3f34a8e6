//! What stands in the simulated plant: kinds of lines and machines with their nameplate figures, and what breaks.

mod baking;
mod bottling;
mod mixing;
mod packing;

/// A kind of line: what it makes, how fast, on which machines.
pub(super) struct LineKind {
    pub(super) name: &'static str,
    pub(super) area: &'static str,
    /// Items a minute at the first machine.
    pub(super) rate_per_min: f64,
    /// Of its speed.
    pub(super) unit: &'static str,
    /// Of its counts.
    pub(super) counted: &'static str,
    pub(super) products: &'static [&'static str],
    /// In the order of the process.
    pub(super) machines: &'static [MachineKind],
}

/// A kind of machine.
pub(super) struct MachineKind {
    pub(super) name: &'static str,
    /// Short lines have the machines of low rank only.
    pub(super) rank: u8,
    /// Items taken for one made: 6 bottles to a case.
    pub(super) takes: f64,
    /// Where it counts in other units than its line.
    pub(super) speed_unit: Option<&'static str>,
    /// °C while it runs.
    pub(super) temperature: f64,
    /// Whether it is heated or cooled to its temperature; else it warms as it works.
    pub(super) is_controlled: bool,
    /// mm/s RMS at full speed.
    pub(super) vibration: f64,
    /// kW at full speed.
    pub(super) power: f64,
    /// bar, where it has a supply to watch.
    pub(super) pressure: Option<f64>,
    /// One more value of its own.
    pub(super) own: Option<Own>,
    pub(super) faults: &'static [FaultKind],
}

/// A value that only this kind of machine has.
pub(super) struct Own {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) mean: f64,
    pub(super) swing: f64,
    /// Whether it is there only while the machine moves.
    pub(super) is_flow: bool,
}

/// What can go wrong.
pub(super) struct FaultKind {
    pub(super) code: u16,
    pub(super) text: &'static str,
    pub(super) symptom: Symptom,
    pub(super) end: End,
}

/// How a fault shows before it stops the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symptom {
    /// The temperature climbs.
    Heat,
    /// Vibration climbs, the temperature a little.
    Wear,
    /// The pressure falls.
    Leak,
    /// The temperature falls.
    Cold,
    /// Nothing shows.
    Sudden,
    /// The temperature's sensor is in doubt.
    Sensor,
}

/// How a fault ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A fast stop that needs clearing (PackML Aborted).
    Abort,
    /// A controlled stop (PackML Held).
    Hold,
    /// Not at all: it passes.
    Pass,
}

const fn fault(code: u16, text: &'static str, symptom: Symptom, end: End) -> FaultKind {
    FaultKind { code, text, symptom, end }
}

const fn own(name: &'static str, unit: &'static str, mean: f64, swing: f64) -> Option<Own> {
    Some(Own { name, unit, mean, swing, is_flow: false })
}

const fn flow(name: &'static str, unit: &'static str, mean: f64, swing: f64) -> Option<Own> {
    Some(Own { name, unit, mean, swing, is_flow: true })
}

/// What a machine is unless its kind says otherwise.
const PLAIN: MachineKind = MachineKind {
    name: "",
    rank: 0,
    takes: 1.0,
    speed_unit: None,
    temperature: 40.0,
    is_controlled: false,
    vibration: 1.0,
    power: 1.0,
    pressure: None,
    own: None,
    faults: &[],
};

pub(super) static LINES: [LineKind; 4] = [bottling::LINE, packing::LINE, mixing::LINE, baking::LINE];

/// Where the plants stand.
pub(super) const SITES: [&str; 12] =
    ["berlin", "lyon", "porto", "gdansk", "leeds", "turin", "ghent", "malmo", "graz", "brno", "cork", "vigo"];
pub(super) const ENTERPRISE: &str = "acme";
