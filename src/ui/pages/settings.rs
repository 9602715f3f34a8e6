//! Settings: connections, colours, kiosk, what is wrong in the documents, and what this device keeps. Each change
//! applies at once.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::parts::erased::{Listed, attr, block, click, each, effect, either, list, maybe, shown, words};

use super::settings_levels::Levels;
use crate::document::Broker;
use crate::ui::connect::put_in_force;
use crate::ui::link::use_link;
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::connect_form::ConnectForm;
use crate::ui::parts::toast::use_toasts;
use crate::ui::parts::trouble_list::{TroubleList, refusals};
use crate::ui::place::Theme;
use crate::ui::state::{Connection, use_documents, use_live};
use crate::vocab::{BrokerId, LinkFault, LinkState};

/// Settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let documents = use_documents();
    let theme = move |theme: Theme, words: &'static str| -> AnyView {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="theme"
                    prop:checked=move || documents.theme.get() == theme
                    on:change=move |_| documents.choose_theme(theme)
                />
                <span>{words}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <article class="page page--narrow settings" data-testid="settings-page">
            <h1>"Settings"</h1>
            <Connections />
            <Levels />
            <section>
                <h2>"Colours"</h2>
                <div class="choices" role="radiogroup" aria-label="Colours">
                    {theme(Theme::Device, "As the device")}
                    {theme(Theme::Light, "Light")}
                    {theme(Theme::Dark, "Dark")}
                    {theme(Theme::Contrast, "High contrast")}
                </div>
            </section>
            <section>
                <h2>"Wall screen"</h2>
                <p>
                    "A page with " <code>"?kiosk"</code>
                    " in its address shows nothing but its content. Open the place you want to hang up, then add it: "
                    <a href="?kiosk#/" target="_blank" rel="noopener">"the plant as a wall screen"</a> "."
                </p>
            </section>
            <Problems />
            <Forget />
        </article>
    }
}

#[component]
fn Connections() -> impl IntoView {
    let documents = use_documents();
    let is_adding = RwSignal::new(false);
    effect(move || {
        documents.connections.track();
        is_adding.set(false); // the one added is in the list now
    });
    let brokers = move || {
        documents.is_settled.track();
        documents.connections.track();
        documents.guest.track();
        documents.file.track();
        let listed = |(index, broker): (usize, Broker)| {
            let key = format!("{index} {:?} {:?}", broker.urls, broker.username);
            Listed::new(key, move || view! { <BrokerRow index broker=broker.clone() /> }.into_any())
        };
        documents.in_force().brokers.into_iter().enumerate().map(listed).collect()
    };
    view! {
        <section>
            <h2>"Connections"</h2>
            <ul class="links">{list(brokers)}</ul>
            {either(
                move || is_adding.get(),
                || view! { <ConnectForm start=None /> }.into_any(),
                move || {
                    view! {
                        <button
                            class="button"
                            data-testid="add-connection"
                            on:click=click(move || is_adding.set(true))
                        >
                            "Connect to another broker"
                        </button>
                    }
                        .into_any()
                },
            )}
        </section>
    }
}

