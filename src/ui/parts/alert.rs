//! An alert in a line: priority by shape and number, what is said, where, since when, and what a person may do.

use std::sync::Arc;

use leptos::prelude::*;

use crate::time::Millis;
use crate::ui::format::{name_words, span_words};
use crate::ui::link::use_link;
use crate::ui::parts::erased::{block, click, each, effect, maybe, words};
use crate::ui::parts::past::Past;
use crate::ui::parts::toast::use_toasts;
use crate::ui::place::Place;
use crate::ui::state::{use_documents, use_live};
use crate::vocab::{AlertState, Priority};
use crate::wire::{Alert, AlertAct, AlertCommand, Command};

/// A priority's shape with its number; its colour comes from the `data-priority` around it.
pub fn priority_shape(priority: Priority) -> AnyView {
    let (path, number) = match priority {
        Priority::Critical => ("M1 1h14v14H1z", "1"),
        Priority::High => ("M8 0.5 15.8 15H0.2z", "2"),
        Priority::Medium => ("M8 0 16 8 8 16 0 8z", "3"),
        Priority::Low => ("M8 0.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15", "4"),
    };
    view! {
        <span class="priority" data-priority=priority.word() title=priority_words(priority)>
            <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d=path></path>
            </svg>
            <b aria-hidden="true">{number}</b>
            <span class="unseen">{priority_words(priority)}</span>
        </span>
    }
    .into_any()
}

/// A priority in words.
pub const fn priority_words(priority: Priority) -> &'static str {
    match priority {
        Priority::Critical => "Critical",
        Priority::High => "High",
        Priority::Medium => "Medium",
        Priority::Low => "Low",
    }
}

/// A state in words.
pub const fn alert_state_words(state: AlertState) -> &'static str {
    match state {
        AlertState::Normal => "Normal",
        AlertState::Unacknowledged => "Active",
        AlertState::Acknowledged => "Active, acknowledged",
        AlertState::Returned => "Over, not acknowledged",
        AlertState::Shelved => "Shelved",
        AlertState::Suppressed => "Suppressed by design",
        AlertState::OutOfService => "Out of service",
    }
}

/// Asks the worker to do something to alerts in the name of the person at this device.
pub fn use_act() -> impl Fn(AlertAct, Vec<crate::vocab::AlertId>, &str) + Copy + Send + Sync + 'static {
    let (link, documents, toasts) = (use_link(), use_documents(), use_toasts());
    move |act, alerts, words: &str| {
        let who = documents.person.get_untracked();
        let is_shared = documents.in_force().shares_on().is_some_and(|(_, may_publish)| may_publish);
        if who.is_empty() && is_shared {
            // Others are to know who it was.
            toasts.say("Give your name first, above: every screen shows who did it.");
            return;
        }
        link.post(&Command::Alerts(AlertCommand::Act { act, alerts, who, words: words.to_owned() }));
    }
}

/// Asks for the journal, and again whenever an alert changes.
pub fn use_journal() {
    let (live, link) = (use_live(), use_link());
    effect(move || {
        live.alerts.changed.track();
        link.post(&Command::Alerts(AlertCommand::Journal));
    });
}

/// The line and, when it is opened, its details.
#[component]
pub fn AlertRow(
    /// The alert as it is now; another state is another row.
    alert: Arc<Alert>,
    /// Which alert is open, by its DOM name.
    open: RwSignal<Option<String>>,
) -> impl IntoView {
    let live = use_live();
    let act = use_act();
    let name = dom_name(&alert);
    let raised = alert.raised.unwrap_or(alert.changed);
    let age = move || span_words((live.second.get() - raised).max(Millis(0)));
    let is_open = {
        let name = name.clone();
        Memo::new(move |_| open.with(|open| open.as_ref() == Some(&name)))
    };
    let toggle = {
        let name = name.clone();
        move || open.update(|open| *open = if open.as_ref() == Some(&name) { None } else { Some(name.clone()) })
    };
    let place = place_words(&alert);
    let (id, state) = (alert.id, alert.state);
    let needs = matches!(state, AlertState::Unacknowledged | AlertState::Returned);
    let acknowledge = move || act(AlertAct::Acknowledge, vec![id], "");
    let detailed = alert.clone();
    view! {
        <li
            class="alert"
            data-alert=name
            data-alert-state=state.word()
            data-priority=alert.priority.word()
            data-unknown=alert.is_unknown.then_some("")
        >
            <button
                class="alert__line"
                aria-expanded=crate::ui::parts::erased::attr(move || is_open.get())
                on:click=click(toggle)
            >
                {priority_shape(alert.priority)}
                <span class="alert__what">
                    <strong>{alert.message.to_string()}</strong>
                    <span class="alert__where">{place}</span>
                </span>
                <span class="alert__state">{state_line(&alert)}</span>
                <span class="alert__age">{words(age)}</span>
            </button>
            {maybe(
                needs.then_some(()),
                |()| {
                    view! {
                        <button class="button" data-testid="acknowledge" on:click=click(acknowledge)>
                            "Acknowledge"
                        </button>
                    }
                        .into_any()
                },
            )}
            {block(move || {
                maybe(
                    is_open.get().then(|| detailed.clone()),
                    |alert| view! { <AlertDetail alert /> }.into_any(),
                )
            })}
        </li>
    }
}

