//! `config.json`: brokers, the hierarchy's template, what tags mean. Documented for people in `config.schema.json`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::alert::{AlertRule, rules_of};
use super::board::{Board, board_from_value};
use super::broker::{Broker, broker_from_value};
use super::kiosk::{Kiosk, kiosk_from_value};
use super::kpis::{Kpis, kpis_from_value};
use super::reader::{Problem, Reader, kind};
use super::shared::{Shared, shared_from_value};
use super::shifts::{Shifts, shifts_from_value};
use crate::topic::is_valid_filter;
use crate::vocab::{Level, MachineState, SHAPES, Shape};

/// The configuration in force.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// IANA zone of the plant; the reader's own when absent.
    pub time_zone: Option<String>,
    /// BCP 47 locale; the reader's own when absent.
    pub locale: Option<String>,
    /// The brokers, in order.
    pub brokers: Vec<Broker>,
    /// Topic levels from the left, one per level; `None` skips a level. Empty: guessed from the topics.
    pub hierarchy: Vec<Option<Level>>,
    /// What tags mean, by pattern; the first rule that sets a field wins.
    pub tags: Vec<TagRule>,
    /// Boards that come with the plant.
    pub boards: Vec<Board>,
    /// Alert rules; the built-in ones when the key is absent.
    pub alerts: Option<Vec<AlertRule>>,
    /// What screens share through a broker; nothing when absent.
    pub shared: Option<Shared>,
    /// How much history this browser keeps over a reload, in megabytes; 24 when absent, 0 keeps none.
    pub stored_mb: Option<u32>,
    /// What KPIs are made of.
    pub kpis: Kpis,
    /// When the plant means to work.
    pub shifts: Shifts,
    /// What wall screens do by themselves.
    pub kiosk: Kiosk,
}

impl Config {
    /// Where people's acts are shared: index of the broker, and whether this screen may publish there.
    pub fn shares_on(&self) -> Option<(usize, bool)> {
        let shared = self.shared.as_ref()?;
        let index = match &shared.broker {
            Some(name) => self.brokers.iter().position(|broker| broker.name == *name)?,
            None => self.brokers.iter().position(|broker| broker.publish.enabled).unwrap_or(0),
        };
        Some((index, self.brokers.get(index)?.publish.enabled))
    }
}

/// What the tags that match a pattern mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TagRule {
    /// MQTT filter over full tag paths.
    pub pattern: String,
    /// Unit to show where the message gives none.
    pub unit: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Low and high end of the range.
    pub range: Option<(f64, f64)>,
    /// Digits after the point.
    pub digits: Option<u8>,
    /// Seconds of silence after which the value is stale; never when absent.
    pub stale_after_secs: Option<u32>,
    /// As which shape the messages of matching topics are read, whatever they look like.
    pub shape: Option<Shape>,
    /// Raw value (as text) to machine state.
    pub states: Vec<StateRule>,
}

/// One raw value's meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateRule {
    /// The raw value as text: `6`, `Execute`, `true`.
    pub raw: String,
    /// What it means.
    pub state: MachineState,
}

/// Reads `config.json`. Whatever can be read is in the result, whatever cannot is in the list.
pub fn config_from_json(text: &str) -> (Config, Vec<Problem>) {
    let mut problems = Vec::new();
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            problems.push(Problem { path: String::new(), message: format!("not JSON: {error}") });
            return (Config::default(), problems);
        }
    };
    let config = config_from_value(&value, &mut problems);
    (config, problems)
}

fn config_from_value(value: &Value, problems: &mut Vec<Problem>) -> Config {
    let mut config = Config::default();
    let Some(mut top) = Reader::object(String::new(), value, problems) else { return config };
    if let Some(version) = top.raw("version")
        && version.as_u64() != Some(1)
    {
        top.problem("version", format!("expected 1, found {}", kind(version)));
    }
    config.time_zone = top.text("time_zone");
    config.locale = top.text("locale");
    for (path, item) in top.items("brokers") {
        if config.brokers.len() == 16 {
            top.problem("brokers", "expected at most 16 brokers; the rest is left out");
            break;
        }
        if let Some(broker) = broker_from_value(path, item, top.problems) {
            config.brokers.push(broker);
        }
    }
    config.hierarchy = top.raw("hierarchy").map_or_else(Vec::new, |v| hierarchy_from_value(v, &mut top));
    for (path, item) in top.items("tags") {
        if let Some(rule) = rule_from_value(path, item, top.problems) {
            config.tags.push(rule);
        }
    }
    for (path, item) in top.items("boards") {
        if let Some(board) = board_from_value(path, item, top.problems) {
            config.boards.push(board);
        }
    }
    if top.raw("alerts").is_some() {
        rules_of(&mut top, config.alerts.insert(Vec::new()));
    }
    config.shared = top.raw("shared").and_then(|value| shared_from_value(value, &mut top));
    if let Some(value) = top.raw("retention") {
        match value.get("stored_mb").and_then(Value::as_u64).filter(|mb| *mb <= 500) {
            Some(mb) => config.stored_mb = Some(mb as u32),
            None => top.problem("retention", "expected an object with \"stored_mb\", a whole number from 0 to 500"),
        }
    }
    config.kpis = top.raw("kpis").map_or_else(Kpis::default, |value| kpis_from_value(value, &mut top));
    config.shifts = top.raw("shifts").map_or_else(Shifts::default, |value| shifts_from_value(value, &mut top));
    config.kiosk = top.raw("kiosk").and_then(|value| kiosk_from_value(value, &mut top)).unwrap_or_default();
    top.finish(LATER_TOP);
    config
}

