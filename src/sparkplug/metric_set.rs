//! The metrics of one edge node and its devices: which tag each is, its datatype, its alias (3.0 §6.4.6). A birth
//! replaces its owner's; one alias map serves the whole edge node.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt};

use super::data_type::DataType;
use super::deviation::{Deviation, Deviations};
use super::metric::{Metric, MetricValue, Raw};
use super::property::Properties;
use super::sink::{MetricReading, Sink, Subject};
use super::template::Template;
use crate::time::Timestamp;
use crate::vocab::{Origin, Quality, TagId};

/// One metric.
#[derive(Debug)]
pub(super) struct MetricRecord {
    /// `None` for what has no value of its own: template instances (their members have), `bdSeq`.
    tag: Option<TagId>,
    pub(super) of: DataType,
    owner: u32,
    /// Its owner's birth that last listed it; 0 for one that no birth did.
    born: u32,
    /// A member or parameter of a template instance, which is written as a whole or not at all.
    is_part: bool,
}

/// The names of an edge node (place 0) or a device.
#[derive(Debug, Default)]
struct Names {
    by_name: HashMap<Box<str>, u32>,
    birth: u32,
}

/// All metrics of an edge node.
#[derive(Debug, Default)]
pub(super) struct MetricSet {
    metrics: Vec<MetricRecord>,
    names: Vec<Names>,
    aliases: HashMap<u64, u32>,
    /// Template definitions of the NBIRTH, as bytes.
    definitions: BTreeMap<Box<str>, Box<[u8]>>,
    definition_bytes: usize,
}

/// What a payload's metrics are applied with.
pub(super) struct Batch<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) owner: u32,
    pub(super) is_birth: bool,
    /// Whether a birth of this session vouches for names and aliases.
    pub(super) is_vouched: bool,
    /// Inside of a template instance.
    pub(super) is_part: bool,
    pub(super) sent: Option<Timestamp>,
    pub(super) origin: Origin,
    pub(super) deviations: &'a mut Deviations,
}

impl MetricSet {
    /// How many metrics the owner's last birth listed.
    pub(super) fn count_of(&self, owner: u32) -> usize {
        let birth = self.names.get(owner as usize).map_or(0, |names| names.birth);
        self.metrics.iter().filter(|metric| metric.owner == owner && metric.born == birth).count()
    }

    /// The datatype of a metric that the last birth listed.
    pub(super) fn datatype(&self, owner: u32, name: &str) -> Option<DataType> {
        let names = self.names.get(owner as usize)?;
        let metric = self.metrics.get(*names.by_name.get(name)? as usize)?;
        (metric.born == names.birth).then_some(metric.of)
    }

    /// The datatype and the alias of a metric that the last birth listed by itself.
    pub(super) fn writable(&self, owner: u32, name: &str) -> Option<(DataType, Option<u64>)> {
        let names = self.names.get(owner as usize)?;
        let index = *names.by_name.get(name)?;
        let metric = self.metrics.get(index as usize)?;
        let alias = || self.aliases.iter().find(|(_, at)| **at == index).map(|(alias, _)| *alias);
        (metric.born == names.birth && !metric.is_part).then(|| (metric.of, alias()))
    }

    /// A birth of the edge node: aliases and definitions are of this session alone.
    pub(super) fn begin_session(&mut self) {
        self.aliases.clear();
        self.definitions.clear();
        self.definition_bytes = 0;
    }

    /// A birth begins: what it does not list is withdrawn at its end.
    pub(super) fn begin_birth(&mut self, owner: u32) {
        let names = self.names_of(owner);
        names.birth += 1;
        if names.birth > 1 {
            let metrics = &self.metrics;
            self.aliases.retain(|_, metric| metrics[*metric as usize].owner != owner);
        }
    }

    /// A birth ends.
    pub(super) fn end_birth(&self, owner: u32, sink: &mut dyn Sink) {
        let Some(birth) = self.names.get(owner as usize).map(|names| names.birth) else { return };
        for metric in self.metrics.iter().filter(|metric| metric.owner == owner && metric.born != birth) {
            if let Some(tag) = metric.tag {
                sink.withdraw(tag);
            }
        }
    }

    /// Applies one metric of a payload.
    pub(super) fn apply(&mut self, batch: &mut Batch<'_>, metric: &Metric<'_>, sink: &mut dyn Sink) {
        // Most data comes by alias: no name is built.
        if let (None, Some(alias), false) = (metric.name, metric.alias, batch.is_birth) {
            let Some(&index) = self.aliases.get(&alias) else {
                return batch.deviations.count(Deviation::UnknownAlias);
            };
            if let Raw::Template(bytes) = metric.raw {
                let name = self.name_at(index);
                return self.apply_members(batch, &mut name.unwrap_or_default(), Template::read(bytes), 0, sink);
            }
            return self.tell(batch, index, metric, sink);
        }
        let Some(name) = metric.name() else { return batch.deviations.count(Deviation::Nameless) };
        if name.len() > MOST_NAME {
            return batch.deviations.count(Deviation::TooMuch);
        }
        if let Raw::Template(_) = metric.raw {
            return self.apply_named(batch, &mut name.into_owned(), metric, 0, sink);
        }
        self.apply_value(batch, &name, metric, sink);
    }

