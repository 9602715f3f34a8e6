//! All edge nodes that one broker tells of, by group and id.

use std::collections::BTreeMap;

use super::edge_node::{Delivery, EdgeNode};
use super::sink::Sink;
use super::topic::{EdgeTopic, Verb};
use crate::time::{Millis, Timestamp};

/// All edge nodes of one broker.
#[derive(Debug)]
pub struct Nodes {
    groups: BTreeMap<Box<str>, BTreeMap<Box<str>, EdgeNode>>,
    count: usize,
    /// How long to wait for messages that are missing (3.0 §5.6, reorder timeout).
    patience: Millis,
    due: Option<Timestamp>,
}

impl Default for Nodes {
    fn default() -> Self {
        Self { groups: BTreeMap::new(), count: 0, patience: PATIENCE, due: None }
    }
}

impl Nodes {
    /// Takes a message; false when there are too many edge nodes to take one more.
    pub fn handle(
        &mut self,
        now: Timestamp,
        topic: &EdgeTopic<'_>,
        payload: &[u8],
        retained: bool,
        sink: &mut dyn Sink,
    ) -> bool {
        let is_known = self.groups.get(topic.group).is_some_and(|nodes| nodes.contains_key(topic.node));
        if !is_known {
            // A command to a node that was never heard makes none.
            if matches!(topic.verb, Verb::NodeCommand | Verb::DeviceCommand) {
                return true;
            }
            if self.count >= MOST_NODES {
                return false;
            }
            self.count += 1;
            let node = EdgeNode::new(now, topic.group, topic.node);
            self.groups.entry(topic.group.into()).or_default().insert(topic.node.into(), node);
        }
        let Some(node) = self.groups.get_mut(topic.group).and_then(|nodes| nodes.get_mut(topic.node)) else {
            return false;
        };
        let EdgeTopic { verb, device, is_certificate, .. } = *topic;
        node.handle(now, &Delivery { verb, device, payload, retained, is_certificate }, sink);
        if let Some(due) = node.due(self.patience) {
            self.due = Some(self.due.map_or(due, |other| other.min(due)));
        }
        true
    }

    /// When to call [`Self::handle_timeout`].
    pub const fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// What waited for its time.
    pub fn handle_timeout(&mut self, now: Timestamp, sink: &mut dyn Sink) {
        if self.due.is_none_or(|due| due > now) {
            return;
        }
        let patience = self.patience;
        for node in self.iter_mut() {
            node.handle_timeout(now, patience, sink);
        }
        self.due = self.iter().filter_map(|node| node.due(patience)).min();
    }

    /// How long to wait for messages that are missing.
    pub const fn wait_for_missing(&mut self, patience: Millis) {
        self.patience = patience;
    }

    /// Our connection was lost.
    pub fn link_lost(&mut self, now: Timestamp, sink: &mut dyn Sink) {
        self.iter_mut().for_each(|node| node.link_lost(now, sink));
        self.due = None;
    }

    /// Once a second.
    pub fn tick(&mut self) {
        self.iter_mut().for_each(EdgeNode::tick);
    }

    /// The clock was set back.
    pub fn clock_set_back(&mut self, span: Millis) {
        self.iter_mut().for_each(|node| node.clock_set_back(span));
        self.due = self.due.map(|due| Timestamp(due.0.saturating_sub(span.0)));
    }

    /// One edge node.
    pub fn find(&self, group: &str, node: &str) -> Option<&EdgeNode> {
        self.groups.get(group)?.get(node)
    }

    /// One edge node, to be asked for a rebirth.
    pub fn find_mut(&mut self, group: &str, node: &str) -> Option<&mut EdgeNode> {
        self.groups.get_mut(group)?.get_mut(node)
    }

    /// One that is to be asked for a rebirth without a person wanting it.
    pub fn to_be_asked(&mut self, now: Timestamp, jitter: Millis) -> Option<&mut EdgeNode> {
        self.iter_mut().find(|node| node.is_to_be_asked(now, jitter))
    }

    /// All of them, by group and id.
    pub fn iter(&self) -> impl Iterator<Item = &EdgeNode> {
        self.groups.values().flat_map(BTreeMap::values)
    }

    /// Messages missing for good, over all.
    pub fn gaps(&self) -> u64 {
        self.iter().map(EdgeNode::gaps).sum()
    }

    fn iter_mut(&mut self) -> impl Iterator<Item = &mut EdgeNode> {
        self.groups.values_mut().flat_map(BTreeMap::values_mut)
    }
}

/// The specification leaves the time open; hosts in the field wait 3 s.
const PATIENCE: Millis = Millis::from_secs(3);
const MOST_NODES: usize = 10_000;
