//! Writes a Sparkplug metric by hand, where the configuration allows it: typed, asked once more, and then what became of
//! it. The figure above it is never touched: only what the edge node tells changes it.

use leptos::{ev::SubmitEvent, prelude::*};

use crate::time::Timestamp;
use crate::ui::format::span_words;
use crate::ui::link::use_link;
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::erased::{attr, effect, either, shown, words};
use crate::ui::state::{use_documents, use_live};
use crate::vocab::{TagId, Value, ValueType};
use crate::wire::{Command, WriteFate, Written};

/// The control; nothing where the metric may not be written.
#[component]
pub fn WriteControl(
    /// The metric.
    tag: TagId,
) -> impl IntoView {
    let (live, link, documents) = (use_live(), use_link(), use_documents());
    let broker = live.tag(tag).get_untracked().map_or(0, |tag| usize::from(tag.broker.0));
    let may = move |broker: &crate::document::Broker| broker.publish.enabled && !broker.publish.commands.is_empty();
    // Nobody asks where nothing may be written.
    if documents.in_force().brokers.get(broker).is_some_and(may) {
        effect(move || {
            live.second.track();
            link.post(&Command::Writable(tag));
        });
    }
    let report = Memo::new(move |_| live.writing.get().filter(|told| told.tag == tag));
    let is_allowed = move || report.with(|told| told.as_ref().is_some_and(|told| told.is_allowed));
    shown(is_allowed, move || view! { <WriteForm tag report /> }.into_any())
}

type Report = std::sync::Arc<crate::wire::WritingReport>;

#[component]
fn WriteForm(tag: TagId, report: Memo<Option<Report>>) -> impl IntoView {
    let (live, link, asker) = (use_live(), use_link(), use_asker());
    let (typed, wrong) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let takes = Memo::new(move |_| report.with(|told| told.as_ref().map(|told| told.takes.clone())));
    let written = Memo::new(move |_| report.with(|told| told.as_ref().and_then(|told| told.written.clone())));
    let is_waiting = move || written.with(|last| last.as_ref().is_some_and(|last| last.fate == WriteFate::Waiting));
    let is_closed = move || is_waiting() || !takes.with(|takes| matches!(takes, Some(Ok(_))));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(Ok(of)) = takes.get_untracked() else { return };
        match of.read(&typed.get_untracked()) {
            Err(expected) => wrong.set(expected),
            Ok(value) => {
                wrong.set(String::new());
                let path = live.tag(tag).get_untracked().map(|tag| tag.path.to_string()).unwrap_or_default();
                asker.ask(Question {
                    title: format!("Write {}?", value_words(&value)),
                    text: format!("A command goes to the edge node, to write this to {path}. Machines may move."),
                    yes: "Write",
                    then: std::sync::Arc::new(move || link.post(&Command::Write { tag, value: value.clone() })),
                    otherwise: std::sync::Arc::new(|| {}),
                });
            }
        }
    };
    let is_switch = move || takes.with(|takes| *takes == Some(Ok(ValueType::Switch)));
    let field = either(
        is_switch,
        move || {
            view! {
                <select name="value" bind:value=typed>
                    <option value="">"choose"</option>
                    <option value="true">"true"</option>
                    <option value="false">"false"</option>
                </select>
            }
            .into_any()
        },
        move || {
            view! {
                <input
                    name="value"
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    autocapitalize="off"
                    aria-invalid=attr(move || wrong.with(|wrong| !wrong.is_empty()))
                    bind:value=typed
                />
            }
            .into_any()
        },
    );
    let hint = move || match takes.get() {
        _ if wrong.with(|wrong| !wrong.is_empty()) => wrong.get(),
        Some(Ok(of)) => of.words(),
        Some(Err(why)) => format!("Not now: {why}."),
        None => String::new(),
    };
    let fate = move || written.with(|last| last.as_ref().map_or("none", |last| fate_word(&last.fate)));
    let became = move || {
        live.second.track();
        written.with(|last| last.as_ref().map(|last| became(last, live.second.get_untracked())).unwrap_or_default())
    };
    view! {
        <form class="write" data-testid="write" on:submit=submit novalidate>
            <label class="field">
                <span>"Write"</span>
                {field}
                <small>{words(hint)}</small>
            </label>
            <button
                class="button"
                type="submit"
                data-testid="write-go"
                disabled=is_closed
            >
                "Write…"
            </button>
            <p class="write__fate" role="status" data-testid="write-fate" data-fate=attr(fate)>
                {words(became)}
            </p>
        </form>
    }
}

const fn fate_word(fate: &WriteFate) -> &'static str {
    match fate {
        WriteFate::Refused(_) => "refused",
        WriteFate::Waiting => "waiting",
        WriteFate::Confirmed(_) => "confirmed",
        WriteFate::Unconfirmed(_) => "unconfirmed",
        WriteFate::Lost => "lost",
    }
}

fn became(last: &Written, now: Timestamp) -> String {
    let value = value_words(&last.value);
    let ago = span_words(now - last.at);
    match &last.fate {
        WriteFate::Refused(words) => format!("{value} was not sent: {words}."),
        WriteFate::Waiting => format!("{value} was sent {ago} ago: waiting for the edge node's confirmation."),
        WriteFate::Confirmed(at) => format!("The edge node confirmed {value} {} ago.", span_words(now - *at)),
        WriteFate::Unconfirmed(None) => {
            format!(
                "{value} was sent {ago} ago; the edge node told no value since. One that had it already may be silent."
            )
        }
        WriteFate::Unconfirmed(Some(other)) => {
            format!("{value} was sent {ago} ago; the edge node told {} instead.", value_words(other))
        }
        WriteFate::Lost => {
            format!(
                "{value} was sent {ago} ago; the edge node, the device or the connection ended before it was confirmed."
            )
        }
    }
}

/// As it goes out: nothing is rounded.
fn value_words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(on) => on.to_string(),
        Value::Int(int) => int.to_string(),
        Value::UInt(uint) => uint.to_string(),
        Value::Float(real) => real.to_string(),
        Value::Text(text) if text.len() > SHOWN_BYTES => format!("a text of {} bytes", text.len()),
        Value::Text(text) => format!("“{text}”"),
        Value::Raw(size) => format!("{size} bytes"),
    }
}

/// Longer texts do not fit into a sentence.
const SHOWN_BYTES: usize = 80;
