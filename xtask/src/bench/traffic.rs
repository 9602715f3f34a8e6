//! The load: a plant's PUBLISH packets, built once as WebSocket frames and changed in place before each sending, so
//! that sending costs a few patched bytes and a copy into the socket.
//!
//! Invariant: a value and a time keep their width, so no length field ever changes.

use std::ops::Range;

/// Width of a Unix time in milliseconds.
const TIME_DIGITS: usize = 13;
/// Width of a number: `1234.56789`.
const NUMBER_DIGITS: usize = 10;
/// The two states that machines alternate between; of one width.
const STATES: [&str; 2] = ["Execute", "Holding"];
/// How many rounds a machine stays in its state.
const ROUNDS_PER_STATE: u64 = 256;

/// What a tag's payload holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A state word.
    State,
    /// A changing number with this unit.
    Number(&'static str),
    /// A text that only the round it was sent in changes.
    Text,
}

/// One tag of the plant.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    /// Topic.
    pub(super) topic: String,
    /// Payload.
    pub(super) kind: Kind,
}

/// Names and units of a machine's tags.
const MACHINE_TAGS: [(&str, Kind); 20] = [
    ("state", Kind::State),
    ("process/temperature-in", Kind::Number("°C")),
    ("process/temperature-out", Kind::Number("°C")),
    ("process/pressure-in", Kind::Number("bar")),
    ("process/pressure-out", Kind::Number("bar")),
    ("process/flow-rate", Kind::Number("l/h")),
    ("process/level", Kind::Number("mm")),
    ("drive/speed", Kind::Number("rpm")),
    ("drive/torque", Kind::Number("Nm")),
    ("drive/current", Kind::Number("A")),
    ("drive/power", Kind::Number("kW")),
    ("drive/temperature", Kind::Number("°C")),
    ("drive/vibration", Kind::Number("mm/s")),
    ("counters/good", Kind::Number("pcs")),
    ("counters/scrap", Kind::Number("pcs")),
    ("counters/total", Kind::Number("pcs")),
    ("quality/weight", Kind::Number("g")),
    ("quality/humidity", Kind::Number("%")),
    ("axis-1/position", Kind::Number("mm")),
    ("axis-2/position", Kind::Number("mm")),
];

/// The tag that the MQTT.js page shows of each machine.
pub(super) const SHOWN_TAG: &str = "process/temperature-in";

/// `machines` machines over 10 lines with the first `tags_each` (at most 20) of the usual tags.
pub(super) fn plant(machines: usize, tags_each: usize) -> Vec<Tag> {
    let tags = |machine: usize| MACHINE_TAGS.iter().take(tags_each).map(move |(name, kind)| tag(machine, name, *kind));
    (0..machines).flat_map(tags).collect()
}

/// `each` texts on each of `machines` machines: known, and on no tile.
pub(super) fn ballast(machines: usize, each: usize) -> Vec<Tag> {
    let texts = |machine: usize| (0..each).map(move |n| tag(machine, &format!("recipe/parameter-{n:03}"), Kind::Text));
    (0..machines).flat_map(texts).collect()
}

fn tag(machine: usize, name: &str, kind: Kind) -> Tag {
    Tag { topic: format!("{}/{name}", machine_path(machine)), kind }
}

/// Where a machine is.
pub(super) fn machine_path(machine: usize) -> String {
    let site = if machine < 50 { "northern-plant" } else { "southern-plant" };
    let line = machine / 10 + 1;
    format!("acme-beverages/{site}/filling-and-packing/line-{line:02}/machine-{machine:03}")
}

/// Where a packet's changing bytes are in the buffer.
#[derive(Clone, Copy, Debug)]
struct Slot {
    value: usize,
    time: usize,
    kind: Kind,
}

/// All packets of one round over the plant, ready for the socket.
pub(super) struct Traffic {
    buffer: Vec<u8>,
    slots: Vec<Slot>,
    /// WebSocket messages: their bytes, and the packets in them.
    frames: Vec<(Range<usize>, Range<usize>)>,
    next: usize,
    rounds: u64,
    noise: u64,
    time: (i64, [u8; TIME_DIGITS]),
}

