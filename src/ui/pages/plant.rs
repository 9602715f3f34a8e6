//! The plant at a glance: one row per line, its machines as tiles. Before there is a plant: why not, and what to do.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::parts::erased::{Listed, attr, block, each, either, list, maybe, shown, words};

use crate::ui::format::name_words;
use crate::ui::link::{Health, use_link};
use crate::ui::overview::{Overview, Row, SiteRows};
use crate::ui::parts::connect_form::ConnectForm;
use crate::ui::parts::empty::{Empty, Skeleton};
use crate::ui::parts::tile_grid::tile_grid;
use crate::ui::parts::trouble_list::refusals;
use crate::ui::place::Place;
use crate::ui::state::{Connection, Documents, use_documents, use_live};
use crate::ui::tiles::MachineTile;
use crate::ui::tiles::place::{badness, summary_words, worst_word};
use crate::vocab::{LinkState, PlaceId};
use crate::wire::{FilterReport, LinkReport, Verdict};

/// The plant at a glance.
#[component]
pub fn PlantPage() -> impl IntoView {
    let (live, documents) = (use_live(), use_documents());
    let overview = Memo::new(move |_| documents.file.with(|file| Overview::of(&live.places(), &file.kpis)));
    let is_empty = move || overview.with(|plant| plant.sites.is_empty() && plant.unassigned.is_empty());
    let plant = move || {
        view! {
            <div
                class="plant"
                data-testid="plant"
                data-dense=attr(move || overview.with(|plant| (plant.lines > 6).then_some("")))
                data-columns=attr(move || overview.with(|plant| plant.longest.clamp(1, 6).to_string()))
            >
                {list(move || overview.with(|plant| {
                    let site = |site: &SiteRows| {
                        let (title, path) = (site.title.clone(), site.path.clone());
                        Listed::new(path.clone(), move || view! { <Site title=title.clone() path=path.clone() overview /> }.into_any())
                    };
                    plant.sites.iter().map(site).collect()
                }))}
                <Unassigned overview />
            </div>
        }
        .into_any()
    };
    either(is_empty, || view! { <BeforePlant /> }.into_any(), plant)
}

#[component]
fn Site(title: String, path: String, overview: Memo<Overview>) -> impl IntoView {
    let rows = move || {
        overview.with(|plant| {
            let rows = plant.sites.iter().find(|site| site.path == path).map_or(&[][..], |site| &site.rows);
            let listed = |row: &Row| {
                let row = row.clone();
                // A line with other machines is another row.
                Listed::new(format!("{row:?}"), move || view! { <LineRow row=row.clone() /> }.into_any())
            };
            rows.iter().map(listed).collect()
        })
    };
    let title = Some(title).filter(|title| !title.is_empty());
    view! {
        <section class="site">
            {maybe(title, |title| view! { <h2 class="site__title">{title}</h2> }.into_any())} {list(rows)}
        </section>
    }
}

/// A line: its name, how its machines are, its machines.
#[component]
pub fn LineRow(
    /// The line.
    row: Row,
) -> impl IntoView {
    let title = row.title;
    let area = Some(row.area).filter(|area| !area.is_empty());
    let path = row.path.clone();
    let head = if path.is_empty() {
        view! { <span class="line__name">{title}</span> }.into_any()
    } else {
        let hash = Place::Line(path.clone()).to_hash();
        view! {
            <a class="line__name" href=hash>
                {title}
            </a>
        }
        .into_any()
    };
    let area = maybe(area, |area| view! { <span class="line__area">{area}</span> }.into_any());
    line_section("line", path, view! { {head} {area} }.into_any(), row.machines)
}

/// A line's section: `head` names it.
pub(super) fn line_section(class: &'static str, path: String, head: AnyView, machines: Vec<PlaceId>) -> AnyView {
    let live = use_live();
    let columns = machines.len().clamp(1, 6).to_string();
    let tiles = each(machines.iter().copied(), |machine| view! { <MachineTile machine /> }.into_any());
    let cards: Arc<[_]> = machines.iter().map(|id| live.card(*id)).collect();
    let counts = move || {
        let mut counts = [0_usize; 5];
        for card in &*cards {
            counts[badness(card.with(|card| card.state))] += 1;
        }
        counts
    };
    let worst = counts.clone();
    view! {
        <section class=class data-line=path data-machines=columns data-worst=attr(move || worst_word(worst()))>
            <header class="line__head">{head} <span class="line__summary">{words(move || summary_words(counts()))}</span></header>
            {tile_grid("line__tiles", tiles)}
        </section>
    }
    .into_any()
}

/// Topics that fit no machine: shown, never dropped.
#[component]
fn Unassigned(overview: Memo<Overview>) -> impl IntoView {
    let live = use_live();
    let item = move |id: PlaceId| {
        let count = move || {
            live.second.track();
            live.place(id).map(|place| format!("{} values", place.tags)).unwrap_or_default()
        };
        let place = live.place(id);
        maybe(place, |place| {
            let hash = Place::Machine(place.path.to_string()).to_hash();
            view! {
                <li>
                    <a href=hash>{name_words(&place.name)}</a>
                    <span>{words(count)}</span>
                </li>
            }
            .into_any()
        })
    };
    let items = move || {
        overview
            .with(|plant| plant.unassigned.iter().map(|&id| Listed::new(id.0.to_string(), move || item(id))).collect())
    };
    shown(
        move || overview.with(|plant| !plant.unassigned.is_empty()),
        move || {
            view! {
                <section class="unassigned" data-testid="unassigned">
                    <h2 class="site__title">"Not assigned to a machine"</h2>
                    <ul>{list(items)}</ul>
                </section>
            }
            .into_any()
        },
    )
}

