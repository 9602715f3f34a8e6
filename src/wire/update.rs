//! What the worker tells the page.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alert::{Alert, AlertJournal, AlertPreview};
use super::command::ViewId;
use super::kpi::KpiReport;
use super::link::{LinkReport, OutboxReport};
use super::namespace::{Findings, ListFormat, Rows, Survey};
use super::sparkplug::{EdgeNodes, WritingReport};
use crate::time::{Millis, Timestamp};
use crate::vocab::{BrokerId, Column, Level, MachineState, PlaceId, Reading, TagId};

/// Nouns, worker to page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Update {
    /// First: the worker listens.
    Ready {
        /// [`super::PROTOCOL`] of the worker.
        protocol: u16,
        /// The worker's build id.
        build: String,
    },
    /// The worker is alive; sent every second, also while nothing happens.
    Beat,
    /// A link changed. At once, never on paint.
    Link(LinkReport),
    /// Places that are new or changed. An `id` seen before replaces.
    Places(Vec<Place>),
    /// The hierarchy was read anew: forget all places and tags (tag ids stay valid only if sent again).
    Cleared,
    /// Tags that an open place, a wanted path or a machine's card names.
    Tags(Vec<Tag>),
    /// Coalesced live data; needs [`super::Command::Painted`].
    Frame(Box<Frame>),
    /// Answer to [`super::Command::Examine`].
    Findings(Box<Findings>),
    /// Answer to [`super::Command::Survey`].
    Survey(Box<Survey>),
    /// Answer to [`super::Command::ListTags`].
    TagList(ListFormat, String),
    /// The alerts' journal as a table (CSV).
    AlertFile(String),
    /// What waits to be published, or what became of it, has changed. At once, never on paint.
    Outbox(OutboxReport),
    /// Alerts that changed. At once, never on paint: a hidden tab still sounds and notifies.
    Alerts(Vec<Alert>),
    /// Answer to [`super::AlertCommand::Journal`].
    AlertJournal(Box<AlertJournal>),
    /// Answer to [`super::AlertCommand::Try`].
    AlertPreview(Box<AlertPreview>),
    /// Answer to [`super::Command::EdgeNodes`].
    EdgeNodes(Box<EdgeNodes>),
    /// Answer to [`super::Command::Writable`] and [`super::Command::Write`].
    Writing(Box<WritingReport>),
    /// Answer to [`super::KpiCommand::Follow`]: glances that changed, every few seconds.
    KpiGlances(Vec<super::KpiGlance>),
    /// Answer to [`super::KpiCommand::Report`], again every few seconds.
    Kpis(Box<KpiReport>),
    /// What lies on the broker as a board: anybody may have put it there. Empty: it was taken back.
    SharedBoard {
        /// Its id.
        id: String,
        /// Its JSON, at most 256 KiB, not checked any further.
        text: String,
    },
    /// Answer to [`super::Command::Inspect`].
    Message(Box<Message>),
}

/// A node of the hierarchy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub id: PlaceId,
    /// The node above.
    pub parent: Option<PlaceId>,
    /// Its level; `None` for a topic level that the hierarchy does not name ("unassigned").
    pub level: Option<Level>,
    /// Full path: topic levels joined by `/`.
    pub path: Arc<str>,
    /// The last level, as shown.
    pub name: Arc<str>,
    /// How many tags lie at and below it.
    pub tags: u32,
}

/// A tag's standing description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// The machine (or other place) it belongs to.
    pub place: PlaceId,
    /// Whose broker.
    pub broker: BrokerId,
    /// Full path: topic levels, then JSON keys, joined by `/`.
    pub path: Arc<str>,
    /// The path below its place, as shown.
    pub name: Arc<str>,
    /// Where it comes from: topic, or `topic#json.path`.
    pub source: Arc<str>,
    /// Unit as given or configured.
    pub unit: Option<Arc<str>>,
    /// Description as given or configured.
    pub description: Option<Arc<str>>,
    /// Low and high end of its range, where known.
    pub range: Option<(f64, f64)>,
    /// Digits after the point, where configured.
    pub digits: Option<u8>,
    /// The payload's shape in words ("scalar", "value object", "object", "raw").
    pub shape: Arc<str>,
}

