//! The page's end of the port: starts the worker, says hello, posts commands, takes updates, hears when it died, and
//! starts another. Decides nothing about what is shown; `state/apply` writes it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

// The trait, which the wire's `Update` would hide.
use leptos::prelude::{Update as _, *};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::parts::toast::Toasts;
use super::state::{Live, apply};
use crate::document::Config;
use crate::vocab::BrokerId;
use crate::web::clock::monotonic_millis;
use crate::web::port::{Parcel, parcel, transferable};
use crate::wire::{Command, Credentials, Frame, PROTOCOL, ReadingOf, Update, pack, unpack};

/// The worker, as far as the page can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Asked to start.
    Starting,
    /// It said it is ready, and beats.
    Up,
    /// It died or fell silent; another is about to start.
    Lost,
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

    /// Puts a configuration in force and connects these of its brokers.
    pub fn configure(self, config: Config, connect: BTreeMap<BrokerId, Option<Credentials>>) {
        self.post(&Command::Configure(Box::new(config.clone())));
        for (&broker, credentials) in &connect {
            self.post(&Command::Connect { broker, credentials: credentials.clone() });
        }
        self.inner.update_value(|inner| {
            inner.config = config;
            inner.connected = connect;
        });
    }

    /// Puts a configuration of the same brokers in force; links stay as they are.
    pub fn reinterpret(self, config: Config) {
        self.post(&Command::Configure(Box::new(config.clone())));
        self.inner.update_value(|inner| inner.config = config);
    }

    /// Connects one broker, and again after a restart of the worker.
    pub fn connect(self, broker: BrokerId, credentials: Option<Credentials>) {
        self.inner.update_value(|inner| {
            inner.connected.insert(broker, credentials.clone());
        });
        self.post(&Command::Connect { broker, credentials });
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
        let (config, connected) = self.inner.with_value(|inner| (inner.config.clone(), inner.connected.clone()));
        self.configure(config, connected);
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

    fn spawn(self) {
        let is_faulty = self.inner.with_value(|inner| inner.may_crash);
        let file = format!("worker_boot.js?v={BUILD}{}", if is_faulty { "&faults" } else { "" });
        let base = document().base_uri().ok().flatten().unwrap_or_default();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker =
            web_sys::Url::new_with_base(&file, &base).and_then(|url| Worker::new_with_options(&url.href(), &options));
        let Ok(worker) = worker else { return self.mourn("it could not be started") };
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| match parcel(&event.data()) {
            Some(Parcel::Bytes(bytes)) => match unpack::<Update>(&bytes) {
                Ok(update) => self.take(update),
                // Bytes that are no update: the halves are of different versions.
                Err(_) => self.greet(0, ""),
            },
            Some(Parcel::Cry(reason)) => self.bury(&reason),
            None => {}
        });
        // A script that cannot be loaded fires an event without a message.
        let error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            let message = js_sys::Reflect::get(&event, &"message".into()).ok().and_then(|message| message.as_string());
            self.bury(&message.unwrap_or_else(|| "it could not be loaded".into()));
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        self.inner.update_value(|inner| {
            inner.heard = monotonic_millis();
            inner.born = inner.heard;
            inner.worker = Some(Hired { worker, _message: message, _error: error });
        });
    }

    /// Looks whether the worker still beats. A look that itself comes late (a throttled tab, a device asleep) proves
    /// nothing: silence is counted from then on.
    fn look(self) {
        let now = monotonic_millis();
        let is_silent = self.inner.try_update_value(|inner| {
            let is_late = now - inner.looked > LATE_MILLIS;
            inner.looked = now;
            if is_late {
                inner.heard = now;
            }
            if now - inner.born > CALM_MILLIS {
                inner.deaths = 0;
            }
            let patience = if self.health.get_untracked() == Health::Up { SILENCE_MILLIS } else { START_MILLIS };
            inner.worker.is_some() && now - inner.heard > patience
        });
        if is_silent == Some(true) {
            self.bury("it fell silent");
        }
    }

    /// The worker is dead: says so, and starts another after a pause that grows with each death in a row.
    fn bury(self, reason: &str) {
        if self.fire() {
            self.mourn(reason);
        }
    }

    fn mourn(self, reason: &str) {
        self.health.set(Health::Lost);
        self.restarts.update(|count| *count += 1);
        apply::stranded(self.live);
        let deaths = self.inner.try_update_value(|inner| {
            inner.deaths += 1;
            inner.frames.clear();
            inner.readings.clear();
            inner.deaths
        });
        let pause = PAUSES_MILLIS[(deaths.unwrap_or(1) as usize - 1).min(PAUSES_MILLIS.len() - 1)];
        let shown: String = reason.chars().take(160).collect();
        web_sys::console::error_1(&format!("andon page: the worker died: {shown}").into());
        self.toasts.say(&format!(
            "The connection's worker stopped ({shown}) and is being restarted. Values are stale until it is back."
        ));
        set_timeout(move || self.spawn(), Duration::from_millis(pause));
    }

    /// Ends the worker, if there is one.
    fn fire(self) -> bool {
        let hired = self.inner.try_update_value(|inner| inner.worker.take()).flatten();
        let Some(hired) = hired else { return false };
        hired.worker.set_onmessage(None);
        hired.worker.set_onerror(None);
        hired.worker.terminate();
        // This may run inside one of its closures: let it return first.
        set_timeout(move || drop(hired), Duration::ZERO);
        true
    }
}

/// The context, from any component.
#[expect(clippy::expect_used, reason = "the app provides it before anything is mounted; without it nothing can show")]
pub fn use_link() -> Link {
    use_context().expect("Link is provided by the app")
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
/// A look later than this was held up itself.
const LATE_MILLIS: f64 = 3000.0;
/// The worker beats every second; so long without one, and it is dead or stuck.
const SILENCE_MILLIS: f64 = 6000.0;
/// A worker that still loads gets this long.
const START_MILLIS: f64 = 30_000.0;
const CALM_MILLIS: f64 = 60_000.0;
const PAUSES_MILLIS: [u64; 5] = [200, 1000, 3000, 10_000, 30_000];
