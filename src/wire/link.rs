//! What the page is told of links, and of what is published over them.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::vocab::{BrokerId, LinkState};

/// One broker's link, for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkReport {
    /// Which.
    pub broker: BrokerId,
    /// Its state.
    pub state: LinkState,
    /// The URL in use, without credentials.
    pub url: String,
    /// Whether the link is encrypted (`wss`).
    pub encrypted: bool,
    /// The filters, in their order, each with its fate.
    pub filters: Vec<FilterReport>,
    /// Whether any message came since the session began.
    pub heard: bool,
    /// What else holds on this connection: name and value, in words.
    pub facts: Vec<(String, String)>,
    /// A large packet that is half here: bytes received, bytes in all.
    pub receiving: Option<(u32, u32)>,
    /// Another server that the broker named, as a URL.
    pub offered: Option<String>,
}

impl LinkReport {
    /// Whether the broker refused every filter.
    pub fn is_refused_all(&self) -> bool {
        !self.filters.is_empty() && self.filters.iter().all(|f| matches!(f.verdict, Verdict::Refused { .. }))
    }
}

/// A filter and its fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterReport {
    /// As configured.
    pub filter: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a filter on this connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Not answered yet.
    Asked,
    /// Granted with this QoS, and nothing came through it yet: perhaps this user may not read there after all.
    Granted(u8),
    /// Granted with this QoS, and something came.
    Heard(u8),
    /// The broker refused it; why, in words.
    Refused(String),
}

/// What waits to be published, and what became of the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxReport {
    /// What waits is kept over a reload of the page.
    pub is_kept: bool,
    /// Unfinished ones, then finished ones, each the newest first; finished ones at most 50.
    pub entries: Vec<OutboxEntry>,
}

impl OutboxReport {
    /// How many are not finished.
    pub fn waiting(&self) -> usize {
        self.entries.iter().filter(|entry| !entry.fate.is_final()).count()
    }
}

/// A publication on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// Its number; grows.
    pub id: u64,
    /// The page's number for it ([`super::Publishing::request`]); 0 after a reload.
    pub request: u32,
    /// The broker's URL.
    pub url: String,
    /// Topic.
    pub topic: String,
    /// Size of the payload in bytes.
    pub bytes: u32,
    /// 0..=2.
    pub qos: u8,
    /// When it was made.
    pub made: Timestamp,
    /// How it stands.
    pub fate: Fate,
}

/// How a publication stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// Until the broker is there.
    Waiting,
    /// Sent; the broker's answer is awaited.
    Unanswered,
    /// QoS 0: sent. Nobody answers.
    Sent,
    /// The broker has it.
    Acknowledged,
    /// Not published; why, in words.
    Refused(String),
    /// Its time was over before it could be sent.
    Expired,
    /// Sent with QoS 2, and the session ended before the answer: the broker may have it or not. Never sent twice.
    Lost,
}

impl Fate {
    /// Nothing more will come of it.
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Waiting | Self::Unanswered)
    }
}
