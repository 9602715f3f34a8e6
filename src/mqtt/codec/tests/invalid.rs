//! What a broker may not send, and what the guard calls it.

use super::{BOTH, read};
use crate::mqtt::codec::Protocol::{V4, V5};
use crate::mqtt::codec::{Protocol, Violation, Violation::*};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn refused(protocol: Protocol, table: &[(&str, Violation)]) {
    for (hex, violation) in table {
        assert_eq!(read(protocol, hex), Err(*violation), "{protocol:?} {hex}");
        assert!(matches!(violation.reason_code(), 0x81 | 0x82 | 0x95), "{violation}");
    }
}

#[test]
fn fixed_headers() {
    for protocol in BOTH {
        refused(
            protocol,
            &[
                ("0000", PacketType(0)),
                ("100c 0004 4d515454 04 02 000a 0000", PacketType(1)),
                ("8206 0001 0001 61 00", PacketType(8)),
                ("a205 0001 0001 61", PacketType(10)),
                ("c000", PacketType(12)),
                ("21 02 0000", Flags(0x21)),
                ("28 02 0000", Flags(0x28)),
                ("38 03 0001 61", Flags(0x38)),         // DUP on QoS 0
                ("36 06 0001 61 0001 00", Flags(0x36)), // QoS 3
                ("3e 06 0001 61 0001 00", Flags(0x3e)),
                ("41 02 0001", Flags(0x41)),
                ("52 02 0001", Flags(0x52)),
                ("60 02 0001", Flags(0x60)),
                ("63 02 0001", Flags(0x63)),
                ("6a 02 0001", Flags(0x6a)),
                ("72 02 0001", Flags(0x72)),
                ("91 03 0001 00", Flags(0x91)),
                ("b2 02 0001", Flags(0xb2)),
                ("d1 00", Flags(0xd1)),
                ("d0 01 00", Trailing),
                ("d0 02 0000", Trailing),
                ("30 ffffffff", Length),
                ("d0 80808080", Length),
                ("30 ffffffff 01", Length),
            ],
        );
    }
    refused(V4, &[("e000", PacketType(14)), ("f000", PacketType(15)), ("e1 00", PacketType(14))]);
    refused(V5, &[("e1 00", Flags(0xe1)), ("f2 00", Flags(0xf2)), ("d0 8000", Length), ("30 83808000", Length)]);
}

#[test]
fn connack() {
    for protocol in BOTH {
        refused(
            protocol,
            &[
                ("20 00", Truncated),
                ("20 01 00", Truncated),
                ("20 02 02 00", ConnAckFlags(2)),
                ("20 02 80 00", ConnAckFlags(0x80)),
                ("20 02 01 05", ConnAckFlags(1)),
            ],
        );
    }
    refused(V4, &[("20 03 00 00 00", Trailing), ("20 02 00 06", ReasonCode(6)), ("20 02 00 7f", ReasonCode(0x7f))]);
    refused(
        V5,
        &[
            ("20 03 01 87 00", ConnAckFlags(1)),
            ("20 03 00 01 00", ReasonCode(1)),
            ("20 03 00 04 00", ReasonCode(4)),
            ("20 03 00 8b 00", ReasonCode(0x8b)),
            ("20 03 00 8e 00", ReasonCode(0x8e)),
            ("20 03 00 ff 00", ReasonCode(0xff)),
            ("20 04 00 00 00 00", Trailing),
            ("20 03 00 00 05", PropertyLength),
            ("20 03 00 00 80", Truncated),
            ("20 04 00 00 01 21", PropertyLength),
            ("20 06 00 00 03 21 0000", PropertyValue(0x21)), // receive maximum 0
            ("20 08 00 00 05 27 00000000", PropertyValue(0x27)), // maximum packet size 0
            ("20 05 00 00 02 24 02", PropertyValue(0x24)),   // maximum QoS 2
            ("20 05 00 00 02 25 02", PropertyValue(0x25)),
            ("20 05 00 00 02 28 02", PropertyValue(0x28)),
            ("20 05 00 00 02 29 ff", PropertyValue(0x29)),
            ("20 05 00 00 02 2a 02", PropertyValue(0x2a)),
            ("20 09 00 00 06 21 000a 21 000a", PropertyRepeated(0x21)),
            ("20 09 00 00 06 13 000a 13 000b", PropertyRepeated(0x13)),
            ("20 0d 00 00 0a 27 00001000 27 00001000", PropertyRepeated(0x27)),
            ("20 0b 00 00 08 1f 0001 61 1f 0001 62", PropertyRepeated(0x1f)),
            ("20 05 00 00 02 01 01", PropertyMisplaced(0x01)), // of PUBLISH
            ("20 08 00 00 05 02 00000001", PropertyMisplaced(0x02)),
            ("20 05 00 00 02 17 01", PropertyMisplaced(0x17)), // of CONNECT
            ("20 08 00 00 05 18 00000001", PropertyMisplaced(0x18)), // of a will
            ("20 06 00 00 03 23 0001", PropertyMisplaced(0x23)),
            ("20 05 00 00 02 0b 01", PropertyMisplaced(0x0b)),
            ("20 05 00 00 02 00 00", PropertyMisplaced(0x00)),
            ("20 05 00 00 02 2b 00", PropertyMisplaced(0x2b)),
            ("20 05 00 00 02 ff 00", PropertyMisplaced(0xff)),
            ("20 07 00 00 04 12 0001 00", Nul),
            ("20 07 00 00 04 12 0001 ff", NotUtf8),
            ("20 09 00 00 06 1f 0003 eda080", NotUtf8), // a surrogate
            ("20 07 00 00 04 16 0001 61", AuthMethodMissing),
            ("20 0c 00 00 09 26 0001 61 0004 62 26 00", PropertyLength),
        ],
    );
}

