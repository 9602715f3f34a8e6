//! The guard proper: walks a whole frame against the rules for what a *server* may send, before any codec sees it.

use super::Protocol;
use super::cursor::Cursor;
use super::frame::Header;
use super::property;
use super::violation::Violation;

/// What a valid frame needs before the codec can read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing: the codec reads it as it is.
    Plain,
    /// A DISCONNECT in a short form, which the codec loses: this reason code.
    ShortDisconnect(u8),
    /// A PUBLISH with subscription identifiers, which the codec misreads: they are taken out first.
    SubscriptionIds,
    /// An AUTH, which the codec does not know.
    Auth,
    /// A CONNACK in the form of 3.1.1 on an MQTT 5 connection: this return code.
    OldConnAck(u8),
    /// A CONNACK of 3.1.1 with a refusal of MQTT 5, as ejabberd sends them: this code.
    OddConnAck(u8),
    /// A SUBACK of 3.1.1 with such refusals.
    OddSubAck,
    /// A PUBLISH with a topic that is not UTF-8, everything else being right.
    Unreadable { qos: u8, packet_id: u16, topic_alias: u16 },
}

/// Checks one frame; `body` is what follows the fixed header.
pub(super) fn check(protocol: Protocol, header: Header, body: &[u8]) -> Result<Shape, Violation> {
    let kind = header.first >> 4;
    if kind == 3 {
        return publish(protocol, header.first, body);
    }
    let flags = header.first & 0x0f;
    // 2.1.2: 1, 8, 10, 12 come from clients only, 0 is reserved; 14 and 15 come with MQTT 5.
    if matches!(kind, 0 | 1 | 8 | 10 | 12) || (protocol == Protocol::V4 && kind >= 14) {
        return Err(Violation::PacketType(kind));
    }
    if flags != if kind == 6 { 2 } else { 0 } {
        return Err(Violation::Flags(header.first));
    }
    let mut cursor = Cursor::new(body);
    let shape = match kind {
        2 => connack(protocol, &mut cursor)?,
        4..=7 => acknowledgement(protocol, kind, &mut cursor)?,
        9 | 11 => suback(protocol, kind, &mut cursor)?,
        13 => Shape::Plain,
        14 => disconnect(&mut cursor)?,
        _ => auth(&mut cursor)?,
    };
    if cursor.is_empty() { Ok(shape) } else { Err(Violation::Trailing) }
}

/// 3.3. The one packet that comes by the thousand, so it stays a straight line.
fn publish(protocol: Protocol, first: u8, body: &[u8]) -> Result<Shape, Violation> {
    let qos = (first >> 1) & 3;
    if qos == 3 || (qos == 0 && first & 8 != 0) {
        return Err(Violation::Flags(first));
    }
    let mut cursor = Cursor::new(body);
    let topic = cursor.binary()?;
    let packet_id = if qos == 0 { 0 } else { cursor.packet_id()? };
    let properties = match protocol {
        Protocol::V4 => property::Block::default(),
        Protocol::V5 => property::walk(&mut cursor, property::PUBLISH)?,
    };
    if topic.is_empty() && properties.topic_alias == 0 {
        return Err(Violation::EmptyTopic);
    }
    // NUL and wildcards are ASCII, so bytes can be searched before they are known to be text.
    if let Some(at) = memchr::memchr3(0, b'+', b'#', topic) {
        return Err(if topic[at] == 0 { Violation::Nul } else { Violation::Wildcard });
    }
    if std::str::from_utf8(topic).is_err() {
        return Ok(Shape::Unreadable { qos, packet_id, topic_alias: properties.topic_alias });
    }
    Ok(if properties.has(property::SUBSCRIPTION_ID) { Shape::SubscriptionIds } else { Shape::Plain })
}

