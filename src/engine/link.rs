//! One broker's link: its session, which of its URLs is in use, and what the page is told of it.

use crate::document::Broker;
use crate::mqtt::Session;
use crate::vocab::BrokerId;
use crate::wire::LinkReport;

/// One broker's link.
pub(super) struct Link {
    pub(super) id: BrokerId,
    pub(super) broker: Broker,
    pub(super) session: Session,
    /// How many times a socket was opened; picks the URL.
    opened: usize,
    pub(super) refused: Vec<(String, String)>,
    pub(super) granted: Vec<String>,
    /// Whether a message came since the session began.
    pub(super) heard: bool,
    /// How often a session was established.
    pub(super) sessions: u64,
    /// The report is to be sent.
    pub(super) changed: bool,
}

impl Link {
    pub(super) fn new(id: BrokerId, broker: Broker, seed: u64) -> Self {
        Self {
            id,
            broker,
            session: Session::new(seed),
            opened: 0,
            refused: Vec::new(),
            granted: Vec::new(),
            heard: false,
            sessions: 0,
            changed: true,
        }
    }

    /// The URL for the next socket: the list is gone through in turn.
    pub(super) fn next_url(&mut self) -> String {
        let url = self.url_at(self.opened);
        self.opened += 1;
        url
    }

    fn url_at(&self, index: usize) -> String {
        let urls = &self.broker.urls;
        if urls.is_empty() { String::new() } else { urls[index % urls.len()].clone() }
    }

    /// A new session begins: what was granted, refused and heard is of the last one.
    pub(super) fn begin(&mut self) {
        self.refused.clear();
        self.granted.clear();
        self.heard = false;
    }

    pub(super) fn report(&self) -> LinkReport {
        let url = self.url_at(self.opened.saturating_sub(1));
        LinkReport {
            broker: self.id,
            state: self.session.state().clone(),
            encrypted: url.starts_with("wss://"),
            url,
            refused: self.refused.clone(),
            granted: self.granted.clone(),
            heard: self.heard,
        }
    }
}
