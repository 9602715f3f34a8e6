//! The other end of the plant: a plain MQTT 3.1.1 client over TCP, straight to the broker, written for tests and
//! sharing nothing with the code under test. Publishes one message at a time; what it heard and what the broker
//! acknowledged it remembers exactly.

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use xtask::clock::Stopwatch;

/// A message it received, told once.
pub type Heard = (String, String, u8);

/// The client.
#[derive(Debug)]
pub struct Peer {
    port: u16,
    name: String,
    login: Option<(String, String)>,
    filters: Vec<String>,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
    next_id: u16,
    /// QoS 2 received and not yet released.
    unreleased: HashSet<u16>,
    acknowledged: HashSet<(u8, u16)>,
    heard: Vec<Heard>,
}

impl Peer {
    /// Connects and subscribes with QoS 2; tries for a minute, as long as the slowest broker takes to start.
    pub fn connect(port: u16, name: &str, login: Option<(&str, &str)>, filters: &[&str]) -> Self {
        let mut peer = Self {
            port,
            name: name.to_owned(),
            login: login.map(|(user, password)| (user.to_owned(), password.to_owned())),
            filters: filters.iter().map(|&filter| filter.to_owned()).collect(),
            stream: None,
            buffer: Vec::new(),
            next_id: 0,
            unreleased: HashSet::new(),
            acknowledged: HashSet::new(),
            heard: Vec::new(),
        };
        peer.reconnect();
        peer
    }

    /// Connects anew if the connection is gone. The session at the broker is kept.
    ///
    /// # Panics
    /// When the broker cannot be reached within a minute.
    pub fn reconnect(&mut self) {
        let watch = Stopwatch::start();
        while self.stream.is_none() {
            if let Err(error) = self.greet() {
                self.stream = None;
                assert!(watch.secs() < 60.0, "{} cannot reach the broker on port {}: {error}", self.name, self.port);
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }

    fn greet(&mut self) -> io::Result<()> {
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_millis(5)))?;
        self.stream = Some(stream);
        self.buffer.clear();
        let mut body = Vec::new();
        string(&mut body, "MQTT");
        body.extend([4, if self.login.is_some() { 0xc0 } else { 0 }, 0, 0]);
        string(&mut body, &self.name);
        if let Some((user, password)) = &self.login {
            string(&mut body, user);
            string(&mut body, password);
        }
        self.send(0x10, &body)?;
        let is_present = match self.await_packet(0x20)? {
            body if body.get(1) == Some(&0) => body.first() == Some(&1),
            body => return Err(io::Error::other(format!("CONNACK {body:?}"))),
        };
        if !is_present {
            self.unreleased.clear();
        }
        for filter in self.filters.clone() {
            let mut body = self.id().to_be_bytes().to_vec();
            string(&mut body, &filter);
            body.push(2);
            self.send(0x82, &body)?;
            self.await_packet(0x90)?;
        }
        Ok(())
    }

    /// Publishes and waits for the broker's last word; false where that did not come, and then nobody knows.
    pub fn publish(&mut self, topic: &str, payload: &str, qos: u8) -> bool {
        self.try_publish(topic, payload, qos).is_ok_and(|acknowledged| acknowledged)
    }

    fn try_publish(&mut self, topic: &str, payload: &str, qos: u8) -> io::Result<bool> {
        if self.stream.is_none() {
            return Ok(false);
        }
        let id = self.id();
        let mut body = Vec::new();
        string(&mut body, topic);
        if qos > 0 {
            body.extend(id.to_be_bytes());
        }
        body.extend_from_slice(payload.as_bytes());
        let last = [0, 0x40, 0x70][usize::from(qos)];
        let sent = self.send(0x30 | qos << 1, &body);
        let watch = Stopwatch::start();
        while sent.is_ok() && self.stream.is_some() && last > 0 && watch.secs() < 5.0 {
            if self.acknowledged.remove(&(last, id)) {
                return Ok(true);
            }
            self.pump();
        }
        sent.map(|()| qos == 0)
    }

    /// Takes in what has come; marks the connection as gone when it is.
    pub fn pump(&mut self) {
        if self.read().is_err() {
            self.stream = None;
        }
    }

    /// Takes what was heard so far.
    pub fn take_heard(&mut self) -> Vec<Heard> {
        self.pump();
        std::mem::take(&mut self.heard)
    }

    fn read(&mut self) -> io::Result<()> {
        self.fill()?;
        while let Some((first, body)) = self.next_packet() {
            self.handle(first, &body)?;
        }
        Ok(())
    }

    fn fill(&mut self) -> io::Result<()> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let mut part = [0; 16 * 1024];
        match stream.read(&mut part) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(size) => {
                self.buffer.extend_from_slice(&part[..size]);
                Ok(())
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn next_packet(&mut self) -> Option<(u8, Vec<u8>)> {
        let (mut length, mut at) = (0, 1);
        loop {
            let byte = *self.buffer.get(at)?;
            length |= usize::from(byte & 127) << (7 * (at - 1));
            at += 1;
            if byte < 128 {
                break;
            }
        }
        if self.buffer.len() < at + length {
            return None;
        }
        let packet: Vec<u8> = self.buffer.drain(..at + length).collect();
        Some((packet[0], packet[at..].to_vec()))
    }

    fn await_packet(&mut self, wanted: u8) -> io::Result<Vec<u8>> {
        let watch = Stopwatch::start();
        while watch.secs() < 5.0 {
            self.fill()?;
            while let Some((first, body)) = self.next_packet() {
                if first == wanted {
                    return Ok(body);
                }
                self.handle(first, &body)?;
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    fn handle(&mut self, first: u8, body: &[u8]) -> io::Result<()> {
        let id = |at: usize| u16::from_be_bytes([body[at], body[at + 1]]);
        match first & 0xf0 {
            0x30 => {
                let (qos, length) = (first >> 1 & 3, usize::from(id(0)));
                let topic = String::from_utf8_lossy(&body[2..2 + length]).into_owned();
                let start = 2 + length + if qos > 0 { 2 } else { 0 };
                let is_new = qos < 2 || self.unreleased.insert(id(2 + length));
                if is_new {
                    self.heard.push((topic, String::from_utf8_lossy(&body[start..]).into_owned(), qos));
                }
                if qos > 0 {
                    self.send([0x40, 0x50][usize::from(qos - 1)], &body[2 + length..start])?;
                }
            }
            0x50 => self.send(0x62, body)?,
            0x60 => {
                self.unreleased.remove(&id(0));
                self.send(0x70, body)?;
            }
            acknowledged @ (0x40 | 0x70) => {
                self.acknowledged.insert((acknowledged, id(0)));
            }
            _ => {}
        }
        Ok(())
    }

    fn id(&mut self) -> u16 {
        self.next_id = self.next_id.checked_add(1).unwrap_or(1);
        self.next_id
    }

    fn send(&mut self, first: u8, body: &[u8]) -> io::Result<()> {
        let mut packet = vec![first];
        let mut length = body.len();
        while length >= 128 {
            packet.push((length % 128) as u8 | 128);
            length /= 128;
        }
        packet.push(length as u8);
        packet.extend_from_slice(body);
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        stream.write_all(&packet)
    }
}

fn string(body: &mut Vec<u8>, text: &str) {
    body.extend((text.len() as u16).to_be_bytes());
    body.extend_from_slice(text.as_bytes());
}
