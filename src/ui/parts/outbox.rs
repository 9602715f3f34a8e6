//! What is to be published from here: a form for one message where the configuration allows publishing, and the outbox
//! with each entry's fate.

use leptos::{ev::SubmitEvent, prelude::*};

use crate::document::Broker;
use crate::topic::{is_valid_topic, matches};
use crate::ui::format::{size_words, span_words};
use crate::ui::link::use_link;
use crate::ui::parts::erased::{block, each, maybe, words};
use crate::ui::state::{use_documents, use_live};
use crate::vocab::BrokerId;
use crate::wire::{Command, Fate, OutboxEntry, Publishing};

/// Form and outbox; nothing at all where nothing may be published.
#[component]
pub fn Outbox() -> impl IntoView {
    let documents = use_documents();
    block(move || {
        documents.is_settled.track();
        documents.file.track();
        let brokers = documents.in_force().brokers.into_iter().enumerate();
        let open: Vec<(usize, Broker)> = brokers.filter(|(_, broker)| broker.publish.enabled).collect();
        maybe((!open.is_empty()).then_some(open), |open| {
            view! {
                <section class="faults" data-testid="outbox">
                    <h2>"To publish"</h2>
                    {each(open, |(index, broker)| view! { <PublishForm index broker /> }.into_any())}
                    {block(entries)}
                </section>
            }
            .into_any()
        })
    })
}

/// One message, by hand.
#[component]
fn PublishForm(index: usize, broker: Broker) -> impl IntoView {
    let link = use_link();
    let (topic, payload) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (qos, is_retained) = (RwSignal::new("1".to_owned()), RwSignal::new(false));
    let wrong = RwSignal::new(String::new());
    let allowed = broker.publish.topics.clone();
    let hint = allowed.join(", ");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let to = topic.get_untracked();
        if !is_valid_topic(&to) || !allowed.iter().any(|filter| matches(filter, &to)) {
            return wrong.set(format!("{to:?} is not among what may be published"));
        }
        wrong.set(String::new());
        link.post(&Command::Publish(Publishing {
            broker: BrokerId(index as u8),
            request: 0,
            topic: to,
            payload: payload.get_untracked().into_bytes(),
            qos: qos.get_untracked().parse().unwrap_or(1),
            retain: is_retained.get_untracked(),
            expire_secs: PATIENCE_SECS,
        }));
    };
    view! {
        <form class="connect" data-testid="publish" on:submit=submit novalidate>
            <div class="connect__pair">
                <label class="field">
                    <span>"Topic on " {broker.name}</span>
                    <input name="topic" type="text" spellcheck="false" autocapitalize="off" bind:value=topic />
                    <small>"Allowed: " <code>{hint}</code></small>
                </label>
                <label class="field">
                    <span>"Payload"</span>
                    <input name="payload" type="text" spellcheck="false" autocapitalize="off" bind:value=payload />
                </label>
            </div>
            <div class="connect__go">
                <button class="button" type="submit" data-testid="publish-go">
                    "Publish"
                </button>
                <label class="check">
                    <span>"QoS"</span>
                    <select name="qos" bind:value=qos>
                        <option value="0">"0"</option>
                        <option value="1" selected>
                            "1"
                        </option>
                        <option value="2">"2"</option>
                    </select>
                </label>
                <label class="check">
                    <input name="retain" type="checkbox" bind:checked=is_retained />
                    <span>"Retained"</span>
                </label>
            </div>
            <p class="connect__wrong" role="alert">
                {words(move || wrong.get())}
            </p>
        </form>
    }
}

fn entries() -> AnyView {
    let live = use_live();
    let outbox = live.outbox.get();
    let now = live.second.get_untracked();
    let kept = if outbox.is_kept {
        "What waits is kept over a reload, and sent by this tab."
    } else {
        "What waits is lost when this tab is closed: another tab keeps the outbox, or this page cannot (see “This browser”)."
    };
    let row = |entry: OutboxEntry| {
        let (word, words) = fate_words(&entry.fate);
        view! {
            <tr data-fate=word>
                <td>
                    <code>{entry.topic}</code>
                </td>
                <td>{size_words(u64::from(entry.bytes))} ", QoS " {entry.qos.to_string()}</td>
                <td>{words}</td>
                <td>{format!("{} ago", span_words(now - entry.made))}</td>
            </tr>
        }
        .into_any()
    };
    maybe((!outbox.entries.is_empty()).then_some(outbox.entries), |all| {
        view! {
            <p class="page__hint">{kept}</p>
            <table>
                <thead>
                    <tr>
                        <th>"Topic"</th>
                        <th>"Size"</th>
                        <th>"Fate"</th>
                        <th>"Made"</th>
                    </tr>
                </thead>
                <tbody>{each(all, row)}</tbody>
            </table>
        }
        .into_any()
    })
}

fn fate_words(fate: &Fate) -> (&'static str, String) {
    match fate {
        Fate::Waiting => ("waiting", "waits for the broker".into()),
        Fate::Unanswered => ("unanswered", "sent, not answered yet".into()),
        Fate::Sent => ("sent", "sent (nobody answers QoS 0)".into()),
        Fate::Acknowledged => ("acknowledged", "the broker has it".into()),
        Fate::Refused(words) => ("refused", format!("refused: {words}")),
        Fate::Expired => ("expired", "its time was over before it could be sent".into()),
        Fate::Lost => ("lost", "sent, never answered: the broker may have it or not".into()),
    }
}

/// How long a message made by hand may wait for its broker.
const PATIENCE_SECS: u32 = 300;
