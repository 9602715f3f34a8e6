//! What a session tells whoever keeps the plant: tags as they are born, readings, and who is alive.

use std::sync::Arc;

use super::metric::MetricValue;
use super::property::Properties;
use crate::time::Timestamp;
use crate::vocab::{Origin, Quality, TagId};

/// An edge node, or a device of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Group id.
    pub group: &'a str,
    /// Edge node id.
    pub node: &'a str,
    /// Device id; `None` for the edge node itself.
    pub device: Option<&'a str>,
}

/// A metric's value with all that was said of it.
#[derive(Clone, Debug)]
pub struct MetricReading<'a> {
    /// The value.
    pub value: MetricValue<'a>,
    /// When it was captured or, where the metric does not say, sent.
    pub time: Option<Timestamp>,
    /// As the source says; good where it says nothing.
    pub quality: Quality,
    /// How it came.
    pub origin: Origin,
    /// A birth tells what is so now, whatever its times say.
    pub is_birth: bool,
    /// Of the past: not the current value.
    pub is_historical: bool,
    /// Not to be stored.
    pub is_transient: bool,
    /// Unit, range, description.
    pub properties: Option<Properties<'a>>,
}

/// Whether somebody vouches for a subject's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Life {
    /// Born in this session and not dead.
    Online,
    /// Dead, or not vouched for: since when and why, in words.
    Offline(Timestamp, Arc<str>),
    /// Known, but not by a birth of this session: values that are heard count, others are not vouched for.
    Unverified,
}

/// Who keeps the plant.
pub trait Sink {
    /// The tag of a metric, made where new; `None` when there is no room. Asked once for each metric.
    fn tag(&mut self, subject: Subject<'_>, name: &str) -> Option<TagId>;
    /// A reading.
    fn reading(&mut self, tag: TagId, reading: &MetricReading<'_>);
    /// A metric that its owner's last birth does not list.
    fn withdraw(&mut self, tag: TagId);
    /// A subject is alive or dead from now on.
    fn life(&mut self, subject: Subject<'_>, life: &Life);
}
