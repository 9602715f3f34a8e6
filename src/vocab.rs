//! The few words that both threads speak: ids, values, quality, states, what can be wrong with a link.
//!
//! Plain data, all of it serialisable; no behaviour beyond naming.

mod kpi;
mod shape;
mod value_type;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

pub use kpi::{Figures, Losses};
pub use shape::{SHAPES, Shape};
pub use value_type::ValueType;

/// A tag: one named value of the plant. Stable for the life of the engine that gave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TagId(pub u32);

/// A node of the equipment hierarchy. Stable for the life of the engine that gave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlaceId(pub u32);

/// A broker: its index in the configuration's `brokers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BrokerId(pub u8);

/// What a tag holds. Integers stay exact; text and bytes are bounded by their reader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Present, and explicitly without a value (JSON `null`, a cleared retained message).
    Null,
    /// A switch.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number above `i64::MAX`.
    UInt(u64),
    /// A real number, always finite.
    Float(f64),
    /// Words.
    Text(Arc<str>),
    /// Something unread: its size in bytes. The bytes themselves come by `Command::Inspect`.
    Raw(u32),
}

impl Value {
    /// The value as a number, where it is one (`true` is 1).
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Bool(b) => Some(f64::from(u8::from(*b))),
            Self::Int(i) => Some(*i as f64),
            Self::UInt(u) => Some(*u as f64),
            Self::Float(f) => Some(*f),
            Self::Null | Self::Text(_) | Self::Raw(_) => None,
        }
    }
}

/// How far a value can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Quality {
    /// The source says so, or says nothing against it and the link is up.
    Good,
    /// The source doubts it.
    Uncertain,
    /// The source says it is wrong.
    Bad,
    /// It was good; nobody vouches for it now.
    Stale,
    /// Nothing seen yet.
    #[default]
    Unknown,
}

impl Quality {
    /// The DOM contract's word (`data-quality`).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Uncertain => "uncertain",
            Self::Bad => "bad",
            Self::Stale => "stale",
            Self::Unknown => "unknown",
        }
    }
}

/// By which way a value came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// Published while we listened.
    #[default]
    Live,
    /// The broker's last known, delivered on subscribing.
    Retained,
    /// From this device's storage.
    Cache,
    /// From a historian.
    Historian,
    /// From the built-in simulation.
    Simulated,
}

impl Origin {
    /// The DOM contract's word (`data-origin`).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Retained => "retained",
            Self::Cache => "cache",
            Self::Historian => "historian",
            Self::Simulated => "simulated",
        }
    }
}

/// A tag's current value with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What it holds.
    pub value: Value,
    /// How far to trust it.
    pub quality: Quality,
    /// How it came.
    pub origin: Origin,
    /// When the source says it was so; `None` when the message carried no time.
    pub source_time: Option<Timestamp>,
    /// When it reached us.
    pub receive_time: Timestamp,
    /// Whether the source time named its zone (one without is read as UTC); true where there is none.
    pub zoned: bool,
}

/// One bucket of a trend. A bucket without samples is [`Column::GAP`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Least value in the bucket.
    pub min: f32,
    /// Greatest value in the bucket.
    pub max: f32,
    /// Last value in the bucket.
    pub last: f32,
}

impl Column {
    /// Nothing was seen.
    pub const GAP: Self = Self { min: f32::NAN, max: f32::NAN, last: f32::NAN };

    /// Whether nothing was seen.
    pub const fn is_gap(self) -> bool {
        self.last.is_nan()
    }
}

/// The levels of the ISA-95 equipment hierarchy that the screens know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// The company.
    Enterprise,
    /// A location.
    Site,
    /// A part of a site.
    Area,
    /// ISA-95 work center.
    Line,
    /// ISA-95 work unit.
    Machine,
}

impl Level {
    /// The configuration's word (`hierarchy`).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Site => "site",
            Self::Area => "area",
            Self::Line => "line",
            Self::Machine => "machine",
        }
    }
}

/// The five states a screen needs; PackML and others map onto them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MachineState {
    /// Producing.
    Running,
    /// Ready, starved or blocked.
    Idle,
    /// Setup, changeover, break.
    PlannedStop,
    /// A fault or an unplanned stop.
    Stopped,
    /// No data, or a state nobody can read: never silently "running".
    #[default]
    Offline,
}

