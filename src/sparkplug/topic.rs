//! Sparkplug topics: `spBv1.0/group/verb/edge node[/device]` (3.0 §4) and the hosts' STATE.

/// What an edge node or a host says (3.0 §4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Birth of an edge node.
    NodeBirth,
    /// Death of an edge node.
    NodeDeath,
    /// Data of an edge node.
    NodeData,
    /// Command to an edge node.
    NodeCommand,
    /// Birth of a device.
    DeviceBirth,
    /// Death of a device.
    DeviceDeath,
    /// Data of a device.
    DeviceData,
    /// Command to a device.
    DeviceCommand,
}

impl Verb {
    /// The topic's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NodeBirth => "NBIRTH",
            Self::NodeDeath => "NDEATH",
            Self::NodeData => "NDATA",
            Self::NodeCommand => "NCMD",
            Self::DeviceBirth => "DBIRTH",
            Self::DeviceDeath => "DDEATH",
            Self::DeviceData => "DDATA",
            Self::DeviceCommand => "DCMD",
        }
    }

    /// The verb of this word; upper case only.
    pub fn from_word(word: &str) -> Option<Self> {
        const ALL: [Verb; 8] = [
            Verb::NodeBirth,
            Verb::NodeDeath,
            Verb::NodeData,
            Verb::NodeCommand,
            Verb::DeviceBirth,
            Verb::DeviceDeath,
            Verb::DeviceData,
            Verb::DeviceCommand,
        ];
        ALL.into_iter().find(|verb| verb.word() == word)
    }

    /// Whether a topic of this verb names a device.
    pub const fn is_of_device(self) -> bool {
        matches!(self, Self::DeviceBirth | Self::DeviceDeath | Self::DeviceData | Self::DeviceCommand)
    }
}

/// A topic of an edge node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeTopic<'a> {
    /// Group id.
    pub group: &'a str,
    /// Verb.
    pub verb: Verb,
    /// Edge node id.
    pub node: &'a str,
    /// Device id, where the verb is a device's.
    pub device: Option<&'a str>,
    /// A birth that a Sparkplug-aware broker keeps (`$sparkplug/certificates/…`, 3.0 §10.2): names and types, no life.
    pub is_certificate: bool,
}

/// A topic that Sparkplug B 3.0 speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic<'a> {
    /// Of an edge node or its device.
    Edge(EdgeTopic<'a>),
    /// A host's STATE, by host id; 3.0's `spBv1.0/STATE/id` or 2.x's `STATE/id`.
    State(&'a str),
}

impl<'a> Topic<'a> {
    /// Reads a topic. `None`: not of this version of Sparkplug, or malformed; shown raw, so that nothing is lost.
    #[inline]
    pub fn read(topic: &'a str) -> Option<Self> {
        let (is_certificate, below) = match topic.as_bytes().first()? {
            b's' => (false, topic.strip_prefix("spBv1.0/")?),
            b'$' => (true, topic.strip_prefix("$sparkplug/certificates/spBv1.0/")?),
            b'S' => return topic.strip_prefix("STATE/").filter(|id| is_id(id)).map(Self::State),
            _ => return None,
        };
        if let Some(host) = below.strip_prefix("STATE/")
            && is_id(host)
        {
            return (!is_certificate).then_some(Self::State(host));
        }
        let mut levels = below.split('/');
        let (group, verb, node) = (levels.next()?, Verb::from_word(levels.next()?)?, levels.next()?);
        let device = levels.next();
        let is_whole = levels.next().is_none()
            && !group.is_empty()
            && !node.is_empty()
            && device.is_none_or(|device| !device.is_empty())
            && device.is_some() == verb.is_of_device();
        is_whole.then_some(Self::Edge(EdgeTopic { group, verb, node, device, is_certificate }))
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && !text.contains('/')
}
