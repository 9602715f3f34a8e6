//! Which tags of a machine its KPIs are made of: as configured, else by the names that plants and PackML use.

use crate::document::{Counting, KpiRule};
use crate::plant::{Machine, Plant};
use crate::topic::matches;
use crate::vocab::{TagId, Value};

/// What a tag tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Items made, as [`super::Counter`] numbers them.
    Total,
    /// Good items.
    Good,
    /// Scrap.
    Scrap,
    /// The machine's state.
    State,
    /// Why it stands.
    Reason,
    /// The order.
    Order,
    /// The product.
    Product,
    /// Planned run time per item.
    Cycle,
    /// Planned rate.
    Rate,
}

impl Role {
    /// Its word for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Good => "good",
            Self::Scrap => "scrap",
            Self::State => "state",
            Self::Reason => "reason",
            Self::Order => "order",
            Self::Product => "product",
            Self::Cycle => "cycle",
            Self::Rate => "rate",
        }
    }
}

impl Role {
    /// All.
    pub const ALL: [Self; 9] = [
        Self::Total,
        Self::Good,
        Self::Scrap,
        Self::State,
        Self::Reason,
        Self::Order,
        Self::Product,
        Self::Cycle,
        Self::Rate,
    ];
}

/// Who chose a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The configuration names it.
    Configured,
    /// Its name says so.
    Found,
}

/// What a machine's KPIs are made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// The tags, by role.
    pub tags: Vec<(Role, TagId, Source)>,
    /// How its counters count.
    pub counting: Counting,
    /// The value after a counter's greatest.
    pub rolls_over_at: Option<f64>,
    /// Planned run time per item, milliseconds.
    pub cycle_ms: Option<f64>,
    /// The same by product.
    pub products: Vec<(String, f64)>,
    /// Items planned per hour.
    pub plan_per_hour: Option<f64>,
    /// Milliseconds of planned run time in one unit of the cycle's tag.
    pub cycle_unit: f64,
    /// Milliseconds that the rate's tag is per; `None`: nobody knows what it is per, so it tells nothing.
    pub rate_unit: Option<f64>,
}

impl Inputs {
    /// The tag of a role.
    pub fn tag(&self, role: Role) -> Option<TagId> {
        self.tags.iter().find(|(known, ..)| *known == role).map(|(_, tag, _)| *tag)
    }

    /// What a value of the cycle's or rate's tag says: planned run time per item, milliseconds.
    pub fn cycle_of(&self, role: Role, value: &Value) -> Option<f64> {
        let number = value.as_f64().filter(|number| *number > 0.0)?;
        match role {
            Role::Cycle => Some(number * self.cycle_unit),
            Role::Rate => Some(self.rate_unit? / number),
            _ => None,
        }
    }

    /// Chooses among a machine's tags; the same tags give the same choice.
    pub fn choose(plant: &Plant, machine: &Machine, rules: &[KpiRule]) -> Self {
        let mut inputs = Self { cycle_unit: 1000.0, ..Self::default() };
        let Some(place) = plant.places().get(machine.place) else { return inputs };
        let rules: Vec<&KpiRule> = rules.iter().filter(|rule| matches(&rule.pattern, &place.path)).collect();
        let name_of =
            |tag: TagId| plant.tags().get(tag).map_or("", |r| r.path.get(place.path.len() + 1..).unwrap_or(""));
        let folded: Vec<(TagId, String)> = place.tags.iter().map(|&tag| (tag, fold(name_of(tag)))).collect();
        for role in Role::ALL {
            let wanted = rules.iter().find_map(|rule| said(rule, role));
            let chosen = match wanted {
                Some(name) => {
                    place.tags.iter().copied().find(|&tag| name_of(tag) == name).map(|tag| (tag, Source::Configured))
                }
                None => match role {
                    Role::State => machine.state_tag.map(|tag| (tag, Source::Found)),
                    Role::Reason => machine.reason.map(|tag| (tag, Source::Found)),
                    _ => find(&folded, names(role)).map(|tag| (tag, Source::Found)),
                },
            };
            inputs.tags.extend(chosen.map(|(tag, source)| (role, tag, source)));
        }
        inputs.counting = rules.iter().find_map(|rule| rule.counting).unwrap_or_default();
        inputs.rolls_over_at = rules.iter().find_map(|rule| rule.rolls_over_at);
        inputs.cycle_ms = rules.iter().find_map(|rule| rule.cycle_secs).map(|secs| secs * 1000.0);
        inputs.plan_per_hour = rules.iter().find_map(|rule| rule.plan_per_hour);
        inputs.products = rules.iter().flat_map(|rule| rule.products.iter().cloned()).collect();
        inputs.products.iter_mut().for_each(|(_, secs)| *secs *= 1000.0);
        let unit_of = |tag: TagId| plant.tags().get(tag).and_then(|record| record.shown_unit().cloned());
        if let Some(unit) = inputs.tag(Role::Cycle).and_then(unit_of) {
            inputs.cycle_unit = if &*unit == "ms" { 1.0 } else { 1000.0 };
        }
        inputs.rate_unit = rules.iter().find_map(|rule| rule.rate_secs).map(|secs| secs * 1000.0).or_else(|| {
            let own = unit_of(inputs.tag(Role::Rate)?);
            // A set-point without a unit is in that of the speed it sets.
            let speed = || unit_of(find(&folded, &["speed", "curmachspeed", "actualspeed", "rate", "actualrate"])?);
            per(own.or_else(speed).as_deref()?)
        });
        inputs
    }
}

