//! What every scenario needs: the browser, the load peer, the pages' servers; and one page under load on it.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::browser::{Browser, Tab};
use super::options::BenchOptions;
use super::peer::{LoadPeer, Pace, Subscriber};
use super::report::Who;
use super::site;
use super::traffic::{SHOWN_TAG, Tag, Traffic};
use crate::clock::Stopwatch;
use crate::demo::PageServer;
use crate::{Context, Failure, Outcome, setup};

/// Tiles that must be on screen while anything is measured under load.
const TILES: usize = 100;
/// How long a page may take to show them.
const SHOWN_WITHIN_SECS: f64 = 20.0;
/// Load before the measuring begins, so that code is compiled and caches are warm.
const WARM_UP: Duration = Duration::from_secs(2);

/// The parts, running.
pub(super) struct Stage {
    pub(super) browser: Browser,
    pub(super) options: BenchOptions,
    /// The MQTT.js bundle.
    pub(super) library: PathBuf,
    peer: LoadPeer,
    peers: PageServer,
    andon: Option<PageServer>,
    library_version: String,
    /// Profiles written so far.
    profiles: usize,
}

/// A page's counters at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counters {
    /// Messages since it was opened.
    pub(super) received: f64,
    /// When, in the page's own milliseconds.
    pub(super) at: f64,
    /// From the source's stamp (MQTT.js) or the socket (Andon) to the model, in milliseconds.
    pub(super) lag_p50: f64,
    /// See `lag_p50`.
    pub(super) lag_p99: f64,
    /// Tags known; not told by MQTT.js.
    pub(super) tags: f64,
}

/// The load for one page.
pub(super) struct Load<'a> {
    /// What is published.
    pub(super) tags: &'a [Tag],
    /// Published once, before.
    pub(super) ballast: &'a [Tag],
    /// Packets in each WebSocket message.
    pub(super) per_frame: usize,
    /// How fast.
    pub(super) pace: Pace,
}

/// What every figure depends on, in words.
pub(super) fn machine() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").ok();
    let load = load.as_deref().and_then(|text| text.split(' ').next()).unwrap_or("unknown");
    format!("{cores} cores, load average before the start {load}")
}

impl Stage {
    /// Starts all parts.
    pub(super) fn start(options: &BenchOptions) -> Outcome<Self> {
        let (library, library_version) = site::mqttjs()?;
        let peer = LoadPeer::start()?;
        Ok(Self {
            browser: Browser::start(&setup::test_tools()?.chromium)?,
            options: options.clone(),
            peers: site::peers(&library)?,
            andon: if options.has_andon { Some(site::andon(&peer.url())?) } else { None },
            library,
            peer,
            library_version,
            profiles: 0,
        })
    }

    /// What the figures of pages depend on, in words.
    pub(super) fn conditions(&mut self) -> Outcome<String> {
        let (width, height) = self.options.window;
        Ok(format!(
            "{}, headless, page of {width} x {height}; MQTT.js {}; medians of {} runs",
            self.browser.version()?,
            self.library_version,
            self.options.runs
        ))
    }

    /// Everybody who is measured, the baseline first.
    pub(super) fn everybody(&self) -> Vec<Who> {
        let mut all = vec![Who::Empty, Who::MqttJs];
        all.extend(self.andon.is_some().then_some(Who::Andon));
        all
    }

    /// A new page.
    pub(super) fn open(&mut self) -> Outcome<Tab> {
        let (width, height) = self.options.window;
        self.browser.open(width, height)
    }

    fn url(&self, who: Who) -> Outcome<String> {
        let peers = |page: &str| format!("{}{page}", self.peers.url("localhost"));
        Ok(match who {
            Who::Empty => peers("empty.html"),
            Who::MqttJs => peers(&format!("mqttjs.html?broker={}&tile={SHOWN_TAG}", self.peer.url())),
            Who::Andon => self.andon.as_ref().context("Andon is not measured")?.url("localhost"),
        })
    }

    /// The MQTT.js page on another broker, every topic worth a tile.
    pub(super) fn mqttjs_url(&self, broker: &str) -> String {
        format!("{}mqttjs.html?broker={broker}", self.peers.url("localhost"))
    }

    /// The probe's figures of an idle empty page.
    pub(super) fn idle(&mut self) -> Outcome<Value> {
        let tab = self.open()?;
        let url = self.url(Who::Empty)?;
        self.browser.visit(&tab, &url)?;
        thread::sleep(Duration::from_millis(500));
        let figures = self.observe(&tab, self.options.secs / 2.0)?;
        self.browser.close(tab)?;
        Ok(figures)
    }