    fn apply_named(
        &mut self,
        batch: &mut Batch<'_>,
        name: &mut String,
        metric: &Metric<'_>,
        depth: usize,
        sink: &mut dyn Sink,
    ) {
        let Raw::Template(bytes) = metric.raw else { return self.apply_value(batch, name, metric, sink) };
        let template = Template::read(bytes);
        if template.is_definition() {
            if self.definition_bytes + bytes.len() > MOST_DEFINITION_BYTES {
                return batch.deviations.count(Deviation::TooMuch);
            }
            self.definition_bytes += bytes.len();
            self.definitions.insert(name.as_str().into(), bytes.into());
            return;
        }
        // The alias of the instance itself leads to its name.
        if let Some(alias) = metric.alias.filter(|_| batch.is_birth)
            && let Some(index) = self.intern(batch, name, None)
        {
            self.aliases.insert(alias, index);
        }
        self.apply_members(batch, name, template, depth, sink);
    }

    /// An instance's members are metrics below its name: a partial update renews those that it has.
    fn apply_members(
        &mut self,
        batch: &mut Batch<'_>,
        name: &mut String,
        template: Template<'_>,
        depth: usize,
        sink: &mut dyn Sink,
    ) {
        if depth >= MOST_DEPTH {
            return batch.deviations.count(Deviation::TooMuch);
        }
        let was_part = std::mem::replace(&mut batch.is_part, true);
        let length = name.len();
        let below = |name: &mut String, member: &str| {
            name.truncate(length);
            name.push('/');
            name.push_str(member);
            name.len() <= MOST_NAME
        };
        for member in template.members() {
            match (member.name(), member.alias.and_then(|alias| self.aliases.get(&alias))) {
                (Some(own), _) if below(name, &own) => self.apply_named(batch, name, &member, depth + 1, sink),
                (None, Some(&index)) => self.tell(batch, index, &member, sink),
                _ => batch.deviations.count(Deviation::Nameless),
            }
        }
        let mut given = Vec::new();
        for (parameter, value) in template.parameters() {
            if below(name, &parameter) {
                self.tell_parameter(batch, name, value, sink);
            }
            given.push(parameter);
        }
        // What the instance leaves out is as its definition says.
        if batch.is_birth
            && let Some(reference) = template.reference
        {
            match self.definitions.get(&*String::from_utf8_lossy(reference)).cloned() {
                Some(definition) => {
                    for (parameter, value) in Template::read(&definition).parameters() {
                        if !given.contains(&parameter) && below(name, &parameter) {
                            self.tell_parameter(batch, name, value, sink);
                        }
                    }
                }
                None => batch.deviations.count(Deviation::NoDefinition),
            }
        }
        name.truncate(length);
        batch.is_part = was_part;
    }

    fn tell_parameter(&mut self, batch: &mut Batch<'_>, name: &str, value: MetricValue<'_>, sink: &mut dyn Sink) {
        if let Some(tag) = self.intern(batch, name, None).and_then(|index| self.tag_at(batch, index, name, sink)) {
            sink.reading(
                tag,
                &MetricReading {
                    value,
                    time: batch.sent,
                    quality: Quality::Good,
                    origin: batch.origin,
                    is_birth: batch.is_birth,
                    is_historical: false,
                    is_transient: false,
                    properties: None,
                },
            );
        }
    }

    fn apply_value(&mut self, batch: &mut Batch<'_>, name: &str, metric: &Metric<'_>, sink: &mut dyn Sink) {
        let of = metric.datatype.map(DataType::from_number).filter(|of| *of != DataType::Unknown);
        if batch.is_birth {
            if of.is_none() {
                batch.deviations.count(Deviation::NoDatatype);
            }
            let Some(index) = self.intern(batch, name, of) else { return };
            if let Some(alias) = metric.alias
                && self.aliases.insert(alias, index).is_some_and(|other| other != index)
            {
                batch.deviations.count(Deviation::AliasTwice);
            }
            // The session's own number is no reading; nor is the switch that asks for a rebirth.
            if name == BDSEQ || name.ends_with(REBIRTH) || self.tag_at(batch, index, name, sink).is_none() {
                return;
            }
            return self.tell(batch, index, metric, sink);
        }
        let index = match self.find(batch.owner, name) {
            Some((index, is_same)) => {
                if !is_same {
                    batch.deviations.count(Deviation::NameDiffers);
                }
                index
            }
            None => {
                if batch.is_vouched {
                    batch.deviations.count(Deviation::UnknownMetric);
                }
                let Some(index) = self.intern(batch, name, of) else { return };
                index
            }
        };
        if self.metrics[index as usize].tag.is_none()
            && (name == BDSEQ || name.ends_with(REBIRTH) || self.tag_at(batch, index, name, sink).is_none())
        {
            return;
        }
        self.tell(batch, index, metric, sink);
    }

