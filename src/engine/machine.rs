//! The engine itself: inputs in, outputs out.

mod configure;
mod second;

use std::collections::VecDeque;

use bytes::Bytes;

use super::alerting::Alerting;
use super::archive::Archive;
use super::dispatch::Dispatch;
use super::io::{Input, Output};
use super::kpis::Kpis;
use super::link::Link;
use super::namespace::Namespace;
use super::outbox::{Outbox, count_fault, message, said};
use super::sharing::{Own, Sharing};
use super::sparkplug::Field;
use super::watch::Watch;
use super::writing::Writing;
use crate::document::Config;
use crate::mqtt::{Event, Output as SessionOutput};
use crate::plant::{Incoming, Plant, Taken};
use crate::time::{Millis, Timestamp};
use crate::vocab::BrokerId;
use crate::wire::{AlertCommand, Command, PROTOCOL, Stats, Update};

/// The engine. See the module's docs for its run loop.
pub struct Engine {
    build: String,
    seed: u64,
    /// What the page shows, as filters.
    seen: Vec<String>,
    config: Config,
    links: Vec<Link>,
    plant: Plant,
    alerting: Alerting,
    kpis: Kpis,
    archive: Archive,
    sharing: Sharing,
    sparkplug: Field,
    writing: Writing,
    watch: Watch,
    namespace: Namespace,
    outbox: Outbox,
    dispatch: Dispatch,
    /// The store was asked for.
    has_store: bool,
    updates: VecDeque<Update>,
    /// What dropped sessions still have to say.
    farewell: VecDeque<Output>,
    stats: Stats,
    /// Messages received when the last second began.
    second_messages: u64,
    next_second: Timestamp,
    now: Timestamp,
}

impl Engine {
    /// An engine without brokers. `seed` makes client ids and retry jitter this tab's own; `build` goes into `Ready`.
    pub fn new(now: Timestamp, seed: u64, build: &str) -> Self {
        let mut engine = Self {
            build: build.to_owned(),
            seed,
            seen: Vec::new(),
            config: Config::default(),
            links: Vec::new(),
            plant: Plant::new(&[], Vec::new(), HISTORY_BYTES),
            alerting: Alerting::default(),
            kpis: Kpis::default(),
            archive: Archive::new(now),
            sharing: Sharing::default(),
            sparkplug: Field::default(),
            writing: Writing::default(),
            watch: Watch::default(),
            namespace: Namespace::default(),
            outbox: Outbox::new(),
            dispatch: Dispatch::default(),
            has_store: false,
            updates: VecDeque::new(),
            farewell: VecDeque::new(),
            stats: Stats::default(),
            second_messages: 0,
            next_second: now + SECOND,
            now,
        };
        engine.updates.push_back(Update::Ready { protocol: PROTOCOL, build: engine.build.clone() });
        engine
    }

