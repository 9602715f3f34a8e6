//! The property table of MQTT 5 (§2.2.2.2): which property may stand where, once or often, with which values.

use super::cursor::Cursor;
use super::violation::Violation;

/// Packets with properties that a server may send, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u8);

pub(super) const CONNACK: Place = Place(1);
pub(super) const PUBLISH: Place = Place(2);
/// PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK.
pub(super) const ACK: Place = Place(4);
pub(super) const DISCONNECT: Place = Place(8);
pub(super) const AUTH: Place = Place(16);

pub(super) const SUBSCRIPTION_ID: u8 = 0x0b;
pub(super) const AUTH_METHOD: u8 = 0x15;
pub(super) const AUTH_DATA: u8 = 0x16;
pub(super) const REASON_STRING: u8 = 0x1f;
pub(super) const TOPIC_ALIAS: u8 = 0x23;

/// A property's value on the wire, with what its numbers may be.
enum Kind {
    /// A byte, 0 or 1.
    Flag,
    /// Two bytes, at least this.
    Two(u16),
    /// Four bytes, at least this.
    Four(u32),
    /// A variable byte integer, at least 1.
    Varint,
    Text,
    /// A text that is a topic name.
    Topic,
    Binary,
    /// Two texts; the one property that may repeat everywhere.
    Pair,
}

/// The table. `None`: no such property, or none a server may send.
const fn row(id: u8) -> Option<(Kind, u8)> {
    Some(match id {
        0x01 => (Kind::Flag, PUBLISH.0),    // payload format indicator
        0x02 => (Kind::Four(0), PUBLISH.0), // message expiry interval
        0x03 => (Kind::Text, PUBLISH.0),    // content type
        0x08 => (Kind::Topic, PUBLISH.0),   // response topic
        0x09 => (Kind::Binary, PUBLISH.0),  // correlation data
        SUBSCRIPTION_ID => (Kind::Varint, PUBLISH.0),
        0x11 => (Kind::Four(0), CONNACK.0), // session expiry interval
        0x12 => (Kind::Text, CONNACK.0),    // assigned client identifier
        0x13 => (Kind::Two(0), CONNACK.0),  // server keep alive
        AUTH_METHOD => (Kind::Text, CONNACK.0 | AUTH.0),
        AUTH_DATA => (Kind::Binary, CONNACK.0 | AUTH.0),
        0x1a => (Kind::Text, CONNACK.0),                // response information
        0x1c => (Kind::Text, CONNACK.0 | DISCONNECT.0), // server reference
        REASON_STRING => (Kind::Text, CONNACK.0 | ACK.0 | DISCONNECT.0 | AUTH.0),
        0x21 => (Kind::Two(1), CONNACK.0), // receive maximum
        0x22 => (Kind::Two(0), CONNACK.0), // topic alias maximum
        TOPIC_ALIAS => (Kind::Two(1), PUBLISH.0),
        0x24 => (Kind::Flag, CONNACK.0), // maximum QoS: 0 or 1, 2 is said by absence
        0x25 => (Kind::Flag, CONNACK.0), // retain available
        0x26 => (Kind::Pair, CONNACK.0 | PUBLISH.0 | ACK.0 | DISCONNECT.0 | AUTH.0), // user property
        0x27 => (Kind::Four(1), CONNACK.0), // maximum packet size
        0x28..=0x2a => (Kind::Flag, CONNACK.0), // wildcard, identifier, shared subscriptions available
        _ => return None,
    })
}

/// What a walk over a property block found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// Bit *n*: property *n* is present. All identifiers are below 64.
    seen: u64,
    /// 0 for none.
    pub(super) topic_alias: u16,
}

impl Block {
    pub(super) const fn has(&self, id: u8) -> bool {
        self.seen & (1 << id) != 0
    }
}

/// Walks the block at the cursor, its length first, to its exact end.
pub(super) fn walk(cursor: &mut Cursor<'_>, place: Place) -> Result<Block, Violation> {
    let length = cursor.varint()?;
    let mut block = Block::default();
    if length == 0 {
        return Ok(block);
    }
    let mut inside = Cursor::new(cursor.take(length as usize).map_err(|_| Violation::PropertyLength)?);
    while !inside.is_empty() {
        property(&mut inside, place, &mut block).map_err(|violation| match violation {
            Violation::Truncated => Violation::PropertyLength,
            other => other,
        })?;
    }
    if block.has(AUTH_DATA) && !block.has(AUTH_METHOD) {
        return Err(Violation::AuthMethodMissing);
    }
    Ok(block)
}

fn property(inside: &mut Cursor<'_>, place: Place, block: &mut Block) -> Result<(), Violation> {
    let id = inside.u8()?;
    let Some((kind, places)) = row(id) else { return Err(Violation::PropertyMisplaced(id)) };
    if places & place.0 == 0 {
        return Err(Violation::PropertyMisplaced(id));
    }
    let repeats = matches!(kind, Kind::Pair) || id == SUBSCRIPTION_ID;
    if block.has(id) && !repeats {
        return Err(Violation::PropertyRepeated(id));
    }
    block.seen |= 1 << id;
    let in_range = match kind {
        Kind::Flag => inside.u8()? <= 1,
        Kind::Two(least) => {
            let value = inside.u16()?;
            if id == TOPIC_ALIAS {
                block.topic_alias = value;
            }
            value >= least
        }
        Kind::Four(least) => inside.u32()? >= least,
        Kind::Varint => inside.varint()? >= 1,
        Kind::Text => inside.string().map(|_| true)?,
        Kind::Topic => {
            if inside.string()?.contains(['+', '#']) {
                return Err(Violation::Wildcard);
            }
            true
        }
        Kind::Binary => inside.binary().map(|_| true)?,
        Kind::Pair => {
            inside.string()?;
            inside.string().map(|_| true)?
        }
    };
    if in_range { Ok(()) } else { Err(Violation::PropertyValue(id)) }
}

/// Splits a walked block (its length first) into the subscription identifiers and the bytes of all other properties.
pub(super) fn without_subscription_ids(cursor: &mut Cursor<'_>) -> Result<(Vec<u32>, Vec<u8>), Violation> {
    let length = cursor.varint()? as usize;
    let block = cursor.take(length)?;
    let (mut ids, mut others) = (Vec::new(), Vec::with_capacity(block.len()));
    let mut inside = Cursor::new(block);
    while !inside.is_empty() {
        let before = inside.rest();
        if before.first() == Some(&SUBSCRIPTION_ID) {
            inside.u8()?;
            ids.push(inside.varint()?);
        } else {
            property(&mut inside, PUBLISH, &mut Block::default())?;
            let size = before.len() - inside.rest().len();
            others.extend_from_slice(before.get(..size).unwrap_or_default());
        }
    }
    Ok((ids, others))
}
