//! What the configuration says of a tag: unit, description, range, digits, staleness, state words.

use std::sync::Arc;

use super::rules::Rules;
use crate::document::StateRule;
use crate::time::Millis;

/// The sum of all rules that match a tag's path; the first rule that sets a field wins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meaning {
    /// Unit where the message gives none.
    pub unit: Option<Arc<str>>,
    /// Description.
    pub description: Option<Arc<str>>,
    /// Low and high end.
    pub range: Option<(f64, f64)>,
    /// Digits after the point.
    pub digits: Option<u8>,
    /// Silence after which the value is stale.
    pub stale_after: Option<Millis>,
    /// Raw value to machine state.
    pub states: Vec<StateRule>,
}

impl Meaning {
    /// Reads the rules for one path; `None` when no rule matches.
    pub(super) fn of(path: &str, rules: &Rules) -> Option<Self> {
        let mut meaning: Option<Self> = None;
        for rule in rules.matching(path) {
            let sum = meaning.get_or_insert_with(Self::default);
            sum.unit = sum.unit.take().or_else(|| rule.unit.as_deref().map(Arc::from));
            sum.description = sum.description.take().or_else(|| rule.description.as_deref().map(Arc::from));
            sum.range = sum.range.or(rule.range);
            sum.digits = sum.digits.or(rule.digits);
            sum.stale_after =
                sum.stale_after.or_else(|| rule.stale_after_secs.map(|secs| Millis::from_secs(i64::from(secs))));
            // Value by value: what an earlier rule says of one is found first.
            sum.states.extend_from_slice(&rule.states);
        }
        meaning
    }
}
