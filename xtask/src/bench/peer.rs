//! The load peer: a WebSocket server that says to MQTT clients what they need to hear (CONNACK, SUBACK, PINGRESP) and
//! then plays [`Traffic`] to them. It is no broker: every filter is granted and gets everything.
//!
//! It shares the machine with the browser it loads, so it wakes at most once in [`TICK`] and never builds a packet.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::http::HeaderValue;
use tungstenite::{Message, WebSocket};

use super::traffic::{self, Traffic};
use crate::clock::{self, Stopwatch};
use crate::{Context, Outcome};

/// The pace's grain.
const TICK: Duration = Duration::from_millis(2);
/// How long a client may take to connect and subscribe.
const PATIENCE: Duration = Duration::from_secs(20);
/// A client that takes nothing for so long is taken for dead.
const STUCK: Duration = Duration::from_secs(20);

/// How fast to play.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Pace {
    /// Messages a second. Each is stamped with the time it was due, so that a client that holds the peer up sees its lag.
    Rate(f64),
    /// As fast as the client takes them; stamped when written.
    Flood,
}

/// A listening load peer.
pub(super) struct LoadPeer {
    port: u16,
    subscribed: Receiver<Subscriber>,
}

impl LoadPeer {
    /// Listens on a free port of 127.0.0.1. The listener lives as long as the process.
    pub(super) fn start() -> Outcome<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("listening for the load peer")?;
        let port = listener.local_addr().context("asking for the load peer's port")?.port();
        let (ready, subscribed) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let ready = ready.clone();
                thread::spawn(move || {
                    // A client that hangs up or talks nonsense is gone; the scenario that waits for it says so.
                    let _gone = serve(stream, |subscriber| drop(ready.send(subscriber)));
                });
            }
        });
        Ok(Self { port, subscribed })
    }

    /// Where clients connect.
    pub(super) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/mqtt", self.port)
    }

    /// Forgets clients that subscribed before.
    pub(super) fn forget(&self) {
        while self.subscribed.try_recv().is_ok() {}
    }

    /// The next client that has subscribed.
    pub(super) fn next(&self) -> Outcome<Subscriber> {
        self.subscribed.recv_timeout(PATIENCE).context("no client connected to the load peer and subscribed")
    }
}

/// A client in session.
pub(super) struct Subscriber {
    socket: Arc<Mutex<TcpStream>>,
    version: u8,
}

impl Subscriber {
    /// Protocol level of its CONNECT: 4 or 5.
    pub(super) fn version(&self) -> u8 {
        self.version
    }

    /// Plays one round at a pace that no client notices.
    pub(super) fn announce(&self, traffic: &mut Traffic) -> Outcome {
        let stop = AtomicBool::new(false);
        let count = traffic.len() as u64;
        self.play(traffic, Pace::Rate(20_000.0), count, &stop).map(drop)
    }

    /// Plays until `most` packets are sent or `stop` is set. Returns how many were.
    pub(super) fn play(&self, traffic: &mut Traffic, pace: Pace, most: u64, stop: &AtomicBool) -> Outcome<u64> {
        let (watch, start) = (Stopwatch::start(), clock::now().0);
        let mut sent = 0;
        while sent < most && !stop.load(Ordering::Relaxed) {
            let packets = match pace {
                Pace::Flood => {
                    let now = clock::now().0;
                    let (bytes, packets) = traffic.next(1, |_| now);
                    self.write(bytes)?;
                    packets as u64
                }
                Pace::Rate(rate) => {
                    let due = ((watch.secs() * rate) as u64).min(most);
                    if due <= sent {
                        thread::sleep(TICK);
                        continue;
                    }
                    let due_at = |n: usize| start + ((sent + n as u64) as f64 * 1000.0 / rate) as i64;
                    let (bytes, packets) = traffic.next((due - sent) as usize, due_at);
                    self.write(bytes)?;
                    packets as u64
                }
            };
            sent += packets;
        }
        Ok(sent)
    }

    /// Publishes one message (QoS 0) beside what is played.
    pub(super) fn publish(&self, topic: &str, payload: &[u8]) -> Outcome {
        let mut framed = Vec::new();
        traffic::frame(&mut framed, &traffic::packet(topic, payload, self.version));
        self.write(&framed)
    }

    fn write(&self, bytes: &[u8]) -> Outcome {
        let mut socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        socket.write_all(bytes).context("the client of the load peer is gone")
    }
}

