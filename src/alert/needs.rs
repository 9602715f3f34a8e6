//! What rules need from a broker that is asked only for what the page shows: their filters stay subscribed, so that an
//! alert is raised whatever the page looks at. What they leave out is not watched and so unknown, never normal.

use super::alerts::Alerts;
use super::rule::Rule;
use crate::document::AlertRule;
use crate::document::expression::TagRef;
use crate::topic::{is_valid_filter, is_valid_topic};

impl Alerts {
    /// The topic filters that the rules need, without doubles.
    ///
    /// A rule of everything (`#`, `+/+/#`) needs none: it would make of a view the whole namespace, so it is judged on
    /// what the page shows. A tag may be a key in a message of a shorter topic: those topics belong to it where the
    /// pattern names them without wildcards.
    pub fn needs(&self) -> Vec<String> {
        needs(&self.rules)
    }
}

fn needs(rules: &[Rule]) -> Vec<String> {
    let mut filters = Vec::new();
    for ready in rules {
        let rule = &ready.rule;
        let pattern = rule.pattern.as_str();
        if !names_something(pattern) {
            continue;
        }
        need(&mut filters, pattern);
        if rule.condition.is_of_machines() && !pattern.ends_with('#') {
            filters.push(format!("{pattern}/#"));
        }
        let suppress = ready.suppress.iter().flat_map(|expression| &expression.references);
        for reference in ready.expression.iter().flat_map(|expression| &expression.references).chain(suppress) {
            let TagRef::Path(path) = reference else { continue };
            match path.strip_prefix('/') {
                Some(full) => need(&mut filters, full),
                None => {
                    for machine in machines_of(rule) {
                        need(&mut filters, &format!("{machine}/{path}"));
                    }
                }
            }
        }
    }
    filters.retain(|filter| is_valid_filter(filter));
    filters.sort_unstable();
    filters.dedup();
    filters
}

/// The filters of the machines that a rule may be on: a tag stands any number of levels below its machine, so each
/// level of the pattern may be one.
fn machines_of(rule: &AlertRule) -> impl Iterator<Item = &str> {
    let pattern = rule.pattern.trim_end_matches("/#");
    let own = rule.condition.is_of_machines().then_some(pattern);
    let above = pattern.match_indices('/').map(|(at, _)| &pattern[..at]).filter(|part| names_something(part));
    own.into_iter().chain(above)
}

/// A tag by its path, and the topics above it that may hold it as a key.
fn need(filters: &mut Vec<String>, path: &str) {
    filters.push(path.to_owned());
    let above = path.match_indices('/').map(|(at, _)| &path[..at]).filter(|topic| is_valid_topic(topic));
    filters.extend(above.map(ToOwned::to_owned));
}

/// Whether a filter has any level that is no wildcard.
fn names_something(filter: &str) -> bool {
    filter.split('/').any(|level| level != "+" && level != "#")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Condition;
    use crate::time::Millis;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn rule(pattern: &str, condition: Condition) -> AlertRule {
        AlertRule { pattern: pattern.into(), condition, ..AlertRule::default() }
    }

    fn needs_of(rule: AlertRule) -> Vec<String> {
        needs(&[Rule::new(rule)])
    }

    #[test]
    fn a_rule_needs_its_tags_wherever_they_are_keys() {
        let hot = rule("a/l1/m/temp", Condition::NoData(Millis(1)));
        assert_eq!(needs_of(hot), ["a", "a/l1", "a/l1/m", "a/l1/m/temp"]);
        let wild = rule("+/+/m/temp", Condition::NoData(Millis(1)));
        assert_eq!(needs_of(wild), ["+/+/m/temp"]);
    }

    #[test]
    fn a_rule_of_everything_needs_nothing() {
        for pattern in ["#", "+/+/#", "+"] {
            assert!(needs_of(rule(pattern, AlertRule::default().condition)).is_empty(), "{pattern}");
        }
    }

    #[test]
    fn what_a_rule_names_beside_its_tag_is_needed_too() {
        let mut drift = rule("a/+/m/temp", Condition::Deviation { setpoint: "temp_set".into(), limit: 1.0 });
        drift.suppress_when = "[/plant/mode] = 'Maintenance'".into();
        assert_eq!(
            needs_of(drift),
            ["a", "a/+/m/temp", "a/+/m/temp_set", "a/+/temp_set", "a/temp_set", "plant", "plant/mode"]
        );
        let stopped = rule("a/l1/+", AlertRule::default().condition);
        assert_eq!(needs_of(stopped), ["a", "a/l1", "a/l1/+", "a/l1/+/#"]);
    }
}
