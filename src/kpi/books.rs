//! The books of all machines: kept as the plant tells, by whichever tags were chosen for each.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::calendar::Calendar;
use super::choose::{Inputs, Role};
use super::counter::Count;
use super::figures::completed;
use super::keep::{Kept, KeptNotes};
use super::ledger::{Ledger, Slice, State, Terms};
use super::share::Snapshot;
use super::sums::Sums;
use super::words::{WordId, Words};
use crate::document::{Kpis, LineBy, Shifts};
use crate::plant::{Heard, Plant, state_of};
use crate::time::{Millis, Timestamp, ZoneTable};
use crate::topic::matches;
use crate::vocab::{BrokerId, MachineState, Origin, PlaceId, TagId, Value};

/// One machine's account.
#[derive(Debug)]
pub struct Account {
    /// Its place.
    pub place: PlaceId,
    /// Its path.
    pub path: Arc<str>,
    /// What it is made of.
    pub inputs: Inputs,
    /// Its books.
    pub ledger: Ledger,
    /// How many tags it had when these were chosen.
    tags: usize,
}

impl Account {
    /// Which counters there are, by [`super::Counter`].
    pub fn has(&self) -> [bool; 3] {
        std::array::from_fn(|index| self.ledger.has_counter(index))
    }

    /// Whether anything is told that figures could be made of.
    pub fn is_telling(&self) -> bool {
        self.ledger.has_state() || self.has().contains(&true)
    }
}

/// All accounts.
#[derive(Debug)]
pub struct Books {
    config: Kpis,
    /// The plant's calendar.
    pub calendar: Calendar,
    /// Words from outside.
    pub words: Words,
    accounts: BTreeMap<PlaceId, Account>,
    /// By tag: whose, and as what.
    roles: Vec<Option<(PlaceId, Role)>>,
    settled: usize,
    machines: usize,
    /// How far back books are kept: less where many machines need more memory than there is.
    kept: Millis,
    /// When their size was last looked at.
    weighed: Timestamp,
}

impl Default for Books {
    fn default() -> Self {
        Self::new(Kpis::default(), Shifts::default(), ZoneTable::default(), Timestamp(0))
    }
}

impl Books {
    /// Books without accounts.
    pub fn new(config: Kpis, shifts: Shifts, zone: ZoneTable, now: Timestamp) -> Self {
        let calendar = Calendar::new(shifts, zone, now - KEPT, now + AHEAD);
        let words = Words::new(&config.reasons_in_force());
        let (accounts, roles) = (BTreeMap::new(), Vec::new());
        Self { config, calendar, words, accounts, roles, settled: 0, machines: 0, kept: KEPT, weighed: now }
    }

    /// Another calendar or other rules for the same plant: what was told stays, partial results are made anew.
    pub fn replace(&mut self, config: Kpis, shifts: Shifts, zone: ZoneTable, now: Timestamp) {
        if config == self.config && shifts == *self.calendar.config() && zone == *self.calendar.zone() {
            return;
        }
        self.calendar = Calendar::new(shifts, zone, now - KEPT, now + AHEAD);
        self.config = config;
        for account in self.accounts.values_mut() {
            account.tags = usize::MAX;
            account.ledger.touch_all();
        }
        self.settled = usize::MAX;
    }

    /// What is configured.
    pub const fn config(&self) -> &Kpis {
        &self.config
    }

    /// The plant has settled what is new: machines get accounts, accounts get their tags. What those tags hold now is
    /// taken at once.
    pub fn adopt(&mut self, now: Timestamp, plant: &mut Plant) {
        let machines = plant.machines().count();
        if self.settled == plant.settled() && self.machines == machines {
            return;
        }
        (self.settled, self.machines) = (plant.settled(), machines);
        let mut chosen = Vec::new();
        for machine in plant.machines() {
            let Some(place) = plant.places().get(machine.place) else { continue };
            let known = self.accounts.get(&machine.place);
            if known.is_some_and(|account| account.tags == place.tags.len()) {
                continue;
            }
            let inputs = Inputs::choose(plant, machine, &self.config.machines);
            chosen.push((machine.place, place.path.clone(), place.tags.len(), inputs));
        }
        for (place, path, tags, inputs) in chosen {
            self.open(now, place, path, tags, inputs, plant);
        }
    }

