//! CONNECT.

use super::Protocol;
use super::encode::{EncodeError, Encoder, check_topic};
use super::packet::PublishProperties;
use super::put::{self, Properties};

/// What CONNECT says. Not `Debug`: it holds the password.
#[derive(Clone, Copy, Default)]
pub struct Connect<'a> {
    /// Empty lets the broker choose.
    pub client_id: &'a str,
    /// Begin without what the broker kept (3.1.1: and let it keep nothing).
    pub clean: bool,
    /// How long the broker keeps the session after the connection, in seconds. MQTT 5 only.
    pub session_expiry_secs: u32,
    /// May be empty, which is not the same as absent.
    pub username: Option<&'a str>,
    /// Any bytes; in 3.1.1 only together with a user name.
    pub password: Option<&'a [u8]>,
    /// 0 turns it off.
    pub keep_alive_secs: u16,
    /// What the broker publishes when we vanish.
    pub will: Option<ConnectWill<'a>>,
    /// How many QoS 1 and 2 messages may come unacknowledged; 0 says nothing. MQTT 5 only.
    pub receive_maximum: u16,
    /// The largest packet we take, in bytes; 0 says nothing. MQTT 5 only.
    pub maximum_packet_bytes: u32,
    /// How many topic aliases we keep. MQTT 5 only.
    pub topic_alias_maximum: u16,
    /// Enhanced authentication: method and first data. MQTT 5 only.
    pub auth: Option<(&'a str, Option<&'a [u8]>)>,
    /// Name and value, repeatable. MQTT 5 only.
    pub user_properties: &'a [(String, String)],
}

/// The will in CONNECT.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConnectWill<'a> {
    /// A topic name.
    pub topic: &'a str,
    /// At most 65 535 bytes.
    pub payload: &'a [u8],
    /// 0..=2.
    pub qos: u8,
    /// Whether the broker keeps it.
    pub retain: bool,
    /// How long the broker waits for us to come back first, in seconds. MQTT 5 only.
    pub delay_secs: u32,
    /// What MQTT 5 says besides.
    pub properties: Option<&'a PublishProperties>,
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
        let mut flags = u8::from(connect.clean) << 1;
        if let Some(will) = &connect.will {
            check_topic(will.topic)?;
            if will.qos > 2 {
                return Err(EncodeError::Qos);
            }
            flags |= 0x04 | will.qos << 3 | u8::from(will.retain) << 5;
        }
        flags |= u8::from(connect.username.is_some()) << 7 | u8::from(connect.password.is_some()) << 6;
        let body = &mut self.body;
        body.clear();
        body.extend_from_slice(b"\0\x04MQTT");
        body.extend_from_slice(&[self.protocol.level(), flags]);
        body.extend_from_slice(&connect.keep_alive_secs.to_be_bytes());
        if v5 {
            properties(connect)?.put(body);
        }
        put::string(body, connect.client_id)?;
        if let Some(will) = &connect.will {
            if v5 {
                let mut block = Properties::default();
                if will.delay_secs > 0 {
                    block.four(0x18, will.delay_secs);
                }
                if let Some(more) = will.properties {
                    block.message(more)?;
                }
                block.put(body);
            }
            put::string(body, will.topic)?;
            put::binary(body, will.payload)?;
        }
        if let Some(username) = connect.username {
            put::string(body, username)?;
        }
        if let Some(password) = connect.password {
            put::binary(body, password)?;
        }
        self.finish(out, 0x10, &[])
    }
}

fn properties(connect: &Connect<'_>) -> Result<Properties, EncodeError> {
    let mut block = Properties::default();
    if connect.session_expiry_secs > 0 {
        block.four(0x11, connect.session_expiry_secs);
    }
    if connect.receive_maximum > 0 {
        block.two(0x21, connect.receive_maximum);
    }
    if connect.maximum_packet_bytes > 0 {
        block.four(0x27, connect.maximum_packet_bytes);
    }
    if connect.topic_alias_maximum > 0 {
        block.two(0x22, connect.topic_alias_maximum);
    }
    block.pairs(connect.user_properties)?;
    if let Some((method, data)) = connect.auth {
        block.text(0x15, method)?;
        if let Some(data) = data {
            block.bytes(0x16, data)?;
        }
    }
    Ok(block)
}
