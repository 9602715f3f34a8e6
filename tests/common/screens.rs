//! Several screens and a broker that keeps retained messages.

#![allow(dead_code, unreachable_pub, clippy::panic, clippy::unwrap_used, missing_docs, reason = "shared by tests")]

use std::collections::BTreeMap;

use andon::alert::{Word, level_of};
use andon::document::{Config, config_from_json};
use andon::time::Millis;
use andon::vocab::AlertState;
use andon::wire::{Alert, AlertAct, AlertCommand, Command, Update};

use crate::world::{BROKER, World, config, packets, publish};

pub const PATHS: [&str; 2] = ["acme/north/fill/line1/filler/temperature", "acme/north/fill/line1/capper/temperature"];

pub fn shared(may_publish: bool, priority: &str) -> Config {
    let (parsed, problems) = config_from_json(&format!(
        r#"{{"version":1,"hierarchy":"enterprise/site/area/line/machine","shared":{{"alerts":"plant/screens/alerts"}},
        "alerts":[{{"id":"hot","pattern":"+/+/+/+/+/temperature","when":"high","limit":80,"priority":"{priority}",
        "most_shelved_h":2}}]}}"#
    ));
    assert_eq!(problems, []);
    let mut brokers = config().brokers;
    brokers[0].publish.enabled = may_publish;
    Config { brokers, ..parsed }
}

/// Screens on one broker.
pub struct Plant {
    pub screens: Vec<World>,
    pub online: Vec<bool>,
    pub retained: BTreeMap<String, Vec<u8>>,
    /// Words that went over the broker.
    pub said: u32,
}

impl Plant {
    pub fn new(count: u64) -> Self {
        let mut plant = Self { screens: Vec::new(), online: Vec::new(), retained: BTreeMap::new(), said: 0 };
        for seed in 0..count {
            plant.open(shared(true, "high"), seed * 31 + 1);
        }
        plant
    }

    /// One more screen opens.
    pub fn open(&mut self, config: Config, seed: u64) -> usize {
        let mut screen = World::with_seed(config, seed);
        screen.now = self.screens.first().map_or(screen.now, |first| first.now);
        self.screens.push(screen);
        self.online.push(false);
        self.join(self.screens.len() - 1);
        self.screens.len() - 1
    }

    pub fn join(&mut self, at: usize) {
        if !std::mem::replace(&mut self.online[at], true) {
            self.screens[at].command(Command::Connect { broker: BROKER, credentials: None, known: None });
            self.screens[at].accept();
            for (topic, payload) in &self.retained {
                self.screens[at].bytes(&publish(topic, payload, true));
            }
            self.carry();
        }
    }

    pub fn leave(&mut self, at: usize) {
        if std::mem::replace(&mut self.online[at], false) {
            self.carry();
            self.screens[at].command(Command::Disconnect { broker: BROKER });
            self.screens[at].sent.clear();
        }
    }

    /// The device's value, with its own time, to whoever is there; retained, as a plant would.
    pub fn measure(&mut self, path: &str, value: f64) {
        let time = self.screens[0].now.0;
        let payload = format!(r#"{{"value":{value},"timestamp":{time}}}"#);
        self.retained.insert(path.to_owned(), payload.clone().into_bytes());
        for (screen, _) in self.screens.iter_mut().zip(&self.online).filter(|(_, online)| **online) {
            screen.publish(path, &payload);
        }
        self.carry();
    }

    /// Carries what screens publish to all of them, until nobody says anything more.
    pub fn carry(&mut self) {
        for _ in 0..1000 {
            let mut said = Vec::new();
            for (at, screen) in self.screens.iter_mut().enumerate() {
                let sent = std::mem::take(&mut screen.sent).concat();
                if self.online[at] && packets(&sent).iter().any(|packet| packet[0] == 0xc0) {
                    screen.bytes(&[0xd0, 0]);
                }
                for (id, topic, payload, is_retained) in published(&sent) {
                    if self.online[at] {
                        screen.bytes(&[0x40, 2, id[0], id[1]]);
                        said.push((topic, payload, is_retained));
                    }
                }
            }
            if said.is_empty() {
                return;
            }
            for (topic, payload, is_retained) in said {
                assert!(topic.starts_with("plant/screens/") || topic.starts_with("andon/boards/"), "{topic}");
                self.said += 1;
                for (screen, _) in self.screens.iter_mut().zip(&self.online).filter(|(_, online)| **online) {
                    screen.bytes(&publish(&topic, &payload, false));
                }
                if is_retained {
                    self.retained.insert(topic, payload);
                }
            }
        }
        panic!("the screens never came to rest");
    }

    pub fn pass(&mut self, span: Millis) {
        let mut left = span.0;
        while left > 0 {
            let step = left.min(500);
            for screen in &mut self.screens {
                screen.pass(Millis(step));
            }
            self.carry();
            left -= step;
        }
    }

    pub fn alert(&self, at: usize, path: &str) -> Option<Alert> {
        self.screens[at].updates.iter().rev().find_map(|update| match update {
            Update::Alerts(told) => told.iter().rev().find(|alert| &*alert.path == path).cloned(),
            _ => None,
        })
    }

    pub fn state(&self, at: usize, path: &str) -> AlertState {
        self.alert(at, path).map_or(AlertState::Normal, |alert| alert.state)
    }

    pub fn act(&mut self, at: usize, path: &str, act: AlertAct, who: &str) {
        let Some(alert) = self.alert(at, path) else { return };
        self.screens[at].command(Command::Alerts(AlertCommand::Act {
            act,
            alerts: vec![alert.id],
            who: who.into(),
            words: format!("{who} was here"),
        }));
        self.carry();
    }

    /// Somebody who is no Andon publishes this.
    pub fn forge(&mut self, path: &str, word: &Word) {
        let topic = format!("plant/screens/alerts/{}", level_of("hot", path));
        let payload = word.to_json("hot", path);
        for (screen, _) in self.screens.iter_mut().zip(&self.online).filter(|(_, online)| **online) {
            screen.bytes(&publish(&topic, &payload, false));
        }
        self.retained.insert(topic, payload);
        self.carry();
    }
}

/// The QoS 1 publications in what a session sent: packet id, topic, payload, whether it is to be retained.
fn published(bytes: &[u8]) -> Vec<([u8; 2], String, Vec<u8>, bool)> {
    let publications = packets(bytes).into_iter().filter(|packet| packet[0] >> 4 == 3);
    let read = |packet: Vec<u8>| {
        assert_eq!(packet[0] & 0b110, 0b010, "QoS 1");
        let is_retained = packet[0] & 1 == 1;
        let at = 2 + packet[1..].iter().position(|byte| *byte < 128).unwrap();
        let packet = &packet[at..];
        let topic = usize::from(u16::from_be_bytes([packet[0], packet[1]]));
        let words = String::from_utf8(packet[2..2 + topic].to_vec()).unwrap();
        ([packet[2 + topic], packet[3 + topic]], words, packet[4 + topic..].to_vec(), is_retained)
    };
    publications.map(read).collect()
}