/// What a machine tile shows beside the readings it watches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MachineCard {
    /// The machine.
    pub place: PlaceId,
    /// Its state.
    pub state: MachineState,
    /// The source's own word for it ("Execute", "Held", "7"), empty when there is none.
    pub word: Arc<str>,
    /// Since when in this state, as far as seen.
    pub since: Option<Timestamp>,
    /// Whether the state is vouched for: not when the link is gone.
    pub stale: bool,
    /// Newest receive time of any of its tags.
    pub heard: Option<Timestamp>,
    /// The tag that tells the state.
    pub state_tag: Option<TagId>,
    /// The figures that matter, most important first, at most 4.
    pub figures: Vec<TagId>,
    /// A fault text or number while stopped.
    pub fault: Option<TagId>,
    /// Why it is offline, in words, where its edge node or device says so.
    pub death: Option<Arc<str>>,
}

/// A tag's reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadingOf {
    /// Whose.
    pub tag: TagId,
    /// The reading.
    pub reading: Reading,
}

/// All that changed since the last painted frame and is watched.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Counts from 1 without gaps; a gap asks for [`super::Command::Resync`].
    pub seq: u32,
    /// The engine's now.
    pub now: Timestamp,
    /// Changed readings of watched tags.
    pub readings: Vec<ReadingOf>,
    /// Changed machine cards.
    pub machines: Vec<MachineCard>,
    /// New columns of open trends.
    pub trends: Vec<TrendPart>,
    /// The namespace page's rows.
    pub rows: Option<Box<Rows>>,
    /// Once a second.
    pub stats: Option<Box<Stats>>,
}

/// Buckets of a trend, merged by index on the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendPart {
    /// Which trend.
    pub view: ViewId,
    /// Bucket width.
    pub step: Millis,
    /// Index of the first column: floor(time / step).
    pub first: i64,
    /// Columns from `first` on, one per bucket.
    pub columns: Vec<Column>,
}

/// The worker's own figures (`#/diagnostics`, names as in the DOM contract).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    /// PUBLISH packets taken.
    pub messages_received: u64,
    /// Over the last second.
    pub messages_per_second: f64,
    /// Bytes off all sockets.
    pub bytes_received: u64,
    /// Packets refused by the codec's guard.
    pub packets_rejected: u64,
    /// Payloads that no reader took; they are shown raw.
    pub payloads_rejected: u64,
    /// Tags known.
    pub tags: u32,
    /// Socket receipt to model, median and 99th percentile of the last seconds.
    pub lag_ms_p50: f64,
    /// See `lag_ms_p50`.
    pub lag_ms_p99: f64,
    /// Share of the last second spent in the engine.
    pub engine_busy_ratio: f64,
    /// The worker's wasm memory.
    pub wasm_bytes_worker: u64,
    /// Series held in memory.
    pub history_bytes: u64,
    /// Samples dropped to keep within the bound.
    pub history_dropped: u64,
    /// Sessions re-established after a loss.
    pub reconnects: u64,
    /// Sparkplug messages missing for good, over all edge nodes.
    pub sparkplug_gaps: u64,
    /// Alerts: pairs of a rule and what it judges.
    pub alerts_watched: u32,
    /// Of these, those of which nobody knows whether the condition holds.
    pub alerts_unknown: u32,
    /// What went wrong, most recent first, at most 50 kinds.
    pub faults: Vec<Fault>,
}

/// Something refused or lost, counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// What, in words.
    pub what: Arc<str>,
    /// Where: topic or broker.
    pub place: Arc<str>,
    /// How often.
    pub count: u64,
    /// When last.
    pub last: Timestamp,
}

/// A tag's last message as it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Whose source.
    pub tag: TagId,
    /// Topic.
    pub topic: String,
    /// Payload, cut at 64 KiB.
    pub payload: Vec<u8>,
    /// Whole size in bytes.
    pub size: u32,
    /// Retained flag as delivered.
    pub retained: bool,
    /// QoS as delivered.
    pub qos: u8,
    /// What MQTT 5 said besides: name and value.
    pub properties: Vec<(String, String)>,
    /// How many came on this topic.
    pub count: u32,
    /// When it reached us.
    pub receive_time: Timestamp,
}
