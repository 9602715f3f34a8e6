//! How many alerts ask for a person, by priority, on every page; and what is worst of one machine, on its tile.

use leptos::prelude::*;

use crate::time::Millis;
use crate::ui::format::span_words;
use crate::ui::parts::alert::{priority_shape, priority_words};
use crate::ui::parts::erased::{block, each, maybe};
use crate::ui::state::use_live;
use crate::vocab::{LinkState, PlaceId, Priority};

/// The counts, in the bar; nothing while there is nothing.
#[component]
pub fn AlertCount() -> impl IntoView {
    let live = use_live();
    let counts = Memo::new(move |_| live.alerts.counts());
    let is_blind = Memo::new(move |_| {
        let is_down = live.links.with(|links| links.iter().any(|link| !matches!(link.state, LinkState::Online { .. })));
        (is_down || live.is_stranded.get()) && live.stats.with(|stats| stats.alerts_watched > 0)
    });
    block(move || {
        let counts = counts.get();
        let total: u32 = counts.iter().map(|(count, _)| count).sum();
        let blind = is_blind.get();
        let shown = Priority::ALL.into_iter().zip(counts).filter(|(_, (count, _))| *count > 0);
        let said = shown
            .clone()
            .map(|(priority, (count, _))| format!("{count} {}", priority_words(priority).to_lowercase()))
            .collect::<Vec<_>>()
            .join(", ");
        maybe((total > 0 || blind).then_some(()), |()| {
            view! {
                <a class="alert-count" href="#/alerts" data-testid="alert-count" aria-label=format!("Alerts: {said}")>
                    {each(
                        shown,
                        |(priority, (count, is_open))| {
                            view! {
                                <span class="alert-count__of" data-open=is_open.then_some("")>
                                    {priority_shape(priority)}
                                    <span>{count}</span>
                                </span>
                            }
                                .into_any()
                        },
                    )}
                    {maybe(
                        blind.then_some(()),
                        |()| view! { <span class="alert-count__blind">"alerts unknown"</span> }.into_any(),
                    )}
                </a>
            }
            .into_any()
        })
    })
}

/// The worst alert of a machine, in one line.
#[component]
pub fn MachineAlert(
    /// The machine.
    machine: PlaceId,
) -> impl IntoView {
    let live = use_live();
    // That the machine stands, the tile says already.
    let worst = Memo::new(move |_| live.alerts.worst_of(machine).filter(|alert| alert.tag.is_some()));
    block(move || {
        maybe(worst.get(), |alert| {
            let raised = alert.raised.unwrap_or(alert.changed);
            let age = move || span_words((live.second.get() - raised).max(Millis(0)));
            view! {
                <a class="tile__alert" href="#/alerts" data-priority=alert.priority.word()>
                    {priority_shape(alert.priority)}
                    <span class="tile__alert-words">{alert.message.to_string()}</span>
                    <span class="tile__alert-age">{crate::ui::parts::erased::words(age)}</span>
                </a>
            }
            .into_any()
        })
    })
}
