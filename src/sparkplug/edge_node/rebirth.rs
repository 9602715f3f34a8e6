//! Requests for rebirths: what is asked, when it may be asked without a person, and whether a birth came of it. Only a
//! birth is an answer (3.0 §6.4.5 leaves out any other).

use std::collections::VecDeque;

use super::EdgeNode;
use crate::sparkplug::data_type::DataType;
use crate::sparkplug::metric_set::REBIRTH;
use crate::sparkplug::write::{MetricWrite, Written, write_head, write_metric};
use crate::time::{Millis, Timestamp};

/// What was asked of an edge node.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// A request that no birth has followed.
    pending: Option<Timestamp>,
    /// Requests of late, whoever caused them here; the newest last.
    sent: VecDeque<Timestamp>,
}

impl Asked {
    /// A birth came.
    pub(super) const fn answered(&mut self) {
        self.pending = None;
    }

    pub(super) fn clock_set_back(&mut self, span: Millis) {
        let back = |at: &mut Timestamp| *at = Timestamp(at.0.saturating_sub(span.0));
        self.pending.iter_mut().chain(&mut self.sent).for_each(back);
    }
}

impl EdgeNode {
    /// A request goes out now: its topic and payload (NCMD, without `seq`, the switch by its name).
    pub fn ask_for_rebirth(&mut self, now: Timestamp) -> (String, Vec<u8>) {
        self.asked.pending = Some(now);
        self.asked.sent.push_back(now);
        if self.asked.sent.len() > MOST_REQUESTS {
            self.asked.sent.pop_front();
        }
        self.eased = now;
        let at = Some(now.0.unsigned_abs());
        let mut payload = Vec::new();
        write_head(&mut payload, at, None);
        let (name, datatype, value) = (Some(REBIRTH), Some(DataType::Boolean), Written::Bool(true));
        write_metric(&mut payload, &MetricWrite { name, timestamp: at, datatype, value, ..MetricWrite::default() });
        (self.command_topic(), payload)
    }

    /// Where its commands go.
    pub fn command_topic(&self) -> String {
        format!("spBv1.0/{}/NCMD/{}", self.group, self.id)
    }

    /// Since when a request waits for its birth.
    pub const fn asked(&self) -> Option<Timestamp> {
        self.asked.pending
    }

    /// Whether a rebirth would mend what is shown of it.
    pub fn is_in_need(&self) -> bool {
        self.has_gap || self.wants_rebirth.is_some() || self.itself().life == super::Life::Unverified
    }

    /// Whether it may be asked without a person wanting it: there is something to mend, no birth and nobody's request
    /// was seen for a while, and it was not asked too often. `jitter` keeps many tabs from asking at once.
    pub fn is_to_be_asked(&self, now: Timestamp, jitter: Millis) -> bool {
        let is_tired = self.asked.sent.len() >= MOST_REQUESTS
            && self.asked.sent.front().is_some_and(|first| *first + TIRED_FOR > now);
        let may_know = self.has_rebirth_switch || self.births == 0;
        let wants = self.wants_rebirth.is_some_and(|since| since + jitter <= now);
        wants && may_know && !is_tired && self.eased + COOLDOWN + jitter <= now
    }
}

/// Hosts in the field wait as long between two requests.
const COOLDOWN: Millis = Millis::from_secs(5);
/// A node that births do not mend is asked so often, and then left alone for a while.
const MOST_REQUESTS: usize = 3;
const TIRED_FOR: Millis = Millis::from_secs(600);
