//! A session, a virtual clock, and the scripted broker at the other end of the wire.
//!
//! The broker's half is written from the standard, not with the code under test: what the session sends is read by a
//! parser of its own, what it receives is put together here byte by byte.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "shared by many tests")]

#[path = "sent.rs"]
mod sent;

use andon::mqtt::{Event, Options, Output, Publication, PublishProperties, Session, Subscription, Token, Version};
use andon::time::{Millis, Timestamp};
use andon::vocab::LinkState;
use bytes::Bytes;
pub(crate) use sent::{Sent, parse};

/// A message as the sink got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) qos: u8,
    pub(crate) retain: bool,
    pub(crate) duplicate: bool,
    pub(crate) properties: Option<PublishProperties>,
}

pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) session: Session,
    /// Protocol level the broker writes in.
    pub(crate) level: u8,
    /// Binary messages sent by the session, since last taken.
    pub(crate) sends: Vec<Vec<u8>>,
    pub(crate) messages: Vec<Message>,
    pub(crate) events: Vec<Event>,
    pub(crate) opens: u32,
    pub(crate) closes: u32,
    pub(crate) wake: Option<Timestamp>,
}

/// A filter with QoS 1.
pub(crate) fn filter(filter: &str) -> Subscription {
    Subscription { filter: filter.to_owned(), qos: 1, ..Subscription::default() }
}

pub(crate) fn options(version: Version) -> Options {
    Options {
        client_id: "andon-1".to_owned(),
        keep_alive_secs: 30,
        protocol: version,
        filters: vec![filter("plant/#")],
        max_packet_bytes: 1 << 20,
        connect_timeout: Millis(5_000),
        ..Options::default()
    }
}

impl World {
    /// A session that has been told to connect and wants its socket.
    pub(crate) fn new(options: Options) -> Self {
        let level = if options.protocol == Version::V4 { 4 } else { 5 };
        let mut world = Self {
            now: Timestamp(1_790_000_000_000),
            session: Session::new(42),
            level,
            sends: Vec::new(),
            messages: Vec::new(),
            events: Vec::new(),
            opens: 0,
            closes: 0,
            wake: None,
        };
        world.session.connect(world.now, options);
        world.drain();
        assert_eq!(world.opens, 1);
        world
    }

    /// A session that is online with all its filters granted, and nothing left to look at.
    pub(crate) fn online(options: Options) -> Self {
        let mut world = Self::new(options);
        world.establish();
        world
    }

    /// Lets the wanted socket open and plays the broker until the session is online.
    pub(crate) fn establish(&mut self) {
        self.open();
        let sent = self.sent();
        assert!(matches!(sent[..], [Sent::Connect { .. }]), "{sent:?}");
        self.feed(&self.connack(0, &[]));
        self.grant();
        assert!(self.is_online(), "{:?}", self.session.state());
        self.events.clear();
    }

    /// Grants every filter that is asked for, until no more are.
    pub(crate) fn grant(&mut self) {
        loop {
            let sent = self.sent();
            let mut is_asked = false;
            for packet in &sent {
                if let Sent::Subscribe { id, filters, .. } = packet {
                    let codes: Vec<u8> = filters.iter().map(|(_, options)| options & 3).collect();
                    self.feed(&self.suback(*id, &codes));
                    is_asked = true;
                }
            }
            if !is_asked {
                return;
            }
        }
    }

    pub(crate) fn is_online(&self) -> bool {
        matches!(self.session.state(), LinkState::Online { .. })
    }

    /// A new socket; what was still to be sent on the last one is lost with it.
    pub(crate) fn open(&mut self) {
        self.sends.clear();
        self.session.handle_opened(self.now);
        self.drain();
    }

    pub(crate) fn close(&mut self, code: u16, reason: &str) {
        self.session.handle_closed(self.now, code, reason);
        self.drain();
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let messages = &mut self.messages;
        self.session.handle_bytes(self.now, Bytes::copy_from_slice(bytes), &mut |publish| {
            messages.push(Message {
                topic: publish.topic.to_owned(),
                payload: publish.payload.to_vec(),
                qos: publish.qos,
                retain: publish.retain,
                duplicate: publish.duplicate,
                properties: publish.properties.cloned(),
            });
        });
        self.drain();
    }

