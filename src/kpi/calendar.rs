//! The plant's calendar laid out in time: shifts, breaks and planned stops as instants, and the cells that partial
//! results are kept by. A cell never crosses an hour of the plant's clock, nor an end of a shift, break or planned stop.

use crate::document::{Shift, Shifts, weekday};
use crate::time::{Millis, Timestamp, ZoneTable};

/// One shift as it falls: on the night when clocks change it is an hour longer or shorter, and so is its planned time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftTime {
    /// Index in the configuration; 0 where there is none.
    pub index: u16,
    /// The day it belongs to (on which it begins), since 1970-01-01 in the plant's zone.
    pub day: i64,
    /// Begin.
    pub start: Timestamp,
    /// End.
    pub end: Timestamp,
}

/// What a stretch of time is planned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Work.
    Work,
    /// A break in a shift.
    Break,
    /// No shift.
    Off,
}

/// The unit that partial results are kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Begin.
    pub start: Timestamp,
    /// End.
    pub end: Timestamp,
    /// Planned for.
    pub purpose: Purpose,
    /// Index of its shift in [`Calendar::shifts`].
    pub shift: Option<u32>,
    /// Index of the planned stop in the configuration, if any.
    pub planned_stop: Option<u16>,
}

/// The calendar over a range of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calendar {
    config: Shifts,
    zone: ZoneTable,
    shifts: Vec<ShiftTime>,
    cells: Vec<Cell>,
}

impl Calendar {
    /// The calendar from `from` to `to`, and a little beyond both.
    pub fn new(config: Shifts, zone: ZoneTable, from: Timestamp, to: Timestamp) -> Self {
        let mut calendar = Self { config, zone, shifts: Vec::new(), cells: Vec::new() };
        calendar.lay_out(from, to);
        calendar
    }

    /// Lays it out anew for another range of time.
    pub fn lay_out(&mut self, from: Timestamp, to: Timestamp) {
        let first = self.day(from) - 1;
        let last = self.day(to.min(from + MOST_SPAN)) + 2;
        self.shifts = self.shifts_of(first, last);
        self.cells = self.cells_of(first, last);
    }

    /// Whether an instant is well within the range.
    pub fn covers(&self, at: Timestamp) -> bool {
        let margin = Millis(DAY);
        self.cells.first().is_some_and(|cell| cell.start <= at)
            && self.cells.last().is_some_and(|cell| at + margin < cell.end)
    }

    /// The day of an instant on the plant's clock, since 1970-01-01.
    pub fn day(&self, at: Timestamp) -> i64 {
        self.zone.wall(at).div_euclid(DAY)
    }

    /// When a day begins on the plant's clock.
    pub fn day_start(&self, day: i64) -> Timestamp {
        self.zone.instant(day.saturating_mul(DAY))
    }

    /// The hour of the day of an instant on the plant's clock.
    pub fn hour(&self, at: Timestamp) -> u8 {
        (self.zone.wall(at).rem_euclid(DAY) / HOUR) as u8
    }

    /// The zone.
    pub const fn zone(&self) -> &ZoneTable {
        &self.zone
    }

    /// The configuration.
    pub const fn config(&self) -> &Shifts {
        &self.config
    }

    /// All shifts of the range, in order of time.
    pub fn shifts(&self) -> &[ShiftTime] {
        &self.shifts
    }

    /// A shift's name.
    pub fn name(&self, shift: &ShiftTime) -> &str {
        self.config.shifts.get(usize::from(shift.index)).map_or("", |shift| &shift.name)
    }

    /// The shift at an instant; outside of shifts the one before.
    pub fn shift_at(&self, at: Timestamp) -> Option<&ShiftTime> {
        let next = self.shifts.partition_point(|shift| shift.start <= at);
        self.shifts.get(next.checked_sub(1)?)
    }

    /// Index of the cell at an instant.
    pub fn index(&self, at: Timestamp) -> Option<usize> {
        let index = self.cells.partition_point(|cell| cell.start <= at).checked_sub(1)?;
        (at < self.cells.get(index)?.end).then_some(index)
    }

    /// All cells, in order of time, without gaps.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The cells that have a part in `from..to`.
    pub fn cells_in(&self, from: Timestamp, to: Timestamp) -> &[Cell] {
        let first = self.cells.partition_point(|cell| cell.end <= from);
        let last = self.cells.partition_point(|cell| cell.start < to);
        self.cells.get(first..last.max(first)).unwrap_or_default()
    }

    /// When the shift of a cell begins.
    pub fn shift_start(&self, cell: &Cell) -> Option<Timestamp> {
        self.shifts.get(cell.shift? as usize).map(|shift| shift.start)
    }

