//! A line: its machines, enlarged.

use leptos::prelude::*;

use super::plant::{NotYet, line_section};
use crate::ui::format::name_words;
use crate::ui::parts::erased::block;
use crate::ui::place::Place;
use crate::ui::state::{use_documents, use_live};
use crate::ui::tiles::place::machines_of;
use crate::vocab::PlaceId;

/// A line.
#[component]
pub fn LinePage(
    /// Its path.
    path: String,
) -> impl IntoView {
    let (live, documents) = (use_live(), use_documents());
    let wanted = path.clone();
    // The line first, then its machines.
    let found = Memo::new(move |_| -> Vec<u32> {
        let Some(line) = live.place_at(&wanted) else { return Vec::new() };
        std::iter::once(line.0).chain(machines_of(live, documents, line)).collect()
    });
    block(move || {
        let ids = found.get();
        let path = path.clone();
        let Some((&line, machines)) = ids.split_first() else {
            return view! { <NotYet what="line" path /> }.into_any();
        };
        let name = live.place(PlaceId(line)).map(|place| name_words(&place.name)).unwrap_or_default();
        let kpis = Place::Kpi(path.clone()).to_hash();
        let head = view! {
            <h1 class="line__name">{name}</h1>
            <a class="button" href=kpis>
                "KPIs"
            </a>
        }
        .into_any();
        line_section("line line--page", path, head, machines.iter().copied().map(PlaceId).collect())
    })
}
