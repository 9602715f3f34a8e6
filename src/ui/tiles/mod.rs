//! Tiles: fixed in size, numbers first.

pub mod kpi;
pub mod machine;
pub mod place;
pub mod plain;
pub mod tag;

use leptos::prelude::*;

use crate::document::{Subject, Tile, TileKind};
use crate::ui::parts::erased::block;
use crate::ui::state::use_live;
use crate::vocab::{PlaceId, TagId};

pub(crate) use machine::foot_words;
pub use machine::{MachineTile, StateWords};

/// A board's tile, whatever its kind; its path is the one it shows, no stand-in.
pub fn board_tile(tile: Tile) -> AnyView {
    let live = use_live();
    let subject = tile.kind.facts().subject;
    let path = StoredValue::new(tile.path.clone());
    let found = Memo::new(move |_| {
        path.with_value(|path| match subject {
            Subject::Tag => live.tag_at(path).map(|tag| tag.0),
            Subject::Machine | Subject::Line => live.place_at(path).map(|place| place.0),
            Subject::Anywhere | Subject::Picture | Subject::Nothing => Some(0),
        })
    });
    block(move || match (found.get(), tile.kind) {
        (None, _) => awaited(&tile),
        (Some(id), TileKind::Machine) => view! { <MachineTile machine=PlaceId(id) /> }.into_any(),
        (Some(id), TileKind::Line) => place::line_tile(&tile, PlaceId(id)),
        (Some(id), TileKind::State) => place::state_tile(&tile, PlaceId(id)),
        (_, TileKind::Alerts) => plain::alerts_tile(&tile),
        (_, TileKind::Kpi | TileKind::Timeline | TileKind::Pareto) => kpi::kpi_tile(&tile),
        (_, TileKind::Text) => plain::text_tile(&tile),
        (_, TileKind::Clock) => plain::clock_tile(&tile),
        (_, TileKind::Image) => plain::picture_tile(&tile),
        (Some(id), _) => tag::tag_tile(&tile, TagId(id)),
    })
    .into_any()
}

/// Nothing was heard of it: what is awaited, by name.
fn awaited(tile: &Tile) -> AnyView {
    let title = if tile.title.is_empty() { tile.path.clone() } else { tile.title.clone() };
    view! {
        <div class="tile tile--awaited" data-testid="awaited" title=tile.path.clone()>
            <div class="tile__name">{title}</div>
            <div class="tile__foot">"nothing heard of it yet"</div>
        </div>
    }
    .into_any()
}