    fn shifts_of(&self, first: i64, last: i64) -> Vec<ShiftTime> {
        let mut shifts = Vec::new();
        for day in first..=last {
            if self.config.holidays.iter().any(|holiday| (holiday.first..=holiday.last).contains(&day)) {
                continue;
            }
            if self.config.shifts.is_empty() {
                let (start, end) = (self.day_start(day), self.day_start(day + 1));
                shifts.push(ShiftTime { index: 0, day, start, end });
            }
            for (index, shift) in self.config.shifts.iter().enumerate() {
                if shift.days[weekday(day)] {
                    let (start, end) = (self.at(day, shift.from), self.at_end(day, shift.from, shift.to));
                    shifts.push(ShiftTime { index: index as u16, day, start, end });
                }
            }
        }
        shifts.sort_by_key(|shift| (shift.start, shift.end));
        // Where two overlap, the later begins when the earlier ends.
        let mut end = Timestamp(i64::MIN);
        for shift in &mut shifts {
            shift.start = shift.start.max(end);
            end = end.max(shift.end);
        }
        shifts.retain(|shift| shift.start < shift.end);
        shifts
    }

    fn cells_of(&self, first: i64, last: i64) -> Vec<Cell> {
        let (start, end) = (self.day_start(first), self.day_start(last + 1));
        let mut breaks: Vec<(Timestamp, Timestamp)> = Vec::new();
        for shift in &self.shifts {
            let Some(config) = self.config.shifts.get(usize::from(shift.index)) else { continue };
            for &(from, to) in &config.breaks {
                let (from, to) = self.break_of(shift, config, from, to);
                if from < to {
                    breaks.push((from, to));
                }
            }
        }
        let stops: Vec<(Timestamp, Timestamp)> = self
            .config
            .planned_stops
            .iter()
            .map(|stop| (self.zone.instant(stop.from), self.zone.instant(stop.to)))
            .collect();
        let mut cuts: Vec<Timestamp> = (first * 24..=(last + 1) * 24)
            .map(|hour| self.zone.instant(hour.saturating_mul(HOUR)))
            .chain(self.shifts.iter().flat_map(|shift| [shift.start, shift.end]))
            .chain(breaks.iter().chain(&stops).flat_map(|(from, to)| [*from, *to]))
            .filter(|at| (start..=end).contains(at))
            .collect();
        // The hour that comes twice in autumn is cut where the clock is set back, too.
        cuts.sort_unstable();
        cuts.dedup();
        let twice: Vec<Timestamp> = cuts
            .windows(2)
            .filter(|pair| (pair[1] - pair[0]).0 > HOUR)
            .flat_map(|pair| (1..=(pair[1] - pair[0]).0 / HOUR).map(|n| pair[0] + Millis(n * HOUR)))
            .collect();
        cuts.extend(twice);
        cuts.sort_unstable();
        cuts.dedup();
        let within = |at: Timestamp, spans: &[(Timestamp, Timestamp)]| {
            spans.iter().position(|(from, to)| (*from..*to).contains(&at))
        };
        let mut cells = Vec::with_capacity(cuts.len());
        for pair in cuts.windows(2) {
            let &[start, end] = pair else { continue };
            let next = self.shifts.partition_point(|shift| shift.start <= start);
            let shift = next.checked_sub(1).filter(|&index| start < self.shifts[index].end);
            let purpose = match shift {
                None => Purpose::Off,
                Some(_) if within(start, &breaks).is_some() => Purpose::Break,
                Some(_) => Purpose::Work,
            };
            let planned_stop = within(start, &stops).map(|index| index as u16);
            cells.push(Cell { start, end, purpose, shift: shift.map(|index| index as u32), planned_stop });
        }
        cells
    }

    fn at(&self, day: i64, minute: u16) -> Timestamp {
        self.zone.instant(day.saturating_mul(DAY) + i64::from(minute) * 60_000)
    }

    /// The end of what begins at minute `from`: at or before it, it is of the next day.
    fn at_end(&self, day: i64, from: u16, to: u16) -> Timestamp {
        self.at(if to <= from { day + 1 } else { day }, to)
    }

    /// A break of a shift; in a night shift, times before its begin are of the next day.
    fn break_of(&self, shift: &ShiftTime, config: &Shift, from: u16, to: u16) -> (Timestamp, Timestamp) {
        let day = if from < config.from { shift.day + 1 } else { shift.day };
        let (start, end) = (self.at(day, from), self.at_end(day, from, to));
        (start.clamp(shift.start, shift.end), end.clamp(shift.start, shift.end))
    }
}

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// No calendar is laid out for longer.
const MOST_SPAN: Millis = Millis(400 * DAY);
