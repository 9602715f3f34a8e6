//! What each chart made from values at hand looks like, as SVG beside the tests, and that odd values harm none.
//! `ANDON_GOLDEN=write` writes them anew; look at them then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]
#![cfg(feature = "chart")]

#[path = "common/golden.rs"]
mod golden;

use andon::chart::{
    Bars, Bullet, Chart, ControlChart, ControlLimits, Density, HeatMap, Histogram, Layer, LimitRank, Pareto,
    PlainLocale, Stretch, Timeline, Tone, Window, Xy, draw_chart,
};
use andon::time::{Millis, Timestamp, parse_rfc3339};
use golden::{check, palette};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;

fn golden_of(name: &str, size: (u32, u32), chart: &Chart) {
    check(name, size, 1, |area| {
        draw_chart(area, Density::of_dots(1.0), &palette(), &PlainLocale { offset: Millis(HOUR) }, chart).unwrap();
    });
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

/// Numbers that look like chance, equal on every machine.
fn noise(count: usize) -> Vec<f64> {
    let mut seed = 11u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed >> 8) / f64::from(1u32 << 24) - 0.5
    };
    // The sum of six is nearly normal.
    (0..count).map(|_| (0..6).map(|_| next()).sum()).collect()
}

fn six() -> Timestamp {
    parse_rfc3339("2026-11-23T05:00:00Z").unwrap().timestamp
}

#[test]
fn bars() {
    let hours = (6..14).map(|hour| format!("{hour:02}:00")).collect::<Vec<_>>();
    let made = vec![11_800.0, 12_050.0, 9400.0, 12_010.0, 4200.0, 11_900.0, 12_100.0, 6000.0];
    let layers = vec![Layer { tone: Tone::Series(0), values: made }];
    let plain = Bars { categories: hours, layers, unit: "bottles".into(), target: Some(12_000.0), is_level: false };
    golden_of("bars", (600, 240), &Chart::Bars(plain.clone()));
    let scrap = vec![120.0, 90.0, 700.0, 60.0, 45.0, 110.0, 80.0, f64::NAN];
    let unknown = vec![0.0, 0.0, 0.0, 0.0, 2000.0, 0.0, 0.0, 6000.0];
    let mut stacked = plain;
    stacked.layers.push(Layer { tone: Tone::Rank(LimitRank::High), values: scrap });
    stacked.layers.push(Layer { tone: Tone::Unknown, values: unknown });
    golden_of("bars_stacked", (600, 240), &Chart::Bars(stacked));
    let level = Bars {
        categories: words(&["Filler 2", "Labeller with a very long name indeed", "Packer", "Palletiser"]),
        layers: vec![
            Layer { tone: Tone::Series(0), values: vec![12.0, 4.5, 31.0, 0.0] },
            Layer { tone: Tone::Series(1), values: vec![-3.0, -1.0, 0.0, -8.0] },
        ],
        unit: "min".into(),
        target: None,
        is_level: true,
    };
    golden_of("bars_level", (480, 180), &Chart::Bars(level));
}

#[test]
fn pareto() {
    let causes =
        [("Jam at infeed", 42.0), ("No bottles", 75.5), ("Label roll", 18.0), ("Cleaning", 9.0), ("Other", 4.0)];
    let causes = causes.map(|(cause, minutes)| (cause.to_owned(), minutes)).into();
    golden_of("pareto", (600, 260), &Chart::Pareto(Pareto { causes, unit: "min".into() }));
}

