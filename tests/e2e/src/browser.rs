//! A headless Chromium with a driver and a profile of its own; both end with the value, panics included.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::wait::{PATIENT, eventually};

/// How many browsers may run at a time, and in one journey: more would starve each other on two cores.
const AT_ONCE: usize = 3;

/// How often a launch is tried. The driver takes one port for both versions of IP: it ends at once when its free choice
/// for the one is taken for the other.
const LAUNCHES: usize = 5;

static ROOM: Semaphore = Semaphore::const_new(AT_ONCE);

/// A name that the browser takes for another machine though it leads to this one: no loopback privileges, an insecure
/// context over `http://`.
pub const OTHER_NAME: &str = "plant.test";

const FLAGS: [&str; 8] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

/// The browser. Fields drop in order: the session, then the driver, then the place for the next one.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    chromedriver: ChildGuard,
    _room: SemaphorePermit<'static>,
}

/// A process that ends with its owner.
#[derive(Debug)]
pub(crate) struct ChildGuard(pub(crate) Child);

impl Drop for ChildGuard {
    fn drop(&mut self) {
        let _gone_already = self.0.kill();
        let _reaped = self.0.wait();
    }
}

impl Browser {
    /// Starts a browser, once there is room for it.
    pub async fn start() -> Self {
        let [browser] = Self::several().await;
        browser
    }

    /// Starts as many browsers as one journey needs, once there is room for all of them: journeys that take them one by
    /// one could wait for each other for ever.
    pub async fn several<const COUNT: usize>() -> [Self; COUNT] {
        let count = u32::try_from(COUNT.min(AT_ONCE)).unwrap_or(1);
        let mut room = ROOM.acquire_many(count).await.expect("the semaphore is never closed");
        let mut browsers = Vec::with_capacity(COUNT);
        while browsers.len() < COUNT {
            browsers.push(Self::launch(room.split(1).expect("no journey needs more than there is room for")).await);
        }
        let Ok(browsers) = browsers.try_into() else { panic!("as many as asked for") };
        browsers
    }

