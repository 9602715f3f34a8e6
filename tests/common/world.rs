//! A virtual world for engine tests: an engine, a clock, and a broker that answers in MQTT 3.1.1 bytes.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "shared by several test files, none of which uses all of it"
)]

use andon::document::{Broker, Config, Protocol};
use andon::engine::{Engine, Input, Output, StoreOrder};
use andon::time::{Millis, Timestamp};
use andon::vocab::{BrokerId, TagId};
use andon::wire::{Command, Frame, LinkReport, MachineCard, Place, Tag, Update};
use bytes::Bytes;

/// The broker of these tests.
pub const BROKER: BrokerId = BrokerId(0);

/// An engine, what it said, and its clock.
pub struct World {
    pub engine: Engine,
    pub now: Timestamp,
    pub updates: Vec<Update>,
    pub opened: Vec<String>,
    pub sent: Vec<Vec<u8>>,
    pub stored: Vec<StoreOrder>,
    pub closed: u32,
    pub wake: Option<Timestamp>,
    /// Paint frames as a visible page does.
    pub painting: bool,
}

impl World {
    /// An engine with one broker configured, not yet asked to connect.
    pub fn new() -> Self {
        Self::with_config(config())
    }

    pub fn with_config(config: Config) -> Self {
        Self::with_seed(config, 7)
    }

    pub fn with_seed(config: Config, seed: u64) -> Self {
        let now = Timestamp(1_790_000_000_000);
        let engine = Engine::new(now, seed, "test");
        let mut world = Self {
            engine,
            now,
            updates: Vec::new(),
            opened: Vec::new(),
            sent: Vec::new(),
            stored: Vec::new(),
            closed: 0,
            wake: None,
            painting: true,
        };
        world.drain();
        world.command(Command::Configure(Box::new(config)));
        world
    }

    /// A world whose link is up and subscribed.
    pub fn online() -> Self {
        let mut world = Self::new();
        world.go_online();
        world
    }

    pub fn go_online(&mut self) {
        self.command(Command::Connect { broker: BROKER, credentials: None, known: None });
        self.accept();
    }

    /// The socket opens, the broker accepts and grants what is asked.
    pub fn accept(&mut self) {
        self.input(Input::Opened(BROKER));
        self.sent.clear();
        self.bytes(&[0x20, 2, 0, 0]);
        let requests = std::mem::take(&mut self.sent);
        for packet in packets(&requests.concat()) {
            if packet[0] == 0x82 {
                let filters = subscribe_filters(&packet);
                let mut answer = vec![0x90, 2 + filters as u8, packet[2], packet[3]];
                answer.extend(std::iter::repeat_n(1, filters));
                self.bytes(&answer);
            } else {
                self.sent.push(packet);
            }
        }
    }

    pub fn command(&mut self, command: Command) {
        self.input(Input::Command(command));
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.input(Input::Bytes(BROKER, Bytes::copy_from_slice(bytes)));
    }

    /// A live message.
    pub fn publish(&mut self, topic: &str, payload: &str) {
        self.bytes(&publish(topic, payload.as_bytes(), false));
    }

    /// A retained message.
    pub fn retained(&mut self, topic: &str, payload: &str) {
        self.bytes(&publish(topic, payload.as_bytes(), true));
    }

    pub fn input(&mut self, input: Input) {
        self.engine.handle(self.now, input);
        self.drain();
    }

    /// Lets time pass, waking the engine whenever it asked to be.
    pub fn pass(&mut self, span: Millis) {
        let end = self.now + span;
        for _ in 0..100_000 {
            match self.wake {
                Some(at) if at <= end => {
                    self.now = self.now.max(at);
                    self.input(Input::Tick);
                }
                _ => break,
            }
        }
        self.now = end;
    }

    /// Lets seconds pass on a connection that answers pings.
    pub fn wait(&mut self, seconds: i64) {
        for _ in 0..seconds {
            if std::mem::take(&mut self.sent).iter().any(|packet| packet[0] == 0xc0) {
                self.bytes(&[0xd0, 0]);
            }
            self.pass(Millis(1000));
        }
    }

