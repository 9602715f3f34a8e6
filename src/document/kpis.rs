//! The key `kpis`: which tags of a machine its KPIs are made of, how a line is told, targets, reasons for stops.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reader::{Problem, Reader};
use crate::topic::{is_valid_filter, matches};

/// What is said of KPIs. What is not said is found by the names of tags.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kpis {
    /// Machines by pattern; the first rule that sets a field wins.
    pub machines: Vec<KpiRule>,
    /// Lines by pattern; the first that matches.
    pub lines: Vec<LineRule>,
    /// Stops shorter than this are minor stops; seconds.
    pub minor_stop_secs: Option<u32>,
    /// The OEE to be reached, 0..=1.
    pub target_oee: Option<f64>,
    /// Reasons for stops that a person may give.
    pub reasons: Vec<Reason>,
}

/// How a counter counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Counting {
    /// It grows for ever; where it falls it rolled over, was reset, or was set back.
    #[default]
    Cumulative,
    /// It grows and is set to 0 when a shift begins.
    Shift,
    /// It goes up and down again once for each item.
    Pulse,
    /// Each value is what was made since the one before.
    Delta,
}

impl Counting {
    const WORDS: [(Self, &str); 4] =
        [(Self::Cumulative, "cumulative"), (Self::Shift, "shift"), (Self::Pulse, "pulse"), (Self::Delta, "delta")];

    /// The configuration's word.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(counting, _)| *counting == self).map_or("cumulative", |(_, word)| word)
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(counting, _)| *counting)
    }
}

/// What the KPIs of the machines that match a pattern are made of. Tags are named below the machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KpiRule {
    /// MQTT filter over machines' paths.
    pub pattern: String,
    /// Tag of all items made.
    pub total: Option<String>,
    /// Tag of the good ones.
    pub good: Option<String>,
    /// Tag of the scrap.
    pub scrap: Option<String>,
    /// How these count.
    pub counting: Option<Counting>,
    /// The value after the greatest: 65536 for 16 bits.
    pub rolls_over_at: Option<f64>,
    /// Planned run time per item, seconds (ISO 22400: PRI).
    pub cycle_secs: Option<f64>,
    /// Tag that tells the planned run time per item in seconds.
    pub cycle: Option<String>,
    /// Tag that tells the planned rate.
    pub rate: Option<String>,
    /// What `rate` is per, in seconds: 60 for items a minute.
    pub rate_secs: Option<f64>,
    /// Planned run time per item by product, seconds.
    pub products: Vec<(String, f64)>,
    /// Tag that tells the order.
    pub order: Option<String>,
    /// Tag that tells the product.
    pub product: Option<String>,
    /// Tag that tells why it stands.
    pub reason: Option<String>,
    /// Items planned per hour of planned time.
    pub plan_per_hour: Option<f64>,
}

/// How lines are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRule {
    /// MQTT filter over lines' paths.
    pub pattern: String,
    /// Whose figures are the line's.
    pub by: LineBy,
    /// Names of its machines as material flows; those not named come after them.
    pub flow: Vec<String>,
}

/// Whose figures are a line's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineBy {
    /// The machine with the longest planned run time per item among those that count; where none tells, the last.
    #[default]
    Bottleneck,
    /// The last machine of the flow that counts.
    End,
    /// This one, by its name below the line.
    Machine(String),
}

impl Kpis {
    /// Where a machine stands in its line's flow, by its name; those that no rule names come last.
    pub fn place_in_flow(&self, line: &str, machine: &str) -> usize {
        let rule = self.lines.iter().find(|rule| !rule.flow.is_empty() && matches(&rule.pattern, line));
        rule.and_then(|rule| rule.flow.iter().position(|name| name == machine)).unwrap_or(usize::MAX)
    }

    /// Reasons that a person may give: the configured ones, else common ones.
    pub fn reasons_in_force(&self) -> Vec<Reason> {
        if !self.reasons.is_empty() {
            return self.reasons.clone();
        }
        let reason = |(name, is_planned): (&str, bool)| Reason { name: name.into(), is_planned, below: Vec::new() };
        COMMON.into_iter().map(reason).collect()
    }
}