impl Traffic {
    /// One PUBLISH (QoS 0) per tag, `per_frame` of them in each WebSocket message. `version` is the protocol level of
    /// the CONNECT: 4 or 5.
    pub(super) fn new(tags: &[Tag], per_frame: usize, version: u8) -> Self {
        let mut traffic = Self {
            buffer: Vec::new(),
            slots: Vec::with_capacity(tags.len()),
            frames: Vec::new(),
            next: 0,
            rounds: 0,
            noise: 0x9E37_79B9_7F4A_7C15,
            time: (0, *b"0000000000000"),
        };
        for group in tags.chunks(per_frame.max(1)) {
            let first = traffic.slots.len();
            let mut packets = Vec::new();
            for tag in group {
                let slot = publish(&mut packets, tag, version);
                traffic.slots.push(slot);
            }
            let start = traffic.buffer.len();
            frame(&mut traffic.buffer, &packets);
            let body = traffic.buffer.len() - packets.len();
            for slot in traffic.slots.iter_mut().skip(first) {
                slot.value += body;
                slot.time += body;
            }
            traffic.frames.push((start..traffic.buffer.len(), first..traffic.slots.len()));
        }
        traffic
    }

    /// Packets in a round.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The next WebSocket messages, up to `most` of them and not beyond the end of the round, with new values. The
    /// n-th packet among them is stamped with `time(n)`, in milliseconds since 1970. Returns the bytes and how many
    /// packets they hold.
    pub(super) fn next(&mut self, most: usize, time: impl Fn(usize) -> i64) -> (&[u8], usize) {
        let last = (self.next + most.max(1)).min(self.frames.len());
        let span = self.frames.get(self.next..last).unwrap_or_default();
        let (Some(first), Some(end)) = (span.first(), span.last()) else { return (&[], 0) };
        let (bytes, packets) = (first.0.start..end.0.end, first.1.start..end.1.end);
        for (n, packet) in packets.clone().enumerate() {
            self.refresh(packet, time(n));
        }
        self.next = last;
        if last == self.frames.len() {
            self.next = 0;
            self.rounds += 1;
        }
        (self.buffer.get(bytes).unwrap_or_default(), packets.len())
    }

    fn refresh(&mut self, packet: usize, time: i64) {
        let Some(&slot) = self.slots.get(packet) else { return };
        if self.time.0 != time {
            self.time.0 = time;
            write_digits(&mut self.time.1, time.unsigned_abs());
        }
        if let Some(place) = self.buffer.get_mut(slot.time..slot.time + TIME_DIGITS) {
            place.copy_from_slice(&self.time.1);
        }
        match slot.kind {
            Kind::Number(_) => {
                self.noise ^= self.noise << 13;
                self.noise ^= self.noise >> 7;
                self.noise ^= self.noise << 17;
                // The last six digits move, as a sensor's do; the ones before the point stay.
                if let Some(place) = self.buffer.get_mut(slot.value + 3..slot.value + NUMBER_DIGITS) {
                    let (whole, fraction) = place.split_at_mut(1);
                    write_digits(whole, self.noise % 10);
                    write_digits(fraction.get_mut(1..).unwrap_or_default(), (self.noise >> 8) % 100_000);
                }
            }
            Kind::State => {
                let word = STATES[((self.rounds + packet as u64) / ROUNDS_PER_STATE % 2) as usize];
                if let Some(place) = self.buffer.get_mut(slot.value..slot.value + word.len()) {
                    place.copy_from_slice(word.as_bytes());
                }
            }
            Kind::Text => {}
        }
    }
}

/// Appends a PUBLISH and says where its changing bytes are.
fn publish(out: &mut Vec<u8>, tag: &Tag, version: u8) -> Slot {
    let (value, unit) = match tag.kind {
        Kind::Number(unit) => ("1234.56789".to_owned(), format!(",\"unit\":\"{unit}\"")),
        Kind::State => (format!("\"{}\"", STATES[0]), String::new()),
        Kind::Text => ("\"recipe 4711, as approved\"".to_owned(), String::new()),
    };
    let before_value = b"{\"value\":".len() + usize::from(tag.kind == Kind::State);
    let head = format!("{{\"value\":{value},\"timestamp\":");
    let payload = format!("{head}{}{unit}}}", "0".repeat(TIME_DIGITS));
    out.extend(packet(&tag.topic, payload.as_bytes(), version));
    let start = out.len() - payload.len();
    Slot { value: start + before_value, time: start + head.len(), kind: tag.kind }
}

