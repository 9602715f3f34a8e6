//! KPIs among screens: one of them publishes results and snapshots of books; all of them tell, and hear, what people
//! said of stops, and fill the blanks of their books from snapshots.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::kpi_report::{current_shift, lines_at};
use crate::alert::level_of;
use crate::document::Shared;
use crate::kpi::{Account, Basis, Books, Claim, Note, Snapshot, StopNote, figures_of, outcomes_of};
use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::vocab::PlaceId;

/// What a screen is to publish.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Saying {
    pub(super) topic: String,
    pub(super) payload: Vec<u8>,
    pub(super) retain: bool,
}

/// The state of sharing.
#[derive(Debug, Default)]
pub(super) struct KpiSharing {
    topics: Shared,
    is_on: bool,
    is_writing: bool,
    own: Claim,
    /// Another screen's claim, and when it was heard.
    other: Option<(Claim, Timestamp)>,
    /// Nobody claims before.
    patience: Timestamp,
    claimed: Option<Timestamp>,
    next_round: Timestamp,
    round: usize,
    /// Which version of a machine's books was published last.
    kept: HashMap<PlaceId, u64>,
    queue: VecDeque<Saying>,
    /// What was published last, by topic: only what changed is published again.
    said: HashMap<String, u64>,
    /// By path: snapshots whose machines, or whose machines' own books, are not there yet.
    snapshots: HashMap<Arc<str>, Snapshot>,
    notes: Vec<StopNote>,
}

impl KpiSharing {
    /// Sharing under these topics; `seed` is this screen's own.
    pub(super) fn begin(&mut self, now: Timestamp, topics: Shared, is_on: bool, is_writing: bool, seed: u64) {
        let patience = now + LISTEN + Millis((seed % 5000) as i64);
        *self = Self { topics, is_on, is_writing, own: Claim { id: seed }, patience, ..Self::default() };
    }

