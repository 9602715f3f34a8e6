//! Alert rules: what people write about when a human must know. One rule covers every tag or machine that its pattern
//! matches. Parsed and checked here; judged in `alert`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::expression::parse_expression;
use super::reader::{Problem, Reader, kind};
use crate::time::Millis;
use crate::topic::is_valid_filter;
use crate::vocab::{MachineState, Priority};

/// A rule (ISA-18.2 §6.4: an alarm with its attributes and its rationalisation).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRule {
    /// Stable id: what happened to its alerts is kept under it.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// MQTT filter over full tag paths, or over machine paths where the condition is one of machines.
    pub pattern: String,
    /// When it holds.
    pub condition: Condition,
    /// How soon somebody must act.
    pub priority: Priority,
    /// How far a value must come back before the condition ends, in the tag's unit.
    pub deadband: f64,
    /// How long the condition must hold before the alert is raised.
    pub on_delay: Millis,
    /// How long it must not hold before the alert returns to normal.
    pub off_delay: Millis,
    /// Stays after the return until acknowledged, even if it was acknowledged before.
    pub is_latching: bool,
    /// What is said, with `{name}`, `{machine}`, `{tag}`, `{value}`, `{unit}` and `{limit}` filled in when it is raised.
    pub message: String,
    /// What happens when nobody acts.
    pub consequence: String,
    /// What to do.
    pub action: String,
    /// Where more is written.
    pub link: String,
    /// An expression; while it holds, the alert is suppressed by design.
    pub suppress_when: String,
    /// Alerts of one group on one machine: the first of them is marked.
    pub group: String,
    /// The longest that a person may shelve it.
    pub most_shelved: Millis,
}

impl Default for AlertRule {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            pattern: String::new(),
            condition: Condition::StateFor(vec![MachineState::Stopped]),
            priority: Priority::Medium,
            deadband: 0.0,
            on_delay: Millis(0),
            off_delay: Millis(0),
            is_latching: false,
            message: String::new(),
            consequence: String::new(),
            action: String::new(),
            link: String::new(),
            suppress_when: String::new(),
            group: String::new(),
            most_shelved: MOST_SHELVED,
        }
    }
}

/// When an alert's condition holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// Above a limit.
    High(Limit),
    /// Below a limit.
    Low(Limit),
    /// One of these values, as text (`true`, `7`, `Aborted`).
    OneOf(Vec<String>),
    /// Rises or falls faster than `limit` in a `span`.
    Rate {
        /// In the tag's unit.
        limit: f64,
        /// In this time.
        span: Millis,
    },
    /// Further than `limit` from another tag's value.
    Deviation {
        /// The set-point: a path below the tag's machine, or a full path after `/`.
        setpoint: String,
        /// In the tag's unit.
        limit: f64,
    },
    /// Nothing came for so long.
    NoData(Millis),
    /// The machine is in one of these states.
    StateFor(Vec<MachineState>),
    /// An expression over several tags holds.
    Expression(String),
}

/// Where a limit comes from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Limit {
    /// The rule.
    Value(f64),
    /// The high or low end of the tag's range, as its message or the configuration gives it.
    Range,
}

impl Condition {
    /// The word in `when`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::High(_) => "high",
            Self::Low(_) => "low",
            Self::OneOf(_) => "one-of",
            Self::Rate { .. } => "rate",
            Self::Deviation { .. } => "deviation",
            Self::NoData(_) => "no-data",
            Self::StateFor(_) => "state",
            Self::Expression(_) => "expression",
        }
    }

    /// Whether its pattern is over machines rather than tags.
    pub const fn is_of_machines(&self) -> bool {
        matches!(self, Self::StateFor(_))
    }
}

/// The rules in force where nobody has written any: a machine that stands unplanned.
pub fn built_in_rules() -> Vec<AlertRule> {
    vec![AlertRule {
        id: "machine-stopped".into(),
        name: "Machine stopped".into(),
        pattern: "#".into(),
        condition: Condition::StateFor(vec![MachineState::Stopped]),
        priority: Priority::High,
        on_delay: Millis(3000),
        message: "Stopped: {value}".into(),
        ..AlertRule::default()
    }]
}

