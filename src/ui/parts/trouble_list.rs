//! A link's trouble on screen: what is known, and the likely causes each with a check.

use leptos::prelude::*;

use crate::ui::link::use_link;
use crate::ui::parts::erased::{click, each, maybe};

use crate::ui::trouble::{Cause, explain};
use crate::vocab::{LinkFault, LinkState};
use crate::wire::{Command, LinkReport, Verdict};

/// Whether this page came encrypted.
pub fn is_https_page() -> bool {
    location().protocol().is_ok_and(|protocol| protocol == "https:")
}

/// The fault of a link that has one.
pub fn fault_of(state: &LinkState) -> Option<&LinkFault> {
    match state {
        LinkState::Waiting { fault, .. } | LinkState::Denied { fault } => Some(fault),
        LinkState::Idle | LinkState::Connecting { .. } | LinkState::Online { .. } => None,
    }
}

/// Explains why a link is not up.
#[component]
pub fn TroubleList(
    /// The link.
    report: LinkReport,
) -> impl IntoView {
    let explanation = fault_of(&report.state).map(|fault| explain(fault, &report.url, is_https_page()));
    let next = match &report.state {
        LinkState::Waiting { attempt, .. } => Some(format!("It is tried again by itself; {attempt} so far.")),
        LinkState::Denied { .. } => Some("Trying again would hardly mend this: it waits for you. A login that has worked before is tried again every few minutes.".to_owned()),
        _ => None,
    };
    let link = use_link();
    let (broker, offered) = (report.broker, report.offered);
    let retry = click(move || link.post(&Command::Retry { broker }));
    maybe(explanation, move |explanation| {
        view! {
            <section class="trouble" data-testid="trouble">
                <p class="trouble__what">{explanation.what}</p>
                <p class="trouble__url">{report.url}</p>
                <ol class="trouble__causes">{each(explanation.causes, cause_item)}</ol>
                {maybe(
                    offered,
                    |url| {
                        view! {
                            <p class="trouble__next">
                                "The broker names another server: " <code>{url}</code>
                                ". It is not followed unless config.json says follow_server_reference."
                            </p>
                        }
                            .into_any()
                    },
                )}
                {maybe(next, |next| view! { <p class="trouble__next">{next}</p> }.into_any())}
                <button class="button" type="button" data-testid="retry-now" on:click=retry>
                    "Retry now"
                </button>
            </section>
        }
        .into_any()
    })
}

/// The filters that the broker refused, and why.
pub fn refusals(report: &LinkReport) -> AnyView {
    each(report.filters.clone(), |filter| match filter.verdict {
        Verdict::Refused(words) => view! {
            <span class="link__refused">
                "Refused: " <code>{filter.filter}</code> " – " {words}
            </span>
        }
        .into_any(),
        _ => ().into_any(),
    })
}

fn cause_item(cause: Cause) -> AnyView {
    let link = |address: String| {
        let href = address.clone();
        view! {
            <a href=href target="_blank" rel="noopener noreferrer">
                {address}
            </a>
        }
        .into_any()
    };
    view! {
        <li>
            <strong>{cause.what}</strong>
            <span>{cause.check}</span>
            {maybe(cause.open, link)}
        </li>
    }
    .into_any()
}
