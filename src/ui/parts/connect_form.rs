//! The connect screen: takes URL, user and password, checks what can be checked before trying, and says what came of
//! it. The password lives in this form and the link only; on request in sessionStorage.

use std::sync::Arc;

use leptos::{ev::SubmitEvent, prelude::*};

use crate::ui::parts::erased::{attr, block, maybe, words};

use super::asker::{Question, use_asker};
use super::trouble_list::{TroubleList, is_https_page};
use crate::document::{Protocol, check_url, is_loopback};
use crate::topic::is_valid_filter;
use crate::ui::connect::connect_with;
use crate::ui::link::use_link;
use crate::ui::state::{Connection, use_documents, use_live};
use crate::vocab::LinkState;

/// The form. `start` fills it in.
#[component]
pub fn ConnectForm(
    /// What is known already.
    #[prop(optional_no_strip)]
    start: Option<Connection>,
) -> impl IntoView {
    let (documents, link, live, asker) = (use_documents(), use_link(), use_live(), use_asker());
    let known = start.unwrap_or_else(|| Connection {
        url: String::new(),
        username: None,
        has_password: false,
        subscribe: vec!["#".into()],
        protocol: Protocol::Auto,
    });
    let has_details = known.subscribe != ["#"] || known.protocol != Protocol::Auto;
    let tried = RwSignal::new((!known.url.is_empty()).then(|| known.url.clone()));
    let url = RwSignal::new(known.url);
    let username = RwSignal::new(known.username.unwrap_or_default());
    let password = RwSignal::new(String::new());
    let is_kept = RwSignal::new(false);
    let subscribe = RwSignal::new(known.subscribe.join(", "));
    let protocol = known.protocol;
    let chosen = StoredValue::new(protocol);
    let wrong = RwSignal::new(None::<String>);

    let connect = move || {
        let url = url.get_untracked().trim().to_owned();
        let username = username.get_untracked().trim().to_owned();
        // Once it is on its way it stands nowhere on the page.
        let given = password.get_untracked();
        password.set(String::new());
        let connection = Connection {
            url: url.clone(),
            username: (!username.is_empty()).then_some(username),
            has_password: !given.is_empty(),
            subscribe: filters_of(&subscribe.get_untracked()),
            protocol: chosen.get_value(),
        };
        tried.set(Some(url));
        let given = (!given.is_empty()).then_some(given);
        connect_with(documents, link, live, connection, given, is_kept.get_untracked());
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let given = url.get_untracked().trim().to_owned();
        let checked = check(&given, &subscribe.get_untracked());
        wrong.set(checked.clone().err());
        if checked.is_err() {
            return;
        }
        // Where the broker has several URLs, they are tried in turn with the same password.
        let config = documents.in_force();
        let of_broker = config.brokers.iter().filter(|broker| broker.urls.contains(&given)).flat_map(|b| &b.urls);
        let open = of_broker.chain([&given]).find(|url| url.starts_with("ws://") && !is_loopback(url)).cloned();
        if let Some(open) = open.filter(|_| !password.with_untracked(String::is_empty)) {
            asker.ask(Question {
                title: "Send the password unencrypted?".into(),
                text: format!(
                    "{open} is not encrypted: anyone on the network between here and the broker can read the password. Use a wss:// URL where the broker has one."
                ),
                yes: "Send it anyway",
                then: Arc::new(connect),
                otherwise: Arc::new(|| {}),
            });
        } else {
            connect();
        }
    };
    let report = move || {
        let url = tried.get()?;
        live.links.get().into_iter().find(|link| link.url == url)
    };
    let password_words = move || {
        let given = url.get();
        documents.file.track();
        let brokers = documents.in_force().brokers;
        let has_method = brokers.iter().any(|b| b.urls.contains(&given) && b.session.auth_method.is_some());
        if has_method { "Token" } else { "Password" }.to_owned()
    };
    view! {
        <form class="connect" data-testid="connect" on:submit=submit novalidate>
            <label class="field">
                <span>"Broker URL"</span>
                <input
                    name="url"
                    type="url"
                    inputmode="url"
                    placeholder="wss://broker.example:8884/mqtt"
                    autocomplete="url"
                    spellcheck="false"
                    autocapitalize="off"
                    required
                    bind:value=url
                    aria-describedby="connect-wrong"
                    aria-invalid=attr(move || wrong.with(Option::is_some))
                />
                <small>"The broker's WebSocket listener: wss:// (encrypted) or ws://"</small>
            </label>
            <div class="connect__pair">
                <label class="field">
                    <span>"User"</span>
                    <input
                        name="username"
                        type="text"
                        autocomplete="username"
                        autocapitalize="off"
                        spellcheck="false"
                        bind:value=username
                    />
                </label>
                <label class="field">
                    <span>{words(password_words)}</span>
                    <input name="password" type="password" autocomplete="current-password" bind:value=password />
                </label>
            </div>
            <label class="check">
                <input name="keep" type="checkbox" bind:checked=is_kept />
                <span>"Keep the password for this tab"</span>
            </label>
            <details class="connect__more" open=has_details>
                <summary>"More"</summary>
                <label class="field">
                    <span>"Subscribe to"</span>
                    <input name="subscribe" type="text" spellcheck="false" autocapitalize="off" bind:value=subscribe />
                    <small>"Topic filters, separated by commas; # is everything"</small>
                </label>
                <label class="field">
                    <span>"MQTT"</span>
                    <select
                        name="protocol"
                        on:change=move |event| {
                            chosen
                                .set_value(
                                    match &*event_target_value(&event) {
                                        "4" => Protocol::V4,
                                        "5" => Protocol::V5,
                                        _ => Protocol::Auto,
                                    },
                                );
                        }
                    >
                        <option value="auto" selected=protocol == Protocol::Auto>
                            "automatic"
                        </option>
                        <option value="4" selected=protocol == Protocol::V4>
                            "3.1.1"
                        </option>
                        <option value="5" selected=protocol == Protocol::V5>
                            "5"
                        </option>
                    </select>
                </label>
            </details>
            <p class="connect__wrong" id="connect-wrong" role="alert" data-testid="connect-wrong">
                {words(move || wrong.get().unwrap_or_default())}
            </p>
            <div class="connect__go">
                <button class="button button--main" type="submit" data-testid="connect-go">
                    "Connect"
                </button>
                <span class="connect__state" role="status" data-testid="connect-state">
                    {words(move || report().map(|report| progress_words(&report.state)).unwrap_or_default())}
                </span>
            </div>
            {block(move || maybe(report(), |report| view! { <TroubleList report /> }.into_any()))}
        </form>
    }
}

