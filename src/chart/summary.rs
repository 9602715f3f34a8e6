//! Figures of a stretch of time: what a legend and a table say.

use super::decimate::{Columns, Window};
use crate::time::Timestamp;
use crate::vocab::Column;

/// Figures of some columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The newest value.
    pub last: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// Mean of the columns' last values: each bucket in which something came weighs the same.
    pub mean: f64,
}

impl Summary {
    /// Of the columns in a window; `None` when there are none.
    pub fn of(columns: Columns<'_>, window: Window) -> Option<Self> {
        let (mut sum, mut count) = (0.0, 0.0);
        let mut out: Option<Self> = None;
        for (_, column) in columns.within(window).filter(|(_, column)| !column.is_gap()) {
            let (last, min, max) = (f64::from(column.last), f64::from(column.min), f64::from(column.max));
            (sum, count) = (sum + last, count + 1.0);
            let before = out.unwrap_or(Self { last, min, max, mean: last });
            out = Some(Self { last, min: before.min.min(min), max: before.max.max(max), mean: sum / count });
        }
        out
    }

    /// At most `rows` equal parts of a window, each with its beginning and figures, the newest first.
    pub fn table(columns: Columns<'_>, window: Window, rows: usize) -> Vec<(Timestamp, Option<Self>)> {
        let rows = rows.clamp(1, 1000) as i64;
        let part = (window.span().0 / rows).max(1);
        let begin = |row: i64| Timestamp(window.from.0.saturating_add(row.saturating_mul(part)));
        let of = |row| (begin(row), Self::of(columns, Window { from: begin(row), to: begin(row + 1) }));
        (0..rows).rev().map(of).collect()
    }
}

impl<'a> Columns<'a> {
    /// The columns whose buckets begin within a window, each with its beginning.
    pub fn within(self, window: Window) -> impl Iterator<Item = (Timestamp, Column)> + 'a {
        let step = self.step.0.max(1);
        let index = |at: i64| i128::from(at.saturating_add(step - 1).div_euclid(step)) - i128::from(self.first);
        let bound = |index: i128| usize::try_from(index.max(0)).unwrap_or(usize::MAX).min(self.columns.len());
        let (from, to) = (bound(index(window.from.0)), bound(index(window.to.0)));
        let columns = self.columns.get(from..to).unwrap_or(&[]);
        let first = self.first.saturating_add(from as i64);
        (0i64..).zip(columns).map(move |(i, column)| (Timestamp((first + i).saturating_mul(step)), *column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Millis;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn figures_of_a_window_and_its_parts() {
        let column = |value: f32| Column { min: value - 1.0, max: value + 1.0, last: value };
        let list = [column(1.0), Column::GAP, column(5.0), column(9.0)];
        let columns = Columns { step: Millis(1000), first: 10, columns: &list };
        let window = |from, to| Window { from: Timestamp(from), to: Timestamp(to) };
        let sum = Summary::of(columns, window(10_000, 13_000));
        assert_eq!(sum, Some(Summary { last: 5.0, min: 0.0, max: 6.0, mean: 3.0 }));
        assert_eq!(Summary::of(columns, window(11_000, 12_000)), None);
        let table = Summary::table(columns, window(10_000, 14_000), 2);
        assert_eq!(
            table.iter().map(|(at, sum)| (at.0, sum.map(|sum| sum.max))).collect::<Vec<_>>(),
            [(12_000, Some(10.0)), (10_000, Some(2.0))]
        );
        for (from, to) in [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN)] {
            let _none = Summary::table(Columns { first: i64::MAX, ..columns }, window(from, to), 3);
        }
    }
}