    async fn launch(room: SemaphorePermit<'static>) -> Self {
        let tools = xtask::setup::test_tools().unwrap_or_else(|failure| panic!("{failure}"));
        let mut capabilities = DesiredCapabilities::chrome();
        let prepared = (|| {
            for flag in FLAGS {
                capabilities.add_arg(flag)?;
            }
            // Chromium's own sandbox refuses to run as root.
            if is_root() {
                capabilities.add_arg("--no-sandbox")?;
            }
            capabilities.add_arg(&format!("--host-resolver-rules=MAP {OTHER_NAME} 127.0.0.1"))?;
            // Nobody is there to allow it.
            let allowed = json!({ "profile.default_content_setting_values.notifications": 1 });
            capabilities.add_experimental_option("prefs", allowed)?;
            capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
            capabilities.set_binary(&tools.chromium.to_string_lossy())
        })();
        prepared.expect("capabilities are plain JSON");
        let mut failure = String::new();
        for _try in 0..LAUNCHES {
            let Some((chromedriver, port)) = start_driver(&tools.chromedriver) else { continue };
            match WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities.clone()).await {
                Ok(driver) => return Self { driver, chromedriver, _room: room },
                Err(error) => failure = brief(&error),
            }
        }
        panic!("no browser after {LAUNCHES} tries: {failure}");
    }

    /// Opens another tab of the same browser, with the same storage, and goes on there.
    pub async fn another_tab(&self) {
        let tab = self.driver.new_tab().await.expect("another tab");
        self.driver.switch_to_window(tab).await.expect("it is there");
    }

    /// Closes this tab and goes on in the first one that is left.
    pub async fn close_tab(&self) {
        self.driver.close_window().await.expect("this tab closes");
        self.first_tab().await;
    }

    /// Goes on in the first tab.
    pub async fn first_tab(&self) {
        let tabs = self.driver.windows().await.expect("the tabs");
        self.driver.switch_to_window(tabs[0].clone()).await.expect("it is there");
    }

    /// Opens a URL.
    pub async fn open(&self, url: &str) {
        self.driver.goto(url).await.unwrap_or_else(|error| panic!("opening {url}: {error}"));
    }

    /// Loads the page anew.
    pub async fn reload(&self) {
        self.driver.refresh().await.expect("the page reloads");
    }

    /// The address bar.
    pub async fn url(&self) -> String {
        self.driver.current_url().await.expect("there is a URL").to_string()
    }

    /// Runs a function body in the page and returns what it returns. One call sees one moment of the page.
    pub async fn ask<T: DeserializeOwned>(&self, body: &str) -> T {
        let answer = self.driver.execute(body, Vec::<Value>::new()).await;
        let answer = answer.unwrap_or_else(|error| panic!("in the page, {body}: {error}"));
        answer.convert().unwrap_or_else(|error| panic!("the answer to {body}: {error}"))
    }

    /// Runs a function body that calls its last argument with the answer.
    pub async fn ask_later<T: DeserializeOwned>(&self, body: &str) -> T {
        let answer = self.driver.execute_async(body, Vec::<Value>::new()).await;
        let answer = answer.unwrap_or_else(|error| panic!("in the page, {body}: {error}"));
        answer.convert().unwrap_or_else(|error| panic!("the answer to {body}: {error}"))
    }

    /// Clicks as a user does, once the element is there and nothing covers it.
    pub async fn click(&self, css: &str) {
        eventually(&format!("clicking {css}"), PATIENT, async || {
            let element = self.driver.find(By::Css(css)).await.map_err(|error| brief(&error))?;
            element.click().await.map_err(|error| brief(&error))
        })
        .await;
    }

    /// Clicks the first of these elements that reads so.
    pub async fn click_words(&self, css: &str, words: &str) {
        eventually(&format!("clicking {css} {words:?}"), PATIENT, async || {
            for element in self.driver.find_all(By::Css(css)).await.map_err(|error| brief(&error))? {
                if element.text().await.map_err(|error| brief(&error))?.trim() == words {
                    return element.click().await.map_err(|error| brief(&error));
                }
            }
            Err("not there".into())
        })
        .await;
    }

    /// Presses keys on what has the focus; `keys` may hold thirtyfour's keys, as `Key::Control + "k"`.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let active = self.driver.active_element().await.expect("something has the focus");
        active.send_keys(keys).await.unwrap_or_else(|error| panic!("pressing keys: {}", brief(&error)));
    }

    /// Takes hold of an element with the mouse and moves it by CSS pixels.
    pub async fn drag(&self, css: &str, by: (i64, i64)) {
        let element = self.driver.find(By::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {}", brief(&error)));
        let hand = self.driver.action_chain().move_to_element_center(&element).click_and_hold();
        let done = hand.move_by_offset(by.0 / 2, by.1 / 2).move_by_offset(by.0 - by.0 / 2, by.1 - by.1 / 2);
        done.release().perform().await.unwrap_or_else(|error| panic!("dragging {css}: {}", brief(&error)));
    }

    /// Makes the page this large, in CSS pixels, whatever the window is.
    pub async fn resize(&self, width: u32, height: u32) {
        self.emulate(
            "DeviceMetrics",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        )
        .await;
    }

    /// Makes the page a touch screen of this size.
    pub async fn point_with_a_finger(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": true });
        self.emulate("DeviceMetrics", metrics).await;
        let touch = json!({ "enabled": true, "maxTouchPoints": 5 });
        let done = self.driver.cdp().send_raw("Emulation.setTouchEmulationEnabled", touch).await;
        done.unwrap_or_else(|error| panic!("touch: {}", brief(&error)));
    }

    async fn emulate(&self, what: &str, with: Value) {
        let done = self.driver.cdp().send_raw(&format!("Emulation.set{what}Override"), with).await;
        done.unwrap_or_else(|error| panic!("{what}: {}", brief(&error)));
    }

    /// A picture of the page as it is seen.
    pub async fn picture(&self) -> Vec<u8> {
        self.driver.screenshot_as_png().await.expect("the browser takes a picture")
    }

    /// Replaces what a field holds, by the keyboard.
    pub async fn fill(&self, css: &str, text: &str) {
        eventually(&format!("filling {css}"), PATIENT, async || {
            let element = self.driver.find(By::Css(css)).await.map_err(|error| brief(&error))?;
            element.clear().await.map_err(|error| brief(&error))?;
            element.send_keys(text).await.map_err(|error| brief(&error))
        })
        .await;
    }

    /// Picks a file with a file input, which need not be visible.
    pub async fn choose_file(&self, css: &str, file: &std::path::Path) {
        let path = file.to_str().expect("a path of text");
        eventually(&format!("choosing a file with {css}"), PATIENT, async || {
            let element = self.driver.find(By::Css(css)).await.map_err(|error| brief(&error))?;
            element.send_keys(path).await.map_err(|error| brief(&error))
        })
        .await;
    }

    /// Whether an element is on the page and visible.
    pub async fn shows(&self, css: &str) -> bool {
        let css = json!(css);
        self.ask(&format!("return [...document.querySelectorAll({css})].some((e) => e.checkVisibility());")).await
    }

    /// Waits until an element is visible.
    pub async fn shows_soon(&self, css: &str) {
        eventually(&format!("{css} shown"), PATIENT, async || {
            if self.shows(css).await { Ok(()) } else { Err(self.text().await) }
        })
        .await;
    }

    /// All text that can be read.
    pub async fn text(&self) -> String {
        self.ask("return document.body.innerText;").await
    }

    /// Waits until all of `words` can be read on the page, in any case.
    pub async fn reads(&self, words: &[&str], secs: f64) {
        eventually(&format!("the page reads {words:?}"), secs, async || {
            let text = self.text().await;
            let low = text.to_lowercase();
            if words.iter().all(|word| low.contains(&word.to_lowercase())) { Ok(()) } else { Err(text) }
        })
        .await;
    }

    /// Leaves a mark that a reload would wipe out.
    pub async fn mark(&self) {
        self.ask::<Value>("window.journeyMark = true; return null;").await;
    }

    /// Whether the mark is there still.
    pub async fn is_marked(&self) -> bool {
        self.ask("return window.journeyMark === true;").await
    }

    /// Since the last call: what the console said.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.driver.browser_log().await.expect("the browser keeps a log");
        entries.into_iter().map(|entry| format!("{}: {}", entry.level, entry.message)).collect()
    }

    /// Checks what must hold at the end of every journey: nothing was blocked by the content security policy, nothing
    /// was uncaught, nothing came from elsewhere, no `style` attribute was written into markup.
    pub async fn assert_clean(&self) {
        let bad = ["Content Security Policy", "Uncaught", "unreachable", "panicked", "Refused to"];
        let console = self.console().await;
        let faults: Vec<_> = console.iter().filter(|line| bad.iter().any(|word| line.contains(word))).collect();
        assert!(faults.is_empty(), "the console says {faults:#?}");
        let elsewhere: Vec<String> = self
            .ask(
                "return performance.getEntriesByType('resource').map((entry) => entry.name)
                   .filter((url) => !url.startsWith(location.origin + '/') && !url.startsWith('data:'));",
            )
            .await;
        assert!(elsewhere.is_empty(), "loaded from elsewhere: {elsewhere:?}");
    }

    /// The device sleeps: nothing of the browser runs until it is woken.
    pub fn sleep(&self) -> Asleep {
        let asleep = Asleep(processes_below(self.chromedriver.0.id()));
        asleep.signal("STOP");
        asleep
    }

    /// From now on the browser has so many bytes for what this origin keeps.
    pub async fn grant(&self, origin: &str, bytes: u64) {
        let limits = json!({ "origin": origin.trim_end_matches('/'), "quotaSize": bytes });
        let done = self.driver.cdp().send_raw("Storage.overrideQuotaForOrigin", limits).await;
        done.unwrap_or_else(|error| panic!("the quota of {origin}: {error}"));
    }

    /// Ends the browser in good order.
    pub async fn quit(self) {
        self.driver.quit().await.expect("the browser ends");
    }
}

