//! All alerts of the plant: which rule is on which tag, what is due when, what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::command::{Actor, Verdict};
use super::instance::{Instance, Subject};
use super::journal::{Journal, Transition};
use super::matching::Kept;
use super::rule::Rule;
use super::sharing::Sharing;
use super::standing::{Happening, Standing};
use super::truth::Truth;
use super::words;
use super::world::Live;
use crate::document::{AlertRule, Condition};
use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::vocab::{AlertId, Origin, PlaceId, TagId};

/// The alerts. See the module's docs for the walk.
#[derive(Debug, Default)]
pub struct Alerts {
    pub(super) rules: Vec<Rule>,
    pub(super) instances: Vec<Instance>,
    /// The alerts that look at a tag, by tag.
    pub(super) by_tag: Vec<Vec<u32>>,
    /// The alert of each machine rule, by machine.
    pub(super) by_machine: BTreeMap<PlaceId, Vec<u32>>,
    /// Tags below this index, and this many machines, have been matched with the rules.
    pub(super) seen: usize,
    pub(super) machines: usize,
    /// The alerts of one group on one machine, for first-up.
    pub(super) siblings: BTreeMap<(Arc<str>, Option<PlaceId>), Vec<u32>>,
    timers: BTreeSet<(Timestamp, u32)>,
    /// Expressions named by something that changed, to be judged once the turn is over.
    stirred: BTreeSet<u32>,
    pub(super) changed: Vec<u32>,
    pub(super) journal: Journal,
    /// What stood before this engine began, until its subject is known.
    pub(super) pending: Kept,
    pub(super) sharing: Sharing,
    /// This device slept until then: nobody could have been heard before.
    pub(super) awake_since: Timestamp,
}

/// How many alerts there are, and of how many nothing is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rule-subject pairs.
    pub watched: u32,
    /// Of these, with data that are missing, bad or stale.
    pub unknown: u32,
}

impl Alerts {
    /// Alerts by these rules; none of them knows a tag yet.
    pub fn new(rules: &[AlertRule]) -> Self {
        Self { rules: rules.iter().cloned().map(Rule::new).collect(), ..Self::default() }
    }

    /// Whether any alert looks at this tag. On the message path: a look-up.
    pub fn looks_at(&self, tag: TagId) -> bool {
        self.by_tag.get(tag.0 as usize).is_some_and(|list| !list.is_empty())
    }

    /// Judges what looks at these tags, each just renewed by one message.
    pub fn observe(&mut self, now: Timestamp, tags: &[TagId], plant: &Plant) {
        for tag in tags {
            let Some(list) = self.by_tag.get_mut(tag.0 as usize) else { continue };
            let list = std::mem::take(list);
            for &index in &list {
                let instance = &self.instances[index as usize];
                let rule = &self.rules[instance.rule as usize];
                if rule.is_slow {
                    continue;
                }
                // What several tags of one message decide is judged when all of them are in.
                if rule.expression.is_some() || instance.subject != Subject::Tag(*tag) {
                    self.stirred.insert(index);
                } else {
                    self.judge(now, index, plant);
                }
            }
            self.by_tag[tag.0 as usize] = list;
        }
    }

    /// Judges the rules of these machines, whose state may have changed.
    pub fn observe_machine(&mut self, now: Timestamp, machine: PlaceId, plant: &Plant) {
        let Some(list) = self.by_machine.get_mut(&machine) else { return };
        let list = std::mem::take(list);
        for &index in &list {
            self.judge(now, index, plant);
        }
        self.by_machine.insert(machine, list);
    }

    /// A turn is over: judges the expressions that it stirred, follows the words that it brought.
    pub fn settle(&mut self, now: Timestamp, plant: &Plant) {
        while let Some(index) = self.stirred.pop_first() {
            self.judge(now, index, plant);
        }
        self.follow_words(now);
    }

    /// Sees to what is due.
    pub fn handle_timeout(&mut self, now: Timestamp, plant: &Plant) {
        while let Some(&(at, index)) = self.timers.first()
            && at <= now
        {
            self.timers.pop_first();
            self.instances[index as usize].armed = None;
            if self.instances[index as usize].shelf.as_ref().is_some_and(|shelf| shelf.until <= now) {
                self.instances[index as usize].shelf = None;
                self.happen(now, index, Happening::Unshelved, None, "its time on the shelf is over");
            }
            if self.instances[index as usize].out_until.is_some_and(|until| until <= now) {
                self.instances[index as usize].out_until = None;
                self.happen(now, index, Happening::PutBack, None, "its time out of service is over");
            }
            self.judge(now, index, plant);
        }
    }

