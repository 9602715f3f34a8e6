//! One broker's link: its session, which of its URLs is in use, and what the page is told of it.

use crate::document::{Broker, check_url};
use crate::mqtt::{Event, Session};
use crate::plant::Plant;
use crate::time::Timestamp;
use crate::topic::matches;
use crate::vocab::{BrokerId, LinkFault, LinkState};
use crate::wire::{Credentials, Fault, FilterReport, LinkReport, Verdict};

use super::config::{answer, options_of, service_of, subscriptions_of};
use super::outbox::count_fault;

/// One broker's link.
pub(super) struct Link {
    pub(super) id: BrokerId,
    pub(super) broker: Broker,
    pub(super) session: Session,
    /// Whose link it is: first URL and user, under which things are stored.
    pub(super) owner: String,
    /// What the session at hand logged in with.
    given: Option<Credentials>,
    /// Sockets opened since the link was last online.
    tries: usize,
    /// The URL in use.
    url: String,
    /// The URL that was last online.
    good: Option<String>,
    /// Where the broker said to go.
    offered: Option<String>,
    /// What is subscribed to whatever the page shows.
    pub(super) always: Vec<String>,
    pub(super) filters: Vec<FilterReport>,
    /// Some filter was granted and has brought nothing.
    has_silent: bool,
    /// Whether a message came since the session began.
    pub(super) heard: bool,
    /// How often a session was established.
    pub(super) sessions: u64,
    /// Of a large packet that is half here, what the page was told.
    receiving: Option<(u32, u32)>,
    /// Messages left out, as the page was told.
    left_out: u64,
    /// The report is to be sent.
    pub(super) changed: bool,
}

/// The page shows something else: brokers that are subscribed to by view follow.
pub(super) fn see(now: Timestamp, links: &mut [Link], plant: &mut Plant, filters: &[String]) {
    for link in links.iter_mut().filter(|link| link.broker.subscribes_by_view) {
        link.see(now, filters);
        plant.view(now, link.id, filters);
    }
}

impl Link {
    pub(super) fn new(id: BrokerId, broker: Broker, seed: u64) -> Self {
        Self {
            id,
            url: broker.urls.first().cloned().unwrap_or_default(),
            owner: owner_of(&broker, broker.username.as_deref()),
            given: None,
            broker,
            session: Session::new(seed),
            tries: 0,
            good: None,
            offered: None,
            always: Vec::new(),
            filters: Vec::new(),
            has_silent: false,
            heard: false,
            sessions: 0,
            receiving: None,
            left_out: 0,
            changed: true,
        }
    }

    /// Connects. A link that is up with the same credentials stays as it is: the page says so each time that its
    /// documents change. With a fresh secret for enhanced authentication it authenticates anew.
    pub(super) fn connect(
        &mut self,
        now: Timestamp,
        credentials: Option<&Credentials>,
        unique: u64,
        known: Option<u8>,
    ) {
        self.changed = true;
        let is_online = matches!(self.session.state(), LinkState::Online { .. });
        if is_online && self.given.as_ref() == credentials {
            return;
        }
        self.given = credentials.cloned();
        let options = options_of(&self.broker, credentials, unique, known);
        self.owner = owner_of(&self.broker, options.username.as_deref());
        match options.auth.as_ref().and_then(|auth| auth.data.clone()) {
            Some(secret) if is_online => self.session.reauthenticate(now, secret),
            _ => {
                self.tries = 0;
                self.session.connect(now, options);
            }
        }
    }

    /// Asks for these filters and no others, where the broker is subscribed to by view.
    fn see(&mut self, now: Timestamp, filters: &[String]) {
        self.broker.subscribe = filters.iter().chain(&self.always).cloned().collect();
        let rules = service_of(&self.url).map(|(_, rules)| rules).unwrap_or_default();
        self.session.subscribe(now, subscriptions_of(&self.broker, &rules));
        let known = std::mem::take(&mut self.filters);
        if !known.is_empty() {
            let report = |filter: &String| {
                let of = known.iter().find(|report| report.filter == *filter).cloned();
                of.unwrap_or_else(|| FilterReport { filter: filter.clone(), verdict: Verdict::Asked })
            };
            self.filters = self.broker.subscribe.iter().map(report).collect();
        }
        self.changed = true;
    }

