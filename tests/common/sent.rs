//! What a session sent, read by a parser that knows the standard and not the code under test.

/// What the session sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Connect {
        level: u8,
        flags: u8,
        keep_alive: u16,
        rest: Vec<u8>,
    },
    Publish {
        topic: String,
        payload: Vec<u8>,
        qos: u8,
        retain: bool,
        dup: bool,
        id: u16,
        properties: Vec<u8>,
    },
    PubAck(u16),
    PubRec(u16),
    PubRel(u16, u8),
    PubComp(u16, u8),
    /// With the subscription identifier (0 for none), and each filter's option byte.
    Subscribe {
        id: u16,
        subscription: u8,
        filters: Vec<(String, u8)>,
    },
    Unsubscribe {
        id: u16,
        filters: Vec<String>,
    },
    PingReq,
    Disconnect(u8),
    Auth {
        code: u8,
        properties: Vec<u8>,
    },
}

/// Reads whole client packets; panics on anything a broker would hang up on.
pub(crate) fn parse(mut rest: &[u8], level: u8) -> Vec<Sent> {
    let mut all = Vec::new();
    while let [first, ..] = *rest {
        let (mut length, mut at) = (0, 1);
        loop {
            let byte = rest[at];
            length |= usize::from(byte & 127) << (7 * (at - 1));
            at += 1;
            if byte < 128 {
                break;
            }
        }
        let body = &rest[at..at + length];
        rest = &rest[at + length..];
        all.push(parse_one(first, body, level));
    }
    all
}

fn parse_one(first: u8, body: &[u8], level: u8) -> Sent {
    let id = || u16::from_be_bytes([body[0], body[1]]);
    let code = || body.get(2).copied().unwrap_or(0);
    match first {
        0x10 => {
            assert_eq!(&body[..6], b"\0\x04MQTT");
            assert_eq!(body[7] & 0x01, 0, "no reserved bit");
            let keep_alive = u16::from_be_bytes([body[8], body[9]]);
            Sent::Connect { level: body[6], flags: body[7], keep_alive, rest: body[10..].to_vec() }
        }
        0x30..=0x3f => {
            let topic_end = 2 + usize::from(id());
            let mut at = topic_end;
            let qos = (first >> 1) & 3;
            let mut packet_id = 0;
            if qos > 0 {
                packet_id = u16::from_be_bytes([body[at], body[at + 1]]);
                assert_ne!(packet_id, 0);
                at += 2;
            }
            let mut properties = Vec::new();
            if level == 5 {
                let end = at + 1 + usize::from(body[at]);
                properties = body[at + 1..end].to_vec();
                at = end;
            }
            Sent::Publish {
                properties,
                topic: String::from_utf8(body[2..topic_end].to_vec()).unwrap(),
                payload: body[at..].to_vec(),
                qos,
                retain: first & 1 != 0,
                dup: first & 8 != 0,
                id: packet_id,
            }
        }
        0x40 => Sent::PubAck(id()),
        0x50 => Sent::PubRec(id()),
        0x62 => Sent::PubRel(id(), code()),
        0x70 => Sent::PubComp(id(), code()),
        0x82 => {
            let mut at = if level == 5 { 3 + usize::from(body[2]) } else { 2 };
            let subscription = if at == 5 { body[4] } else { 0 };
            let mut filters = Vec::new();
            while at < body.len() {
                let end = at + 2 + usize::from(u16::from_be_bytes([body[at], body[at + 1]]));
                filters.push((String::from_utf8(body[at + 2..end].to_vec()).unwrap(), body[end]));
                at = end + 1;
            }
            assert!(!filters.is_empty());
            Sent::Subscribe { id: id(), subscription, filters }
        }
        0xa2 => {
            let mut at = if level == 5 { 3 } else { 2 };
            let mut filters = Vec::new();
            while at < body.len() {
                let end = at + 2 + usize::from(u16::from_be_bytes([body[at], body[at + 1]]));
                filters.push(String::from_utf8(body[at + 2..end].to_vec()).unwrap());
                at = end;
            }
            Sent::Unsubscribe { id: id(), filters }
        }
        0xc0 => Sent::PingReq,
        0xe0 => Sent::Disconnect(body.first().copied().unwrap_or(0)),
        0xf0 => Sent::Auth { code: body[0], properties: body[2..].to_vec() },
        other => panic!("a client does not send {other:#x}"),
    }
}