/// 3.2.
fn connack(protocol: Protocol, cursor: &mut Cursor<'_>) -> Result<Shape, Violation> {
    let flags = cursor.u8()?;
    let code = cursor.u8()?;
    if flags > 1 || (flags == 1 && code != 0) {
        return Err(Violation::ConnAckFlags(flags));
    }
    if protocol == Protocol::V4 {
        return match code {
            0..=5 => Ok(Shape::Plain),
            0x80.. => Ok(Shape::OddConnAck(code)),
            _ => Err(Violation::ReasonCode(code)),
        };
    }
    if cursor.is_empty() {
        return Ok(Shape::OldConnAck(code));
    }
    allowed(code, &[0x00, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f], |code| {
        matches!(code, 0x80..=0x8a | 0x8c)
    })?;
    property::walk(cursor, property::CONNACK)?;
    Ok(Shape::Plain)
}

/// 3.4 to 3.7: PUBACK, PUBREC, PUBREL, PUBCOMP.
fn acknowledgement(protocol: Protocol, kind: u8, cursor: &mut Cursor<'_>) -> Result<Shape, Violation> {
    cursor.packet_id()?;
    if protocol == Protocol::V4 || cursor.is_empty() {
        return Ok(Shape::Plain);
    }
    let codes: &[u8] = match kind {
        4 | 5 => &[0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
        _ => &[0x00, 0x92],
    };
    allowed(cursor.u8()?, codes, |_| false)?;
    if !cursor.is_empty() {
        property::walk(cursor, property::ACK)?;
    }
    Ok(Shape::Plain)
}

/// 3.9 and 3.11: SUBACK, UNSUBACK.
fn suback(protocol: Protocol, kind: u8, cursor: &mut Cursor<'_>) -> Result<Shape, Violation> {
    cursor.packet_id()?;
    let codes: &[u8] = match (protocol, kind) {
        (Protocol::V4, 9) => &[0, 1, 2],
        (Protocol::V4, _) => return Ok(Shape::Plain),
        (Protocol::V5, 9) => &[0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2],
        (Protocol::V5, _) => &[0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91],
    };
    if protocol == Protocol::V5 {
        property::walk(cursor, property::ACK)?;
    }
    if cursor.is_empty() {
        return Err(Violation::Truncated);
    }
    let mut is_odd = false;
    while !cursor.is_empty() {
        let code = cursor.u8()?;
        // To 3.1.1 a refusal is a refusal: hanging up for its wording would cost all the other filters.
        allowed(code, codes, |code| protocol == Protocol::V4 && code >= 0x80)?;
        is_odd |= protocol == Protocol::V4 && code > 0x80;
    }
    Ok(if is_odd { Shape::OddSubAck } else { Shape::Plain })
}

/// 3.14. The code alone, or nothing at all, are forms of their own (3.14.2.2.1).
fn disconnect(cursor: &mut Cursor<'_>) -> Result<Shape, Violation> {
    if cursor.is_empty() {
        return Ok(Shape::ShortDisconnect(0));
    }
    let code = cursor.u8()?;
    allowed(code, &[0x00, 0x87, 0x89, 0x8b], |code| matches!(code, 0x80..=0x83 | 0x8d..=0x90 | 0x93..=0xa2))?;
    if cursor.is_empty() {
        return Ok(Shape::ShortDisconnect(code));
    }
    property::walk(cursor, property::DISCONNECT)?;
    Ok(Shape::Plain)
}

/// 3.15.
fn auth(cursor: &mut Cursor<'_>) -> Result<Shape, Violation> {
    if cursor.is_empty() {
        return Ok(Shape::Auth);
    }
    allowed(cursor.u8()?, &[0x00, 0x18], |_| false)?;
    let properties = property::walk(cursor, property::AUTH)?;
    if properties.has(property::AUTH_METHOD) { Ok(Shape::Auth) } else { Err(Violation::AuthMethodMissing) }
}

fn allowed(code: u8, codes: &[u8], more: impl Fn(u8) -> bool) -> Result<(), Violation> {
    if codes.contains(&code) || more(code) { Ok(()) } else { Err(Violation::ReasonCode(code)) }
}
