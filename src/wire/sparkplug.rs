//! What the page is told of Sparkplug's edge nodes and hosts.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::vocab::{BrokerId, TagId, Value, ValueType};

/// Answer to [`super::Command::EdgeNodes`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EdgeNodes {
    /// What was asked: `group/edge node`; all, in short, when absent.
    pub wanted: Option<String>,
    /// By broker, group and id; at most 500.
    pub nodes: Vec<EdgeNodeReport>,
    /// How many more there are.
    pub more: u32,
    /// Host applications that announce themselves.
    pub hosts: Vec<HostReport>,
}

/// One edge node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EdgeNodeReport {
    /// Whose broker.
    pub broker: BrokerId,
    /// Group id.
    pub group: String,
    /// Edge node id.
    pub node: String,
    /// `online`, `offline` or `unverified`.
    pub standing: String,
    /// Why it is not online, in words.
    pub why: String,
    /// Since when.
    pub since: Timestamp,
    /// When its last birth came.
    pub born: Option<Timestamp>,
    /// NBIRTHs seen.
    pub births: u32,
    /// The last birth's `bdSeq`.
    pub bdseq: Option<u64>,
    /// The last `seq` taken.
    pub seq: Option<u64>,
    /// Metrics of its last NBIRTH; told of one only.
    pub metrics: u32,
    /// How many devices are known.
    pub device_count: u32,
    /// They; told of one only, at most 500.
    pub devices: Vec<EdgeDevice>,
    /// Messages missing for good.
    pub gaps: u64,
    /// Some are missing since the last birth.
    pub has_gap: bool,
    /// A death stands that matches no birth.
    pub is_suspect: bool,
    /// Messages taken.
    pub messages: u64,
    /// Messages a second, smoothed.
    pub rate: f32,
    /// How it departs from the specification: in words, how often; told of one only.
    pub deviations: Vec<(String, u32)>,
    /// Its birth offers to be asked for a rebirth.
    pub has_rebirth_switch: bool,
    /// A rebirth would mend something, and the configuration allows to ask for it; told of one only.
    pub can_ask: bool,
    /// Since when a request for a rebirth waits for the birth.
    pub asked: Option<Timestamp>,
}

/// A device of an edge node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EdgeDevice {
    /// Device id.
    pub id: String,
    /// `online`, `offline` or `unverified`.
    pub standing: String,
    /// Why it is not online, in words.
    pub why: String,
    /// Since when.
    pub since: Timestamp,
    /// When its last birth came.
    pub born: Option<Timestamp>,
    /// Metrics of its last DBIRTH.
    pub metrics: u32,
}

/// A host application's STATE.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostReport {
    /// Whose broker.
    pub broker: BrokerId,
    /// Host id.
    pub id: String,
    /// What it said last.
    pub is_online: bool,
    /// When, by its own clock where it says.
    pub since: Timestamp,
    /// Said as 2.x did: `STATE/<id>`, in text.
    pub is_legacy: bool,
}

/// How the writing of a metric stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WritingReport {
    /// The metric.
    pub tag: TagId,
    /// Whether the configuration allows to write it; false for everything that is no Sparkplug metric.
    pub is_allowed: bool,
    /// What it takes, or why it cannot be written now, in words.
    pub takes: Result<ValueType, String>,
    /// What was written last.
    pub written: Option<Written>,
}

/// A value that was to be written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// It.
    pub value: Value,
    /// When the command went out.
    pub at: Timestamp,
    /// What became of it.
    pub fate: WriteFate,
}

/// What became of a command to write. Only the edge node's data confirms it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WriteFate {
    /// Not sent: why, in words.
    Refused(String),
    /// Sent; nothing heard yet.
    Waiting,
    /// The edge node told this value after it.
    Confirmed(Timestamp),
    /// The edge node did not tell this value in time; what it told instead, where it told anything.
    Unconfirmed(Option<Value>),
    /// The edge node or device ended, or the connection was lost, before it told anything.
    Lost,
}
