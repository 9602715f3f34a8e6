//! A line: its machines, enlarged.

use leptos::prelude::*;

use super::plant::{NotYet, use_summary, use_worst};
use crate::ui::format::name_words;
use crate::ui::state::{natural, use_live};
use crate::ui::tiles::MachineTile;
use crate::vocab::{Level, PlaceId};

/// A line.
#[component]
pub fn LinePage(
    /// Its path.
    path: String,
) -> impl IntoView {
    let live = use_live();
    let wanted = path.clone();
    let place = Memo::new(move |_| live.place_at(&wanted));
    move || match place.get() {
        Some(id) => view! { <Line line=id /> }.into_any(),
        None => view! { <NotYet what="line" path=path.clone() /> }.into_any(),
    }
}

#[component]
fn Line(line: PlaceId) -> impl IntoView {
    let live = use_live();
    let place = live.place(line);
    let path = place.as_ref().map(|place| place.path.to_string()).unwrap_or_default();
    let name = place.as_ref().map(|place| name_words(&place.name)).unwrap_or_default();
    let machines = Memo::new(move |_| {
        let mut below: Vec<_> = live
            .places()
            .into_iter()
            .filter(|place| place.level == Some(Level::Machine))
            .filter(|place| live.lineage(place.id).iter().any(|above| above.id == line))
            .collect();
        below.sort_by(|a, b| natural(&a.path, &b.path));
        below.into_iter().map(|place| place.id).collect::<Vec<_>>()
    });
    move || {
        let ids = machines.get();
        let count = ids.len();
        let machines = StoredValue::new(ids);
        let worst = use_worst(machines);
        let summary = use_summary(machines);
        let (path, name) = (path.clone(), name.clone());
        view! {
            <section class="line line--page" data-line=path data-worst=move || worst.get().word() style:--machines=count.to_string()>
                <header class="line__head">
                    <h1 class="line__name">{name}</h1>
                    <span class="line__summary">{summary}</span>
                </header>
                <div class="line__tiles">
                    <For each=move || machines.get_value() key=|id| *id let(machine)>
                        <MachineTile machine />
                    </For>
                </div>
            </section>
        }
    }
}
