//! What drawing costs: points per pixel column (held to four), and milliseconds (printed on request:
//! `cargo test --profile worker --features chart --test chart_cost -- --ignored --nocapture`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]
#![cfg(feature = "chart")]
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Instant;

use andon::chart::{
    Columns, Density, Limit, LimitRank, Palette, PlainLocale, Sparkline, Trend, Window, decimate, draw_sparkline,
    draw_trend,
};
use andon::time::{Millis, Timestamp};
use andon::vocab::Column;
use plotters::drawing::IntoDrawingArea;
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use proptest::prelude::*;

type Done = Result<(), DrawingErrorKind<Infallible>>;

/// Counts what a canvas would be told, and draws nothing.
#[derive(Clone)]
struct Counter {
    size: (u32, u32),
    /// Points of paths and polygons.
    points: Rc<Cell<usize>>,
    /// Single lines: grid, dashes, hatches.
    lines: Rc<Cell<usize>>,
    texts: Rc<Cell<usize>>,
}

impl Counter {
    fn new(width: u32, height: u32) -> Self {
        Self { size: (width, height), points: Rc::default(), lines: Rc::default(), texts: Rc::default() }
    }

    fn count(cell: &Cell<usize>, more: usize) -> Done {
        cell.set(cell.get() + more);
        Ok(())
    }

    fn within(&self, points: impl IntoIterator<Item = BackendCoord>) -> usize {
        let (width, height) = (self.size.0 as i32, self.size.1 as i32);
        points
            .into_iter()
            .inspect(|(x, y)| assert!((0..=width).contains(x) && (0..=height).contains(y), "{x} {y}"))
            .count()
    }
}

impl DrawingBackend for Counter {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }
    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }
    fn present(&mut self) -> Done {
        Ok(())
    }
    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Done {
        Ok(())
    }
    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, _: &S) -> Done {
        self.within([from, to]);
        Self::count(&self.lines, 1)
    }
    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, _: &S) -> Done {
        Self::count(&self.points, self.within(path))
    }
    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, _: &S) -> Done {
        Self::count(&self.points, self.within(path))
    }
    fn draw_text<T: BackendTextStyle>(&mut self, _: &str, _: &T, _: BackendCoord) -> Done {
        Self::count(&self.texts, 1)
    }
    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok(((text.chars().count() as f64 * style.size() * 0.55) as u32, style.size() as u32))
    }
}

const LIMITS: [Limit<'static>; 2] = [
    Limit { value: 90.0, word: "high", rank: LimitRank::High },
    Limit { value: 10.0, word: "low", rank: LimitRank::Low },
];

fn busy(count: usize) -> Vec<Column> {
    let value = |i: usize| (i.wrapping_mul(2_654_435_761) % 1000) as f32 / 10.0;
    (0..count).map(|i| Column { min: value(i), max: value(i) + 5.0, last: value(i) + 2.5 }).collect()
}

fn full<'a>(columns: &'a [Column], locale: &'a PlainLocale) -> Trend<'a> {
    Trend {
        columns: Columns { step: Millis(1000), first: 0, columns },
        window: Window { from: Timestamp(0), to: Timestamp(columns.len() as i64 * 1000) },
        silence: Millis(5000),
        domain: None,
        unit: "°C",
        limits: &LIMITS,
        value: Some("42.0"),
        is_stale: false,
        cross: None,
        locale,
    }
}

#[test]
fn at_most_four_points_per_pixel_column() {
    let locale = PlainLocale::default();
    for columns in [10, 300, 1200, 4000, 400_000] {
        let columns = busy(columns);
        let backend = Counter::new(1200, 400);
        let area = backend.clone().into_drawing_area();
        draw_trend(&area, Density::of_dots(1.0), &Palette::default(), &full(&columns, &locale)).unwrap();
        let most = 4 * columns.len().min(1200) + 8;
        assert!(backend.points.get() <= most, "{} columns: {}", columns.len(), backend.points.get());
        assert!(backend.lines.get() < 700 && backend.texts.get() < 40, "{} lines", backend.lines.get());
    }
}

fn any_column() -> impl Strategy<Value = Column> {
    prop_oneof![
        3 => Just(Column::GAP),
        6 => (-1000i16..1000, 0u8..50).prop_map(|(v, spread)| {
            let (v, spread) = (f32::from(v), f32::from(spread));
            Column { min: v - spread, max: v + spread, last: v }
        }),
        1 => (prop::num::f32::NORMAL, Just(0.0)).prop_map(|(v, _)| Column { min: v, max: v, last: v }),
        // Never sent by our worker, but it is input.
        1 => Just(Column { min: f32::NEG_INFINITY, max: f32::INFINITY, last: 0.0 }),
    ]
}