    /// Judges everything anew: a link came or went, or a second has passed. `all`: else only what looks at windows,
    /// can fall silent, or is put aside by other tags.
    pub fn review(&mut self, now: Timestamp, plant: &Plant, all: bool) {
        for index in 0..self.instances.len() {
            let instance = &self.instances[index];
            let rule = &self.rules[instance.rule as usize];
            let can_fall_silent = match instance.subject {
                Subject::Machine(_) => true,
                Subject::Tag(tag) => plant.tags().get(tag).is_some_and(|record| record.meaning.is_some()),
            };
            if all || rule.is_slow || rule.suppress.is_some() || can_fall_silent {
                self.judge(now, index as u32, plant);
            }
        }
        self.tend_words(now);
    }

    /// When [`Alerts::handle_timeout`] is due.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// The clock was set back: what waits for a time waits no longer than it would have.
    pub fn clock_set_back(&mut self, span: Millis) {
        self.timers.clear();
        for index in 0..self.instances.len() {
            let instance = &mut self.instances[index];
            instance.delay.set_back(span);
            instance.armed = None;
            if let Some(shelf) = &mut instance.shelf {
                shelf.until = shelf.until - span;
            }
            instance.out_until = instance.out_until.map(|until| until - span);
            instance.shelved_since = instance.shelved_since.map(|since| since - span);
            self.arm(index as u32);
        }
        self.awake_since = self.awake_since.min(self.awake_since - span);
        self.sharing.clock_set_back(span);
    }

    /// The device slept for so long. Nobody saw whether what was to mature held meanwhile: the delays wait on as if the
    /// clock had stood, silence counts from now on. What people put aside for a time comes back at that time.
    pub fn wake(&mut self, now: Timestamp, slept: Millis) {
        self.awake_since = now;
        for index in 0..self.instances.len() {
            self.instances[index].sleep(slept);
            self.arm(index as u32);
        }
    }

    /// Judges one alert and follows what that brings.
    pub(super) fn judge(&mut self, now: Timestamp, index: u32, plant: &Plant) {
        let world = Live { plant, now, awake_since: self.awake_since };
        let instance = &mut self.instances[index as usize];
        let rule = &self.rules[instance.rule as usize];
        let truth = rule.judge(&world, instance.subject, &mut instance.memory);
        let was_known = std::mem::replace(&mut instance.truth, truth) != Truth::Unknown;
        let is_normal = instance.standing == Standing::default();
        if was_known != (truth != Truth::Unknown) && !is_normal && instance.is_told {
            instance.is_told = false;
            self.changed.push(index);
        }
        instance.has_seen_normal |= truth == Truth::False;
        instance.upto = deciding(plant, instance.subject).and_then(|record| record.source_time);
        let since = since(now, plant, instance.subject, truth);
        instance.delay.follow(since, truth, rule.rule.on_delay, rule.rule.off_delay);
        let suppressed = rule.is_suppressed(&world, &mut instance.memory);
        let is_suppressed = instance.standing.is_suppressed;
        match suppressed {
            Truth::True if !is_suppressed => {
                self.happen(now, index, Happening::Suppressed, None, "suppressed by design");
            }
            Truth::False if is_suppressed => {
                self.happen(now, index, Happening::Unsuppressed, None, "no longer suppressed");
            }
            // What is not known keeps as it is: a lost tag must neither silence an alert nor unsilence it.
            _ => {}
        }
        match self.instances[index as usize].delay.take_change(now) {
            Some(true) => self.raise(now, index, plant),
            Some(false) => {
                self.instances[index as usize].chatter.clear(now);
                self.happen(now, index, Happening::Cleared, None, "");
            }
            None => {}
        }
        let instance = &mut self.instances[index as usize];
        let rule = &self.rules[instance.rule as usize];
        if truth == Truth::False
            && let Subject::Tag(tag) = instance.subject
            && let Condition::High(_) | Condition::Low(_) = rule.rule.condition
            && let Some(value) = plant.tags().get(tag).and_then(|record| record.value.as_f64())
            && let Some(limit) = rule.limit(&world, instance.subject)
        {
            instance.chatter.follow((limit - value).abs());
        }
        self.arm(index);
    }

    fn raise(&mut self, now: Timestamp, index: u32, plant: &Plant) {
        let world = Live { plant, now, awake_since: self.awake_since };
        let instance = &self.instances[index as usize];
        let rule = &self.rules[instance.rule as usize];
        let message: Arc<str> = words::message(rule, &world, plant, instance.subject).into();
        let is_first = !rule.rule.group.is_empty() && !self.has_active_sibling(index, plant);
        let is_standing = is_retained(plant, instance.subject);
        let mark = deciding(plant, instance.subject).and_then(|record| record.source_time);
        let raised = since(now, plant, instance.subject, Truth::True);
        let instance = &mut self.instances[index as usize];
        instance.message = message.clone();
        instance.is_first = is_first;
        instance.is_standing = is_standing;
        instance.is_begin_unseen = is_standing || !instance.has_seen_normal;
        instance.mark = mark;
        instance.raised = Some(raised);
        instance.count += 1;
        instance.acknowledged_by = None;
        instance.chatter.raise(now);
        let is_begin_unseen = instance.is_begin_unseen;
        self.happen(now, index, Happening::Raised, None, &message);
        if is_begin_unseen {
            self.follow_word(now, index);
        }
    }