    fn drain(&mut self) {
        for _ in 0..100_000 {
            match self.engine.poll() {
                Output::Open(_, url) => self.opened.push(url),
                Output::Send(_, bytes) => self.sent.push(bytes),
                Output::Store(order) => self.stored.push(order),
                Output::Close(_) => self.closed += 1,
                Output::Update(update) => {
                    let painted = match &update {
                        Update::Frame(frame) if self.painting => Some(frame.seq),
                        _ => None,
                    };
                    self.updates.push(update);
                    if let Some(seq) = painted {
                        self.engine.handle(self.now, Input::Command(Command::Painted { seq }));
                    }
                }
                Output::Wake(at) => {
                    self.wake = at;
                    return;
                }
            }
        }
        panic!("the engine never came to rest");
    }

    pub fn frames(&self) -> impl DoubleEndedIterator<Item = &Frame> {
        self.updates.iter().filter_map(|update| match update {
            Update::Frame(frame) => Some(&**frame),
            _ => None,
        })
    }

    pub fn links(&self) -> impl DoubleEndedIterator<Item = &LinkReport> {
        self.updates.iter().filter_map(|update| match update {
            Update::Link(report) => Some(report),
            _ => None,
        })
    }

    /// The link as last told.
    pub fn link(&self) -> Option<&LinkReport> {
        self.links().next_back()
    }

    /// All places as last told.
    pub fn places(&self) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for update in &self.updates {
            if let Update::Places(told) = update {
                for place in told {
                    places.retain(|known| known.id != place.id);
                    places.push(place.clone());
                }
            }
        }
        places
    }

    pub fn place(&self, path: &str) -> Option<Place> {
        self.places().into_iter().find(|place| &*place.path == path)
    }

    /// The tag as last told.
    pub fn tag(&self, path: &str) -> Option<Tag> {
        self.updates.iter().rev().find_map(|update| match update {
            Update::Tags(tags) => tags.iter().rev().find(|tag| &*tag.path == path).cloned(),
            _ => None,
        })
    }

    /// The machine's card as last told.
    pub fn card(&self, path: &str) -> Option<MachineCard> {
        let place = self.place(path)?.id;
        self.frames().rev().find_map(|frame| frame.machines.iter().rev().find(|card| card.place == place).cloned())
    }

    /// Asks for a path's description, then watches it.
    pub fn watch(&mut self, path: &str) -> TagId {
        self.command(Command::Find(vec![path.to_owned()]));
        self.pass(Millis(200));
        let id = self.tag(path).unwrap_or_else(|| panic!("no tag {path}")).id;
        self.command(Command::Watch(vec![id]));
        self.pass(Millis(200));
        id
    }

    /// The last reading told of a tag.
    pub fn reading(&self, tag: TagId) -> Option<andon::vocab::Reading> {
        self.frames()
            .rev()
            .find_map(|frame| Some(frame.readings.iter().rev().find(|of| of.tag == tag)?.reading.clone()))
    }
}

/// One broker, MQTT 3.1.1, everything subscribed.
pub fn config() -> Config {
    let broker = Broker { urls: vec!["ws://plant.test/mqtt".into()], protocol: Protocol::V4, ..Broker::default() };
    Config { brokers: vec![broker], ..Config::default() }
}

/// A QoS 0 PUBLISH.
pub fn publish(topic: &str, payload: &[u8], retain: bool) -> Vec<u8> {
    let mut packet = vec![0x30 | u8::from(retain)];
    let mut rest = 2 + topic.len() + payload.len();
    loop {
        let byte = (rest % 128) as u8;
        rest /= 128;
        packet.push(if rest > 0 { byte | 0x80 } else { byte });
        if rest == 0 {
            break;
        }
    }
    packet.extend((topic.len() as u16).to_be_bytes());
    packet.extend(topic.as_bytes());
    packet.extend(payload);
    packet
}

/// Client packets, each whole.
pub fn packets(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    while bytes.len() >= 2 {
        let (mut end, mut at) = (0_usize, 1);
        for shift in 0..4 {
            end |= usize::from(bytes[at] & 0x7f) << (7 * shift);
            at += 1;
            if bytes[at - 1] < 128 {
                break;
            }
        }
        end += at;
        packets.push(bytes[..end].to_vec());
        bytes = &bytes[end..];
    }
    packets
}

fn subscribe_filters(packet: &[u8]) -> usize {
    let mut at = 4;
    let mut count = 0;
    while at < packet.len() {
        at += 2 + usize::from(u16::from_be_bytes([packet[at], packet[at + 1]])) + 1;
        count += 1;
    }
    count
}
