//! KPIs in the engine: the books are kept as messages come; the page gets its report every few seconds while it asks.

use std::collections::VecDeque;
use std::sync::Arc;

use super::kpi_archive::KpiArchive;
use super::kpi_report::report;
use super::store::StoreOrder;
use crate::document::Config;
use crate::kpi::{Books, Note};
use crate::plant::{Heard, Plant};
use crate::time::{Millis, Timestamp, ZoneTable};
use crate::wire::{Explanation, KpiCommand, KpiRequest, Update};

/// The books, and who reads them.
#[derive(Debug, Default)]
pub(super) struct Kpis {
    books: Books,
    /// What is kept of them over a reload.
    pub(super) archive: KpiArchive,
    zone: ZoneTable,
    asked: Option<Box<KpiRequest>>,
    /// When the next report is due.
    due: Option<Timestamp>,
    /// Room for what is booked.
    heard: Vec<Heard>,
}

impl Kpis {
    /// Books of a new plant.
    pub(super) fn begin(&mut self, now: Timestamp, config: &Config) {
        self.books = Books::new(config.kpis.clone(), config.shifts.clone(), self.zone.clone(), now);
        self.archive.plant_changed();
    }

    /// Other documents for the same plant.
    pub(super) fn replace(&mut self, now: Timestamp, config: &Config) {
        self.books.replace(config.kpis.clone(), config.shifts.clone(), self.zone.clone(), now);
    }

    /// The message is in: books what accounted tags told.
    #[inline]
    pub(super) fn follow(&mut self, now: Timestamp, plant: &mut Plant) {
        if plant.has_heard() {
            plant.take_heard(&mut self.heard);
            for heard in &self.heard {
                self.books.hear(now, heard, plant);
            }
        }
    }

    /// The plant has settled what is new.
    pub(super) fn adopt(&mut self, now: Timestamp, plant: &mut Plant) {
        self.books.adopt(now, plant);
        self.archive.adopt(now, &mut self.books);
    }

    /// Once a second.
    pub(super) fn handle_second(&mut self, now: Timestamp, plant: &mut Plant, orders: &mut VecDeque<StoreOrder>) {
        self.follow(now, plant);
        self.books.handle_second(now, plant);
        self.archive.adopt(now, &mut self.books);
        self.archive.flush(now, &self.books, orders);
    }

    pub(super) fn clock_set_back(&mut self) {
        self.books.clock_set_back();
        self.due = self.asked.is_some().then_some(Timestamp(0));
    }

    /// The page asks.
    pub(super) fn handle_command(&mut self, now: Timestamp, command: KpiCommand, plant: &Plant) {
        match command {
            KpiCommand::Zone(zone) => self.zone = zone,
            KpiCommand::Report(asked) => self.asked = asked,
            KpiCommand::Explain(said) => self.explain(now, *said, plant),
        }
        self.due = self.asked.is_some().then_some(now);
    }

    fn explain(&mut self, now: Timestamp, said: Explanation, plant: &Plant) {
        let place = plant.places().iter().find(|(_, record)| *record.path == *said.machine).map(|(id, _)| id);
        let reason = self.books.words.id(&said.reason);
        let Some(account) = place.and_then(|place| self.books.account_mut(place)) else { return };
        account.ledger.note(Note {
            from: said.from,
            to: said.to.unwrap_or(now + WHILE_OPEN),
            reason,
            comment: said.comment.trim().chars().take(500).collect(),
            who: said.who.trim().chars().take(60).collect(),
            said: now,
        });
    }

    /// The report, where it is due.
    pub(super) fn take_report(&mut self, now: Timestamp, plant: &Plant) -> Option<Update> {
        if self.due.is_none_or(|due| due > now) {
            return None;
        }
        let asked = self.asked.as_ref()?;
        self.due = Some(now + EVERY);
        Some(Update::Kpis(Box::new(report(&mut self.books, asked, now, plant))))
    }

    /// When the next report is due.
    pub(super) const fn due(&self) -> Option<Timestamp> {
        self.due
    }
}

/// A word of a role, as the page knows it.
pub(super) fn arc(text: &str) -> Arc<str> {
    text.into()
}

/// How often a report is made while it is looked at.
const EVERY: Millis = Millis(2000);
/// An open stop is explained for so long, or until it ends.
const WHILE_OPEN: Millis = Millis(24 * 3_600_000);
