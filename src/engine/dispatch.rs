//! What is to be published: waits for its broker, is sent, and its fate is told. Kept over a reload by the shell, where
//! this tab owns the store. Refuses what the configuration does not allow; decides nothing about what is worth saying.
//!
//! Invariant: nothing is sent after its time, and nothing of QoS 2 twice.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::link::Link;
use super::store::{Record, StoreOrder};
use crate::mqtt::{self, Publication, PublishError, PublishProperties, Token};
use crate::time::{Millis, Timestamp};
use crate::topic::{is_valid_topic, matches};
use crate::vocab::{BrokerId, LinkState};
use crate::wire::{Fate, OutboxEntry, OutboxReport, Publishing};

/// Publications; the oldest goes first.
#[derive(Debug, Default)]
pub(super) struct Dispatch {
    entries: Vec<Entry>,
    /// Finished ones, the newest last.
    finished: VecDeque<OutboxEntry>,
    last_id: u64,
    bytes: usize,
    is_kept: bool,
    /// The page is to be told.
    changed: bool,
    /// Waiting ones may find their broker there.
    pub(super) stirred: bool,
    pub(super) orders: VecDeque<StoreOrder>,
}

/// An unfinished publication; as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    id: u64,
    owner: String,
    topic: String,
    payload: Vec<u8>,
    qos: u8,
    retain: bool,
    made: Timestamp,
    expires: Timestamp,
    /// Once handed to a session. Stored in the same turn, before the bytes go: what is in doubt is never sent twice.
    is_sent: bool,
    #[serde(skip)]
    token: Option<(BrokerId, Token)>,
    #[serde(skip)]
    request: u32,
}

impl Dispatch {
    /// Takes a publication, or tells why not.
    pub(super) fn publish(&mut self, now: Timestamp, link: &Link, asked: Publishing) {
        let is_allowed = link.broker.publish.topics.iter().any(|filter| matches(filter, &asked.topic));
        self.take(now, link, asked, is_allowed);
    }

    /// Takes a command to an edge node that `publish.commands` was seen to allow.
    pub(super) fn command(&mut self, now: Timestamp, link: &Link, asked: Publishing) {
        self.take(now, link, asked, true);
    }

    fn take(&mut self, now: Timestamp, link: &Link, asked: Publishing, is_allowed: bool) {
        let expires = now + Millis::from_secs(i64::from(asked.expire_secs.clamp(1, MOST_SECS)));
        self.last_id = self.last_id.max(now.0.unsigned_abs() * 1000) + 1;
        let entry = Entry {
            id: self.last_id,
            owner: link.owner.clone(),
            topic: asked.topic,
            payload: asked.payload,
            qos: asked.qos.min(2),
            retain: asked.retain,
            made: now,
            expires,
            is_sent: false,
            token: None,
            request: asked.request,
        };
        let allowed = &link.broker.publish;
        let objection = if !allowed.enabled {
            Some("publishing is off for this broker")
        } else if !is_valid_topic(&entry.topic) {
            Some("not a topic name")
        } else if !is_allowed {
            Some("the configuration allows no publishing to this topic")
        } else if entry.payload.len() > MOST_PAYLOAD || self.bytes + entry.payload.len() > MOST_BYTES {
            Some("the payload is too large")
        } else if self.entries.len() >= MOST_ENTRIES {
            Some("too much waits already")
        } else {
            None
        };
        if let Some(words) = objection {
            return self.finish(&entry, Fate::Refused(words.to_owned()));
        }
        self.store(&entry);
        self.bytes += entry.payload.len();
        self.entries.push(entry);
        self.stirred = true;
        self.changed = true;
    }

    /// Hands what waits to the sessions that are there; lets go of what has had its time.
    pub(super) fn pump(&mut self, now: Timestamp, links: &mut [Link]) {
        self.stirred = false;
        let mut at = 0;
        while let Some(entry) = self.entries.get(at) {
            if entry.token.is_some() {
                at += 1;
                continue;
            }
            if entry.expires <= now {
                self.end(at, Fate::Expired);
                continue;
            }
            let is_there = |link: &&mut Link| {
                link.owner == entry.owner
                    && link.broker.publish.enabled
                    && matches!(link.session.state(), LinkState::Online { .. })
            };
            let Some(link) = links.iter_mut().find(is_there) else {
                at += 1;
                continue;
            };
            let left = u32::try_from((entry.expires - now).0 / 1000).unwrap_or(u32::MAX).max(1);
            let publication = Publication {
                topic: entry.topic.clone(),
                payload: entry.payload.clone(),
                qos: entry.qos,
                retain: entry.retain,
                properties: Some(Box::new(PublishProperties {
                    expiry_secs: (!entry.retain).then_some(left),
                    ..PublishProperties::default()
                })),
            };
            match link.session.publish(now, publication) {
                Ok(token) => {
                    let token = Some((link.id, token));
                    let sent = Entry { token, is_sent: true, ..entry.clone() };
                    if sent.qos == 2 {
                        self.store(&sent);
                    }
                    self.entries[at] = sent;
                    self.changed = true;
                    at += 1;
                }
                Err(PublishError::Offline | PublishError::Full) => at += 1,
                Err(cause) => self.end(at, Fate::Refused(cause.to_string())),
            }
        }
    }

