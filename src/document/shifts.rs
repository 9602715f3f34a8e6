//! The key `shifts`: when the plant means to work. Wall times in the plant's zone; no instants, no zone.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reader::{Problem, Reader, kind};
use crate::time::{days_from_civil, parse_rfc3339};
use crate::topic::is_valid_filter;

/// The weekly calendar with its exceptions. Without shifts every day is one shift from midnight to midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shifts {
    /// Shifts, in the order of the day.
    pub shifts: Vec<Shift>,
    /// Days without shifts: first and last, as days since 1970-01-01, and what they are called.
    pub holidays: Vec<Holiday>,
    /// Stops that are planned once.
    pub planned_stops: Vec<PlannedStop>,
}

/// A shift of the week. It belongs to the day on which it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Name.
    pub name: String,
    /// First minute of the day.
    pub from: u16,
    /// The minute it ends before; at or before `from` it is of the next day.
    pub to: u16,
    /// On which days it begins, Monday first.
    pub days: [bool; 7],
    /// Breaks in it: first minute and end, as above.
    pub breaks: Vec<(u16, u16)>,
}

/// Days without shifts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// First day, since 1970-01-01.
    pub first: i64,
    /// Last day.
    pub last: i64,
    /// What it is called.
    pub name: String,
}

/// A stop that is planned once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStop {
    /// From, as milliseconds on the plant's wall clock since 1970-01-01T00:00.
    pub from: i64,
    /// Until.
    pub to: i64,
    /// What it is for.
    pub name: String,
    /// Of which machines, as a filter over their paths; of all when empty.
    pub pattern: String,
}

pub(super) fn shifts_from_value(value: &Value, top: &mut Reader<'_>) -> Shifts {
    let mut shifts = Shifts::default();
    // A list alone is the list of shifts.
    if let Value::Array(items) = value {
        let path = top.at("shifts");
        for (index, item) in items.iter().enumerate() {
            shifts.shifts.extend(shift_from_value(format!("{path}[{index}]"), item, top.problems));
        }
    } else if let Some(mut object) = Reader::object(top.at("shifts"), value, top.problems) {
        for (path, item) in object.items("shifts") {
            shifts.shifts.extend(shift_from_value(path, item, object.problems));
        }
        for (path, item) in object.items("holidays") {
            shifts.holidays.extend(holiday_from_value(path, item, object.problems));
        }
        for (path, item) in object.items("planned_stops") {
            shifts.planned_stops.extend(stop_from_value(path, item, object.problems));
        }
        object.finish(&[]);
    }
    for (list, name) in [
        (shifts.shifts.len(), "shifts"),
        (shifts.holidays.len(), "holidays"),
        (shifts.planned_stops.len(), "planned stops"),
    ] {
        if list > MOST {
            top.problem("shifts", format!("expected at most {MOST} {name}; the rest is left out"));
        }
    }
    shifts.shifts.truncate(MOST);
    shifts.holidays.truncate(MOST);
    shifts.planned_stops.truncate(MOST);
    shifts
}

fn shift_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<Shift> {
    let mut object = Reader::object(path, value, problems)?;
    let name = object.text("name").unwrap_or_default();
    let (from, to) = (minute(&mut object, "from"), minute(&mut object, "to"));
    let mut days = [true; 7];
    if let Some(words) = object.texts("days") {
        days = [false; 7];
        for word in words {
            let short = word.to_lowercase();
            match DAYS.iter().position(|day| short.starts_with(day)) {
                Some(day) => days[day] = true,
                None => object.problem("days", format!("expected mon, tue, wed, thu, fri, sat or sun, found {word:?}")),
            }
        }
    }
    let mut breaks = Vec::new();
    for (path, item) in object.items("breaks") {
        let Some(mut pause) = Reader::object(path, item, object.problems) else { continue };
        let _only_for_people = pause.text("name");
        if let (Some(from), Some(to)) = (minute(&mut pause, "from"), minute(&mut pause, "to")) {
            breaks.push((from, to));
        }
        pause.finish(&[]);
    }
    object.finish(&[]);
    breaks.truncate(MOST);
    Some(Shift { name, from: from?, to: to?, days, breaks })
}

fn minute(object: &mut Reader<'_>, key: &'static str) -> Option<u16> {
    let text = object.text(key).unwrap_or_default();
    let minute = minute_of(&text);
    if minute.is_none() {
        object.problem(key, format!("expected a time of day such as 06:00, found {text:?}"));
    }
    minute
}

/// `06:00` as the minute of the day; `24:00` is midnight at its end.
fn minute_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= 1440).then_some(minute)
}

fn day_of(text: &str) -> Option<i64> {
    let at = parse_rfc3339(&format!("{text}T00:00:00"))?.timestamp;
    Some(at.0.div_euclid(86_400_000))
}