    /// Takes one input. Cannot fail: what goes wrong becomes state, faults and updates.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        // A clock that was set back must not stall what waits for a time, nor make old values look heard anew.
        if now < self.now {
            self.outbox.clock_set_back(now);
            self.watch.clock_set_back();
            self.plant.clock_set_back(self.now - now);
            self.alerting.clock_set_back(self.now - now);
            self.sparkplug.clock_set_back(self.now - now);
            self.writing.clock_set_back(self.now - now);
            self.kpis.clock_set_back();
        }
        // The engine looks at itself every second: a gap means that the device slept, and its connections may be dead.
        let before = std::mem::replace(&mut self.now, now);
        if now - before > ASLEEP && before > Timestamp(0) {
            self.alerting.wake(now, now - before);
            self.kpis.wake(before, now);
            for link in &mut self.links {
                link.session.probe(now);
            }
        }
        match input {
            Input::Bytes(broker, bytes) => self.handle_bytes(now, broker, bytes),
            Input::Opened(broker) => self.with_link(broker, |link| link.session.handle_opened(now)),
            Input::Closed(broker, code, reason) => {
                self.with_link(broker, |link| link.session.handle_closed(now, code, &reason));
            }
            Input::Refused(broker, fault) => self.with_link(broker, |link| link.session.handle_refused(now, fault)),
            Input::Command(command) => self.handle_command(now, command),
            Input::Loaded(records) => self.load(now, records),
            Input::Unkept(why) => self.unkept(now, &why),
            Input::Full(record) => self.full(now, record),
            Input::Tick => {
                for link in &mut self.links {
                    link.session.handle_timeout(now);
                }
            }
        }
        if self.sparkplug.due().is_some_and(|due| due <= now) {
            self.with_field(|field, plant, changed| field.handle_timeout(now, plant, changed));
        }
        if now >= self.next_second || self.next_second > now + SECOND + SECOND {
            self.handle_second(now);
        }
    }

    /// The next thing to do; [`Output::Wake`] ends the drain.
    pub fn poll(&mut self) -> Output {
        if let Some(output) = self.farewell.pop_front() {
            return output;
        }
        loop {
            if let Some(order) = self.dispatch.orders.pop_front() {
                return Output::Store(order);
            }
            let mut wake = earliest(earliest(Some(self.next_second), self.dispatch.due()), self.sparkplug.due());
            for index in 0..self.links.len() {
                match self.poll_link(index) {
                    Some(Output::Wake(at)) => wake = earliest(wake, at),
                    Some(output) => return output,
                    None => {}
                }
            }
            if self.dispatch.stirred || self.dispatch.due().is_some_and(|due| due <= self.now) {
                self.dispatch.pump(self.now, &mut self.links);
                continue;
            }
            if let Some(report) = self.dispatch.take_report() {
                return Output::Update(Update::Outbox(report));
            }
            self.alerting.settle(self.now, &self.plant);
            let has_room = self.dispatch.has_room();
            if has_room && let Some(said) = self.alerting.take_word(self.now) {
                let said = self.sharing.saying(&said);
                self.sharing.publish(&self.links, &mut self.dispatch, self.now, said);
                continue;
            }
            if has_room && let Some(said) = self.kpis.sharing.take() {
                self.sharing.publish(&self.links, &mut self.dispatch, self.now, said);
                continue;
            }
            self.updates.extend(self.alerting.take_updates(&self.plant));
            if let Some(tag) = self.writing.take_changed() {
                return Output::Update(self.writing.report(tag, &self.sparkplug, &self.plant));
            }
            if let Some(update) = self.updates.pop_front() {
                return Output::Update(update);
            }
            let report = self.kpis.take_report(self.now, &self.plant);
            if let Some(report) = report.or_else(|| self.kpis.take_glances(self.now, &self.plant)) {
                return Output::Update(report);
            }
            wake = earliest(earliest(wake, self.alerting.next_timeout(has_room)), self.kpis.due());
            match self.outbox.due() {
                Some(due) if due <= self.now => {
                    let updates = {
                        let Self { outbox, plant, watch, namespace, stats, .. } = self;
                        outbox.flush(self.now, plant, watch, namespace, stats)
                    };
                    self.updates.extend(updates);
                    self.alerting.adopt(self.now, &self.plant);
                    self.kpis.adopt(self.now, &mut self.plant);
                }
                due => return Output::Wake(earliest(wake, due)),
            }
        }
    }

    /// Drains one session; `None` means that it said something that needed no output.
    fn poll_link(&mut self, index: usize) -> Option<Output> {
        loop {
            let link = &mut self.links[index];
            let id = link.id;
            match link.session.poll() {
                SessionOutput::Open => return Some(Output::Open(id, link.next_url())),
                SessionOutput::Send(bytes) => return Some(Output::Send(id, bytes)),
                SessionOutput::Close => return Some(Output::Close(id)),
                SessionOutput::Event(Event::Settled { token, fate }) => self.dispatch.settle(id, token, fate),
                SessionOutput::Event(event) => match link.take_event(self.now, event, &mut self.stats.faults) {
                    Some(true) => {
                        self.stats.reconnects += u64::from(link.sessions > 1);
                        self.plant.link_up(self.now, id);
                        self.dispatch.stirred = true;
                        self.alerting.is_shaken = true;
                    }
                    Some(false) => {
                        self.kpis.link_lost(self.now, id, &self.plant);
                        self.plant.link_down(id);
                        self.alerting.is_shaken = true;
                        let now = self.now;
                        self.with_field(|field, plant, changed| field.link_lost(now, id, plant, changed));
                    }
                    None => {}
                },
                SessionOutput::Wake(at) => {
                    if std::mem::take(&mut link.changed) {
                        self.outbox.stirred = true;
                        self.watch.mark_all_readings();
                        return Some(Output::Update(Update::Link(link.report())));
                    }
                    return Some(Output::Wake(at));
                }
            }
        }
    }

    fn handle_bytes(&mut self, now: Timestamp, broker: BrokerId, bytes: Bytes) {
        let Self { links, plant, alerting, kpis, sharing, sparkplug, writing, watch, stats, outbox, updates, .. } =
            self;
        let Some(link) = links.get_mut(usize::from(broker.0)) else { return };
        stats.bytes_received += bytes.len() as u64;
        let before = stats.messages_received;
        let (session, mut listening) = link.listen();
        session.handle_bytes(now, bytes, &mut |publish| {
            stats.messages_received += 1;
            listening.hear(publish.topic);
            if let Some(own) = sharing.own(broker, publish.topic) {
                let heard = match own {
                    Own::Alert(level) => alerting.hear(now, level, publish.payload),
                    Own::Snapshot(level) => kpis.sharing.hear_snapshot(now, level, publish.payload),
                    Own::Event => kpis.sharing.hear_event(now, publish.payload),
                    Own::Board(id) => Sharing::board(id, publish.payload).map(|update| updates.push_back(update)),
                    Own::Other => Ok(()),
                };
                if let Err(what) = heard {
                    count_fault(&mut stats.faults, now, what, publish.topic);
                }
                return;
            }
            let mut list = [("", ""); 8];
            let properties = said(publish.properties, &mut list);
            let message = Incoming {
                topic: publish.topic,
                payload: publish.payload,
                retained: publish.retain,
                qos: publish.qos,
                properties,
            };
            let mut changed = |tag| {
                watch.mark(tag);
                alerting.touch(tag);
            };
            let is_sparkplug = sparkplug.handle(now, broker, message, plant, &mut stats.faults, &mut changed);
            let taken = if is_sparkplug { Taken::Kept } else { plant.apply(now, broker, message, &mut changed) };
            alerting.follow(now, plant);
            kpis.follow(now, plant);
            writing.follow(now, plant);
            match taken {
                Taken::Kept => {}
                Taken::Raw => stats.payloads_rejected += 1,
                Taken::Full => count_fault(&mut stats.faults, now, "too many tags: not kept", publish.topic),
            }
        });
        if stats.messages_received > before {
            outbox.stirred = true;
            if !std::mem::replace(&mut link.heard, true) {
                link.changed = true;
                outbox.hold(now + FIRST_PICTURE);
            }
        }
    }

    fn handle_command(&mut self, now: Timestamp, command: Command) {
        self.outbox.stirred = true;
        match command {
            Command::Hello { .. } => {}
            Command::Configure(config) => self.configure(now, *config),
            Command::Connect { broker, credentials, known } => {
                let unique = (self.seed ^ (u64::from(broker.0) << 56) ^ now.0 as u64).wrapping_mul(GOLDEN);
                self.with_link(broker, |link| link.connect(now, credentials.as_ref(), unique, known));
            }
            Command::Retry { broker } => self.with_link(broker, |link| link.session.retry(now)),
            Command::Publish(publishing) => {
                if let Some(link) = self.links.get(usize::from(publishing.broker.0)) {
                    self.dispatch.publish(now, link, publishing);
                }
            }
            Command::Keep(owner) => self.keep(owner),
            Command::Forget(url) => {
                self.dispatch.forget(&url);
                self.archive.forget(now, &url, &mut self.dispatch.orders);
                self.kpis.archive.forget(&url, &mut self.dispatch.orders);
                self.alerting.forget(&url, &mut self.dispatch.orders);
            }
            Command::Disconnect { broker } => self.with_link(broker, |link| {
                link.session.disconnect(now);
                link.changed = true;
            }),
            Command::See(filters) => {
                self.seen = filters;
                self.see(now);
            }
            Command::Open(place) => {
                self.watch.open(place);
                let below: Vec<_> = self.plant.tags_below(place);
                for tag in below {
                    self.plant.describe(tag);
                }
            }
            Command::Close(place) => self.watch.close(place),
            Command::Find(paths) => {
                for path in &paths {
                    if let Some(tag) = self.plant.tags().find(path) {
                        self.plant.describe(tag);
                    }
                }
                self.watch.want(paths);
            }
            Command::Watch(tags) => self.watch.watch(&tags, self.plant.tags().len()),
            Command::Unwatch(tags) => self.watch.unwatch(&tags),
            Command::Trend(request) => self.watch.trend(request),
            Command::EndTrend(view) => self.watch.end_trend(view),
            Command::Inspect(tag) => self.updates.extend(message(&self.plant, tag)),
            Command::Browse(_) | Command::Examine | Command::Survey(_) | Command::ListTags(_) => {
                self.updates.extend(self.namespace.answer(now, &mut self.plant, command));
            }
            Command::EdgeNodes(wanted) => self.tell_edge_nodes(wanted.as_deref()),
            Command::Rebirth { broker, node } => self.ask_for_rebirth(now, broker, &node),
            Command::Writable(tag) => self.updates.push_back(self.writing.report(tag, &self.sparkplug, &self.plant)),
            Command::Write { tag, value } => self.write(now, tag, value),
            Command::Alerts(command) => {
                let has_rules = matches!(command, AlertCommand::Rules(_));
                self.updates.extend(self.alerting.handle_command(now, command, &self.plant, &self.kpis));
                if has_rules {
                    self.see(now);
                }
            }
            Command::ShareBoard { id, text } => {
                if let Some(said) = self.sharing.board_saying(&id, text) {
                    self.sharing.publish(&self.links, &mut self.dispatch, now, said);
                }
            }
            Command::Kpis(command) => self.kpis.handle_command(now, command, &self.plant),
            Command::Painted { seq } => self.outbox.painted(seq),
            Command::Resync => self.resync(),
            Command::Probe => {
                for link in &mut self.links {
                    link.session.probe(now);
                }
            }
            // Honoured by the worker's shell, which alone may die on purpose.
            Command::Crash => {}
        }
    }

    fn with_link(&mut self, broker: BrokerId, act: impl FnOnce(&mut Link)) {
        if let Some(link) = self.links.get_mut(usize::from(broker.0)) {
            act(link);
        }
    }
}

fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

const SECOND: Millis = Millis(1000);
/// So long without a turn, and the device was asleep (or the clock was set).
const ASLEEP: Millis = Millis(5000);
/// How long the first picture of a session waits for the rest of the retained burst.
const FIRST_PICTURE: Millis = Millis(40);
/// The bound on all series together.
pub const HISTORY_BYTES: usize = 96 * 1024 * 1024;
/// 2^64 / golden ratio: spreads neighbouring seeds over all client ids.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