    fn open(&mut self, now: Timestamp, place: PlaceId, path: Arc<str>, tags: usize, inputs: Inputs, plant: &mut Plant) {
        let terms = self.terms(&path, &inputs);
        let account = self.accounts.entry(place).or_insert_with(|| Account {
            place,
            path,
            inputs: Inputs::default(),
            ledger: Ledger::default(),
            tags: 0,
        });
        account.tags = tags;
        if account.ledger.terms != terms {
            account.ledger.terms = terms;
            account.ledger.touch_all();
        }
        account.ledger.read_counters(inputs.counting, inputs.rolls_over_at);
        let before = std::mem::replace(&mut account.inputs, inputs);
        let account = &self.accounts[&place];
        for (_, tag, _) in &before.tags {
            if !account.inputs.tags.iter().any(|(_, known, _)| known == tag) {
                self.roles[tag.0 as usize] = None;
                plant.account(*tag, false);
            }
        }
        let fresh: Vec<(Role, TagId)> = account
            .inputs
            .tags
            .iter()
            // What a rate is per may be known later than the rate: what it says is read again.
            .filter(|(role, tag, _)| {
                let is_read_anew = matches!(role, Role::Cycle | Role::Rate)
                    && (before.cycle_unit, before.rate_unit) != (account.inputs.cycle_unit, account.inputs.rate_unit);
                before.tag(*role) != Some(*tag) || is_read_anew
            })
            .map(|(role, tag, _)| (*role, *tag))
            .collect();
        for (role, tag) in fresh {
            let index = tag.0 as usize;
            if self.roles.len() <= index {
                self.roles.resize(index + 1, None);
            }
            self.roles[index] = Some((place, role));
            plant.account(tag, true);
            if let Some(heard) = plant.last_heard(tag) {
                self.hear(now, &heard, plant);
            }
        }
    }

    fn terms(&mut self, path: &str, inputs: &Inputs) -> Terms {
        let stops = &self.calendar.config().planned_stops;
        Terms {
            cycle_ms: inputs.cycle_ms,
            products: inputs.products.iter().map(|(name, ms)| (self.words.id(name), *ms)).collect(),
            minor: Millis::from_secs(i64::from(self.config.minor_stop_secs.unwrap_or(MINOR_SECS))),
            planned_stops: stops.iter().map(|s| s.pattern.is_empty() || matches(&s.pattern, path)).collect(),
        }
    }

    /// An accounted tag told something. On the message path, for such tags alone.
    pub fn hear(&mut self, now: Timestamp, heard: &Heard, plant: &Plant) {
        let Some(&Some((place, role))) = self.roles.get(heard.tag.0 as usize) else { return };
        let Self { accounts, words, calendar, kept, .. } = self;
        let Some(account) = accounts.get_mut(&place) else { return };
        // Nothing is booked ahead of time, nor before anything that could be asked for.
        let at = heard.at.min(now);
        if at < now - *kept {
            return;
        }
        let ledger = &mut account.ledger;
        match role {
            Role::Total | Role::Good | Role::Scrap => {
                if let Some(count) = Count::of(&heard.value) {
                    ledger.count(role as usize, at, count, calendar);
                }
            }
            Role::State => {
                let record = plant.tags().get(heard.tag);
                let rules = record.and_then(|record| record.meaning.as_ref()).map_or(&[][..], |m| &m.states);
                let (state, word) = state_of(&heard.value, rules);
                ledger.state(at, State { state, word: words.id(&word) });
                if heard.origin == Origin::Retained && state != MachineState::Offline {
                    ledger.vouch(at);
                }
            }
            Role::Reason => ledger.reason(at, word_of(words, &heard.value)),
            Role::Order => ledger.order(at, word_of(words, &heard.value)),
            Role::Product => ledger.product(at, word_of(words, &heard.value)),
            Role::Cycle | Role::Rate => {
                let has_cycle = role == Role::Rate && account.inputs.tag(Role::Cycle).is_some();
                if let Some(millis) = account.inputs.cycle_of(role, &heard.value).filter(|_| !has_cycle) {
                    account.ledger.cycle(at, millis);
                }
            }
        }
    }

