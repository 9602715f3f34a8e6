//! The list of alerts: those that ask for a person, or those put aside; filtered, ordered, by line, acknowledged together.

use std::cmp::Reverse;
use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::format::name_words;
use crate::ui::parts::alert::{AlertRow, alert_state_words, dom_name, priority_shape, use_act};
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::empty::Empty;
use crate::ui::parts::erased::{Listed, attr, block, click, each, list, maybe, shown, words};
use crate::ui::state::{Live, SeenAlerts, use_live};
use crate::vocab::{AlertState, Level, Priority};
use crate::wire::{Alert, AlertAct};

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Urgency,
    Newest,
    Oldest,
    Place,
}

const ORDERS: [(Order, &str, &str); 4] = [
    (Order::Urgency, "urgency", "Most urgent first"),
    (Order::Newest, "newest", "Newest first"),
    (Order::Oldest, "oldest", "Oldest first"),
    (Order::Place, "place", "By place"),
];

const ASIDE: [AlertState; 3] = [AlertState::Shelved, AlertState::Suppressed, AlertState::OutOfService];

/// What of the list is shown, and how.
#[derive(Clone, Copy)]
struct Choice {
    only: RwSignal<Option<Priority>>,
    state: RwSignal<Option<AlertState>>,
    sought: RwSignal<String>,
    order: RwSignal<Order>,
    by_line: RwSignal<bool>,
}

impl Choice {
    fn new() -> Self {
        Self {
            only: RwSignal::new(None),
            state: RwSignal::new(None),
            sought: RwSignal::new(String::new()),
            order: RwSignal::new(Order::Urgency),
            by_line: RwSignal::new(false),
        }
    }

    /// Those of these that are asked for, in order. Tracked.
    fn of(self, mut alerts: Vec<Arc<Alert>>) -> Vec<Arc<Alert>> {
        let (only, state, sought) = (self.only.get(), self.state.get(), self.sought.get().to_lowercase());
        alerts.retain(|alert| {
            let text = || format!("{} {} {}", alert.message, alert.path, alert.name).to_lowercase();
            only.is_none_or(|only| alert.priority == only)
                && state.is_none_or(|state| alert.state == state)
                && (sought.is_empty() || text().contains(&sought))
        });
        // They come the most urgent first, and stay so where the order asked for leaves it open.
        match self.order.get() {
            Order::Urgency => {}
            Order::Newest => alerts.sort_by_key(|alert| Reverse(alert.raised)),
            Order::Oldest => alerts.sort_by_key(|alert| alert.raised),
            Order::Place => alerts.sort_by(|a, b| a.path.cmp(&b.path)),
        }
        alerts
    }

    /// The rows; with their lines' names between where they are wanted so.
    fn rows(self, live: Live, alerts: Vec<Arc<Alert>>, open: RwSignal<Option<String>>) -> Vec<Listed> {
        let row = |alert: Arc<Alert>| {
            let key = format!("{} {:?} {} {}", dom_name(&alert), alert.state, alert.is_unknown, alert.changed.0);
            Listed::new(key, move || view! { <AlertRow alert=alert.clone() open /> }.into_any())
        };
        let alerts = alerts.into_iter().take(MOST_ROWS);
        if !self.by_line.get() {
            return alerts.map(row).collect();
        }
        let mut lines: Vec<(String, Vec<Arc<Alert>>)> = Vec::new();
        for alert in alerts {
            let line = line_of(live, &alert);
            match lines.iter_mut().find(|(known, _)| *known == line) {
                Some((_, own)) => own.push(alert),
                None => lines.push((line, vec![alert])),
            }
        }
        let with_heading = lines.into_iter().flat_map(|(line, own)| {
            let count = own.len();
            let heading = Listed::new(format!("line {line} {count}"), move || {
                view! {
                    <li class="alert-list__line" data-line=line.clone()>
                        <h2>{line_words(&line)}</h2>
                        <span>{count}</span>
                    </li>
                }
                .into_any()
            });
            std::iter::once(heading).chain(own.into_iter().map(row)).collect::<Vec<_>>()
        });
        with_heading.collect()
    }
}

/// The path of the line that it is on; empty where it is on none.
fn line_of(live: Live, alert: &Alert) -> String {
    let lineage = alert.machine.map(|machine| live.lineage(machine)).unwrap_or_default();
    let line = lineage.iter().rfind(|place| place.level == Some(Level::Line));
    line.map(|line| line.path.to_string()).unwrap_or_default()
}

fn line_words(path: &str) -> String {
    if path.is_empty() {
        return "On no line".into();
    }
    let levels: Vec<&str> = path.rsplit('/').take(3).collect();
    levels.into_iter().rev().map(name_words).collect::<Vec<_>>().join(" › ")
}