    /// Whether another alert of the same group on the same machine is active.
    fn has_active_sibling(&self, index: u32, plant: &Plant) -> bool {
        let own = &self.instances[index as usize];
        let group = self.rules[own.rule as usize].rule.group.as_str();
        let siblings = self.siblings.get(&(group.into(), own.subject.machine(plant)));
        siblings
            .into_iter()
            .flatten()
            .any(|other| *other != index && self.instances[*other as usize].standing.is_active)
    }

    pub(super) fn happen(
        &mut self,
        now: Timestamp,
        index: u32,
        happening: Happening,
        who: Option<&Actor>,
        text: &str,
    ) -> Verdict {
        let instance = &mut self.instances[index as usize];
        let before = instance.standing;
        instance.standing = before.after(happening, self.rules[instance.rule as usize].rule.is_latching);
        if instance.standing == before {
            return Verdict::Nothing;
        }
        let (from, to) = (before.state(), instance.standing.state());
        instance.changed = now;
        if std::mem::replace(&mut instance.is_told, false) {
            self.changed.push(index);
        }
        if from != to {
            let who = who.map(|who| who.name.clone());
            self.journal.write(Transition { at: now, key: instance.key.clone(), from, to, who, text: text.into() });
        }
        Verdict::Done
    }

    /// Sets the timer that the alert needs next. One that is set already may fire too early, and is then set anew.
    pub(super) fn arm(&mut self, index: u32) {
        let instance = &mut self.instances[index as usize];
        let Some(due) = instance.due() else { return };
        if instance.armed.is_some_and(|armed| armed <= due) {
            return;
        }
        if let Some(armed) = instance.armed.replace(due) {
            self.timers.remove(&(armed, index));
        }
        self.timers.insert((due, index));
    }

    /// Takes the alerts that changed since the last call.
    pub fn take_changed(&mut self) -> Vec<AlertId> {
        let changed = std::mem::take(&mut self.changed);
        for &index in &changed {
            self.instances[index as usize].is_told = true;
        }
        changed.into_iter().map(AlertId).collect()
    }

    /// Whether anything changed since the last [`Alerts::take_changed`].
    pub const fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Tells everything that is not normal again.
    pub fn touch_all(&mut self) {
        for (index, instance) in self.instances.iter_mut().enumerate() {
            if instance.standing != Standing::default() && std::mem::replace(&mut instance.is_told, false) {
                self.changed.push(index as u32);
            }
        }
    }

    /// An alert with its rule.
    pub fn get(&self, alert: AlertId) -> Option<(&Instance, &AlertRule)> {
        let instance = self.instances.get(alert.0 as usize)?;
        Some((instance, &self.rules[instance.rule as usize].rule))
    }

    /// All alerts with their rules.
    pub fn iter(&self) -> impl Iterator<Item = (AlertId, &Instance, &AlertRule)> {
        let all = self.instances.iter().enumerate();
        all.map(|(index, instance)| (AlertId(index as u32), instance, &self.rules[instance.rule as usize].rule))
    }

    /// The journal.
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The journal, to put the lines of an earlier life in.
    pub const fn journal_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// How many alerts there are, and of how many nothing is known.
    pub fn totals(&self) -> Totals {
        let unknown = self.instances.iter().filter(|instance| instance.truth == Truth::Unknown).count();
        Totals { watched: self.instances.len() as u32, unknown: unknown as u32 }
    }
}

/// Since when a judgement stands: a retained value has stood since its source said so, anything else begins now.
fn since(now: Timestamp, plant: &Plant, subject: Subject, truth: Truth) -> Timestamp {
    if truth != Truth::True || !is_retained(plant, subject) {
        return now;
    }
    let since = match subject {
        Subject::Tag(tag) => plant.tags().get(tag).and_then(|record| record.source_time),
        Subject::Machine(machine) => plant.machine(machine).and_then(|machine| machine.since),
    };
    since.map_or(now, |since| since.min(now))
}

/// The tag that decides.
fn deciding(plant: &Plant, subject: Subject) -> Option<&crate::plant::TagRecord> {
    let tag = match subject {
        Subject::Tag(tag) => Some(tag),
        Subject::Machine(machine) => plant.machine(machine).and_then(|machine| machine.state_tag),
    };
    plant.tags().get(tag?)
}

/// Whether what decides came as the broker's last known value.
fn is_retained(plant: &Plant, subject: Subject) -> bool {
    deciding(plant, subject).is_some_and(|record| record.origin != Origin::Live)
}
