//! The alert page: what asks for a person, what is put aside, what happened, which rules there are, how they behave.

use std::sync::Arc;

use leptos::prelude::*;

use super::alert_health::AlertHealth;
use super::alert_journal::AlertJournalTable;
use super::alert_rules::AlertRules;
use crate::ui::parts::alert::{AlertRow, dom_name, priority_shape, use_act};
use crate::ui::parts::annunciator::SoundSwitch;
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::empty::Empty;
use crate::ui::parts::erased::{Listed, Words, attr, block, click, each, list, maybe, shown, words};
use crate::ui::state::{Documents, SeenAlerts, use_documents, use_live};
use crate::vocab::Priority;
use crate::wire::{Alert, AlertAct};

/// What the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Open,
    Aside,
    Journal,
    Rules,
    Health,
}

const VIEWS: [(View, &str, &str); 5] = [
    (View::Open, "open", "Open"),
    (View::Aside, "aside", "Put aside"),
    (View::Journal, "journal", "Journal"),
    (View::Rules, "rules", "Rules"),
    (View::Health, "health", "Alert health"),
];

/// The alert page.
#[component]
pub fn AlertsPage() -> impl IntoView {
    let documents = use_documents();
    let view = RwSignal::new(View::Open);
    let name = move |event| documents.set_person(event_target_value(&event).trim());
    view! {
        <article class="page alerts" data-testid="alerts-page">
            <header class="page__head">
                <h1>"Alerts"</h1>
                <span class="page__gap"></span>
                <SoundSwitch />
                <label class="field field--inline">
                    <span>"Your name"</span>
                    <input
                        type="text"
                        maxlength="60"
                        autocomplete="name"
                        placeholder="shown with what you do"
                        data-testid="person"
                        prop:value=documents.person.get_untracked()
                        on:change=name
                    />
                </label>
            </header>
            <p class="page__hint" data-testid="alerts-shared">{shared_words(documents)}</p>
            <div class="tabs" role="tablist">
                {each(
                    VIEWS,
                    |(which, testid, words)| {
                        view! {
                            <button
                                class="tab"
                                role="tab"
                                data-testid=format!("alerts-{testid}")
                                aria-selected=attr(move || view.get() == which)
                                on:click=click(move || view.set(which))
                            >
                                {words}
                            </button>
                        }
                            .into_any()
                    },
                )}
            </div>
            {block(move || match view.get() {
                View::Open => view! { <AlertList is_aside=false /> }.into_any(),
                View::Aside => view! { <AlertList is_aside=true /> }.into_any(),
                View::Journal => view! { <AlertJournalTable /> }.into_any(),
                View::Rules => view! { <AlertRules /> }.into_any(),
                View::Health => view! { <AlertHealth /> }.into_any(),
            })}
        </article>
    }
}

/// Who else sees what is done here.
fn shared_words(documents: Documents) -> Words {
    words(move || {
        let _settled = (documents.is_settled.get(), documents.connections.track());
        let config = documents.in_force();
        let broker = config.shares_on().and_then(|(at, may)| Some((&config.brokers.get(at)?.name, may)));
        match broker {
            Some((name, true)) => {
                format!("What you do here, every screen shows: it is shared through {name}. Names are not verified.")
            }
            Some((name, false)) => format!(
                "What others do is shown here, through {name}. What you do stays on this device: publishing is off."
            ),
            None => "What you do here stays on this device. To share it with every screen, turn “shared” and “publish” on in config.json.".into(),
        }
    })
}

/// The alerts that ask for a person, or those put aside; by priority and words.
#[component]
fn AlertList(is_aside: bool) -> impl IntoView {
    let live = use_live();
    let act = use_act();
    let asker = use_asker();
    let open = RwSignal::new(None::<String>);
    let only = RwSignal::new(None::<Priority>);
    let sought = RwSignal::new(String::new());
    let of_view = move || {
        let all = live.alerts.all().into_iter();
        all.filter(|alert| alert.state.is_annunciated() != is_aside).collect::<Vec<_>>()
    };
    let alerts = move || {
        let (only, sought) = (only.get(), sought.get().to_lowercase());
        let fits = |alert: &Arc<Alert>| {
            let text = || format!("{} {} {}", alert.message, alert.path, alert.name).to_lowercase();
            only.is_none_or(|only| alert.priority == only) && (sought.is_empty() || text().contains(&sought))
        };
        of_view().into_iter().filter(fits).collect::<Vec<_>>()
    };
    let count = move || of_view().len();
    let rows = move || {
        alerts()
            .into_iter()
            .take(MOST_ROWS)
            .map(|alert| {
                let key = format!("{} {:?} {} {}", dom_name(&alert), alert.state, alert.is_unknown, alert.changed.0);
                Listed::new(key, move || view! { <AlertRow alert=alert.clone() open /> }.into_any())
            })
            .collect()
    };
    let to_acknowledge = move || SeenAlerts::to_acknowledge(&alerts());
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
    view! {
        <div class="alerts__tools">
            <div class="chips">
                {each(
                    Priority::ALL,
                    |priority| {
                        let toggle = move || {
                            only.update(|only| *only = if *only == Some(priority) { None } else { Some(priority) });
                        };
                        let many = move || {
                            of_view().iter().filter(|alert| alert.priority == priority).count().to_string()
                        };
                        view! {
                            <button
                                class="chip"
                                aria-pressed=attr(move || only.get() == Some(priority))
                                on:click=click(toggle)
                            >
                                {priority_shape(priority)}
                                <span>{words(many)}</span>
                            </button>
                        }
                            .into_any()
                    },
                )}
            </div>
            <input class="alerts__search" type="search" placeholder="Search" aria-label="Search alerts" bind:value=sought />
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
            let left = alerts().len().saturating_sub(MOST_ROWS);
            maybe(
                (left > 0).then_some(left),
                |left| view! { <p class="page__hint">{format!("and {left} more; search or filter to see them")}</p> }.into_any(),
            )
        })}
        {shown(move || count() == 0, move || view! { <Nothing is_aside /> }.into_any())}
    }
}

#[component]
fn Nothing(is_aside: bool) -> impl IntoView {
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
