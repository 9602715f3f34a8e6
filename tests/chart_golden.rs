//! What charts look like, as SVG beside the tests. `ANDON_GOLDEN=write` writes them anew; look at them then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]
#![cfg(feature = "chart")]

#[path = "common/golden.rs"]
mod golden;

use andon::chart::{
    Columns, Density, Limit, LimitRank, PlainLocale, Sparkline, Trend, Window, draw_sparkline, draw_trend,
};
use andon::time::{Millis, Timestamp, parse_rfc3339};
use andon::vocab::Column;
use golden::{check, palette};

const STEP: Millis = Millis(1000);

/// A filler's temperature: a slow wave, some noise, one spike, columns as the worker sends them.
fn temperature(count: i64) -> Vec<Column> {
    let mut seed = 7u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed >> 8) / f64::from(1u32 << 24) - 0.5
    };
    (0..count)
        .map(|i| {
            // No trigonometry: goldens are to be equal on every machine.
            let phase = (i % 240) as f64 / 120.0 - 1.0;
            let value = 72.0 + 3.0 * (1.0 - phase * phase) + noise();
            let spike = if i == count / 3 { 6.0 } else { 0.0 };
            Column { min: (value - 0.3) as f32, max: (value + 0.3 + spike) as f32, last: value as f32 }
        })
        .collect()
}

fn noon() -> i64 {
    parse_rfc3339("2026-11-23T12:00:00Z").unwrap().timestamp.0 / 1000
}

fn trend<'a>(columns: &'a [Column], limits: &'a [Limit<'a>], locale: &'a PlainLocale) -> Trend<'a> {
    let first = noon() - columns.len() as i64;
    Trend {
        columns: Columns { step: STEP, first, columns },
        window: Window { from: Timestamp(first * 1000), to: Timestamp(noon() * 1000) },
        silence: Millis(5000),
        domain: None,
        unit: "°C",
        limits,
        value: Some("72.41"),
        is_stale: false,
        cross: None,
        locale,
    }
}

const LIMITS: [Limit<'static>; 3] = [
    Limit { value: 80.0, word: "high", rank: LimitRank::High },
    Limit { value: 71.8, word: "setpoint", rank: LimitRank::Low },
    Limit { value: 400.0, word: "far away", rank: LimitRank::Critical },
];

#[test]
fn trend_of_an_hour_with_limits() {
    let columns = temperature(3600);
    let locale = PlainLocale { offset: Millis(3_600_000) };
    let trend = trend(&columns, &LIMITS, &locale);
    for (name, dots) in [("trend_hour", 1), ("trend_hour_2x", 2)] {
        check(name, (800, 300), dots, |area| {
            draw_trend(area, Density::of_dots(f64::from(dots)), &palette(), &trend).unwrap();
        });
    }
}

#[test]
fn trend_under_the_pointer() {
    let columns = temperature(3600);
    let locale = PlainLocale { offset: Millis(3_600_000) };
    let trend = Trend { cross: Some(Timestamp((noon() - 2400) * 1000)), ..trend(&columns, &[], &locale) };
    check("trend_cross", (800, 300), 1, |area| {
        let plot = draw_trend(area, Density::of_dots(1.0), &palette(), &trend).unwrap();
        assert!(plot.left > 0.0 && plot.left < 100.0 && plot.right > 700.0 && plot.right < 800.0, "{plot:?}");
    });
}

#[test]
fn trend_with_gaps_and_a_stale_tail() {
    let mut columns = temperature(600);
    columns[100..180].fill(Column::GAP);
    columns[300..302].fill(Column::GAP); // shorter than the silence allowed
    columns[400..420].fill(Column::GAP);
    columns[410] = Column { min: 74.0, max: 74.0, last: 74.0 }; // alone
    columns[540..].fill(Column::GAP);
    let locale = PlainLocale::default();
    let trend = Trend { is_stale: true, ..trend(&columns, &[], &locale) };
    check("trend_gaps", (800, 300), 1, |area| {
        draw_trend(area, Density::of_dots(1.0), &palette(), &trend).unwrap();
    });
}

#[test]
fn trend_of_few_values_over_midnight() {
    let columns: Vec<_> = [3.0, 3.5, 12_000.0, 11_000.0, 9000.0].map(|v| Column { min: v, max: v, last: v }).into();
    let hour = Millis(3_600_000);
    let first = noon() * 1000 / hour.0 + 10;
    let locale = PlainLocale { offset: hour };
    let trend = Trend {
        columns: Columns { step: hour, first, columns: &columns },
        window: Window { from: Timestamp((first - 1) * hour.0), to: Timestamp((first + 5) * hour.0) },
        unit: "bottles/h",
        value: None,
        ..trend(&columns, &[], &locale)
    };
    check("trend_few", (600, 240), 1, |area| {
        draw_trend(area, Density::of_dots(1.0), &palette(), &trend).unwrap();
    });
}

#[test]
fn trend_without_data_and_in_little_room() {
    let locale = PlainLocale::default();
    check("trend_empty", (400, 160), 1, |area| {
        let window = Window { from: Timestamp((noon() - 300) * 1000), to: Timestamp(noon() * 1000) };
        let trend = Trend { window, domain: Some((0.0, 120.0)), ..trend(&[], &LIMITS, &locale) };
        draw_trend(area, Density::of_dots(1.0), &palette(), &trend).unwrap();
    });
    let columns = temperature(900);
    check("trend_small", (120, 60), 1, |area| {
        draw_trend(area, Density::of_dots(1.0), &palette(), &trend(&columns, &LIMITS, &locale)).unwrap();
    });
}

#[test]
fn sparklines() {
    let mut columns = temperature(900);
    let first = noon() - 900;
    let window = Window { from: Timestamp(first * 1000), to: Timestamp(noon() * 1000) };
    let draw = |name, columns: &[Column], limit, is_stale| {
        let columns = Columns { step: STEP, first, columns };
        let sparkline = Sparkline { columns, window, silence: Millis(5000), domain: None, limit, is_stale };
        check(name, (160, 40), 2, |area| {
            draw_sparkline(area, Density::of_dots(2.0), &palette(), &sparkline).unwrap();
        });
    };
    draw("sparkline", &columns, Some(78.0), false);
    draw("sparkline_none", &[], Some(78.0), false);
    let steady = vec![Column { min: 5.0, max: 5.0, last: 5.0 }; 900];
    draw("sparkline_steady", &steady, None, false);
    columns[200..300].fill(Column::GAP);
    columns[800..].fill(Column::GAP);
    draw("sparkline_stale", &columns, None, true);
}
