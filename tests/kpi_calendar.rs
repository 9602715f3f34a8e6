//! The calendar laid out in time: nights, breaks, holidays, and the hours when clocks change.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests state what must hold")]

use andon::document::{Holiday, PlannedStop, Shift, Shifts};
use andon::kpi::{Calendar, Purpose};
use andon::time::{Timestamp, ZoneTable, parse_rfc3339};
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    parse_rfc3339(text).unwrap().timestamp
}

fn berlin() -> ZoneTable {
    ZoneTable::new(vec![
        (at("2025-10-26T01:00:00Z"), 60),
        (at("2026-03-29T01:00:00Z"), 120),
        (at("2026-10-25T01:00:00Z"), 60),
    ])
}

fn shift(name: &str, from: u16, to: u16, breaks: Vec<(u16, u16)>) -> Shift {
    Shift { name: name.into(), from, to, days: [true; 7], breaks }
}

fn three() -> Shifts {
    Shifts {
        shifts: vec![
            shift("early", 360, 840, vec![(540, 555)]),
            shift("late", 840, 1320, vec![]),
            shift("night", 1320, 360, vec![(120, 150)]),
        ],
        ..Shifts::default()
    }
}

fn around(shifts: Shifts, day: &str) -> Calendar {
    let middle = at(day).0;
    Calendar::new(shifts, berlin(), Timestamp(middle - 3 * 86_400_000), Timestamp(middle + 3 * 86_400_000))
}

/// Hours of the shift of this name at an instant, and planned hours in it.
fn hours(calendar: &Calendar, instant: &str) -> (String, f64, f64) {
    let shift = calendar.shift_at(at(instant)).expect("a shift");
    let work = calendar.cells_in(shift.start, shift.end).iter().filter(|cell| cell.purpose == Purpose::Work);
    let planned: i64 = work.map(|cell| (cell.end - cell.start).0).sum();
    let hours = |millis: i64| millis as f64 / 3_600_000.0;
    (calendar.name(shift).to_owned(), hours((shift.end - shift.start).0), hours(planned))
}

#[test]
fn shifts_over_midnight_and_on_the_nights_when_clocks_change() {
    let calendar = around(three(), "2026-11-23T12:00:00Z");
    assert_eq!(hours(&calendar, "2026-11-23T05:00:00Z"), ("early".into(), 8.0, 7.75));
    assert_eq!(hours(&calendar, "2026-11-23T22:30:00Z"), ("night".into(), 8.0, 7.5));
    // A night shift belongs to the day on which it begins.
    let night = calendar.shift_at(at("2026-11-24T03:00:00Z")).unwrap();
    assert_eq!(night.day, at("2026-11-23T00:00:00Z").0 / 86_400_000);
    // Spring: 02:00 becomes 03:00, and the break 02:00–02:30 is not there that night.
    let spring = around(three(), "2026-03-29T01:00:00Z");
    assert_eq!(hours(&spring, "2026-03-28T23:00:00Z"), ("night".into(), 7.0, 7.0));
    // Autumn: 03:00 becomes 02:00; of two the first is the break.
    let autumn = around(three(), "2026-10-25T01:00:00Z");
    assert_eq!(hours(&autumn, "2026-10-24T22:00:00Z"), ("night".into(), 9.0, 8.5));
}

#[test]
fn holidays_weekends_and_planned_stops() {
    let mut config = three();
    config.shifts[0].days = [true, true, true, true, true, false, false];
    let friday = at("2026-11-27T00:00:00Z").0 / 86_400_000;
    config.holidays.push(Holiday { first: friday, last: friday, name: "Closed".into() });
    config.planned_stops.push(PlannedStop {
        from: at("2026-11-26T08:00:00Z").0,
        to: at("2026-11-26T10:00:00Z").0,
        name: "Service".into(),
        pattern: String::new(),
    });
    let calendar = around(config, "2026-11-26T12:00:00Z");
    let names = |day: &str| -> Vec<String> {
        let day = at(&format!("{day}T00:00:00Z")).0 / 86_400_000;
        let of_day = calendar.shifts().iter().filter(|shift| shift.day == day);
        of_day.map(|shift| calendar.name(shift).to_owned()).collect()
    };
    assert_eq!(names("2026-11-26"), ["early", "late", "night"]);
    assert_eq!(names("2026-11-27"), [""; 0], "a holiday");
    assert_eq!(names("2026-11-28"), ["late", "night"], "Saturday");
    // 08:00 in Berlin is 07:00 in UTC.
    let stop = |instant: &str| calendar.cells()[calendar.index(at(instant)).unwrap()].planned_stop;
    assert_eq!((stop("2026-11-26T06:59:00Z"), stop("2026-11-26T07:00:00Z")), (None, Some(0)));
    assert_eq!((stop("2026-11-26T08:59:59Z"), stop("2026-11-26T09:00:00Z")), (Some(0), None));
}

proptest! {
    /// Whatever is configured: cells follow each other without gaps, never cross an hour of the clock, nor a shift.
    #[test]
    fn cells_cover_time_once(
        shifts in prop::collection::vec((0u16..1440, 0u16..=1440, prop::array::uniform7(any::<bool>()), prop::collection::vec((0u16..1440, 0u16..=1440), 0..3)), 0..5),
        start in 1_760_000_000_000i64..1_800_000_000_000,
    ) {
        let shifts = shifts.into_iter().map(|(from, to, days, breaks)| Shift { name: String::new(), from, to, days, breaks });
        let config = Shifts { shifts: shifts.collect(), ..Shifts::default() };
        let calendar = Calendar::new(config, berlin(), Timestamp(start), Timestamp(start + 5 * 86_400_000));
        let cells = calendar.cells();
        prop_assert!(cells.first().unwrap().start.0 <= start && cells.last().unwrap().end.0 >= start + 5 * 86_400_000);
        for pair in cells.windows(2) {
            prop_assert_eq!(pair[0].end, pair[1].start);
        }
        for cell in cells {
            prop_assert!(cell.start < cell.end && (cell.end - cell.start).0 <= 3_600_000, "{:?}", cell);
            prop_assert_eq!(calendar.hour(cell.start), calendar.hour(Timestamp(cell.end.0 - 1)));
            if let Some(shift) = cell.shift {
                let shift = &calendar.shifts()[shift as usize];
                prop_assert!(shift.start <= cell.start && cell.end <= shift.end);
            }
        }
        for pair in calendar.shifts().windows(2) {
            prop_assert!(pair[0].end <= pair[1].start);
        }
    }
}
