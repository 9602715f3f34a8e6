//! A reason for a stop: two taps, with a comment for who has time for one.

use leptos::prelude::*;

use super::reach::{Reach, ReachChoice};
use super::{Look, Report};
use crate::time::Millis;
use crate::ui::format::span_words;
use crate::ui::link::use_link;
use crate::ui::parts::erased::{block, click, each, maybe};
use crate::ui::state::use_documents;
use crate::wire::{Command, Explanation, KpiCommand, KpiReport, KpiStop};

/// The sheet with the reasons, while a stop is looked at.
#[component]
pub fn ExplainSheet(
    /// The report.
    report: Report,
    /// What is looked at.
    look: Look,
) -> impl IntoView {
    let (documents, link) = (use_documents(), use_link());
    let (group, comment) = (RwSignal::new(None::<usize>), RwSignal::new(String::new()));
    let reach = Reach::default();
    let close = move || {
        look.stop.set(None);
        group.set(None);
        comment.set(String::new());
        reach.reset();
    };
    let say = move |stop: &KpiStop, reason: &str| {
        let Some(machine) = report.with_untracked(|report| report.as_ref().map(|r| r.speaker.to_string())) else {
            return;
        };
        let before = report.with_untracked(|report| report.as_ref().and_then(|report| before(report, stop)));
        let (from, to) = reach.of(stop, before.as_ref());
        let said = Explanation {
            machine,
            from,
            to,
            reason: reason.to_owned(),
            comment: comment.get_untracked(),
            who: documents.person.get_untracked(),
        };
        link.post(&Command::Kpis(KpiCommand::Explain(Box::new(said))));
        close();
    };
    block(move || {
        let Some(stop) = look.stop.get() else { return ().into_any() };
        let reasons = report.with_untracked(|report| report.as_ref().map(|r| r.reasons.clone()).unwrap_or_default());
        let from = documents.zone.with_value(|zone| zone.date_time(stop.from));
        let title = format!("Stop of {from}, {}", span_words(stop.to - stop.from));
        let open = group.get().and_then(|index| reasons.get(index).cloned());
        let button = {
            let stop = stop.clone();
            move |reason: String| {
                let (stop, words) = (stop.clone(), reason.clone());
                view! {
                    <button class="button kpi-reason" data-reason=reason on:click=click(move || say(&stop, &words))>
                        {words.clone()}
                    </button>
                }
                .into_any()
            }
        };
        let choices = match open {
            Some((name, below)) => {
                let back = move || group.set(None);
                view! {
                    <button class="button button--quiet kpi-reason" on:click=click(back)>
                        "Back"
                    </button>
                    {button(name)}
                    {each(below, button)}
                }
                .into_any()
            }
            None => each(reasons.into_iter().enumerate(), move |(index, (name, below))| {
                if below.is_empty() {
                    return button(name);
                }
                view! {
                    <button class="button kpi-reason" data-group=name.clone() on:click=click(move || group.set(Some(index)))>
                        {format!("{name} …")}
                    </button>
                }
                .into_any()
            }),
        };
        let who = documents.person.get_untracked();
        let previous = report.with_untracked(|report| report.as_ref().and_then(|report| before(report, &stop)));
        view! {
            <aside class="kpi-sheet" role="dialog" aria-label="Reason for a stop" data-testid="kpi-explain-sheet">
                <header>
                    <h2>{title}</h2>
                    <button class="button button--quiet" on:click=click(close)>
                        "Close"
                    </button>
                </header>
                <ReachChoice stop=stop.clone() before=previous reach />
                <label class="field">
                    <span>"Comment (not needed)"</span>
                    <input
                        type="text"
                        maxlength="500"
                        prop:value=comment.get_untracked()
                        on:input=move |event| comment.set(event_target_value(&event))
                    />
                </label>
                <div class="kpi-reasons">{choices}</div>
                {maybe(
                    who.is_empty().then_some(()),
                    |()| {
                        view! {
                            <p class="page__hint">
                                "Said by “this device”. Give your name on the page of alerts to have it shown."
                            </p>
                        }
                            .into_any()
                    },
                )}
            </aside>
        }
        .into_any()
    })
}

/// The stop before this one, where not much lies between: stops are listed the newest first.
fn before(report: &KpiReport, stop: &KpiStop) -> Option<KpiStop> {
    let before = report.stops.iter().find(|other| other.to <= stop.from)?;
    (stop.from - before.to <= NEAR).then(|| before.clone())
}

/// Stops farther apart are hardly one.
const NEAR: Millis = Millis(15 * 60_000);
