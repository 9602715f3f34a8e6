//! The session through a bad network, with numbered QoS 1 and 2 traffic both ways: what was acknowledged arrives, and
//! no QoS 2 message arrives twice, whatever happens in between.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use andon::mqtt::{Fate, Options, Session, Token, Version};
use andon::time::Millis;
use andon::vocab::LinkState;
use e2e::brokers::{self, Broker};
use e2e::client::Client;
use e2e::peer::Peer;
use e2e::proxy::{Proxy, Weather};
use xtask::clock::Stopwatch;

use crate::matrix::{filter, options};

/// How often each topic and number was heard.
type Counts = BTreeMap<(String, u32), u32>;

/// What the plain peers saw.
#[derive(Default)]
struct Plant {
    /// Down messages that the broker acknowledged, by QoS and number.
    taken: Mutex<BTreeSet<(u8, u32)>>,
    /// Up messages that the broker delivered.
    heard: Mutex<Counts>,
    pauses: AtomicBool,
    ends: AtomicBool,
}

/// Everything of one version's run.
struct Run {
    broker: Broker,
    proxy: Proxy,
    client: Client,
    plant: Arc<Plant>,
    threads: Vec<JoinHandle<()>>,
    sent: BTreeMap<Token, (u8, u32)>,
    next: u32,
    connections: u64,
    /// Sessions that the broker did not know any more.
    dropped: usize,
    /// Broker and version, in words.
    words: String,
    is_long: bool,
}

