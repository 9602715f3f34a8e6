//! A reader of MQTT's primitive fields over a borrowed body. Total: every step can say "truncated".

use super::violation::Violation;

/// What is left of a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Violation> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Violation::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Violation> {
        let (&[byte], rest) = self.rest.split_first_chunk().ok_or(Violation::Truncated)?;
        self.rest = rest;
        Ok(byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Violation> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(Violation::Truncated)?;
        self.rest = rest;
        Ok(u16::from_be_bytes(*bytes))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Violation> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(Violation::Truncated)?;
        self.rest = rest;
        Ok(u32::from_be_bytes(*bytes))
    }

    /// A packet identifier, never 0.
    pub(super) fn packet_id(&mut self) -> Result<u16, Violation> {
        match self.u16()? {
            0 => Err(Violation::PacketIdZero),
            id => Ok(id),
        }
    }

    /// A variable byte integer in its shortest form (1.5.5).
    pub(super) fn varint(&mut self) -> Result<u32, Violation> {
        let (value, size) = varint(self.rest, true)?.ok_or(Violation::Truncated)?;
        self.rest = self.rest.get(size..).unwrap_or_default();
        Ok(value)
    }

    /// Length-prefixed bytes (1.5.6).
    pub(super) fn binary(&mut self) -> Result<&'a [u8], Violation> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }

    /// A length-prefixed string: UTF-8 without U+0000 (1.5.4).
    pub(super) fn string(&mut self) -> Result<&'a str, Violation> {
        let text = std::str::from_utf8(self.binary()?).map_err(|_| Violation::NotUtf8)?;
        if text.as_bytes().contains(&0) { Err(Violation::Nul) } else { Ok(text) }
    }
}

/// Reads a variable byte integer: value and size, or `None` when more bytes are needed. `shortest` refuses padding.
pub(super) fn varint(bytes: &[u8], shortest: bool) -> Result<Option<(u32, usize)>, Violation> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(4).enumerate() {
        value |= u32::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let padded = shortest && index > 0 && byte == 0;
            return if padded { Err(Violation::Length) } else { Ok(Some((value, index + 1))) };
        }
    }
    if bytes.len() >= 4 { Err(Violation::Length) } else { Ok(None) }
}

/// How many bytes a variable byte integer takes.
pub(super) const fn varint_size(value: usize) -> usize {
    match value {
        0..128 => 1,
        128..16_384 => 2,
        16_384..2_097_152 => 3,
        _ => 4,
    }
}
