//! Reason codes in words.

use super::codec::Protocol;

/// A CONNACK code: 3.1.1 §3.2.2.3 or 5 §3.2.2.2.
pub(super) const fn connack(protocol: Protocol, code: u8) -> &'static str {
    match (protocol, code) {
        (Protocol::V4, 1) => "the broker does not speak this MQTT version",
        (Protocol::V4, 2) => "client id not accepted",
        (Protocol::V4, 3) => "broker unavailable",
        (Protocol::V4, 4) => "wrong user name or password",
        (Protocol::V4, 5) => "not authorized",
        (Protocol::V4 | Protocol::V5, code) => reason(code),
    }
}

/// Whether only a person can mend a refused CONNECT: the version, the client id or the credentials are wrong.
pub(super) const fn is_final(protocol: Protocol, code: u8) -> bool {
    match protocol {
        Protocol::V4 => matches!(code, 1 | 2 | 4 | 5),
        Protocol::V5 => matches!(code, 0x84..=0x87 | 0x8a | 0x8c),
    }
}

/// Whether a broker that refused or left us asks for patience.
pub(super) const fn is_busy(protocol: Protocol, code: u8) -> bool {
    match protocol {
        Protocol::V4 => code == 3,
        Protocol::V5 => matches!(code, 0x88 | 0x89 | 0x96 | 0x97 | 0x9f),
    }
}

/// Whether the broker ended the connection for a client with our client id: coming back would only throw that one out.
pub(super) const fn is_taken_over(code: u8) -> bool {
    code == 0x8e
}

/// Whether a CONNECT was refused for its MQTT version.
pub(super) const fn is_version(protocol: Protocol, code: u8) -> bool {
    match protocol {
        Protocol::V4 => code == 1,
        Protocol::V5 => code == 0x84,
    }
}

/// A SUBACK code, of either version.
pub(super) const fn suback(protocol: Protocol, code: u8) -> &'static str {
    match (protocol, code) {
        (_, 0) => "granted with QoS 0",
        (_, 1) => "granted with QoS 1",
        (_, 2) => "granted with QoS 2",
        (Protocol::V4, _) => "refused by the broker",
        (Protocol::V5, code) => reason(code),
    }
}

/// An MQTT 5 reason code (§2.4); a code means the same in every packet that has it.
pub(super) const fn reason(code: u8) -> &'static str {
    match code {
        0x00 => "success",
        0x04 => "disconnect with will message",
        0x10 => "no matching subscribers",
        0x11 => "no subscription existed",
        0x18 => "continue authentication",
        0x19 => "re-authenticate",
        0x80 => "unspecified error",
        0x81 => "malformed packet",
        0x82 => "protocol error",
        0x83 => "implementation specific error",
        0x84 => "the broker does not speak this MQTT version",
        0x85 => "client id not accepted",
        0x86 => "wrong user name or password",
        0x87 => "not authorized",
        0x88 => "broker unavailable",
        0x89 => "broker busy",
        0x8a => "banned",
        0x8b => "broker shutting down",
        0x8c => "bad authentication method",
        0x8d => "keep alive timeout",
        0x8e => "session taken over: another client connected with the same client id",
        0x8f => "topic filter invalid",
        0x90 => "topic name invalid",
        0x91 => "packet identifier in use",
        0x92 => "packet identifier not found",
        0x93 => "receive maximum exceeded",
        0x94 => "topic alias invalid",
        0x95 => "packet too large",
        0x96 => "message rate too high",
        0x97 => "quota exceeded",
        0x98 => "administrative action",
        0x99 => "payload format invalid",
        0x9a => "retain not supported",
        0x9b => "QoS not supported",
        0x9c => "use another server",
        0x9d => "server moved",
        0x9e => "shared subscriptions not supported",
        0x9f => "connection rate exceeded",
        0xa0 => "maximum connect time",
        0xa1 => "subscription identifiers not supported",
        0xa2 => "wildcard subscriptions not supported",
        _ => "a code without a meaning",
    }
}

/// Our words, then the broker's own, bounded: they are foreign text on its way to a screen.
pub(super) fn with_detail(words: &str, reason_string: Option<&str>, server_reference: Option<&str>) -> String {
    const DETAIL_CHARS: usize = 200;
    let mut text = words.to_owned();
    for (between, detail) in [(": ", reason_string), (", go to ", server_reference)] {
        if let Some(detail) = detail.filter(|detail| !detail.is_empty()) {
            text.push_str(between);
            text.extend(detail.chars().map(|c| if c.is_control() { ' ' } else { c }).take(DETAIL_CHARS));
        }
    }
    text
}