    /// Once a second: who is not vouched for any more is unknown from now on.
    pub fn handle_second(&mut self, now: Timestamp, plant: &Plant) {
        if !self.calendar.covers(now) {
            self.calendar.lay_out(now - KEPT, now + AHEAD);
            for account in self.accounts.values_mut() {
                account.ledger.forget(now - KEPT);
            }
        }
        self.weigh(now);
        for account in self.accounts.values_mut() {
            let Some(tag) = account.inputs.tag(Role::State) else { continue };
            let Some(record) = plant.tags().get(tag) else { continue };
            let death = plant.death_of(tag).map(|(since, _)| since);
            if let Some(since) = death {
                account.ledger.lost(since.min(now));
            } else if plant.link_since(record.broker).is_none() {
                account.ledger.lost(now);
            }
        }
    }

    /// The connection to this broker is gone since `at`: so long nobody vouches for what its machines were doing.
    pub fn link_lost(&mut self, at: Timestamp, broker: BrokerId, plant: &Plant) {
        for account in self.accounts.values_mut() {
            let tag = account.inputs.tag(Role::State).and_then(|tag| plant.tags().get(tag));
            if tag.is_some_and(|record| record.broker == broker) {
                account.ledger.lost(at);
            }
        }
    }

    /// Keeps the books of all machines together within their memory: the oldest days of all go first.
    fn weigh(&mut self, now: Timestamp) {
        if now < self.weighed + Millis(60_000) && now >= self.weighed {
            return;
        }
        self.weighed = now;
        let is_too_much =
            |books: &Self| books.accounts.values().map(|account| account.ledger.bytes()).sum::<usize>() > MOST_BYTES;
        let forget = |books: &mut Self| {
            let before = now - books.kept;
            books.accounts.values_mut().for_each(|account| account.ledger.forget(before));
        };
        if is_too_much(self) {
            forget(self);
        }
        while is_too_much(self) && self.kept > LEAST_KEPT {
            self.kept = Millis(self.kept.0 * 3 / 4).max(LEAST_KEPT);
            forget(self);
        }
    }

    /// The clock was set back: nothing is booked in the future.
    pub fn clock_set_back(&mut self) {
        self.accounts.values_mut().for_each(|account| account.ledger.touch_all());
    }

    /// A machine takes back what was kept of it.
    pub fn take_back(&mut self, place: PlaceId, days: &[Kept], notes: Option<KeptNotes>, now: Timestamp) {
        let Self { accounts, words, .. } = self;
        let Some(account) = accounts.get_mut(&place) else { return };
        for day in days {
            account.ledger.take_back(day, now, words);
        }
        if let Some(notes) = notes {
            account.ledger.take_notes(notes, words);
        }
    }

    /// The blanks in a machine's books are filled with what another screen told.
    pub fn fill(&mut self, place: PlaceId, snapshot: Snapshot, now: Timestamp) {
        let Self { accounts, words, .. } = self;
        let Some(account) = accounts.get_mut(&place) else { return };
        account.ledger.fill(&snapshot.kept, now, words);
        account.ledger.take_notes(snapshot.notes, words);
    }

    /// All accounts.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// One account.
    pub fn account(&self, place: PlaceId) -> Option<&Account> {
        self.accounts.get(&place)
    }

    /// One account, to be written in.
    pub fn account_mut(&mut self, place: PlaceId) -> Option<&mut Account> {
        self.accounts.get_mut(&place)
    }

