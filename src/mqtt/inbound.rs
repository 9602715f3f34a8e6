//! What must be remembered of received messages: QoS 2 identifiers not yet released, and topic aliases.

use std::collections::HashSet;

/// How many topic aliases we let an MQTT 5 broker set (its Topic Alias Maximum in our CONNECT).
pub(super) const TOPIC_ALIASES: u16 = 64;

/// QoS 2 messages received and not yet released by the broker.
#[derive(Debug, Default)]
pub(super) struct Unreleased {
    packet_ids: HashSet<u16>,
}

/// The topics behind topic aliases; made anew with each connection.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    slots: Vec<Alias>,
}

/// What a topic alias stands for.
#[derive(Clone, Debug, Default)]
enum Alias {
    /// Nothing yet.
    #[default]
    Unset,
    /// A topic that is not UTF-8: its messages go on being dropped.
    Unreadable,
    Topic(Box<str>),
}

/// Why an alias led to no topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AliasFault {
    /// Above what we allow: reason code 0x94.
    TooHigh(u16),
    /// Never set on this connection: a protocol error.
    Unset(u16),
    /// It stands for a topic that is not UTF-8.
    Unreadable,
}

impl Unreleased {
    /// Notes a QoS 2 message; whether it is new, so to be delivered.
    pub(super) fn receive(&mut self, packet_id: u16) -> bool {
        self.packet_ids.insert(packet_id)
    }

    /// Forgets a released QoS 2 message; whether it was known.
    pub(super) fn release(&mut self, packet_id: u16) -> bool {
        self.packet_ids.remove(&packet_id)
    }
}

impl Aliases {
    /// The topic of a PUBLISH with an alias; a topic that is not empty is set first (MQTT 5 §3.3.2.3.4).
    pub(super) fn resolve(&mut self, alias: u16, topic: &str) -> Result<&str, AliasFault> {
        let slot = self.slot(alias)?;
        if !topic.is_empty() {
            *slot = Alias::Topic(topic.into());
        }
        match slot {
            Alias::Topic(topic) => Ok(topic),
            Alias::Unreadable => Err(AliasFault::Unreadable),
            Alias::Unset => Err(AliasFault::Unset(alias)),
        }
    }

    /// Notes that an alias now stands for a topic that is not UTF-8; 0 is no alias.
    pub(super) fn set_unreadable(&mut self, alias: u16) -> Result<(), AliasFault> {
        if alias > 0 {
            *self.slot(alias)? = Alias::Unreadable;
        }
        Ok(())
    }

    fn slot(&mut self, alias: u16) -> Result<&mut Alias, AliasFault> {
        if alias > TOPIC_ALIASES {
            return Err(AliasFault::TooHigh(alias));
        }
        if self.slots.is_empty() {
            self.slots.resize(usize::from(TOPIC_ALIASES) + 1, Alias::Unset);
        }
        self.slots.get_mut(usize::from(alias)).ok_or(AliasFault::TooHigh(alias))
    }
}
