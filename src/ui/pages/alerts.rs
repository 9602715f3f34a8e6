//! The alert page: what asks for a person, what is put aside, what happened, which rules there are, how they behave.

use leptos::prelude::*;

use super::alert_health::AlertHealth;
use super::alert_journal::AlertJournalTable;
use super::alert_list::AlertList;
use super::alert_rules::AlertRules;
use crate::ui::parts::annunciator::SoundSwitch;
use crate::ui::parts::erased::{Words, attr, block, click, each, words};
use crate::ui::state::{Documents, use_documents};

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