/// The alerts that ask for a person, or those put aside; by priority and words.
#[component]
pub fn AlertList(
    /// Those put aside.
    is_aside: bool,
) -> impl IntoView {
    let live = use_live();
    let act = use_act();
    let asker = use_asker();
    let open = RwSignal::new(None::<String>);
    let choice = Choice::new();
    let of_view = move || {
        let all = live.alerts.all().into_iter();
        all.filter(|alert| alert.state.is_annunciated() != is_aside).collect::<Vec<_>>()
    };
    let alerts = Memo::new(move |_| choice.of(of_view()));
    let rows = move || choice.rows(live, alerts.get(), open);
    let to_acknowledge = move || alerts.with(|alerts| SeenAlerts::to_acknowledge(alerts));
    let acknowledge_all = move || {
        let ids = to_acknowledge();
        let count = ids.len();
        asker.ask(Question {
            title: format!("Acknowledge {count} alerts?"),
            text: "You say that you have seen each of them. What is over disappears from the list.".into(),
            yes: "Acknowledge",
            then: Arc::new(move || act(AlertAct::Acknowledge, ids.clone(), "")),
            otherwise: Arc::new(|| {}),
        });
    };
    let order = move |event| {
        let said = event_target_value(&event);
        if let Some((order, ..)) = ORDERS.iter().find(|(_, word, _)| *word == said) {
            choice.order.set(*order);
        }
    };
    let left = move || alerts.with(Vec::len).saturating_sub(MOST_ROWS);
    view! {
        <div class="alerts__tools">
            <Chips is_aside choice of_view=Callback::new(move |()| of_view()) />
            <input
                class="alerts__search"
                type="search"
                placeholder="Search"
                aria-label="Search alerts"
                bind:value=choice.sought
            />
            <select class="alerts__order" aria-label="Order" data-testid="alerts-order" on:change=order>
                {each(ORDERS, |(_, word, words)| view! { <option value=word>{words}</option> }.into_any())}
            </select>
            <label class="check">
                <input type="checkbox" data-testid="alerts-by-line" bind:checked=choice.by_line />
                <span>"By line"</span>
            </label>
            {shown(
                move || to_acknowledge().len() > 1,
                move || {
                    view! {
                        <button class="button" data-testid="acknowledge-all" on:click=click(acknowledge_all)>
                            {words(move || format!("Acknowledge all {}", to_acknowledge().len()))}
                        </button>
                    }
                        .into_any()
                },
            )}
        </div>
        <ul class="alert-list" aria-label="Alerts">{list(rows)}</ul>
        {block(move || {
            let left = left();
            maybe(
                (left > 0).then_some(left),
                |left| view! { <p class="page__hint">{format!("and {left} more; search or filter to see them")}</p> }.into_any(),
            )
        })}
        {shown(
            move || alerts.with(Vec::is_empty),
            move || view! { <Nothing is_aside is_filtered=!of_view().is_empty() /> }.into_any(),
        )}
    }
}

/// Counts by priority, and of what is put aside by how, each a filter.
#[component]
fn Chips(is_aside: bool, choice: Choice, of_view: Callback<(), Vec<Arc<Alert>>>) -> impl IntoView {
    view! {
        <div class="chips">
            {each(
                Priority::ALL,
                |priority| {
                    let toggle = move || {
                        choice.only.update(|only| *only = if *only == Some(priority) { None } else { Some(priority) });
                    };
                    let many = move || {
                        of_view.run(()).iter().filter(|alert| alert.priority == priority).count().to_string()
                    };
                    view! {
                        <button
                            class="chip"
                            aria-pressed=attr(move || choice.only.get() == Some(priority))
                            on:click=click(toggle)
                        >
                            {priority_shape(priority)}
                            <span>{words(many)}</span>
                        </button>
                    }
                        .into_any()
                },
            )}
            {each(
                ASIDE.into_iter().filter(|_| is_aside),
                |state| {
                    let toggle = move || {
                        choice.state.update(|only| *only = if *only == Some(state) { None } else { Some(state) });
                    };
                    let many = move || {
                        let count = of_view.run(()).iter().filter(|alert| alert.state == state).count();
                        format!("{} {count}", alert_state_words(state))
                    };
                    view! {
                        <button
                            class="chip"
                            data-state=state.word()
                            aria-pressed=attr(move || choice.state.get() == Some(state))
                            on:click=click(toggle)
                        >
                            {words(many)}
                        </button>
                    }
                        .into_any()
                },
            )}
        </div>
    }
}

#[component]
fn Nothing(is_aside: bool, is_filtered: bool) -> impl IntoView {
    let live = use_live();
    let watched = move || {
        live.stats.with(|stats| match (stats.alerts_watched, stats.alerts_unknown) {
            (0, _) => "No rule watches anything yet: add one under Rules or in config.json.".to_owned(),
            (watched, 0) => format!("{watched} values and machines are watched, and all of them are known."),
            (watched, unknown) => {
                format!("{watched} values and machines are watched; of {unknown} nothing is known right now.")
            }
        })
    };
    if is_filtered {
        return view! {
            <Empty title="No alert fits" testid="no-fit">
                <p>"There are alerts here, but none of them is what the filters and the search ask for."</p>
            </Empty>
        }
        .into_any();
    }
    if is_aside {
        return view! {
            <Empty title="Nothing put aside" testid="no-alerts">
                <p>"Alerts that were shelved, suppressed by their rule or taken out of service stand here."</p>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty title="No alert" testid="no-alerts">
            <p>{words(watched)}</p>
        </Empty>
    }
    .into_any()
}

/// Nobody reads further.
const MOST_ROWS: usize = 200;