/// A fault by name, whether any broker loses by it what it held, and what happens.
type Fault = (&'static str, bool, fn(&mut Run));

const FAULTS: [Fault; 9] = [
    ("cut mid-packet, again and again", false, |run| run.cuts()),
    ("one byte a segment", false, |run| {
        run.proxy.set(Weather::Crawl);
        run.traffic(2.0);
    }),
    ("stall", false, |run| {
        run.proxy.set(Weather::Stall);
        run.traffic(if run.is_long { 30.0 } else { 2.0 });
    }),
    ("half-open", false, |run| {
        run.proxy.set(Weather::Swallow);
        let watch = Stopwatch::start();
        while run.client.is_online() && watch.secs() < 15.0 {
            run.traffic(0.1);
        }
        assert!(!run.client.is_online(), "a half-open connection is found out");
        run.proxy.cut();
    }),
    ("garbage", false, |run| {
        // A whole WebSocket message that is no packet; a length that never comes; noise instead of a frame.
        // Long enough for brokers whose packets come in pieces: it cannot all pass for the rest of one.
        let whole = |part: &[u8]| [b"\x82\x7e\x00\xc8".as_slice(), &part.repeat(200 / part.len())].concat();
        for garbage in [whole(b"\xff"), whole(b"\x30\xff\xff\xff\xff"), b"\xff\x00\x13\x37".to_vec()] {
            let before = run.client.stats().connections;
            run.proxy.lie(&garbage);
            run.until_back(before);
        }
    }),
    ("clock an hour ahead, then back", false, |run| {
        for hours in [1, -1, -1, 1] {
            run.client.jump(Millis::from_secs(3600 * hours));
            run.traffic(1.0);
        }
    }),
    ("broker restarted with its sessions", false, |run| {
        run.broker.stop();
        run.traffic(0.3);
        run.broker.start();
    }),
    ("broker restarted without its sessions", true, |run| {
        run.broker.stop();
        run.broker.forget();
        run.traffic(0.3);
        run.broker.start();
    }),
    ("broker kill -9", true, |run| {
        run.broker.kill();
        run.broker.forget();
        run.traffic(0.3);
        run.broker.start();
    }),
];

/// The faults before the broker itself is touched.
const FAULTS_OF_THE_NETWORK: usize = 6;

/// A broker's name, how it is started, and the version spoken with it, also in words.
type Spoken = (&'static str, fn() -> Option<Broker>, Version, &'static str);

/// With which brokers: the first in the short form, which also leaves out the restarts, being slow.
const BROKERS: [Spoken; 4] = [
    ("mosquitto", brokers::mosquitto_that_keeps, Version::V5, "5"),
    ("mosquitto", brokers::mosquitto_that_keeps, Version::V4, "3.1.1"),
    ("ejabberd", brokers::ejabberd, Version::V5, "5"),
    ("aedes", brokers::aedes, Version::V4, "3.1.1"),
];

/// Every fault that all these words name.
pub(crate) fn run(is_long: bool, words: &[String], wrong: &mut Vec<String>) {
    let faults = if is_long { &FAULTS[..] } else { &FAULTS[..FAULTS_OF_THE_NETWORK] };
    let brokers = if is_long { &BROKERS[..] } else { &BROKERS[..1] };
    println!("== faults: numbered QoS 1 and 2 both ways through a bad network");
    println!(
        "   up and down: acknowledged/arrived; gone: acknowledged, died with the broker's session; open: sent, never known"
    );
    for &(name, start, version, level) in brokers {
        let is_meant = |fault: &Fault| {
            let line = format!("{name} {level} {}", fault.0);
            words.iter().all(|word| line.contains(word))
        };
        if !faults.iter().any(is_meant) {
            continue;
        }
        let Some(broker) = start() else {
            println!("{name}: not installed");
            continue;
        };
        let mut run = Run::new(broker, version, level, is_long);
        for fault in faults.iter().filter(|fault| is_meant(fault)) {
            let watch = Stopwatch::start();
            run.traffic(0.3);
            fault.2(&mut run);
            run.proxy.set(Weather::Fair);
            let line = run.settle(fault, wrong);
            println!("{name:<9} MQTT {level:<5}  {:<38} {line}  {:.1} s", fault.0, watch.secs());
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Run {
    fn new(broker: Broker, version: Version, level: &str, is_long: bool) -> Self {
        let words = format!("{}, MQTT {level}", broker.name);
        let proxy = Proxy::start(broker.ws_port);
        let url = broker.ws_url.replace(&format!(":{}", broker.ws_port), &format!(":{}", proxy.port()));
        let wanted = Options {
            session_expiry_secs: 600,
            keeps_session_v4: true,
            is_fresh_id: true,
            keep_alive_secs: 2,
            connect_timeout: Millis(2_000),
            filters: vec![filter("open/down/#")],
            ..options(&broker, "faults", version)
        };
        let client = Client::connect(&url, wanted, 99);
        let granted = |client: &Client| client.told(|told| !told.granted.is_empty());
        assert!(client.wait(10.0, granted), "online: {:?}", client.state());
        let plant = Arc::new(Plant::default());
        let mut run = Self {
            broker,
            proxy,
            client,
            plant,
            threads: Vec::new(),
            sent: BTreeMap::new(),
            next: 0,
            connections: 1,
            dropped: 0,
            words,
            is_long,
        };
        run.threads = vec![run.publisher(), run.observer()];
        run
    }

    fn peer(&self, name: &str, filters: &[&str]) -> Peer {
        let login = self.broker.login.filter(|_| self.broker.asks_everywhere);
        Peer::connect(self.broker.tcp_port, name, login, filters)
    }

    /// Publishes down, one at a time, and notes what the broker acknowledged.
    fn publisher(&self) -> JoinHandle<()> {
        let (plant, mut peer) = (Arc::clone(&self.plant), self.peer("plant-down", &[]));
        let number = AtomicU32::new(0);
        std::thread::spawn(move || {
            while !plant.ends.load(Ordering::Relaxed) {
                if plant.pauses.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(2));
                    continue;
                }
                let number = number.fetch_add(1, Ordering::Relaxed);
                for qos in [1, 2] {
                    if peer.publish(&format!("open/down/{qos}"), &number.to_string(), qos) {
                        lock(&plant.taken).insert((qos, number));
                    } else {
                        peer.reconnect();
                    }
                }
                std::thread::sleep(Duration::from_millis(3));
            }
        })
    }

    /// Hears what goes up.
    fn observer(&self) -> JoinHandle<()> {
        let (plant, mut peer) = (Arc::clone(&self.plant), self.peer("plant-up", &["open/up/#"]));
        std::thread::spawn(move || {
            while !plant.ends.load(Ordering::Relaxed) {
                for (topic, payload, _) in peer.take_heard() {
                    count(&mut lock(&plant.heard), &topic, &payload);
                }
                peer.reconnect();
            }
        })
    }

    /// Publishes up for a while, whenever the session takes it; tries again at once, as a person would.
    fn traffic(&mut self, secs: f64) {
        let watch = Stopwatch::start();
        while watch.secs() < secs {
            for qos in [1, 2] {
                self.next += 1;
                let token = self.client.publish(&format!("open/up/{qos}"), &self.next.to_string(), qos);
                self.sent.extend(token.map(|token| (token, (qos, self.next))));
            }
            self.hurry();
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn hurry(&self) {
        if matches!(self.client.state(), LinkState::Waiting { .. }) {
            self.client.tell(Session::retry);
        }
    }

    /// Traffic until there was another connection.
    fn until_back(&mut self, before: u64) {
        let watch = Stopwatch::start();
        while self.client.stats().connections == before || !self.client.is_online() {
            assert!(watch.secs() < 20.0, "comes back: {:?}", self.client.state());
            self.traffic(0.02);
        }
    }

    /// Cuts wherever the stream happens to be.
    fn cuts(&mut self) {
        for round in 0..if self.is_long { 200 } else { 20 } {
            let before = self.client.stats().connections;
            self.proxy.cut_after(round * 37 % 401);
            self.until_back(before);
        }
    }

    /// Lets everything come to rest and compares what was acknowledged with what arrived.
    fn settle(&mut self, &(name, may_lose, _): &Fault, wrong: &mut Vec<String>) -> String {
        let keeps = self.broker.keeps_sessions && !may_lose;
        self.plant.pauses.store(true, Ordering::Relaxed);
        let sent = std::mem::take(&mut self.sent);
        let open =
            |client: &Client| client.told(|told| sent.keys().filter(|token| !told.settled.contains_key(token)).count());
        let (plant, client) = (&self.plant, &self.client);
        let is_still = client.wait(30.0, |client| {
            self.hurry();
            client.is_online() && open(client) == 0
        });
        let ups: Vec<(u8, u32)> = sent
            .iter()
            .filter(|(token, _)| client.told(|told| told.settled.get(token) == Some(&Fate::Acknowledged)))
            .map(|(_, message)| *message)
            .collect();
        let lost = client.told(|told| sent.keys().filter(|token| told.settled.get(token) == Some(&Fate::Lost)).count());
        let missing_up = || -> Vec<(u8, u32)> {
            let heard = lock(&plant.heard);
            ups.iter().filter(|(qos, n)| !heard.contains_key(&up(*qos, *n))).copied().collect()
        };
        let missing_down = |client: &Client| -> Vec<(u8, u32)> {
            let down = downs(client);
            let taken = lock(&plant.taken);
            taken.iter().filter(|(qos, n)| !down.contains_key(&(format!("open/down/{qos}"), *n))).copied().collect()
        };
        let patience = if keeps { 10.0 } else { 2.0 };
        client.wait(patience, |client| missing_up().is_empty() && missing_down(client).is_empty());
        std::thread::sleep(Duration::from_millis(300)); // for a second copy to come
        let doubled = |counts: &Counts| counts.iter().filter(|((t, _), n)| t.ends_with('2') && **n > 1).count();
        let (twice_up, twice_down) = (doubled(&lock(&plant.heard)), doubled(&downs(client)));
        let (gone_up, gone_down) = (missing_up(), missing_down(client));
        let (all_down, connections) = (lock(&plant.taken).len(), client.stats().connections - self.connections);
        let unknown = open(client);
        let mut complain = |what: String| wrong.push(format!("{name}, {}: {what}", self.words));
        if !is_still || unknown > 0 {
            complain(format!("{unknown} publications never settled, {:?}", client.state()));
        }
        // The wire tells whose doing it is. Only where the broker is known to keep what it takes is all of it held
        // against us.
        let (dropped, anew, wrongly) = client.told(|told| {
            let tape = &told.tape;
            (tape.sessions_unknown() - self.dropped, tape.sent_anew(), tape.sent_again_wrongly())
        });
        if wrongly > 0 || twice_down > anew || self.broker.keeps_sessions && twice_up + twice_down > 0 {
            complain(format!(
                "QoS 2 twice: {twice_up} up, {twice_down} down; {wrongly} our doing, {anew} the broker's"
            ));
        }
        let came = client.told(|told| {
            let came = |(qos, n): &&(u8, u32)| told.tape.came(&format!("open/down/{qos}"), &n.to_string());
            gone_down.iter().filter(came).copied().collect::<Vec<_>>()
        });
        let is_lost = lost + gone_up.len() + gone_down.len() > 0;
        if !came.is_empty() || keeps && is_lost {
            complain(format!(
                "{lost} given up; lost: {gone_up:?} up, {gone_down:?} down, of which there came {came:?}"
            ));
            println!("   {}", client.told(|told| told.tape.seams()).join("\n   "));
        }
        if ups.is_empty() || all_down == 0 {
            complain("no traffic".to_owned());
        }
        let line = format!(
            "up {}/{}  down {all_down}/{}  gone {}  open {lost}  QoS 2 twice {}  reconnects {connections}, session unknown {dropped}",
            ups.len(),
            ups.len() - gone_up.len(),
            all_down - gone_down.len(),
            gone_up.len() + gone_down.len(),
            twice_up + twice_down,
        );
        self.connections += connections;
        self.dropped += dropped;
        lock(&plant.taken).clear();
        plant.pauses.store(false, Ordering::Relaxed);
        line
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.plant.ends.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _its_panic_was_printed = thread.join();
        }
    }
}

fn up(qos: u8, number: u32) -> (String, u32) {
    (format!("open/up/{qos}"), number)
}

fn downs(client: &Client) -> Counts {
    let mut counts = Counts::new();
    client.told(|told| {
        for heard in &told.heard {
            count(&mut counts, &heard.topic, &String::from_utf8_lossy(&heard.payload));
        }
    });
    counts
}

fn count(counts: &mut Counts, topic: &str, payload: &str) {
    if let Ok(number) = payload.parse() {
        *counts.entry((topic.to_owned(), number)).or_default() += 1;
    }
}
