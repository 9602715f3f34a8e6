//! How often a rule would have been raised in the history that is held: the same judgement, replayed.

use super::alerts::Alerts;
use super::instance::{Instance, Subject};
use super::rule::Rule;
use super::truth::Truth;
use super::world::Then;
use crate::document::AlertRule;
use crate::plant::Plant;
use crate::time::Timestamp;
use crate::vocab::TagId;

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
pub fn preview(now: Timestamp, rule: &AlertRule, plant: &Plant) -> Preview {
    let mut alerts = Alerts::new(std::slice::from_ref(rule));
    alerts.adopt(now, plant);
    let rule = Rule::new(rule.clone());
    let mut preview = Preview { matched: alerts.instances.len() as u32, ..Preview::default() };
    let mut budget = MOST_STEPS;
    for instance in &alerts.instances {
        preview.holding += u32::from(instance.truth == Truth::True);
        let Some(raised) = replay(now, &rule, instance, plant, &mut budget, &mut preview) else { continue };
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

fn replay(
    now: Timestamp,
    rule: &Rule,
    instance: &Instance,
    plant: &Plant,
    budget: &mut usize,
    preview: &mut Preview,
) -> Option<u32> {
    let Subject::Tag(subject) = instance.subject else { return None };
    let named: Vec<TagId> = instance.memory.scope.tags.iter().flatten().copied().chain([subject]).collect::<Vec<_>>();
    let mut times = Vec::new();
    let mut extremes = preview.extremes;
    for tag in named {
        plant.walk(tag, Timestamp(i64::MIN / 2), now, &mut |at, value| {
            times.push(at);
            if tag == subject && value.is_finite() {
                let (low, high) = extremes.unwrap_or((value, value));
                extremes = Some((low.min(value), high.max(value)));
            }
        });
    }
    times.sort_unstable();
    times.dedup();
    if times.is_empty() || times.len() > *budget {
        return None;
    }
    *budget -= times.len();
    preview.since = Some(preview.since.map_or(times[0], |known| known.min(times[0])));
    preview.extremes = extremes;
    let mut memory = super::rule::Memory::default();
    memory.scope.tags = instance.memory.scope.tags.clone();
    memory.suppress.tags = instance.memory.suppress.tags.clone();
    let mut delay = super::delay::Delay::default();
    let mut raised = 0;
    for at in times {
        // What had matured before this sample came.
        while let Some(due) = delay.due().or(memory.due).filter(|due| *due < at) {
            let world = Then { plant, now: due };
            let truth = rule.judge(&world, instance.subject, &mut memory);
            delay.follow(due, truth, rule.rule.on_delay, rule.rule.off_delay);
            let Some(is_on) = delay.take_change(due) else { break };
            raised += u32::from(is_on);
        }
        let world = Then { plant, now: at };
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
