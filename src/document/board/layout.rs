//! Where tiles stand: a grid of columns on which everything falls upwards, so that a board has no holes that nobody
//! made and no tile ever lies on another. Pure: slots in, slots out.
//!
//! Invariants, held by `tests/board_layout.rs`: nothing overlaps, nothing leaves the columns, settling what is settled
//! changes nothing, ids stay, and tiles above one another stay in that order.

use serde::{Deserialize, Serialize};

/// Columns of a board as it is drawn.
pub const COLUMNS: u8 = 12;

/// Rows a board may reach down to.
const MOST_ROWS: u16 = 2000;
/// The highest a tile may be.
pub(super) const MOST_HEIGHT: u16 = 40;

/// A rectangle in columns and rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rect {
    /// First column, from 0.
    pub x: u8,
    /// First row, from 0.
    pub y: u16,
    /// Columns wide; 0: not placed yet.
    pub w: u8,
    /// Rows high; 0: not placed yet.
    pub h: u16,
}

impl Rect {
    /// Whether two rectangles share a cell.
    pub const fn overlaps(self, other: Self) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// The nearest rectangle within the columns and bounds.
    pub fn within(self, columns: u8) -> Self {
        let w = self.w.clamp(1, columns);
        Self { x: self.x.min(columns - w), y: self.y.min(MOST_ROWS), w, h: self.h.clamp(1, MOST_HEIGHT) }
    }

    const fn is_placed(self) -> bool {
        self.w > 0 && self.h > 0
    }
}

/// A tile's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Which tile.
    pub id: u32,
    /// Where.
    pub rect: Rect,
}

/// A kind of screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Screen {
    /// In the hall, read from 5 m: all rows at once.
    Wall,
    /// An office PC; the board as it is drawn.
    #[default]
    Desktop,
    /// Held in gloves.
    Tablet,
    /// Held in one hand.
    Phone,
}

impl Screen {
    /// All screens.
    pub const ALL: [Self; 4] = [Self::Wall, Self::Desktop, Self::Tablet, Self::Phone];

    /// The word in JSON and in the DOM.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wall => "wall",
            Self::Desktop => "desktop",
            Self::Tablet => "tablet",
            Self::Phone => "phone",
        }
    }

    /// Reads [`Screen::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|screen| screen.word() == word)
    }

    /// How many columns it has.
    pub const fn columns(self) -> u8 {
        match self {
            Self::Wall | Self::Desktop => COLUMNS,
            Self::Tablet => 8,
            Self::Phone => 4,
        }
    }

    /// The screen of a page this wide, in CSS pixels; a wall is one without chrome.
    pub fn of_width(width: f64, is_kiosk: bool) -> Self {
        match width {
            w if w < 640.0 => Self::Phone,
            w if w < 1100.0 => Self::Tablet,
            _ if is_kiosk => Self::Wall,
            _ => Self::Desktop,
        }
    }
}

/// Sorts slots as people read: rows first, then columns.
pub fn reading_order(slots: &mut [Slot]) {
    slots.sort_by_key(|slot| (slot.rect.y, slot.rect.x, slot.id));
}

/// Lets everything fall upwards. Of two that want the same cell, the upper one has it; of two in the same row, the one
/// that was just `moved`.
pub fn settled(slots: &[Slot], columns: u8, moved: &[u32]) -> Vec<Slot> {
    let mut order: Vec<Slot> = slots.iter().map(|slot| Slot { rect: slot.rect.within(columns), ..*slot }).collect();
    order.sort_by_key(|slot| (slot.rect.y, !moved.contains(&slot.id), slot.rect.x, slot.id));
    let mut bottoms = vec![0_u16; usize::from(columns)];
    for Slot { rect, .. } in &mut order {
        let own = usize::from(rect.x)..usize::from(rect.x + rect.w);
        rect.y = bottoms[own.clone()].iter().copied().max().unwrap_or(0);
        bottoms[own].fill(rect.y.saturating_add(rect.h));
    }
    reading_order(&mut order);
    order
}

/// Moves or resizes: each of `asked` goes where it is asked to, others make room.
pub fn placed(slots: &[Slot], columns: u8, asked: &[Slot]) -> Vec<Slot> {
    let moved: Vec<u32> = asked.iter().map(|slot| slot.id).collect();
    let with = |slot: &Slot| asked.iter().find(|asked| asked.id == slot.id).copied().unwrap_or(*slot);
    settled(&slots.iter().map(with).collect::<Vec<_>>(), columns, &moved)
}

