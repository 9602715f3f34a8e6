//! A link in full: its state, what holds on it, and each filter with its fate.

use leptos::prelude::*;

use crate::ui::format::size_words;
use crate::ui::parts::erased::{block, each};
use crate::ui::state::{use_documents, use_live};
use crate::vocab::LinkState;
use crate::wire::{LinkReport, Verdict};

/// All links.
#[component]
pub fn LinkHealth() -> impl IntoView {
    let live = use_live();
    block(move || each(live.links.get(), |report| link_section(&report)))
}

fn link_section(report: &LinkReport) -> AnyView {
    let documents = use_documents();
    let brokers = documents.in_force().brokers;
    let name = brokers.get(usize::from(report.broker.0)).map(|broker| broker.name.clone()).unwrap_or_default();
    let mut facts = vec![("URL".to_owned(), report.url.clone()), ("State".to_owned(), state_words(report))];
    if let LinkState::Online { since, protocol, client_id } = &report.state {
        let version = if *protocol == 5 { "MQTT 5" } else { "MQTT 3.1.1" };
        let at = documents.zone.with_value(|zone| zone.date_time(*since));
        facts.push(("Since".to_owned(), format!("{at}, {version}")));
        facts.push(("Client id".to_owned(), client_id.clone()));
    }
    facts.extend(report.facts.iter().cloned());
    if let Some((received, total)) = report.receiving {
        let words = format!("{} of {}", size_words(u64::from(received)), size_words(u64::from(total)));
        facts.push(("Receiving".to_owned(), words));
    }
    let fact = |(name, value): (String, String)| {
        view! {
            <div class="stat">
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
        .into_any()
    };
    let word = report.state.word();
    view! {
        <section data-testid="link-health" data-link=word>
            <h2>{name}</h2>
            <dl>
                {each(facts, fact)}
                {each(
                    report.filters.clone(),
                    |filter| {
                        let words = verdict_words(&filter.verdict);
                        let (verdict, name) = (verdict_word(&filter.verdict), filter.filter.clone());
                        view! {
                            <div class="stat" data-filter=name data-verdict=verdict>
                                <dt>
                                    <code>{filter.filter}</code>
                                </dt>
                                <dd>{words}</dd>
                            </div>
                        }
                            .into_any()
                    },
                )}
            </dl>
        </section>
    }
    .into_any()
}

fn state_words(report: &LinkReport) -> String {
    match &report.state {
        LinkState::Idle => "not connected".into(),
        LinkState::Connecting { attempt } => format!("connecting, attempt {attempt}"),
        LinkState::Online { .. } if !report.heard => "connected, nothing heard yet".into(),
        LinkState::Online { .. } => "connected".into(),
        LinkState::Waiting { attempt, .. } => format!("lost, tried {attempt} times"),
        LinkState::Denied { .. } => "refused, waits for you".into(),
    }
}

const fn verdict_word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Asked => "asked",
        Verdict::Granted(_) => "granted",
        Verdict::Heard(_) => "heard",
        Verdict::Refused(_) => "refused",
    }
}

fn verdict_words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Asked => "asked, not answered yet".into(),
        Verdict::Granted(qos) => format!("granted (QoS {qos}), nothing received yet"),
        Verdict::Heard(qos) => format!("granted (QoS {qos})"),
        Verdict::Refused(words) => format!("refused: {words}"),
    }
}