    /// Opens a page, puts it under load until all tiles are shown and it is warm, and measures.
    pub(super) fn under_load<T>(
        &mut self,
        who: Who,
        load: &Load<'_>,
        measure: impl FnOnce(&mut Self, &Tab, &Subscriber) -> Outcome<T>,
    ) -> Outcome<T> {
        self.peer.forget();
        let tab = self.open()?;
        let url = self.url(who)?;
        self.browser.visit(&tab, &url)?;
        let subscriber = self.peer.next().context(who.word())?;
        let traffic = |tags, per_frame| Traffic::new(tags, per_frame, subscriber.version());
        let mut played = traffic(load.tags, load.per_frame);
        subscriber.announce(&mut played)?;
        if !load.ballast.is_empty() {
            subscriber.announce(&mut traffic(load.ballast, 1))?;
        }
        self.all_tiles(&tab)?;
        let stop = AtomicBool::new(false);
        let result = thread::scope(|scope| {
            let playing = scope.spawn(|| subscriber.play(&mut played, load.pace, u64::MAX, &stop));
            thread::sleep(WARM_UP);
            let result = measure(self, &tab, &subscriber);
            stop.store(true, Ordering::Relaxed);
            match playing.join() {
                Ok(Ok(_sent)) => result,
                // What the page said matters more than that it hung up.
                Ok(Err(failure)) => result.and(Err(failure)),
                Err(_panic) => Err(Failure::new("the load peer's thread ended early")),
            }
        });
        self.browser.close(tab)?;
        result.context(who.word())
    }

    /// Waits until all tiles are on screen.
    pub(super) fn all_tiles(&mut self, tab: &Tab) -> Outcome {
        let all = format!("andonProbe.tiles() >= {TILES}");
        if let Err(failure) = self.browser.wait_for(tab, &all, SHOWN_WITHIN_SECS) {
            let tiles = self.browser.ask(tab, "andonProbe.tiles()")?;
            return Err(Failure::new(format!("{tiles} of {TILES} tiles are on screen (see --window); {failure}")));
        }
        Ok(())
    }

    /// The probe's figures of some seconds of a page.
    pub(super) fn observe(&mut self, tab: &Tab, secs: f64) -> Outcome<Value> {
        if self.options.profiles.is_some() {
            self.browser.start_profile(tab)?;
        }
        self.browser.ask(tab, "andonProbe.start()")?;
        thread::sleep(Duration::from_secs_f64(secs));
        let figures = self.browser.ask(tab, "andonProbe.stop()")?;
        if let Some(folder) = self.options.profiles.clone() {
            let profile = self.browser.end_profile(tab)?;
            let file = folder.join(format!("{:03}.cpuprofile", self.profiles));
            self.profiles += 1;
            fs::create_dir_all(&folder).context(format_args!("making {}", folder.display()))?;
            fs::write(&file, profile.to_string()).context(format_args!("writing {}", file.display()))?;
        }
        Ok(figures)
    }

    /// A page's counters. Andon's are read where people read them, and then the overview is opened again.
    pub(super) fn counters(&mut self, who: Who, tab: &Tab) -> Outcome<Counters> {
        let figures = match who {
            Who::Empty => return Err(Failure::new("the empty page counts nothing")),
            Who::MqttJs => self.browser.ask(tab, MQTTJS_COUNTERS)?,
            Who::Andon => {
                let figures = self.browser.ask(tab, ANDON_COUNTERS)?;
                self.all_tiles(tab)?;
                figures
            }
        };
        let figure = |key: &str| figures[key].as_f64().context(format_args!("{} does not tell {key}", who.word()));
        Ok(Counters {
            received: figure("messages_received")?,
            at: figure("at")?,
            lag_p50: figure("lag_ms_p50")?,
            lag_p99: figure("lag_ms_p99")?,
            tags: figures["tags"].as_f64().unwrap_or(0.0),
        })
    }

    /// Seconds of CPU that this process, load peer included, has used; none where the system does not tell.
    pub(super) fn own_cpu_secs() -> Option<f64> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        // After the program's name in parentheses: user and system time are the 12th and 13th, in 1/100 s on Linux.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11).map(str::parse::<f64>);
        Some((fields.next()?.ok()? + fields.next()?.ok()?) / 100.0)
    }

    /// Says how a run went, as a check on scenarios that take long.
    pub(super) fn progress(who: Who, run: usize, watch: Stopwatch) {
        crate::console::say(&format!("   run {}, {}: {:.1} s", run + 1, who.word(), watch.secs()));
    }
}

const MQTTJS_COUNTERS: &str = "({ messages_received: bench.received, at: performance.now(), \
     lag_ms_p50: bench.lag(0.5), lag_ms_p99: bench.lag(0.99) })";

/// Waits for figures that are not older than the question: the page shows new ones every second.
const ANDON_COUNTERS: &str = r##"new Promise((resolve, reject) => {
  const began = performance.now();
  let first;
  location.hash = "#/diagnostics";
  const look = () => {
    const shown = document.querySelector('data[data-stat="messages_received"]')?.value;
    if (shown !== undefined) {
      first ??= shown;
      if (shown !== first) {
        const figures = { at: performance.now(), ...andonProbe.stats() };
        location.hash = "#/";
        resolve(figures);
        return;
      }
    }
    if (performance.now() - began > 15000) reject(new Error("#/diagnostics shows no new figures within 15 s"));
    else requestAnimationFrame(look);
  };
  look();
})"##;
