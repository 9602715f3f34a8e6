//! The key `shared`: under which topics screens share what people do, as retained messages.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reader::Reader;
use crate::topic::is_valid_topic;

/// Where screens share. One level below the first three topics stands one thing: an alert's state, a board, a machine's
/// books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// Name of the broker; the first that may be published to, or else the first, when absent.
    pub broker: Option<String>,
    /// What people did to alerts.
    pub alerts: String,
    /// Boards.
    pub boards: String,
    /// KPI snapshots, and who publishes them.
    pub snapshots: String,
    /// What people said of stops: not retained, below it the machine's path.
    pub events: String,
    /// KPI results for others than Andon: below it the line's path, the period, the figure.
    pub results: String,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            broker: None,
            alerts: "andon/alerts".into(),
            boards: "andon/boards".into(),
            snapshots: "andon/snapshots".into(),
            events: "andon/events".into(),
            results: "andon/kpi".into(),
        }
    }
}

impl Shared {
    /// All its topics.
    pub fn topics(&self) -> [&str; 5] {
        [&self.alerts, &self.boards, &self.snapshots, &self.events, &self.results]
    }

    /// The filters under which screens hear each other; results are for others.
    pub fn heard(&self) -> [String; 4] {
        let one_below = |base: &String| format!("{base}/+");
        [one_below(&self.alerts), one_below(&self.boards), one_below(&self.snapshots), format!("{}/#", self.events)]
    }

    /// Whether a topic is one of Andon's own, which never enter the plant.
    pub fn is_own(&self, topic: &str) -> bool {
        self.topics().iter().any(|base| below(base, topic).is_some())
    }
}

/// What stands below a base.
pub fn below<'t>(base: &str, topic: &'t str) -> Option<&'t str> {
    topic.strip_prefix(base)?.strip_prefix('/')
}

pub(super) fn shared_from_value(value: &Value, top: &mut Reader<'_>) -> Option<Shared> {
    let mut object = Reader::object(top.at("shared"), value, top.problems)?;
    let mut shared = Shared { broker: object.text("broker"), ..Shared::default() };
    for (key, topic) in [
        ("alerts", &mut shared.alerts),
        ("boards", &mut shared.boards),
        ("snapshots", &mut shared.snapshots),
        ("events", &mut shared.events),
        ("results", &mut shared.results),
    ] {
        let Some(text) = object.text(key) else { continue };
        if is_valid_topic(&text) && text.len() <= MOST_BASE && !text.starts_with('$') && !text.ends_with('/') {
            *topic = text;
        } else {
            object.problem(key, format!("expected a topic without + and #, at most {MOST_BASE} bytes long"));
        }
    }
    object.finish(&[]);
    Some(shared)
}

/// Leaves room for the level below within the 256 bytes that cloud brokers take.
const MOST_BASE: usize = 200;
