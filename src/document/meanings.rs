//! What this device says of the plant's topics, beside `config.json`: a template of levels and rules for tags; and its
//! import from a table.

use serde_json::{Map, Value, json};

use super::config::{StateRule, TagRule, config_from_json};
use super::kpis::KpiRule;
use super::reader::Problem;
use crate::vocab::Level;

/// What this device says of topics. It comes before what the file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meanings {
    /// Topic levels from the left; empty: the file's, or guessed.
    pub hierarchy: Vec<Option<Level>>,
    /// Rules for tags.
    pub tags: Vec<TagRule>,
    /// Which tags machines' KPIs are made of, as a person has confirmed.
    pub kpis: Vec<KpiRule>,
}

/// Reads what [`meanings_to_json`] wrote: a `config.json` of these keys.
pub fn meanings_from_json(text: &str) -> (Meanings, Vec<Problem>) {
    let (config, problems) = config_from_json(text);
    (Meanings { hierarchy: config.hierarchy, tags: config.tags, kpis: config.kpis.machines }, problems)
}

/// Writes them as a `config.json` that could stand beside the page.
pub fn meanings_to_json(meanings: &Meanings) -> String {
    let mut top = Map::new();
    top.insert("version".into(), 1.into());
    if !meanings.hierarchy.is_empty() {
        let word = |level: &Option<Level>| level.map_or("+", Level::word);
        top.insert("hierarchy".into(), meanings.hierarchy.iter().map(word).collect::<Vec<_>>().join("/").into());
    }
    top.insert("tags".into(), meanings.tags.iter().map(rule_to_value).collect());
    if !meanings.kpis.is_empty() {
        let machines: Vec<Value> = meanings.kpis.iter().map(kpi_rule_to_value).collect();
        top.insert("kpis".into(), json!({ "machines": machines }));
    }
    Value::Object(top).to_string()
}

/// What a person confirms is tags alone.
fn kpi_rule_to_value(rule: &KpiRule) -> Value {
    let mut object = Map::new();
    object.insert("pattern".into(), rule.pattern.clone().into());
    for (key, tag) in [
        ("total", &rule.total),
        ("good", &rule.good),
        ("scrap", &rule.scrap),
        ("cycle", &rule.cycle),
        ("rate", &rule.rate),
        ("order", &rule.order),
        ("product", &rule.product),
        ("reason", &rule.reason),
    ] {
        if let Some(tag) = tag {
            object.insert(key.into(), tag.clone().into());
        }
    }
    Value::Object(object)
}

fn rule_to_value(rule: &TagRule) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Option<Value>| value.map(|value| object.insert(key.to_owned(), value));
    put("pattern", Some(rule.pattern.clone().into()));
    put("unit", rule.unit.clone().map(Into::into));
    put("description", rule.description.clone().map(Into::into));
    put("range", rule.range.map(|(low, high)| json!([low, high])));
    put("digits", rule.digits.map(Into::into));
    put("stale_after_s", rule.stale_after_secs.map(Into::into));
    put("shape", rule.shape.map(|shape| shape.word().into()));
    let state = |rule: &StateRule| (rule.raw.clone(), Value::from(rule.state.word()));
    put("states", (!rule.states.is_empty()).then(|| rule.states.iter().map(state).collect::<Map<_, _>>().into()));
    Value::Object(object)
}

