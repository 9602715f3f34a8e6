//! What an alert says: its message with the values of the moment filled in.

use super::instance::Subject;
use super::rule::Rule;
use super::world::{Known, World};
use crate::document::Condition;
use crate::plant::Plant;

/// Fills a rule's message in for a subject.
pub(super) fn message(rule: &Rule, world: &dyn World, plant: &Plant, subject: Subject) -> String {
    let (path, tag) = match subject {
        Subject::Tag(tag) => (plant.tags().get(tag).map(|record| record.path.clone()), Some(tag)),
        Subject::Machine(machine) => {
            let shown = plant.machine(machine).and_then(|machine| machine.fault.filter(|_| machine.is_faulted));
            (plant.places().get(machine).map(|place| place.path.clone()), shown)
        }
    };
    let path = path.unwrap_or_default();
    let machine = match subject {
        Subject::Machine(machine) => plant.places().get(machine).map(|place| place.name.clone()),
        Subject::Tag(tag) => {
            plant.tags().get(tag).and_then(|record| plant.places().get(record.place?)).map(|place| place.name.clone())
        }
    }
    .unwrap_or_default();
    let record = tag.and_then(|tag| plant.tags().get(tag));
    let digits = record.and_then(|record| record.meaning.as_ref()).and_then(|meaning| meaning.digits);
    let word = match subject {
        Subject::Machine(machine) => plant.machine(machine).map(|machine| machine.word.to_string()),
        Subject::Tag(_) => None,
    };
    // A machine tells its fault, else its own word for its state.
    let value = tag.and_then(|tag| world.value(tag)).map(|known| shown(&known, digits)).or(word);
    let value = value.filter(|value| !value.is_empty()).unwrap_or_else(|| "—".into());
    let unit = record.and_then(|record| record.shown_unit()).map_or("", |unit| unit);
    let limit = rule.limit(world, subject).map_or_else(|| "—".into(), |limit| shown(&Known::Number(limit), digits));
    let template = if rule.rule.message.is_empty() { default_message(rule) } else { &rule.rule.message };
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = [
            ("{name}", rule.rule.name.as_str()),
            ("{machine}", &machine),
            ("{tag}", path.rsplit('/').next().unwrap_or_default()),
            ("{value}", &value),
            ("{unit}", unit),
            ("{limit}", &limit),
        ]
        .into_iter()
        .find(|(key, _)| rest.starts_with(key));
        match found {
            Some((key, words)) => {
                if words.is_empty() && text.ends_with(' ') {
                    text.pop(); // no unit, no room for it
                }
                text.push_str(words);
                rest = &rest[key.len()..];
            }
            None => {
                text.push('{');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    let trimmed = text.trim();
    trimmed.chars().take(MOST_CHARS).collect()
}

fn default_message(rule: &Rule) -> &'static str {
    match rule.rule.condition {
        Condition::High(_) => "{name}: {value} {unit}, above {limit}",
        Condition::Low(_) => "{name}: {value} {unit}, below {limit}",
        Condition::OneOf(_) => "{name}: {value}",
        Condition::Rate { .. } => "{name}: {value} {unit}, changes faster than {limit}",
        Condition::Deviation { .. } => "{name}: {value} {unit}, off its set-point by more than {limit}",
        Condition::NoData(_) => "{name}",
        Condition::StateFor(_) => "{name}: {value}",
        Condition::Expression(_) => "{name}",
    }
}

/// A value as text: the configured digits, else at most five that tell something.
fn shown(known: &Known<'_>, digits: Option<u8>) -> String {
    match known {
        Known::Text(text) => text.chars().take(MOST_CHARS).collect(),
        Known::Truth(holds) => if *holds { "on" } else { "off" }.into(),
        Known::Number(number) => {
            let decimals = digits.map_or_else(
                || match number.abs() {
                    size if size >= 1000.0 || number.fract() == 0.0 => 0,
                    size if size >= 100.0 => 1,
                    size if size >= 1.0 => 2,
                    _ => 4,
                },
                usize::from,
            );
            format!("{number:.decimals$}")
        }
    }
}

const MOST_CHARS: usize = 300;
