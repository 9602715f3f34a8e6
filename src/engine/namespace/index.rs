//! All tags in the order of their paths, level by level: what is below a node is one stretch.

use std::cmp::Ordering;

use crate::plant::Plant;
use crate::vocab::TagId;

/// Tags by path.
#[derive(Debug, Default)]
pub(super) struct Index {
    order: Vec<TagId>,
    /// By tag, which letters it has anywhere: what lacks one of a query's letters is not looked at.
    letters: Vec<u64>,
}

impl Index {
    /// Takes in the tags that are new.
    pub(super) fn renew(&mut self, plant: &Plant) {
        let known = self.order.len();
        if known == plant.tags().len() {
            return;
        }
        let path = |id: TagId| plant.tags().get(id).map_or("", |record| &*record.path);
        let compare = |a: &TagId, b: &TagId| by_levels(path(*a), path(*b));
        let mut fresh: Vec<TagId> = (known..plant.tags().len()).map(|index| TagId(index as u32)).collect();
        self.letters.extend(fresh.iter().map(|id| all_letters(plant, *id)));
        fresh.sort_unstable_by(compare);
        // Merged from the back, in place.
        let (mut old, mut new) = (known, fresh.len());
        self.order.resize(known + new, TagId(0));
        for at in (0..self.order.len()).rev() {
            let takes_old = old > 0 && (new == 0 || compare(&self.order[old - 1], &fresh[new - 1]).is_gt());
            if takes_old {
                old -= 1;
                self.order[at] = self.order[old];
            } else if new > 0 {
                new -= 1;
                self.order[at] = fresh[new];
            }
        }
    }

    /// Takes the letters anew: units and descriptions may have come since.
    pub(super) fn renew_letters(&mut self, plant: &Plant) {
        for (index, letters) in self.letters.iter_mut().enumerate() {
            *letters = all_letters(plant, TagId(index as u32));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// All tags in order.
    pub(super) fn order(&self) -> &[TagId] {
        &self.order
    }

    /// The letters in a tag's path, unit and description.
    pub(super) fn letters(&self, id: TagId) -> u64 {
        self.letters.get(id.0 as usize).copied().unwrap_or(u64::MAX)
    }
}

fn all_letters(plant: &Plant, id: TagId) -> u64 {
    let Some(record) = plant.tags().get(id) else { return 0 };
    let words = [record.shown_unit(), record.shown_description()];
    words.into_iter().flatten().fold(letters_of(&record.path), |letters, text| letters | letters_of(text))
}

/// A bit for each letter and digit; everything else shares one.
pub(super) fn letters_of(text: &str) -> u64 {
    text.bytes().fold(0, |letters, byte| letters | 1 << slot(byte))
}

const fn slot(byte: u8) -> u32 {
    match byte {
        b'a'..=b'z' => (byte - b'a') as u32,
        b'A'..=b'Z' => (byte - b'A') as u32,
        b'0'..=b'9' => (byte - b'0') as u32 + 26,
        b'/' => 36,
        b'_' => 37,
        b'-' => 38,
        b'.' => 39,
        b' ' => 40,
        _ => 41,
    }
}

/// By levels: `/` sorts before everything, so that a node's descendants follow it.
pub(super) fn by_levels(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    match a.iter().zip(b).find(|(x, y)| x != y) {
        Some((b'/', _)) => Ordering::Less,
        Some((_, b'/')) => Ordering::Greater,
        Some((x, y)) => x.cmp(y),
        None => a.len().cmp(&b.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn descendants_follow_their_node() {
        let mut paths = ["a b/x", "a/b", "a", "a/b/c", "a-b", "b", "a/b c", "a//x"];
        paths.sort_unstable_by(|a, b| by_levels(a, b));
        assert_eq!(paths, ["a", "a//x", "a/b", "a/b/c", "a/b c", "a b/x", "a-b", "b"]);
    }
}
