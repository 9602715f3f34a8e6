//! Figures of all runs, and the table of their medians.

use serde_json::{Value, json};

/// Whose figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The product.
    Andon,
    /// The peer.
    MqttJs,
    /// Nothing but the browser.
    Empty,
}

impl Who {
    /// Its name in words.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Andon => "Andon",
            Self::MqttJs => "MQTT.js",
            Self::Empty => "empty page",
        }
    }
}

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    /// Andon's median.
    AtLeast(f64),
    /// Andon's median.
    AtMost(f64),
    /// Andon's median by MQTT.js's.
    TimesAtLeast(f64),
}

/// One figure of everybody it was measured of.
#[derive(Clone, Debug)]
pub(super) struct Row {
    scenario: &'static str,
    figure: String,
    runs: Vec<(Who, Vec<f64>)>,
    target: Option<Target>,
}

impl Row {
    /// A figure that nobody has yet; `figure` names its unit.
    pub(super) fn new(scenario: &'static str, figure: impl Into<String>) -> Self {
        Self { scenario, figure: figure.into(), runs: Vec::new(), target: None }
    }

    /// With a target.
    pub(super) fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// With everybody's runs; those who have none are left out.
    pub(super) fn with(mut self, who: Who, runs: Vec<f64>) -> Self {
        if !runs.is_empty() {
            self.runs.push((who, runs));
        }
        self
    }

    fn median(&self, who: Who) -> Option<f64> {
        self.runs.iter().find(|(of, _)| *of == who).and_then(|(_, runs)| median(runs))
    }

    fn ratio(&self) -> Option<f64> {
        let ratio = self.median(Who::Andon)? / self.median(Who::MqttJs)?;
        ratio.is_finite().then_some(ratio)
    }

    /// The target in words and whether it is met.
    fn verdict(&self) -> Option<(String, bool)> {
        let andon = self.median(Who::Andon)?;
        Some(match self.target? {
            Target::AtLeast(least) => (format!(">= {}", shown(least)), andon >= least),
            Target::AtMost(most) => (format!("<= {}", shown(most)), andon <= most),
            Target::TimesAtLeast(times) => (format!(">= {times} x MQTT.js"), self.ratio()? >= times),
        })
    }
}

/// The middle one, or the mean of the two in the middle.
pub(super) fn median(runs: &[f64]) -> Option<f64> {
    let mut sorted = runs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get((sorted.len() - 1) / 2)?;
    Some(f64::midpoint(lower, upper))
}

/// All figures, with the conditions they were measured under.
pub(super) struct Report {
    conditions: Vec<String>,
    rows: Vec<Row>,
}

impl Report {
    /// An empty one.
    pub(super) fn new(conditions: Vec<String>) -> Self {
        Self { conditions, rows: Vec::new() }
    }

    /// Adds a condition.
    pub(super) fn note(&mut self, condition: String) {
        self.conditions.push(condition);
    }

    /// Adds a figure.
    pub(super) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// The table for a terminal.
    pub(super) fn lines(&self) -> Vec<String> {
        let head = ["scenario", "figure", "Andon", "MQTT.js", "ratio", "empty page", "target", ""];
        let mut table = vec![head.map(str::to_owned)];
        for row in &self.rows {
            let of = |who| row.median(who).map(shown).unwrap_or_default();
            let ratio = row.ratio().map(|ratio| format!("{ratio:.2} x")).unwrap_or_default();
            let (target, met) = row.verdict().unwrap_or_default();
            let met = if target.is_empty() { "" } else { ["missed", "met"][usize::from(met)] };
            let cells = [of(Who::Andon), of(Who::MqttJs), ratio, of(Who::Empty), target, met.to_owned()];
            let [andon, mqttjs, ratio, empty, target, met] = cells;
            table.push([row.scenario.to_owned(), row.figure.clone(), andon, mqttjs, ratio, empty, target, met]);
        }
        let widths: Vec<usize> =
            (0..head.len()).map(|n| table.iter().map(|row| row[n].chars().count()).max().unwrap_or(0)).collect();
        let line = |row: &[String; 8]| {
            let cells = row.iter().zip(&widths).enumerate().map(|(n, (cell, width))| {
                if (2..=5).contains(&n) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        let mut lines = vec![String::new()];
        lines.extend(self.conditions.iter().cloned());
        lines.push(String::new());
        lines.extend(table.iter().map(line));
        lines
    }

    /// Everything, each run's figure included.
    pub(super) fn json(&self) -> String {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                let mut value = json!({ "scenario": row.scenario, "figure": row.figure, "ratio": row.ratio() });
                for (who, runs) in &row.runs {
                    value[who.word()] = json!({ "median": median(runs), "runs": runs });
                }
                if let Some((target, met)) = row.verdict() {
                    value["target"] = json!({ "words": target, "met": met });
                }
                value
            })
            .collect();
        format!("{:#}\n", json!({ "conditions": self.conditions, "figures": rows }))
    }
}

/// A number for people: four digits and no more, thousands apart.
fn shown(number: f64) -> String {
    if number.abs() < 100.0 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let from_end = |n: usize| digits.len() - n;
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && from_end(n).is_multiple_of(3) && !text.ends_with('-') {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_ratios_and_verdicts() {
        assert_eq!(median(&[5.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
        assert_eq!(median(&[]), None);
        let row = |target| {
            Row::new("flood", "messages/s")
                .with(Who::Andon, vec![300_000.0, 320_000.0, 340_000.0])
                .with(Who::MqttJs, vec![32_000.0])
                .target(target)
        };
        assert_eq!(row(Target::TimesAtLeast(10.0)).verdict(), Some((">= 10 x MQTT.js".into(), true)));
        assert_eq!(row(Target::AtMost(1000.0)).verdict(), Some(("<= 1 000".into(), false)));
        let mut report = Report::new(Vec::new());
        report.add(row(Target::AtLeast(1.0)));
        report.add(Row::new("paced", "frames/s").with(Who::Empty, vec![60.0]).target(Target::AtLeast(58.0)));
        let lines = report.lines().join("\n");
        assert!(lines.contains("320 000   32 000  10.00 x"), "{lines}");
        assert!(report.json().contains("340000.0"));
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!(
            [0.0, 16.66, 123.4, 1234.5, 320_000.0, -4567.0].map(shown),
            ["0.0", "16.7", "123", "1 234", "320 000", "-4 567"]
        );
    }
}
