//! The bar on top: where the page is, the connection in words when it is not fine, the plant's clock.

use leptos::prelude::*;

use crate::ui::parts::erased::{attr, block, click, each, shown, words};

use super::alert_count::AlertCount;
use super::icon::{Icon, Sign};
use crate::time::Millis;
use crate::ui::format::{name_words, span_words};
use crate::ui::link::{Health, use_link};
use crate::ui::palette::PaletteButton;
use crate::ui::place::{Place, Theme, board_parts};
use crate::ui::router::use_here;
use crate::ui::state::{Documents, use_documents, use_live};
use crate::vocab::{Level, LinkFault, LinkState};

/// The bar.
#[component]
pub fn Bar() -> impl IntoView {
    let (live, documents) = (use_live(), use_documents());
    let clock = move || {
        let now = live.second.get();
        documents.zone.with_value(|zone| zone.clock(now))
    };
    let is_open_link =
        move || live.links.with(|links| links.iter().any(|link| !link.encrypted && is_online(&link.state)));
    view! {
        <header class="bar">
            <Crumbs />
            <PaletteButton />
            <div class="bar__right">
                <AlertCount />
                <Connection />
                {shown(
                    move || live.outbox.with(|outbox| outbox.waiting() > 0),
                    move || {
                        let words = words(move || format!("{} to publish", live.outbox.with(|outbox| outbox.waiting())));
                        view! {
                            <a class="bar__open" data-testid="outbox-count" href="#/diagnostics">
                                {words}
                            </a>
                        }
                            .into_any()
                    },
                )}
                {shown(
                    is_open_link,
                    || {
                        view! {
                            <span
                                class="bar__open"
                                data-testid="unencrypted"
                                title="The connection to the broker is not encrypted"
                            >
                                <Icon sign=Sign::Unlocked />
                                <span>"Unencrypted"</span>
                            </span>
                        }
                            .into_any()
                    },
                )}
                <time class="bar__clock" data-testid="clock">
                    {words(clock)}
                </time>
                <button class="button button--icon" aria-label="Change between light and dark" on:click=click(move || turn_colours(documents))>
                    <Icon sign=Sign::Theme />
                </button>
            </div>
        </header>
    }
}

/// From light to dark, from dark to light.
pub fn turn_colours(documents: Documents) {
    let is_dark = window()
        .match_media("(prefers-color-scheme: dark)")
        .is_ok_and(|query| query.is_some_and(|query| query.matches()));
    let next = match documents.theme.get_untracked() {
        Theme::Device if is_dark => Theme::Light,
        Theme::Device | Theme::Light => Theme::Dark,
        Theme::Dark | Theme::Contrast => Theme::Light,
    };
    documents.choose_theme(next);
}

/// The connection in words; shown when it is not fine, always there for tests and screen readers.
#[component]
pub fn Connection() -> impl IntoView {
    let live = use_live();
    let link = use_link();
    let documents = use_documents();
    let summary = move || {
        documents.is_settled.track();
        live.links.with(|links| summary_of(links, link.health.get()))
    };
    // When the trouble began is seen from here: the first second of each new word.
    let began = StoredValue::new(("", live.second.get_untracked()));
    let said = move || {
        let (word, words) = summary();
        let now = live.second.get();
        let (known, at) = began.get_value();
        if known != word {
            began.set_value((word, now));
            return words;
        }
        let span = now - at;
        if word == "online" || span < Millis::from_secs(2) {
            words
        } else {
            format!("{words} for {}", span_words(span))
        }
    };
    view! {
        <a class="connection" href="#/settings" data-connection=attr(move || summary().0)>
            <Icon sign=Sign::Warning />
            <span role="status" data-testid="connection-words">{words(said)}</span>
        </a>
    }
}

fn is_online(state: &LinkState) -> bool {
    matches!(state, LinkState::Online { .. })
}

/// The worst link's word, and all of it in words.
fn summary_of(links: &[crate::wire::LinkReport], health: Health) -> (&'static str, String) {
    match health {
        Health::Mismatch => return ("offline", "Reload needed".into()),
        Health::Lost => return ("offline", "Restarting".into()),
        Health::Dead => return ("offline", "Stopped".into()),
        Health::Starting => return ("connecting", "Starting".into()),
        Health::Up => {}
    }
    let worst = links.iter().max_by_key(|link| match &link.state {
        LinkState::Online { .. } => 0,
        LinkState::Idle => 1,
        LinkState::Connecting { .. } => 2,
        LinkState::Waiting { .. } => 3,
        LinkState::Denied { .. } => 4,
    });
    let Some(worst) = worst else { return ("idle", "Not connected".into()) };
    let words = match &worst.state {
        LinkState::Online { .. } if worst.is_refused_all() => {
            return ("denied", "Nothing may be read".into());
        }
        LinkState::Online { .. } if !worst.heard => "Connected, nothing heard yet".into(),
        LinkState::Online { .. } => "Connected".into(),
        LinkState::Idle => "Not connected".into(),
        LinkState::Connecting { attempt } if *attempt > 1 => format!("Connecting, attempt {attempt}"),
        LinkState::Connecting { .. } => "Connecting".into(),
        LinkState::Waiting { fault: LinkFault::NeverOpened, .. } => "Broker not reachable".into(),
        LinkState::Waiting { .. } => "Connection lost".into(),
        LinkState::Denied { fault: LinkFault::Disconnected { code: 0x8e, .. } } => {
            "Taken over by another client".into()
        }
        LinkState::Denied { .. } => "Refused by the broker".into(),
    };
    (worst.state.word(), words)
}

