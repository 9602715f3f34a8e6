//! What screens tell each other, and the namespace, of KPIs: snapshots of books, what people said of stops, results,
//! and which screen publishes. JSON that explains itself; all of it is foreign when it is read. Pure.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::keep::{Kept, KeptNotes};
use crate::time::{Millis, Timestamp, format_rfc3339};
use crate::vocab::Figures;

/// A machine's books from a shift's begin on, retained, for screens that were not there. In Andon's own form: only
/// screens read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    kind: String,
    /// The machine's path.
    pub path: Arc<str>,
    /// The books.
    pub kept: Kept,
    /// What people said.
    pub notes: KeptNotes,
}

impl Snapshot {
    /// Of a machine.
    pub fn new(path: Arc<str>, kept: Kept, notes: KeptNotes) -> Self {
        Self { kind: SNAPSHOT.into(), path, kept, notes }
    }

    /// As published; `None` where that would be larger than what is read.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        postcard::to_allocvec(self).ok().filter(|bytes| bytes.len() <= MOST_SNAPSHOT)
    }

    /// Reads what was published.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_bytes(payload: &[u8]) -> Result<Self, &'static str> {
        if payload.len() > MOST_SNAPSHOT {
            return Err("KPI snapshot: larger than 128 KiB");
        }
        let read = postcard::from_bytes(payload).ok().filter(|snapshot: &Self| snapshot.kind == SNAPSHOT);
        read.ok_or("KPI snapshot: not of the kind that Andon writes")
    }
}

/// What a person said of a stop, as an event: not retained; who comes later finds it in the snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopNote {
    /// Path of the machine.
    pub machine: Arc<str>,
    /// From when it holds.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// The reason.
    pub reason: String,
    /// Anything else.
    pub comment: String,
    /// Who, as given; nobody has checked it.
    pub who: String,
    /// When it was said.
    pub said: Timestamp,
}

impl StopNote {
    /// As published.
    pub fn to_json(&self) -> Vec<u8> {
        written([
            ("andon", EVENT.into()),
            ("path", (*self.machine).into()),
            ("from", self.from.0.into()),
            ("to", self.to.0.into()),
            ("reason", self.reason.as_str().into()),
            ("comment", self.comment.as_str().into()),
            ("who", self.who.as_str().into()),
            ("timestamp", self.said.0.into()),
        ])
    }

    /// Reads what was published.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_json(payload: &[u8], now: Timestamp) -> Result<Self, &'static str> {
        let is_small = payload.len() <= MOST_EVENT;
        let map =
            object(payload, EVENT).filter(|_| is_small).ok_or("event of a stop: not of the kind that Andon writes")?;
        let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let time = |key: &str| map.get(key).and_then(Value::as_i64).map(Timestamp);
        let (Some(from), Some(to), Some(said)) = (time("from"), time("to"), time("timestamp")) else {
            return Err("event of a stop: without its times");
        };
        let note = Self {
            machine: text("path").into(),
            from,
            to,
            reason: text("reason"),
            comment: text("comment"),
            who: text("who"),
            said,
        };
        let is_long = note.who.chars().count() > 60
            || note.comment.chars().count() > 500
            || note.reason.chars().count() > MOST_REASON;
        if is_long {
            return Err("event of a stop: a name, reason or comment that is too long");
        }
        // A screen whose clock is wrong must not have the last word for ever.
        let is_sane = from < to && (to - from) <= MOST_SPAN && said <= now + AHEAD && from <= now + AHEAD;
        if is_sane { Ok(note) } else { Err("event of a stop: times that cannot be") }
    }
}

/// "I publish the results": the screen with the lowest id among those that say so within [`Claim::LASTS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// The screen's own number.
    pub id: u64,
}

impl Claim {
    /// How long it counts after it was heard.
    pub const LASTS: Millis = Millis(90_000);

    /// As published, retained.
    pub fn to_json(self, now: Timestamp) -> Vec<u8> {
        let id = format!("{:016x}", self.id);
        written([("andon", CLAIM.into()), ("id", id.into()), ("timestamp", now.0.into())])
    }

