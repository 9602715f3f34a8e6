//! Machines: which of their tags tells the state, which figures matter, and since when they are in their state.

use std::sync::Arc;

use super::hierarchy::state_rank;
use super::state::state_of;
use super::tag::{TagRecord, Tags};
use crate::time::Timestamp;
use crate::vocab::{MachineState, PlaceId, TagId, Value};

/// One machine's live summary.
#[derive(Debug)]
pub struct Machine {
    /// Its place.
    pub place: PlaceId,
    /// Its state.
    pub state: MachineState,
    /// The source's word for it.
    pub word: Arc<str>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The tag that tells.
    pub state_tag: Option<TagId>,
    /// Figures that matter.
    pub figures: Vec<TagId>,
    /// The tag that tells faults, as text or number.
    pub fault: Option<TagId>,
    /// Whether it tells one now that stops the machine.
    pub is_faulted: bool,
    /// Why it stands.
    pub reason: Option<TagId>,
    /// To be told to the page.
    pub changed: bool,
    /// Why it is offline, where its edge node or device has died, and since when.
    pub death: Option<(Timestamp, Arc<str>)>,
    /// Whether the page was told that nobody vouches for it.
    pub is_stale: bool,
}

impl Machine {
    pub(super) fn new(place: PlaceId) -> Self {
        Self {
            place,
            state: MachineState::Offline,
            word: "".into(),
            since: None,
            state_tag: None,
            figures: Vec::new(),
            fault: None,
            is_faulted: false,
            reason: None,
            changed: true,
            death: None,
            is_stale: false,
        }
    }

    /// Chooses state tag, figures and fault among the machine's tags; the same tags give the same choice.
    pub(super) fn choose(&mut self, own: &[TagId], tags: &Tags, base: usize) {
        let name_of = |id: TagId| tags.get(id).map_or("", |record| record.path.get(base + 1..).unwrap_or(""));
        let last = |id: TagId| name_of(id).rsplit('/').next().unwrap_or("");
        let depth = |id: TagId| name_of(id).matches('/').count();
        self.state_tag = own
            .iter()
            .filter_map(|&id| {
                // What the configuration gives a meaning as a state is one, whatever its name.
                let is_mapped = tags.get(id)?.meaning.as_ref().is_some_and(|meaning| !meaning.states.is_empty());
                let rank = if is_mapped { Some(0) } else { state_rank(last(id)).map(|rank| rank + 1) };
                Some(((rank?, depth(id), id), id))
            })
            .min_by_key(|(key, _)| *key)
            .map(|(_, id)| id);
        let mut ranked: Vec<(usize, usize, TagId)> = own
            .iter()
            .filter(|id| Some(**id) != self.state_tag)
            .filter_map(|&id| Some((figure_rank(name_of(id), tags.get(id)?)?, depth(id), id)))
            .collect();
        ranked.sort_unstable();
        ranked.dedup_by_key(|(rank, _, _)| *rank); // one of a kind: not four temperatures
        self.figures = ranked.into_iter().take(MOST_FIGURES).map(|(_, _, id)| id).collect();
        let named = |names: &[&str]| {
            own.iter()
                .filter_map(|&id| {
                    Some(((names.iter().position(|known| *known == folded(last(id)))?, depth(id), id), id))
                })
                .min_by_key(|(key, _)| *key)
                .map(|(_, id)| id)
        };
        self.fault = named(&FAULT_NAMES);
        self.reason = named(&REASON_NAMES);
        self.changed = true;
    }

    /// The tags whose values it follows.
    pub(super) fn followed(&self) -> [Option<TagId>; 3] {
        [self.state_tag, self.reason, self.fault]
    }

    /// Follows the state tag, the stop reason (a stop for a planned reason is a planned stop) and the fault.
    pub(super) fn follow(&mut self, tags: &Tags) {
        let teller = self.state_tag.or_else(|| self.figures.first().copied());
        let death = teller.and_then(|tag| tags.death_of(tag));
        if let Some((since, why)) = death {
            if self.death.as_ref().is_none_or(|(_, known)| known != why) {
                self.death = Some((since, why.clone()));
                (self.state, self.word, self.since) = (MachineState::Offline, "".into(), Some(since));
                (self.is_faulted, self.changed) = (false, true);
            }
            return;
        }
        self.changed |= self.death.take().is_some();
        let Some(record) = self.state_tag.and_then(|tag| tags.get(tag)) else { return };
        let rules = record.meaning.as_ref().map_or(&[][..], |meaning| &meaning.states);
        let (mut state, mut word) = state_of(&record.value, rules);
        let mut since = record.source_time.unwrap_or(record.receive_time);
        if matches!(state, MachineState::Stopped | MachineState::Idle)
            && let Some(reason) = self.reason.and_then(|tag| tags.get(tag))
            && let (MachineState::PlannedStop, planned) = state_of(&reason.value, &[])
        {
            (state, word) = (MachineState::PlannedStop, planned);
            since = since.max(reason.source_time.unwrap_or(reason.receive_time));
        }
        if state != self.state || *word != *self.word || self.since.is_none() {
            // A word that changes within a state (Stopping, Stopped) does not restart the state's clock.
            if state != self.state || self.since.is_none() {
                self.since = Some(since);
            }
            self.state = state;
            self.word = word.into();
            self.changed = true;
        }
        let tells = |tag| tags.get(tag).is_some_and(|record| tells_fault(&record.value));
        let is_faulted = state == MachineState::Stopped && self.fault.is_some_and(tells);
        self.changed |= std::mem::replace(&mut self.is_faulted, is_faulted) != is_faulted;
    }
}

/// No fault is told by nothing, an empty text, 0 or false.
fn tells_fault(value: &Value) -> bool {
    match value {
        Value::Text(text) => !text.trim().is_empty(),
        Value::Bool(is_on) => *is_on,
        other => other.as_f64().is_some_and(|number| number != 0.0),
    }
}

/// How much a tag matters on its machine's tile, 0 most; `None` when it does not belong there.
fn figure_rank(name: &str, record: &TagRecord) -> Option<usize> {
    if !matches!(record.value, Value::Int(_) | Value::UInt(_) | Value::Float(_)) {
        return None;
    }
    let name = folded(name);
    if NOT_FIGURES.iter().any(|part| name.contains(part)) {
        return None;
    }
    let by_name = FIGURES.iter().position(|words| words.iter().any(|word| name.contains(word)));
    match by_name {
        Some(rank) => Some(rank),
        None if record.shown_unit().is_some() => Some(FIGURES.len()),
        None => Some(FIGURES.len() + 1),
    }
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

const MOST_FIGURES: usize = 4;
/// Parts of names, what matters most first: what it makes, how it is, what it made.
const FIGURES: [&[&str]; 9] = [
    &["speed", "rate", "throughput", "cycletime", "drehzahl", "rpm"],
    &["temperature", "temp"],
    &["pressure", "druck"],
    &["good", "counter", "count", "total", "produced"],
    &["vibration"],
    &["power", "current", "energy"],
    &["level", "fill", "weight", "torque", "flow"],
    &["scrap", "reject"],
    &["humidity", "position"],
];
const NOT_FIGURES: [&str; 8] = ["setpoint", "timestamp", "state", "code", "target", "order", "version", "heartbeat"];
/// Names of fault tags, the most telling first.
const FAULT_NAMES: [&str; 8] =
    ["faulttext", "faultmessage", "fault", "alarmtext", "alarm", "error", "faultcode", "errorcode"];
/// Names of tags that tell why a machine stands.
const REASON_NAMES: [&str; 4] = ["stopreason", "downtimereason", "stopcause", "stillstandsgrund"];
