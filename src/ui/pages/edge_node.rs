//! Sparkplug's edge nodes: a list of all, and a page of each with its session, its devices and how it departs from the
//! specification.

use leptos::prelude::*;

use crate::time::{Millis, Timestamp};
use crate::ui::format::{number_words, span_words};
use crate::ui::link::use_link;
use crate::ui::parts::empty::Skeleton;
use crate::ui::parts::erased::{block, each, effect, maybe};
use crate::ui::place::Place;
use crate::ui::state::{use_documents, use_live};
use crate::wire::{Command, EdgeDevice, EdgeNodeReport, EdgeNodes, HostReport};

/// One edge node, by `group/edge node`.
#[component]
pub fn EdgeNodePage(
    /// `group/edge node`.
    path: String,
) -> impl IntoView {
    let live = use_live();
    ask(Some(path.clone()));
    let wanted = path.clone();
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let body = move || {
        let told = live.edge_nodes.get().filter(|told| told.wanted.as_deref() == Some(&*wanted));
        match told {
            None => view! { <Skeleton words="Looking…".to_owned() /> }.into_any(),
            Some(told) if told.nodes.is_empty() => {
                view! { <p class="page__lead">"No edge node of this name was heard yet."</p> }.into_any()
            }
            Some(told) => each(told.nodes.clone(), |node| whole(&node)),
        }
    };
    view! {
        <article class="page diagnostics" data-testid="edge-node-page" data-node=path>
            <header class="page__head">
                <h1>{name}</h1>
            </header>
            {block(body)}
        </article>
    }
}

/// All edge nodes and hosts, in short; nothing where there are none.
#[component]
pub fn EdgeNodeList() -> impl IntoView {
    let live = use_live();
    ask(None);
    block(move || {
        let told = live.edge_nodes.get().filter(|told| told.wanted.is_none());
        maybe(told.filter(|told| !told.nodes.is_empty() || !told.hosts.is_empty()), |told| list(&told))
    })
}

/// Asks now and each second.
fn ask(wanted: Option<String>) {
    let (live, link) = (use_live(), use_link());
    effect(move || {
        live.second.track();
        link.post(&Command::EdgeNodes(wanted.clone()));
    });
}

fn list(told: &EdgeNodes) -> AnyView {
    let now = use_live().second.get_untracked();
    let row = move |node: EdgeNodeReport| {
        let place = Place::Node(format!("{}/{}", node.group, node.node)).to_hash();
        let path = format!("{}/{}", node.group, node.node);
        let since = format!("{} {}", node.standing, span_words(now - node.since));
        view! {
            <tr data-testid="edge-node" data-node=path data-standing=node.standing.clone()>
                <td>
                    <a href=place>{node.node.clone()}</a>
                </td>
                <td>{node.group.clone()}</td>
                <td>{since}</td>
                <td>{node.device_count.to_string()}</td>
                <td>{number_words(f64::from((node.rate * 10.0).round()) / 10.0)}</td>
                <td>{node.gaps.to_string()}</td>
            </tr>
        }
        .into_any()
    };
    let more = if told.more > 0 { format!("and {} more", told.more) } else { String::new() };
    let hosts = maybe((!told.hosts.is_empty()).then(|| told.hosts.clone()), |hosts| {
        view! {
            <h2>"Sparkplug host applications"</h2>
            <dl>{each(hosts, host_fact)}</dl>
        }
        .into_any()
    });
    view! {
        <section class="faults" data-testid="edge-nodes">
            <h2>"Sparkplug edge nodes"</h2>
            <table>
                <thead>
                    <tr>
                        <th>"Edge node"</th>
                        <th>"Group"</th>
                        <th>"Standing"</th>
                        <th>"Devices"</th>
                        <th>"Messages/s"</th>
                        <th>"Missing"</th>
                    </tr>
                </thead>
                <tbody>{each(told.nodes.clone(), row)}</tbody>
            </table>
            <p class="page__hint">{more}</p>
            {hosts}
        </section>
    }
    .into_any()
}

fn host_fact(host: HostReport) -> AnyView {
    let standing = if host.is_online { "online" } else { "offline" };
    let version = if host.is_legacy { ", as Sparkplug 2 says it" } else { "" };
    fact(&host.id, format!("{standing} since {}{version}", at(host.since)))
}