/// The way from the plant to here.
#[component]
fn Crumbs() -> impl IntoView {
    let here = use_here().0;
    let live = use_live();
    let documents = use_documents();
    let crumbs = move || -> Vec<(String, Option<String>)> {
        let plant = || ("Plant".to_owned(), Some(Place::Plant.to_hash()));
        match here.get() {
            Place::Plant => vec![("Plant".into(), None)],
            Place::Line(path) | Place::Machine(path) => {
                let mut crumbs = vec![plant()];
                crumbs.extend(above(live, &path));
                crumbs.push((last_words(&path), None));
                crumbs
            }
            Place::Tag(path) => {
                let mut crumbs = vec![plant()];
                let tag = live.tag_at(&path).and_then(|id| live.tag(id).get());
                match tag {
                    Some(tag) => {
                        if let Some(place) = live.place(tag.place) {
                            crumbs.extend(above(live, &place.path));
                            let hash = Place::Machine(place.path.to_string()).to_hash();
                            crumbs.push((name_words(&place.name), Some(hash)));
                        }
                        crumbs.push((name_words(&tag.name), None));
                    }
                    None => crumbs.push((last_words(&path), None)),
                }
                crumbs
            }
            Place::Boards => vec![("Boards".into(), None)],
            Place::Board(id) => {
                let (id, place) = board_parts(&id);
                let title = documents.all_boards().into_iter().find(|board| board.id == id).map(|board| board.title);
                let mut crumbs = vec![("Boards".into(), Some(Place::Boards.to_hash()))];
                crumbs.push((title.unwrap_or_else(|| id.to_owned()), None));
                crumbs.extend(place.map(|path| (last_words(path), None)));
                crumbs
            }
            Place::Namespace(_) => vec![("Namespace".into(), None)],
            Place::NamespaceHealth => {
                let above = Place::Namespace(String::new()).to_hash();
                vec![("Namespace".into(), Some(above)), ("Health".into(), None)]
            }
            Place::Node(path) => {
                vec![("Health".into(), Some(Place::Diagnostics.to_hash())), (path, None)]
            }
            Place::Kpi(path) if path.is_empty() => vec![("KPIs".into(), None)],
            Place::Kpi(path) => {
                let mut crumbs = vec![("KPIs".into(), Some(Place::Kpi(String::new()).to_hash()))];
                let id = live.place_at(&path);
                let mut line = id.map_or_else(Vec::new, |id| live.lineage(id));
                line.pop();
                crumbs.extend(
                    line.into_iter()
                        .filter(|place| place.level.is_some())
                        .map(|place| (name_words(&place.name), Some(Place::Kpi(place.path.to_string()).to_hash()))),
                );
                crumbs.push((last_words(&path), None));
                crumbs
            }
            Place::Alerts => vec![("Alerts".into(), None)],
            Place::Settings => vec![("Settings".into(), None)],
            Place::Diagnostics => vec![("Health".into(), None)],
            Place::Absent(_) => vec![plant(), ("Not here".into(), None)],
        }
    };
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <ol>
                {block(move || {
                    let crumbs = crumbs();
                    let last = crumbs.len() - 1;
                    each(crumbs.into_iter().enumerate(), |(index, (words, hash))| match hash {
                        Some(hash) => view! { <li><a href=hash>{words}</a></li> }.into_any(),
                        None => {
                            let current = (index == last).then_some("page");
                            view! { <li aria-current=current><span>{words}</span></li> }.into_any()
                        }
                    })
                })}
            </ol>
        </nav>
    }
}

/// The line and what else of use lies above a place.
fn above(live: crate::ui::state::Live, path: &str) -> Vec<(String, Option<String>)> {
    let Some(id) = live.place_at(path) else { return Vec::new() };
    let mut line = live.lineage(id);
    line.pop();
    line.into_iter()
        .filter(|place| matches!(place.level, Some(Level::Site | Level::Line)))
        .map(|place| {
            let words = name_words(&place.name);
            let hash = (place.level == Some(Level::Line)).then(|| Place::Line(place.path.to_string()).to_hash());
            (words, hash)
        })
        .collect()
}

fn last_words(path: &str) -> String {
    name_words(path.rsplit('/').next().unwrap_or(path))
}