    /// The metric of a name, or of the same name with the prefix that some publishers write in births only.
    fn find(&self, owner: u32, name: &str) -> Option<(u32, bool)> {
        let names = self.names.get(owner as usize)?;
        if let Some(&index) = names.by_name.get(name) {
            return Some((index, true));
        }
        let prefixed = |prefix: &&str| Some((*names.by_name.get(&*format!("{prefix}{name}"))?, false));
        PREFIXES.iter().find_map(prefixed)
    }

    fn intern(&mut self, batch: &mut Batch<'_>, name: &str, of: Option<DataType>) -> Option<u32> {
        let next = self.metrics.len();
        let names = self.names_of(batch.owner);
        let born = if batch.is_birth { names.birth } else { 0 };
        let index = match names.by_name.get(name) {
            Some(&index) => index,
            None if next >= MOST_METRICS => {
                batch.deviations.count(Deviation::TooMuch);
                return None;
            }
            None => {
                names.by_name.insert(name.into(), next as u32);
                self.metrics.push(MetricRecord {
                    tag: None,
                    of: DataType::Unknown,
                    owner: batch.owner,
                    born,
                    is_part: batch.is_part,
                });
                next as u32
            }
        };
        let metric = &mut self.metrics[index as usize];
        if batch.is_birth {
            (metric.born, metric.is_part) = (born, batch.is_part);
        }
        metric.of = of.unwrap_or(metric.of);
        Some(index)
    }

    fn tag_at(&mut self, batch: &Batch<'_>, index: u32, name: &str, sink: &mut dyn Sink) -> Option<TagId> {
        let metric = &mut self.metrics[index as usize];
        if metric.tag.is_none() {
            metric.tag = sink.tag(batch.subject, name);
        }
        metric.tag
    }

    fn tell(&self, batch: &mut Batch<'_>, index: u32, metric: &Metric<'_>, sink: &mut dyn Sink) {
        let record = &self.metrics[index as usize];
        let Some(tag) = record.tag else { return };
        if metric.is_cut {
            batch.deviations.count(Deviation::Cut);
        }
        let properties = metric.properties.map(Properties::read);
        if properties.as_ref().is_some_and(|properties| properties.is_uneven) {
            batch.deviations.count(Deviation::UnevenProperties);
        }
        let value = metric.value(Some(record.of).filter(|of| *of != DataType::Unknown));
        if let MetricValue::DataSet(set) = &value
            && set.is_uneven
        {
            batch.deviations.count(Deviation::UnevenDataSet);
        }
        let said = properties.as_ref().and_then(|properties| properties.quality);
        // By an alias of a birth that is not this session's, the value may be another metric's.
        let doubt = if batch.is_vouched || metric.name.is_some() { Quality::Good } else { Quality::Uncertain };
        sink.reading(
            tag,
            &MetricReading {
                value,
                time: metric.timestamp.and_then(instant).or(batch.sent),
                quality: said.unwrap_or(doubt),
                origin: batch.origin,
                is_birth: batch.is_birth,
                is_historical: metric.is_historical,
                is_transient: metric.is_transient,
                properties,
            },
        );
    }

    /// The name of a metric; by a search, for the few that need it.
    fn name_at(&self, index: u32) -> Option<String> {
        let names = self.names.get(self.metrics.get(index as usize)?.owner as usize)?;
        names.by_name.iter().find(|(_, at)| **at == index).map(|(name, _)| name.to_string())
    }

    fn names_of(&mut self, owner: u32) -> &mut Names {
        let owner = owner as usize;
        while self.names.len() <= owner {
            self.names.push(Names { by_name: HashMap::new(), birth: 0 });
        }
        &mut self.names[owner]
    }
}

/// Milliseconds since the Unix epoch, as far as an instant holds them; 0 is none.
pub(super) fn instant(millis: u64) -> Option<Timestamp> {
    i64::try_from(millis).ok().filter(|millis| (1..=MOST_MILLIS).contains(millis)).map(Timestamp)
}

/// The metric that pairs births and deaths.
pub(super) const BDSEQ: &str = "bdSeq";
/// The metric that asks for a rebirth; mqtt-spb-wrapper writes something before it.
pub(super) const REBIRTH: &str = "Node Control/Rebirth";
/// What mqtt-spb-wrapper writes before names in births.
const PREFIXES: [&str; 3] = ["DATA/", "ATTR/", "CMD/"];
/// Year 10 000.
const MOST_MILLIS: i64 = 253_402_300_800_000;
/// Bytes of a name.
const MOST_NAME: usize = 1024;
/// Templates within templates.
const MOST_DEPTH: usize = 8;
/// Metrics of an edge node and all its devices.
const MOST_METRICS: usize = 200_000;
const MOST_DEFINITION_BYTES: usize = 1 << 20;
