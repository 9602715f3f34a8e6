//! What a browser reveals of a link's trouble, in words; and where it reveals nothing, the likely causes with a check
//! for each. Pure.

use crate::document::{host_of, is_loopback};
use crate::vocab::LinkFault;

/// Trouble, explained.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// What is known, one sentence.
    pub what: String,
    /// What may be behind it, the likeliest first.
    pub causes: Vec<Cause>,
}

/// A likely cause and how to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The cause.
    pub what: String,
    /// A check to make.
    pub check: String,
    /// An address to open for the check.
    pub open: Option<String>,
}

/// Explains a fault of the link to `url`, seen from a page that came over https or not.
pub fn explain(fault: &LinkFault, url: &str, is_https_page: bool) -> Explanation {
    let mut causes = Vec::new();
    let what = match fault {
        LinkFault::BadUrl(wrong) => format!("The URL cannot be used: {wrong}."),
        LinkFault::MixedContent => {
            causes.push(Cause::new(
                "This page came over https, the broker's URL is unencrypted (ws://)",
                "Give the broker a secure listener and use its wss:// URL, or serve this page over http inside the plant.",
            ));
            "The browser refuses an unencrypted connection from an encrypted page.".into()
        }
        LinkFault::NeverOpened => {
            causes = causes_of_silence(url, is_https_page);
            "The connection never opened. A browser keeps the reason secret; these are the likely ones.".into()
        }
        LinkFault::Closed { code, reason } => {
            let said = match (reason.is_empty(), *code) {
                (false, _) => format!("; it said “{}”", reason.chars().take(200).collect::<String>()),
                (true, 1006) => " without a word (1006)".into(),
                (true, 1002) => " over a protocol error (1002)".into(),
                (true, 1008) => " by its policy (1008)".into(),
                (true, 1011) => " after an error of its own (1011)".into(),
                (true, _) => format!(" (code {code})"),
            };
            causes.push(Cause::new(
                "The broker was restarted or the network was cut",
                "Nothing to do: the connection is tried again by itself.",
            ));
            causes.push(Cause::new(
                "Another client uses the same client id",
                "Give each screen its own client_id_prefix in config.json, or look into the broker's log.",
            ));
            format!("The connection was closed{said}.")
        }
        LinkFault::Refused { code, words } => {
            causes = causes_of_refusal(*code);
            format!("The broker refused the connection: {words} (reason code {code}).")
        }
        LinkFault::Disconnected { code: 0x8e, .. } => {
            causes.push(Cause::new(
                "Another tab, screen or program uses the same client id",
                "Give each its own: leave client_id out of config.json, or end the other one and retry here.",
            ));
            "Another client came with this client id, so the broker ended this session. This one does not come back by itself: the two would throw each other out for ever.".into()
        }
        LinkFault::Disconnected { code, words } => {
            format!("The broker ended the session: {words} (reason code {code}).")
        }
        LinkFault::Silence(awaited) => {
            causes.push(Cause::new(
                "What answers at this URL is not an MQTT broker",
                "Check port and path: MQTT over WebSocket often has a port (8083, 9001, 8884) and a path (/mqtt, /ws) of its own.",
            ));
            causes.push(Cause::new(
                "The network lost the connection without saying so",
                "Nothing to do: the connection is tried again by itself.",
            ));
            format!("Nothing was heard from the broker: {awaited}.")
        }
        LinkFault::Protocol(what) => format!("The broker sent what MQTT does not allow: {what}."),
    };
    Explanation { what, causes }
}

fn causes_of_silence(url: &str, is_https_page: bool) -> Vec<Cause> {
    let host = host_of(url);
    let is_secure = url.starts_with("wss://");
    let at_http = format!("{}://{host}/", if is_secure { "https" } else { "http" });
    let mut causes = vec![
        Cause::new(
            format!("The name is wrong or unknown here: {host}"),
            "Compare it with the broker's; try its IP address.",
        ),
        Cause::new(
            "Nothing listens at this port, or a firewall is between",
            "Open this address in a new tab: any answer at all, even an error, means that the port is open.",
        )
        .open(at_http.clone()),
    ];
    if is_secure {
        causes.push(
            Cause::new(
                "The browser does not trust the broker's certificate",
                "Open this address in a new tab: a warning names what is wrong (expired, another name, an own authority that this device does not know).",
            )
            .open(at_http),
        );
    } else if is_https_page && !is_loopback(url) {
        causes.push(Cause::new(
            "This page came over https, the broker's URL is unencrypted",
            "Use the broker's wss:// URL.",
        ));
    }
    causes.push(Cause::new(
        "The path is wrong",
        "Brokers differ: /mqtt (EMQX, HiveMQ, VerneMQ), /ws (RabbitMQ), / (Mosquitto).",
    ));
    causes.push(Cause::new(
        "The listener speaks plain MQTT, or not the WebSocket subprotocol “mqtt”",
        "Use the broker's WebSocket listener: 1883 and 8883 are plain MQTT ports.",
    ));
    causes
}

fn causes_of_refusal(code: u8) -> Vec<Cause> {
    match code {
        // 3.1.1: 4 and 5; MQTT 5: 0x86, 0x87, 0x8C.
        4 | 5 | 0x86 | 0x87 | 0x8C => vec![Cause::new(
            "User name or password is wrong, or this user may not connect",
            "Type both again; the broker's log names the user it saw.",
        )],
        // 3.1.1: 2; MQTT 5: 0x85.
        2 | 0x85 => vec![Cause::new(
            "The broker does not accept this client id",
            "Set client_id_prefix in config.json to what the broker's rules allow.",
        )],
        // 3.1.1: 1; MQTT 5: 0x84.
        1 | 0x84 => vec![Cause::new(
            "The broker speaks another version of MQTT",
            "Choose 3.1.1 or 5 under “More” instead of “automatic”.",
        )],
        3 | 0x88 | 0x89 => vec![Cause::new(
            "The broker is busy or starting",
            "Nothing to do: the connection is tried again by itself.",
        )],
        0x8A => vec![Cause::new("The broker has banned this client", "Ask whoever runs the broker.")],
        _ => Vec::new(),
    }
}

impl Cause {
    fn new(what: impl Into<String>, check: impl Into<String>) -> Self {
        Self { what: what.into(), check: check.into(), open: None }
    }

    fn open(mut self, address: String) -> Self {
        self.open = Some(address);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_secret_failure_lists_causes_with_checks() {
        let trouble = explain(&LinkFault::NeverOpened, "wss://broker.plant:8884/mqtt", true);
        let words = format!("{trouble:?}");
        for part in ["broker.plant", "certificate", "path", "subprotocol", "port", "https://broker.plant:8884/"] {
            assert!(words.contains(part), "{part}: {words}");
        }
        let open = explain(&LinkFault::NeverOpened, "ws://10.0.0.1/", true);
        assert!(format!("{open:?}").contains("wss://"));
    }

    #[test]
    fn a_refusal_says_the_brokers_words() {
        let fault = LinkFault::Refused { code: 5, words: "not authorized".into() };
        let trouble = explain(&fault, "ws://x/", false);
        assert!(trouble.what.contains("not authorized") && trouble.what.contains('5'));
        assert_eq!(trouble.causes.len(), 1);
    }
}
