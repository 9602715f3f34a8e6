//! From the documents to a session's options.

use crate::document::{Broker, Protocol};
use crate::mqtt::{Options, Subscription, Version};
use crate::time::Millis;
use crate::wire::Credentials;

/// A session's options for a broker. `unique` makes the client id this tab's own.
pub(super) fn options_of(broker: &Broker, credentials: Option<&Credentials>, unique: u64) -> Options {
    let username = credentials.map(|c| c.username.clone()).or_else(|| broker.username.clone());
    let password = credentials.and_then(|c| c.password.as_ref()).map(|password| password.clone().into_bytes());
    Options {
        client_id: client_id(&broker.client_id_prefix, unique),
        // An empty user name means none: a broker that wants one will say so.
        username: username.filter(|name| !name.is_empty()),
        password,
        keep_alive_secs: broker.keep_alive_secs,
        protocol: match broker.protocol {
            Protocol::V4 => Version::V4,
            Protocol::V5 => Version::V5,
            Protocol::Auto => Version::Auto,
        },
        will: None,
        filters: broker.subscribe.iter().map(|filter| Subscription { filter: filter.clone(), qos: 1 }).collect(),
        max_packet_bytes: MOST_PACKET_BYTES,
        connect_timeout: CONNECT_TIMEOUT,
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
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn client_ids_are_short_plain_and_distinct() {
        let id = client_id("Andon wall screen ü 1", 0x1234_5678_9abc_def0);
        assert!(id.len() <= 23 && id.starts_with("Andonwallscr-"), "{id}");
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        assert_ne!(client_id("a", 1), client_id("a", 2));
    }
}