/// A place of which nothing was heard: why, as far as can be told.
#[component]
pub fn NotYet(
    /// What it would be.
    what: &'static str,
    /// Its path.
    path: String,
) -> impl IntoView {
    let live = use_live();
    either(
        move || live.places().is_empty(),
        || view! { <BeforePlant /> }.into_any(),
        move || {
            let path = path.clone();
            view! {
                <Empty title="Nothing heard of it yet" testid="not-yet">
                    <p>
                        "This " {what} " appears as soon as something is published at or below " <code>{path}</code>
                        "."
                    </p>
                </Empty>
            }
            .into_any()
        },
    )
}

/// What stands where no plant is known yet.
#[derive(Clone, Debug, PartialEq)]
enum Before {
    Starting,
    Connecting(String),
    /// A person is needed, or may want to help. It stays while links come and go, so that nobody loses what they type.
    Form(Option<Connection>),
    Silent(LinkReport),
}

/// Nothing of the plant is known: connecting, refused, silent, or nobody said where the broker is.
#[component]
fn BeforePlant() -> impl IntoView {
    let (live, link, documents) = (use_live(), use_link(), use_documents());
    let before = Memo::new(move |old: Option<&Before>| {
        documents.connections.track();
        documents.guest.track();
        if !documents.is_settled.get() || link.health.get() == Health::Starting {
            return Before::Starting;
        }
        let now = live.links.with(|links| before(links, documents));
        match (old, &now) {
            (Some(old @ Before::Form(_)), Before::Form(_) | Before::Connecting(_)) => old.clone(),
            _ => now,
        }
    });
    block(move || match before.get() {
        Before::Starting => view! { <Skeleton words="Starting…".to_owned() /> }.into_any(),
        Before::Connecting(url) => view! { <Skeleton words=format!("Connecting to {url}…") /> }.into_any(),
        Before::Silent(report) => view! { <Silent report /> }.into_any(),
        Before::Form(None) => view! { <Welcome /> }.into_any(),
        Before::Form(start) => view! {
            <section class="page page--narrow" data-testid="log-in">
                <h1>"Connect"</h1>
                <ConnectForm start />
            </section>
        }
        .into_any(),
    })
}

fn before(links: &[LinkReport], documents: Documents) -> Before {
    let config = documents.in_force();
    let Some(broker) = config.brokers.first() else { return Before::Form(None) };
    let url = broker.urls.first().cloned().unwrap_or_default();
    if let Some(online) = links.iter().find(|link| matches!(link.state, LinkState::Online { .. })) {
        return Before::Silent(online.clone());
    }
    let is_trying = |link: &LinkReport| matches!(link.state, LinkState::Connecting { attempt: 0 | 1 });
    if links.is_empty() || links.iter().any(is_trying) {
        return Before::Connecting(url);
    }
    let remembered = documents.connections.get_untracked().into_iter().find(|known| known.url == url);
    Before::Form(Some(remembered.unwrap_or_else(|| Connection::of_broker(broker))))
}

/// The first thing anybody sees where no broker is configured.
#[component]
fn Welcome() -> impl IntoView {
    view! {
        <section class="page page--narrow" data-testid="welcome">
            <h1>"Connect to your broker"</h1>
            <p class="page__lead">
                "Andon shows what your machines publish over MQTT. It runs in this browser alone: nothing is sent anywhere but to the broker you name."
            </p>
            <ConnectForm start=None />
            <p class="page__hint">
                "For everybody at once, put a " <code>"config.json"</code>
                " with the broker's URL beside this page; " <a href="config.example.json">"an example"</a>
                " lies there already."
            </p>
        </section>
    }
}

/// Connected, and nothing came.
#[component]
fn Silent(report: LinkReport) -> impl IntoView {
    let is_refused = report.is_refused_all();
    let title = if is_refused { "The broker lets this user read nothing" } else { "Connected, nothing heard yet" };
    let is_granted = |f: &&FilterReport| matches!(f.verdict, Verdict::Granted(_) | Verdict::Heard(_));
    let granted: Vec<&str> = report.filters.iter().filter(is_granted).map(|f| &*f.filter).collect();
    let granted = Some(granted.join(", ")).filter(|granted| !granted.is_empty());
    view! {
        <Empty title=title testid="silent">
            {maybe(
                granted,
                |granted| {
                    view! {
                        <p>
                            "Subscribed to " <code>{granted}</code>
                            ". As soon as anything is published there, its machine appears here."
                        </p>
                    }
                        .into_any()
                },
            )}
            {refusals(&report)}
            <p>
                "If this stays so: the machines publish to another broker, or this user may not read their topics."
            </p>
        </Empty>
    }
}