fn hierarchy_from_value(value: &Value, top: &mut Reader<'_>) -> Vec<Option<Level>> {
    let Some(text) = value.as_str() else {
        top.problem(
            "hierarchy",
            format!("expected a template such as \"enterprise/site/area/line/machine\", found {}", kind(value)),
        );
        return Vec::new();
    };
    hierarchy_from_text(text).unwrap_or_else(|wrong| {
        top.problem("hierarchy", wrong);
        Vec::new()
    })
}

/// Reads a template such as `enterprise/site/area/line/machine`; `+` skips a level.
///
/// # Errors
/// What is wrong with it, in words.
pub fn hierarchy_from_text(text: &str) -> Result<Vec<Option<Level>>, String> {
    const KNOWN: [Level; 5] = [Level::Enterprise, Level::Site, Level::Area, Level::Line, Level::Machine];
    let mut levels = Vec::new();
    for word in text.split('/') {
        let level = match word.trim_matches(['{', '}']) {
            "+" | "_" => None,
            word => match KNOWN.into_iter().find(|level| level.word() == word) {
                Some(level) => Some(level),
                None => {
                    return Err(format!(
                        "unknown level {word:?}; known: enterprise, site, area, line, machine, + (skipped)"
                    ));
                }
            },
        };
        if level.is_some_and(|level| levels.contains(&Some(level))) {
            return Err(format!("the level {word:?} stands there twice"));
        }
        levels.push(level);
    }
    if levels.contains(&Some(Level::Machine)) {
        Ok(levels)
    } else {
        Err("a template needs the level \"machine\"".into())
    }
}

fn rule_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<TagRule> {
    let mut object = Reader::object(path, value, problems)?;
    let mut rule = TagRule { pattern: object.text("pattern").unwrap_or_default(), ..TagRule::default() };
    if !is_valid_filter(&rule.pattern) {
        object.problem("pattern", "expected an MQTT filter over tag paths, such as +/+/+/+/+/temperature");
    }
    rule.unit = object.text("unit");
    rule.description = object.text("description");
    rule.digits = object.integer("digits", 0, 9).map(|digits| digits as u8);
    rule.stale_after_secs = object.integer("stale_after_s", 1, 31_536_000).map(|secs| secs as u32);
    if let Some(word) = object.text("shape") {
        rule.shape = Shape::of_word(&word);
        if rule.shape.is_none() {
            let known: Vec<&str> = SHAPES.iter().map(|(_, word)| *word).collect();
            object.problem("shape", format!("unknown shape {word:?}; known: {}", known.join(", ")));
        }
    }
    if let Some(range) = object.raw("range") {
        match range.as_array().map(Vec::as_slice) {
            Some([low, high]) if low.as_f64() < high.as_f64() && low.is_number() && high.is_number() => {
                rule.range = low.as_f64().zip(high.as_f64());
            }
            _ => object.problem("range", format!("expected [low, high] with low below high, found {}", kind(range))),
        }
    }
    if let Some(states) = object.raw("states") {
        match states.as_object() {
            None => {
                object.problem("states", format!("expected an object of raw value to state, found {}", kind(states)))
            }
            Some(map) => {
                for (raw, state) in map {
                    match state.as_str().and_then(MachineState::from_word) {
                        Some(state) => rule.states.push(StateRule { raw: raw.clone(), state }),
                        None => object.problem(
                            &format!("states.{raw}"),
                            format!("expected running, idle, planned-stop, stopped or offline, found {}", kind(state)),
                        ),
                    }
                }
            }
        }
    }
    object.finish(&["name"]);
    is_valid_filter(&rule.pattern).then_some(rule)
}

/// Keys of the stable surface that later versions read; here they are accepted and left alone.
const LATER_TOP: &[&str] = &["instructions", "historians"];

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_good_config_has_no_problems() {
        let (config, problems) = config_from_json(
            r#"{"$schema":"config.schema.json","version":1,"time_zone":"Europe/Berlin","brokers":[{"name":"plant","url":"wss://b.example/mqtt",
            "protocol":"auto","subscribe":["acme/#"],"publish":{"enabled":false}}],"hierarchy":"enterprise/site/area/line/machine",
            "tags":[{"pattern":"+/+/+/+/+/state","states":{"7":"planned-stop"},"range":[0,10]}],"alerts":[]}"#,
        );
        assert_eq!(problems, []);
        assert_eq!(config.brokers[0].urls, ["wss://b.example/mqtt"]);
        assert_eq!(config.hierarchy.len(), 5);
        assert_eq!(config.tags[0].states[0].state, MachineState::PlannedStop);
    }

    #[test]
    fn each_wrong_key_is_named_and_costs_only_itself() {
        let (config, problems) = config_from_json(
            r#"{"version":2,"brokers":[{"url":"mqtt://x:1883"},{"url":"ws://ok/mqtt","protocol":3,"pasword":"x"}],"tags":[{"pattern":"a/#/b"},
            {"pattern":"a/+","range":[5,1],"states":{"1":"going"}}],"locale":7,"hierarchy":"site/line","colour":1}"#,
        );
        let paths: Vec<_> = problems.iter().map(|p| p.path.as_str()).collect();
        for path in [
            "version",
            "brokers[0].url",
            "brokers[1].protocol",
            "brokers[1].pasword",
            "tags[0].pattern",
            "tags[1].range",
            "tags[1].states.1",
            "locale",
            "hierarchy",
            "colour",
        ] {
            assert!(paths.contains(&path), "{path} in {paths:?}");
        }
        assert_eq!(config.brokers.len(), 1);
        assert_eq!(config.tags.len(), 1);
    }

    #[test]
    fn text_that_is_not_json_says_where() {
        let (_, problems) = config_from_json("{\n  \"version\": 1,\n  oops\n}");
        assert!(problems[0].message.contains("line 3"), "{}", problems[0].message);
    }
}
