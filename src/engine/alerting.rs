//! Alerts in the engine: what they are told of the plant, what people ask of them, what the page is told at once.

use std::collections::VecDeque;

use super::csv::push_row;
use super::logbook::Logbook;
use super::store::{Record, StoreOrder};
use crate::alert::{
    Actor, Alerts, Instance, Key, Name, Shelf, Standing, StatesOf, Subject, Truth, Word, health, preview,
};
use crate::document::{AlertRule, built_in_rules};
use crate::plant::Plant;
use crate::time::{Millis, Timestamp, format_rfc3339};
use crate::vocab::{AlertId, AlertState, PlaceId, TagId};
use crate::wire::{Alert, AlertAct, AlertCommand, AlertJournal, AlertPreview, BadActor, JournalLine, Stats, Update};

/// The alerts with what waits for them.
#[derive(Debug, Default)]
pub(super) struct Alerting {
    alerts: Alerts,
    /// Tags that the message under way renewed.
    touched: Vec<TagId>,
    machines: Vec<PlaceId>,
    /// Everything is to be judged anew: a link came or went.
    pub(super) is_shaken: bool,
    logbook: Logbook,
}

impl Alerting {
    /// Alerts of a new plant.
    pub(super) fn begin(&mut self, rules: Option<&[AlertRule]>) {
        let logbook = std::mem::take(&mut self.logbook);
        *self = Self { alerts: Alerts::new(rules.unwrap_or(&built_in_rules())), logbook, ..Self::default() };
    }

    /// Other rules on the same plant.
    pub(super) fn replace(&mut self, now: Timestamp, rules: Option<&[AlertRule]>, plant: &Plant) {
        self.alerts.replace(now, rules.unwrap_or(&built_in_rules()), plant);
        self.alerts.touch_all();
    }

    /// The topic filters that the rules need from brokers that are asked only for what the page shows.
    pub(super) fn needs(&self) -> Vec<String> {
        self.alerts.needs()
    }

    /// A message renewed this tag. On the message path.
    #[inline]
    pub(super) fn touch(&mut self, tag: TagId) {
        self.touched.push(tag);
    }

    /// The message is in: judges what it touched.
    pub(super) fn follow(&mut self, now: Timestamp, plant: &Plant) {
        for tag in &self.touched {
            if let Some(machine) = plant.decides(*tag) {
                self.machines.push(machine);
            }
        }
        self.alerts.observe(now, &self.touched, plant);
        for machine in self.machines.drain(..) {
            self.alerts.observe_machine(now, machine, plant);
        }
        self.touched.clear();
    }

    /// A turn is over.
    pub(super) fn settle(&mut self, now: Timestamp, plant: &Plant) {
        if std::mem::take(&mut self.is_shaken) {
            self.alerts.review(now, plant, true);
        }
        self.alerts.settle(now, plant);
        self.alerts.handle_timeout(now, plant);
    }

    /// The plant has settled what is new.
    pub(super) fn adopt(&mut self, now: Timestamp, plant: &Plant) {
        self.alerts.adopt(now, plant);
    }

    /// Once a second.
    pub(super) fn handle_second(&mut self, now: Timestamp, plant: &Plant, stats: &mut Stats) {
        self.alerts.review(now, plant, false);
        let totals = self.alerts.totals();
        (stats.alerts_watched, stats.alerts_unknown) = (totals.watched, totals.unknown);
    }

    /// When something is due; `with_words`: also words for other screens.
    pub(super) fn next_timeout(&self, with_words: bool) -> Option<Timestamp> {
        let words = self.alerts.next_word().filter(|_| with_words);
        self.alerts.next_timeout().into_iter().chain(words).min()
    }

    /// People's acts are shared: heard, and said to other screens. `seed` is this screen's own.
    pub(super) fn share(&mut self, is_writing: bool, seed: u64) {
        self.alerts.share(is_writing, seed);
    }

