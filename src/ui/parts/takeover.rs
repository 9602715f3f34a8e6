//! A critical alert takes the wall screen over: what, where, since when and what to do, readable across the hall. After
//! a while it makes room and stays as a band: a wall that hides the plant helps nobody. Acknowledged or over, it goes.

use std::sync::Arc;

use leptos::prelude::*;

use crate::time::Millis;
use crate::ui::format::{name_words, span_words};
use crate::ui::parts::alert::{priority_shape, use_act};
use crate::ui::parts::erased::{attr, block, click, maybe, words};
use crate::ui::state::use_live;
use crate::vocab::{AlertState, Priority};
use crate::wire::{Alert, AlertAct};

/// The takeover; nothing while no critical alert is unacknowledged.
#[component]
pub fn Takeover() -> impl IntoView {
    let live = use_live();
    let urgent = move || {
        let is_urgent = |alert: &Arc<Alert>| {
            alert.priority == Priority::Critical && alert.state == AlertState::Unacknowledged && !alert.is_unknown
        };
        live.alerts.all().into_iter().filter(is_urgent).collect::<Vec<_>>()
    };
    let first = Memo::new(move |_| {
        let all = urgent();
        all.first().map(|alert| (alert.clone(), all.len()))
    });
    block(move || maybe(first.get(), |(alert, count)| view! { <Shown alert count /> }.into_any()))
}

#[component]
fn Shown(alert: Arc<Alert>, count: usize) -> impl IntoView {
    let live = use_live();
    let act = use_act();
    let raised = alert.raised.unwrap_or(alert.changed);
    let age = move || span_words((live.second.get() - raised).max(Millis(0)));
    let is_band = Memo::new(move |_| live.second.get() - raised > WHOLE);
    let levels: Vec<&str> = alert.path.rsplit('/').take(3).collect();
    let place = levels.into_iter().rev().map(name_words).collect::<Vec<_>>().join(" › ");
    let id = alert.id;
    let more = (count > 1).then(|| format!("and {} more", count - 1));
    let action = Some(alert.action.to_string()).filter(|action| !action.is_empty());
    view! {
        <section
            class="takeover"
            role="alert"
            data-testid="takeover"
            data-priority="critical"
            data-band=attr(move || is_band.get().then_some(""))
        >
            {priority_shape(Priority::Critical)}
            <div class="takeover__words">
                <strong class="takeover__what">{alert.message.to_string()}</strong>
                <span class="takeover__where">{place}</span>
                {maybe(action, |action| view! { <span class="takeover__action">{action}</span> }.into_any())}
                {maybe(more, |more| view! { <span class="takeover__more">{more}</span> }.into_any())}
            </div>
            <span class="takeover__age">{words(age)}</span>
            <button class="button" on:click=click(move || act(AlertAct::Acknowledge, vec![id], ""))>
                "Acknowledge"
            </button>
        </section>
    }
}

/// How long it has the whole screen.
const WHOLE: Millis = Millis(30_000);