/// What is wrong with what was typed, in words for people.
fn check(url: &str, subscribe: &str) -> Result<(), String> {
    check_url(url)?;
    if is_https_page() && url.starts_with("ws://") && !is_loopback(url) {
        return Err("this page came over https, and the browser refuses unencrypted ws:// connections from it; use the broker's wss:// URL".into());
    }
    match filters_of(subscribe).iter().find(|filter| !is_valid_filter(filter)) {
        Some(filter) => Err(format!("{filter:?} is not an MQTT topic filter")),
        None => Ok(()),
    }
}

fn filters_of(text: &str) -> Vec<String> {
    let filters: Vec<String> =
        text.split(',').map(str::trim).filter(|filter| !filter.is_empty()).map(str::to_owned).collect();
    if filters.is_empty() { vec!["#".into()] } else { filters }
}

fn progress_words(state: &LinkState) -> String {
    match state {
        LinkState::Idle => String::new(),
        LinkState::Connecting { attempt: 0 | 1 } => "Connecting…".into(),
        LinkState::Connecting { attempt } => format!("Connecting, attempt {attempt}…"),
        LinkState::Online { .. } => "Connected".into(),
        LinkState::Waiting { .. } => "Not connected".into(),
        LinkState::Denied { .. } => "Refused".into(),
    }
}
