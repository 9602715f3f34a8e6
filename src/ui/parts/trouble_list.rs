//! A link's trouble on screen: what is known, and the likely causes each with a check.

use leptos::prelude::*;

use crate::ui::trouble::explain;
use crate::vocab::{LinkFault, LinkState};
use crate::wire::LinkReport;

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
        LinkState::Denied { .. } => Some("Trying again would not mend this; it waits for you.".to_owned()),
        _ => None,
    };
    explanation.map(|explanation| {
        view! {
            <section class="trouble" data-testid="trouble">
                <p class="trouble__what">{explanation.what}</p>
                <p class="trouble__url">{report.url}</p>
                {(!explanation.causes.is_empty())
                    .then(|| {
                        view! {
                            <ol class="trouble__causes">
                                {explanation
                                    .causes
                                    .into_iter()
                                    .map(|cause| {
                                        view! {
                                            <li>
                                                <strong>{cause.what}</strong>
                                                <span>{cause.check}</span>
                                                {cause
                                                    .open
                                                    .map(|address| {
                                                        let href = address.clone();
                                                        view! {
                                                            <a
                                                                href=href
                                                                target="_blank"
                                                                rel="noopener noreferrer"
                                                            >
                                                                {address}
                                                            </a>
                                                        }
                                                    })}
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ol>
                        }
                    })}
                {next.map(|next| view! { <p class="trouble__next">{next}</p> })}
            </section>
        }
    })
}
