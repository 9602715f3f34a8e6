//! KPIs in the engine: the books are kept as messages come; the page gets its report every few seconds while it asks.

use std::collections::VecDeque;
use std::sync::Arc;

use super::kpi_archive::KpiArchive;
use super::kpi_glance::glance;
use super::kpi_report::report;
use super::kpi_sharing::KpiSharing;
use super::store::StoreOrder;
use crate::alert::StatesOf;
use crate::document::Config;
use crate::kpi::{Books, StopNote};
use crate::plant::{Heard, Plant};
use crate::time::{Millis, Timestamp, ZoneTable};
use crate::vocab::{BrokerId, MachineState, PlaceId};
use crate::wire::{Explanation, KpiCommand, KpiGlance, KpiReport, KpiRequest, Update};

/// The books, and who reads them.
#[derive(Debug, Default)]
pub(super) struct Kpis {
    books: Books,
    /// What is kept of them over a reload.
    pub(super) archive: KpiArchive,
    /// What goes to other screens and comes from them.
    pub(super) sharing: KpiSharing,
    zone: ZoneTable,
    asked: Option<Box<KpiRequest>>,
    /// Places that tiles show, and what was told of them last.
    followed: Vec<KpiGlance>,
    /// When glances at them are due.
    glance: Option<Timestamp>,
    /// The device's last sleep.
    slept: Option<(Timestamp, Timestamp)>,
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
        self.sharing.adopt(now, &mut self.books, self.archive.is_loaded());
    }

    /// Once a second. `is_online`: the broker that screens share through is there.
    pub(super) fn handle_second(
        &mut self,
        now: Timestamp,
        plant: &mut Plant,
        is_online: bool,
        orders: &mut VecDeque<StoreOrder>,
    ) {
        self.follow(now, plant);
        self.books.handle_second(now, plant);
        self.archive.adopt(now, &mut self.books);
        self.sharing.adopt(now, &mut self.books, self.archive.is_loaded());
        self.sharing.handle_second(now, is_online, &mut self.books, plant);
        self.archive.flush(now, &self.books, orders);
    }

    /// The device slept from `from` until `now`.
    pub(super) fn wake(&mut self, from: Timestamp, now: Timestamp) {
        self.slept = Some((from, now));
    }

    /// A broker's connection is lost. One that is found dead after sleep died in it: nothing of that time is known.
    pub(super) fn link_lost(&mut self, now: Timestamp, broker: BrokerId, plant: &Plant) {
        let asleep = self.slept.filter(|(_, woke)| now - *woke < FOUND_DEAD && now >= *woke);
        self.books.link_lost(asleep.map_or(now, |(from, _)| from), broker, plant);
    }

    pub(super) fn clock_set_back(&mut self) {
        self.slept = None;
        self.glance = (!self.followed.is_empty()).then_some(Timestamp(0));
        self.books.clock_set_back();
        self.due = self.asked.is_some().then_some(Timestamp(0));
    }

    /// The page asks.
    pub(super) fn handle_command(&mut self, now: Timestamp, command: KpiCommand, plant: &Plant) {
        match command {
            KpiCommand::Zone(zone) => self.zone = zone,
            KpiCommand::Report(asked) => self.asked = asked,
            KpiCommand::Explain(said) => self.explain(now, *said, plant),
            KpiCommand::Follow(paths) => self.follow_places(paths),
        }
        self.glance = (!self.followed.is_empty()).then_some(now);
        self.due = self.asked.is_some().then_some(now);
    }

    /// Other places than before are told in full.
    fn follow_places(&mut self, mut paths: Vec<String>) {
        paths.truncate(MOST_FOLLOWED);
        let fresh = |path: String| KpiGlance { path: path.as_str().into(), ..KpiGlance::default() };
        self.followed = paths.into_iter().map(fresh).collect();
    }

    /// Glances at followed places that changed, where they are due.
    pub(super) fn take_glances(&mut self, now: Timestamp, plant: &Plant) -> Option<Update> {
        if self.glance.is_none_or(|due| due > now) {
            return None;
        }
        self.glance = Some(now + EVERY);
        let mut changed = Vec::new();
        for known in &mut self.followed {
            let glance = glance(&mut self.books, &known.path, now, plant);
            if glance != *known {
                *known = glance;
                changed.push(known.clone());
            }
        }
        (!changed.is_empty()).then_some(Update::KpiGlances(changed))
    }

    fn explain(&mut self, now: Timestamp, said: Explanation, plant: &Plant) {
        let place = plant.places().iter().find(|(_, record)| *record.path == *said.machine).map(|(id, _)| id);
        let Some(account) = place.and_then(|place| self.books.account(place)) else { return };
        let cut = |text: &str, most: usize| text.trim().chars().take(most).collect::<String>();
        self.sharing.say(StopNote {
            machine: account.path.clone(),
            from: said.from,
            to: said.to.unwrap_or(now + WHILE_OPEN),
            reason: cut(&said.reason, 120),
            comment: cut(&said.comment, 500),
            who: cut(&said.who, 60),
            said: now,
        });
        self.sharing.adopt(now, &mut self.books, self.archive.is_loaded());
    }

    /// The report, where it is due.
    pub(super) fn take_report(&mut self, now: Timestamp, plant: &Plant) -> Option<Update> {
        if self.due.is_none_or(|due| due > now) {
            return None;
        }
        let asked = self.asked.as_ref()?;
        self.due = Some(now + EVERY);
        let publisher = arc(self.sharing.publisher(now));
        Some(Update::Kpis(Box::new(KpiReport { publisher, ..report(&mut self.books, asked, now, plant) })))
    }

    /// When the next report or glance is due.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.due.into_iter().chain(self.glance).min()
    }
}

impl StatesOf for Kpis {
    fn states_of(&self, machine: PlaceId) -> Vec<(Timestamp, Option<MachineState>)> {
        self.books.account(machine).map_or_else(Vec::new, |account| account.ledger.states().collect())
    }
}

/// A word of a role, as the page knows it.
pub(super) fn arc(text: &str) -> Arc<str> {
    text.into()
}

/// How often a report is made while it is looked at.
const EVERY: Millis = Millis(2000);
/// More tiles than anybody looks at.
const MOST_FOLLOWED: usize = 500;
/// A connection that died in the device's sleep is found dead within this: the probe's time and some.
const FOUND_DEAD: Millis = Millis(60_000);
/// An open stop is explained for so long, or until it ends.
const WHILE_OPEN: Millis = Millis(24 * 3_600_000);
