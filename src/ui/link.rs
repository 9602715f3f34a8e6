//! The page's end of the port: starts the worker, says hello, posts commands, takes updates, hears when it died, and
//! starts another. Decides nothing about what is shown; `state/apply` writes it.

mod life;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, MessageEvent, Worker};

use super::parts::toast::Toasts;
use super::place::Query;
use super::state::{Live, apply};
use super::storage::{Keep, load, save};
use super::zone_table::zone_table;
use crate::document::{AlertRule, Config};
use crate::vocab::{BrokerId, LinkState};
use crate::web::clock::{self, monotonic_millis};
use crate::web::port::transferable;
use crate::wire::{AlertCommand, Command, Credentials, Frame, KpiCommand, PROTOCOL, ReadingOf, Update, pack};

/// The worker, as far as the page can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Asked to start.
    Starting,
    /// It said it is ready, and beats.
    Up,
    /// It died or fell silent; another is about to start.
    Lost,
    /// It died three times within a minute: no other is started unless a person wants it.
    Dead,
    /// It is of another version than the page: only a reload helps.
    Mismatch,
}

/// The context. Copies share.
#[derive(Clone, Copy)]
pub struct Link {
    inner: StoredValue<Inner, LocalStorage>,
    live: Live,
    toasts: Toasts,
    /// How the worker is.
    pub health: RwSignal<Health>,
    /// How often another had to be started.
    pub restarts: RwSignal<u32>,
}

#[derive(Default)]
struct Inner {
    worker: Option<Hired>,
    /// Commands are kept here instead of sent; for tests.
    recorded: Option<Vec<Command>>,
    config: Config,
    /// Whose what is seen is, where it may be kept.
    owner: Option<String>,
    /// Brokers to be connected, with what they need; lives in memory only.
    connected: BTreeMap<BrokerId, Option<Credentials>>,
    /// Frames waiting for the screen.
    frames: Vec<Frame>,
    /// Readings of the last frame that wait for a share of the screen's next frames, and how many a share is.
    readings: VecDeque<ReadingOf>,
    share: usize,
    /// The last frame taken; credit for it is returned when all its readings are on screen.
    seq: u32,
    is_paint_asked: bool,
    /// Monotonic milliseconds of the last sign of life, and of the last look at it.
    heard: f64,
    looked: f64,
    /// When the worker was started.
    born: f64,
    /// Deaths in a row, for the pause before the next start.
    deaths: u32,
    /// When (monotonic milliseconds) and of what it died last, at most three times.
    obituaries: Vec<(f64, String)>,
    may_crash: bool,
}

/// A worker with its listeners.
struct Hired {
    worker: Worker,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(Event)>,
}

impl Link {
    /// A link without a worker; [`Link::start`] starts one.
    pub fn new(live: Live, toasts: Toasts) -> Self {
        Self {
            inner: StoredValue::new_local(Inner::default()),
            live,
            toasts,
            health: RwSignal::new(Health::Starting),
            restarts: RwSignal::new(0),
        }
    }

    /// A link that keeps commands instead of sending them, for tests.
    pub fn recording(live: Live, toasts: Toasts) -> Self {
        let link = Self::new(live, toasts);
        link.inner.update_value(|inner| inner.recorded = Some(Vec::new()));
        link
    }

    /// What a [`Link::recording`] kept since the last call.
    pub fn take_recorded(self) -> Vec<Command> {
        self.inner.try_update_value(|inner| inner.recorded.as_mut().map(std::mem::take)).flatten().unwrap_or_default()
    }

    /// Starts the worker and the watch over it. `may_crash` lets tests ask it to die.
    pub fn start(self, may_crash: bool) {
        self.inner.update_value(|inner| inner.may_crash = may_crash);
        self.spawn();
        set_interval(move || self.look(), LOOK_EVERY);
        for event in ["online", "offline", "pageshow", "visibilitychange", "focus"] {
            let listener = window_event_listener_untyped(event, move |_| self.post(&Command::Probe));
            std::mem::forget(listener); // as long as the page
        }
    }