/// What more there is to an alert: what to do, what happens otherwise, its past, and how to put it aside.
#[component]
fn AlertDetail(alert: Arc<Alert>) -> impl IntoView {
    let (live, documents) = (use_live(), use_documents());
    let act = use_act();
    let why = RwSignal::new(String::new());
    let id = alert.id;
    let at = move |time| documents.zone.with_value(|zone| zone.date_time(time));
    let fact = |term: &'static str, text: String| {
        maybe((!text.is_empty()).then_some(text), |text| view! { <div><dt>{term}</dt><dd>{text}</dd></div> }.into_any())
    };
    let shelf = alert.shelf.as_ref().map(|(until, who, why)| format!("until {}, by {who}: {why}", at(*until)));
    let acknowledged = alert.acknowledged_by.as_ref().map(|who| format!("{who} (not verified)"));
    let rule = alert.name.to_string();
    let machine = alert.machine.and_then(|machine| live.place(machine));
    let links = [
        machine.map(|place| ("Open the machine", Place::Machine(place.path.to_string()).to_hash())),
        alert.tag.map(|_| ("Open the value", Place::Tag(alert.path.to_string()).to_hash())),
        (!alert.link.is_empty()).then(|| ("More about it", alert.link.to_string())),
    ];
    let shelve = move |hours: i64| {
        move || act(AlertAct::Shelve(Millis::from_secs(hours * 3600)), vec![id], &why.get_untracked())
    };
    let is_shelved = alert.shelf.is_some();
    let is_out = alert.state == AlertState::OutOfService;
    let most = alert.most_shelved.0 / 3_600_000;
    view! {
        <div class="alert__detail">
            <dl class="facts">
                {fact("What to do", alert.action.to_string())}
                {fact("Otherwise", alert.consequence.to_string())}
                {fact("Raised", alert.raised.map(at).unwrap_or_default())}
                {fact("How often", if alert.count > 1 { format!("{} times since this device watches", alert.count) } else { String::new() })}
                {fact("Acknowledged", acknowledged.unwrap_or_default())}
                {fact("Shelved", shelf.unwrap_or_default())}
                {fact("Rule", rule)}
                {fact("In its group", if alert.is_first { "the first".into() } else { String::new() })}
                {fact("Now", if alert.is_unknown { "unknown: its data are missing, bad or stale".into() } else { String::new() })}
            </dl>
            {maybe(alert.tag, |tag| view! { <Past tag around=alert.raised /> }.into_any())}
            <History alert=alert.clone() />
            <div class="alert__acts">
                {each(
                    links.into_iter().flatten(),
                    |(words, href)| view! { <a class="button" href=href rel="noreferrer">{words}</a> }.into_any(),
                )}
                {if is_out {
                    let back = move || act(AlertAct::PutBack, vec![id], "");
                    view! { <button class="button" on:click=click(back)>"Put back into service"</button> }.into_any()
                } else if is_shelved {
                    let back = move || act(AlertAct::Unshelve, vec![id], "");
                    view! { <button class="button" data-testid="unshelve" on:click=click(back)>"Take from the shelf"</button> }.into_any()
                } else {
                    let out = move || act(AlertAct::TakeOut, vec![id], &why.get_untracked());
                    view! {
                        <label class="field">
                            <span>"Why"</span>
                            <input type="text" maxlength="500" data-testid="why" bind:value=why />
                        </label>
                        <button class="button" data-testid="shelve" on:click=click(shelve(1))>"Shelve 1 h"</button>
                        <button class="button" on:click=click(shelve(most))>{format!("Shelve {most} h")}</button>
                        <button class="button" on:click=click(out)>"Out of service"</button>
                    }
                        .into_any()
                }}
            </div>
        </div>
    }
}

/// What became of it, the newest first.
#[component]
fn History(alert: Arc<Alert>) -> impl IntoView {
    let (live, documents) = (use_live(), use_documents());
    use_journal();
    let rows = move || {
        let journal = live.alerts.journal.get();
        let lines = journal.map(|journal| journal.lines.clone()).unwrap_or_default().into_iter();
        let own = lines.filter(|line| line.name == alert.name && line.path == alert.path).take(MOST_LINES);
        each(own, |line| {
            let at = documents.zone.with_value(|zone| zone.date_time(line.at));
            let who = line.who.map(|who| format!(" by {who}")).unwrap_or_default();
            view! {
                <li>
                    <time>{at}</time>
                    <span>{format!("{}{who}", alert_state_words(line.to))}</span>
                    <span>{line.text.to_string()}</span>
                </li>
            }
            .into_any()
        })
    };
    view! {
        <details class="alert__history" data-testid="alert-history">
            <summary>"History"</summary>
            <ol>{block(rows)}</ol>
        </details>
    }
}

/// Of one alert's history.
const MOST_LINES: usize = 30;

/// `data-alert`: rule and subject.
pub fn dom_name(alert: &Alert) -> String {
    format!("{}@{}", alert.rule, alert.path)
}

fn state_line(alert: &Alert) -> String {
    let state = alert_state_words(alert.state);
    match &alert.acknowledged_by {
        _ if alert.is_unknown => format!("{state} · unknown now"),
        Some(who) if alert.state == AlertState::Acknowledged => format!("Acknowledged by {who}"),
        _ => state.to_owned(),
    }
}

/// The last three levels of where it is.
fn place_words(alert: &Alert) -> String {
    let levels: Vec<&str> = alert.path.rsplit('/').take(3).collect();
    levels.into_iter().rev().map(name_words).collect::<Vec<_>>().join(" › ")
}
