//! A board on the page: its grid, and what people do to it while they edit. What an edit means is in `document/board`.

pub mod drag;
pub mod grid;
pub mod keys;
pub mod settings;
pub mod share;
pub mod stand;
pub mod subject;
pub mod tools;

use leptos::prelude::*;

use crate::document::{Board, History, Rect, Screen, Slot, Tile, board_edit, stand_in};
use crate::time::Timestamp;
use crate::ui::state::{Documents, use_documents};
use crate::web::clock;

pub use grid::Grid;
pub use keys::pressed_anywhere;
pub use settings::SettingsPanel;
pub use share::Sharing;
pub use stand::{Standing, StandingTools, short};
pub use tools::Tools;

/// A board being looked at or edited. Copies share.
#[derive(Clone, Copy)]
pub struct Desk {
    documents: Documents,
    id: StoredValue<String>,
    /// The board as it is now; `None` where there is none of this id.
    pub board: Memo<Option<Board>>,
    /// Whether it is edited.
    pub is_edited: RwSignal<bool>,
    /// The screen that is laid out.
    pub screen: RwSignal<Screen>,
    /// The screen this page is.
    pub own_screen: RwSignal<Screen>,
    /// Tiles that are chosen, in the order they were.
    pub chosen: RwSignal<Vec<u32>>,
    /// Whether the settings of the chosen tile are open.
    pub is_open: RwSignal<bool>,
    /// Where tiles would stand if what is dragged were let go now.
    pub preview: RwSignal<Option<Vec<Slot>>>,
    /// Which place it is shown for, where it stands for one.
    pub place: RwSignal<Option<String>>,
    /// What was done, for those who hear the page.
    pub said: RwSignal<String>,
    /// Where its tiles stand on the screen that is laid out: worked out once for all of them.
    laid: Memo<Vec<Slot>>,
    history: RwSignal<History<Board>>,
}

impl Desk {
    /// The board with this id, shown for a place or for the one it is drawn for.
    pub fn new(id: String, place: Option<String>) -> Self {
        let documents = use_documents();
        let id = StoredValue::new(id);
        let board =
            Memo::new(move |_| documents.all_boards().into_iter().find(|board| id.with_value(|id| *id == board.id)));
        let screen = RwSignal::new(Screen::Desktop);
        let laid = Memo::new(move |_| {
            let screen = screen.get();
            board.with(|board| board.as_ref().map(|board| board.slots_on(screen)).unwrap_or_default())
        });
        Self {
            documents,
            id,
            board,
            is_edited: RwSignal::new(false),
            screen,
            own_screen: RwSignal::new(Screen::Desktop),
            chosen: RwSignal::new(Vec::new()),
            is_open: RwSignal::new(false),
            preview: RwSignal::new(None),
            place: RwSignal::new(place),
            said: RwSignal::new(String::new()),
            laid,
            history: RwSignal::new(History::default()),
        }
    }

    /// Its id.
    pub fn id(self) -> String {
        self.id.get_value()
    }

    /// The place it is shown for. Tracked.
    pub fn shown_for(self) -> Option<String> {
        self.place.get().or_else(|| self.board.with(|board| board.as_ref().and_then(|board| board.drawn_for.clone())))
    }

    /// Where its tiles stand on the screen that is laid out, dragged ones as they would. Tracked.
    pub fn slots(self) -> Vec<Slot> {
        self.preview.get().unwrap_or_else(|| self.laid.get())
    }

    /// Where its tiles stand, whatever is dragged. Tracked.
    pub fn laid(self) -> Vec<Slot> {
        self.laid.get()
    }

    /// Where a tile stands; a chosen one stays where it was while it is dragged. Tracked.
    pub fn rect(self, id: u32) -> Rect {
        let of = |slots: &Vec<Slot>| slots.iter().find(|slot| slot.id == id).map(|slot| slot.rect).unwrap_or_default();
        let is_dragged = self.chosen.with(|chosen| chosen.contains(&id));
        let previewed = self.preview.with(|preview| preview.as_ref().filter(|_| !is_dragged).map(of));
        previewed.unwrap_or_else(|| self.laid.with(of))
    }

    /// A tile with the path it shows here. Tracked.
    pub fn shown_tile(self, id: u32, place: Option<&str>) -> Option<Tile> {
        self.board.with(|board| {
            let mut tile = board.as_ref()?.tile(id)?.clone();
            tile.path = stand_in::path_at(&tile.path, place);
            Some(tile)
        })
    }

    /// Changes the board; what it was can be taken back.
    pub fn change(self, edit: impl FnOnce(&Board) -> Board) {
        let Some(before) = self.board.get_untracked() else { return };
        let mut after = edit(&before);
        if after == before {
            return;
        }
        self.history.update(|history| history.note(before));
        self.stamp(&mut after);
        self.put(after);
    }

    /// Takes the last edit back.
    pub fn undo(self) {
        self.step(History::undo, "Taken back");
    }

    /// Does again what was taken back.
    pub fn redo(self) {
        self.step(History::redo, "Done again");
    }