#[test]
fn histogram_and_control_chart() {
    let values: Vec<f64> = noise(900).into_iter().map(|value| 500.0 + value * 3.0).collect();
    let mut histogram = Histogram::of(&values, "ml");
    histogram.limits = vec![(495.0, LimitRank::High), (505.0, LimitRank::High)];
    golden_of("histogram", (600, 240), &Chart::Histogram(histogram));
    let mut values: Vec<f64> = values[..60].to_vec();
    values[20] = 512.0;
    values[40..].iter_mut().for_each(|value| *value += 3.5);
    let limits = ControlLimits::of(&values[..20]).unwrap();
    let points = values.iter().enumerate().map(|(i, value)| (six() + Millis(i as i64 * 300_000), *value)).collect();
    let window = Window { from: six(), to: six() + Millis(5 * HOUR) };
    golden_of("control", (800, 260), &Chart::Control(ControlChart { points, window, limits, unit: "ml".into() }));
}

#[test]
fn timeline() {
    let at = |minutes: i64| six() + Millis(minutes * 60_000);
    let stretch = |from, to, tone| Stretch { from: at(from), to: at(to), tone };
    let stop = Tone::Rank(LimitRank::Critical);
    let filler = vec![
        stretch(-30, 60, Tone::Calm),
        stretch(60, 61, stop),
        stretch(61, 200, Tone::Calm),
        stretch(200, 245, stop),
        stretch(245, 420, Tone::Calm),
        stretch(420, 480, Tone::Faint),
    ];
    // Short stops, many within one pixel, one of them grave.
    let packer = (0..4800).map(|i| {
        let from = at(0) + Millis(i * 6000);
        let tone = if i % 400 == 7 {
            stop
        } else if i % 2 == 0 {
            Tone::Calm
        } else {
            Tone::Faint
        };
        Stretch { from, to: from + Millis(6000), tone }
    });
    let unwatched = vec![stretch(0, 150, Tone::Calm), stretch(150, 300, Tone::Unknown), stretch(300, 480, Tone::Calm)];
    let rows = vec![
        ("Filler 2".to_owned(), filler),
        ("Packer".to_owned(), packer.collect()),
        ("Palletiser".to_owned(), unwatched),
        ("Wrapper".to_owned(), Vec::new()),
    ];
    let window = Window { from: at(0), to: at(480) };
    golden_of("timeline", (800, 180), &Chart::Timeline(Timeline { rows, window }));
}

#[test]
fn heat_map() {
    let mut cells: Vec<Option<f64>> = noise(7 * 24).into_iter().map(|value| Some(60.0 + value * 20.0)).collect();
    cells[24 * 5..24 * 5 + 10].fill(None);
    let map = HeatMap {
        columns: (0..24).map(|hour| format!("{hour:02}")).collect(),
        rows: words(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
        cells,
        domain: None,
        unit: "kWh".into(),
    };
    golden_of("heat", (700, 220), &Chart::Heat(map));
}

#[test]
fn bullets() {
    let bullet = Bullet {
        value: Some(78.0),
        shown: "78 °C".into(),
        target: Some(72.0),
        domain: (0.0, 100.0),
        bands: vec![(85.0, 95.0, Tone::Rank(LimitRank::High)), (95.0, 100.0, Tone::Rank(LimitRank::Critical))],
        unit: "°C".into(),
        is_stale: false,
    };
    golden_of("bullet", (320, 44), &Chart::Bullet(bullet.clone()));
    golden_of("bullet_small", (120, 12), &Chart::Bullet(Bullet { shown: String::new(), ..bullet.clone() }));
    golden_of("bullet_unknown", (320, 44), &Chart::Bullet(Bullet { value: None, shown: "–".into(), ..bullet }));
}

#[test]
fn xy() {
    let points =
        noise(2000).windows(2).map(|pair| (400.0 + pair[0] * 30.0, 3.0 + pair[0] * 0.4 + pair[1] * 0.2)).collect();
    let names = ("bottles/min".to_owned(), "kW".to_owned());
    golden_of("xy", (480, 300), &Chart::Xy(Xy { points, names }));
}

fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![3 => -1e3..1e3f64, 1 => any::<f64>(), 1 => Just(0.0), 1 => Just(f64::NAN), 1 => Just(f64::MAX)]
}