fn whole(node: &EdgeNodeReport) -> AnyView {
    let now = use_live().second.get_untracked();
    let brokers = use_documents().in_force().brokers;
    let broker = brokers.get(usize::from(node.broker.0)).map(|broker| broker.name.clone()).unwrap_or_default();
    let known = |number: Option<u64>| number.map_or_else(|| "not known".to_owned(), |number| number.to_string());
    let standing = match node.why.as_str() {
        "" => format!("{} for {}", node.standing, span_words(now - node.since)),
        why => format!("{} for {}: {why}", node.standing, span_words(now - node.since)),
    };
    let mut warnings = Vec::new();
    if node.is_suspect {
        warnings.push("A death came that matches no birth. It counts as gone if nothing follows within ten seconds.");
    }
    if node.has_gap {
        warnings.push("Messages are missing since its last birth: values that changed in them may be out of date.");
    }
    let facts = [
        ("Standing", standing),
        ("Broker", broker),
        ("Group", node.group.clone()),
        ("Last birth", node.born.map_or_else(|| "none heard live".to_owned(), at)),
        ("Births heard", node.births.to_string()),
        ("bdSeq", known(node.bdseq)),
        ("seq", known(node.seq)),
        ("Own metrics", node.metrics.to_string()),
        ("Messages", format!("{}, {:.1} a second", number_words(node.messages as f64), node.rate)),
        ("Messages missing", node.gaps.to_string()),
        ("Takes requests for a rebirth", if node.has_rebirth_switch { "yes" } else { "not that we know" }.to_owned()),
    ];
    let devices = maybe((!node.devices.is_empty()).then(|| node.devices.clone()), move |devices| {
        view! {
            <section class="faults">
                <h2>"Devices"</h2>
                <table>
                    <thead>
                        <tr>
                            <th>"Device"</th>
                            <th>"Standing"</th>
                            <th>"Last birth"</th>
                            <th>"Metrics"</th>
                        </tr>
                    </thead>
                    <tbody>{each(devices, move |device| device_row(&device, now))}</tbody>
                </table>
            </section>
        }
        .into_any()
    });
    let deviations = maybe((!node.deviations.is_empty()).then(|| node.deviations.clone()), |list| {
        let row = |(words, count): (String, u32)| fact(&words, format!("{count} times"));
        view! {
            <section data-testid="deviations">
                <h2>"Departs from the specification"</h2>
                <dl>{each(list, row)}</dl>
            </section>
        }
        .into_any()
    });
    let rebirth = rebirth(node, now);
    view! {
        {each(warnings, |words| view! { <p class="page__lead" role="status">{words}</p> }.into_any())}
        {rebirth}
        <div class="stats">
            <section data-testid="edge-node-session" data-standing=node.standing.clone()>
                <h2>"Session"</h2>
                <dl>{each(facts, |(name, value)| fact(name, value))}</dl>
            </section>
            {deviations}
        </div>
        {devices}
    }
    .into_any()
}

/// The button where a rebirth would mend something, and what became of it: only a birth is an answer.
fn rebirth(node: &EdgeNodeReport, now: Timestamp) -> AnyView {
    let asked = node.asked.map(|at| {
        let span = now - at;
        let end = if span > ANSWER_WITHIN { ": the edge node does not answer." } else { "; waiting for the birth." };
        format!("Asked for a rebirth {} ago{end}", span_words(span))
    });
    let is_waiting = node.asked.is_some_and(|at| now - at <= ANSWER_WITHIN);
    let (broker, path) = (node.broker, format!("{}/{}", node.group, node.node));
    let link = use_link();
    let button = maybe((node.can_ask && !is_waiting).then_some(path), move |path| {
        let ask = move |_| link.post(&Command::Rebirth { broker, node: path.clone() });
        view! {
            <button class="button" type="button" data-testid="rebirth" on:click=ask>
                "Ask for a rebirth"
            </button>
        }
        .into_any()
    });
    let asked = maybe(asked, |words| view! { <p role="status" data-testid="rebirth-asked">{words}</p> }.into_any());
    view! {
        {asked}
        {button}
    }
    .into_any()
}

/// Births follow at once, or something is wrong.
const ANSWER_WITHIN: Millis = Millis::from_secs(10);

fn device_row(device: &EdgeDevice, now: Timestamp) -> AnyView {
    let mut standing = format!("{} for {}", device.standing, span_words(now - device.since));
    if !device.why.is_empty() {
        standing.push_str(&format!(": {}", device.why));
    }
    view! {
        <tr data-device=device.id.clone() data-standing=device.standing.clone()>
            <td>{device.id.clone()}</td>
            <td>{standing}</td>
            <td>{device.born.map_or_else(|| "none heard live".to_owned(), at)}</td>
            <td>{device.metrics.to_string()}</td>
        </tr>
    }
    .into_any()
}

fn fact(name: &str, value: String) -> AnyView {
    view! {
        <div class="stat">
            <dt>{name.to_owned()}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

fn at(when: Timestamp) -> String {
    use_documents().zone.with_value(|zone| zone.date_time(when))
}
