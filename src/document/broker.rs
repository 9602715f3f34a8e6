//! A broker in `config.json`: where it is, how to talk to it, what may be published.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reader::{Problem, Reader, kind};
use super::url::{check_url, host_of};
use crate::topic::is_valid_filter;

/// One broker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Broker {
    /// Its name on screen.
    pub name: String,
    /// WebSocket URLs, tried in turn.
    pub urls: Vec<String>,
    /// Which MQTT.
    pub protocol: Protocol,
    /// Start of the client id.
    pub client_id_prefix: String,
    /// User name; the password is asked for, never configured.
    pub username: Option<String>,
    /// Filters to subscribe.
    pub subscribe: Vec<String>,
    /// Subscribe to what the page shows, instead of `subscribe`.
    pub subscribes_by_view: bool,
    /// Seconds.
    pub keep_alive_secs: u16,
    /// What the session is to be like.
    pub session: SessionRules,
    /// What Sparkplug messages are to this page.
    pub sparkplug: SparkplugMode,
    /// How long messages of an edge node that came early wait for those between, in seconds.
    pub reorder_secs: u16,
    /// What may be published.
    pub publish: Publish,
}

/// What Sparkplug messages are to the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SparkplugMode {
    /// Read; nothing is published that the specification asks of a host.
    #[default]
    Observer,
    /// Read, and announced as a host application.
    Host,
    /// Messages like any other.
    Off,
}

impl Default for Broker {
    fn default() -> Self {
        Self {
            name: "broker".into(),
            urls: Vec::new(),
            protocol: Protocol::Auto,
            client_id_prefix: "andon".into(),
            username: None,
            subscribe: vec!["#".into()],
            subscribes_by_view: false,
            keep_alive_secs: 30,
            session: SessionRules::default(),
            sparkplug: SparkplugMode::default(),
            reorder_secs: 3,
            publish: Publish::default(),
        }
    }
}

/// What a session with a broker is to be like, beyond the usual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRules {
    /// The whole client id, for brokers that only take known ones. Two tabs with the same throw each other out.
    pub client_id: Option<String>,
    /// Highest QoS of the subscriptions.
    pub qos: u8,
    /// How long the broker keeps the session over a lost connection, in seconds; 0 is never.
    pub expiry_secs: u32,
    /// Method of enhanced authentication, such as `OAUTH2-JWT`: what is typed as the password goes there.
    pub auth_method: Option<String>,
    /// Leave a broker whose topics are not all UTF-8, instead of dropping and counting such messages.
    pub refuses_unreadable: bool,
    /// Go where the broker says when it names another server.
    pub follows_reference: bool,
    /// The first connection comes anywhere within so many seconds.
    pub spread_secs: u16,
    /// Filters of `subscribe` that are wanted in a way of their own.
    pub filters: Vec<FilterRules>,
}

/// How one filter is wanted. All but the QoS is MQTT 5's; 3.1.1 leaves it out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterRules {
    /// As in `subscribe`.
    pub filter: String,
    /// Highest QoS; that of the broker's other filters when absent.
    pub qos: Option<u8>,
    /// Leave out what this tab publishes itself.
    pub no_local: bool,
    /// Keep the publisher's RETAIN flag; a live message may carry it then.
    pub retain_as_published: bool,
    /// What is retained comes 0: on each connection, 1: only when the subscription is new, 2: never.
    pub retain_handling: u8,
}

impl Default for SessionRules {
    fn default() -> Self {
        Self {
            client_id: None,
            qos: 1,
            expiry_secs: 60,
            auth_method: None,
            refuses_unreadable: false,
            follows_reference: false,
            spread_secs: 0,
            filters: Vec::new(),
        }
    }
}

/// Which MQTT to speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    /// The best that both sides speak.
    #[default]
    Auto,
    /// 3.1.1.
    V4,
    /// 5.
    V5,
}

/// What may be published to a broker. Off by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// The switch.
    pub enabled: bool,
    /// Filters of topics that may be published to.
    pub topics: Vec<String>,
    /// Filters of metrics that may be written.
    pub commands: Vec<String>,
    /// Sparkplug edge nodes that miss something are asked for a rebirth without a person.
    pub rebirth: bool,
}

