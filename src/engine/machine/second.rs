//! What happens by the second, and what edge nodes' sessions tell beside their messages.

use super::super::link::Link;
use super::super::sparkplug::Field;
use super::{Engine, SECOND};
use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::vocab::{BrokerId, LinkState, TagId, Value};
use crate::wire::{Publishing, Update};

impl Engine {
    pub(super) fn handle_second(&mut self, now: Timestamp) {
        let span = now - (self.next_second - SECOND);
        let messages = self.stats.messages_received - self.second_messages;
        self.stats.messages_per_second = messages as f64 * 1000.0 / span.0.max(1) as f64;
        self.second_messages = self.stats.messages_received;
        self.next_second = now + SECOND;
        self.stats.tags = self.plant.tags().len() as u32;
        self.stats.packets_rejected =
            self.links.iter().map(|link| link.session.stats()).map(|s| s.packets_rejected + s.topics_unreadable).sum();
        for link in &mut self.links {
            link.look();
        }
        let (bytes, dropped) = self.plant.history();
        self.stats.history_bytes = bytes as u64;
        self.stats.history_dropped = dropped;
        self.namespace.tick();
        self.sparkplug.tick();
        self.writing.follow(now, &self.plant);
        self.ask_by_itself(now);
        self.stats.sparkplug_gaps = self.sparkplug.gaps();
        self.watch.mark_silent(now, span + Millis(500), &self.plant);
        self.alerting.handle_second(now, &self.plant, &mut self.stats);
        let is_online = self.sharing.broker().is_some_and(|broker| is_online(&self.links, broker));
        self.kpis.handle_second(now, &mut self.plant, is_online, &mut self.dispatch.orders);
        self.alerting.flush(&mut self.dispatch.orders);
        if self.archive.adopt(now, &mut self.plant) {
            self.watch.mark_trends();
        }
        self.archive.flush(now, &self.plant, &mut self.dispatch.orders);
        self.outbox.stats_due = true;
        self.outbox.stirred = true;
        self.updates.push_back(Update::Beat);
    }

    /// What the page asks of edge nodes.
    pub(super) fn tell_edge_nodes(&mut self, wanted: Option<&str>) {
        let report = self.sparkplug.report(wanted);
        self.updates.push_back(Update::EdgeNodes(Box::new(report)));
    }

    /// A person asks an edge node for a rebirth. Nothing waits for a broker that is away: the need may be gone by then.
    pub(super) fn ask_for_rebirth(&mut self, now: Timestamp, broker: BrokerId, node: &str) {
        if is_online(&self.links, broker)
            && let Some((topic, payload)) = self.sparkplug.ask(now, broker, node)
        {
            self.publish_request(now, broker, topic, payload);
        }
    }

    /// Edge nodes that miss something are asked, where the configuration wants that.
    fn ask_by_itself(&mut self, now: Timestamp) {
        // Each tab another wait, up to five seconds: the first to ask spares the others.
        let jitter = Millis((self.seed % 5000) as i64);
        let Self { sparkplug, links, .. } = self;
        if let Some((broker, topic, payload)) = sparkplug.ask_by_itself(now, jitter, |broker| is_online(links, broker))
        {
            self.publish_request(now, broker, topic, payload);
        }
    }

    /// A person writes a metric. Nothing waits for a broker that is away: an order executed late can do harm.
    pub(super) fn write(&mut self, now: Timestamp, tag: TagId, value: Value) {
        let Some(broker) = self.plant.tags().get(tag).map(|record| record.broker) else { return };
        let is_online = is_online(&self.links, broker);
        let Self { writing, sparkplug, plant, .. } = self;
        if let Some((topic, payload)) = writing.write(now, tag, value, (sparkplug, plant), is_online)
            && let Some(link) = self.links.get(usize::from(broker.0))
        {
            self.dispatch.command(now, link, request(broker, topic, payload));
        }
    }

    fn publish_request(&mut self, now: Timestamp, broker: BrokerId, topic: String, payload: Vec<u8>) {
        let Some(link) = self.links.get(usize::from(broker.0)) else { return };
        self.dispatch.publish(now, link, request(broker, topic, payload));
    }

    /// What edge nodes' sessions tell goes to the plant and, tag by tag, to whoever watches.
    pub(super) fn with_field(&mut self, act: impl FnOnce(&mut Field, &mut Plant, &mut dyn FnMut(TagId))) {
        let Self { sparkplug, plant, watch, alerting, outbox, .. } = self;
        act(sparkplug, plant, &mut |tag| {
            watch.mark(tag);
            alerting.touch(tag);
        });
        outbox.stirred = true;
    }
}

/// As the specification wants commands: QoS 0, not retained.
const fn request(broker: BrokerId, topic: String, payload: Vec<u8>) -> Publishing {
    Publishing { broker, request: 0, topic, payload, qos: 0, retain: false, expire_secs: REQUEST_SECS }
}

fn is_online(links: &[Link], broker: BrokerId) -> bool {
    let link = links.get(usize::from(broker.0));
    link.is_some_and(|link| matches!(link.session.state(), LinkState::Online { .. }))
}

/// A request that did not go out by then is not worth its while.
const REQUEST_SECS: u32 = 5;
