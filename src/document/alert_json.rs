//! Alert rules as they are stored and exchanged; `alert` reads them.

use serde_json::{Map, Value, json};

use super::alert::{AlertRule, Condition, Limit, MOST_SHELVED};
use crate::time::Millis;

/// The rules as stored and exchanged.
pub fn rules_to_json(rules: &[AlertRule]) -> String {
    let rules: Vec<Value> = rules.iter().map(rule_to_value).collect();
    json!({ "version": 1, "alerts": rules }).to_string()
}

fn rule_to_value(rule: &AlertRule) -> Value {
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| {
        map.insert(key.to_owned(), value);
    };
    put("id", rule.id.as_str().into());
    put("name", rule.name.as_str().into());
    put("pattern", rule.pattern.as_str().into());
    put("when", rule.condition.word().into());
    put("priority", rule.priority.word().into());
    let secs = |span: Millis| Value::from(span.0 as f64 / 1000.0);
    match &rule.condition {
        Condition::High(limit) | Condition::Low(limit) => put(
            "limit",
            match limit {
                Limit::Value(limit) => (*limit).into(),
                Limit::Range => "range".into(),
            },
        ),
        Condition::OneOf(values) => put("values", values.clone().into()),
        Condition::Rate { limit, span } => {
            put("limit", (*limit).into());
            put("span_s", secs(*span));
        }
        Condition::Deviation { setpoint, limit } => {
            put("setpoint", setpoint.as_str().into());
            put("limit", (*limit).into());
        }
        Condition::NoData(span) => put("span_s", secs(*span)),
        Condition::StateFor(states) => {
            put("states", states.iter().map(|state| state.word()).collect::<Vec<_>>().into());
        }
        Condition::Expression(text) => put("expression", text.as_str().into()),
    }
    if rule.deadband != 0.0 {
        put("deadband", rule.deadband.into());
    }
    for (key, span) in [("on_delay_s", rule.on_delay), ("off_delay_s", rule.off_delay)] {
        if span != Millis(0) {
            put(key, secs(span));
        }
    }
    if rule.is_latching {
        put("latching", true.into());
    }
    for (key, text) in [
        ("message", &rule.message),
        ("consequence", &rule.consequence),
        ("action", &rule.action),
        ("link", &rule.link),
        ("suppress_when", &rule.suppress_when),
        ("group", &rule.group),
    ] {
        if !text.is_empty() {
            put(key, text.as_str().into());
        }
    }
    if rule.most_shelved != MOST_SHELVED {
        put("most_shelved_h", (rule.most_shelved.0 / 3_600_000).into());
    }
    Value::Object(map)
}
