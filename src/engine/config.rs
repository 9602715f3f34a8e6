//! From the documents to a session's options.

use crate::document::{Broker, Protocol, host_of};
use crate::mqtt::{Auth, Options, Rules, Subscription, Version};
use crate::time::Millis;
use crate::wire::Credentials;

/// A session's options for a broker. `unique` makes the client id this tab's own; `known` is the version that worked
/// before, 4 or 5.
pub(super) fn options_of(
    broker: &Broker,
    credentials: Option<&Credentials>,
    unique: u64,
    known: Option<u8>,
) -> Options {
    let session = &broker.session;
    let rules = service_of(broker.urls.first().map_or("", String::as_str)).map_or_else(Rules::default, |(_, r)| r);
    let username = credentials.map(|c| c.username.clone()).or_else(|| broker.username.clone());
    let secret = credentials.and_then(|c| c.password.as_ref()).map(|password| password.clone().into_bytes());
    let (auth, password) = match &session.auth_method {
        Some(method) => (Some(Auth { method: method.clone(), data: secret }), None),
        None => (None, secret),
    };
    Options {
        client_id: session.client_id.clone().unwrap_or_else(|| client_id(&broker.client_id_prefix, unique)),
        // An empty user name means none: a broker that wants one will say so.
        username: username.filter(|name| !name.is_empty()),
        password,
        auth,
        keep_alive_secs: broker.keep_alive_secs,
        protocol: match broker.protocol {
            // Enhanced authentication is MQTT 5's.
            Protocol::Auto if session.auth_method.is_some() => Version::V5,
            Protocol::V4 => Version::V4,
            Protocol::V5 => Version::V5,
            Protocol::Auto => Version::Auto,
        },
        known: known.map(|level| if level == 4 { Version::V4 } else { Version::V5 }),
        session_expiry_secs: session.expiry_secs,
        is_fresh_id: session.client_id.is_none(),
        // Under a name of its own each tab would leave a session behind for ever.
        keeps_session_v4: session.client_id.is_some(),
        will: None,
        filters: subscriptions_of(broker, &rules),
        max_packet_bytes: MOST_PACKET_BYTES,
        connect_timeout: CONNECT_TIMEOUT,
        refuses_unreadable: session.refuses_unreadable,
        rules,
        urls: u8::try_from(broker.urls.len()).unwrap_or(u8::MAX),
        spread: Millis::from_secs(i64::from(session.spread_secs)),
    }
}

/// A cloud service, known by its host: its name, and what it takes (its documentation's figures) beyond what it says in
/// CONNACK.
pub(super) fn service_of(url: &str) -> Option<(&'static str, Rules)> {
    let host = host_of(url).split(':').next().unwrap_or_default().to_ascii_lowercase();
    let is_aws = host.contains(".iot.") && (host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"));
    if is_aws {
        let rules = Rules { filters_per_subscribe: 8, slashes: 7, topic_bytes: 256, qos: 1, keep_alive_secs: 1200 };
        return Some(("AWS IoT Core", rules));
    }
    host.ends_with(".eventgrid.azure.net")
        .then(|| ("Azure Event Grid", Rules { topic_bytes: 256, qos: 1, keep_alive_secs: 1160, ..Rules::default() }))
}

/// What a broker is asked for, within the rules of its service.
pub(super) fn subscriptions_of(broker: &Broker, rules: &Rules) -> Vec<Subscription> {
    let session = &broker.session;
    let subscription = |filter: &String| {
        let own = session.filters.iter().find(|own| own.filter == *filter).cloned().unwrap_or_default();
        Subscription {
            filter: filter.clone(),
            qos: own.qos.unwrap_or(session.qos).min(rules.qos),
            no_local: own.no_local,
            retain_as_published: own.retain_as_published,
            retain_handling: own.retain_handling,
        }
    };
    broker.subscribe.iter().map(subscription).collect()
}

/// The answer to a challenge of enhanced authentication. `OAUTH2-JWT` only ever has its token to show; a method of several
/// steps gets its arm here.
pub(super) fn answer(auth: &Auth, _challenge: Option<&[u8]>) -> Option<Vec<u8>> {
    match auth.method.as_str() {
        "OAUTH2-JWT" => auth.data.clone(),
        _ => None,
    }
}

/// Prefix and 10 letters or digits; the prefix is cut so that the whole stays within the 23 characters that every
/// server takes (MQTT 3.1.1 §3.1.3.1).
fn client_id(prefix: &str, unique: u64) -> String {
    let mut id: String = prefix.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    id.push('-');
    let mut rest = unique;
    for _ in 0..10 {
        let digit = (rest % 36) as u32;
        id.push(char::from_digit(digit, 36).unwrap_or('0'));
        rest /= 36;
    }
    id
}

/// Larger packets are a protocol error here: a tab cannot stop the browser from buffering them, but need not read them.
const MOST_PACKET_BYTES: u32 = 64 * 1024 * 1024;
const CONNECT_TIMEOUT: Millis = Millis::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::config_from_json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn services_are_known_by_their_host() {
        let of = |url| service_of(url).map(|(name, _)| name);
        assert_eq!(of("wss://abc-ats.iot.eu-west-1.amazonaws.com/mqtt?X=1"), Some("AWS IoT Core"));
        assert_eq!(of("wss://ns.westeurope-1.ts.eventgrid.azure.net:443/mqtt"), Some("Azure Event Grid"));
        assert_eq!(of("wss://iot.example/amazonaws.com"), None);
        let (_, rules) = service_of("wss://x.iot.eu-west-1.amazonaws.com").unwrap();
        assert!(rules.takes("a/b/c/d/e/f/g/h") && !rules.takes("a/b/c/d/e/f/g/h/i"));
    }

    #[test]
    fn a_filter_is_asked_for_as_the_configuration_says() {
        let (config, problems) = config_from_json(
            r#"{"brokers":[{"url":"ws://b/mqtt","qos":2,"subscribe":["plain/#",
            {"filter":"own/#","qos":0,"no_local":true,"retain_as_published":true,"retain_handling":1},
            {"filter":"wrong/#","qos":3},{"filter":"a/#/b"},{"qos":1},7]}]}"#,
        );
        let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
        let at = |n: usize, key: &str| format!("brokers[0].subscribe[{n}]{key}");
        assert_eq!(
            paths,
            [at(2, ".qos"), at(3, ""), at(4, ""), at(5, "")],
            "a wrong key costs itself, a wrong filter it"
        );
        let plain = |filter: &str| Subscription { filter: filter.into(), qos: 2, ..Subscription::default() };
        let own =
            Subscription { qos: 0, no_local: true, retain_as_published: true, retain_handling: 1, ..plain("own/#") };
        let broker = &config.brokers[0];
        assert_eq!(subscriptions_of(broker, &Rules::default()), [plain("plain/#"), own, plain("wrong/#")]);
        let most = Rules { qos: 1, ..Rules::default() };
        assert!(subscriptions_of(broker, &most).iter().all(|subscription| subscription.qos < 2));
    }

    #[test]
    fn client_ids_are_short_plain_and_distinct() {
        let id = client_id("Andon wall screen ü 1", 0x1234_5678_9abc_def0);
        assert!(id.len() <= 23 && id.starts_with("Andonwallscr-"), "{id}");
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        assert_ne!(client_id("a", 1), client_id("a", 2));
    }
}
