//! Topic aliases of our own publications (MQTT 5 §3.3.2.3.4): the first topics get one, in turn, as far as the broker
//! goes along.

use super::codec::{EncodeError, Encoder, Outgoing};
use super::options::Publication;

/// Which topics the broker knows by a number on this connection.
#[derive(Debug, Default)]
pub(super) struct OwnAliases {
    topics: Vec<Box<str>>,
    most: usize,
}

impl OwnAliases {
    /// A connection begins: the broker knows nothing yet, and takes so many.
    pub(super) fn restart(&mut self, maximum: Option<u16>) {
        self.topics.clear();
        self.most = usize::from(maximum.unwrap_or(0)).min(OWN_MOST);
    }

    /// Writes a publication, by its alias where it has one.
    pub(super) fn publish(
        &mut self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        publication: &Publication,
        packet_id: u16,
        duplicate: bool,
    ) -> Result<(), EncodeError> {
        let Publication { topic, payload, qos, retain, properties } = publication;
        let known = self.topics.iter().position(|known| **known == **topic);
        let is_new = known.is_none() && self.topics.len() < self.most;
        let alias = match known {
            Some(index) => index + 1,
            None if is_new => self.topics.len() + 1,
            None => 0,
        };
        let outgoing = Outgoing {
            topic: if known.is_some() { "" } else { topic },
            payload,
            qos: *qos,
            retain: *retain,
            duplicate,
            packet_id,
            alias: alias as u16,
            properties: properties.as_deref(),
        };
        encoder.publish(out, &outgoing)?;
        if is_new {
            self.topics.push(topic.as_str().into());
        }
        Ok(())
    }
}

/// As many as a search by comparison is quick for.
const OWN_MOST: usize = 16;
