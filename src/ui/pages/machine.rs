//! A machine: its state and since when, and all its tags in groups, each with where it comes from.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::plant::NotYet;
use super::rows::TagRow;
use crate::document::TileKind;
use crate::ui::format::{name_words, span_words};
use crate::ui::parts::pin::PinMenu;
use crate::ui::parts::reading::ReadingText;
use crate::ui::state::{use_live, use_open};
use crate::ui::tiles::StateWords;
use crate::vocab::{Level, PlaceId, TagId};

/// A machine, or any other place with tags.
#[component]
pub fn MachinePage(
    /// Its path.
    path: String,
) -> impl IntoView {
    let live = use_live();
    let wanted = path.clone();
    let place = Memo::new(move |_| live.place_at(&wanted));
    move || match place.get() {
        Some(id) => view! { <Machine machine=id /> }.into_any(),
        None => view! { <NotYet what="machine" path=path.clone() /> }.into_any(),
    }
}

#[component]
fn Machine(machine: PlaceId) -> impl IntoView {
    let live = use_live();
    use_open(machine);
    let place = live.place(machine);
    let path = place.as_ref().map(|place| place.path.to_string()).unwrap_or_default();
    let name = place.as_ref().map(|place| name_words(&place.name)).unwrap_or_default();
    let is_machine = place.is_some_and(|place| place.level == Some(Level::Machine));
    let shown_all = RwSignal::new(false);
    let groups = Memo::new(move |_| {
        let most = if shown_all.get() { usize::MAX } else { MOST_ROWS };
        groups_of(&live.tags_below(machine), most)
    });
    let head = is_machine.then(|| view! { <MachineHead machine /> });
    let testid_path = path.clone();
    view! {
        <article class="page machine-page" data-testid="machine-page" data-place=testid_path>
            <header class="page__head">
                <h1>{name}</h1>
                {head}
                <span class="page__gap"></span>
                <PinMenu kind=TileKind::Machine path=path />
            </header>
            <div class="groups">
                <For each=move || groups.get().groups key=|group| group.clone() let(group)>
                    <section class="group">
                        <h2>{group.title.clone()}</h2>
                        <ul class="rows">
                            {group.tags.iter().map(|tag| view! { <TagRow tag=*tag /> }).collect_view()}
                        </ul>
                    </section>
                </For>
            </div>
            <Show when=move || groups.with(|groups| groups.left > 0)>
                <button class="button" on:click=move |_| shown_all.set(true)>
                    {move || format!("Show {} more", groups.with(|groups| groups.left))}
                </button>
            </Show>
        </article>
    }
}

/// State, since when, and the fault while there is one.
#[component]
fn MachineHead(machine: PlaceId) -> impl IntoView {
    let live = use_live();
    let card = live.card(machine);
    let state = Memo::new({
        let card = card.clone();
        move |_| card.with(|card| (card.state, card.stale))
    });
    let fault = Memo::new({
        let card = card.clone();
        move |_| card.with(|card| card.fault)
    });
    let since = move || {
        let now = live.second.get();
        card.with(|card| match (card.stale, card.heard, card.since) {
            (true, Some(heard), _) => format!("no data for {}", span_words(now - heard)),
            (false, _, Some(since)) => format!("for {}", span_words(now - since)),
            _ => String::new(),
        })
    };
    view! {
        <div
            class="machine-head"
            data-state=move || state.get().0.word()
            data-stale=move || state.get().1.then_some("")
        >
            <StateWords machine />
            <span class="machine-head__since">{since}</span>
            <span class="machine-head__fault">
                {move || fault.get().map(|tag| view! { <ReadingText tag /> })}
            </span>
        </div>
    }
}

/// Tags that belong together, by the first level of their names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Group {
    title: String,
    tags: Vec<TagId>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Groups {
    groups: Vec<Group>,
    /// How many tags are left out.
    left: usize,
}

fn groups_of(tags: &[std::sync::Arc<crate::wire::Tag>], most: usize) -> Groups {
    let mut by_title: BTreeMap<String, Vec<TagId>> = BTreeMap::new();
    let mut alone = Vec::new();
    for tag in tags.iter().take(most) {
        match tag.name.split_once('/') {
            Some((first, _)) => by_title.entry(name_words(first)).or_default().push(tag.id),
            None => alone.push(tag.id),
        }
    }
    let mut groups = Vec::new();
    if !alone.is_empty() {
        let title = if by_title.is_empty() { "Values" } else { "General" };
        groups.push(Group { title: title.into(), tags: alone });
    }
    groups.extend(by_title.into_iter().map(|(title, tags)| Group { title, tags }));
    Groups { groups, left: tags.len().saturating_sub(most) }
}

/// More rows than anybody reads cost more than they tell.
const MOST_ROWS: usize = 300;
