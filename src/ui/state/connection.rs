//! A connection as this device remembers it: never with a password.

use serde_json::{Value, json};

use crate::document::{Broker, Problem, Protocol, check_url, host_of};
use crate::topic::is_valid_filter;

/// A remembered connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// WebSocket URL.
    pub url: String,
    /// User name, if one is used.
    pub username: Option<String>,
    /// A password was given: it is asked for again rather than trying without.
    pub has_password: bool,
    /// Filters to subscribe.
    pub subscribe: Vec<String>,
    /// Which MQTT.
    pub protocol: Protocol,
}

impl Connection {
    /// As a form is filled in for a configured broker.
    pub fn of_broker(broker: &Broker) -> Self {
        Self {
            url: broker.urls.first().cloned().unwrap_or_default(),
            username: broker.username.clone(),
            has_password: false,
            subscribe: broker.subscribe.clone(),
            protocol: broker.protocol,
        }
    }

    /// As a broker of the configuration.
    pub fn to_broker(&self) -> Broker {
        Broker {
            name: host_of(&self.url).to_owned(),
            urls: vec![self.url.clone()],
            username: self.username.clone(),
            subscribe: self.subscribe.clone(),
            protocol: self.protocol,
            ..Broker::default()
        }
    }
}

/// Reads what [`connections_to_json`] wrote; a broken entry costs itself.
pub fn connections_from_json(text: &str) -> (Vec<Connection>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut problem = |path: String, message: String| problems.push(Problem { path, message });
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            problem(String::new(), format!("not JSON: {error}"));
            return (Vec::new(), problems);
        }
    };
    let mut connections = Vec::new();
    if value["version"].as_u64() != Some(1) {
        problem("version".into(), "expected 1".into());
        return (connections, problems);
    }
    let none = Vec::new();
    for (index, item) in value["connections"].as_array().unwrap_or(&none).iter().enumerate().take(16) {
        match connection(item) {
            Ok(connection) => connections.push(connection),
            Err(message) => problem(format!("connections[{index}]"), message),
        }
    }
    (connections, problems)
}

fn connection(item: &Value) -> Result<Connection, String> {
    let url = item["url"].as_str().ok_or("expected a url")?.to_owned();
    check_url(&url)?;
    let filters = item["subscribe"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut subscribe: Vec<String> = filters.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    subscribe.retain(|filter| is_valid_filter(filter));
    if subscribe.is_empty() {
        subscribe.push("#".into());
    }
    Ok(Connection {
        url,
        username: item["username"].as_str().map(str::to_owned),
        has_password: item["has_password"].as_bool().unwrap_or(false),
        subscribe,
        protocol: match item["protocol"].as_u64() {
            Some(4) => Protocol::V4,
            Some(5) => Protocol::V5,
            _ => Protocol::Auto,
        },
    })
}

/// Writes connections.
pub fn connections_to_json(connections: &[Connection]) -> String {
    let items: Vec<Value> = connections
        .iter()
        .map(|connection| {
            let protocol = match connection.protocol {
                Protocol::Auto => json!("auto"),
                Protocol::V4 => json!(4),
                Protocol::V5 => json!(5),
            };
            json!({
                "url": connection.url,
                "username": connection.username,
                "has_password": connection.has_password,
                "subscribe": connection.subscribe,
                "protocol": protocol,
            })
        })
        .collect();
    json!({"version": 1, "connections": items}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn connections_round_trip_and_broken_ones_cost_themselves() {
        let known = vec![Connection {
            url: "ws://10.0.0.1:9001/mqtt".into(),
            username: Some("wall".into()),
            has_password: true,
            subscribe: vec!["a/#".into()],
            protocol: Protocol::V4,
        }];
        let text = connections_to_json(&known);
        assert_eq!(connections_from_json(&text), (known, vec![]));
        let (kept, problems) = connections_from_json(
            r#"{"version":1,"connections":[3,{"url":"http://x"},{"url":"wss://u:p@h"},{"url":"wss://h","subscribe":["a#"]}]}"#,
        );
        assert_eq!((kept.len(), problems.len()), (1, 3));
        assert_eq!(kept[0].subscribe, ["#"]);
        assert_eq!(connections_from_json("{").1.len(), 1);
    }
}
