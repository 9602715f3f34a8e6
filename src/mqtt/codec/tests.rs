//! The guard against tables of valid and invalid packets, written as hex.

mod defects;
mod invalid;
mod sending;
mod valid;

use bytes::Bytes;

use super::{Decoder, Packet, Protocol, Violation};

/// Hex to bytes; spaces are for the reader, `x*n` repeats the byte x n times.
fn bytes(hex: &str) -> Vec<u8> {
    let mut all = Vec::new();
    for word in hex.split_whitespace() {
        let (digits, times) = word.split_once('*').map_or((word, 1), |(d, n)| (d, n.parse().expect("a count")));
        for _ in 0..times {
            for pair in digits.as_bytes().chunks(2) {
                let pair = std::str::from_utf8(pair).expect("ascii");
                all.push(u8::from_str_radix(pair, 16).expect("hex"));
            }
        }
    }
    all
}

/// Reads exactly one packet.
fn read(protocol: Protocol, hex: &str) -> Result<Packet, Violation> {
    let mut decoder = Decoder::new(protocol, 0);
    decoder.push(Bytes::from(bytes(hex)));
    let packet = decoder.next_packet()?.unwrap_or_else(|| panic!("{hex}: not whole"));
    assert_eq!(decoder.next_packet(), Ok(None), "{hex}: something is left");
    assert_eq!(decoder.progress(), None, "{hex}: something is left");
    Ok(packet)
}

const BOTH: [Protocol; 2] = [Protocol::V4, Protocol::V5];
