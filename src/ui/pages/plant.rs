//! The plant at a glance: one row per line, its machines as tiles. Before there is a plant: why not, and what to do.

use leptos::prelude::*;

use crate::ui::format::name_words;
use crate::ui::link::{Health, use_link};
use crate::ui::overview::{Overview, Row, SiteRows};
use crate::ui::parts::connect_form::ConnectForm;
use crate::ui::parts::empty::{Empty, Skeleton};
use crate::ui::place::Place;
use crate::ui::state::{Connection, Documents, use_documents, use_live};
use crate::ui::tiles::MachineTile;
use crate::vocab::{LinkState, MachineState, PlaceId};
use crate::wire::LinkReport;

/// The plant at a glance.
#[component]
pub fn PlantPage() -> impl IntoView {
    let live = use_live();
    let overview = Memo::new(move |_| Overview::of(&live.places()));
    let is_empty = Memo::new(move |_| overview.with(|plant| plant.sites.is_empty() && plant.unassigned.is_empty()));
    move || {
        if is_empty.get() {
            return view! { <BeforePlant /> }.into_any();
        }
        let columns = move || overview.with(|plant| plant.longest.clamp(1, 6).to_string());
        let lines = move || overview.with(|plant| plant.lines);
        view! {
            <div
                class="plant"
                data-testid="plant"
                data-dense=move || (lines() > 6).then_some("")
                style:--columns=columns
            >
                <For each=move || overview.get().sites key=|site| site.path.clone() let(site)>
                    <Site first=site overview />
                </For>
                <Unassigned overview />
            </div>
        }
        .into_any()
    }
}

#[component]
fn Site(first: SiteRows, overview: Memo<Overview>) -> impl IntoView {
    let path = first.path.clone();
    let rows = move || {
        overview.with(|plant| {
            plant.sites.iter().find(|site| site.path == path).map(|site| site.rows.clone()).unwrap_or_default()
        })
    };
    let title = (!first.title.is_empty()).then(|| view! { <h2 class="site__title">{first.title}</h2> });
    view! {
        <section class="site">
            {title} <For each=rows key=|row| row.clone() let(row)>
                <LineRow row />
            </For>
        </section>
    }
}

/// A line: its name, how its machines are, its machines.
#[component]
pub fn LineRow(
    /// The line.
    row: Row,
) -> impl IntoView {
    let count = row.machines.len();
    let machines = StoredValue::new(row.machines);
    let worst = use_worst(machines);
    let summary = use_summary(machines);
    let path = row.path.clone();
    let title = if row.area.is_empty() { row.title } else { format!("{} · {}", row.area, row.title) };
    let head = if path.is_empty() {
        view! { <span class="line__name">{title}</span> }.into_any()
    } else {
        view! {
            <a class="line__name" href=Place::Line(path.clone()).to_hash()>
                {title}
            </a>
        }
        .into_any()
    };
    view! {
        <section class="line" data-line=path data-worst=move || worst.get().word() style:--machines=count.to_string()>
            <header class="line__head">{head} <span class="line__summary">{summary}</span></header>
            <div class="line__tiles">
                <For each=move || machines.get_value() key=|id| *id let(machine)>
                    <MachineTile machine />
                </For>
            </div>
        </section>
    }
}

/// The worst state among machines.
pub(super) fn use_worst(machines: StoredValue<Vec<PlaceId>>) -> Memo<MachineState> {
    let live = use_live();
    Memo::new(move |_| {
        let states = machines.get_value().into_iter().map(|id| live.card(id).with(|card| card.state));
        states.max_by_key(|state| badness(*state)).unwrap_or_default()
    })
}

/// How many machines are in which state, in words, the worst first.
pub(super) fn use_summary(machines: StoredValue<Vec<PlaceId>>) -> Memo<String> {
    let live = use_live();
    Memo::new(move |_| {
        let mut counts = [0_usize; 5];
        for id in machines.get_value() {
            counts[badness(live.card(id).with(|card| card.state))] += 1;
        }
        let words = ["running", "idle", "in planned stop", "offline", "stopped"];
        let parts: Vec<String> = (0..5)
            .rev()
            .filter(|&badness| counts[badness] > 0)
            .map(|badness| format!("{} {}", counts[badness], words[badness]))
            .collect();
        parts.join(" · ")
    })
}

/// 0 is best.
const fn badness(state: MachineState) -> usize {
    match state {
        MachineState::Running => 0,
        MachineState::Idle => 1,
        MachineState::PlannedStop => 2,
        MachineState::Offline => 3,
        MachineState::Stopped => 4,
    }
}

/// Topics that fit no machine: shown, never dropped.
#[component]
fn Unassigned(overview: Memo<Overview>) -> impl IntoView {
    let live = use_live();
    let places = move || overview.with(|plant| plant.unassigned.clone());
    view! {
        <Show when=move || overview.with(|plant| !plant.unassigned.is_empty())>
            <section class="unassigned" data-testid="unassigned">
                <h2 class="site__title">"Not assigned to a machine"</h2>
                <ul>
                    <For each=places key=|id| *id let(id)>
                        {live
                            .place(id)
                            .map(|place| {
                                let count = move || {
                                    live.second.track();
                                    live.place(id).map(|place| format!("{} values", place.tags))
                                };
                                view! {
                                    <li>
                                        <a href=Place::Machine(
                                            place.path.to_string(),
                                        )
                                            .to_hash()>{name_words(&place.name)}</a>
                                        <span>{count}</span>
                                    </li>
                                }
                            })}
                    </For>
                </ul>
            </section>
        </Show>
    }
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
    let is_empty = Memo::new(move |_| live.places().is_empty());
    move || {
        if is_empty.get() {
            return view! { <BeforePlant /> }.into_any();
        }
        let path = path.clone();
        view! {
            <Empty title=format!("Nothing heard of this {what} yet") testid="not-yet">
                <p>"It appears as soon as something is published at or below " <code>{path}</code> "."</p>
            </Empty>
        }
        .into_any()
    }
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
    move || match before.get() {
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
    }
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
    let is_refused = report.granted.is_empty() && !report.refused.is_empty();
    let title = if is_refused { "The broker lets this user read nothing" } else { "Connected, nothing heard yet" };
    let granted = report.granted.join(", ");
    view! {
        <Empty title=title testid="silent">
            {(!granted.is_empty())
                .then(|| {
                    view! {
                        <p>
                            "Subscribed to " <code>{granted}</code>
                            ". As soon as anything is published there, its machine appears here."
                        </p>
                    }
                })}
            {report
                .refused
                .into_iter()
                .map(|(filter, words)| {
                    view! {
                        <p>"Refused: " <code>{filter}</code> " – " {words}</p>
                    }
                })
                .collect_view()}
            <p>
                "If this stays so: the machines publish to another broker, or this user may not read their topics."
            </p>
        </Empty>
    }
}