fn any_tone() -> impl Strategy<Value = Tone> {
    let rank = Tone::Rank(LimitRank::High);
    prop_oneof![
        Just(Tone::Calm),
        Just(Tone::Faint),
        any::<u8>().prop_map(Tone::Series),
        Just(rank),
        Just(Tone::Unknown)
    ]
}

fn any_chart() -> impl Strategy<Value = Chart> {
    let values = || proptest::collection::vec(any_value(), 0..40);
    let names = |count: usize| (0..count).map(|i| "n\u{e4}me ".repeat(i % 9)).collect::<Vec<_>>();
    let time = || prop_oneof![any::<i64>().prop_map(Timestamp), (0..2_000_000_000_000i64).prop_map(Timestamp)];
    let window = (time(), time()).prop_map(|(from, to)| Window { from, to });
    let stretch = (time(), time(), any_tone()).prop_map(|(from, to, tone)| Stretch { from, to, tone });
    let rows = proptest::collection::vec(proptest::collection::vec(stretch, 0..8), 0..5);
    let bars = (values(), values(), any_value(), any::<bool>(), any_tone(), 0..60usize);
    prop_oneof![
        bars.prop_map(move |(a, b, target, is_level, tone, count)| Chart::Bars(Bars {
            categories: names(count),
            layers: vec![Layer { tone, values: a }, Layer { tone: Tone::Unknown, values: b }],
            unit: "u".into(),
            target: Some(target),
            is_level,
        })),
        values().prop_map(|values| Chart::Pareto(Pareto {
            causes: values.into_iter().map(|value| ("cause".to_owned(), value)).collect(),
            unit: String::new(),
        })),
        values().prop_map(|values| Chart::Histogram(Histogram::of(&values, "mm"))),
        (any_value(), any_value(), any_value()).prop_map(|(from, width, limit)| Chart::Histogram(Histogram {
            from,
            width,
            counts: vec![1, 0, u64::MAX],
            unit: String::new(),
            limits: vec![(limit, LimitRank::Low)],
        })),
        (rows, window.clone()).prop_map(|(rows, window)| Chart::Timeline(Timeline {
            rows: rows.into_iter().map(|row| ("row".to_owned(), row)).collect(),
            window,
        })),
        (values(), any_value(), any_value(), 0..30usize, 0..30usize).prop_map(move |(cells, a, b, columns, rows)| {
            let cells = cells.into_iter().map(Some).collect();
            let (columns, rows) = (names(columns), names(rows));
            Chart::Heat(HeatMap { columns, rows, cells, domain: Some((a, b)), unit: "u".into() })
        }),
        (values(), any_value(), any_value(), any_tone()).prop_map(|(values, a, b, tone)| Chart::Bullet(Bullet {
            value: values.first().copied(),
            shown: "7".into(),
            target: values.get(1).copied(),
            domain: (a, b),
            bands: vec![(a, b, tone)],
            unit: "u".into(),
            is_stale: values.len() > 9,
        })),
        (values(), values()).prop_map(|(x, y)| Chart::Xy(Xy {
            points: x.into_iter().zip(y).collect(),
            names: (String::new(), String::new()),
        })),
        (proptest::collection::vec((time(), any_value()), 0..40), window).prop_map(|(points, window)| {
            let values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
            let limits = ControlLimits::of(&values).unwrap_or_default();
            Chart::Control(ControlChart { points, window, limits, unit: String::new() })
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever the numbers, a chart is drawn, within its area, in bounded ink.
    #[test]
    fn odd_numbers_harm_no_chart(chart in any_chart(), width in 1..900u32, height in 1..400u32) {
        let svg = golden::draw((width, height), 1, |area| {
            draw_chart(area, Density::of_dots(1.0), &palette(), &PlainLocale::default(), &chart).unwrap();
        });
        prop_assert!(svg.len() < 400_000, "{} bytes", svg.len());
        prop_assert!(!svg.contains("NaN"));
    }
}
