//! What happens by the second, and what edge nodes' sessions tell beside their messages.

use super::super::sparkplug::Field;
use super::{Engine, SECOND};
use crate::plant::Plant;
use crate::time::{Millis, Timestamp};
use crate::vocab::TagId;
use crate::wire::Update;

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
        self.stats.sparkplug_gaps = self.sparkplug.gaps();
        self.watch.mark_silent(now, span + Millis(500), &self.plant);
        self.alerting.handle_second(now, &self.plant, &mut self.stats);
        self.kpis.handle_second(now, &mut self.plant, &mut self.dispatch.orders);
        self.alerting.flush(&mut self.dispatch.orders);
        if self.archive.adopt(now, &mut self.plant) {
            self.watch.mark_trends();
        }
        self.archive.flush(now, &self.plant, &mut self.dispatch.orders);
        self.outbox.stats_due = true;
        self.outbox.stirred = true;
        self.updates.push_back(Update::Beat);
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
