//! How well the alerts behave, against the targets of EEMUA 191 and ISA-18.2.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::format::{name_words, number_words, span_words};
use crate::ui::parts::alert::use_journal;
use crate::ui::parts::alert::{priority_shape, priority_words};
use crate::ui::parts::erased::{block, each, maybe};
use crate::ui::state::{use_documents, use_live};
use crate::vocab::Priority;
use crate::wire::{AlertJournal, BadActor};

/// The alerts' health.
#[component]
pub fn AlertHealth() -> impl IntoView {
    let live = use_live();
    use_journal();
    block(move || match live.alerts.journal.get() {
        Some(journal) => health(&journal),
        None => ().into_any(),
    })
}

fn health(journal: &Arc<AlertJournal>) -> AnyView {
    let documents = use_documents();
    let total: u32 = journal.raised.iter().sum();
    let worst = journal.raised.iter().copied().max().unwrap_or(0);
    let mean = f64::from(total) / journal.raised.len().max(1) as f64;
    let floods = journal.raised.iter().filter(|count| **count > 10).count();
    let since = documents.zone.with_value(|zone| zone.date_time(journal.since));
    let raised: u32 = journal.by_priority.iter().sum();
    let figure = |testid: &'static str, term: &'static str, value: String, target: &'static str, is_met: bool| {
        view! {
            <div class="stat" data-met=if is_met { "yes" } else { "no" }>
                <dt>{term}</dt>
                <dd data-testid=testid>{value}</dd>
                <small>{target}</small>
            </div>
        }
        .into_any()
    };
    let share = |priority: Priority, index: usize| {
        let count = journal.by_priority.get(index).copied().unwrap_or(0);
        let percent =
            if raised == 0 { "—".into() } else { format!("{:.0} %", f64::from(count) * 100.0 / f64::from(raised)) };
        view! {
            <tr>
                <td>{priority_shape(priority)}</td>
                <td>{priority_words(priority)}</td>
                <td>{count}</td>
                <td>{percent}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <div class="alert-health" data-testid="alert-health">
            <p class="page__hint">{format!("Since {since}, on this device.")}</p>
            <dl class="figures">
                {figure("rate", "Alerts in 10 minutes, mean", number_words((mean * 10.0).round() / 10.0), "target: at most 1", mean <= 1.0)}
                {figure("peak", "Worst 10 minutes", worst.to_string(), "target: at most 10", worst <= 10)}
                {figure("floods", "Floods (more than 10 in 10 minutes)", floods.to_string(), "target: none", floods == 0)}
                {figure("chattering", "Chattering", journal.chattering.len().to_string(), "target: none", journal.chattering.is_empty())}
                {figure("standing", "Standing for more than a day", journal.standing.len().to_string(), "target: fewer than 5", journal.standing.len() < 5)}
            </dl>
            <section>
                <h2>"By priority"</h2>
                <table>
                    <tbody>{each(Priority::ALL.into_iter().enumerate(), |(index, priority)| share(priority, index))}</tbody>
                </table>
            </section>
            {actors("Chattering, and what would have calmed it", &journal.chattering)}
            {actors("Most often", &journal.top)}
            {maybe(
                (!journal.standing.is_empty()).then(|| journal.standing.clone()),
                |standing| {
                    view! {
                        <section>
                            <h2>"Standing for more than a day"</h2>
                            <ul>
                                {each(standing, |(name, path)| view! { <li>{format!("{name}: {}", place(&path))}</li> }.into_any())}
                            </ul>
                        </section>
                    }
                        .into_any()
                },
            )}
        </div>
    }
    .into_any()
}

fn actors(title: &'static str, actors: &[BadActor]) -> AnyView {
    let advice = |actor: &BadActor| {
        let deadband =
            actor.deadband.map(|deadband| format!("deadband {}", number_words((deadband * 100.0).ceil() / 100.0)));
        let delay = actor.off_delay.map(|delay| format!("off-delay {}", span_words(delay)));
        [deadband, delay].into_iter().flatten().collect::<Vec<_>>().join(" or ")
    };
    maybe((!actors.is_empty()).then(|| actors.to_vec()), |actors| {
        view! {
            <section>
                <h2>{title}</h2>
                <table>
                    <tbody>
                        {each(
                            actors,
                            |actor| {
                                view! {
                                    <tr>
                                        <td>{actor.count}</td>
                                        <td>{actor.name.to_string()}</td>
                                        <td>{place(&actor.path)}</td>
                                        <td>{advice(&actor)}</td>
                                    </tr>
                                }
                                    .into_any()
                            },
                        )}
                    </tbody>
                </table>
            </section>
        }
        .into_any()
    })
}

fn place(path: &str) -> String {
    let levels: Vec<&str> = path.rsplit('/').take(3).collect();
    levels.into_iter().rev().map(name_words).collect::<Vec<_>>().join(" › ")
}