fn holiday_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<Holiday> {
    if let Value::String(text) = value {
        let Some(day) = day_of(text) else {
            problems.push(Problem { path, message: format!("expected a date such as 2026-12-25, found {text:?}") });
            return None;
        };
        return Some(Holiday { first: day, last: day, name: String::new() });
    }
    let mut object = Reader::object(path, value, problems)?;
    let name = object.text("name").unwrap_or_default();
    let mut day = |key: &'static str| {
        let text = object.text(key)?;
        let day = day_of(&text);
        if day.is_none() {
            object.problem(key, format!("expected a date such as 2026-12-25, found {text:?}"));
        }
        day
    };
    let (first, last) = (day("from"), day("to"));
    let holiday = match (first, last) {
        (Some(first), Some(last)) if first <= last => Some(Holiday { first, last, name }),
        _ => {
            object.problem("to", "expected a first and a last day, in this order");
            None
        }
    };
    object.finish(&[]);
    holiday
}

fn stop_from_value(path: String, value: &Value, problems: &mut Vec<Problem>) -> Option<PlannedStop> {
    let mut object = Reader::object(path, value, problems)?;
    let name = object.text("name").unwrap_or_default();
    let pattern = object.text("pattern").unwrap_or_default();
    if !pattern.is_empty() && !is_valid_filter(&pattern) {
        object.problem("pattern", "expected an MQTT filter over machines' paths, such as acme/+/+/bottling/+");
    }
    let mut wall = |key: &'static str| {
        let raw = object.raw(key);
        let at = raw.and_then(Value::as_str).and_then(|text| {
            let full = if text.len() == 16 { format!("{text}:00") } else { text.to_owned() };
            parse_rfc3339(&full).filter(|parsed| !parsed.zoned)
        });
        if at.is_none() {
            let found = raw.map_or_else(|| "nothing".to_owned(), kind);
            object.problem(key, format!("expected plant time such as 2026-11-30T06:00, found {found}"));
        }
        at.map(|parsed| parsed.timestamp.0)
    };
    let (from, to) = (wall("from"), wall("to"));
    object.finish(&[]);
    let stop = PlannedStop { from: from?, to: to?, name, pattern };
    if stop.from >= stop.to {
        object_order(path_of(&stop), problems);
        return None;
    }
    Some(stop)
}

fn path_of(stop: &PlannedStop) -> String {
    format!("shifts.planned_stops ({})", if stop.name.is_empty() { "unnamed" } else { &stop.name })
}

fn object_order(path: String, problems: &mut Vec<Problem>) {
    problems.push(Problem { path, message: "expected an end after its beginning".into() });
}

/// The day of the week of a day since 1970-01-01, Monday 0.
pub const fn weekday(day: i64) -> usize {
    (day + 3).rem_euclid(7) as usize
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// More than anybody has; a bound on what is foreign.
const MOST: usize = 200;

const _: () = assert!(weekday(days_from_civil(2026, 11, 23)) == 0);

#[cfg(test)]
mod tests {
    use crate::document::config_from_json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_calendar_is_read() {
        let (config, problems) = config_from_json(
            r#"{"shifts":{"shifts":[{"name":"Early","from":"06:00","to":"14:00","days":["mon","Tuesday"],
            "breaks":[{"name":"Breakfast","from":"09:00","to":"09:15"}]},{"name":"Night","from":"22:00","to":"06:00"}],
            "holidays":["2026-12-25",{"name":"Closed","from":"2026-12-27","to":"2026-12-31"}],
            "planned_stops":[{"name":"Service","from":"2026-11-30T06:00","to":"2026-11-30T10:00","pattern":"acme/#"}]}}"#,
        );
        assert_eq!(problems, []);
        let early = &config.shifts.shifts[0];
        assert_eq!((early.from, early.to, &early.breaks[..]), (360, 840, &[(540, 555)][..]));
        assert_eq!(early.days, [true, true, false, false, false, false, false]);
        assert_eq!(config.shifts.holidays[1].last - config.shifts.holidays[0].first, 6);
        assert_eq!(config.shifts.planned_stops[0].to - config.shifts.planned_stops[0].from, 4 * 3_600_000);
    }

    #[test]
    fn each_mistake_is_named() {
        let (config, problems) = config_from_json(
            r#"{"shifts":{"shifts":[{"name":"A","from":"6","to":"25:00","days":["moon"]},{"from":"06:00","to":"14:00","color":1}],
            "holidays":["25.12.2026",{"from":"2026-12-27","to":"2026-12-26"}],
            "planned_stops":[{"from":"2026-11-30T06:00Z","to":5,"pattern":"a/#/b"},{"from":"2026-11-30T06:00","to":"2026-11-30T05:00"}]}}"#,
        );
        let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
        for path in [
            "shifts.shifts[0].from",
            "shifts.shifts[0].to",
            "shifts.shifts[1].color",
            "shifts.holidays[0]",
            "shifts.holidays[1].to",
            "shifts.planned_stops[0].from",
            "shifts.planned_stops[0].to",
            "shifts.planned_stops[0].pattern",
            "shifts.planned_stops (unnamed)",
        ] {
            assert!(paths.contains(&path), "{path} in {paths:?}");
        }
        assert_eq!(config.shifts.shifts.len(), 1);
    }
}