/// Reasons where none are configured, and whether they are planned.
const COMMON: [(&str, bool); 10] = [
    ("Technical fault", false),
    ("Jam", false),
    ("No material", false),
    ("No operator", false),
    ("Quality problem", false),
    ("Waiting for the line", false),
    ("Changeover", true),
    ("Cleaning", true),
    ("Maintenance", true),
    ("Break", true),
];

/// A reason for a stop, with those below it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Its name.
    pub name: String,
    /// Whether such a stop is a planned one.
    pub is_planned: bool,
    /// Narrower reasons.
    pub below: Vec<String>,
}

pub(super) fn kpis_from_value(value: &Value, top: &mut Reader<'_>) -> Kpis {
    let mut kpis = Kpis::default();
    let Some(mut object) = Reader::object(top.at("kpis"), value, top.problems) else { return kpis };
    for (path, item) in object.items("machines") {
        kpis.machines.extend(machine_from_value(path, item, object.problems));
    }
    for (path, item) in object.items("lines") {
        kpis.lines.extend(line_from_value(path, item, object.problems));
    }
    for (path, item) in object.items("reasons") {
        kpis.reasons.extend(reason_from_value(path, item, object.problems));
    }
    if kpis.machines.len() > MOST || kpis.lines.len() > MOST || kpis.reasons.len() > MOST {
        object.problem("machines", format!("expected at most {MOST} rules of a kind; the rest is left out"));
        kpis.machines.truncate(MOST);
        kpis.lines.truncate(MOST);
        kpis.reasons.truncate(MOST);
    }
    kpis.minor_stop_secs = object.integer("minor_stop_s", 0, 86_400).map(|secs| secs as u32);
    kpis.target_oee = number(&mut object, "target_oee", 0.0, 1.0);
    object.finish(&[]);
    kpis
}

fn machine_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<KpiRule> {
    let mut object = Reader::object(path, value, problems)?;
    let mut rule = KpiRule { pattern: object.text("pattern").unwrap_or_default(), ..KpiRule::default() };
    let is_valid = is_valid_filter(&rule.pattern);
    if !is_valid {
        object.problem("pattern", "expected an MQTT filter over machines' paths, such as acme/+/+/+/filler");
    }
    rule.total = object.text("total");
    rule.good = object.text("good");
    rule.scrap = object.text("scrap");
    rule.cycle = object.text("cycle");
    rule.rate = object.text("rate");
    rule.order = object.text("order");
    rule.product = object.text("product");
    rule.reason = object.text("reason");
    if let Some(word) = object.text("count") {
        rule.counting = Counting::of_word(&word);
        if rule.counting.is_none() {
            object.problem("count", format!("expected cumulative, shift, pulse or delta, found {word:?}"));
        }
    }
    rule.rolls_over_at = number(&mut object, "rolls_over_at", 2.0, 1.9e19);
    rule.cycle_secs = number(&mut object, "cycle_s", 1e-6, 1e6);
    rule.plan_per_hour = number(&mut object, "plan_per_h", 0.0, 1e9);
    if let Some(word) = object.text("rate_per") {
        rule.rate_secs = [("s", 1.0), ("min", 60.0), ("h", 3600.0)].iter().find(|(w, _)| *w == word).map(|(_, s)| *s);
        if rule.rate_secs.is_none() {
            object.problem("rate_per", format!("expected s, min or h, found {word:?}"));
        }
    }
    match object.raw("products") {
        Some(Value::Object(products)) => {
            for (name, cycle) in products {
                match cycle.as_f64().filter(|secs| (1e-6..=1e6).contains(secs)) {
                    Some(secs) => rule.products.push((name.clone(), secs)),
                    None => object.problem(&format!("products.{name}"), "expected seconds per item, above 0"),
                }
            }
        }
        Some(_) => object.problem("products", "expected an object of product to seconds per item"),
        None => {}
    }
    object.finish(&[]);
    is_valid.then_some(rule)
}

