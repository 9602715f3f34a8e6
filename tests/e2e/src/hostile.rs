//! A peer that speaks MQTT 3.1.1 over WebSocket just well enough to be believed, and then breaks the rules.

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::http::HeaderValue;
use tungstenite::{Message, WebSocket};

/// What is done to a client once it has subscribed.
#[derive(Clone, Debug)]
pub enum Attack {
    /// One binary WebSocket message with these bytes.
    Bytes(Vec<u8>),
    /// A text message, which MQTT forbids.
    Text(String),
    /// The connection is dropped without a word.
    HangUp,
}

/// A running hostile peer: its first clients get the attacks, one each, later ones nothing but good manners.
#[derive(Debug)]
pub struct HostilePeer {
    port: u16,
    clients: Arc<AtomicUsize>,
}

impl HostilePeer {
    /// Listens on a free port of 127.0.0.1, as long as the process lives. Clients after the last attack get `then`.
    pub fn start(attacks: Vec<Attack>, then: Vec<u8>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("it has an address").port();
        let clients = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&clients);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let attack = attacks.get(counted.fetch_add(1, Ordering::SeqCst)).cloned();
                let attack = attack.unwrap_or_else(|| Attack::Bytes(then.clone()));
                std::thread::spawn(move || serve(stream, &attack));
            }
        });
        Self { port, clients }
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/mqtt", self.port)
    }

    /// How many connections there were.
    pub fn clients(&self) -> usize {
        self.clients.load(Ordering::SeqCst)
    }
}

/// `None` when the client is gone.
fn serve(stream: TcpStream, attack: &Attack) -> Option<()> {
    let mut socket = tungstenite::accept_hdr(stream, speak_mqtt).ok()?;
    receive(&mut socket)?;
    socket.send(Message::binary(vec![0x20, 2, 0, 0])).ok()?;
    let subscribe = receive(&mut socket)?;
    // One filter: the journeys configure no more.
    socket.send(Message::binary(vec![0x90, 3, *subscribe.get(2)?, *subscribe.get(3)?, 0])).ok()?;
    match attack {
        Attack::Bytes(bytes) => socket.send(Message::binary(bytes.clone())).ok()?,
        Attack::Text(text) => socket.send(Message::text(text.clone())).ok()?,
        Attack::HangUp => return None,
    }
    // Pings are answered until the client goes.
    loop {
        if receive(&mut socket)?.first() == Some(&0xC0) {
            socket.send(Message::binary(vec![0xD0, 0])).ok()?;
        }
    }
}

#[expect(clippy::result_large_err, reason = "the signature is tungstenite's")]
fn speak_mqtt(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let offered = request.headers().get("sec-websocket-protocol").and_then(|value| value.to_str().ok());
    if offered.is_none_or(|offered| offered.split(',').all(|name| name.trim() != "mqtt")) {
        return Err(ErrorResponse::new(Some("MQTT is offered as `mqtt` (MQTT-6.0.0-3)".into())));
    }
    response.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("mqtt"));
    Ok(response)
}

fn receive(socket: &mut WebSocket<TcpStream>) -> Option<Vec<u8>> {
    loop {
        match socket.read().ok()? {
            Message::Binary(bytes) => return Some(bytes.to_vec()),
            Message::Close(_) => return None,
            _ => {}
        }
    }
}

/// A PUBLISH of QoS 0 in MQTT 3.1.1, for payloads of less than 100 bytes.
pub fn publish(topic: &str, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x30, (2 + topic.len() + payload.len()) as u8, 0, topic.len() as u8];
    packet.extend(topic.as_bytes());
    packet.extend(payload);
    packet
}