#[test]
fn publish() {
    for protocol in BOTH {
        refused(
            protocol,
            &[
                ("30 00", Truncated),
                ("30 01 00", Truncated),
                ("30 02 0001", Truncated),
                ("30 03 0005 61", Truncated),
                ("32 03 0001 61", Truncated),
                ("32 04 0001 61 00", Truncated),
                ("32 06 0001 61 0000 00", PacketIdZero),
                ("34 06 0001 61 0000 00", PacketIdZero),
                ("30 03 0000 00", EmptyTopic),
                ("30 04 0001 00 00", Nul),
                ("30 06 0003 610062 00", Nul),
                ("30 04 0001 2b 00", Wildcard),
                ("30 04 0001 23 00", Wildcard),
                ("30 06 0003 612f2b 00", Wildcard),
                ("30 06 0003 612f23 00", Wildcard),
            ],
        );
    }
    refused(V4, &[("30 02 0000", EmptyTopic)]);
    refused(
        V5,
        &[
            ("30 03 0001 61", Truncated), // no property length
            ("32 05 0001 61 0001", Truncated),
            ("30 04 0001 61 05", PropertyLength),
            ("30 05 0001 61 8000", Length),
            ("30 08 0001 61 ffffffff 00", Length),
            ("30 06 0001 61 02 01 02", PropertyValue(0x01)),
            ("30 07 0001 61 03 23 0000", PropertyValue(0x23)),
            ("30 06 0000 03 23 0000", PropertyValue(0x23)),
            ("30 06 0001 61 02 0b 00", PropertyValue(0x0b)),
            ("30 08 0001 61 04 01 01 01 01", PropertyRepeated(0x01)),
            ("30 0a 0001 61 06 23 0001 23 0001", PropertyRepeated(0x23)),
            ("30 0c 0001 61 08 03 0001 61 03 0001 62", PropertyRepeated(0x03)),
            ("30 0c 0001 61 08 08 0001 61 08 0001 62", PropertyRepeated(0x08)),
            ("30 0a 0001 61 06 09 0000 09 0000", PropertyRepeated(0x09)),
            ("30 0e 0001 61 0a 02 00000001 02 00000001", PropertyRepeated(0x02)),
            ("30 08 0001 61 04 08 0001 23", Wildcard),
            ("30 08 0001 61 04 03 0001 00", Nul),
            ("30 08 0001 61 04 03 0001 c0", NotUtf8),
            ("30 0b 0001 61 07 26 0001 00 0001 61", Nul),
            ("30 08 0001 61 04 1f 0001 61", PropertyMisplaced(0x1f)),
            ("30 07 0001 61 03 21 0001", PropertyMisplaced(0x21)),
            ("30 07 0001 61 03 13 0001", PropertyMisplaced(0x13)),
            ("30 06 0001 61 02 7f 00", PropertyMisplaced(0x7f)),
            ("30 06 0001 61 02 23 01", PropertyLength),
            ("30 07 0001 61 03 02 0000", PropertyLength),
        ],
    );
    // an identifier that is padded, and one that ends with the block
    refused(V5, &[("30 07 0001 61 03 0b 8000", Length), ("30 06 0001 61 02 0b 80", PropertyLength)]);
}

