//! How the levels of topics are read, and the tree as it would be with another template.

use super::findings::{is_unread_state, shown};
use super::index::by_levels;
use crate::plant::{Places, Plant, Template};
use crate::vocab::{BrokerId, Level, TagId};
use crate::wire::{Node, Root, Survey, UnknownState};

/// Surveys the plant as it is or, with levels, as it would be.
pub(super) fn survey(plant: &Plant, levels: Vec<Option<Level>>) -> Survey {
    let roots = plant.guesses().map(|guess| Root {
        broker: guess.broker,
        name: guess.root.clone(),
        template: guess.template,
        why: guess.why.to_owned(),
        tags: guess.tags as u32,
    });
    let mut survey = Survey { roots: roots.collect(), ..Survey::default() };
    for machine in plant.machines() {
        let record = machine.state_tag.and_then(|tag| plant.tags().get(tag));
        if let Some(record) = record.filter(|record| is_unread_state(record))
            && survey.states.len() < MOST_STATES
        {
            survey.states.push(UnknownState { path: record.path.clone(), raw: shown(&record.value) });
        }
    }
    if levels.is_empty() {
        tell(plant.places(), &mut survey);
        return survey;
    }
    survey.roots.clear();
    let template = Template::new(levels);
    let mut places = Places::default();
    for index in 0..plant.tags().len().min(MOST_TAGS) {
        let Some(record) = plant.tags().get(TagId(index as u32)) else { continue };
        let depth = template.depth_of(&record.path);
        let place = places.at(BrokerId(0), &record.path, depth, &|index| template.level_at(index));
        places.add_tag(place, TagId(index as u32));
    }
    tell(&places, &mut survey);
    survey
}

fn tell(places: &Places, survey: &mut Survey) {
    let mut nodes: Vec<_> = places.iter().map(|(_, record)| record).filter(|record| record.total > 0).collect();
    nodes.sort_unstable_by(|a, b| by_levels(&a.path, &b.path));
    survey.nodes = nodes.len() as u32;
    for node in nodes {
        match node.level {
            Some(Level::Machine) => survey.machines += 1,
            Some(Level::Line) => survey.lines += 1,
            // Above every machine, or beside them: its own tags have none.
            _ => survey.unassigned += node.tags.len() as u32,
        }
        if survey.tree.len() < MOST_NODES {
            let depth = node.path.matches('/').count() as u16;
            survey.tree.push(Node { depth, name: node.name.clone(), level: node.level, tags: node.total });
        }
    }
}

const MOST_NODES: usize = 400;
const MOST_STATES: usize = 200;
/// A preview is of this many tags at most.
const MOST_TAGS: usize = 50_000;
