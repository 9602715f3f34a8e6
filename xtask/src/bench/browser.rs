//! A headless Chromium of our own, driven over the DevTools protocol: one process, pages in contexts of their own.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use crate::clock::Stopwatch;
use crate::{Context, Failure, Outcome, process};

/// How long the browser may take to start, and to answer any one question.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// What the measured pages carry.
const PROBE: &str = include_str!("probe.js");
/// For a headless browser on a machine without GPU and without a user; nothing here changes how pages run.
const FLAGS: [&str; 10] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--remote-debugging-port=0",
];

/// A running browser; ended, with its profile removed, when dropped.
pub(super) struct Browser {
    child: Child,
    profile: PathBuf,
    socket: Option<WebSocket<TcpStream>>,
    last_id: u64,
}

/// A page of the browser, in a context (cookies, cache, storage) of its own.
pub(super) struct Tab {
    context: String,
    session: String,
}

/// Seconds of a main thread's work: all tasks, and of those what was script, style and layout.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    pub(super) all: f64,
    pub(super) script: f64,
    pub(super) style: f64,
    pub(super) layout: f64,
}

impl Browser {
    /// Starts Chromium with an empty profile.
    pub(super) fn start(chromium: &Path) -> Outcome<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let profile = std::env::temp_dir().join(format!("andon-bench-{}-{count}", std::process::id()));
        fs::create_dir_all(&profile).context("making the browser's profile folder")?;
        let mut command = process::command(chromium);
        command.args(FLAGS).arg(format!("--user-data-dir={}", profile.display())).arg("about:blank");
        // Chromium's own sandbox refuses to run as root.
        if process::read(process::command("id").arg("-u")).is_ok_and(|id| id == "0") {
            command.arg("--no-sandbox");
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.context(format_args!("starting {}", chromium.display()))?;
        let mut browser = Self { child, profile, socket: None, last_id: 0 };
        let (port, path) = browser.address()?;
        let stream = TcpStream::connect(("127.0.0.1", port)).context("connecting to the browser")?;
        stream.set_read_timeout(Some(PATIENCE)).context("connecting to the browser")?;
        stream.set_nodelay(true).context("connecting to the browser")?;
        let (socket, _) = tungstenite::client(format!("ws://127.0.0.1:{port}{path}"), stream)
            .map_err(|error| error.to_string())
            .context("connecting to the browser")?;
        browser.socket = Some(socket);
        Ok(browser)
    }

    /// Chromium writes where it listens into its profile.
    fn address(&mut self) -> Outcome<(u16, String)> {
        let file = self.profile.join("DevToolsActivePort");
        let watch = Stopwatch::start();
        while watch.secs() < PATIENCE.as_secs_f64() {
            if let Ok(text) = fs::read_to_string(&file)
                && let Some((port, path)) = text.split_once('\n')
                && let Ok(port) = port.trim().parse()
            {
                return Ok((port, path.trim().to_owned()));
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(Failure::new(format!("the browser ended at once ({status})")));
            }
            thread::sleep(LOOK);
        }
        Err(Failure::new("the browser did not say where it listens"))
    }

    /// Its name and version.
    pub(super) fn version(&mut self) -> Outcome<String> {
        let version = self.call(None, "Browser.getVersion", json!({}))?;
        Ok(version["product"].as_str().unwrap_or("a browser").to_owned())
    }

    /// A blank page of this size in a new context, with the probe in whatever it will show.
    pub(super) fn open(&mut self, width: u32, height: u32) -> Outcome<Tab> {
        let context = self.call(None, "Target.createBrowserContext", json!({ "disposeOnDetach": true }))?;
        let context = text(&context, "browserContextId")?;
        let target =
            self.call(None, "Target.createTarget", json!({ "url": "about:blank", "browserContextId": context }))?;
        let target = text(&target, "targetId")?;
        let session = self.call(None, "Target.attachToTarget", json!({ "targetId": target, "flatten": true }))?;
        let tab = Tab { context, session: text(&session, "sessionId")? };
        self.call(Some(&tab), "Page.enable", json!({}))?;
        self.call(Some(&tab), "Performance.enable", json!({}))?;
        self.call(Some(&tab), "Page.addScriptToEvaluateOnNewDocument", json!({ "source": PROBE }))?;
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call(Some(&tab), "Emulation.setDeviceMetricsOverride", size)?;
        Ok(tab)
    }

