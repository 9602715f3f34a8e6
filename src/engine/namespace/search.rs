//! Fuzzy search over path, description and unit: all words must be there, in the order of their letters at least.

use super::index::{Index, letters_of};
use crate::plant::{Plant, TagRecord};
use crate::vocab::TagId;

/// The tags that a query finds, the best first; without words all, in order.
pub(super) fn find(plant: &Plant, index: &Index, query: &str) -> Vec<TagId> {
    let terms: Vec<Vec<u8>> =
        query.split_whitespace().take(MOST_TERMS).map(|term| term.bytes().map(fold).collect()).collect();
    if terms.is_empty() {
        return index.order().to_vec();
    }
    let wanted = letters_of(&query.split_whitespace().collect::<String>());
    let mut found: Vec<u64> = Vec::new();
    for (rank, &id) in index.order().iter().enumerate() {
        if index.letters(id) & wanted != wanted {
            continue;
        }
        if let Some(record) = plant.tags().get(id)
            && let Some(score) = score(record, &terms)
        {
            // The best first, and those alike in the order of their paths.
            found.push(u64::from(u32::MAX - score) << 32 | rank as u64);
        }
    }
    found.sort_unstable();
    found.iter().filter_map(|key| index.order().get((key & 0xFFFF_FFFF) as usize).copied()).collect()
}

/// How well a tag fits; `None` when a word is nowhere.
fn score(record: &TagRecord, terms: &[Vec<u8>]) -> Option<u32> {
    let path = record.path.as_bytes();
    let last = record.path.rfind('/').map_or(0, |at| at + 1);
    let mut sum = 0u32;
    for term in terms {
        let words = || {
            let texts = [record.shown_description(), record.shown_unit()];
            texts.into_iter().flatten().any(|text| at(text.as_bytes(), term).is_some())
        };
        sum += match at(&path[last..], term) {
            // In the last level; best where it begins it.
            Some(0) if path.len() - last == term.len() => 400,
            Some(0) => 300,
            Some(_) => 200,
            None => match at(path, term) {
                Some(at) if at == 0 || path[at - 1] == b'/' => 180,
                Some(_) => 150,
                None if words() => 160,
                None => spread(path, term)?,
            },
        };
    }
    // Of two alike the shorter is meant.
    Some((sum * 16).saturating_sub((path.len() as u32 / 8).min(15)))
}

/// Where a word stands in a text, whatever its case.
fn at(text: &[u8], term: &[u8]) -> Option<usize> {
    let (&first, rest) = term.split_first()?;
    let last = text.len().checked_sub(rest.len())?;
    (0..last).find(|&at| fold(text[at]) == first && text[at + 1..].iter().zip(rest).all(|(x, y)| fold(*x) == *y))
}

/// How near to each other a word's letters stand in a text, in their order; `None` when they do not.
fn spread(text: &[u8], term: &[u8]) -> Option<u32> {
    let mut letters = term.iter();
    let mut next = *letters.next()?;
    let (mut gaps, mut is_inside, mut is_begun) = (0u32, false, false);
    for (index, &byte) in text.iter().enumerate() {
        if fold(byte) == next {
            // A letter that begins a word is near.
            let begins = index == 0 || matches!(text[index - 1], b'/' | b'_' | b'-' | b' ' | b'.');
            gaps += u32::from(is_begun && !is_inside && !begins);
            is_inside = true;
            is_begun = true;
            match letters.next() {
                Some(letter) => next = *letter,
                None => return (gaps <= 3).then(|| 100 - gaps * 20),
            }
        } else {
            is_inside = false;
        }
    }
    None
}

const fn fold(byte: u8) -> u8 {
    byte.to_ascii_lowercase()
}

const MOST_TERMS: usize = 8;
