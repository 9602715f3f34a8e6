//! From documents to links: which brokers are connected by themselves, which wait for a person.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::link::Link;
use super::place::Query;
use super::state::{Connection, Documents, Live, apply};
use super::storage::{Keep, forget, load, save};
use crate::document::Broker;
use crate::vocab::BrokerId;
use crate::wire::Credentials;

/// Puts the documents in force and connects every broker that needs no person: no password was ever given for it, or
/// it is kept for this tab. The broker given `fresh` credentials is connected with those. True when at least one
/// broker is being connected.
pub(super) fn put_in_force(
    documents: Documents,
    link: Link,
    live: Live,
    fresh: Option<(&str, Option<Credentials>)>,
) -> bool {
    let mut config = documents.in_force();
    if Query::from_search(&location().search().unwrap_or_default()).kiosk {
        // Wall screens start together, when the power is back or somebody rolls out a change.
        for broker in &mut config.brokers {
            broker.session.spread_secs = broker.session.spread_secs.max(KIOSK_SPREAD_SECS);
        }
    }
    let is_guest = documents.guest.get_untracked().is_some();
    let remembered = documents.connections.get_untracked();
    let mut connect: BTreeMap<BrokerId, Option<Credentials>> = BTreeMap::new();
    for (index, broker) in config.brokers.iter().enumerate() {
        let id = BrokerId(index as u8);
        let url = broker.urls.first().map_or("", String::as_str);
        if let Some((fresh_url, credentials)) = &fresh
            && *fresh_url == url
        {
            connect.insert(id, credentials.clone());
            continue;
        }
        if is_guest {
            connect.insert(id, None);
            continue;
        }
        let kept = kept_credentials(broker);
        let known = link.credentials(url).filter(|known| Some(&known.username) == broker.username.as_ref());
        let needs_password = remembered.iter().any(|known| known.url == url && known.has_password);
        match known.or(kept) {
            Some(credentials) => {
                connect.insert(id, Some(credentials));
            }
            None if !needs_password => {
                connect.insert(id, None);
            }
            None => {}
        }
    }
    let is_connecting = !connect.is_empty();
    apply::wipe(live);
    live.alerts.keep_under(documents.own_key("alerts"));
    link.configure(config, connect, documents.owner());
    is_connecting
}

/// Puts what topics mean in force, and nothing else: links stay as they are.
pub(super) fn reinterpret(documents: Documents, link: Link) {
    link.reinterpret(documents.in_force());
}

/// The first connections of many wall screens come within so many seconds.
const KIOSK_SPREAD_SECS: u16 = 3;

/// What a person gave: remembers the connection (never the password), and connects.
pub(super) fn connect_with(
    documents: Documents,
    link: Link,
    live: Live,
    connection: Connection,
    password: Option<String>,
    is_kept_for_tab: bool,
) {
    let url = connection.url.clone();
    let username = connection.username.clone().unwrap_or_default();
    let key = password_key(&url, &username);
    match password.as_deref().filter(|_| is_kept_for_tab) {
        Some(password) => {
            let _kept = save(Keep::Tab, &key, password);
        }
        None => forget(Keep::Tab, &key),
    }
    let is_of_file = documents.file.get_untracked().brokers.iter().any(|broker| broker.urls.contains(&url));
    documents.guest.set(None);
    if !is_of_file {
        documents.remember(connection);
    }
    let credentials = (!username.is_empty() || password.is_some()).then_some(Credentials { username, password });
    put_in_force(documents, link, live, Some((&url, credentials)));
}

fn kept_credentials(broker: &Broker) -> Option<Credentials> {
    let url = broker.urls.first()?;
    let username = broker.username.clone().unwrap_or_default();
    let password = load(Keep::Tab, &password_key(url, &username))?;
    Some(Credentials { username, password: Some(password) })
}

fn password_key(url: &str, username: &str) -> String {
    format!("password.{url}|{username}")
}
