//! KPIs between page and worker: what is asked, and the account that is given.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::time::{Timestamp, ZoneTable};
use crate::vocab::{Figures, MachineState};

/// What the page asks of KPIs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum KpiCommand {
    /// The plant's zone, as the page's Intl knows it; before [`super::Command::Configure`].
    Zone(ZoneTable),
    /// Report, now and every few seconds; `None` ends it.
    Report(Option<Box<KpiRequest>>),
    /// A person says why a machine stood.
    Explain(Box<Explanation>),
    /// Glances at these places, now and every few seconds while something changes; none ends it.
    Follow(Vec<String>),
}

/// Which report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KpiRequest {
    /// Path of the place.
    pub path: String,
    /// Which time.
    pub period: Period,
}

/// A time that a report is for. Counted back from now: 0 is the one under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Period {
    /// The last hours by the clock, the one under way included.
    Hours(u32),
    /// A shift.
    Shift(u32),
    /// A day: all shifts that begin on it.
    Day(u32),
    /// A week, from Monday.
    Week(u32),
}

/// What a person says of a stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Path of the machine.
    pub machine: String,
    /// From when it holds.
    pub from: Timestamp,
    /// Until when; while the stop is open, as long as it goes on.
    pub to: Option<Timestamp>,
    /// The reason.
    pub reason: String,
    /// Anything else.
    pub comment: String,
    /// Who says so.
    pub who: String,
}

/// A report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KpiReport {
    /// Path of the place.
    pub path: Arc<str>,
    /// Begin of the period.
    pub from: Timestamp,
    /// End of the period.
    pub to: Timestamp,
    /// What the report is up to.
    pub now: Timestamp,
    /// The shift's name, where the period is a shift that has one.
    pub shift: Arc<str>,
    /// The place itself; `None` when nothing below it tells anything.
    pub total: Option<KpiScope>,
    /// What it is made of: lines of an area, machines of a line.
    pub parts: Vec<KpiScope>,
    /// Path of the machine whose figures these are; empty for places of several lines.
    pub speaker: Arc<str>,
    /// Hour by hour, of that machine.
    pub hours: Vec<KpiHour>,
    /// What it was doing.
    pub stretches: Vec<KpiStretch>,
    /// Its stops, the newest first, at most 500.
    pub stops: Vec<KpiStop>,
    /// Downtime by reason, the longest first.
    pub causes: Vec<KpiCause>,
    /// Shifts before and up to this one with their figures, the oldest first.
    pub shifts: Vec<KpiSpan>,
    /// By order and product.
    pub orders: Vec<KpiOrder>,
    /// The week up to the period's end, hour by hour: (begin, OEE).
    pub heat: Vec<(Timestamp, Option<f64>)>,
    /// Where it comes from.
    pub account: KpiAccount,
    /// Reasons that a person may give, with narrower ones.
    pub reasons: Vec<(String, Vec<String>)>,
    /// The OEE to be reached.
    pub target: Option<f64>,
    /// Who publishes results: `off`, `nobody`, `here` or `elsewhere`.
    pub publisher: Arc<str>,
}

/// What a tile shows of a place in the shift under way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KpiGlance {
    /// Path; empty: the plant.
    pub path: Arc<str>,
    /// Begin of the shift.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// Its name, where it has one.
    pub shift: Arc<str>,
    /// Figures; `None` when nothing there tells anything.
    pub figures: Option<Figures>,
    /// Items planned in what of the shift is over, where a plan or a planned run time tells.
    pub plan: Option<f64>,
    /// The OEE to be reached.
    pub target: Option<f64>,
    /// What its speaking machine was doing.
    pub stretches: Vec<KpiStretch>,
    /// Downtime by reason, the longest first.
    pub causes: Vec<KpiCause>,
}

/// A place with its figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KpiScope {
    /// Path.
    pub path: Arc<str>,
    /// Name of the machine whose figures a line's are; empty otherwise.
    pub speaker: Arc<str>,
    /// Figures.
    pub figures: Figures,
}

/// An hour, cut at the period's ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiHour {
    /// Begin.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
    /// Items planned in what of it is over, where a plan or a planned run time tells.
    pub plan: Option<f64>,
    /// Figures.
    pub figures: Figures,
    /// Why it lost most, empty when it lost nothing; and for how many milliseconds.
    pub cause: (Arc<str>, i64),
}

/// A stretch of one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KpiStretch {
    /// Begin.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
    /// State.
    pub state: MachineState,
}

/// A stop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiStop {
    /// Begin.
    pub from: Timestamp,
    /// End, or now.
    pub to: Timestamp,
    /// It goes on.
    pub is_open: bool,
    /// Idle, planned or unplanned.
    pub state: MachineState,
    /// The machine's own word.
    pub word: Arc<str>,
    /// Why; empty when nobody said.
    pub reason: Arc<str>,
    /// Who said so and what else, where a person did.
    pub said: Option<(Arc<str>, Arc<str>)>,
}

/// Downtime of one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KpiCause {
    /// The reason, else the machine's word; empty when neither is known.
    pub reason: Arc<str>,
    /// Idle, planned or unplanned.
    pub state: MachineState,
    /// Milliseconds.
    pub millis: i64,
    /// How often.
    pub count: u32,
}

/// A shift with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiSpan {
    /// Begin.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
    /// The shift's name.
    pub name: Arc<str>,
    /// Figures.
    pub figures: Figures,
}

/// An order with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiOrder {
    /// Its number; empty when none is known.
    pub order: Arc<str>,
    /// The product.
    pub product: Arc<str>,
    /// Figures.
    pub figures: Figures,
}

/// Where a machine's figures come from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KpiAccount {
    /// Its tags.
    pub inputs: Vec<KpiInput>,
    /// How the counters count.
    pub counting: Arc<str>,
    /// Planned run time per item in force, milliseconds.
    pub cycle_ms: Option<f64>,
    /// Since when anything is known.
    pub since: Option<Timestamp>,
    /// Times a counter rolled over, was reset, set back, leapt, said nonsense, in the period.
    pub happenings: [u32; 5],
    /// Values of counters that came late, and twice, since they are heard.
    pub late_and_doubled: (u32, u32),
    /// Items made while the state was not known.
    pub over_gaps: f64,
    /// Items that the shift's own counter had counted before it was first heard.
    pub opening: f64,
    /// Work outside of the planned time, milliseconds.
    pub overtime: i64,
    /// Actual production time, planned busy time, milliseconds; planned run time of what was made.
    pub times: (i64, i64, f64),
    /// Until when this browser had kept it from before the page was opened.
    pub resumed: Option<Timestamp>,
    /// Times in the period that another screen told of; nobody verified it.
    pub borrowed: Vec<(Timestamp, Timestamp)>,
    /// Why the figures that are unknown are: sentences.
    pub missing: Vec<Arc<str>>,
}

/// A tag that figures are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KpiInput {
    /// What it tells: total, good, scrap, state, reason, order, product, cycle or rate.
    pub role: Arc<str>,
    /// Its path.
    pub path: Arc<str>,
    /// The configuration names it; else it was found by its name.
    pub is_configured: bool,
}
