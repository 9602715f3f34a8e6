//! What the page shows, as MQTT filters: a broker that is subscribed to by view is asked for these and no others.

use leptos::prelude::*;

use super::link::{Health, use_link};
use super::parts::erased::effect;
use super::place::{Place, board_parts};
use super::router::use_here;
use super::state::use_documents;
use crate::document::{Board, Subject, stand_in};
use crate::topic::is_valid_topic;
use crate::wire::Command;

/// Tells the worker, now and with every step from place to place.
pub(super) fn tell_sight() {
    let (here, link, documents) = (use_here().0, use_link(), use_documents());
    effect(move || {
        if link.health.get() != Health::Up || !documents.is_settled.get() {
            return;
        }
        let mut filters = Vec::new();
        match here.get() {
            Place::Plant | Place::Namespace(_) | Place::NamespaceHealth => filters.push("#".to_owned()),
            Place::Line(path) | Place::Machine(path) => see_place(&mut filters, &path),
            Place::Tag(path) => see_tag(&mut filters, &path),
            Place::Board(id) => {
                let (id, place) = board_parts(&id);
                if let Some(board) = documents.all_boards().into_iter().find(|board| board.id == id) {
                    see_board(&mut filters, &board, place);
                }
            }
            // These show no values: what was looked at before stays.
            _ => return,
        }
        filters.sort_unstable();
        filters.dedup();
        link.post(&Command::See(filters));
    });
}

/// What the tiles of a board show, for every place it stands for.
fn see_board(filters: &mut Vec<String>, board: &Board, place: Option<&str>) {
    let places = || {
        std::iter::once(place.or(board.drawn_for.as_deref()))
            .chain(board.repeated_for.iter().map(|at| Some(at.as_str())))
    };
    for tile in &board.tiles {
        for path in places().map(|place| stand_in::path_at(&tile.path, place)).filter(|path| !path.is_empty()) {
            match tile.kind.facts().subject {
                Subject::Machine | Subject::Line | Subject::Anywhere => see_place(filters, &path),
                Subject::Tag => see_tag(filters, &path),
                Subject::Picture | Subject::Nothing => {}
            }
        }
    }
}

/// All at and below a place, and the topics above it: its values may be keys in a message there.
fn see_place(filters: &mut Vec<String>, path: &str) {
    see_tag(filters, path);
    filters.push(format!("{path}/#"));
}

/// A tag's topic, whichever of its levels are keys in the message.
fn see_tag(filters: &mut Vec<String>, path: &str) {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    filters.extend(ends.map(|end| path[..end].to_owned()).filter(|topic| is_valid_topic(topic)));
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_place_is_seen_with_the_topics_that_may_hold_it() {
        let mut filters = Vec::new();
        see_place(&mut filters, "a/b/c");
        assert_eq!(filters, ["a", "a/b", "a/b/c", "a/b/c/#"]);
    }
}