/// Reads stored rules: `{"version":1,"alerts":[…]}`. What cannot be read is in the list.
pub fn rules_from_json(text: &str) -> (Vec<AlertRule>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut rules = Vec::new();
    match serde_json::from_str::<Value>(text) {
        Err(error) => problems.push(Problem { path: String::new(), message: format!("not JSON: {error}") }),
        Ok(value) => {
            if let Some(mut top) = Reader::object(String::new(), &value, &mut problems) {
                let _version = top.raw("version");
                rules_of(&mut top, &mut rules);
                top.finish(&[]);
            }
        }
    }
    (rules, problems)
}

/// Reads the key `alerts`; ids are made where missing, and made different where equal.
pub(super) fn rules_of(top: &mut Reader<'_>, rules: &mut Vec<AlertRule>) {
    for (path, item) in top.items("alerts") {
        if rules.len() == MOST_RULES {
            top.problem("alerts", format!("expected at most {MOST_RULES} rules; the rest is left out"));
            break;
        }
        let Some(mut rule) = rule_from_value(path, item, top.problems) else { continue };
        if rule.id.is_empty() {
            rule.id = format!("{}-{}", rule.condition.word(), rule.pattern);
        }
        let base = rule.id.clone();
        let mut number = 2;
        while rules.iter().any(|known| known.id == rule.id) {
            rule.id = format!("{base}-{number}");
            number += 1;
        }
        rules.push(rule);
    }
}

fn rule_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<AlertRule> {
    let before = problems.len();
    let mut object = Reader::object(path, value, problems)?;
    let condition = condition_from(&mut object);
    let pattern = object.text("pattern").unwrap_or_else(|| "#".into());
    if !is_valid_filter(&pattern) {
        object.problem("pattern", "expected an MQTT filter over paths, such as +/+/+/+/+/temperature");
    }
    let whole = AlertRule::default();
    let mut rule = AlertRule { condition: condition?, pattern, ..whole };
    rule.id = object.text("id").unwrap_or_default();
    if let Some(word) = object.text("priority") {
        match Priority::ALL.into_iter().find(|priority| priority.word() == word) {
            Some(priority) => rule.priority = priority,
            None => object.problem("priority", format!("expected critical, high, medium or low, found {word:?}")),
        }
    }
    rule.deadband = number(&mut object, "deadband").unwrap_or(0.0);
    if rule.deadband < 0.0 {
        object.problem("deadband", "expected 0 or more");
    }
    rule.on_delay = seconds(&mut object, "on_delay_s").unwrap_or_default();
    rule.off_delay = seconds(&mut object, "off_delay_s").unwrap_or_default();
    rule.is_latching = object.bool("latching").unwrap_or(false);
    for (key, text) in [
        ("name", &mut rule.name),
        ("message", &mut rule.message),
        ("consequence", &mut rule.consequence),
        ("action", &mut rule.action),
        ("link", &mut rule.link),
        ("suppress_when", &mut rule.suppress_when),
        ("group", &mut rule.group),
    ] {
        *text = object.text(key).unwrap_or_default();
        if text.len() > MOST_TEXT {
            object.problem(key, format!("expected at most {MOST_TEXT} bytes"));
        }
    }
    if !rule.suppress_when.is_empty() {
        check_expression(&mut object, "suppress_when", &rule.suppress_when);
    }
    if !rule.link.is_empty() && !rule.link.starts_with("https://") && !rule.link.starts_with("http://") {
        object.problem("link", "expected an address that begins with https://");
    }
    if let Some(hours) = object.integer("most_shelved_h", 1, 72) {
        rule.most_shelved = Millis::from_secs(hours * 3600);
    }
    object.refuse(&OF_CONDITIONS, &format!("has no meaning where \"when\" is {:?}", rule.condition.word()));
    object.finish(&[]);
    if rule.name.is_empty() {
        rule.name = rule.condition.word().to_owned();
    }
    (problems.len() == before).then_some(rule)
}

