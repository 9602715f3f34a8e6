//! The health of the namespace: what a plant engineer can work off, kind by kind.

use leptos::prelude::*;

use crate::ui::format::write_grouped;
use crate::ui::link::use_link;
use crate::ui::parts::empty::Skeleton;
use crate::ui::parts::erased::{block, click, each, effect};
use crate::ui::place::Place;
use crate::ui::state::use_live;
use crate::wire::{Command, Finding, Findings, Trouble};

/// The health of the namespace.
#[component]
pub fn NamespaceHealthPage() -> impl IntoView {
    let (live, link) = (use_live(), use_link());
    let examine = move || link.post(&Command::Examine);
    effect(move || {
        live.epoch.track();
        examine();
    });
    let body = move || match live.findings.get() {
        None => view! { <Skeleton words="Looking…".to_owned() /> }.into_any(),
        Some(findings) if findings.list.is_empty() => {
            view! { <p class="page__lead" data-testid="findings-none">{none_words(&findings)}</p> }.into_any()
        }
        Some(findings) => each(findings.list.clone(), |finding| finding_view(finding, findings.tags)),
    };
    view! {
        <article class="page findings" data-testid="namespace-health-page">
            <header class="page__head">
                <h1>"Health of the namespace"</h1>
                <span class="page__gap"></span>
                <button class="button" data-testid="examine" on:click=click(examine)>
                    "Look again"
                </button>
            </header>
            {block(body)}
        </article>
    }
}

fn none_words(findings: &Findings) -> String {
    if findings.tags == 0 {
        "Nothing was heard yet.".into()
    } else {
        format!("{} tags, nothing wrong.", grouped(findings.tags))
    }
}

fn finding_view(finding: Finding, tags: u32) -> AnyView {
    let (title, advice) = words_of(finding.kind);
    let share = format!("{} of {} tags", grouped(finding.count), grouped(tags));
    let shown = finding.examples.len();
    let more = (finding.count as usize).saturating_sub(shown);
    let rows = each(finding.examples, |example| {
        view! {
            <li>
                <a href=Place::Tag(example.path.to_string()).to_hash()>{example.path.to_string()}</a>
                <span>{example.note}</span>
            </li>
        }
        .into_any()
    });
    let more = if more > 0 { format!("and {} more", grouped(more as u32)) } else { String::new() };
    view! {
        <details class="finding" data-testid="finding" data-finding=format!("{:?}", finding.kind)>
            <summary>
                <strong>{title}</strong>
                <span class="finding__count">{share}</span>
                <span class="finding__advice">{advice}</span>
            </summary>
            <ul>{rows}</ul>
            <p class="page__hint">{more}</p>
        </details>
    }
    .into_any()
}

/// What it is called, and what to do about it.
const fn words_of(trouble: Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::UnknownState => (
            "Machine states nobody can read",
            "Say in the settings what they mean; until then the machine counts as offline.",
        ),
        Trouble::Unread => {
            ("Payloads that could not be read", "Broken JSON or a binary format. The tag's page shows the bytes.")
        }
        Trouble::Twice => (
            "The same name twice",
            "Two paths that are equal, or differ in upper and lower case only: one of them is a mistake.",
        ),
        Trouble::ChangesType => {
            ("Values that change their type", "A number now, text then: trends and limits break. Publish one type.")
        }
        Trouble::ChangesShape => {
            ("Messages that change their shape", "Two publishers on one topic, or one that is not sure.")
        }
        Trouble::Unassigned => (
            "Tags of no machine",
            "They do not fit the levels of the hierarchy. See the settings for how levels are read.",
        ),
        Trouble::OddName => ("Odd names of levels", "Empty levels, blanks at the ends, control characters."),
        Trouble::Skew => (
            "Clocks that are off",
            "The source\u{2019}s time and the time of receipt are more than five seconds apart.",
        ),
        Trouble::Late => {
            ("Values that come late", "They went to their place in history, and did not replace newer ones.")
        }
        Trouble::NoZone => (
            "Times without a zone",
            "Read as UTC, which may be hours wrong. Publish a zone or milliseconds since 1970.",
        ),
        Trouble::NoTime => ("No time", "Only the time of receipt is known: of a retained value not even its age."),
        Trouble::NoUnit => {
            ("Numbers without a unit", "Publish it with the value, or read a list of units in on the namespace page.")
        }
        Trouble::Chatter => ("Chatter", "Many messages, hardly a change. Report by exception, or less often."),
        Trouble::OldRetained => (
            "Retained and older than a day",
            "The broker keeps a value that nobody renews. Clear it, if its machine is gone.",
        ),
    }
}

fn grouped(number: u32) -> String {
    let mut words = String::new();
    write_grouped(&mut words, u64::from(number));
    words
}
