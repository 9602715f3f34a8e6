//! What people do to alerts, as they give their name, and what they are told when it cannot be done.

use std::sync::Arc;

use super::alerts::Alerts;
use super::instance::Shelf;
use super::standing::Happening;
use crate::time::{Millis, Timestamp};
use crate::vocab::{AlertId, AlertState};

/// A person as given; nobody has checked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Name.
    pub name: Arc<str>,
}

/// What became of what a person asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done.
    Done,
    /// There was nothing to do: it is not, or no longer, in a state for that.
    Nothing,
    /// There is no such alert.
    Missing,
}

impl Alerts {
    /// Somebody has seen it.
    pub fn acknowledge(&mut self, now: Timestamp, alert: AlertId, who: &Actor, comment: &str) -> Verdict {
        let Some(instance) = self.instances.get_mut(alert.0 as usize) else { return Verdict::Missing };
        if !matches!(instance.standing.state(), AlertState::Unacknowledged | AlertState::Returned) {
            return Verdict::Nothing;
        }
        instance.acknowledged_by = Some(who.name.clone());
        self.done(now, alert, Happening::Acknowledged, who, comment)
    }

    /// Somebody puts it aside; for at most as long as its rule allows.
    pub fn shelve(&mut self, now: Timestamp, alert: AlertId, span: Millis, who: &Actor, why: &str) -> Verdict {
        let Some(instance) = self.instances.get_mut(alert.0 as usize) else { return Verdict::Missing };
        let most = self.rules[instance.rule as usize].rule.most_shelved;
        let until = now + Millis(span.0.clamp(1000, most.0.max(1000)));
        instance.shelf = Some(Shelf { until, who: who.name.clone(), why: why.into() });
        let verdict = self.done(now, alert, Happening::Shelved, who, why);
        self.arm(alert.0);
        verdict
    }

    /// Somebody takes it back from the shelf.
    pub fn unshelve(&mut self, now: Timestamp, alert: AlertId, who: &Actor) -> Verdict {
        let Some(instance) = self.instances.get_mut(alert.0 as usize) else { return Verdict::Missing };
        instance.shelf = None;
        self.done(now, alert, Happening::Unshelved, who, "")
    }

    /// Somebody takes it out for maintenance, or puts it back.
    pub fn set_service(&mut self, now: Timestamp, alert: AlertId, is_out: bool, who: &Actor, why: &str) -> Verdict {
        let Some(instance) = self.instances.get_mut(alert.0 as usize) else { return Verdict::Missing };
        instance.out_until = None;
        self.done(now, alert, if is_out { Happening::TakenOut } else { Happening::PutBack }, who, why)
    }

    /// A person did something here: it happens, and the other screens are to hear of it.
    fn done(&mut self, now: Timestamp, alert: AlertId, happening: Happening, who: &Actor, words: &str) -> Verdict {
        let verdict = self.happen(now, alert.0, happening, Some(who), words);
        if verdict == Verdict::Done || happening == Happening::Shelved {
            self.say(now, alert.0, happening, who, words);
        }
        verdict
    }
}