    /// What adds up for a machine, slice by slice.
    pub fn collect(
        &mut self,
        place: PlaceId,
        window: (Timestamp, Timestamp),
        now: Timestamp,
        each: &mut dyn FnMut(Timestamp, &Slice),
    ) {
        let Self { accounts, calendar, words, .. } = self;
        let Some(account) = accounts.get_mut(&place) else { return };
        account.ledger.collect(window, now, calendar, words, &mut |cell, slice| each(cell.start, slice));
    }

    /// What adds up for a machine over a period. What the shift's own counter had counted before it was first heard
    /// belongs to periods that hold the shift's begin.
    pub fn sums(&mut self, place: PlaceId, window: (Timestamp, Timestamp), now: Timestamp) -> Sums {
        let Self { accounts, calendar, words, .. } = self;
        let mut sums = Sums::default();
        let Some(account) = accounts.get_mut(&place) else { return sums };
        account.ledger.collect(window, now, calendar, words, &mut |cell, slice| {
            let has_begin = calendar.shift_start(cell).is_some_and(|start| window.0 <= start);
            if has_begin || slice.sums.opening == [0.0; 3] {
                sums.add(&slice.sums);
            } else {
                sums.add(&Sums { opening: [0.0; 3], ..slice.sums.clone() });
            }
        });
        sums
    }

    /// The sums of several machines in planned run time, and which quantities all of them tell.
    pub fn total(&mut self, places: &[PlaceId], window: (Timestamp, Timestamp), now: Timestamp) -> (Sums, [bool; 3]) {
        let (mut sums, mut has) = (Sums::default(), [true; 3]);
        for &place in places {
            let Some(own_has) = self.accounts.get(&place).map(Account::has) else { continue };
            let (own, known) = completed(self.sums(place, window, now), own_has);
            sums.add(&own);
            has.iter_mut().zip(known).for_each(|(has, known)| *has &= known);
        }
        (sums, has)
    }

    /// The machine whose figures are its line's.
    pub fn speaker(&self, line: &str, machines: &[PlaceId], now: Timestamp) -> Option<PlaceId> {
        let telling =
            || machines.iter().filter_map(|place| self.accounts.get(place)).filter(|account| account.is_telling());
        let rule = self.config.lines.iter().find(|rule| matches(&rule.pattern, line)).map(|rule| &rule.by);
        let counts = |account: &&Account| account.has().contains(&true);
        match rule {
            Some(LineBy::Machine(name)) => telling().find(|a| a.path.rsplit('/').next() == Some(name)).map(|a| a.place),
            Some(LineBy::End) => telling().rfind(counts).map(|account| account.place),
            Some(LineBy::Bottleneck) | None => {
                // Items differ along a line: only planned run times of one and the same item can be compared, and
                // nothing tells which are. The longest is the best guess; a rule settles it.
                let cycle = |account: &Account| account.ledger.cycle_at(now).unwrap_or(0.0);
                let best = telling().filter(counts).max_by(|a, b| cycle(a).total_cmp(&cycle(b)));
                best.or_else(|| telling().next_back()).map(|account| account.place)
            }
        }
    }
}

fn word_of(words: &mut Words, value: &Value) -> WordId {
    match value {
        Value::Text(text) => words.id(text),
        Value::Null | Value::Raw(_) => WordId::NONE,
        Value::Bool(on) => words.id(if *on { "true" } else { "false" }),
        Value::Int(number) => words.id(&number.to_string()),
        Value::UInt(number) => words.id(&number.to_string()),
        Value::Float(number) => words.id(&number.to_string()),
    }
}

/// How far back books are kept.
const KEPT: Millis = Millis(35 * 24 * 3_600_000);
/// All books together, in memory.
const MOST_BYTES: usize = 200_000_000;
/// A shift to date is always there.
const LEAST_KEPT: Millis = Millis(24 * 3_600_000);
const AHEAD: Millis = Millis(3 * 24 * 3_600_000);
/// Stops shorter than five minutes are minor stops, unless configured.
const MINOR_SECS: u32 = 300;