    /// Sends a command. Without a worker that listens it is dropped: what matters is said again after a start.
    pub fn post(self, command: &Command) {
        self.inner.update_value(|inner| {
            if let Some(recorded) = &mut inner.recorded {
                return recorded.push(command.clone());
            }
            let is_up = self.health.get_untracked() == Health::Up;
            let Some(hired) = inner.worker.as_ref().filter(|_| is_up || matches!(command, Command::Hello { .. }))
            else {
                return;
            };
            if let Ok(bytes) = pack(command) {
                let (buffer, transfer) = transferable(&bytes);
                let _ = hired.worker.post_message_with_transfer(&buffer, &transfer);
            }
        });
    }

    /// Puts a configuration in force and connects these of its brokers. What is seen is kept as of `owner`; of nobody,
    /// nothing is.
    pub fn configure(self, config: Config, connect: BTreeMap<BrokerId, Option<Credentials>>, owner: Option<String>) {
        if let Some(owner) = &owner {
            self.post(&Command::Keep(owner.clone()));
        }
        self.tell_zone(&config);
        self.post(&Command::Configure(Box::new(config.clone())));
        self.post(&Command::Alerts(AlertCommand::Resume(self.live.alerts.to_resume())));
        for (&broker, credentials) in &connect {
            let known = known_protocol(&config, broker);
            self.post(&Command::Connect { broker, credentials: credentials.clone(), known });
        }
        self.inner.update_value(|inner| {
            inner.config = config;
            inner.connected = connect;
            inner.owner = owner;
        });
    }

    /// The worker knows no zones by name: it gets the offsets of the plant's.
    fn tell_zone(self, config: &Config) {
        let zone = zone_table(config.time_zone.as_deref(), clock::now());
        self.live.zone.set(zone.clone());
        self.post(&Command::Kpis(KpiCommand::Zone(zone)));
    }

    /// Puts a configuration of the same brokers in force; links stay as they are.
    pub fn reinterpret(self, config: Config) {
        self.post(&Command::Configure(Box::new(config.clone())));
        self.inner.update_value(|inner| inner.config = config);
    }

    /// Puts other alert rules in force, now and after a restart of the worker.
    pub fn set_rules(self, rules: Option<Vec<AlertRule>>) {
        self.live.alerts.drop_all();
        self.post(&Command::Alerts(AlertCommand::Rules(rules.clone())));
        self.inner.update_value(|inner| inner.config.alerts = rules);
    }

    /// Connects one broker, and again after a restart of the worker.
    pub fn connect(self, broker: BrokerId, credentials: Option<Credentials>) {
        self.inner.update_value(|inner| {
            inner.connected.insert(broker, credentials.clone());
        });
        let known = self.inner.with_value(|inner| known_protocol(&inner.config, broker));
        self.post(&Command::Connect { broker, credentials, known });
    }

    /// Leaves a broker and stays away.
    pub fn disconnect(self, broker: BrokerId) {
        self.inner.update_value(|inner| {
            inner.connected.remove(&broker);
        });
        self.post(&Command::Disconnect { broker });
    }

    /// What was given for the broker at this URL, as long as the page lives. Never another broker's.
    pub fn credentials(self, url: &str) -> Option<Credentials> {
        self.inner.with_value(|inner| {
            let index =
                inner.config.brokers.iter().position(|broker| broker.urls.first().is_some_and(|own| own == url))?;
            inner.connected.get(&BrokerId(index as u8)).cloned().flatten()
        })
    }

    /// Forgets what was given for the broker at this URL, or for all.
    pub fn forget(self, url: Option<&str>) {
        self.post(&Command::Forget(url.unwrap_or_default().to_owned()));
        self.inner.update_value(|inner| {
            let Inner { config, connected, .. } = inner;
            connected.retain(|broker, _| {
                let known = config.brokers.get(usize::from(broker.0)).and_then(|broker| broker.urls.first());
                url.is_some_and(|url| known.is_none_or(|known| known != url))
            });
        });
    }