/// Reads a table of tags: a head line that names its columns (`path` and any of `description`, `unit`, `low`, `high`;
/// others are left alone), then a tag a line. Separated by commas, semicolons or tabs, quoted as in RFC 4180. A line
/// that is wrong costs itself and is named by its number.
pub fn rules_from_csv(text: &str) -> (Vec<TagRule>, Vec<Problem>) {
    let mut problems = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = text.lines().next().unwrap_or("");
    let separator = [',', ';', '\t'].into_iter().max_by_key(|c| head.matches(*c).count()).unwrap_or(',');
    let mut records = records(text, separator);
    let head: Vec<String> = records.next().map_or_else(Vec::new, |(_, cells)| cells);
    let column = |name: &str| head.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
    let Some(path_column) = column("path") else {
        let message = format!("expected a head line with a column \"path\", found {:?}", head.join(","));
        problems.push(Problem { path: "line 1".into(), message: message.chars().take(200).collect() });
        return (Vec::new(), problems);
    };
    let [unit, description, low, high] = ["unit", "description", "low", "high"].map(column);
    let mut rules = Vec::new();
    for (line, cells) in records {
        let mut wrong = |message: String| {
            if problems.len() < MOST_PROBLEMS {
                problems.push(Problem { path: format!("line {line}"), message });
            }
        };
        let cell = |column: Option<usize>| {
            // The apostrophe that the export puts before what looks like a formula.
            let text = column.and_then(|column| cells.get(column)).map_or("", |cell| cell.trim());
            text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text)
        };
        let path = cell(Some(path_column));
        if path.is_empty() {
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                wrong("the path is missing".into());
            }
            continue;
        }
        if !crate::topic::is_valid_filter(path) {
            wrong(format!("{path:?} is neither a path nor a pattern"));
            continue;
        }
        let mut end = |column: Option<usize>| {
            let text = cell(column).to_owned();
            let number = text.replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
            if number.is_none() && !text.is_empty() {
                wrong(format!("expected a number, found {text:?}"));
            }
            number
        };
        let range = match (end(low), end(high)) {
            (Some(low), Some(high)) if low < high => Some((low, high)),
            (None, None) => None,
            (Some(_), Some(_)) => {
                wrong("the low end is not below the high end".into());
                None
            }
            _ => {
                wrong("a range needs both ends".into());
                None
            }
        };
        let words = |column| Some(cell(column).to_owned()).filter(|text| !text.is_empty());
        let rule = TagRule {
            pattern: path.into(),
            unit: words(unit),
            description: words(description),
            range,
            ..TagRule::default()
        };
        if rule.unit.is_some() || rule.description.is_some() || rule.range.is_some() {
            rules.push(rule);
        }
        if rules.len() >= MOST_RULES {
            wrong(format!("more than {MOST_RULES} lines; the rest is left out"));
            break;
        }
    }
    (rules, problems)
}

/// The records of a table with the number of the line that each begins on.
fn records(text: &str, separator: char) -> impl Iterator<Item = (usize, Vec<String>)> + '_ {
    let mut rest = text.chars().peekable();
    let mut line = 1;
    std::iter::from_fn(move || {
        rest.peek()?;
        let begin = line;
        let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
        while let Some(c) = rest.next() {
            line += usize::from(c == '\n');
            match c {
                '"' if is_quoted && rest.peek() == Some(&'"') => {
                    rest.next();
                    cell.push('"');
                }
                '"' if is_quoted || cell.is_empty() => is_quoted = !is_quoted,
                '\n' if !is_quoted => break,
                '\r' if !is_quoted => {}
                c if c == separator && !is_quoted => cells.push(std::mem::take(&mut cell)),
                c => cell.push(c),
            }
        }
        cells.push(cell);
        Some((begin, cells))
    })
}

const MOST_RULES: usize = 50_000;
const MOST_PROBLEMS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::MachineState;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_table_is_read_and_what_is_wrong_is_named_by_line() {
        let text = "path,description,unit,low,high,note\r\na/b,\"Oil, \"\"hot\"\"\",°C,0,\"90,5\",x\n\n,lost,,,\na/#/b,x,,,\na/c,,bar,9,1\na/d,,V,1,\na/e,,,,\na/f,\"two\nlines\",,,\na/g,,A,x,";
        let (rules, problems) = rules_from_csv(text);
        let paths: Vec<&str> = rules.iter().map(|rule| rule.pattern.as_str()).collect();
        assert_eq!(paths, ["a/b", "a/c", "a/d", "a/f", "a/g"]);
        assert_eq!(rules[0].description.as_deref(), Some("Oil, \"hot\""));
        assert_eq!((rules[0].unit.as_deref(), rules[0].range), (Some("°C"), Some((0.0, 90.5))));
        let lines: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(lines, ["line 4", "line 5", "line 6", "line 7", "line 11"]);
    }

    #[test]
    fn tables_of_spreadsheets_elsewhere() {
        let (rules, problems) = rules_from_csv("\u{feff}Path;Unit\na/b;'=x\n");
        assert_eq!((problems.len(), rules[0].unit.as_deref()), (0, Some("=x")));
        let (rules, problems) = rules_from_csv("name,unit\na,b");
        assert_eq!((rules.len(), problems.len()), (0, 1));
        assert_eq!(rules_from_csv("").1.len(), 1);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let meanings = Meanings {
            hierarchy: vec![None, Some(Level::Line), Some(Level::Machine)],
            tags: vec![TagRule {
                pattern: "a/+".into(),
                unit: Some("bar".into()),
                range: Some((0.0, 2.5)),
                shape: Some(crate::vocab::Shape::Kepware),
                states: vec![StateRule { raw: "7".into(), state: MachineState::PlannedStop }],
                ..TagRule::default()
            }],
            kpis: vec![KpiRule { pattern: "a/b".into(), good: Some("count/good".into()), ..KpiRule::default() }],
        };
        assert_eq!(meanings_from_json(&meanings_to_json(&meanings)), (meanings, Vec::new()));
    }
}
