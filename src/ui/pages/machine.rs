//! A machine: its state and since when, and all its tags in groups, each with where it comes from.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::ui::parts::erased::{Listed, attr, block, click, each, list, maybe, words};

use super::plant::NotYet;
use super::rows::TagRow;
use crate::document::TileKind;
use crate::ui::format::{name_words, span_words};
use crate::ui::parts::alert::{AlertRow, dom_name};
use crate::ui::parts::past::Past;
use crate::ui::parts::pin::PinMenu;
use crate::ui::parts::reading::ReadingText;
use crate::ui::place::Place;
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
    let place = Memo::new(move |_| live.place_at(&wanted).map(|id| id.0));
    block(move || match place.get() {
        Some(id) => view! { <Machine machine=PlaceId(id) /> }.into_any(),
        None => view! { <NotYet what="machine" path=path.clone() /> }.into_any(),
    })
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
    let groups = move || groups_of(&live.tags_below(machine), if shown_all.get() { usize::MAX } else { MOST_ROWS });
    let sections = move || {
        let listed = |group: Group| {
            Listed::new(group.key(), move || {
                let title = group.title.clone();
                view! {
                    <section class="group">
                        <h2>{title}</h2>
                        <ul class="rows">{each(group.tags.clone(), |tag| view! { <TagRow tag /> }.into_any())}</ul>
                    </section>
                }
                .into_any()
            })
        };
        groups().groups.into_iter().map(listed).collect()
    };
    let more = move || {
        let left = groups().left;
        maybe((left > 0).then_some(left), |left| {
            view! {
                <button class="button" on:click=click(move || shown_all.set(true))>
                    {format!("Show {left} more")}
                </button>
            }
            .into_any()
        })
    };
    let head = maybe(is_machine.then_some(machine), |machine| view! { <MachineHead machine /> }.into_any());
    let card = live.card(machine);
    let key = Memo::new(move |_| card.with(|card| card.figures.first().map(|tag| tag.0)));
    let testid_path = path.clone();
    let open = RwSignal::new(None::<String>);
    let alerts = move || {
        let own = live.alerts.all().into_iter().filter(|alert| alert.machine == Some(machine));
        own.map(|alert| {
            let key = format!("{} {:?} {} {}", dom_name(&alert), alert.state, alert.is_unknown, alert.changed.0);
            Listed::new(key, move || view! { <AlertRow alert=alert.clone() open /> }.into_any())
        })
        .collect()
    };
    let kpis = Place::Kpi(path.clone()).to_hash();
    view! {
        <article class="page machine-page" data-testid="machine-page" data-place=testid_path>
            <header class="page__head">
                <h1>{name}</h1>
                {head}
                <span class="page__gap"></span>
                <a class="button" href=kpis>
                    "KPIs"
                </a>
                <PinMenu kind=TileKind::Machine path=path />
            </header>
            {block(move || maybe(key.get(), |tag| view! { <Past tag=TagId(tag) /> }.into_any()))}
            <ul class="alert-list" aria-label="Alerts of this machine">{list(alerts)}</ul>
            <div class="groups">{list(sections)}</div>
            {block(more)}
        </article>
    }
}

/// State, since when, and the fault while there is one.
#[component]
fn MachineHead(machine: PlaceId) -> impl IntoView {
    let live = use_live();
    let card = live.card(machine);
    let (state, staleness, fault) = (card.clone(), card.clone(), card.clone());
    let fault = Memo::new(move |_| fault.with(|card| card.fault.map(|tag| tag.0)));
    let edge = Memo::new(move |_| live.tags_below(machine).first().and_then(|tag| edge_node_of(&tag.source)));
    let since = move || {
        let now = live.second.get();
        card.with(|card| match (card.stale, card.heard, card.since) {
            _ if card.death.is_some() => crate::ui::tiles::foot_words(card, now),
            (true, Some(heard), _) => format!("no data for {}", span_words(now - heard)),
            (false, _, Some(since)) => format!("for {}", span_words(now - since)),
            _ => String::new(),
        })
    };
    view! {
        <div
            class="machine-head"
            data-state=attr(move || state.with(|card| card.state.word()))
            data-stale=attr(move || staleness.with(|card| card.stale.then_some("")))
        >
            <StateWords machine />
            <span class="machine-head__since">{words(since)}</span>
            {block(move || maybe(edge.get(), edge_link))}
            <span class="machine-head__fault">
                {block(move || maybe(fault.get(), |tag| view! { <ReadingText tag=TagId(tag) /> }.into_any()))}
            </span>
        </div>
    }
}

/// `group/edge node` of a Sparkplug source.
fn edge_node_of(source: &str) -> Option<String> {
    let ids = source.strip_prefix("spBv1.0/")?.split_once('#')?.0;
    let mut ids = ids.split('/');
    Some(format!("{}/{}", ids.next()?, ids.next()?))
}

fn edge_link(path: String) -> AnyView {
    let name = format!("Edge node {}", path.rsplit('/').next().unwrap_or_default());
    view! {
        <a class="machine-head__edge" data-testid="edge-node-link" href=Place::Node(path).to_hash()>
            {name}
        </a>
    }
    .into_any()
}

/// Tags that belong together, by the first level of their names.
#[derive(Clone, Debug)]
struct Group {
    title: String,
    tags: Vec<TagId>,
}

impl Group {
    /// A group with other tags is another group.
    fn key(&self) -> String {
        let mut key = self.title.clone();
        for tag in &self.tags {
            key.push_str(&format!(" {}", tag.0));
        }
        key
    }
}

#[derive(Clone, Debug, Default)]
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