fn line_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<LineRule> {
    let mut object = Reader::object(path, value, problems)?;
    let pattern = object.text("pattern").unwrap_or_default();
    let is_valid = is_valid_filter(&pattern);
    if !is_valid {
        object.problem("pattern", "expected an MQTT filter over lines' paths, such as acme/+/+/bottling");
    }
    let machine = object.text("machine");
    let flow = object.texts("flow").unwrap_or_default();
    let by = match (object.text("by").as_deref(), machine) {
        (None | Some("machine"), Some(machine)) => LineBy::Machine(machine),
        (None | Some("bottleneck"), None) => LineBy::Bottleneck,
        (Some("end"), None) => LineBy::End,
        (by, _) => {
            object.problem("by", format!("expected bottleneck, end, or a \"machine\" alone, found {by:?}"));
            LineBy::Bottleneck
        }
    };
    object.finish(&[]);
    is_valid.then_some(LineRule { pattern, by, flow })
}

fn reason_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<Reason> {
    if let Value::String(name) = value {
        return Some(Reason { name: name.clone(), ..Reason::default() });
    }
    let mut object = Reader::object(path, value, problems)?;
    let name = object.text("name").filter(|name| !name.trim().is_empty());
    if name.is_none() {
        object.problem("name", "expected the reason's name");
    }
    let is_planned = object.bool("planned").unwrap_or(false);
    let mut below = object.texts("reasons").unwrap_or_default();
    below.truncate(MOST);
    object.finish(&[]);
    Some(Reason { name: name?, is_planned, below })
}

fn number(object: &mut Reader<'_>, key: &'static str, least: f64, most: f64) -> Option<f64> {
    let value = object.raw(key)?;
    let number = value.as_f64().filter(|number| (least..=most).contains(number));
    if number.is_none() {
        object.problem(key, format!("expected a number from {least} to {most}"));
    }
    number
}

/// More than anybody writes; a bound on what is foreign.
const MOST: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::config_from_json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn kpis_are_read() {
        let (config, problems) = config_from_json(
            r#"{"kpis":{"machines":[{"pattern":"acme/+/+/+/filler","total":"count/all","good":"count/good","count":"shift",
            "rolls_over_at":65536,"cycle_s":0.25,"rate":"speed_setpoint","rate_per":"min","products":{"Cola":0.3},
            "order":"order/id","product":"order/product","reason":"stop_reason","plan_per_h":12000}],
            "lines":[{"pattern":"acme/+/+/bottling","machine":"filler"},{"pattern":"+/#","by":"end","flow":["washer","filler"]}],
            "minor_stop_s":120,"target_oee":0.8,
            "reasons":["No material",{"name":"Cleaning","planned":true,"reasons":["CIP","Floor"]}]}}"#,
        );
        assert_eq!(problems, []);
        let kpis = &config.kpis;
        assert_eq!(kpis.machines[0].counting, Some(Counting::Shift));
        assert_eq!(kpis.machines[0].products, [("Cola".to_owned(), 0.3)]);
        assert_eq!(kpis.lines[0].by, LineBy::Machine("filler".into()));
        assert_eq!(kpis.lines[1].by, LineBy::End);
        let order = ["filler", "washer", "packer"].map(|name| kpis.place_in_flow("acme/north/l1", name));
        assert_eq!(order, [1, 0, usize::MAX]);
        assert_eq!((kpis.minor_stop_secs, kpis.target_oee), (Some(120), Some(0.8)));
        assert!(kpis.reasons[1].is_planned && kpis.reasons[1].below.len() == 2);
    }

    #[test]
    fn each_mistake_is_named() {
        let (config, problems) = config_from_json(
            r#"{"kpis":{"machines":[{"pattern":"a/#/b"},{"pattern":"a/+","count":"up","cycle_s":0,"rate_per":"day",
            "products":{"x":-1},"colour":1}],"lines":[{"pattern":"a","by":"end","machine":"b"}],"target_oee":75,
            "reasons":[{"planned":true}]}}"#,
        );
        let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
        for path in [
            "kpis.machines[0].pattern",
            "kpis.machines[1].count",
            "kpis.machines[1].cycle_s",
            "kpis.machines[1].rate_per",
            "kpis.machines[1].products.x",
            "kpis.machines[1].colour",
            "kpis.lines[0].by",
            "kpis.target_oee",
            "kpis.reasons[0].name",
        ] {
            assert!(paths.contains(&path), "{path} in {paths:?}");
        }
        assert_eq!(config.kpis.machines.len(), 1);
    }
}
