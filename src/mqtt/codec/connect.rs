//! CONNECT, the one packet that is written by hand: the codec knows no binary password, drops the flag of an empty user
//! name, and patches its flags at an absolute index.

use super::Protocol;
use super::encode::{EncodeError, Encoder, check_topic, qos_of};

/// What CONNECT says. Always a clean session (clean start in MQTT 5). Not `Debug`: it holds the password.
#[derive(Clone, Copy)]
pub struct Connect<'a> {
    /// Empty lets the broker choose.
    pub client_id: &'a str,
    /// May be empty, which is not the same as absent.
    pub username: Option<&'a str>,
    /// Any bytes; in 3.1.1 only together with a user name.
    pub password: Option<&'a [u8]>,
    /// 0 turns it off.
    pub keep_alive_secs: u16,
    /// Topic, payload, QoS (0..=2), retain.
    pub will: Option<(&'a str, &'a [u8], u8, bool)>,
    /// The largest packet we take, in bytes; 0 says nothing. MQTT 5 only.
    pub maximum_packet_bytes: u32,
    /// How many topic aliases we keep. MQTT 5 only.
    pub topic_alias_maximum: u16,
}

impl Encoder {
    /// CONNECT (3.1).
    ///
    /// # Errors
    /// [`EncodeError`] for what cannot be said in this protocol.
    pub fn connect(&mut self, out: &mut Vec<u8>, connect: &Connect<'_>) -> Result<(), EncodeError> {
        let v5 = self.protocol == Protocol::V5;
        if !v5 && connect.password.is_some() && connect.username.is_none() {
            return Err(EncodeError::PasswordAlone);
        }
        let mut flags = 0x02;
        let mut body = Vec::with_capacity(64);
        body.extend_from_slice(b"\0\x04MQTT");
        body.push(self.protocol.level());
        let flags_at = body.len();
        body.push(0);
        body.extend_from_slice(&connect.keep_alive_secs.to_be_bytes());
        if v5 {
            let mut properties = Vec::with_capacity(8);
            if connect.maximum_packet_bytes > 0 {
                properties.push(0x27);
                properties.extend_from_slice(&connect.maximum_packet_bytes.to_be_bytes());
            }
            if connect.topic_alias_maximum > 0 {
                properties.push(0x22);
                properties.extend_from_slice(&connect.topic_alias_maximum.to_be_bytes());
            }
            body.push(properties.len() as u8); // at most 8
            body.extend_from_slice(&properties);
        }
        put_string(&mut body, connect.client_id)?;
        if let Some((topic, payload, qos, retain)) = connect.will {
            check_topic(topic)?;
            qos_of(qos)?;
            flags |= 0x04 | qos << 3 | u8::from(retain) << 5;
            if v5 {
                body.push(0);
            }
            put_string(&mut body, topic)?;
            put_binary(&mut body, payload)?;
        }
        if let Some(username) = connect.username {
            flags |= 0x80;
            put_string(&mut body, username)?;
        }
        if let Some(password) = connect.password {
            flags |= 0x40;
            put_binary(&mut body, password)?;
        }
        if let Some(byte) = body.get_mut(flags_at) {
            *byte = flags;
        }
        out.push(0x10);
        let mut length = body.len(); // at most five fields of 65 537 bytes
        while length >= 128 {
            out.push((length % 128) as u8 | 128);
            length /= 128;
        }
        out.push(length as u8);
        out.extend_from_slice(&body);
        Ok(())
    }
}

fn put_string(body: &mut Vec<u8>, text: &str) -> Result<(), EncodeError> {
    if text.contains('\0') { Err(EncodeError::Nul) } else { put_binary(body, text.as_bytes()) }
}

fn put_binary(body: &mut Vec<u8>, bytes: &[u8]) -> Result<(), EncodeError> {
    let length = u16::try_from(bytes.len()).map_err(|_| EncodeError::TooLong)?;
    body.extend_from_slice(&length.to_be_bytes());
    body.extend_from_slice(bytes);
    Ok(())
}
