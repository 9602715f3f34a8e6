//! Writing MQTT's primitive fields and properties: every length is checked, nothing is ever truncated.

use super::encode::{EncodeError, check_topic};
use super::packet::PublishProperties;

pub(super) fn varint(out: &mut Vec<u8>, mut value: usize) {
    while value >= 128 {
        out.push((value % 128) as u8 | 128);
        value /= 128;
    }
    out.push(value as u8);
}

pub(super) fn string(out: &mut Vec<u8>, text: &str) -> Result<(), EncodeError> {
    if text.contains('\0') { Err(EncodeError::Nul) } else { binary(out, text.as_bytes()) }
}

pub(super) fn binary(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), EncodeError> {
    let length = u16::try_from(bytes.len()).map_err(|_| EncodeError::TooLong)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

/// A property block under way (MQTT 5 §2.2.2): without its length, which [`block`] puts before it.
#[derive(Debug, Default)]
pub(super) struct Properties(pub(super) Vec<u8>);

impl Properties {
    pub(super) fn byte(&mut self, id: u8, value: u8) {
        self.0.extend_from_slice(&[id, value]);
    }

    pub(super) fn two(&mut self, id: u8, value: u16) {
        self.0.push(id);
        self.0.extend_from_slice(&value.to_be_bytes());
    }

    pub(super) fn four(&mut self, id: u8, value: u32) {
        self.0.push(id);
        self.0.extend_from_slice(&value.to_be_bytes());
    }

    pub(super) fn text(&mut self, id: u8, text: &str) -> Result<(), EncodeError> {
        self.0.push(id);
        string(&mut self.0, text)
    }

    pub(super) fn bytes(&mut self, id: u8, bytes: &[u8]) -> Result<(), EncodeError> {
        self.0.push(id);
        binary(&mut self.0, bytes)
    }

    pub(super) fn pairs(&mut self, pairs: &[(String, String)]) -> Result<(), EncodeError> {
        for (name, value) in pairs {
            self.text(0x26, name)?;
            string(&mut self.0, value)?;
        }
        Ok(())
    }

    /// What a message says besides topic and payload; subscription identifiers and alias are not the caller's.
    pub(super) fn message(&mut self, p: &PublishProperties) -> Result<(), EncodeError> {
        if p.payload_is_utf8 {
            self.byte(0x01, 1);
        }
        if let Some(secs) = p.expiry_secs {
            self.four(0x02, secs);
        }
        if let Some(text) = &p.content_type {
            self.text(0x03, text)?;
        }
        if let Some(topic) = &p.response_topic {
            check_topic(topic)?;
            self.text(0x08, topic)?;
        }
        if let Some(data) = &p.correlation_data {
            self.bytes(0x09, data)?;
        }
        self.pairs(&p.user_properties)
    }

    /// Appends the length and the block.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        varint(out, self.0.len());
        out.extend_from_slice(&self.0);
    }
}
