//! Sparkplug of each broker: messages to the sessions of their edge nodes, what follows into the plant, and what the
//! page asks of edge nodes.

use super::outbox::count_fault;
use crate::document::{Broker, Publish, SparkplugMode};
use crate::plant::{EdgeIntake, Incoming, Plant};
use crate::sparkplug::{EdgeNode, Hosts, Life, Member, Nodes, Topic, Verb};
use crate::time::{Millis, Timestamp};
use crate::topic::matches;
use crate::vocab::{BrokerId, TagId};
use crate::wire::{EdgeDevice, EdgeNodeReport, EdgeNodes, Fault, HostReport};

/// What the brokers' edge nodes and hosts say.
#[derive(Debug, Default)]
pub(super) struct Field {
    brokers: Vec<Seen>,
}

#[derive(Debug)]
struct Seen {
    mode: SparkplugMode,
    publish: Publish,
    nodes: Nodes,
    hosts: Hosts,
}

impl Field {
    /// Begins anew with these brokers.
    pub(super) fn begin(brokers: &[Broker]) -> Self {
        let seen = |broker: &Broker| {
            let (mode, publish) = (broker.sparkplug, broker.publish.clone());
            let mut nodes = Nodes::default();
            nodes.wait_for_missing(Millis::from_secs(i64::from(broker.reorder_secs)));
            Seen { mode, publish, nodes, hosts: Hosts::default() }
        };
        Self { brokers: brokers.iter().map(seen).collect() }
    }

    /// Takes a message where it is Sparkplug's; false leaves it to the plant, to be shown as any other.
    pub(super) fn handle(
        &mut self,
        now: Timestamp,
        broker: BrokerId,
        message: Incoming<'_>,
        plant: &mut Plant,
        faults: &mut Vec<Fault>,
        changed: &mut dyn FnMut(TagId),
    ) -> bool {
        let Some(topic) = Topic::read(message.topic) else { return false };
        let Some(seen) = self.brokers.get_mut(usize::from(broker.0)) else { return false };
        if seen.mode == SparkplugMode::Off {
            return false;
        }
        match topic {
            Topic::Edge(topic) => {
                let is_command = matches!(topic.verb, Verb::NodeCommand | Verb::DeviceCommand);
                let kept = (!is_command).then_some(message);
                let mut sink = EdgeIntake { plant, now, broker, message: kept, changed };
                if !seen.nodes.handle(now, &topic, message.payload, message.retained, &mut sink) {
                    count_fault(faults, now, "too many edge nodes: not kept", message.topic);
                }
                // What others command is shown as it came.
                !is_command
            }
            Topic::State(host) => seen.hosts.handle(now, host, message.topic.starts_with("spBv1.0"), message.payload),
        }
    }

    /// A link is gone: what was missed meanwhile nobody knows.
    pub(super) fn link_lost(
        &mut self,
        now: Timestamp,
        broker: BrokerId,
        plant: &mut Plant,
        changed: &mut dyn FnMut(TagId),
    ) {
        if let Some(seen) = self.brokers.get_mut(usize::from(broker.0)) {
            seen.nodes.link_lost(now, &mut EdgeIntake { plant, now, broker, message: None, changed });
        }
    }

