//! Every transition of every alert, with time, value and actor; bounded, the oldest goes first.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::instance::Key;
use crate::time::Timestamp;
use crate::vocab::AlertState;

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Lines ever written here; not those of an earlier life.
    written: u64,
}

impl Journal {
    pub(super) fn write(&mut self, transition: Transition) {
        if self.lines.len() == MOST_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(transition);
        self.written += 1;
    }

    /// Puts the lines of an earlier life before the ones of this, as far as there is room.
    pub fn restore(&mut self, lines: Vec<Transition>) {
        for line in lines.into_iter().rev().take(MOST_LINES.saturating_sub(self.lines.len())) {
            self.lines.push_front(line);
        }
    }

    /// How many lines were written here, those of an earlier life apart.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// All lines, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Transition> + ExactSizeIterator {
        self.lines.iter()
    }
}

const MOST_LINES: usize = 20_000;
