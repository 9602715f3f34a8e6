//! How the product itself is: the worker's figures, the page's own, what this browser lacks, what went wrong.

use std::sync::Arc;

use leptos::{html, prelude::*};

use crate::ui::parts::erased::{block, click, each, effect, either, maybe, words};
use wasm_bindgen::{JsCast, JsValue};

use super::edge_node::EdgeNodeList;
use crate::ui::format::{number_words, size_words, span_words};
use crate::ui::link::{BUILD, use_link};
use crate::ui::parts::link_health::LinkHealth;
use crate::ui::parts::outbox::Outbox;
use crate::ui::place::Query;
use crate::ui::state::{use_documents, use_live};
use crate::web::clock::monotonic_millis;
use crate::wire::{Command, Stats};

/// How the product itself is.
#[component]
pub fn DiagnosticsPage() -> impl IntoView {
    let (live, link, documents) = (use_live(), use_link(), use_documents());
    let frames = use_frames_per_second();
    let stat = move |name: &'static str, words: &'static str, read: fn(&Stats) -> f64, show: fn(f64) -> String| {
        figure(name, words, Arc::new(move || live.stats.with(|stats| read(stats))), show)
    };
    let own = move || {
        live.second.track();
        page_bytes()
    };
    let restarts = move || f64::from(link.restarts.get());
    let may_crash = Query::from_search(&location().search().unwrap_or_default()).faults;
    view! {
        <article class="page diagnostics" data-testid="diagnostics-page">
            <h1>"Health"</h1>
            <div class="stats">
                <section>
                    <h2>"Messages"</h2>
                    <dl>
                        {stat("messages_received", "Messages received", |s| s.messages_received as f64, number_words)}
                        {stat("messages_per_second", "Messages per second", |s| s.messages_per_second, rate_words)}
                        {stat("bytes_received", "Bytes received", |s| s.bytes_received as f64, bytes_words)}
                        {stat("packets_rejected", "Packets refused", |s| s.packets_rejected as f64, number_words)}
                        {stat("payloads_rejected", "Payloads shown raw", |s| s.payloads_rejected as f64, number_words)}
                        {stat("sparkplug_gaps", "Sparkplug gaps", |s| s.sparkplug_gaps as f64, number_words)}
                        {stat("tags", "Values known", |s| f64::from(s.tags), number_words)}
                        {stat("reconnects", "Reconnections", |s| s.reconnects as f64, number_words)}
                    </dl>
                </section>
                <section>
                    <h2>"Speed"</h2>
                    <dl>
                        {stat("lag_ms_p50", "Socket to model, median", |s| s.lag_ms_p50, millis_words)}
                        {stat("lag_ms_p99", "Socket to model, 99th percentile", |s| s.lag_ms_p99, millis_words)}
                        {stat("engine_busy_ratio", "Engine busy", |s| s.engine_busy_ratio, ratio_words)}
                        {figure("frames_per_second", "Frames per second", Arc::new(move || frames.get()), rate_words)}
                        {figure("worker_restarts", "Worker restarts", Arc::new(restarts), number_words)}
                    </dl>
                </section>
                <section>
                    <h2>"Memory"</h2>
                    <dl>
                        {stat("wasm_bytes_worker", "Worker", |s| s.wasm_bytes_worker as f64, bytes_words)}
                        {figure("wasm_bytes_page", "Page", Arc::new(own), bytes_words)}
                        {stat("history_bytes", "History", |s| s.history_bytes as f64, bytes_words)}
                        {stat("history_dropped", "Samples let go", |s| s.history_dropped as f64, number_words)}
                    </dl>
                </section>
            </div>
            <div class="stats">
                <LinkHealth />
            </div>
            <EdgeNodeList />
            <Outbox />
            <Capabilities />
            <section class="faults">
                <h2>"What went wrong"</h2>
                {either(
                    move || live.stats.with(|stats| stats.faults.is_empty()),
                    || view! { <p class="page__hint">"Nothing so far."</p> }.into_any(),
                    move || view! { <FaultTable /> }.into_any(),
                )}
            </section>
            <p class="page__hint">
                "Build " <code data-testid="build">{BUILD}</code>
                {words(move || {
                    let zone = documents.file.with(|file| file.time_zone.clone());
                    zone.map(|zone| format!(" · plant time {zone}")).unwrap_or_default()
                })}
            </p>
            {maybe(
                may_crash.then_some(()),
                |()| {
                    view! {
                        <button
                            class="button"
                            data-testid="crash-worker"
                            on:click=click(move || link.post(&Command::Crash))
                        >
                            "Crash the worker"
                        </button>
                    }
                        .into_any()
                },
            )}
        </article>
    }
}