    /// When to call [`Self::handle_timeout`].
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.brokers.iter().filter_map(|seen| seen.nodes.due()).min()
    }

    /// What waited for its time.
    pub(super) fn handle_timeout(&mut self, now: Timestamp, plant: &mut Plant, changed: &mut dyn FnMut(TagId)) {
        for (index, seen) in self.brokers.iter_mut().enumerate() {
            let broker = BrokerId(index as u8);
            seen.nodes.handle_timeout(now, &mut EdgeIntake { plant, now, broker, message: None, changed });
        }
    }

    /// Once a second.
    pub(super) fn tick(&mut self) {
        self.brokers.iter_mut().for_each(|seen| seen.nodes.tick());
    }

    /// The clock was set back.
    pub(super) fn clock_set_back(&mut self, span: Millis) {
        self.brokers.iter_mut().for_each(|seen| seen.nodes.clock_set_back(span));
    }

    /// A request for a rebirth that a person wants: topic and payload, where the configuration allows it.
    pub(super) fn ask(&mut self, now: Timestamp, broker: BrokerId, path: &str) -> Option<(String, Vec<u8>)> {
        let seen = self.brokers.get_mut(usize::from(broker.0))?;
        let (group, node) = path.split_once('/')?;
        let node = seen.nodes.find_mut(group, node).filter(|node| may_ask(&seen.publish, node))?;
        Some(node.ask_for_rebirth(now))
    }

    /// A request that is due without a person, where the configuration wants that; at most one at a time, so that many
    /// edge nodes are asked one after the other.
    pub(super) fn ask_by_itself(
        &mut self,
        now: Timestamp,
        jitter: Millis,
        is_online: impl Fn(BrokerId) -> bool,
    ) -> Option<(BrokerId, String, Vec<u8>)> {
        self.brokers.iter_mut().enumerate().find_map(|(index, seen)| {
            let broker = BrokerId(index as u8);
            if !seen.publish.rebirth || seen.mode == SparkplugMode::Off || !is_online(broker) {
                return None;
            }
            let publish = &seen.publish;
            let node = seen.nodes.to_be_asked(now, jitter).filter(|node| may_ask(publish, node))?;
            let (topic, payload) = node.ask_for_rebirth(now);
            Some((broker, topic, payload))
        })
    }

    /// What may be published to a broker whose Sparkplug is read.
    pub(super) fn publish(&self, broker: BrokerId) -> Option<&Publish> {
        let seen = self.brokers.get(usize::from(broker.0)).filter(|seen| seen.mode != SparkplugMode::Off);
        seen.map(|seen| &seen.publish)
    }

    /// Asks the edge node that a tag is a metric of.
    pub(super) fn of_metric<T>(
        &self,
        plant: &Plant,
        tag: TagId,
        ask: impl FnOnce(&EdgeNode, Option<&str>, &str) -> Result<T, String>,
    ) -> Result<T, String> {
        let source = plant.tags().source(tag);
        let of = || {
            let (topic, metric) = source.strip_prefix("spBv1.0/")?.split_once('#')?;
            let mut levels = topic.split('/');
            let (group, node, device) = (levels.next()?, levels.next()?, levels.next());
            let seen = self.brokers.get(usize::from(plant.tags().get(tag)?.broker.0))?;
            Some((seen.nodes.find(group, node)?, device, metric))
        };
        let (node, device, metric) = of().filter(|_| plant.is_metric(tag)).ok_or("not a metric of an edge node")?;
        ask(node, device, metric)
    }

    /// Messages missing for good, over all edge nodes.
    pub(super) fn gaps(&self) -> u64 {
        self.brokers.iter().map(|seen| seen.nodes.gaps()).sum()
    }

    /// What the page asks: all edge nodes in short, or one (`group/edge node`) with its devices.
    pub(super) fn report(&self, wanted: Option<&str>) -> EdgeNodes {
        let mut report = EdgeNodes { wanted: wanted.map(str::to_owned), ..EdgeNodes::default() };
        for (index, seen) in self.brokers.iter().enumerate() {
            let broker = BrokerId(index as u8);
            match wanted.map(|wanted| wanted.split_once('/').unwrap_or((wanted, ""))) {
                Some((group, node)) => {
                    report.nodes.extend(seen.nodes.find(group, node).map(|node| seen.told(broker, node, true)));
                }
                None => {
                    let room = MOST_NODES.saturating_sub(report.nodes.len());
                    report.nodes.extend(seen.nodes.iter().take(room).map(|node| seen.told(broker, node, false)));
                    report.more += seen.nodes.iter().count().saturating_sub(room) as u32;
                }
            }
            let host = |(id, host): (&str, &crate::sparkplug::HostState)| HostReport {
                broker,
                id: id.to_owned(),
                is_online: host.is_online,
                since: host.since,
                is_legacy: host.is_legacy,
            };
            report.hosts.extend(seen.hosts.iter().map(host));
        }
        report
    }
}

/// Whether the configuration allows to ask it for a rebirth.
fn may_ask(publish: &Publish, node: &EdgeNode) -> bool {
    let topic = node.command_topic();
    publish.enabled && publish.topics.iter().any(|filter| matches(filter, &topic))
}

impl Seen {
    fn told(&self, broker: BrokerId, node: &EdgeNode, is_whole: bool) -> EdgeNodeReport {
        let can_ask = is_whole && node.is_in_need() && may_ask(&self.publish, node);
        EdgeNodeReport { can_ask, asked: node.asked(), ..told(broker, node, is_whole) }
    }
}

fn told(broker: BrokerId, node: &EdgeNode, is_whole: bool) -> EdgeNodeReport {
    let itself = node.itself();
    let members = node.members().skip(1).take(if is_whole { MOST_DEVICES } else { 0 });
    let (messages, rate) = node.messages();
    let deviations = node.deviations().iter().filter(|_| is_whole);
    EdgeNodeReport {
        broker,
        group: node.group().to_owned(),
        node: node.id().to_owned(),
        standing: standing(itself).to_owned(),
        why: why(itself),
        since: itself.since,
        born: itself.born,
        births: node.births(),
        bdseq: node.bdseq(),
        seq: node.seq(),
        metrics: if is_whole { node.members().next().map_or(0, |(_, count)| count as u32) } else { 0 },
        device_count: node.devices() as u32,
        devices: members.map(|(member, count)| device(member, count)).collect(),
        gaps: node.gaps(),
        has_gap: node.has_gap(),
        is_suspect: node.is_suspect(),
        messages,
        rate,
        deviations: deviations.map(|(words, count)| (words.to_owned(), count)).collect(),
        has_rebirth_switch: node.has_rebirth_switch(),
        can_ask: false,
        asked: None,
    }
}

fn device(member: &Member, metrics: usize) -> EdgeDevice {
    EdgeDevice {
        id: member.id.to_string(),
        standing: standing(member).to_owned(),
        why: why(member),
        since: member.since,
        born: member.born,
        metrics: metrics as u32,
    }
}

const fn standing(member: &Member) -> &'static str {
    match member.life {
        Life::Online => "online",
        Life::Offline(..) => "offline",
        Life::Unverified => "unverified",
    }
}

fn why(member: &Member) -> String {
    match &member.life {
        Life::Online => String::new(),
        Life::Offline(_, why) => why.to_string(),
        Life::Unverified => "no birth heard over this connection".to_owned(),
    }
}

/// More edge nodes than anybody reads in one list.
const MOST_NODES: usize = 500;
const MOST_DEVICES: usize = 500;
