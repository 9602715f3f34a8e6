//! Which rule is on which tag: new tags and machines get their alerts, other rules take over what stood.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::alerts::Alerts;
use super::instance::{Instance, Key, Subject};
use crate::document::AlertRule;
use crate::document::expression::TagRef;
use crate::plant::Plant;
use crate::time::Timestamp;
use crate::topic::matches;
use crate::vocab::TagId;

/// Alerts of rules that were, by rule id and path.
pub(super) type Kept = BTreeMap<(Arc<str>, Arc<str>), Instance>;

impl Alerts {
    /// Puts other rules in force. An alert whose rule's id and subject stay keeps its standing.
    pub fn replace(&mut self, now: Timestamp, rules: &[AlertRule], plant: &Plant) {
        let old = std::mem::replace(self, Self::new(rules));
        self.journal = old.journal;
        self.pending = old.pending;
        self.sharing = old.sharing;
        self.awake_since = old.awake_since;
        self.sharing.forget_alerts();
        let mut kept = Kept::new();
        for instance in old.instances {
            kept.insert((instance.key.rule.clone(), instance.key.path.clone()), instance);
        }
        self.adopt_with(now, plant, &mut kept);
    }

    /// Takes over what stood on this device before the engine began. What the process does meanwhile is found out when
    /// its data come.
    pub fn resume(&mut self, alerts: Vec<Instance>) {
        for old in alerts.into_iter().take(MOST_ALERTS) {
            let known = self
                .instances
                .iter()
                .position(|instance| (&instance.key.rule, &instance.key.path) == (&old.key.rule, &old.key.path));
            match known {
                // It has begun already: what people did counts, what the process does is known better here.
                Some(index) => {
                    let instance = &mut self.instances[index];
                    instance.standing.is_unacknowledged &= old.standing.is_unacknowledged;
                    instance.standing.is_out_of_service |= old.standing.is_out_of_service;
                    instance.standing.is_shelved |= old.standing.is_shelved;
                    instance.shelf = instance.shelf.take().or(old.shelf);
                    instance.acknowledged_by = instance.acknowledged_by.take().or(old.acknowledged_by);
                    if std::mem::replace(&mut instance.is_told, false) {
                        self.changed.push(index as u32);
                    }
                    self.arm(index as u32);
                }
                None => {
                    self.pending.insert((old.key.rule.clone(), old.key.path.clone()), old);
                }
            }
        }
    }

    /// Gives new tags and machines their alerts. Cheap when nothing is new.
    pub fn adopt(&mut self, now: Timestamp, plant: &Plant) {
        self.adopt_with(now, plant, &mut Kept::new());
    }

    fn adopt_with(&mut self, now: Timestamp, plant: &Plant, kept: &mut Kept) {
        let total = plant.settled();
        let machines = plant.machines().count();
        if self.rules.is_empty() || (self.seen >= total && self.machines == machines) {
            return;
        }
        let first = self.instances.len();
        for index in self.seen..total {
            let tag = TagId(index as u32);
            let Some(record) = plant.tags().get(tag) else { continue };
            self.add(Subject::Tag(tag), &record.path, kept, plant);
        }
        self.seen = self.seen.max(total);
        self.machines = machines;
        for machine in plant.machines() {
            if !self.by_machine.contains_key(&machine.place)
                && let Some(place) = plant.places().get(machine.place)
            {
                self.by_machine.insert(machine.place, Vec::new());
                self.add(Subject::Machine(machine.place), &place.path.clone(), kept, plant);
            }
        }
        // What a rule names beside its subject may have come by now.
        for index in 0..self.instances.len() {
            if self.resolve(index as u32, plant) || index >= first {
                self.judge(now, index as u32, plant);
            }
        }
    }

    fn add(&mut self, subject: Subject, path: &Arc<str>, kept: &mut Kept, plant: &Plant) {
        for rule in 0..self.rules.len() {
            let known = &self.rules[rule].rule;
            let is_machine = matches!(subject, Subject::Machine(_));
            if known.condition.is_of_machines() != is_machine || !matches(&known.pattern, path) {
                continue;
            }
            if self.instances.len() == MOST_ALERTS {
                return;
            }
            let index = self.instances.len() as u32;
            let key = Arc::new(Key {
                rule: known.id.as_str().into(),
                name: known.name.as_str().into(),
                path: path.clone(),
                priority: known.priority,
            });
            let mut instance = Instance::new(rule as u32, subject, key.clone());
            let name = (key.rule.clone(), path.clone());
            if let Some(old) = kept.remove(&name).or_else(|| self.pending.remove(&name)) {
                let memory = instance.memory;
                instance = Instance { rule: rule as u32, subject, key, armed: None, memory, is_told: true, ..old };
            }
            if !known.group.is_empty() {
                let family = (known.group.as_str().into(), subject.machine(plant));
                self.siblings.entry(family).or_default().push(index);
            }
            self.sharing.refresh(&instance);
            self.instances.push(instance);
            match subject {
                Subject::Tag(tag) => self.look_at(tag, index),
                Subject::Machine(machine) => self.by_machine.entry(machine).or_default().push(index),
            }
        }
    }

    /// Finds the tags that an alert's expressions name. Whether it looked for any.
    fn resolve(&mut self, index: u32, plant: &Plant) -> bool {
        let instance = &self.instances[index as usize];
        let rule = &self.rules[instance.rule as usize];
        let (machine, subject) = match instance.subject {
            Subject::Machine(machine) => (Some(machine), None),
            Subject::Tag(tag) => (plant.tags().get(tag).and_then(|record| record.place), Some(tag)),
        };
        let base = machine.map(|machine| plant.places().machine_of(machine).unwrap_or(machine));
        let base = base.and_then(|place| plant.places().get(place)).map(|place| place.path.clone());
        let find = |reference: &TagRef| match reference {
            TagRef::Subject => subject,
            TagRef::Path(path) => match path.strip_prefix('/') {
                Some(full) => plant.tags().find(full),
                None => plant.tags().find(&format!("{}/{path}", base.as_deref().unwrap_or_default())),
            },
        };
        let mut found = Vec::new();
        for (is_condition, expression) in [(true, &rule.expression), (false, &rule.suppress)] {
            let Some(expression) = expression else { continue };
            let scope = &self.instances[index as usize].memory;
            let known = if is_condition { &scope.scope.tags } else { &scope.suppress.tags };
            if known.len() == expression.references.len() && known.iter().all(Option::is_some) {
                continue;
            }
            found.push((is_condition, expression.references.iter().map(find).collect::<Vec<_>>()));
        }
        let has_looked = !found.is_empty();
        for (is_condition, tags) in found {
            for tag in tags.iter().flatten() {
                self.look_at(*tag, index);
            }
            let memory = &mut self.instances[index as usize].memory;
            let scope = if is_condition { &mut memory.scope } else { &mut memory.suppress };
            scope.tags = tags;
        }
        has_looked
    }

    fn look_at(&mut self, tag: TagId, index: u32) {
        let slot = tag.0 as usize;
        if self.by_tag.len() <= slot {
            self.by_tag.resize(slot + 1, Vec::new());
        }
        if !self.by_tag[slot].contains(&index) {
            self.by_tag[slot].push(index);
        }
    }
}

/// Beyond this many alerts no more are made: a tab's memory is finite.
const MOST_ALERTS: usize = 100_000;