    /// A message below the topic for snapshots.
    pub(super) fn hear_snapshot(&mut self, now: Timestamp, level: &str, payload: &[u8]) -> Result<(), &'static str> {
        if payload.is_empty() {
            return Ok(());
        }
        if level == PUBLISHER {
            let claim = Claim::from_json(payload)?;
            if claim != self.own {
                self.other = Some((claim, now));
            }
            return Ok(());
        }
        // What this screen publishes, it knows.
        if self.is_publisher(now) {
            return Ok(());
        }
        let snapshot = Snapshot::from_bytes(payload)?;
        if self.snapshots.len() < MOST_WAITING || self.snapshots.contains_key(&snapshot.path) {
            self.snapshots.insert(snapshot.path.clone(), snapshot);
        }
        Ok(())
    }

    /// A message below the topic for events.
    pub(super) fn hear_event(&mut self, now: Timestamp, payload: &[u8]) -> Result<(), &'static str> {
        let note = StopNote::from_json(payload, now)?;
        if self.notes.len() < MOST_WAITING {
            self.notes.push(note);
        }
        Ok(())
    }

    /// Gives machines that are heard of what others told. `is_loaded`: what this browser kept is there.
    pub(super) fn adopt(&mut self, now: Timestamp, books: &mut Books, is_loaded: bool) {
        for note in std::mem::take(&mut self.notes) {
            let reason = books.words.id(&note.reason);
            let place = books.accounts().find(|account| account.path == note.machine).map(|account| account.place);
            let Some(account) = place.and_then(|place| books.account_mut(place)) else { continue };
            let StopNote { from, to, comment, who, said, .. } = note;
            account.ledger.note(Note { from, to, reason, comment, who, said });
        }
        if self.snapshots.is_empty() || !(is_loaded || now >= self.patience) {
            return;
        }
        let known = books.accounts().filter(|account| self.snapshots.contains_key(&account.path));
        let known: Vec<(PlaceId, Arc<str>)> = known.map(|account| (account.place, account.path.clone())).collect();
        for (place, path) in known {
            if let Some(snapshot) = self.snapshots.remove(&path) {
                books.fill(place, snapshot, now);
            }
        }
    }

    /// A person said something of a stop here: it is taken as if it had been heard, and the other screens are told.
    pub(super) fn say(&mut self, note: StopNote) {
        if self.is_writing {
            let topic = format!("{}/{}", self.topics.events, note.machine);
            self.queue.push_front(Saying { topic, payload: note.to_json(), retain: false });
        }
        self.notes.push(note);
    }

    fn is_publisher(&self, now: Timestamp) -> bool {
        self.claimed.is_some() && self.rival(now).is_none_or(|rival| self.own < rival)
    }

    /// Another screen that has claimed, and is there.
    fn rival(&self, now: Timestamp) -> Option<Claim> {
        self.other.filter(|(_, heard)| now - *heard < Claim::LASTS && now >= *heard).map(|(claim, _)| claim)
    }

    /// Once a second: claims, and plans what is to be published.
    pub(super) fn handle_second(&mut self, now: Timestamp, is_online: bool, books: &mut Books, plant: &Plant) {
        if !is_online {
            // Who comes back listens first, and what was to be published is of the past.
            self.patience = now + LISTEN + Millis((self.own.id % 5000) as i64);
            self.step_back();
        }
        let has_something = books.accounts().any(Account::is_telling);
        if !(self.is_on && self.is_writing && has_something) || now < self.patience {
            return;
        }
        let rival = self.rival(now);
        // Who publishes already goes on, unless two do: then the one with the lower number.
        if rival.is_some_and(|rival| self.claimed.is_none() || rival < self.own) {
            return self.step_back();
        }
        if self.claimed.is_none_or(|claimed| now - claimed >= RENEW || now < claimed) {
            if self.claimed.is_none() {
                // A round later: whoever claimed in the same moment has been heard by then.
                self.next_round = now + LISTEN;
                self.said.clear();
                self.kept.clear();
            }
            self.claimed = Some(now);
            let topic = format!("{}/{PUBLISHER}", self.topics.snapshots);
            self.queue.push_front(Saying { topic, payload: self.own.to_json(now), retain: true });
        }
        if now >= self.next_round && self.queue.len() < MOST_QUEUED {
            self.next_round = now + ROUND;
            self.plan(now, books, plant);
        }
    }

    fn step_back(&mut self) {
        if self.claimed.take().is_some() {
            self.queue.retain(|saying| !saying.retain);
        }
    }

    fn plan(&mut self, now: Timestamp, books: &mut Books, plant: &Plant) {
        let lines = lines_at(books, "", plant);
        let (shift, before) = current_shift(books, now);
        for (line, machines) in &lines {
            let Some(speaker) = books.speaker(line, machines, now) else { continue };
            for (level, period) in [("shift", Some(&shift)), ("last-shift", before.as_ref())] {
                let Some((from, to, name)) = period else { continue };
                let sums = books.sums(speaker, (*from, *to), now);
                let figures = figures_of(&sums, books.account(speaker).map_or([false; 3], Account::has), Basis::Items);
                for outcome in outcomes_of(&figures) {
                    let topic = format!("{}/{line}/{level}/{}", self.topics.results, outcome.figure);
                    let at = now.min(*to);
                    // Told again when it changes, not because time goes by.
                    let mark = outcome.value.to_bits() ^ from.0 as u64;
                    if self.said.insert(topic.clone(), mark) != Some(mark) {
                        let payload = outcome.to_json(line, (name, *from, *to), figures.coverage, at);
                        self.queue.push_back(Saying { topic, payload, retain: true });
                    }
                }
            }
        }
        // Snapshots are larger: some machines in each round.
        let machines: Vec<PlaceId> = lines.iter().flat_map(|(_, machines)| machines).copied().collect();
        let from = shift.0.max(now - DAY);
        let rounds = machines.len().div_ceil(SNAPSHOTS).max(1);
        for &machine in machines.iter().skip(self.round % rounds).step_by(rounds) {
            let Some(account) = books.account(machine) else { continue };
            if self.kept.insert(machine, account.ledger.version()) == Some(account.ledger.version()) {
                continue;
            }
            let Some(kept) = account.ledger.keep(from, now, &books.words) else { continue };
            let notes = account.ledger.keep_notes_since(from, &books.words);
            let snapshot = Snapshot::new(account.path.clone(), kept, notes);
            if let Some(payload) = snapshot.to_bytes() {
                let topic = format!("{}/{}", self.topics.snapshots, level_of("", &account.path));
                self.queue.push_back(Saying { topic, payload, retain: true });
            }
        }
        self.round += 1;
    }

    /// What is to be published next.
    pub(super) fn take(&mut self) -> Option<Saying> {
        self.queue.pop_front()
    }

    /// Whether this screen publishes results, another one does, or nobody.
    pub(super) fn publisher(&self, now: Timestamp) -> &'static str {
        match (self.is_on, self.is_publisher(now), self.rival(now)) {
            (false, ..) => "off",
            (_, true, _) => "here",
            (_, _, Some(_)) => "elsewhere",
            _ => "nobody",
        }
    }
}

/// The level below the topic for snapshots at which the publisher says so; levels of machines are of hexadecimal
/// digits.
const PUBLISHER: &str = "publisher";
/// Who comes listens first.
const LISTEN: Millis = Millis(5_000);
const RENEW: Millis = Millis(30_000);
const ROUND: Millis = Millis(60_000);
/// In one round.
const SNAPSHOTS: usize = 100;
const DAY: Millis = Millis(24 * 3_600_000);
/// What could not be published so far is enough.
const MOST_QUEUED: usize = 5_000;
const MOST_WAITING: usize = 5_000;
