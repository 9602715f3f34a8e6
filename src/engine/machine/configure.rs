//! Documents put in force, and everything told again.

use super::super::archive::Archive;
use super::super::io::Output;
use super::super::link::{Link, see};
use super::super::outbox::count_fault;
use super::super::sharing::Sharing;
use super::super::sparkplug::Field;
use super::super::store::{Record, StoreOrder};
use super::super::writing::Writing;
use super::{Engine, HISTORY_BYTES};
use crate::document::Config;
use crate::mqtt::Output as SessionOutput;
use crate::plant::Plant;
use crate::time::Timestamp;
use crate::vocab::BrokerId;
use crate::wire::Update;

impl Engine {
    /// Documents came. A change of brokers starts the plant anew: ids would not hold. A change of what topics mean is
    /// read into the plant as it is: links and history stay.
    pub(super) fn configure(&mut self, now: Timestamp, config: Config) {
        self.archive.bound(config.stored_mb);
        let is_same = config.brokers == self.config.brokers && config.shared == self.config.shared;
        if is_same && !self.links.is_empty() {
            if config.hierarchy != self.config.hierarchy || config.tags != self.config.tags {
                self.plant.reinterpret(&config.hierarchy, config.tags.clone());
            }
            // The page has begun anew all the same: it is told everything again, and asks again for what it shows.
            self.alerting.replace(now, config.alerts.as_deref(), &self.plant);
            self.kpis.replace(now, &config);
            self.config = config;
            self.watch.clear();
            self.namespace.clear();
            self.updates.push_back(Update::Cleared);
            self.see(now);
            return self.resync();
        }
        for link in &mut self.links {
            link.session.disconnect(now);
        }
        self.drain_old_links();
        self.dispatch.abandon();
        self.archive.plant_changed(now);
        self.plant = Plant::new(&config.hierarchy, config.tags.clone(), HISTORY_BYTES);
        self.alerting.begin(config.alerts.as_deref());
        self.kpis.begin(now, &config);
        self.watch.clear();
        self.namespace.clear();
        self.links = config
            .brokers
            .iter()
            .enumerate()
            .map(|(index, broker)| Link::new(BrokerId(index as u8), broker.clone(), self.seed ^ index as u64))
            .collect();
        self.sparkplug = Field::begin(&config.brokers);
        self.writing = Writing::default();
        self.sharing = Sharing::begin(&config, &mut self.links);
        if self.sharing.is_on() {
            self.alerting.share(self.sharing.is_writing, self.seed);
        }
        let (topics, is_on, is_writing) =
            (self.sharing.topics().clone(), self.sharing.is_on(), self.sharing.is_writing);
        self.kpis.sharing.begin(now, topics, is_on, is_writing, self.seed);
        if config.brokers.iter().any(|broker| broker.publish.enabled) {
            self.open_store();
        }
        self.config = config;
        self.updates.push_back(Update::Cleared);
        self.see(now);
    }

    pub(super) fn see(&mut self, now: Timestamp) {
        // What rules look at stays subscribed, whatever the page shows.
        let mut filters = self.alerting.needs();
        filters.extend_from_slice(&self.seen);
        filters.sort_unstable();
        filters.dedup();
        see(now, &mut self.links, &mut self.plant, &filters);
        self.watch.mark_all_readings();
    }

    /// What this engine sees may be kept on this device, as of this broker and user.
    pub(super) fn keep(&mut self, owner: String) {
        self.archive.keep(self.now, owner.clone());
        self.kpis.archive.keep(owner.clone());
        self.alerting.keep(owner);
        self.open_store();
    }

    /// The store is ours, and this is what an earlier life of this engine left.
    pub(super) fn load(&mut self, now: Timestamp, records: Vec<Record>) {
        let Self { dispatch, archive, kpis, alerting, stats, .. } = self;
        dispatch.load(&records);
        let orders = &mut dispatch.orders;
        for (what, count) in [
            ("a page of stored history could not be read; deleted", archive.load(now, &records, orders)),
            ("a day of stored KPIs could not be read; deleted", kpis.archive.load(&records, orders)),
            ("a page of the alerts' journal could not be read; deleted", alerting.load(records, orders)),
        ] {
            for _ in 0..count {
                count_fault(&mut stats.faults, now, what, "this browser");
            }
        }
    }

    /// The store takes nothing (any more).
    pub(super) fn unkept(&mut self, now: Timestamp, why: &str) {
        self.dispatch.unkept();
        self.archive.unkept();
        self.kpis.archive.unkept();
        self.alerting.unkept();
        let what = format!("nothing is kept over a reload: {why}");
        count_fault(&mut self.stats.faults, now, &what, "this browser");
    }

    /// The store had no room for a record: history makes it, the record is tried once more. Nothing else is let go.
    pub(super) fn full(&mut self, now: Timestamp, record: Record) {
        if !self.archive.shrink(&mut self.dispatch.orders) {
            return self.unkept(now, "the browser's database takes no more");
        }
        if !Archive::owns(&record) {
            self.dispatch.orders.push_back(StoreOrder::Put(record));
        }
        let what = "this browser's storage is full: the oldest half of the stored history is let go";
        count_fault(&mut self.stats.faults, now, what, "this browser");
    }

    fn open_store(&mut self) {
        if !std::mem::replace(&mut self.has_store, true) {
            self.dispatch.orders.push_back(StoreOrder::Open);
        }
    }

    /// Tells everything again.
    pub(super) fn resync(&mut self) {
        self.outbox.resync();
        self.dispatch.resync();
        self.watch.mark_all();
        self.alerting.touch_all();
        self.plant.places_mut().touch_all();
        for machine in self.plant.machines_mut() {
            machine.changed = true;
        }
        self.plant.describe_all();
        for link in &mut self.links {
            link.changed = true;
        }
    }

    /// Lets the sessions about to be dropped say their DISCONNECT and close; their outputs go out before the new ones.
    fn drain_old_links(&mut self) {
        for link in &mut self.links {
            loop {
                match link.session.poll() {
                    SessionOutput::Wake(_) => break,
                    SessionOutput::Send(bytes) => self.farewell.push_back(Output::Send(link.id, bytes)),
                    SessionOutput::Close => self.farewell.push_back(Output::Close(link.id)),
                    SessionOutput::Open | SessionOutput::Event(_) => {}
                }
            }
        }
    }
}