    /// Takes one update, as the worker sends it.
    pub fn take(self, update: Update) {
        self.inner.update_value(|inner| inner.heard = monotonic_millis());
        match update {
            Update::Ready { protocol, build } => self.greet(protocol, &build),
            Update::Frame(frame) => self.queue(*frame),
            Update::Link(report) => {
                if let LinkState::Online { protocol, .. } = report.state {
                    self.inner.with_value(|inner| remember_protocol(&inner.config, report.broker, protocol));
                }
                apply::update(self.live, Update::Link(report));
            }
            other => apply::update(self.live, other),
        }
    }

    fn greet(self, protocol: u16, build: &str) {
        if protocol != PROTOCOL || build != BUILD {
            self.fire();
            self.health.set(Health::Mismatch);
            return apply::stranded(self.live);
        }
        self.post(&Command::Hello { protocol: PROTOCOL, build: BUILD.into() });
        self.health.set(Health::Up);
        apply::rescued(self.live);
        let (config, connected, owner) =
            self.inner.with_value(|inner| (inner.config.clone(), inner.connected.clone(), inner.owner.clone()));
        self.configure(config, connected, owner);
    }

    /// A frame waits for the next animation frame. Its readings are shared out over some of them, so that a wall full
    /// of values that all change costs each frame a little instead of one frame everything; then credit is returned.
    /// A hidden page has no animation frames, so it returns no credit and costs nothing.
    fn queue(self, frame: Frame) {
        self.inner.update_value(|inner| inner.frames.push(frame));
        self.ask_paint();
    }

    fn ask_paint(self) {
        let was_asked = self.inner.try_update_value(|inner| std::mem::replace(&mut inner.is_paint_asked, true));
        if was_asked == Some(false) {
            request_animation_frame(move || self.paint());
        }
    }

    fn paint(self) {
        let frames = self.inner.try_update_value(|inner| {
            inner.is_paint_asked = false;
            std::mem::take(&mut inner.frames)
        });
        for mut frame in frames.unwrap_or_default() {
            let (seq, readings) = (frame.seq, std::mem::take(&mut frame.readings));
            if !apply::frame(self.live, frame) {
                self.post(&Command::Resync);
            }
            self.inner.update_value(|inner| {
                inner.seq = seq;
                inner.readings.extend(readings);
                inner.share = inner.readings.len().div_ceil(SHARES).max(LEAST_SHARE);
            });
        }
        let share: Option<Vec<ReadingOf>> = self.inner.try_update_value(|inner| {
            let count = inner.share.min(inner.readings.len());
            inner.readings.drain(..count).collect()
        });
        apply::readings(self.live, share.unwrap_or_default());
        let (seq, is_done) = self.inner.with_value(|inner| (inner.seq, inner.readings.is_empty()));
        if is_done {
            self.post(&Command::Painted { seq });
        } else {
            self.ask_paint();
        }
    }
}

/// The context, from any component.
#[expect(clippy::expect_used, reason = "the app provides it before anything is mounted; without it nothing can show")]
pub fn use_link() -> Link {
    use_context().expect("Link is provided by the app")
}

fn url_of(config: &Config, broker: BrokerId) -> Option<&String> {
    config.brokers.get(usize::from(broker.0))?.urls.first()
}

/// The MQTT version that worked with this broker before, on this device.
fn known_protocol(config: &Config, broker: BrokerId) -> Option<u8> {
    load(Keep::Device, &format!("protocol.{}|", url_of(config, broker)?))?.parse().ok()
}

fn remember_protocol(config: &Config, broker: BrokerId, protocol: u8) {
    // A link that names a broker leaves nothing behind.
    let is_guest = Query::from_search(&location().search().unwrap_or_default()).broker.is_some();
    if !is_guest
        && known_protocol(config, broker) != Some(protocol)
        && let Some(url) = url_of(config, broker)
    {
        let _kept = save(Keep::Device, &format!("protocol.{url}|"), &protocol.to_string());
    }
}

/// The build that the page was made in; the worker must be of the same.
pub const BUILD: &str = match option_env!("ANDON_BUILD") {
    Some(build) => build,
    None => "dev",
};

/// Over how many animation frames a frame's readings are shared out: the worker sends ten frames a second, most
/// screens show sixty.
const SHARES: usize = 5;
/// So few are not worth a share.
const LEAST_SHARE: usize = 40;
const LOOK_EVERY: Duration = Duration::from_secs(1);
