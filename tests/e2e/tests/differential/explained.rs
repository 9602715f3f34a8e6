//! The disagreements and their reasons.

use std::collections::BTreeMap;

/// A way to disagree. Its detail is not what tells one from another.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    how: String,
    kind: String,
    pub(crate) detail: String,
}

impl Difference {
    pub(crate) fn new(how: &str, kind: &str, detail: String) -> Self {
        Self { how: how.to_owned(), kind: kind.to_owned(), detail }
    }

    fn key(&self) -> (&str, &str) {
        (&self.how, &self.kind)
    }
}

impl PartialEq for Difference {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Difference {}

impl PartialOrd for Difference {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Difference {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// How they disagree, about which packets (`*`: any), and why.
pub(crate) type Reason = (&'static str, &'static str, &'static str);

/// Each kind of difference with how often and an example: every one is explained, and every explanation is needed.
pub(crate) fn explain(reasons: &[Reason], found: &BTreeMap<Difference, (u32, String)>) {
    let mut used = vec![0u32; reasons.len()];
    let mut wrong = Vec::new();
    for (difference, (count, example)) in found {
        let fits = |reason: &Reason| difference.how == reason.0 && (reason.1 == "*" || difference.kind == reason.1);
        match reasons.iter().position(fits) {
            Some(at) => used[at] += count,
            None => {
                wrong.push(format!("unexplained, {count} times: {} in {}: {example}", difference.how, difference.kind))
            }
        }
    }
    for ((how, kind, why), count) in reasons.iter().zip(&used) {
        println!("{count:>7}  {how} ({kind}): {why}");
        if *count == 0 {
            wrong.push(format!("nothing shows any more: {how} ({kind})"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Crate `mqtt5-protocol` 0.16.
pub(crate) const CRATE: &[Reason] = &[
    ("only we refuse: Trailing", "*", "it leaves bytes behind the last field unread, also MQTT 5's fields in 3.1.1"),
    ("only we refuse: PacketIdZero", "*", "it takes identifier 0, which names no packet (2.2.1)"),
    ("only we refuse: Length", "*", "it takes a property length in more bytes than needed (1.5.5-1)"),
    (
        "only we refuse: PropertyMisplaced",
        "*",
        "it asks whether a property exists, not whether it belongs there (2.2.2.2)",
    ),
    ("only we refuse: PropertyValue", "*", "it takes values out of range: receive maximum 0, alias 0, a flag of 5"),
    ("only we refuse: AuthMethodMissing", "*", "it takes authentication data without a method (3.15.2.2.3)"),
    ("only we refuse: ConnAckFlags", "CONNACK", "it takes session present beside a refusal (3.2.2-6)"),
    ("only we refuse: EmptyTopic", "PUBLISH", "it takes an empty topic without an alias (4.7.3-1)"),
    ("only we refuse: Wildcard", "PUBLISH", "it takes a topic with a wildcard (3.3.2-2)"),
    ("only we refuse: ReasonCode", "*", "it takes codes that only the other side may send (3.14.2.1, 3.15.2.1)"),
    (
        "only they refuse",
        "CONNACK",
        "in 3.1.1 we take codes from 0x80 on, MQTT 5's, for a refusal: some brokers send them",
    ),
    ("only they refuse", "SUBACK", "in 3.1.1 any code from 0x80 on refuses the filter: some brokers send MQTT 5's"),
    ("only they refuse", "PUBLISH", "we skip and count a topic that is not UTF-8, unless told to close"),
    ("read otherwise", "CONNACK", "two bytes in answer to an MQTT 5 CONNECT: we say that the broker speaks 3.1.1"),
];

/// npm `mqtt-packet` 9, its fixtures.
pub(crate) const PACKAGE: &[Reason] = &[
    (
        "only we refuse: PacketType",
        "*",
        "the fixture is a client's packet, in 3.1.1 DISCONNECT too: no broker sends it",
    ),
    (
        "only we refuse: PropertyMisplaced",
        "DISCONNECT",
        "the fixture is a client's: a broker may not set the expiry (3.14.2-2)",
    ),
    (
        "only we refuse: PropertyValue",
        "CONNACK",
        "the fixture says maximum QoS 2, which only absence may say (3.2.2.3.4)",
    ),
    ("only we refuse: Truncated", "CONNACK", "the fixture ends before the reason code"),
    ("read otherwise", "CONNACK", "two bytes in answer to an MQTT 5 CONNECT: we say that the broker speaks 3.1.1"),
];
