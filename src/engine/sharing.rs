//! What screens share through a broker: Andon's own topics are kept out of the plant, words on alerts and boards are
//! read from there and published to there.

use super::dispatch::Dispatch;
use super::kpi_sharing::Saying;
use super::link::Link;
use crate::alert::{Name, Word, level_of};
use crate::document::{Config, Shared, below};
use crate::time::Timestamp;
use crate::topic::matches;
use crate::vocab::BrokerId;
use crate::wire::{Publishing, Update};

/// Where this engine shares.
#[derive(Debug, Default)]
pub(super) struct Sharing {
    topics: Shared,
    /// The broker; `None`: nothing is shared.
    broker: Option<BrokerId>,
    /// Whether this engine may publish there.
    pub(super) is_writing: bool,
}

/// What a message to one of Andon's own topics is about.
pub(super) enum Own<'m> {
    /// An alert, at this level.
    Alert(&'m str),
    /// KPIs: a machine's books, or who publishes them, at this level.
    Snapshot(&'m str),
    /// What a person said of a stop.
    Event,
    /// A board, with this id.
    Board(&'m str),
    /// Something that is not for this engine.
    Other,
}

impl Sharing {
    /// As configured. Links are asked for the topics besides what they subscribe to, and may publish to them.
    pub(super) fn begin(config: &Config, links: &mut [Link]) -> Self {
        let topics = config.shared.clone().unwrap_or_default();
        let Some((index, is_writing)) = config.shares_on() else { return Self { topics, ..Self::default() } };
        if let Some(link) = links.get_mut(index) {
            link.broker.publish.topics.extend(topics.topics().map(|base| format!("{base}/#")));
            for filter in topics.heard() {
                // Not twice where a filter covers it: some brokers would send everything twice.
                let sample = filter.replace(['+', '#'], "0");
                if !link.broker.subscribe.iter().any(|known| matches(known, &sample)) {
                    link.broker.subscribe.push(filter.clone());
                }
                link.always.push(filter);
            }
        }
        Self { topics, broker: Some(BrokerId(index as u8)), is_writing }
    }

    /// What a topic is of Andon's own, if it is. On the message path: compares the topic's beginning.
    #[inline]
    pub(super) fn own<'m>(&self, broker: BrokerId, topic: &'m str) -> Option<Own<'m>> {
        if !self.topics.is_own(topic) {
            return None;
        }
        let is_heard = self.broker == Some(broker);
        if !is_heard {
            return Some(Own::Other);
        }
        let alert = below(&self.topics.alerts, topic).map(Own::Alert);
        let snapshot = || below(&self.topics.snapshots, topic).map(Own::Snapshot);
        let event = || below(&self.topics.events, topic).map(|_| Own::Event);
        let board = || below(&self.topics.boards, topic).map(Own::Board);
        Some(alert.or_else(snapshot).or_else(event).or_else(board).unwrap_or(Own::Other))
    }

    /// A word on an alert, as it is published.
    pub(super) fn saying(&self, ((rule, path), word): &(Name, Word)) -> Saying {
        let topic = format!("{}/{}", self.topics.alerts, level_of(rule, path));
        Saying { topic, payload: word.to_json(rule, path), retain: true }
    }

    /// Publishes what is for the other screens, and the namespace.
    pub(super) fn publish(&self, links: &[Link], dispatch: &mut Dispatch, now: Timestamp, said: Saying) {
        let Some(link) = self.broker.and_then(|id| links.get(usize::from(id.0))) else { return };
        let Saying { topic, payload, retain } = said;
        let publishing = Publishing { broker: link.id, request: 0, topic, payload, qos: 1, retain, expire_secs: SHIFT };
        dispatch.publish(now, link, publishing);
    }

    /// Under which topics.
    pub(super) const fn topics(&self) -> &Shared {
        &self.topics
    }

    /// The broker that screens share through.
    pub(super) const fn broker(&self) -> Option<BrokerId> {
        self.broker
    }

    /// What a message says of a board, for the page, which reads it. Its bounds are checked here: it may be anybody's.
    ///
    /// # Errors
    /// Why it is left out.
    pub(super) fn board(id: &str, payload: &[u8]) -> Result<Update, &'static str> {
        if !is_board_id(id) {
            return Err("shared board with a name that is none");
        }
        if payload.len() > MOST_BOARD_BYTES {
            return Err("shared board too large");
        }
        let text = std::str::from_utf8(payload).map_err(|_| "shared board that is no text")?;
        Ok(Update::SharedBoard { id: id.to_owned(), text: text.to_owned() })
    }

    /// A board, as it is published; an empty text takes it back from all screens. `None` where this engine may not.
    pub(super) fn board_saying(&self, id: &str, text: String) -> Option<Saying> {
        let may = self.is_writing && is_board_id(id) && text.len() <= MOST_BOARD_BYTES;
        let topic = || format!("{}/{id}", self.topics.boards);
        may.then(|| Saying { topic: topic(), payload: text.into_bytes(), retain: true })
    }

    /// Whether anything is shared.
    pub(super) const fn is_on(&self) -> bool {
        self.broker.is_some()
    }
}

fn is_board_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// As much as may be published at once.
const MOST_BOARD_BYTES: usize = 256 * 1024;
/// What could not be said for so long is said no more.
const SHIFT: u32 = 8 * 3600;