/// Reads one; `None` when it has no usable URL.
pub(super) fn broker_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<Broker> {
    let mut broker = Broker::default();
    let mut object = Reader::object(path, value, problems)?;
    broker.urls = object.texts("url").unwrap_or_default();
    if broker.urls.is_empty() {
        object.problem("url", "expected a WebSocket URL such as wss://broker.example/mqtt");
    }
    for url in broker.urls.clone() {
        if let Err(wrong) = check_url(&url) {
            object.problem("url", wrong);
            broker.urls.retain(|kept| *kept != url);
        }
    }
    if let Some(name) = object.text("name") {
        broker.name = name;
    } else if let Some(url) = broker.urls.first() {
        broker.name = host_of(url).to_owned();
    }
    if let Some(protocol) = object.raw("protocol") {
        broker.protocol = match (protocol.as_u64(), protocol.as_str()) {
            (Some(4), _) => Protocol::V4,
            (Some(5), _) => Protocol::V5,
            (_, Some("auto")) => Protocol::Auto,
            _ => {
                object.problem("protocol", format!("expected 4, 5 or \"auto\", found {}", kind(protocol)));
                Protocol::Auto
            }
        };
    }
    if let Some(prefix) = object.text("client_id_prefix") {
        broker.client_id_prefix = prefix;
    }
    broker.username = object.text("username");
    if object.raw("password").is_some() {
        object.problem("password", "a password never belongs in config.json; it is asked for when connecting");
    }
    subscribe_from_value(&mut object, &mut broker);
    if let Some(secs) = object.integer("keep_alive_s", 5, 3600) {
        broker.keep_alive_secs = secs as u16;
    }
    session_from_value(&mut object, &mut broker.session);
    sparkplug_from_value(&mut object, &mut broker);
    if let Some(secs) = object.integer("sparkplug_reorder_s", 0, 60) {
        broker.reorder_secs = secs as u16;
    }
    if let Some(publish) = object.raw("publish") {
        let path = object.at("publish");
        if let Some(mut inner) = Reader::object(path, publish, object.problems) {
            broker.publish.enabled = inner.bool("enabled").unwrap_or(false);
            broker.publish.topics = inner.texts("topics").unwrap_or_default();
            broker.publish.commands = inner.texts("commands").unwrap_or_default();
            broker.publish.rebirth = inner.bool("rebirth").unwrap_or(false);
            inner.finish(&[]);
        }
    }
    object.finish(&[]);
    (!broker.urls.is_empty()).then_some(broker)
}

/// `"view"`, a filter, or a list of filters and of objects that say more of one.
fn subscribe_from_value(object: &mut Reader<'_>, broker: &mut Broker) {
    if object.object_text("subscribe") == Some("view") {
        broker.subscribes_by_view = true;
        broker.subscribe.clear();
        object.texts("subscribe");
        return;
    }
    let items = match object.raw("subscribe") {
        None => return,
        Some(Value::Array(_)) => object.items("subscribe"),
        Some(one) => vec![(object.at("subscribe"), one)],
    };
    broker.subscribe.clear();
    for (path, item) in items {
        let rules = match item {
            Value::String(filter) => Some(FilterRules { filter: filter.clone(), ..FilterRules::default() }),
            _ => filter_from_value(path.clone(), item, object.problems),
        };
        let Some(rules) = rules else { continue };
        if !is_valid_filter(&rules.filter) {
            let message = format!("{:?} is not an MQTT topic filter", rules.filter);
            object.problems.push(Problem { path, message });
            continue;
        }
        broker.subscribe.push(rules.filter.clone());
        if item.is_object() {
            broker.session.filters.push(rules);
        }
    }
}

fn filter_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<FilterRules> {
    let mut object = Reader::object(path, value, problems)?;
    let small = |object: &mut Reader<'_>, key| object.integer(key, 0, 2).map(|number| number as u8);
    let rules = FilterRules {
        filter: object.text("filter").unwrap_or_default(),
        qos: small(&mut object, "qos"),
        no_local: object.bool("no_local").unwrap_or(false),
        retain_as_published: object.bool("retain_as_published").unwrap_or(false),
        retain_handling: small(&mut object, "retain_handling").unwrap_or(0),
    };
    object.finish(&[]);
    Some(rules)
}

fn sparkplug_from_value(object: &mut Reader<'_>, broker: &mut Broker) {
    broker.sparkplug = match object.text("sparkplug").as_deref() {
        None => return,
        Some("off") => {
            broker.sparkplug = SparkplugMode::Off;
            return;
        }
        Some("host") => SparkplugMode::Host,
        Some(other) => {
            if other != "observer" {
                object.problem("sparkplug", format!("expected \"observer\", \"host\" or \"off\", found {other:?}"));
            }
            SparkplugMode::Observer
        }
    };
    // Sparkplug asks for clean sessions (3.0 §5.4): what was missed is learnt by rebirth, never from a queue.
    broker.session.expiry_secs = 0;
    if broker.subscribes_by_view {
        return;
    }
    // No filter twice over the same topics: MQTT 5 brokers would deliver each message twice.
    let is_covered = |filters: &[String], start: &str| filters.iter().any(|f| f == "#" || f.starts_with(start));
    if !is_covered(&broker.subscribe, "spBv1.0") {
        broker.subscribe.push("spBv1.0/#".into());
    } else if !broker.subscribe.iter().any(|filter| matches!(filter.as_str(), "#" | "spBv1.0/#")) {
        broker.subscribe.push("spBv1.0/STATE/+".into());
    }
    // Births that a Sparkplug-aware broker keeps; others grant it and send nothing. `#` does not cover it.
    if !broker.subscribe.iter().any(|filter| filter.starts_with("$sparkplug")) {
        broker.subscribe.push("$sparkplug/certificates/#".into());
    }
}

fn session_from_value(object: &mut Reader<'_>, session: &mut SessionRules) {
    session.client_id = object.text("client_id");
    if let Some(qos) = object.integer("qos", 0, 2) {
        session.qos = qos as u8;
    }
    if let Some(secs) = object.integer("session_expiry_s", 0, 86_400) {
        session.expiry_secs = secs as u32;
    }
    session.auth_method = object.text("auth_method");
    match object.text("unreadable_topics").as_deref() {
        None | Some("skip") => {}
        Some("close") => session.refuses_unreadable = true,
        Some(other) => object.problem("unreadable_topics", format!("expected \"skip\" or \"close\", found {other:?}")),
    }
    session.follows_reference = object.bool("follow_server_reference").unwrap_or(false);
    if let Some(secs) = object.integer("spread_s", 0, 300) {
        session.spread_secs = secs as u16;
    }
}