    /// Begins to edit, or ends: then the screen is again the one there is.
    pub fn turn(self) {
        let is_edited = !self.is_edited.get_untracked();
        self.chosen.set(Vec::new());
        self.is_open.set(false);
        self.screen.set(self.own_screen.get_untracked());
        self.is_edited.set(is_edited);
    }

    /// Whether there is something to take back, and something to do again. Tracked.
    pub fn can_step(self) -> (bool, bool) {
        self.history.with(|history| (history.can_undo(), history.can_redo()))
    }

    /// Adds a tile and chooses it.
    pub fn add(self, tile: Tile) {
        let mut made = None;
        self.change(|board| match board_edit::added(board, tile) {
            Some((board, id)) => {
                made = Some(id);
                board
            }
            None => board.clone(),
        });
        match made {
            Some(id) => {
                self.chosen.set(vec![id]);
                self.is_open.set(true);
                self.said.set("Tile added".into());
            }
            None => self.said.set("The board is full".into()),
        }
    }

    /// Takes the chosen tiles off.
    pub fn remove(self) {
        let ids = self.chosen.get_untracked();
        self.change(|board| board_edit::without(board, &ids));
        self.chosen.set(Vec::new());
        self.is_open.set(false);
        self.said.set(counted(ids.len(), "taken off"));
    }

    /// Copies the chosen tiles and chooses the copies.
    pub fn duplicate(self) {
        let ids = self.chosen.get_untracked();
        let mut made = Vec::new();
        self.change(|board| {
            let (board, ids) = board_edit::duplicated(board, &ids);
            made = ids;
            board
        });
        self.said.set(counted(made.len(), "copied"));
        self.chosen.set(made);
    }

    /// Moves the chosen tiles by columns and rows, past what stands there.
    pub fn shift(self, by: (i32, i32)) {
        self.arrange(|slots, ids, columns, _| {
            // Down means past the one below, however high that is.
            let by = if by.1 > 0 { (by.0, by.1.max(drop_below(slots, ids))) } else { by };
            board_edit::shifted(slots, ids, columns, by)
        });
    }

    /// Makes the chosen tiles wider and higher by columns and rows.
    pub fn grow(self, by: (i32, i32)) {
        self.arrange(|slots, ids, columns, board| {
            let least = |id: u32| board.tile(id).map_or((1, 1), |tile| tile.kind.facts().least);
            board_edit::resized(slots, ids, columns, by, least)
        });
    }

    fn arrange(self, ask: impl Fn(&[Slot], &[u32], u8, &Board) -> Vec<Slot>) {
        let (ids, screen) = (self.chosen.get_untracked(), self.screen.get_untracked());
        self.change(|board| {
            let asked = ask(&board.slots_on(screen), &ids, screen.columns(), board);
            board_edit::moved(board, screen, &asked)
        });
        let at = self.slots_untracked().into_iter().find(|slot| ids.first() == Some(&slot.id));
        if let Some(Slot { rect, .. }) = at {
            self.said.set(format!("Column {}, row {}, {} by {}", rect.x + 1, rect.y + 1, rect.w, rect.h));
        }
    }

    fn slots_untracked(self) -> Vec<Slot> {
        self.laid.get_untracked()
    }

    fn step(self, step: impl FnOnce(&mut History<Board>, Board) -> Option<Board>, words: &str) {
        let Some(now) = self.board.get_untracked() else { return };
        let mut found = None;
        self.history.update(|history| found = step(history, now));
        if let Some(mut board) = found {
            self.stamp(&mut board);
            self.chosen.update(|chosen| chosen.retain(|id| board.tile(*id).is_some()));
            self.put(board);
            self.said.set(words.into());
        }
    }

    /// Each edit is a version of its own, an undone one too: who looks from elsewhere sees that something happened.
    fn stamp(self, board: &mut Board) {
        let Timestamp(now) = clock::now();
        board.version = self.board.with_untracked(|board| board.as_ref().map_or(0, |board| board.version)) + 1;
        board.by = self.documents.person.get_untracked();
        board.changed = now;
    }

    fn put(self, after: Board) {
        let _kept = self.documents.edit_board(&self.id.get_value(), |board| *board = after);
    }
}

/// How far down the chosen tiles have to go to change places with what is below them.
fn drop_below(slots: &[Slot], ids: &[u32]) -> i32 {
    let chosen = || slots.iter().filter(|slot| ids.contains(&slot.id));
    let below = slots.iter().filter(|slot| !ids.contains(&slot.id)).filter(|slot| {
        chosen().any(|own| {
            let is_under = slot.rect.y >= own.rect.y + own.rect.h;
            is_under && slot.rect.x < own.rect.x + own.rect.w && own.rect.x < slot.rect.x + slot.rect.w
        })
    });
    let next = below.map(|slot| i32::from(slot.rect.y)).min();
    let top = chosen().map(|slot| i32::from(slot.rect.y)).min();
    next.zip(top).map_or(1, |(next, top)| next - top + 1)
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 tile {what}"),
        count => format!("{count} tiles {what}"),
    }
}