fn condition_from(object: &mut Reader<'_>) -> Option<Condition> {
    let word = object.text("when").unwrap_or_default();
    let condition = match word.as_str() {
        "high" | "high-high" => Condition::High(limit(object)?),
        "low" | "low-low" => Condition::Low(limit(object)?),
        "equals" | "one-of" => {
            let values = match object.raw("values").or_else(|| object.raw("value")) {
                Some(Value::Array(list)) => list.iter().map(as_text).collect::<Option<Vec<_>>>(),
                Some(one) => as_text(one).map(|one| vec![one]),
                None => None,
            };
            let Some(values) = values.filter(|values| !values.is_empty()) else {
                object.problem("values", "expected a list of texts, numbers or booleans");
                return None;
            };
            Condition::OneOf(values)
        }
        "rate" => {
            Condition::Rate { limit: needed(object, "limit")?, span: seconds(object, "span_s").unwrap_or(MINUTE) }
        }
        "deviation" => {
            let limit = needed(object, "limit")?;
            let Some(setpoint) = object.text("setpoint") else {
                object.problem("setpoint", "expected the path of the set-point's tag below the machine");
                return None;
            };
            Condition::Deviation { setpoint, limit }
        }
        "no-data" => Condition::NoData(seconds(object, "span_s").unwrap_or(MINUTE)),
        "state" => {
            let words = object.texts("states").unwrap_or_else(|| vec!["stopped".into()]);
            let states: Option<Vec<_>> = words.iter().map(|word| MachineState::from_word(word)).collect();
            let Some(states) = states.filter(|states| !states.is_empty()) else {
                object.problem("states", "expected running, idle, planned-stop, stopped or offline");
                return None;
            };
            Condition::StateFor(states)
        }
        "expression" => {
            let text = object.text("expression").unwrap_or_default();
            check_expression(object, "expression", &text);
            Condition::Expression(text)
        }
        _ => {
            object.problem(
                "when",
                "expected high-high, high, low, low-low, equals, rate, deviation, no-data, state or expression",
            );
            return None;
        }
    };
    Some(condition)
}

fn check_expression(object: &mut Reader<'_>, key: &str, text: &str) {
    if text.len() > MOST_TEXT {
        object.problem(key, format!("expected at most {MOST_TEXT} bytes"));
    } else if let Err(error) = parse_expression(text) {
        object.problem(key, error.to_string());
    }
}

fn limit(object: &mut Reader<'_>) -> Option<Limit> {
    match object.raw("limit") {
        Some(Value::String(word)) if word == "range" => Some(Limit::Range),
        Some(Value::Number(number)) => number.as_f64().map(Limit::Value),
        _ => {
            object.problem("limit", "expected a number, or \"range\" for the end of the tag's own range");
            None
        }
    }
}

fn needed(object: &mut Reader<'_>, key: &'static str) -> Option<f64> {
    let found = number(object, key).filter(|limit| *limit > 0.0);
    if found.is_none() {
        object.problem(key, "expected a number above 0");
    }
    found
}

fn number(object: &mut Reader<'_>, key: &'static str) -> Option<f64> {
    let value = object.raw(key)?;
    let number = value.as_f64();
    if number.is_none() {
        object.problem(key, format!("expected a number, found {}", kind(value)));
    }
    number
}

fn seconds(object: &mut Reader<'_>, key: &'static str) -> Option<Millis> {
    let secs = number(object, key)?;
    if !(0.0..=MOST_SECONDS).contains(&secs) {
        object.problem(key, "expected seconds, at most a week");
        return None;
    }
    Some(Millis((secs * 1000.0).round() as i64))
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Keys that belong to some conditions only.
const OF_CONDITIONS: [&str; 7] = ["limit", "value", "values", "span_s", "setpoint", "states", "expression"];
const MINUTE: Millis = Millis(60_000);
/// A shift; so that no shelving outlives those who know of it.
pub(super) const MOST_SHELVED: Millis = Millis(8 * 3_600_000);
const MOST_SECONDS: f64 = 7.0 * 86_400.0;
const MOST_RULES: usize = 500;
const MOST_TEXT: usize = 2000;