    /// The URL for the next socket: first where the broker sent us (if that is allowed), then the one that worked, then
    /// the list in its order; and round again.
    pub(super) fn next_url(&mut self) -> String {
        let followed = self.offered.as_ref().filter(|_| self.broker.session.follows_reference);
        let mut urls: Vec<&String> = Vec::with_capacity(self.broker.urls.len() + 2);
        for url in followed.into_iter().chain(&self.good).chain(&self.broker.urls) {
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        let url = urls.get(self.tries % urls.len().max(1)).map_or_else(String::new, |url| (*url).clone());
        self.tries += 1;
        self.url.clone_from(&url);
        url
    }

    /// Takes what the session says. True when the plant has to know that the link is up (or, on false, down).
    pub(super) fn take_event(&mut self, now: Timestamp, event: Event, faults: &mut Vec<Fault>) -> Option<bool> {
        self.changed = true;
        match event {
            Event::State => match self.session.state() {
                LinkState::Online { .. } => {
                    self.begin();
                    return Some(true);
                }
                state => {
                    if let LinkState::Waiting { fault: LinkFault::Protocol(what), .. } = state {
                        count_fault(faults, now, what, &self.broker.name);
                    }
                    return Some(false);
                }
            },
            Event::Granted { filter, qos } => {
                self.set_verdict(&filter, Verdict::Granted(qos));
                self.has_silent = true;
            }
            Event::RefusedFilter { filter, words, .. } => {
                count_fault(faults, now, &format!("subscription refused: {words}"), &filter);
                self.set_verdict(&filter, Verdict::Refused(words));
            }
            Event::Redirected { reference, .. } => self.offered = redirected(&self.url, &reference),
            Event::Challenge { data } => {
                let answer = self.session.auth().and_then(|auth| answer(auth, data.as_deref()));
                self.session.authenticate(now, answer.as_deref());
            }
            Event::Authenticated | Event::Settled { .. } => {}
        }
        None
    }

    /// A new session begins: what was granted, refused and heard is of the last one.
    fn begin(&mut self) {
        let asked = |filter: &String| FilterReport { filter: filter.clone(), verdict: Verdict::Asked };
        self.filters = self.broker.subscribe.iter().map(asked).collect();
        self.has_silent = false;
        self.heard = false;
        self.sessions += 1;
        self.tries = 0;
        self.good = Some(self.url.clone());
        self.offered = self.offered.take().filter(|offered| *offered != self.url);
    }

    fn set_verdict(&mut self, filter: &str, verdict: Verdict) {
        match self.filters.iter_mut().find(|known| known.filter == filter) {
            Some(known) => known.verdict = verdict,
            None => self.filters.push(FilterReport { filter: filter.to_owned(), verdict }),
        }
    }

    /// What the session can only be asked: true when the page is to be told.
    pub(super) fn look(&mut self) {
        let progress = self.session.receiving().filter(|progress| progress.total >= LARGE);
        let receiving = progress.map(|progress| (progress.received, progress.total));
        let stats = self.session.stats();
        let left_out = stats.copies + stats.topics_unreadable;
        self.changed |= receiving != self.receiving || left_out != self.left_out;
        (self.receiving, self.left_out) = (receiving, left_out);
    }

    pub(super) fn report(&self) -> LinkReport {
        LinkReport {
            broker: self.id,
            state: self.session.state().clone(),
            encrypted: self.url.starts_with("wss://"),
            url: self.url.clone(),
            filters: self.filters.clone(),
            heard: self.heard,
            facts: self.facts(),
            receiving: self.receiving,
            offered: self.offered.clone(),
        }
    }

    fn facts(&self) -> Vec<(String, String)> {
        let mut facts = Vec::new();
        let mut fact = |name: &str, value: String| facts.push((name.to_owned(), value));
        if let Some((service, rules)) = service_of(&self.url) {
            let mut words = format!("{service}: QoS {} at most, topics up to {} bytes", rules.qos, rules.topic_bytes);
            if rules.slashes < u8::MAX {
                words.push_str(&format!(" and {} slashes", rules.slashes));
            }
            words.push_str(&format!(", {} filters at a time", rules.filters_per_subscribe));
            fact("Service", words);
        }
        let stats = self.session.stats();
        if matches!(self.session.state(), LinkState::Online { .. }) {
            let terms = self.session.terms();
            let kept = match terms.session_expiry_secs {
                0 => "ends with the connection".to_owned(),
                u32::MAX => "kept".to_owned(),
                secs => format!("kept for {secs} s"),
            };
            fact("Session", format!("{}, {kept}", if terms.is_resumed { "resumed" } else { "new" }));
            fact(
                "Keep-alive",
                if terms.keep_alive_secs == 0 { "off".into() } else { format!("{} s", terms.keep_alive_secs) },
            );
            let limits = terms.limits;
            if let Some(bytes) = limits.maximum_packet_bytes {
                fact("Largest packet taken", format!("{bytes} bytes"));
            }
            if let Some(count) = limits.receive_maximum {
                fact("Publications under way", format!("{count} at most"));
            }
            if let Some(qos) = limits.maximum_qos {
                fact("Highest QoS", qos.to_string());
            }
            if limits.retain_available == Some(false) {
                fact("Retained messages", "not available".into());
            }
        }
        if stats.copies > 0 {
            fact("Copies left out", stats.copies.to_string());
        }
        if stats.topics_unreadable > 0 {
            fact("Topics not UTF-8, skipped", stats.topics_unreadable.to_string());
        }
        facts
    }
}

/// Looks which filters a topic came by, while some have brought nothing yet.
#[derive(Debug)]
pub(super) struct Listening<'a> {
    filters: &'a mut [FilterReport],
    has_silent: &'a mut bool,
    changed: &'a mut bool,
}