fn serve(stream: TcpStream, ready: impl FnOnce(Subscriber)) -> Outcome {
    let setting = "setting up a client's socket";
    stream.set_nodelay(true).context(setting)?;
    stream.set_write_timeout(Some(STUCK)).context(setting)?;
    let writer = Arc::new(Mutex::new(stream.try_clone().context(setting)?));
    let mut socket = tungstenite::accept_hdr(stream, speak_mqtt).map_err(|error| error.to_string()).context(setting)?;
    let mut ready = Some(ready);
    let mut version = 4;
    let mut pending = Vec::new();
    while let Some(bytes) = receive(&mut socket) {
        pending.extend(bytes);
        while let Some((first, body)) = take_packet(&mut pending) {
            let answer = match first >> 4 {
                1 => {
                    version = body.get(6).copied().unwrap_or(4);
                    if version == 5 { vec![0x20, 3, 0, 0, 0] } else { vec![0x20, 2, 0, 0] }
                }
                8 => suback(&body, version),
                12 => vec![0xD0, 0],
                _ => continue,
            };
            let mut framed = Vec::new();
            traffic::frame(&mut framed, &answer);
            let subscriber = Subscriber { socket: Arc::clone(&writer), version };
            subscriber.write(&framed)?;
            if first >> 4 == 8
                && let Some(ready) = ready.take()
            {
                ready(subscriber);
            }
        }
    }
    Ok(())
}

#[expect(clippy::result_large_err, reason = "the signature is tungstenite's")]
fn speak_mqtt(_request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
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

/// Takes one whole packet off the front: its first byte and its body.
fn take_packet(pending: &mut Vec<u8>) -> Option<(u8, Vec<u8>)> {
    let (mut len, mut at) = (0_usize, 1);
    loop {
        let byte = *pending.get(at)?;
        len |= usize::from(byte & 0x7F) << (7 * (at - 1));
        at += 1;
        if byte & 0x80 == 0 || at > 4 {
            break;
        }
    }
    if pending.len() < at + len {
        return None;
    }
    let packet: Vec<u8> = pending.drain(..at + len).collect();
    Some((*packet.first()?, packet.get(at..)?.to_vec()))
}

/// Grants every filter with QoS 0.
fn suback(subscribe: &[u8], version: u8) -> Vec<u8> {
    let id = subscribe.get(..2).unwrap_or(&[0, 1]);
    // A client's properties here are at most a subscription identifier: their length is one byte.
    let properties = if version == 5 { 1 + usize::from(subscribe.get(2).copied().unwrap_or(0)) } else { 0 };
    let (mut at, mut filters) = (2 + properties, 0_u8);
    while let Some([high, low]) = subscribe.get(at..at + 2) {
        at += 2 + usize::from(u16::from_be_bytes([*high, *low])) + 1;
        filters = filters.saturating_add(1);
    }
    let mut body = id.to_vec();
    if version == 5 {
        body.push(0);
    }
    body.extend(std::iter::repeat_n(0, usize::from(filters)));
    let mut packet = vec![0x90, (body.len() as u8).min(127)];
    packet.extend(body);
    packet
}

#[cfg(test)]
mod tests {
    use tungstenite::client::IntoClientRequest;

    use super::*;
    use crate::bench::traffic::plant;

    #[test]
    fn a_client_connects_subscribes_and_hears_the_plant() {
        let peer = LoadPeer::start().unwrap();
        let stream = TcpStream::connect(("127.0.0.1", peer.port)).unwrap();
        let mut hello = peer.url().into_client_request().unwrap();
        hello.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("mqtt"));
        let (mut client, _) = tungstenite::client(hello, stream).unwrap();
        let mut say = |bytes: &[u8]| client.send(Message::Binary(bytes.to_vec().into())).unwrap();
        // CONNECT 3.1.1 cut in two, SUBSCRIBE to `#` and `a/b`, PINGREQ.
        say(b"\x10\x0d\x00\x04MQ");
        say(b"TT\x04\x02\x00\x1e\x00\x01x\x82\x0c\x00\x07\x00\x01#\x00\x00\x03a/b\x01\xc0\x00");
        let mut heard = Vec::new();
        while heard.len() < 3 {
            heard.push(receive(&mut client).unwrap());
        }
        assert_eq!(heard, [vec![0x20, 2, 0, 0], vec![0x90, 4, 0, 7, 0, 0], vec![0xD0, 0]]);
        let subscriber = peer.next().unwrap();
        assert_eq!(subscriber.version(), 4);
        let mut traffic = Traffic::new(&plant(2, 20), 1, 4);
        let sent = subscriber.play(&mut traffic, Pace::Rate(10_000.0), 100, &AtomicBool::new(false)).unwrap();
        assert_eq!(sent, 100);
        let first = receive(&mut client).unwrap();
        assert!(first.starts_with(b"\x30") && first.ends_with(b"}"));
    }
}
