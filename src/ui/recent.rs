//! What was looked at last on this device, for the broker and user in force.

use super::place::Place;
use super::state::Documents;
use super::storage::{Keep, load, save};

/// Notes that a place is looked at; pages that are always at hand are not noted.
pub(super) fn note(documents: Documents, place: &Place) {
    let is_noted =
        matches!(place, Place::Line(_) | Place::Machine(_) | Place::Tag(_) | Place::Board(_) | Place::Node(_));
    let Some(key) = documents.own_key("recent").filter(|_| is_noted) else { return };
    let hash = place.to_hash();
    let mut lines: Vec<String> = hashes(&key).into_iter().filter(|known| *known != hash).collect();
    lines.insert(0, hash);
    lines.truncate(MOST);
    let _kept = save(Keep::Device, &key, &lines.join("\n"));
}

/// The places looked at last, newest first.
pub(super) fn seen(documents: Documents) -> Vec<Place> {
    let hashes = documents.own_key("recent").map(|key| hashes(&key)).unwrap_or_default();
    let places = hashes.iter().map(|hash| Place::from_hash(hash));
    places.filter(|place| !matches!(place, Place::Absent(_))).collect()
}

/// A hash holds no line breaks: they are encoded.
fn hashes(key: &str) -> Vec<String> {
    let text = load(Keep::Device, key).unwrap_or_default();
    text.lines()
        .filter(|line| line.starts_with("#/") && line.len() <= MOST_BYTES)
        .take(MOST)
        .map(str::to_owned)
        .collect()
}

const MOST: usize = 8;
const MOST_BYTES: usize = 2048;