/// The first room for a new tile as one reads, where nothing has to move.
pub fn room_for(slots: &[Slot], columns: u8, (w, h): (u8, u16)) -> Rect {
    let w = w.clamp(1, columns);
    let below = slots.iter().map(|slot| slot.rect.y + slot.rect.h).max().unwrap_or(0);
    let rects = (0..=below).flat_map(|y| (0..=columns - w).map(move |x| Rect { x, y, w, h }));
    let is_free = |rect: &Rect| !slots.iter().any(|slot| slot.rect.overlaps(*rect));
    rects.into_iter().find(is_free).unwrap_or(Rect { x: 0, y: below, w, h })
}

/// Gives tiles that were never placed the next free room, with the size of their kind, then settles all.
pub fn all_placed(slots: &[Slot], columns: u8, size: impl Fn(u32) -> (u8, u16)) -> Vec<Slot> {
    let mut placed: Vec<Slot> = slots.iter().filter(|slot| slot.rect.is_placed()).copied().collect();
    placed = settled(&placed, columns, &[]);
    for slot in slots.iter().filter(|slot| !slot.rect.is_placed()) {
        placed.push(Slot { rect: room_for(&placed, columns, size(slot.id)), ..*slot });
    }
    settled(&placed, columns, &[])
}

/// The layout of a screen that nobody adjusted: the board itself where it has the columns for it; else shelf after shelf
/// in reading order, each filled to its end and as high as its highest tile, so that no ragged edge remains.
pub fn derived(own: &[Slot], screen: Screen, least: impl Fn(u32) -> (u8, u16)) -> Vec<Slot> {
    let columns = screen.columns();
    let mut order = settled(own, COLUMNS, &[]);
    if columns == COLUMNS {
        return order;
    }
    let width = |slot: &Slot| {
        let (least, _) = least(slot.id);
        // Half of what is drawn fits without reading smaller; a tile of a third and more takes a phone's whole width.
        let scaled = (u16::from(slot.rect.w) * u16::from(columns)).div_ceil(u16::from(COLUMNS)) as u8;
        let wanted = if screen == Screen::Phone && slot.rect.w > 3 { columns } else { scaled.max(2).max(least) };
        wanted.min(columns)
    };
    let mut shelves: Vec<Vec<Slot>> = Vec::new();
    let mut left = 0;
    for slot in &mut order {
        slot.rect.w = width(slot);
        if slot.rect.w > left {
            shelves.push(Vec::new());
            left = columns;
        }
        left -= slot.rect.w;
        if let Some(shelf) = shelves.last_mut() {
            shelf.push(*slot);
        }
    }
    let mut out = Vec::with_capacity(order.len());
    let mut y = 0;
    for mut shelf in shelves {
        let height = shelf.iter().map(|slot| slot.rect.h).max().unwrap_or(1);
        let mut spare = columns - shelf.iter().map(|slot| slot.rect.w).sum::<u8>();
        // What is left over goes to the narrowest first.
        while spare > 0 {
            if let Some(narrowest) = shelf.iter_mut().rev().min_by_key(|slot| slot.rect.w) {
                narrowest.rect.w += 1;
            }
            spare -= 1;
        }
        let mut x = 0;
        for slot in &mut shelf {
            slot.rect = Rect { x, y, w: slot.rect.w, h: height };
            x += slot.rect.w;
        }
        y += height;
        out.extend(shelf);
    }
    out
}

/// An adjusted layout, brought up to date: tiles that are gone leave it, new ones come below.
pub fn completed(adjusted: &[Slot], own: &[Slot], screen: Screen, least: impl Fn(u32) -> (u8, u16)) -> Vec<Slot> {
    let columns = screen.columns();
    let mut kept: Vec<Slot> =
        adjusted.iter().filter(|slot| own.iter().any(|known| known.id == slot.id)).copied().collect();
    let mut seen: Vec<u32> = Vec::new();
    kept.retain(|slot| {
        let is_first = !seen.contains(&slot.id);
        seen.push(slot.id);
        is_first
    });
    let kept = settled(&kept, columns, &[]);
    let below = kept.iter().map(|slot| slot.rect.y + slot.rect.h).max().unwrap_or(0);
    let missing: Vec<Slot> = own.iter().filter(|slot| !seen.contains(&slot.id)).copied().collect();
    let mut all = kept;
    all.extend(derived(&missing, screen, least).into_iter().map(|mut slot| {
        slot.rect.y += below;
        slot
    }));
    settled(&all, columns, &[])
}