/// A browser whose device sleeps. Wakes when dropped.
#[derive(Debug)]
pub struct Asleep(Vec<u32>);

impl Asleep {
    /// It wakes.
    pub fn wake(self) {}

    fn signal(&self, name: &str) {
        let pids = self.0.iter().map(u32::to_string);
        let sent = Command::new("kill").arg(format!("-{name}")).args(pids).stderr(Stdio::null()).status();
        sent.expect("kill runs");
    }
}

impl Drop for Asleep {
    fn drop(&mut self) {
        self.signal("CONT");
    }
}

/// The processes that this one started, and those that they did; not itself.
fn processes_below(top: u32) -> Vec<u32> {
    let all: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .expect("processes are listed")
        .filter_map(|entry| {
            let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The name before may hold anything, parentheses too.
            let parent = stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect();
    let mut found = vec![top];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(all.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    found.remove(0);
    found
}

/// The driver, and its port. It chooses a free one itself and says so; or it ended without.
fn start_driver(program: &std::path::Path) -> Option<(ChildGuard, u16)> {
    let mut command = Command::new(program);
    command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("starting {}: {error}", program.display()));
    let output = child.stdout.take().expect("its output is piped");
    let child = ChildGuard(child);
    let mut lines = BufReader::new(output).lines();
    let port = lines.find_map(|line| {
        let line = line.ok()?;
        line.split("successfully on port ").nth(1)?.trim_end_matches('.').trim().parse().ok()
    });
    // The pipe is read to its end, or the driver would stop when it is full.
    std::thread::spawn(move || lines.for_each(drop));
    Some((child, port?))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The first line of a driver's error; the rest is its stack.
fn brief(error: &WebDriverError) -> String {
    error.to_string().lines().take(3).collect::<Vec<_>>().join(" ")
}
