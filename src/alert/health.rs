//! How well the alerts themselves behave, against the targets of EEMUA 191 and ISA-18.2 §16: rate, floods, bad actors,
//! chattering, standing, share by priority.

use std::sync::Arc;

use super::alerts::Alerts;
use super::instance::Key;
use crate::document::Condition;
use crate::time::{Millis, Timestamp};
use crate::vocab::{AlertState, Priority};

/// The figures, over what the journal holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// From when on the journal knows.
    pub since: Timestamp,
    /// Alerts raised in each 10 minutes, oldest first, the last one under way; at most 144 (a day).
    pub raised: Vec<u32>,
    /// Alerts raised by priority, in the order of [`Priority::ALL`].
    pub by_priority: [u32; 4],
    /// The ten that were raised most often.
    pub top: Vec<BadActor>,
    /// Those that chatter, the worst first, at most 20.
    pub chattering: Vec<BadActor>,
    /// Active for more than a day.
    pub standing: Vec<Arc<Key>>,
}

/// An alert that comes often.
#[derive(Clone, Debug, PartialEq)]
pub struct BadActor {
    /// Which.
    pub key: Arc<Key>,
    /// How often it was raised, or, among the chattering, raised as the third or later within a minute.
    pub count: u32,
    /// The deadband that would have calmed it, in the tag's unit, where its limit is one of a value.
    pub deadband: Option<f64>,
    /// The off-delay that would have calmed it.
    pub off_delay: Option<Millis>,
}

/// Sums the journal up.
pub fn health(now: Timestamp, alerts: &Alerts) -> Health {
    let Some(first) = alerts.journal().lines().next().map(|line| line.at) else {
        return Health { since: now, ..Health::default() };
    };
    let bucket = |at: Timestamp| at.0.div_euclid(TEN_MINUTES.0);
    let oldest = bucket(first).max(bucket(now) - MOST_BUCKETS + 1);
    let mut health = Health {
        since: first,
        raised: vec![0; usize::try_from(bucket(now) - oldest + 1).unwrap_or(0)],
        ..Health::default()
    };
    let mut counts = std::collections::BTreeMap::<&Arc<Key>, u32>::new();
    for line in alerts.journal().lines().filter(|line| line.to == AlertState::Unacknowledged && line.who.is_none()) {
        if let Some(count) = usize::try_from(bucket(line.at) - oldest).ok().and_then(|at| health.raised.get_mut(at)) {
            *count += 1;
        }
        *counts.entry(&line.key).or_default() += 1;
        let at = Priority::ALL.iter().position(|priority| *priority == line.key.priority);
        if let Some(count) = at.and_then(|at| health.by_priority.get_mut(at)) {
            *count += 1;
        }
    }
    let plain = |(key, count): (&Arc<Key>, u32)| BadActor { key: key.clone(), count, deadband: None, off_delay: None };
    health.top = counts.into_iter().filter(|(_, count)| *count > 1).map(plain).collect();
    health.top.sort_by_key(|actor| std::cmp::Reverse(actor.count));
    health.top.truncate(10);
    for (_, instance, rule) in alerts.iter() {
        let chatter = &instance.chatter;
        if chatter.repeats > 0 {
            let is_limit = matches!(rule.condition, Condition::High(_) | Condition::Low(_));
            health.chattering.push(BadActor {
                key: instance.key.clone(),
                count: chatter.repeats,
                // A tenth beyond what was needed.
                deadband: is_limit.then_some(chatter.deepest * 1.1),
                off_delay: (chatter.longest > Millis(0)).then_some(chatter.longest + Millis(1000)),
            });
        }
        let is_old = instance.raised.is_some_and(|raised| now - raised > DAY);
        if instance.standing.is_active && is_old && instance.standing.state().is_annunciated() {
            health.standing.push(instance.key.clone());
        }
    }
    health.chattering.sort_by_key(|actor| std::cmp::Reverse(actor.count));
    health.chattering.truncate(20);
    health.standing.truncate(100);
    health
}

const TEN_MINUTES: Millis = Millis(600_000);
const DAY: Millis = Millis(86_400_000);
const MOST_BUCKETS: i64 = 144;
