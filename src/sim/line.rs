//! One line: machines in a row with buffers between them, an order they work off together, breaks and changeovers.

use super::catalogue::LineKind;
use super::machine::{Around, Machine, Order};
use super::random::Random;

pub(super) struct Line {
    pub(super) machines: Vec<Machine>,
    kind: &'static LineKind,
    /// `buffers[i]` lies behind machine `i`; the last machine has room without end.
    buffers: Vec<Buffer>,
    order: Order,
    /// Items of the order that the first machine has yet to take.
    remaining: f64,
    changeover_left_secs: f64,
    break_in_secs: f64,
    break_left_secs: f64,
    random: Random,
}

/// A stretch of conveyor that holds items.
struct Buffer {
    held: f64,
    capacity: f64,
}

impl Line {
    /// A line in the midst of an order; `build` makes its machines.
    pub(super) fn new(
        kind: &'static LineKind,
        first_break_secs: f64,
        mut random: Random,
        build: impl FnOnce(Order) -> Vec<Machine>,
    ) -> Self {
        let order = next_order(kind, 41_000 + random.below(9_000) as u32, &mut random);
        let remaining = (order.quantity * random.between(0.45, 0.95)).round();
        let mut machines = build(order);
        let mut buffers = Vec::with_capacity(machines.len());
        for pair in machines.windows(2) {
            let capacity = (kind.rate_per_min / 60.0 * BUFFER_SECS / pair[0].worth).max(4.0 * pair[1].takes);
            buffers.push(Buffer { held: 0.5 * capacity, capacity });
        }
        // What lies in the buffers has not been through the machines behind them.
        let mut through = order.quantity - remaining;
        for (index, machine) in machines.iter_mut().enumerate() {
            let waiting = index.checked_sub(1).map_or(0.0, |before| buffers[before].held);
            through = ((through - waiting) / machine.takes).max(0.0).floor();
            machine.produced = through as u64;
        }
        Self {
            machines,
            kind,
            buffers,
            order,
            remaining,
            changeover_left_secs: 0.0,
            break_in_secs: first_break_secs,
            break_left_secs: 0.0,
            random,
        }
    }

    /// Lets time pass.
    pub(super) fn step(&mut self, dt_secs: f64) {
        self.keep_calendar(dt_secs);
        self.change_over(dt_secs);
        for index in 0..self.machines.len() {
            let around = self.around(index);
            let flow = self.machines[index].step(dt_secs, &around);
            match index.checked_sub(1) {
                Some(before) => self.buffers[before].held -= flow.taken,
                None => self.remaining -= flow.taken,
            }
            if let Some(behind) = self.buffers.get_mut(index) {
                behind.held += flow.given;
            }
        }
    }

    fn keep_calendar(&mut self, dt_secs: f64) {
        self.break_left_secs = (self.break_left_secs - dt_secs).max(0.0);
        self.break_in_secs -= dt_secs;
        if self.break_in_secs <= 0.0 {
            self.break_in_secs += BETWEEN_BREAKS_SECS;
            self.break_left_secs = BREAK_SECS;
        }
    }

    /// When all machines are done with the order, the line is made ready for the next.
    fn change_over(&mut self, dt_secs: f64) {
        if !self.machines.iter().all(|machine| machine.state == super::State::Complete && machine.is_done(self.order)) {
            return;
        }
        if self.changeover_left_secs <= 0.0 {
            self.changeover_left_secs = self.random.between(90.0, 210.0);
        }
        self.changeover_left_secs -= dt_secs;
        if self.changeover_left_secs <= 0.0 {
            self.order = next_order(self.kind, self.order.number + 1, &mut self.random);
            self.remaining = self.order.quantity;
            for buffer in &mut self.buffers {
                buffer.held = 0.0;
            }
        }
    }

    fn around(&self, index: usize) -> Around {
        let (input, input_ratio, is_fed_out) = match index.checked_sub(1) {
            Some(before) => {
                let buffer = &self.buffers[before];
                (buffer.held, buffer.ratio(), self.machines[before].is_done(self.order))
            }
            None => (self.remaining, 0.5, true),
        };
        let (space, output_ratio) = self
            .buffers
            .get(index)
            .map_or((f64::INFINITY, 0.0), |buffer| (buffer.capacity - buffer.held, buffer.ratio()));
        Around {
            order: self.order,
            is_break: self.break_left_secs > 0.0,
            input,
            input_ratio,
            is_fed_out,
            space,
            output_ratio,
        }
    }
}

impl Buffer {
    fn ratio(&self) -> f64 {
        (self.held / self.capacity).clamp(0.0, 1.0)
    }
}

fn next_order(kind: &'static LineKind, number: u32, random: &mut Random) -> Order {
    let product = kind.products[random.below(kind.products.len())];
    let hundreds = (kind.rate_per_min * random.between(12.0, 26.0) / 100.0).ceil();
    Order { number, product, quantity: hundreds * 100.0, pace: [0.8, 0.85, 0.9, 0.95, 1.0][random.below(5)] }
}

/// What a buffer holds, in time at the line's speed.
const BUFFER_SECS: f64 = 40.0;
const BREAK_SECS: f64 = 360.0;
const BETWEEN_BREAKS_SECS: f64 = 7200.0;