impl MachineState {
    /// The DOM contract's word (`data-state`).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Idle => "idle",
            Self::PlannedStop => "planned-stop",
            Self::Stopped => "stopped",
            Self::Offline => "offline",
        }
    }

    /// The state of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Running, Self::Idle, Self::PlannedStop, Self::Stopped, Self::Offline];
        all.into_iter().find(|state| state.word() == word)
    }
}

/// An alert: one rule on one subject. Stable for the life of the engine that gave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AlertId(pub u32);

/// How soon a person must act (ISA-18.2 §11, alarm priority); the first is the most urgent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Priority {
    /// At once.
    Critical,
    /// Within minutes.
    High,
    /// Soon.
    #[default]
    Medium,
    /// When there is time.
    Low,
}

impl Priority {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The DOM contract's word (`data-priority`).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// Where an alert stands (ISA-18.2 §5.2, alarm state transition diagram).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlertState {
    /// The condition does not hold and nothing is to be acknowledged.
    #[default]
    Normal,
    /// The condition holds; nobody has acknowledged.
    Unacknowledged,
    /// The condition holds; somebody has acknowledged.
    Acknowledged,
    /// The condition held and no longer does; nobody has acknowledged.
    Returned,
    /// Put aside by a person, for a limited time.
    Shelved,
    /// Put aside by its rule, while another condition holds.
    Suppressed,
    /// Taken out by a person until put back, for maintenance.
    OutOfService,
}

impl AlertState {
    /// The DOM contract's word (`data-alert-state`).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Unacknowledged => "unacknowledged",
            Self::Acknowledged => "acknowledged",
            Self::Returned => "returned",
            Self::Shelved => "shelved",
            Self::Suppressed => "suppressed",
            Self::OutOfService => "out-of-service",
        }
    }

    /// Whether a person is asked to look: active, or not acknowledged.
    pub const fn is_annunciated(self) -> bool {
        matches!(self, Self::Unacknowledged | Self::Acknowledged | Self::Returned)
    }
}

/// Why a link is not up, as far as a browser tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkFault {
    /// The URL cannot be used; what is wrong with it.
    BadUrl(String),
    /// A `ws://` URL from an `https://` page: the browser refuses it.
    MixedContent,
    /// The WebSocket never opened. The browser keeps the cause secret: name, refused, certificate, path, subprotocol.
    NeverOpened,
    /// The WebSocket was open and closed; code and reason as the browser gives them (1006: without a close frame).
    Closed {
        /// RFC 6455 close code.
        code: u16,
        /// The peer's words, often empty.
        reason: String,
    },
    /// The broker refused the CONNECT: reason code (3.1.1 §3.2.2.3 or 5 §3.2.2.2) and its meaning in words.
    Refused {
        /// CONNACK code.
        code: u8,
        /// In words.
        words: String,
    },
    /// The broker ended the session: MQTT 5 DISCONNECT reason code and its meaning in words.
    Disconnected {
        /// DISCONNECT reason code.
        code: u8,
        /// In words.
        words: String,
    },
    /// Nothing came: no CONNACK, or no byte within one and a half keep-alives. What was awaited.
    Silence(String),
    /// The peer sent what MQTT forbids; what it was.
    Protocol(String),
}

/// The state of one broker's link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// Not asked to connect.
    Idle,
    /// Opening the socket or waiting for CONNACK; `attempt` counts from 1.
    Connecting {
        /// How many tries since it last was online.
        attempt: u32,
    },
    /// In session.
    Online {
        /// Since when.
        since: Timestamp,
        /// 4 for MQTT 3.1.1, 5 for MQTT 5.
        protocol: u8,
        /// The client id in force.
        client_id: String,
    },
    /// Lost or failed; the next try comes by itself.
    Waiting {
        /// When.
        until: Timestamp,
        /// How many tries have failed.
        attempt: u32,
        /// Why.
        fault: LinkFault,
    },
    /// Refused in a way that trying again cannot mend (credentials, client id, protocol version): waits for a person.
    Denied {
        /// Why.
        fault: LinkFault,
    },
}

impl LinkState {
    /// The DOM contract's word (`data-connection`).
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting { .. } => "connecting",
            Self::Online { .. } => "online",
            Self::Waiting { .. } => "offline",
            Self::Denied { .. } => "denied",
        }
    }
}
