//! How far a reason reaches: the whole stop, a part of it, or also the stop before.

use leptos::prelude::*;

use crate::time::{Millis, Timestamp};
use crate::ui::format::span_words;
use crate::ui::parts::erased::{block, click, maybe, words};
use crate::ui::state::use_documents;
use crate::wire::KpiStop;

/// What a person chose of one stop: the whole of it at first.
#[derive(Clone, Copy, Default)]
pub struct Reach {
    /// Seconds after the stop's begin from which the reason holds.
    first: RwSignal<i64>,
    /// Seconds before its end until which it holds.
    last: RwSignal<i64>,
    /// The stop before is the same one.
    is_joined: RwSignal<bool>,
    /// Part of the stop only.
    is_part: RwSignal<bool>,
}

impl Reach {
    /// The whole stop again.
    pub fn reset(self) {
        self.first.set(0);
        self.last.set(0);
        self.is_joined.set(false);
        self.is_part.set(false);
    }

    /// From when until when; `None`: while it goes on.
    pub fn of(self, stop: &KpiStop, before: Option<&KpiStop>) -> (Timestamp, Option<Timestamp>) {
        let whole = (!stop.is_open).then_some(stop.to);
        if self.is_part.get_untracked() {
            let (first, last) = (self.first.get_untracked(), self.last.get_untracked());
            let to = stop.to - Millis::from_secs(last);
            let from = (stop.from + Millis::from_secs(first)).min(to - Millis(1000));
            return (from, if last == 0 { whole } else { Some(to) });
        }
        let joined = before.filter(|_| self.is_joined.get_untracked());
        (joined.map_or(stop.from, |before| before.from), whole)
    }
}

/// The choice: sliders for a part, a box for the stop before.
#[component]
pub fn ReachChoice(
    /// The stop.
    stop: KpiStop,
    /// The one before it on this machine.
    before: Option<KpiStop>,
    /// The choice.
    reach: Reach,
) -> impl IntoView {
    let documents = use_documents();
    let length = (stop.to - stop.from).0 / 1000;
    let step = if length > 1200 { 60 } else { 1 };
    let clock = move |at: Timestamp| documents.zone.with_value(|zone| zone.clock(at));
    let (from, to) = (stop.from, stop.to);
    let begin = move || clock(from + Millis::from_secs(reach.first.get()));
    let end = move || clock(to - Millis::from_secs(reach.last.get()));
    let slider = move |name: &'static str, testid: &'static str, seconds: RwSignal<i64>, is_from_end: bool| {
        let input = move |event| {
            let at: i64 = event_target_value(&event).parse().unwrap_or(0);
            let at = at.clamp(0, length);
            seconds.set(if is_from_end { length - at } else { at });
        };
        let value = if is_from_end { length - seconds.get_untracked() } else { seconds.get_untracked() };
        view! {
            <label class="field">
                <span>{name}</span>
                <input type="range" min="0" max=length step=step data-testid=testid prop:value=value on:input=input />
            </label>
        }
        .into_any()
    };
    let split = move || {
        reach.is_part.update(|part| *part = !*part);
        reach.is_joined.set(false);
    };
    view! {
        <div class="kpi-reach">
            {maybe(
                (length >= 2).then_some(()),
                |()| {
                    view! {
                        <button class="button button--quiet" data-testid="kpi-split" on:click=click(split)>
                            {words(move || {
                                if reach.is_part.get() { "The whole stop".into() } else { "Only a part of it …".into() }
                            })}
                        </button>
                    }
                        .into_any()
                },
            )}
            {block(move || {
                maybe(
                    reach.is_part.get().then_some(()),
                    |()| {
                        view! {
                            {slider("From", "kpi-part-from", reach.first, false)}
                            {slider("Until", "kpi-part-to", reach.last, true)}
                            <p data-testid="kpi-part">{words(move || format!("{} – {}", begin(), end()))}</p>
                        }
                            .into_any()
                    },
                )
            })}
            {maybe(
                before,
                |before| {
                    let words = format!(
                        "Together with the stop before ({}, {})",
                        clock(before.from),
                        span_words(before.to - before.from),
                    );
                    view! {
                        <label class="check">
                            <input
                                type="checkbox"
                                data-testid="kpi-join"
                                bind:checked=reach.is_joined
                                disabled=crate::ui::parts::erased::attr(move || reach.is_part.get().then_some(""))
                            />
                            <span>{words}</span>
                        </label>
                    }
                        .into_any()
                },
            )}
        </div>
    }
}
