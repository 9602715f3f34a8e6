//! What the page asks of the worker.

use serde::{Deserialize, Serialize};

use super::alert::AlertCommand;
use super::kpi::KpiCommand;
use crate::document::Config;
use crate::time::{Millis, Timestamp};
use crate::vocab::{BrokerId, Level, PlaceId, TagId, Value};

use super::namespace::{Browse, ListFormat};

/// A trend on the page, numbered by the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ViewId(pub u32);

/// Imperatives, page to worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// First: which protocol and build the page is.
    Hello {
        /// [`super::PROTOCOL`] of the page.
        protocol: u16,
        /// The page's build id.
        build: String,
    },
    /// The documents in force. Replaces what was configured; links to brokers that stay are kept.
    Configure(Box<Config>),
    /// Connect to a configured broker.
    Connect {
        /// Which.
        broker: BrokerId,
        /// For this connection only; never stored by the worker.
        credentials: Option<Credentials>,
        /// The MQTT that worked with this broker before, 4 or 5; tried first.
        known: Option<u8>,
    },
    /// Try a broker now that waits for its next try, or that refused.
    Retry {
        /// Which.
        broker: BrokerId,
    },
    /// Publish; answered by [`super::Update::Outbox`].
    Publish(Publishing),
    /// Before [`Command::Configure`]: what the engine sees may be kept on this device, as of this broker and user
    /// (`url|user`).
    Keep(String),
    /// Forget what is stored of the broker at this URL; of all when empty.
    Forget(String),
    /// Leave a broker cleanly and stay away.
    Disconnect {
        /// Which.
        broker: BrokerId,
    },
    /// What the page shows, as filters: brokers that are subscribed to by view are asked for these and no others.
    See(Vec<String>),
    /// Send the tags at and below a place: now, and new ones as they appear ([`super::Update::Tags`]). Counted: each
    /// `Open` wants one `Close`.
    Open(PlaceId),
    /// Ends one [`Command::Open`].
    Close(PlaceId),
    /// Send the tags with these full paths as soon as they exist (boards, tag pages). Adds to what was wanted.
    Find(Vec<String>),
    /// Stream the readings of these tags. Counted: each `Watch` of a tag wants one `Unwatch`.
    Watch(Vec<TagId>),
    /// Ends one [`Command::Watch`] of each.
    Unwatch(Vec<TagId>),
    /// Stream a tag's past as columns.
    Trend(TrendRequest),
    /// Ends a trend.
    EndTrend(ViewId),
    /// The last raw message of a tag's source, once ([`super::Update::Message`]).
    Inspect(TagId),
    /// Show this window on the namespace, now and each second ([`super::Frame::rows`]); `None` ends it.
    Browse(Option<Box<Browse>>),
    /// What is wrong with the namespace, once ([`super::Update::Findings`]).
    Examine,
    /// How the levels of topics are read, or would be with this template, once ([`super::Update::Survey`]).
    Survey(Vec<Option<Level>>),
    /// The list of all tags, once ([`super::Update::TagList`]).
    ListTags(ListFormat),
    /// How Sparkplug's edge nodes stand, once ([`super::Update::EdgeNodes`]): one (`group/edge node`), or all in short.
    EdgeNodes(Option<String>),
    /// Ask an edge node for a rebirth, where the configuration allows it.
    Rebirth {
        /// Whose.
        broker: BrokerId,
        /// `group/edge node`.
        node: String,
    },
    /// Whether a Sparkplug metric may be written, and what became of the last writing, once
    /// ([`super::Update::Writing`]).
    Writable(TagId),
    /// Write a Sparkplug metric: a command goes to its edge node, where the configuration allows it. Answered by
    /// [`super::Update::Writing`], again when its fate is known.
    Write {
        /// The metric.
        tag: TagId,
        /// What to write.
        value: Value,
    },
    /// Something of alerts.
    Alerts(AlertCommand),
    /// Put a board on the broker for every screen, where the configuration allows it; an empty text takes it back.
    ShareBoard {
        /// Its id.
        id: String,
        /// Its JSON, at most 256 KiB.
        text: String,
    },
    /// Something of KPIs.
    Kpis(KpiCommand),
    /// Credit: the frame with this number is on screen.
    Painted {
        /// [`super::Frame::seq`].
        seq: u32,
    },
    /// A frame was missed: send everything watched again.
    Resync,
    /// The network came or went, or the device woke: look at the links now.
    Probe,
    /// For tests of the restart: the worker panics. Honoured only in a worker started with `?faults`.
    Crash,
}

/// Something to publish. What the configuration does not allow is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publishing {
    /// Where.
    pub broker: BrokerId,
    /// The page's number for it, to know it again in the outbox.
    pub request: u32,
    /// Topic.
    pub topic: String,
    /// Payload, at most 256 KiB.
    pub payload: Vec<u8>,
    /// 0..=2.
    pub qos: u8,
    /// Whether the broker keeps it.
    pub retain: bool,
    /// How long it may wait for the broker, in seconds: an order executed late can do harm.
    pub expire_secs: u32,
}

/// User name and password for one connection. Debug output hides the password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// MQTT user name.
    pub username: String,
    /// MQTT password; binary is allowed by MQTT, a form gives text.
    pub password: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// A window on a tag's past: the last `columns` buckets of `step` each, up to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrendRequest {
    /// The page's number for it; asking again with the same number replaces.
    pub view: ViewId,
    /// Whose past.
    pub tag: TagId,
    /// Bucket width, at least 100 ms.
    pub step: Millis,
    /// How many buckets, at most 4 000.
    pub columns: u16,
    /// The newest bucket's instant; `None` is now, moving on. A stretch that stands still is sent once.
    pub to: Option<Timestamp>,
}
