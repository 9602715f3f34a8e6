//! Framing: a WebSocket is a byte stream to MQTT, so messages are joined and cut at packet borders here.
//!
//! A message that holds whole packets is taken over without a copy, and packets are cut off its front by reference;
//! only the tail of a packet that was split over messages is ever copied.

use bytes::{Bytes, BytesMut};

use super::Protocol;
use super::cursor::varint;
use super::violation::Violation;

/// How far the packet at hand has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are here.
    pub received: u32,
    /// Bytes of the whole packet.
    pub total: u32,
}

/// A fixed header (2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Type and flags.
    pub(super) first: u8,
    /// Where the body begins.
    pub(super) size: usize,
    /// Size of the whole packet.
    pub(super) total: usize,
}

/// Reads the fixed header at the front of `bytes`; `None` when it is not all there yet. Refuses a size above `limit`
/// as soon as it can be read, before the body comes.
pub(super) fn header(bytes: &[u8], protocol: Protocol, limit: u32) -> Result<Option<Header>, Violation> {
    let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
    let Some((length, width)) = varint(rest, protocol == Protocol::V5)? else { return Ok(None) };
    let size = 1 + width;
    let total = size + length as usize;
    if total > limit as usize {
        return Err(Violation::PacketTooLarge { bytes: total as u32, limit });
    }
    Ok(Some(Header { first, size, total }))
}

/// Puts received bytes behind what is waiting. Takes the buffer over when nothing waits.
pub(super) fn push(buffer: &mut BytesMut, bytes: Bytes) {
    if buffer.is_empty() {
        *buffer = BytesMut::from(bytes);
    } else {
        buffer.extend_from_slice(&bytes);
    }
}

/// The largest packet MQTT can express: five bytes of header and 268 435 455 of body.
pub(super) const MQTT_MAXIMUM: u32 = 268_435_460;