    /// Another screen's word on an alert.
    pub(super) fn hear(&mut self, now: Timestamp, level: &str, payload: &[u8]) -> Result<(), &'static str> {
        if payload.is_empty() {
            self.alerts.unhear(level);
            return Ok(());
        }
        let (rule, path, word) = Word::from_json(payload)?;
        self.alerts.hear(now, (rule, path), word);
        Ok(())
    }

    /// A word for the other screens that is due.
    pub(super) fn take_word(&mut self, now: Timestamp) -> Option<(Name, Word)> {
        self.alerts.take_word(now)
    }

    pub(super) fn clock_set_back(&mut self, span: Millis) {
        self.alerts.clock_set_back(span);
    }

    /// The device slept for so long.
    pub(super) fn wake(&mut self, now: Timestamp, slept: Millis) {
        self.alerts.wake(now, slept);
    }

    pub(super) fn touch_all(&mut self) {
        self.alerts.touch_all();
    }

    /// The journal is kept, as that of this broker and user.
    pub(super) fn keep(&mut self, owner: String) {
        self.logbook.keep(owner);
    }

    /// The store is ours. How many pages of the journal could not be read.
    pub(super) fn load(&mut self, records: Vec<Record>, orders: &mut VecDeque<StoreOrder>) -> u32 {
        self.logbook.load(records, self.alerts.journal_mut(), orders)
    }

    /// The store takes nothing (any more).
    pub(super) fn unkept(&mut self) {
        self.logbook.unkept();
    }

    /// Forgets what is stored of the broker at this URL; everything when it is empty.
    pub(super) fn forget(&mut self, url: &str, orders: &mut VecDeque<StoreOrder>) {
        self.logbook.forget(url, self.alerts.journal(), orders);
    }

    /// Stores what the journal has got since the last time.
    pub(super) fn flush(&mut self, orders: &mut VecDeque<StoreOrder>) {
        self.logbook.flush(self.alerts.journal(), orders);
    }

    /// The page asks.
    pub(super) fn handle_command(
        &mut self,
        now: Timestamp,
        command: AlertCommand,
        plant: &Plant,
        books: &dyn StatesOf,
    ) -> Option<Update> {
        match command {
            AlertCommand::Rules(rules) => self.replace(now, rules.as_deref(), plant),
            AlertCommand::Resume(alerts) => self.alerts.resume(alerts.into_iter().map(resumed).collect()),
            AlertCommand::Act { act, alerts, who, words } => self.act(now, &act, &alerts, &who, &words),
            AlertCommand::Journal => return Some(self.journal(now)),
            AlertCommand::Save => return Some(Update::AlertFile(self.journal_table())),
            AlertCommand::Try(rule) => return Some(try_rule(now, &rule, plant, books)),
        }
        None
    }

    fn act(&mut self, now: Timestamp, act: &AlertAct, ids: &[AlertId], who: &str, words: &str) {
        let name = who.trim().chars().take(60).collect::<String>();
        let who = Actor { name: if name.is_empty() { "this device".into() } else { name.into() } };
        let words: String = words.trim().chars().take(500).collect();
        for &id in ids {
            let _verdict = match act {
                AlertAct::Acknowledge => self.alerts.acknowledge(now, id, &who, &words),
                AlertAct::Shelve(span) => self.alerts.shelve(now, id, *span, &who, &words),
                AlertAct::Unshelve => self.alerts.unshelve(now, id, &who),
                AlertAct::TakeOut => self.alerts.set_service(now, id, true, &who, &words),
                AlertAct::PutBack => self.alerts.set_service(now, id, false, &who, &words),
            };
        }
    }

    /// What changed, at once and in bounded parts.
    pub(super) fn take_updates(&mut self, plant: &Plant) -> Vec<Update> {
        if !self.alerts.has_changed() {
            return Vec::new();
        }
        let changed = self.alerts.take_changed();
        changed
            .chunks(MOST_AT_ONCE)
            .map(|ids| Update::Alerts(ids.iter().filter_map(|&id| self.report(id, plant)).collect()))
            .collect()
    }

    /// The journal and the alerts' health.
    fn journal(&self, now: Timestamp) -> Update {
        let health = health(now, &self.alerts);
        let actor = |actor: crate::alert::BadActor| BadActor {
            name: actor.key.name.clone(),
            path: actor.key.path.clone(),
            count: actor.count,
            deadband: actor.deadband,
            off_delay: actor.off_delay,
        };
        let lines = self.alerts.journal().lines().rev().take(MOST_LINES).map(|line| JournalLine {
            at: line.at,
            name: line.key.name.clone(),
            path: line.key.path.clone(),
            priority: line.key.priority,
            from: line.from,
            to: line.to,
            who: line.who.clone(),
            text: line.text.clone(),
        });
        Update::AlertJournal(Box::new(AlertJournal {
            lines: lines.collect(),
            since: health.since,
            raised: health.raised,
            by_priority: health.by_priority,
            top: health.top.into_iter().map(actor).collect(),
            chattering: health.chattering.into_iter().map(actor).collect(),
            standing: health.standing.iter().map(|key| (key.name.clone(), key.path.clone())).collect(),
        }))
    }

    /// The whole journal, oldest first.
    fn journal_table(&self) -> String {
        let mut out = String::new();
        push_row(&mut out, ["time", "priority", "alert", "path", "from", "to", "who", "words"]);
        for line in self.alerts.journal().lines() {
            let (at, who) = (format_rfc3339(line.at), line.who.as_deref().unwrap_or_default());
            let (priority, from, to) = (line.key.priority.word(), line.from.word(), line.to.word());
            push_row(&mut out, [&at, priority, &line.key.name, &line.key.path, from, to, who, &line.text]);
        }
        out
    }

    fn report(&self, id: AlertId, plant: &Plant) -> Option<Alert> {
        let (instance, rule) = self.alerts.get(id)?;
        let (tag, place) = match instance.subject {
            Subject::Tag(tag) => (Some(tag), plant.tags().get(tag).and_then(|record| record.place)),
            Subject::Machine(machine) => (None, Some(machine)),
        };
        Some(Alert {
            id,
            rule: instance.key.rule.clone(),
            name: instance.key.name.clone(),
            path: instance.key.path.clone(),
            tag,
            machine: place.and_then(|place| plant.places().machine_of(place)),
            priority: rule.priority,
            state: instance.standing.state(),
            is_active: instance.standing.is_active,
            is_unacknowledged: instance.standing.is_unacknowledged,
            is_unknown: instance.truth == Truth::Unknown,
            raised: instance.raised,
            changed: instance.changed,
            message: instance.message.clone(),
            acknowledged_by: instance.acknowledged_by.clone(),
            shelf: instance.shelf.as_ref().map(|shelf| (shelf.until, shelf.who.clone(), shelf.why.clone())),
            is_standing: instance.is_standing,
            is_first: instance.is_first,
            count: instance.count,
            consequence: rule.consequence.as_str().into(),
            action: rule.action.as_str().into(),
            link: rule.link.as_str().into(),
            most_shelved: rule.most_shelved,
        })
    }
}

