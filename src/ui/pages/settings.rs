//! Settings: connections, colours, kiosk, what is wrong in the documents, and what this device keeps. Each change
//! applies at once.

use std::sync::Arc;

use leptos::prelude::*;

use crate::document::Broker;
use crate::ui::connect::put_in_force;
use crate::ui::link::use_link;
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::connect_form::ConnectForm;
use crate::ui::parts::toast::use_toasts;
use crate::ui::parts::trouble_list::TroubleList;
use crate::ui::place::Theme;
use crate::ui::state::{Connection, use_documents, use_live};
use crate::vocab::{BrokerId, LinkState};

/// Settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let documents = use_documents();
    let theme = move |theme: Theme, words: &'static str| {
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
    };
    view! {
        <article class="page page--narrow settings" data-testid="settings-page">
            <h1>"Settings"</h1>
            <Connections />
            <section>
                <h2>"Colours"</h2>
                <div class="choices" role="radiogroup" aria-label="Colours">
                    {theme(Theme::Device, "As the device")}
                    {theme(Theme::Light, "Light")}
                    {theme(Theme::Dark, "Dark")}
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
    let brokers = move || {
        documents.is_settled.track();
        documents.connections.track();
        documents.guest.track();
        documents.file.track();
        documents.in_force().brokers.into_iter().enumerate().collect::<Vec<_>>()
    };
    view! {
        <section>
            <h2>"Connections"</h2>
            <ul class="links">
                <For
                    each=brokers
                    key=|(index, broker)| (*index, broker.urls.clone(), broker.username.clone())
                    let((index, broker))
                >
                    <BrokerRow index broker />
                </For>
            </ul>
            <Show
                when=move || is_adding.get()
                fallback=move || {
                    view! {
                        <button
                            class="button"
                            data-testid="add-connection"
                            on:click=move |_| is_adding.set(true)
                        >
                            "Connect to another broker"
                        </button>
                    }
                }
            >
                <ConnectForm start=None />
            </Show>
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
    let report = Memo::new(move |_| live.links.with(|links| links.iter().find(|link| link.broker == id).cloned()));
    let words = move || {
        let zone = documents.zone;
        report.with(|report| match report.as_ref().map(|report| &report.state) {
            None | Some(LinkState::Idle) => "Not connected".to_owned(),
            Some(LinkState::Connecting { .. }) => "Connecting…".into(),
            Some(LinkState::Online { since, protocol, client_id }) => {
                let at = zone.with_value(|zone| zone.date_time(*since));
                let protocol = if *protocol == 5 { "MQTT 5" } else { "MQTT 3.1.1" };
                format!("Connected since {at} · {protocol} · client {client_id}")
            }
            Some(LinkState::Waiting { attempt, .. }) => format!("Lost; tried again by itself ({attempt} so far)"),
            Some(LinkState::Denied { .. }) => "Refused".into(),
        })
    };
    let is_idle = move || report.with(|report| report.as_ref().is_none_or(|report| report.state == LinkState::Idle));
    let refused = move || report.get().map(|report| report.refused).unwrap_or_default();
    let start = Connection::of_broker(&broker);
    let forget_url = url.clone();
    let forget = move |_| {
        let url = forget_url.clone();
        asker.ask(Question {
            title: "Forget this broker?".into(),
            text: format!("Its connection, password and boards are deleted from this device: {url}"),
            yes: "Forget",
            testid: "confirm-forget",
            then: Arc::new(move || {
                documents.forget_broker(&url);
                put_in_force(documents, link, live, None);
                toasts.say("Forgotten");
            }),
            otherwise: Arc::new(|| {}),
        });
    };
    let known = start.clone();
    let connect = move |_| {
        if known.username.is_some() && link.credentials(&known.url).is_none() {
            is_edited.set(true);
        } else {
            link.connect(id, link.credentials(&known.url));
        }
    };
    view! {
        <li class="link" data-link=move || report.with(|report| report.as_ref().map_or("idle", |report| report.state.word()))>
            <div class="link__what">
                <strong>{broker.name}</strong>
                <code>{url.clone()}</code>
                <span>{words}</span>
                {(!url.starts_with("wss://")).then(|| view! { <span class="link__open">"Not encrypted"</span> })}
                {move || {
                    refused()
                        .into_iter()
                        .map(|(filter, words)| {
                            view! {
                                <span class="link__refused">
                                    "Refused: " <code>{filter}</code> " – " {words}
                                </span>
                            }
                        })
                        .collect_view()
                }}
            </div>
            <div class="link__do">
                {move || {
                    let connect = connect.clone();
                    if is_idle() {
                        view! {
                            <button class="button" on:click=connect>
                                "Connect"
                            </button>
                        }
                            .into_any()
                    } else {
                        view! {
                            <button class="button" on:click=move |_| link.disconnect(id)>
                                "Disconnect"
                            </button>
                        }
                            .into_any()
                    }
                }}
                <button
                    class="button button--quiet"
                    on:click=move |_| is_edited.update(|is_edited| *is_edited = !*is_edited)
                >
                    "Change"
                </button>
                <button class="button button--quiet" on:click=forget>
                    "Forget this broker"
                </button>
            </div>
            {move || report.get().map(|report| view! { <TroubleList report /> })}
            <Show when=move || is_edited.get()>
                <ConnectForm start=Some(start.clone()) />
            </Show>
        </li>
    }
}

/// What is wrong in the documents.
#[component]
fn Problems() -> impl IntoView {
    let documents = use_documents();
    view! {
        <Show when=move || !documents.problems.with(Vec::is_empty)>
            <section class="problems" data-testid="problems">
                <h2>"What could not be read"</h2>
                <ul>
                    {move || {
                        documents
                            .problems
                            .get()
                            .into_iter()
                            .map(|problem| {
                                view! {
                                    <li>
                                        <code>{problem.path}</code>
                                        " "
                                        {problem.message}
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
                <p>"Everything else of it is in force."</p>
            </section>
        </Show>
    }
}

#[component]
fn Forget() -> impl IntoView {
    let (documents, link, live, asker, toasts) = (use_documents(), use_link(), use_live(), use_asker(), use_toasts());
    let forget = move |_| {
        asker.ask(Question {
            title: "Forget everything?".into(),
            text: "Connections, boards, passwords kept for this tab and the choice of colours are deleted from this device.".into(),
            yes: "Forget everything",
            testid: "confirm-forget-everything",
            then: Arc::new(move || {
                documents.forget_everything();
                put_in_force(documents, link, live, None);
                toasts.say("Everything stored on this device is forgotten");
            }),
            otherwise: Arc::new(|| {}),
        });
    };
    view! {
        <section>
            <h2>"This device"</h2>
            <p>"Kept in this browser: connections (never a password), boards and the choice of colours."</p>
            <button class="button" data-testid="forget-everything" on:click=forget>
                "Forget everything stored on this device"
            </button>
        </section>
    }
}
