//! What screens share through a broker: Andon's own topics are kept out of the plant, words on alerts are read from
//! there and published to there.

use super::dispatch::Dispatch;
use super::link::Link;
use crate::alert::{Name, Word, level_of};
use crate::document::{Config, Shared, below};
use crate::topic::matches;
use crate::vocab::BrokerId;
use crate::wire::Publishing;

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
    /// Something that is not for this engine.
    Other,
}

impl Sharing {
    /// As configured. Links are asked for the topics besides what they subscribe to, and may publish to them.
    pub(super) fn begin(config: &Config, links: &mut [Link]) -> Self {
        let topics = config.shared.clone().unwrap_or_default();
        let Some((index, is_writing)) = config.shares_on() else { return Self { topics, ..Self::default() } };
        if let Some(link) = links.get_mut(index) {
            for base in topics.topics() {
                let filter = format!("{base}/+");
                link.broker.publish.topics.push(filter.clone());
                // Not twice where a filter covers it: some brokers would send everything twice.
                let sample = format!("{base}/0");
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
        Some(below(&self.topics.alerts, topic).filter(|_| is_heard).map_or(Own::Other, Own::Alert))
    }

    /// Publishes a word on an alert.
    pub(super) fn publish(
        &self,
        links: &[Link],
        dispatch: &mut Dispatch,
        now: crate::time::Timestamp,
        said: &(Name, Word),
    ) {
        let Some(link) = self.broker.and_then(|id| links.get(usize::from(id.0))) else { return };
        let ((rule, path), word) = said;
        let topic = format!("{}/{}", self.topics.alerts, level_of(rule, path));
        let payload = word.to_json(rule, path);
        dispatch.publish(
            now,
            link,
            Publishing { broker: link.id, request: 0, topic, payload, qos: 1, retain: true, expire_secs: SHIFT },
        );
    }

    /// Whether anything is shared.
    pub(super) const fn is_on(&self) -> bool {
        self.broker.is_some()
    }
}

/// What could not be said for so long is said no more.
const SHIFT: u32 = 8 * 3600;