/// What went wrong, counted.
#[component]
fn FaultTable() -> impl IntoView {
    let live = use_live();
    let rows = move || {
        let stats = live.stats.get();
        let now = live.second.get_untracked();
        each(stats.faults.clone(), |fault| {
            view! {
                <tr>
                    <td>{fault.what.to_string()}</td>
                    <td>
                        <code>{fault.place.to_string()}</code>
                    </td>
                    <td>{fault.count.to_string()}</td>
                    <td>{format!("{} ago", span_words(now - fault.last))}</td>
                </tr>
            }
            .into_any()
        })
    };
    view! {
        <table>
            <thead>
                <tr>
                    <th>"What"</th>
                    <th>"Where"</th>
                    <th>"Times"</th>
                    <th>"Last"</th>
                </tr>
            </thead>
            <tbody>{block(rows)}</tbody>
        </table>
    }
}

/// One figure with its stable name.
fn figure(
    name: &'static str,
    words: &'static str,
    read: Arc<dyn Fn() -> f64 + Send + Sync>,
    show: fn(f64) -> String,
) -> AnyView {
    let node = NodeRef::<html::Data>::new();
    effect(move || {
        let Some(element) = node.get() else { return };
        let value = read();
        element.set_text_content(Some(&show(value)));
        // The browser writes the number, so that it is exact.
        let _ = js_sys::Reflect::set(&element, &"value".into(), &JsValue::from_f64(value));
    });
    view! {
        <div class="stat">
            <dt>{words}</dt>
            <dd>
                <data data-stat=name node_ref=node></data>
            </dd>
        </div>
    }
    .into_any()
}

/// What this browser lacks here, in words.
#[component]
fn Capabilities() -> impl IntoView {
    let missing = missing_capabilities();
    let is_insecure = !window().is_secure_context();
    view! {
        <section class="capabilities" data-testid="capabilities">
            <h2>"This browser"</h2>
            {if missing.is_empty() {
                view! { <p class="page__hint">"Has everything that Andon uses."</p> }.into_any()
            } else {
                view! {
                    <p>
                        {if is_insecure {
                            "This page came over http from another machine, so it is not in a secure context, and browsers withhold some abilities. Serve it over https to have them:"
                        } else {
                            "Some abilities are missing here:"
                        }}
                    </p>
                    <ul>
                        {each(missing, |(name, words)| view! { <li data-missing=name>{words}</li> }.into_any())}
                    </ul>
                }
                    .into_any()
            }}
        </section>
    }
}

/// Abilities that are missing: a short name, and what is lost. An insecure context has the interface of notifications,
/// but never the permission.
fn missing_capabilities() -> Vec<(&'static str, &'static str)> {
    let global: JsValue = window().into();
    let get = |object: &JsValue, name: &str| js_sys::Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let navigator = get(&global, "navigator");
    let storage = get(&navigator, "storage");
    let is_missing = |value: JsValue| value.is_undefined() || value.is_null();
    let has_persist = !is_missing(storage.clone()) && get(&storage, "persist").is_function();
    [
        ("locks", is_missing(get(&navigator, "locks")), "Locks between tabs: two tabs cannot share one connection."),
        (
            "notifications",
            is_missing(get(&global, "Notification")) || !window().is_secure_context(),
            "Notifications: nothing can call you while the tab is hidden.",
        ),
        (
            "wake-lock",
            is_missing(get(&navigator, "wakeLock")),
            "Wake lock: the device may turn its screen off; set its energy options instead.",
        ),
        (
            "persist",
            !has_persist,
            "Persistent storage: the browser may delete boards and history when its disk is full.",
        ),
    ]
    .into_iter()
    .filter(|(_, is_missing, _)| *is_missing)
    .map(|(name, _, words)| (name, words))
    .collect()
}

/// Frames that the browser painted in the last second, while somebody looks.
fn use_frames_per_second() -> RwSignal<f64> {
    let measured = RwSignal::new(0.0);
    let is_alive = StoredValue::new(true);
    on_cleanup(move || {
        is_alive.try_update_value(|is_alive| *is_alive = false);
    });
    count_frames(measured, is_alive, monotonic_millis(), 0);
    measured
}

fn count_frames(measured: RwSignal<f64>, is_alive: StoredValue<bool>, began: f64, frames: u32) {
    request_animation_frame(move || {
        if is_alive.try_get_value() != Some(true) {
            return;
        }
        let span = monotonic_millis() - began;
        if span < 1000.0 {
            return count_frames(measured, is_alive, began, frames + 1);
        }
        let _gone = measured.try_set(f64::from(frames + 1) * 1000.0 / span);
        count_frames(measured, is_alive, monotonic_millis(), 0);
    });
}

fn page_bytes() -> f64 {
    let buffer = js_sys::Reflect::get(&wasm_bindgen::memory(), &"buffer".into()).ok();
    let buffer = buffer.and_then(|buffer| buffer.dyn_into::<js_sys::ArrayBuffer>().ok());
    buffer.map_or(0.0, |buffer| f64::from(buffer.byte_length()))
}

fn bytes_words(bytes: f64) -> String {
    size_words(bytes as u64)
}

fn rate_words(rate: f64) -> String {
    number_words(rate.round())
}

fn millis_words(millis: f64) -> String {
    format!("{}\u{a0}ms", number_words(millis))
}

fn ratio_words(ratio: f64) -> String {
    format!("{}\u{a0}%", number_words((ratio * 1000.0).round() / 10.0))
}
