//! How often a rule would have been raised in the history that is held: the same judgement, replayed.

use super::alerts::Alerts;
use super::instance::{Instance, Subject};
use super::rule::Rule;
use super::truth::Truth;
use super::world::{StatesOf, Then};
use crate::document::AlertRule;
use crate::plant::Plant;
use crate::time::Timestamp;
use crate::vocab::MachineState;

/// What a rule would have done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// Tags, or machines, that its pattern matches.
    pub matched: u32,
    /// How many of them were replayed: they have a history, and there was time for them.
    pub replayed: u32,
    /// How often it would have been raised, in all.
    pub raised: u32,
    /// The subjects that it would have been raised for most often, with counts; at most 5.
    pub most: Vec<(std::sync::Arc<str>, u32)>,
    /// From when on there is history.
    pub since: Option<Timestamp>,
    /// Of how many of them the condition holds now.
    pub holding: u32,
    /// The lowest and highest that the replayed tags have been.
    pub extremes: Option<(f64, f64)>,
}

/// Replays a rule. Work is bounded: what does not fit is not replayed, and counted as such.
pub fn preview(now: Timestamp, rule: &AlertRule, plant: &Plant, books: &dyn StatesOf) -> Preview {
    let mut alerts = Alerts::new(std::slice::from_ref(rule));
    alerts.adopt(now, plant);
    let rule = Rule::new(rule.clone());
    let mut preview = Preview { matched: alerts.instances.len() as u32, ..Preview::default() };
    let mut budget = MOST_STEPS;
    for instance in &alerts.instances {
        preview.holding += u32::from(instance.truth == Truth::True);
        let past = Past::of(&rule, instance, now, plant, books);
        let Some(raised) = replay(&rule, instance, plant, past, &mut budget, &mut preview) else { continue };
        preview.replayed += 1;
        preview.raised += raised;
        if raised > 0 {
            preview.most.push((instance.key.path.clone(), raised));
        }
    }
    preview.most.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    preview.most.truncate(5);
    preview
}

/// When there was something to judge, and what the machine was doing.
struct Past {
    times: Vec<Timestamp>,
    states: Vec<(Timestamp, Option<MachineState>)>,
    extremes: Option<(f64, f64)>,
}

impl Past {
    /// Everything that is held of what the alert looks at, and the present.
    fn of(rule: &Rule, instance: &Instance, now: Timestamp, plant: &Plant, books: &dyn StatesOf) -> Self {
        let mut past = Self { times: Vec::new(), states: Vec::new(), extremes: None };
        let subject = match instance.subject {
            // The books do not tell a machine that was gone from one that nobody could hear.
            Subject::Machine(_) if rule.looks_for_offline() => return past,
            Subject::Machine(machine) => {
                past.states = books.states_of(machine);
                past.times.extend(past.states.iter().map(|(at, _)| *at));
                None
            }
            Subject::Tag(tag) => Some(tag),
        };
        for tag in instance.memory.scope.tags.iter().flatten().copied().chain(subject) {
            plant.walk(tag, Timestamp(i64::MIN / 2), now, &mut |at, value| {
                past.times.push(at);
                if Some(tag) == subject && value.is_finite() {
                    let (low, high) = past.extremes.unwrap_or((value, value));
                    past.extremes = Some((low.min(value), high.max(value)));
                }
            });
        }
        if !past.times.is_empty() {
            past.times.push(now);
        }
        past
    }
}

fn replay(
    rule: &Rule,
    instance: &Instance,
    plant: &Plant,
    past: Past,
    budget: &mut usize,
    preview: &mut Preview,
) -> Option<u32> {
    let Past { mut times, states, extremes } = past;
    times.sort_unstable();
    times.dedup();
    if times.is_empty() || times.len() > *budget {
        return None;
    }
    *budget -= times.len();
    preview.since = Some(preview.since.map_or(times[0], |known| known.min(times[0])));
    if let Some((low, high)) = extremes {
        let (lowest, highest) = preview.extremes.unwrap_or((low, high));
        preview.extremes = Some((lowest.min(low), highest.max(high)));
    }
    let mut memory = super::rule::Memory::default();
    memory.scope.tags = instance.memory.scope.tags.clone();
    memory.suppress.tags = instance.memory.suppress.tags.clone();
    let mut delay = super::delay::Delay::default();
    let mut raised = 0;
    for at in times {
        // What had matured before this sample came.
        while let Some(due) = delay.due().or(memory.due).filter(|due| *due < at) {
            let world = Then { plant, now: due, states: &states };
            let truth = rule.judge(&world, instance.subject, &mut memory);
            delay.follow(due, truth, rule.rule.on_delay, rule.rule.off_delay);
            let Some(is_on) = delay.take_change(due) else { break };
            raised += u32::from(is_on);
        }
        let world = Then { plant, now: at, states: &states };
        let truth = rule.judge(&world, instance.subject, &mut memory);
        let is_aside = rule.is_suppressed(&world, &mut memory) == Truth::True;
        delay.follow(at, truth, rule.rule.on_delay, rule.rule.off_delay);
        if let Some(is_on) = delay.take_change(at) {
            raised += u32::from(is_on && !is_aside);
        }
    }
    Some(raised)
}

/// Samples replayed in all; a window costs more, so that this stays below a second.
const MOST_STEPS: usize = 200_000;