    /// Sends a page somewhere.
    pub(super) fn visit(&mut self, tab: &Tab, url: &str) -> Outcome {
        let answer = self.call(Some(tab), "Page.navigate", json!({ "url": url }))?;
        match answer["errorText"].as_str() {
            Some(error) => Err(Failure::new(format!("opening {url}: {error}"))),
            None => Ok(()),
        }
    }

    /// The value of an expression in a page.
    pub(super) fn ask(&mut self, tab: &Tab, expression: &str) -> Outcome<Value> {
        let how = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.call(Some(tab), "Runtime.evaluate", how)?;
        match answer.get("exceptionDetails") {
            Some(thrown) => {
                let what = thrown["exception"]["description"].as_str().or_else(|| thrown["text"].as_str());
                Err(Failure::new(format!("in the page, {expression}: {}", what.unwrap_or("an exception"))))
            }
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// Waits until an expression is true in a page.
    pub(super) fn wait_for(&mut self, tab: &Tab, expression: &str, secs: f64) -> Outcome {
        let watch = Stopwatch::start();
        loop {
            if self.ask(tab, expression)? == Value::Bool(true) {
                return Ok(());
            }
            if watch.secs() > secs {
                let shown = self.ask(tab, "document.body.innerText.slice(0, 300)")?;
                let shown = shown.as_str().unwrap_or_default().replace('\n', " | ");
                return Err(Failure::new(format!("not within {secs} s: {expression}; the page shows: {shown}")));
            }
            thread::sleep(LOOK);
        }
    }

    /// What a page's main thread has done since it was opened.
    pub(super) fn work(&mut self, tab: &Tab) -> Outcome<Work> {
        let answer = self.call(Some(tab), "Performance.getMetrics", json!({}))?;
        let metrics = answer["metrics"].as_array().map(Vec::as_slice).unwrap_or_default();
        let metric = |name: &str| {
            let found = metrics.iter().find(|metric| metric["name"] == name);
            found.and_then(|metric| metric["value"].as_f64()).context(format_args!("the browser does not tell {name}"))
        };
        Ok(Work {
            all: metric("TaskDuration")?,
            script: metric("ScriptDuration")?,
            style: metric("RecalcStyleDuration")?,
            layout: metric("LayoutDuration")?,
        })
    }

    /// Starts to sample a page's main thread.
    pub(super) fn start_profile(&mut self, tab: &Tab) -> Outcome {
        self.call(Some(tab), "Profiler.enable", json!({}))?;
        self.call(Some(tab), "Profiler.start", json!({})).map(drop)
    }

    /// The samples since then, as DevTools reads them from a `.cpuprofile` file.
    pub(super) fn end_profile(&mut self, tab: &Tab) -> Outcome<Value> {
        let mut answer = self.call(Some(tab), "Profiler.stop", json!({}))?;
        Ok(answer["profile"].take())
    }

    /// Closes a page and forgets its context.
    pub(super) fn close(&mut self, tab: Tab) -> Outcome {
        self.call(None, "Target.disposeBrowserContext", json!({ "browserContextId": tab.context })).map(drop)
    }

    fn call(&mut self, tab: Option<&Tab>, method: &str, params: Value) -> Outcome<Value> {
        self.last_id += 1;
        let id = self.last_id;
        let mut question = json!({ "id": id, "method": method, "params": params });
        if let Some(tab) = tab {
            question["sessionId"] = json!(tab.session);
        }
        let socket = self.socket.as_mut().context("the browser is gone")?;
        let asking = format_args!("asking the browser for {method}").to_string();
        socket.send(Message::text(question.to_string())).context(&asking)?;
        loop {
            let Message::Text(text) = socket.read().context(&asking)? else { continue };
            let mut answer: Value = serde_json::from_str(&text).context(&asking)?;
            if answer["id"].as_u64() != Some(id) {
                continue; // an event
            }
            return match answer.get("error") {
                Some(error) => Err(Failure::new(format!("{asking}: {}", error["message"]))),
                None => Ok(answer["result"].take()),
            };
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let closing = self.call(None, "Browser.close", json!({}));
        let watch = Stopwatch::start();
        while closing.is_ok() && watch.secs() < 5.0 && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(LOOK);
        }
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
        let _left_behind = fs::remove_dir_all(&self.profile);
    }
}

fn text(answer: &Value, key: &str) -> Outcome<String> {
    answer[key].as_str().map(str::to_owned).context(format_args!("the browser's answer lacks {key}"))
}