impl Link {
    /// The session, and what its messages are held against.
    pub(super) fn listen(&mut self) -> (&mut Session, Listening<'_>) {
        let Self { session, filters, has_silent, changed, .. } = self;
        (session, Listening { filters, has_silent, changed })
    }
}

impl Listening<'_> {
    pub(super) fn hear(&mut self, topic: &str) {
        if !*self.has_silent {
            return;
        }
        let mut is_silent = false;
        for known in self.filters.iter_mut() {
            if let Verdict::Granted(qos) = known.verdict {
                if matches(&known.filter, topic) {
                    known.verdict = Verdict::Heard(qos);
                    *self.changed = true;
                } else {
                    is_silent = true;
                }
            }
        }
        *self.has_silent = is_silent;
    }
}

/// Under which name things of a broker and a user are stored.
pub(super) fn owner_of(broker: &Broker, username: Option<&str>) -> String {
    format!("{}|{}", broker.urls.first().map_or("", String::as_str), username.unwrap_or_default())
}

/// The URL that a server reference means: the same scheme and path on another host. Never less encrypted.
fn redirected(url: &str, reference: &str) -> Option<String> {
    let first = reference.split([' ', ',']).find(|part| !part.is_empty())?;
    let target = if first.contains("://") {
        first.to_owned()
    } else {
        let (scheme, rest) = url.split_once("://")?;
        let path = rest.find('/').map_or("", |at| &rest[at..]);
        format!("{scheme}://{first}{path}")
    };
    let is_weaker = url.starts_with("wss://") && !target.starts_with("wss://");
    (check_url(&target).is_ok() && !is_weaker).then_some(target)
}

/// From this size on a packet's progress is worth showing, in bytes.
const LARGE: u32 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_server_reference_is_another_host() {
        let to = |url, reference| redirected(url, reference);
        assert_eq!(to("wss://a:1/mqtt", "b:2").as_deref(), Some("wss://b:2/mqtt"));
        assert_eq!(to("ws://a", "b c").as_deref(), Some("ws://b"));
        assert_eq!(to("wss://a/x", "wss://b/y").as_deref(), Some("wss://b/y"));
        assert_eq!(to("wss://a/x", "ws://b/y"), None, "never less encrypted");
        assert_eq!(to("wss://a/x", "user:secret@b"), None);
        assert_eq!(to("wss://a/x", " "), None);
    }

    #[test]
    fn urls_are_tried_in_order_beginning_with_the_one_that_worked() {
        let urls = ["ws://a", "ws://b", "ws://c"].map(str::to_owned).to_vec();
        let mut link = Link::new(BrokerId(0), Broker { urls, ..Broker::default() }, 1);
        let mut next = || link.next_url();
        assert_eq!([next(), next(), next(), next(), next()], ["ws://a", "ws://b", "ws://c", "ws://a", "ws://b"]);
        link.begin();
        let mut next = || link.next_url();
        assert_eq!([next(), next(), next(), next()], ["ws://b", "ws://a", "ws://c", "ws://b"]);
        link.offered = Some("ws://d".into());
        link.tries = 0;
        assert_eq!(link.next_url(), "ws://b", "offered, not followed");
        link.broker.session.follows_reference = true;
        link.tries = 0;
        assert_eq!([link.next_url(), link.next_url()], ["ws://d", "ws://b"]);
    }
}