#[test]
fn acknowledgements() {
    for first in ["40", "50", "62", "70"] {
        for protocol in BOTH {
            let table = [(" 00", Truncated), (" 01 00", Truncated), (" 02 0000", PacketIdZero)];
            for (rest, violation) in table {
                refused(protocol, &[(&format!("{first}{rest}"), violation)]);
            }
        }
        refused(V4, &[(&format!("{first} 03 0001 00"), Trailing), (&format!("{first} 04 0001 00 00"), Trailing)]);
        let table = [
            (" 03 0001 01", ReasonCode(1)),
            (" 03 0001 ff", ReasonCode(0xff)),
            (" 05 0001 00 00 00", Trailing),
            (" 04 0001 00 01", PropertyLength),
            (" 04 0001 00 80", Truncated),
            (" 07 0001 00 03 21 0001", PropertyMisplaced(0x21)),
            (" 08 0001 00 04 1f 0001 00", Nul),
            (" 0c 0001 00 08 1f 0001 61 1f 0001 61", PropertyRepeated(0x1f)),
            (" 08 0001 00 04 1c 0001 61", PropertyMisplaced(0x1c)),
        ];
        for (rest, violation) in table {
            refused(V5, &[(&format!("{first}{rest}"), violation)]);
        }
    }
    refused(
        V5,
        &[
            ("40 03 0001 92", ReasonCode(0x92)),
            ("50 03 0001 92", ReasonCode(0x92)),
            ("62 03 0001 10", ReasonCode(0x10)),
            ("70 03 0001 87", ReasonCode(0x87)),
        ],
    );
}

#[test]
fn suback_and_unsuback() {
    for protocol in BOTH {
        refused(
            protocol,
            &[
                ("90 00", Truncated),
                ("90 01 00", Truncated),
                ("90 02 0001", Truncated),
                ("90 04 0000 00 00", PacketIdZero),
                ("b0 00", Truncated),
                ("b0 01 00", Truncated),
                ("b0 02 0000", PacketIdZero),
            ],
        );
    }
    refused(
        V4,
        &[
            ("90 03 0001 03", ReasonCode(3)),
            ("90 03 0001 7f", ReasonCode(0x7f)),
            ("90 04 0001 00 7f", ReasonCode(0x7f)),
            ("b0 03 0001 00", Trailing),
        ],
    );
    refused(
        V5,
        &[
            ("90 03 0001 00", Truncated), // no code
            ("90 04 0001 00 03", ReasonCode(3)),
            ("90 04 0001 00 84", ReasonCode(0x84)),
            ("90 05 0001 00 00 11", ReasonCode(0x11)),
            ("90 04 0001 05 00", PropertyLength),
            ("90 06 0001 02 24 01 00", PropertyMisplaced(0x24)),
            ("b0 02 0001", Truncated),
            ("b0 03 0001 00", Truncated),
            ("b0 04 0001 00 01", ReasonCode(1)),
            ("b0 04 0001 00 97", ReasonCode(0x97)),
        ],
    );
}

#[test]
fn disconnect_and_auth() {
    refused(
        V5,
        &[
            ("e0 01 04", ReasonCode(4)), // "publish my will" is a client's word
            ("e0 01 01", ReasonCode(1)),
            ("e0 01 84", ReasonCode(0x84)),
            ("e0 01 91", ReasonCode(0x91)),
            ("e0 01 a3", ReasonCode(0xa3)),
            ("e0 03 00 00 00", Trailing),
            ("e0 02 8e 05", PropertyLength),
            ("e0 07 8e 05 11 00000001", PropertyMisplaced(0x11)), // a server may not set the expiry
            ("e0 06 8e 04 1f 0001 00", Nul),
            ("e0 0a 8e 08 1c 0001 61 1c 0001 62", PropertyRepeated(0x1c)),
            ("f0 01 18", Truncated),
            ("f0 02 18 00", AuthMethodMissing),
            ("f0 02 19 00", ReasonCode(0x19)), // only a client re-authenticates
            ("f0 02 01 00", ReasonCode(1)),
            ("f0 06 18 04 16 0001 61", AuthMethodMissing),
            ("f0 0a 18 08 15 0001 61 15 0001 62", PropertyRepeated(0x15)),
            ("f0 07 18 04 15 0001 61 00", Trailing),
            ("f0 06 18 04 1c 0001 61", PropertyMisplaced(0x1c)),
        ],
    );
}

#[test]
fn a_packet_above_the_limit_is_refused_before_its_body_comes() {
    use crate::mqtt::codec::Decoder;
    for protocol in BOTH {
        let mut decoder = Decoder::new(protocol, 10);
        decoder.push(bytes::Bytes::from_static(&[0x30, 8, 0, 1, b'a', 0, 1, 2, 3, 4]));
        assert!(decoder.next_packet().is_ok(), "10 bytes, header included");
        decoder.push(bytes::Bytes::from_static(&[0x30, 9]));
        assert_eq!(decoder.next_packet(), Err(PacketTooLarge { bytes: 11, limit: 10 }));
        decoder.push(bytes::Bytes::from_static(&[0x30, 0xff, 0xff, 0xff]));
        assert_eq!(decoder.next_packet(), Ok(None));
        decoder.push(bytes::Bytes::from_static(&[0x7f]));
        assert_eq!(decoder.next_packet(), Err(PacketTooLarge { bytes: 268_435_460, limit: 10 }));
    }
}
