//! Any messages to any edge node's session: read within bounds, each reading of a tag that was given out, lives only of
//! who exists, and the session's own figures stay true.

#![no_main]

use andon::sparkplug::{Life, MOST_METRICS, MetricReading, Nodes, Payload, Sink, Subject, Topic, unpacked};
use andon::time::{Millis, Timestamp};
use andon::vocab::TagId;
use libfuzzer_sys::fuzz_target;

#[derive(Default)]
struct Keeper {
    tags: u32,
    online: std::collections::BTreeSet<Option<String>>,
}

impl Sink for Keeper {
    fn tag(&mut self, _: Subject<'_>, name: &str) -> Option<TagId> {
        assert!(!name.is_empty());
        self.tags += 1;
        (self.tags < 10_000).then_some(TagId(self.tags - 1))
    }

    fn reading(&mut self, tag: TagId, reading: &MetricReading<'_>) {
        assert!(tag.0 < self.tags);
        // Whatever it is, it can be told.
        let _words = format!("{:?}", reading.value).len();
    }

    fn withdraw(&mut self, tag: TagId) {
        assert!(tag.0 < self.tags);
    }

    fn life(&mut self, subject: Subject<'_>, life: &Life) {
        assert_eq!((subject.group, subject.node), ("G", "n"));
        let device = subject.device.map(str::to_owned);
        match life {
            Life::Online => drop(self.online.insert(device)),
            Life::Offline(_, why) => {
                assert!(!why.is_empty());
                self.online.remove(&device);
            }
            Life::Unverified => drop(self.online.remove(&device)),
        }
    }
}

const TOPICS: [&str; 12] = [
    "spBv1.0/G/NBIRTH/n",
    "spBv1.0/G/NDATA/n",
    "spBv1.0/G/NDEATH/n",
    "spBv1.0/G/NCMD/n",
    "spBv1.0/G/DBIRTH/n/d",
    "spBv1.0/G/DDATA/n/d",
    "spBv1.0/G/DDEATH/n/d",
    "spBv1.0/G/DCMD/n/d",
    "spBv1.0/G/DBIRTH/n/e",
    "spBv1.0/G/DDATA/n/e",
    "$sparkplug/certificates/spBv1.0/G/NBIRTH/n",
    "$sparkplug/certificates/spBv1.0/G/DBIRTH/n/d",
];

// Messages: which topic and how (a byte), how much later (a byte, tenths of a second), length (a byte), payload.
fuzz_target!(|data: &[u8]| {
    let (mut nodes, mut keeper) = (Nodes::default(), Keeper::default());
    let mut now = Timestamp(1_790_000_000_000);
    let mut rest = data;
    while let [kind, later, length, more @ ..] = rest {
        let (payload, after) = more.split_at(usize::from(*length).min(more.len()));
        rest = after;
        now = now + Millis(i64::from(*later) * 100);
        nodes.handle_timeout(now, &mut keeper);
        if let Some(bytes) = unpacked(payload) {
            assert!(Payload::read(&bytes).metrics().count() <= MOST_METRICS);
        }
        match usize::from(kind & 15) {
            at @ 0..12 => {
                let Some(Topic::Edge(topic)) = Topic::read(TOPICS[at]) else { panic!("{}", TOPICS[at]) };
                let retained = topic.is_certificate || kind & 64 != 0;
                assert!(nodes.handle(now, &topic, payload, retained, &mut keeper));
            }
            12 => nodes.link_lost(now, &mut keeper),
            13 => nodes.tick(),
            14 => {
                now = Timestamp(now.0 - 5000);
                nodes.clock_set_back(Millis(5000));
            }
            _ => {
                if let Some(node) = nodes.to_be_asked(now, Millis(0)) {
                    let (_, request) = node.ask_for_rebirth(now);
                    assert_eq!(Payload::read(&request).metrics().count(), 1);
                    assert!(node.asked().is_some());
                }
            }
        }
        if let Some(node) = nodes.find("G", "n") {
            let online = node.members().filter(|(member, _)| member.life == Life::Online);
            let online: std::collections::BTreeSet<_> =
                online.map(|(member, _)| (!member.id.is_empty()).then(|| member.id.to_string())).collect();
            assert_eq!(online, keeper.online);
        }
    }
});