    /// Reads what was published.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_json(payload: &[u8]) -> Result<Self, &'static str> {
        let map = object(payload, CLAIM).filter(|_| payload.len() <= MOST_EVENT);
        let id = map.and_then(|map| u64::from_str_radix(map.get("id")?.as_str()?, 16).ok());
        id.map(|id| Self { id }).ok_or("KPI publisher: not of the kind that Andon writes")
    }
}

/// One figure of a place over a period, as published.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Which: the last topic level.
    pub figure: &'static str,
    /// Its value.
    pub value: f64,
    unit: &'static str,
    formula: &'static str,
}

impl Outcome {
    /// As published, retained: typed, and told by itself. Times are ISO 8601.
    pub fn to_json(
        &self,
        path: &str,
        period: (&str, Timestamp, Timestamp),
        coverage: Option<f64>,
        at: Timestamp,
    ) -> Vec<u8> {
        let (name, from, to) = period;
        let period = [("name", name.into()), ("from", format_rfc3339(from).into()), ("to", format_rfc3339(to).into())];
        written([
            ("value", self.value.into()),
            ("type", "double".into()),
            ("unit", self.unit.into()),
            ("formula", self.formula.into()),
            ("path", path.into()),
            ("period", Value::Object(map(period))),
            ("coverage", coverage.into()),
            ("timestamp", at.0.into()),
        ])
    }
}

/// The figures that are known, as published.
pub fn outcomes_of(figures: &Figures) -> Vec<Outcome> {
    let secs = |millis: Option<f64>| millis.map(|millis| millis / 1000.0);
    let all = [
        ("oee", figures.oee, "1", "ISO 22400-2 OEE index: availability × effectiveness × quality ratio"),
        ("availability", figures.availability, "1", "ISO 22400-2 availability: APT ÷ PBT"),
        ("performance", figures.performance, "1", "ISO 22400-2 effectiveness: PRI × PQ ÷ APT"),
        ("quality", figures.quality, "1", "ISO 22400-2 quality ratio: GQ ÷ PQ"),
        (
            "nee",
            figures.nee,
            "1",
            "ISO 22400-2 NEE index: (APT + setup) ÷ (PBT + setup) × effectiveness × quality ratio",
        ),
        ("teep", figures.teep, "1", "TEEP: OEE × PBT ÷ time by the clock"),
        ("produced", figures.produced, "items", "ISO 22400-2 PQ"),
        ("good", figures.good, "items", "ISO 22400-2 GQ"),
        ("scrap", figures.scrap, "items", "ISO 22400-2 SQ"),
        ("throughput", figures.rate, "items/h", "ISO 22400-2 throughput rate: PQ ÷ PBT"),
        ("mtbf", secs(figures.mtbf), "s", "IEC 60050 MTBF: MTTF + MTTR"),
        ("mttr", secs(figures.mttr), "s", "mean time to repair, of breakdowns that ended"),
    ];
    let known = all.into_iter().filter_map(|(figure, value, unit, formula)| {
        Some(Outcome { figure, value: value.filter(|value| value.is_finite())?, unit, formula })
    });
    known.collect()
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Map<String, Value> {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn written<const N: usize>(entries: [(&str, Value); N]) -> Vec<u8> {
    Value::Object(map(entries)).to_string().into_bytes()
}

fn object(payload: &[u8], kind: &str) -> Option<Map<String, Value>> {
    let Ok(Value::Object(map)) = serde_json::from_slice(payload) else { return None };
    (map.get("andon").and_then(Value::as_str) == Some(kind)).then_some(map)
}

const SNAPSHOT: &str = "books-1";
const EVENT: &str = "stop-1";
const CLAIM: &str = "publisher-1";
const MOST_SNAPSHOT: usize = 128 * 1024;
const MOST_EVENT: usize = 8 * 1024;
const MOST_REASON: usize = 120;
const MOST_SPAN: Millis = Millis(35 * 24 * 3_600_000);
/// Clocks of screens differ by less.
const AHEAD: Millis = Millis(5 * 60_000);
