//! The guard against arbitrary streams in both versions: it never panics, it never lets through what the codec behind
//! it refuses, and it reads the same however the stream is split.
#![no_main]

use andon::mqtt::codec::{Decoder, Packet, Protocol, Violation};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;

fn decode(protocol: Protocol, stream: &[u8], size: usize) -> (Vec<Packet>, Result<(), Violation>) {
    let mut decoder = Decoder::new(protocol, 1 << 16);
    let mut packets = Vec::new();
    for part in stream.chunks(size) {
        decoder.push(Bytes::copy_from_slice(part));
        loop {
            match decoder.next_packet() {
                Ok(Some(packet)) => packets.push(packet),
                Ok(None) => break,
                Err(violation) => {
                    assert_ne!(violation, Violation::Undecodable);
                    return (packets, Err(violation));
                }
            }
        }
        if let Some(progress) = decoder.progress() {
            assert!(progress.received < progress.total);
        }
    }
    (packets, Ok(()))
}

fuzz_target!(|data: &[u8]| {
    let Some((&first, stream)) = data.split_first() else { return };
    let protocol = if first & 1 == 0 { Protocol::V4 } else { Protocol::V5 };
    let whole = decode(protocol, stream, stream.len().max(1));
    let split = decode(protocol, stream, usize::from(first >> 1).max(1));
    assert_eq!(whole, split);
    for packet in whole.0 {
        if let Packet::Publish(publish) = packet {
            let alias = publish.properties.and_then(|p| p.topic_alias);
            assert!(andon::topic::is_valid_topic(&publish.topic) || (publish.topic.is_empty() && alias.is_some()));
            assert_eq!(publish.qos == 0, publish.packet_id == 0);
            assert_ne!(alias, Some(0));
        }
    }
});