/// How often a rule would have been raised.
fn try_rule(now: Timestamp, rule: &AlertRule, plant: &Plant, books: &dyn StatesOf) -> Update {
    let found = preview(now, rule, plant, books);
    Update::AlertPreview(Box::new(AlertPreview {
        matched: found.matched,
        replayed: found.replayed,
        raised: found.raised,
        most: found.most,
        since: found.since,
        holding: found.holding,
        extremes: found.extremes,
    }))
}

fn resumed(kept: Alert) -> Instance {
    let key = Key { rule: kept.rule, name: kept.name, path: kept.path, priority: kept.priority };
    let standing = Standing {
        is_active: kept.is_active,
        is_unacknowledged: kept.is_unacknowledged,
        is_shelved: kept.shelf.is_some(),
        is_suppressed: false,
        is_out_of_service: kept.state == AlertState::OutOfService,
    };
    let shelf = kept.shelf.map(|(until, who, why)| Shelf { until, who, why });
    let mut instance = Instance::resumed(key, standing, kept.raised, shelf);
    instance.message = kept.message;
    instance.acknowledged_by = kept.acknowledged_by;
    instance.count = kept.count;
    instance.changed = kept.changed;
    instance.is_standing = true;
    instance
}

const MOST_AT_ONCE: usize = 500;
const MOST_LINES: usize = 1000;
