//! Boards that lie on the broker beside this device's: which of them this device has changed since, whether somebody else
//! has changed them too, and what becomes of both. Nothing is overwritten unseen.

use leptos::prelude::*;

use super::documents::Documents;
use crate::document::{Board, board_to_json};
use crate::ui::storage::{Keep, forget, load, save};
use crate::wire::Command;

/// Which edit of a board it is: number, when, by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    version: u64,
    changed: i64,
    by: String,
}

impl Stamp {
    /// A board's.
    pub fn of(board: &Board) -> Self {
        Self { version: board.version, changed: board.changed, by: board.by.clone() }
    }

    /// Number, name and time of it.
    pub fn parts(&self) -> (u64, &str, i64) {
        (self.version, &self.by, self.changed)
    }

    fn to_text(&self) -> String {
        format!("{} {} {}", self.version, self.changed, self.by)
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        let (version, changed) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { version, changed, by: parts.next().unwrap_or_default().to_owned() })
    }
}

/// How a board stands between this device and the broker.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Nobody else has it.
    Own,
    /// As it lies on the broker.
    Shared(Stamp),
    /// Changed here since; the broker has what it was drawn from.
    Changed,
    /// Changed here, and by somebody else on the broker, whose edit this is.
    Conflict(Stamp),
}

/// How a board stands. `base`: the edit on the broker that this device's was drawn from.
pub fn standing(own: Option<&Board>, theirs: Option<&Board>, base: Option<&Stamp>) -> Standing {
    match (own, theirs) {
        (_, None) => Standing::Own,
        (None, Some(theirs)) => Standing::Shared(Stamp::of(theirs)),
        (Some(own), Some(theirs)) if own == theirs => Standing::Shared(Stamp::of(theirs)),
        (Some(_), Some(theirs)) if base == Some(&Stamp::of(theirs)) => Standing::Changed,
        (Some(_), Some(theirs)) => Standing::Conflict(Stamp::of(theirs)),
    }
}

impl Documents {
    /// How a board stands. Tracked.
    pub fn standing(self, id: &str) -> Standing {
        let of = |boards: &Vec<Board>| boards.iter().find(|board| board.id == id).cloned();
        standing(self.boards.with(of).as_ref(), self.shared.with(of).as_ref(), self.base(id).as_ref())
    }

    /// Whether boards are shared here, and whether this device may. Tracked by nothing: a configuration in force stays.
    pub fn shares(self) -> Option<bool> {
        self.in_force().shares_on().map(|(_, is_writing)| is_writing)
    }

    /// What puts this device's board on the broker, as an edit after the one that lies there.
    pub fn to_share(self, id: &str) -> Option<Command> {
        let theirs = self.shared.with_untracked(|all| all.iter().find(|board| board.id == id).map(Stamp::of));
        let mut text = String::new();
        let after = theirs.as_ref().map_or(0, |theirs| theirs.version + 1);
        self.edit_board(id, |board| {
            board.version = board.version.max(after);
            if board.by.is_empty() {
                board.by = self.person.get_untracked();
            }
            text = board_to_json(board);
        });
        self.set_base(id, theirs);
        (text.len() <= MOST_BYTES).then(|| Command::ShareBoard { id: id.to_owned(), text })
    }

    /// What lies on the broker is what this device has: its own copy has done its work.
    pub fn settle_shared(self) {
        let settled: Vec<String> = self.shared.with(|shared| {
            let is_same = |own: &&Board| shared.iter().any(|theirs| theirs == *own);
            self.boards.with_untracked(|own| own.iter().filter(is_same).map(|board| board.id.clone()).collect())
        });
        settled.iter().for_each(|id| self.delete_board(id));
    }

    pub(super) fn set_base(self, id: &str, base: Option<Stamp>) {
        let Some(key) = self.base_key(id) else { return };
        match base {
            Some(base) => {
                let _kept = save(Keep::Device, &key, &base.to_text());
            }
            None => forget(Keep::Device, &key),
        }
    }

    fn base(self, id: &str) -> Option<Stamp> {
        Stamp::from_text(&load(Keep::Device, &self.base_key(id)?)?)
    }

    fn base_key(self, id: &str) -> Option<String> {
        self.own_key(&format!("base-{id}"))
    }
}

/// As much as a broker is asked to keep.
const MOST_BYTES: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn nothing_is_overwritten_unseen() {
        let edit = |version, by: &str| Board { version, by: by.into(), ..Board::new("b", "B") };
        let (base, mine, theirs) = (edit(3, "Kim"), edit(5, "Kim"), edit(4, "Ada"));
        let stamp = Stamp::of(&base);
        assert_eq!(standing(Some(&mine), None, None), Standing::Own);
        assert_eq!(standing(None, Some(&base), None), Standing::Shared(stamp.clone()));
        assert_eq!(standing(Some(&base), Some(&base), None), Standing::Shared(stamp.clone()));
        assert_eq!(standing(Some(&mine), Some(&base), Some(&stamp)), Standing::Changed);
        assert_eq!(standing(Some(&mine), Some(&theirs), Some(&stamp)), Standing::Conflict(Stamp::of(&theirs)));
        assert_eq!(standing(Some(&mine), Some(&theirs), None), Standing::Conflict(Stamp::of(&theirs)));
        assert_eq!(
            Stamp::from_text(&Stamp::of(&edit(7, "Kim van D")).to_text()),
            Some(Stamp::of(&edit(7, "Kim van D")))
        );
        assert_eq!(Stamp::from_text("x"), None);
    }
}