    pub(crate) fn publish(&mut self, topic: &str, qos: u8) -> Token {
        let publication =
            Publication { topic: topic.to_owned(), payload: topic.as_bytes().to_vec(), qos, ..Publication::default() };
        let token = self.session.publish(self.now, publication).expect("online");
        self.drain();
        token
    }

    /// Polls until the session has nothing more to say; that it ends is part of the contract.
    pub(crate) fn drain(&mut self) {
        for _ in 0..10_000 {
            match self.session.poll() {
                Output::Open => self.opens += 1,
                Output::Send(bytes) => {
                    assert!(!bytes.is_empty());
                    self.sends.push(bytes);
                }
                Output::Close => self.closes += 1,
                Output::Event(event) => self.events.push(event),
                Output::Wake(at) => {
                    self.wake = at;
                    return;
                }
            }
        }
        panic!("poll does not end");
    }

    /// Lets time pass, waking the session whenever it asked for it.
    pub(crate) fn sleep(&mut self, millis: i64) {
        let until = self.now + Millis(millis);
        for _ in 0..100_000 {
            match self.wake.filter(|at| *at <= until) {
                Some(at) => {
                    self.now = self.now.max(at);
                    self.session.handle_timeout(self.now);
                    self.drain();
                }
                None => {
                    self.now = until;
                    return;
                }
            }
        }
        panic!("timers do not come to rest");
    }

    /// Lets time pass until the session wants a socket; says how long that took.
    pub(crate) fn until_open(&mut self) -> Millis {
        let (start, opens) = (self.now, self.opens);
        while self.opens == opens {
            self.now = self.now.max(self.wake.expect("a session that waits for something"));
            self.session.handle_timeout(self.now);
            self.drain();
        }
        self.now - start
    }

    /// Takes what was sent, packet by packet.
    pub(crate) fn sent(&mut self) -> Vec<Sent> {
        let all: Vec<u8> = std::mem::take(&mut self.sends).concat();
        parse(&all, self.level)
    }

    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events).into_iter().filter(|event| *event != Event::State).collect()
    }

    pub(crate) fn connack(&self, code: u8, properties: &[u8]) -> Vec<u8> {
        self.connack_with(false, code, properties)
    }

    pub(crate) fn connack_with(&self, is_present: bool, code: u8, properties: &[u8]) -> Vec<u8> {
        let mut body = vec![u8::from(is_present), code];
        self.put_properties(&mut body, properties);
        packet(0x20, &body)
    }

    pub(crate) fn suback(&self, id: u16, codes: &[u8]) -> Vec<u8> {
        let mut body = id.to_be_bytes().to_vec();
        self.put_properties(&mut body, &[]);
        body.extend_from_slice(codes);
        packet(0x90, &body)
    }

    pub(crate) fn publication(&self, topic: &str, payload: &[u8], qos: u8, id: u16) -> Vec<u8> {
        self.publication_with(topic.as_bytes(), payload, qos << 1, id, &[])
    }

    pub(crate) fn publication_with(
        &self,
        topic: &[u8],
        payload: &[u8],
        flags: u8,
        id: u16,
        properties: &[u8],
    ) -> Vec<u8> {
        let mut body = (topic.len() as u16).to_be_bytes().to_vec();
        body.extend_from_slice(topic);
        if flags & 6 != 0 {
            body.extend_from_slice(&id.to_be_bytes());
        }
        self.put_properties(&mut body, properties);
        body.extend_from_slice(payload);
        packet(0x30 | flags, &body)
    }

    fn put_properties(&self, body: &mut Vec<u8>, properties: &[u8]) {
        if self.level == 5 {
            body.push(properties.len() as u8);
            body.extend_from_slice(properties);
        }
    }
}

/// A packet with this first byte and body.
pub(crate) fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut all = vec![first];
    let mut length = body.len();
    loop {
        let more = length >= 128;
        all.push((length % 128) as u8 | if more { 128 } else { 0 });
        length /= 128;
        if !more {
            break;
        }
    }
    all.extend_from_slice(body);
    all
}

/// PUBACK, PUBREC, PUBREL, PUBCOMP in the short form both versions have.
pub(crate) fn ack(first: u8, id: u16) -> Vec<u8> {
    packet(first, &id.to_be_bytes())
}