/// A PUBLISH, QoS 0.
pub(super) fn packet(topic: &str, payload: &[u8], version: u8) -> Vec<u8> {
    let properties: &[u8] = if version == 5 { &[0] } else { &[] };
    let mut out = vec![0x30];
    length(&mut out, 2 + topic.len() + properties.len() + payload.len());
    out.extend((topic.len() as u16).to_be_bytes());
    out.extend([topic.as_bytes(), properties, payload].concat());
    out
}

/// Appends MQTT's variable byte integer.
fn length(out: &mut Vec<u8>, mut length: usize) {
    loop {
        let byte = (length % 128) as u8;
        length /= 128;
        out.push(if length > 0 { byte | 0x80 } else { byte });
        if length == 0 {
            return;
        }
    }
}

/// Appends a server's WebSocket message, binary, unmasked, in one frame.
pub(super) fn frame(out: &mut Vec<u8>, body: &[u8]) {
    out.push(0x82);
    match body.len() {
        len @ 0..=125 => out.push(len as u8),
        len @ 126..=65_535 => {
            out.push(126);
            out.extend((len as u16).to_be_bytes());
        }
        len => {
            out.push(127);
            out.extend((len as u64).to_be_bytes());
        }
    }
    out.extend(body);
}

/// Fills `place` with the last digits of a number.
fn write_digits(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes WebSocket messages apart into PUBLISH topics and payloads.
    fn read(mut bytes: &[u8], version: u8) -> Vec<(String, serde_json::Value, usize)> {
        let mut packets = Vec::new();
        while let [0x82, small, rest @ ..] = bytes {
            let (len, rest) = match (small, rest) {
                (126, [high, low, rest @ ..]) => (usize::from(u16::from_be_bytes([*high, *low])), rest),
                (small, rest) => (usize::from(*small), rest),
            };
            let (mut body, after) = rest.split_at(len);
            bytes = after;
            while let [0x30, one, rest @ ..] = body {
                let (len, rest) = match rest {
                    [two, rest @ ..] if one & 0x80 != 0 => (usize::from(one & 0x7F) + usize::from(*two) * 128, rest),
                    rest => (usize::from(*one), rest),
                };
                let (packet, next) = rest.split_at(len);
                body = next;
                let topic = usize::from(u16::from_be_bytes([packet[0], packet[1]]));
                let payload = &packet[2 + topic + usize::from(version == 5)..];
                let name = String::from_utf8(packet[2..2 + topic].to_vec()).unwrap();
                packets.push((name, serde_json::from_slice(payload).unwrap(), len + 2));
            }
            assert!(body.is_empty());
        }
        assert!(bytes.is_empty());
        packets
    }

    #[test]
    fn packets_are_about_150_bytes_and_their_values_change() {
        for (version, per_frame) in [(4, 1), (5, 1), (4, 50), (5, 50)] {
            let tags = plant(100, 20);
            let mut traffic = Traffic::new(&tags, per_frame, version);
            assert_eq!(traffic.len(), 2000);
            let mut round = |now: i64| {
                let (mut bytes, mut count) = (Vec::new(), 0);
                while count < 2000 {
                    let (some, packets) = traffic.next(7, |n| now + n as i64);
                    bytes.extend(some);
                    count += packets;
                }
                read(&bytes, version)
            };
            let (first, second) = (round(1_700_000_000_000), round(1_800_000_000_000));
            assert_eq!(first.len(), 2000);
            let mean = first.iter().map(|packet| packet.2).sum::<usize>() / 2000;
            assert!((140..=160).contains(&mean), "{mean}");
            assert!(tags.iter().zip(&first).all(|(tag, packet)| tag.topic == packet.0));
            assert_eq!(first[0].1["timestamp"], 1_700_000_000_000_i64);
            assert_eq!(first[0].1["value"], "Execute");
            let changed = first.iter().zip(&second).filter(|(a, b)| a.1["value"] != b.1["value"]).count();
            assert!(changed > 1890, "{changed}");
            assert!(second.iter().all(|packet| packet.1["timestamp"].as_i64() >= Some(1_800_000_000_000)));
        }
    }
}