proptest! {
    /// No extreme is lost, runs and gaps are in order, and nothing lies outside.
    #[test]
    fn decimation_keeps_extremes(
        columns in prop::collection::vec(any_column(), 0..600),
        first in -700i64..100,
        span in 1i64..700_000,
        pixels in 1u32..500,
        silence in 0i64..20_000,
    ) {
        let step = 1000;
        let window = Window { from: Timestamp(0), to: Timestamp(span) };
        let borrowed = Columns { step: Millis(step), first, columns: &columns };
        let seen = decimate(borrowed, window, f64::from(pixels), Millis(silence));
        let visible = columns.iter().enumerate().filter(|(i, column)| {
            let at = (first + *i as i64) * step;
            !column.is_gap() && at >= 0 && at < span
        });
        let want = visible.map(|(_, c)| (c.min, c.max)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        let have = seen.spots.iter().map(|s| (s.min, s.max)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        prop_assert_eq!(have, want);
        prop_assert!(seen.spots.len() <= pixels as usize + 1);
        prop_assert!(seen.spots.iter().all(|s| (0.0..=f64::from(pixels)).contains(&s.x)));
        prop_assert!(seen.spots.windows(2).all(|pair| pair[0].x.floor() < pair[1].x.floor()));
        prop_assert_eq!(seen.runs.iter().map(ExactSizeIterator::len).sum::<usize>(), seen.spots.len());
        prop_assert!(seen.runs.is_empty() || seen.gaps.len() + 1 == seen.runs.len());
        prop_assert!(seen.gaps.iter().all(|(from, to)| from <= to));
    }

    /// Whatever comes, drawing ends and stays within the area.
    #[test]
    fn drawing_is_total(
        columns in prop::collection::vec(any_column(), 0..200),
        first in prop_oneof![-300i64..300, any::<i64>()],
        step in prop_oneof![Just(1000i64), any::<i64>()],
        (from, to) in prop_oneof![(-100_000i64..100_000, -100_000i64..200_000), (any::<i64>(), any::<i64>())],
        silence in prop_oneof![0i64..20_000, any::<i64>()],
        (width, height) in (0u32..900, 0u32..400),
        domain in prop::option::of((any::<f64>(), any::<f64>())),
        limit in prop::option::of(any::<f64>()),
        is_stale in any::<bool>(),
    ) {
        let columns = Columns { step: Millis(step), first, columns: &columns };
        let window = Window { from: Timestamp(from), to: Timestamp(to) };
        let silence = Millis(silence);
        let limits: Vec<_> =
            limit.iter().map(|value| Limit { value: *value, word: "limit", rank: LimitRank::Medium }).collect();
        let locale = PlainLocale::default();
        let trend = Trend {
            cross: None,
            columns, window, silence, domain, unit: "bar", limits: &limits, value: None, is_stale, locale: &locale,
        };
        let sparkline = Sparkline { columns, window, silence, domain, limit, is_stale };
        let area = Counter::new(width, height).into_drawing_area();
        draw_trend(&area, Density::of_dots(1.0), &Palette::default(), &trend).unwrap();
        draw_sparkline(&area, Density::of_dots(1.0), &Palette::default(), &sparkline).unwrap();
    }
}

#[test]
#[ignore = "prints figures; wants an optimised build"]
fn figures() {
    let locale = PlainLocale::default();
    let palette = Palette::default();
    for count in [1200, 4000, 400_000] {
        let columns = busy(count);
        let backend = Counter::new(1200, 400);
        let area = backend.clone().into_drawing_area();
        let trend = full(&columns, &locale);
        let began = Instant::now();
        for _ in 0..100 {
            draw_trend(&area, Density::of_dots(1.0), &palette, &trend).unwrap();
        }
        let points = backend.points.get() / 100;
        eprintln!("trend 1200x400, {count} columns: {:.3} ms, {points} points", ms(began) / 100.0);
    }
    let columns = busy(900);
    let trend = full(&columns, &locale);
    let sparkline = Sparkline {
        columns: trend.columns,
        window: trend.window,
        silence: trend.silence,
        domain: None,
        limit: Some(90.0),
        is_stale: false,
    };
    let area = Counter::new(160, 40).into_drawing_area();
    let began = Instant::now();
    for _ in 0..1000 {
        draw_sparkline(&area, Density::of_dots(1.0), &palette, &sparkline).unwrap();
    }
    eprintln!("sparkline 160x40, 900 columns: {:.4} ms", ms(began) / 1000.0);
}

fn ms(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}