    /// A session knows what became of a publication.
    pub(super) fn settle(&mut self, broker: BrokerId, token: Token, fate: mqtt::Fate) {
        let Some(at) = self.entries.iter().position(|entry| entry.token == Some((broker, token))) else { return };
        let entry = &mut self.entries[at];
        let fate = match fate {
            mqtt::Fate::Sent => Fate::Sent,
            mqtt::Fate::Acknowledged => Fate::Acknowledged,
            mqtt::Fate::Refused { words, .. } => Fate::Refused(words),
            mqtt::Fate::Lost if entry.qos == 2 => Fate::Lost,
            mqtt::Fate::Lost => {
                entry.token = None; // at least once: it goes out again
                self.changed = true;
                return;
            }
        };
        self.stirred = true;
        self.end(at, fate);
    }

    /// All sessions are gone, without a word on what they had under way.
    pub(super) fn abandon(&mut self) {
        let under_way: Vec<_> = self.entries.iter().filter_map(|entry| entry.token).collect();
        for (broker, token) in under_way {
            self.settle(broker, token, mqtt::Fate::Lost);
        }
    }

    /// The store is ours, and this is what an earlier life of it left.
    pub(super) fn load(&mut self, records: &[Record]) {
        self.is_kept = true;
        self.changed = true;
        for record in records.iter().filter(|record| record.key.starts_with(PREFIX)) {
            let Ok(entry) = postcard::from_bytes::<Entry>(&record.value) else { continue };
            if self.entries.iter().any(|known| known.id == entry.id) || self.entries.len() >= MOST_ENTRIES {
                continue;
            }
            self.last_id = self.last_id.max(entry.id);
            self.bytes += entry.payload.len();
            let is_in_doubt = entry.is_sent && entry.qos == 2;
            let at = self.entries.iter().position(|later| later.id > entry.id).unwrap_or(self.entries.len());
            self.entries.insert(at, entry);
            if is_in_doubt {
                self.end(at, Fate::Lost);
            }
        }
        // What was taken before the store was ours is kept from now on.
        for at in 0..self.entries.len() {
            self.store(&self.entries[at].clone());
        }
        self.stirred = true;
    }

    /// The store does not take anything (any more).
    pub(super) fn unkept(&mut self) {
        self.changed |= std::mem::take(&mut self.is_kept);
    }

    /// Forgets what is of the broker at this URL; everything when it is empty.
    pub(super) fn forget(&mut self, url: &str) {
        let part = if url.is_empty() { String::new() } else { format!("{url}|") };
        self.entries.retain(|entry| !entry.owner.starts_with(&part));
        self.finished.retain(|entry| !url.is_empty() && entry.url != url);
        self.bytes = self.entries.iter().map(|entry| entry.payload.len()).sum();
        self.orders.push_back(StoreOrder::Erase(format!("{PREFIX}{part}")));
        self.changed = true;
    }

    /// Whether there is room for what the engine itself has to say: people's publications go first.
    pub(super) const fn has_room(&self) -> bool {
        self.entries.len() < MOST_ENTRIES / 2
    }

    /// When the next one has had its time.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.entries.iter().filter(|entry| entry.token.is_none()).map(|entry| entry.expires).min()
    }

    /// The report, when it is to be sent.
    pub(super) fn take_report(&mut self) -> Option<OutboxReport> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        let fate = |entry: &Entry| if entry.token.is_some() { Fate::Unanswered } else { Fate::Waiting };
        let unfinished = self.entries.iter().rev().map(|entry| entry.shown(fate(entry)));
        let entries = unfinished.chain(self.finished.iter().rev().cloned()).collect();
        Some(OutboxReport { is_kept: self.is_kept, entries })
    }

    /// The page wants everything again.
    pub(super) const fn resync(&mut self) {
        self.changed = true;
    }

    fn end(&mut self, at: usize, fate: Fate) {
        let entry = self.entries.remove(at);
        self.bytes = self.bytes.saturating_sub(entry.payload.len());
        if self.is_kept {
            self.orders.push_back(StoreOrder::Delete(entry.key()));
        }
        self.finish(&entry, fate);
    }

    fn finish(&mut self, entry: &Entry, fate: Fate) {
        self.finished.push_back(entry.shown(fate));
        if self.finished.len() > MOST_FINISHED {
            self.finished.pop_front();
        }
        self.changed = true;
    }

    fn store(&mut self, entry: &Entry) {
        if self.is_kept
            && let Ok(value) = postcard::to_allocvec(entry)
        {
            self.orders.push_back(StoreOrder::Put(Record { key: entry.key(), value }));
        }
    }
}

impl Entry {
    fn key(&self) -> String {
        format!("{PREFIX}{}|{}", self.owner, self.id)
    }

    fn shown(&self, fate: Fate) -> OutboxEntry {
        OutboxEntry {
            id: self.id,
            request: self.request,
            url: self.owner.split('|').next().unwrap_or_default().to_owned(),
            topic: self.topic.clone(),
            bytes: self.payload.len() as u32,
            qos: self.qos,
            made: self.made,
            fate,
        }
    }
}

/// What the outbox's records begin with.
const PREFIX: &str = "outbox|";
const MOST_ENTRIES: usize = 256;
const MOST_FINISHED: usize = 50;
const MOST_PAYLOAD: usize = 256 * 1024;
const MOST_BYTES: usize = 4 * 1024 * 1024;
const MOST_SECS: u32 = 7 * 86_400;