fn said(rule: &KpiRule, role: Role) -> Option<&str> {
    match role {
        Role::Total => rule.total.as_deref(),
        Role::Good => rule.good.as_deref(),
        Role::Scrap => rule.scrap.as_deref(),
        Role::Order => rule.order.as_deref(),
        Role::Product => rule.product.as_deref(),
        Role::Reason => rule.reason.as_deref(),
        Role::Cycle => rule.cycle.as_deref(),
        Role::Rate => rule.rate.as_deref(),
        Role::State => None,
    }
}

/// The tag of the first of these names; the shortest path where several have it.
fn find(tags: &[(TagId, String)], names: &[&str]) -> Option<TagId> {
    names.iter().find_map(|name| {
        let is_named = |path: &str| {
            path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/') || **name == *path)
        };
        let named = tags.iter().filter(|(_, path)| is_named(path) || path.replace('/', "") == **name);
        named.min_by_key(|(tag, path)| (path.len(), *tag)).map(|(tag, _)| *tag)
    })
}

/// Letters and digits in lower case, levels kept apart.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '/').flat_map(char::to_lowercase).collect()
}

/// What a unit of a rate is per, milliseconds.
fn per(unit: &str) -> Option<f64> {
    let unit = unit.to_lowercase();
    if ["bpm", "cpm", "ppm", "upm", "spm"].contains(&unit.as_str()) || unit.ends_with("/min") {
        Some(60_000.0)
    } else if ["bph", "cph", "pph", "uph"].contains(&unit.as_str()) || unit.ends_with("/h") {
        Some(3_600_000.0)
    } else if unit.ends_with("/s") {
        Some(1000.0)
    } else {
        None
    }
}

/// Names of tags by what they tell, the most telling first. PackML's are those of its Admin and Status tags.
const fn names(role: Role) -> &'static [&'static str] {
    match role {
        Role::Total => &[
            "totalcount",
            "counttotal",
            "prodprocessedcount",
            "processedcount",
            "producedcount",
            "produced",
            "totalparts",
            "partcount",
            "partscount",
            "piececount",
            "itemcount",
            "cyclecount",
            "outputcount",
            "stückzahl",
        ],
        Role::Good => &[
            "goodcount",
            "countgood",
            "goodparts",
            "goodpieces",
            "goodquantity",
            "okcount",
            "partsok",
            "good",
            "gutteile",
        ],
        Role::Scrap => &[
            "scrapcount",
            "countscrap",
            "proddefectivecount",
            "defectivecount",
            "rejectcount",
            "rejectedcount",
            "badcount",
            "nokcount",
            "scrapparts",
            "scrap",
            "rejects",
            "partsnok",
            "ausschuss",
        ],
        Role::Order => &["orderid", "ordernumber", "workorder", "productionorder", "jobid", "order", "job", "auftrag"],
        Role::Product => {
            &["orderproduct", "productid", "productname", "product", "material", "sku", "article", "recipe"]
        }
        Role::Cycle => {
            &["idealcycletime", "plannedcycletime", "standardcycletime", "cycletimesetpoint", "targetcycletime"]
        }
        Role::Rate => &[
            "idealrate",
            "machdesignspeed",
            "designspeed",
            "ratedspeed",
            "nominalspeed",
            "nominalrate",
            "speedsetpoint",
            "setspeed",
            "targetspeed",
            "targetrate",
        ],
        Role::State | Role::Reason => &[],
    }
}
