//! Every transition of every alert, with time, value and actor; bounded, the oldest goes first.

use std::collections::VecDeque;
use std::sync::Arc;

use super::instance::Key;
use crate::time::Timestamp;
use crate::vocab::AlertState;

/// One line of the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// When.
    pub at: Timestamp,
    /// Which alert.
    pub key: Arc<Key>,
    /// From.
    pub from: AlertState,
    /// To.
    pub to: AlertState,
    /// Who did it, as given; `None` where the process did.
    pub who: Option<Arc<str>>,
    /// What is said, or the person's comment.
    pub text: Arc<str>,
}

/// The journal.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    lines: VecDeque<Transition>,
    /// Lines lost to the bound.
    pub dropped: u64,
    /// Lines ever written.
    pub written: u64,
}

impl Journal {
    pub(super) fn write(&mut self, transition: Transition) {
        if self.lines.len() == MOST_LINES {
            self.lines.pop_front();
            self.dropped += 1;
        }
        self.lines.push_back(transition);
        self.written += 1;
    }

    /// All lines, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Transition> + ExactSizeIterator {
        self.lines.iter()
    }
}

const MOST_LINES: usize = 20_000;