/// A broker: how its link is, and what can be done about it.
#[component]
fn BrokerRow(index: usize, broker: Broker) -> impl IntoView {
    let (documents, link, live, asker, toasts) = (use_documents(), use_link(), use_live(), use_asker(), use_toasts());
    let id = BrokerId(index as u8);
    let is_edited = RwSignal::new(false);
    let url = broker.urls.first().cloned().unwrap_or_default();
    let report = move || live.links.with(|links| links.iter().find(|link| link.broker == id).cloned());
    let said = move || {
        let zone = documents.zone;
        match report().map(|report| report.state) {
            None | Some(LinkState::Idle) => "Not connected".to_owned(),
            Some(LinkState::Connecting { .. }) => "Connecting…".into(),
            Some(LinkState::Online { since, protocol, client_id }) => {
                let at = zone.with_value(|zone| zone.date_time(since));
                let protocol = if protocol == 5 { "MQTT 5" } else { "MQTT 3.1.1" };
                format!("Connected since {at} · {protocol} · client {client_id}")
            }
            Some(LinkState::Waiting { attempt, .. }) => format!("Lost; tried again by itself ({attempt} so far)"),
            Some(LinkState::Denied { fault: LinkFault::Disconnected { code: 0x8e, .. } }) => {
                "Taken over by another client with the same client id".into()
            }
            Some(LinkState::Denied { .. }) => "Refused".into(),
        }
    };
    let is_idle = move || report().is_none_or(|report| report.state == LinkState::Idle);
    let refused = move || maybe(report(), |report| refusals(&report));
    let start = Connection::of_broker(&broker);
    let forget_url = url.clone();
    let forget = move || {
        let url = forget_url.clone();
        asker.ask(Question {
            title: "Forget this broker?".into(),
            text: format!("Its connection, password and boards are deleted from this device: {url}"),
            yes: "Forget",
            then: Arc::new(move || {
                documents.forget_broker(&url);
                link.forget(Some(&url));
                put_in_force(documents, link, live, None);
                toasts.say("Forgotten");
            }),
            otherwise: Arc::new(|| {}),
        });
    };
    let known = start.clone();
    let state = move || report().map_or("idle", |report| report.state.word());
    let open = (!url.starts_with("wss://")).then_some("Not encrypted");
    let offer = move || {
        let known = known.clone();
        let connect = move || {
            if known.username.is_some() && link.credentials(&known.url).is_none() {
                is_edited.set(true);
            } else {
                link.connect(id, link.credentials(&known.url));
            }
        };
        view! {
            <button class="button" on:click=click(connect)>
                "Connect"
            </button>
        }
        .into_any()
    };
    let end = move || {
        view! {
            <button class="button" on:click=click(move || link.disconnect(id))>
                "Disconnect"
            </button>
        }
        .into_any()
    };
    view! {
        <li class="link" data-link=attr(state)>
            <div class="link__what">
                <strong>{broker.name}</strong>
                <code>{url}</code>
                <span>{words(said)}</span>
                {maybe(open, |open| view! { <span class="link__open">{open}</span> }.into_any())} {block(refused)}
            </div>
            <div class="link__do">
                {either(is_idle, offer, end)}
                <button
                    class="button button--quiet"
                    on:click=click(move || is_edited.update(|is_edited| *is_edited = !*is_edited))
                >
                    "Change"
                </button>
                <button class="button button--quiet" on:click=click(forget)>
                    "Forget this broker"
                </button>
            </div>
            {either(
                move || is_edited.get(),
                move || view! { <ConnectForm start=Some(start.clone()) /> }.into_any(),
                move || {
                    block(move || maybe(report(), |report| view! { <TroubleList report /> }.into_any())).into_any()
                },
            )}
        </li>
    }
}

/// What is wrong in the documents.
#[component]
fn Problems() -> impl IntoView {
    let documents = use_documents();
    let items = move || {
        each(documents.problems.get(), |problem| {
            view! {
                <li>
                    <code>{problem.path}</code>
                    " "
                    {problem.message}
                </li>
            }
            .into_any()
        })
    };
    shown(
        move || !documents.problems.with(Vec::is_empty),
        move || {
            view! {
                <section class="problems" data-testid="problems">
                    <h2>"What could not be read"</h2>
                    <ul>{block(items)}</ul>
                    <p>"Everything else of it is in force."</p>
                </section>
            }
            .into_any()
        },
    )
}

#[component]
fn Forget() -> impl IntoView {
    let (documents, link, live, asker, toasts) = (use_documents(), use_link(), use_live(), use_asker(), use_toasts());
    let forget = move || {
        asker.ask(Question {
            title: "Forget everything?".into(),
            text: "Connections, boards, passwords kept for this tab and the choice of colours are deleted from this device.".into(),
            yes: "Forget everything",
            then: Arc::new(move || {
                documents.forget_everything();
                link.forget(None);
                put_in_force(documents, link, live, None);
                toasts.say("Everything stored on this device is forgotten");
            }),
            otherwise: Arc::new(|| {}),
        });
    };
    view! {
        <section>
            <h2>"This device"</h2>
            <p>"Kept in this browser: connections (never a password), boards, what topics mean and the choice of colours."</p>
            <button class="button" data-testid="forget-everything" on:click=click(forget)>
                "Forget everything stored on this device"
            </button>
        </section>
    }
}
