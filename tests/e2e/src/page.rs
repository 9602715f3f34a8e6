//! Page objects: the only place that knows how the DOM names things.

use serde::Deserialize;
use serde_json::json;

use crate::browser::Browser;
use crate::wait::{PATIENT, eventually};

/// A reading as the DOM contract writes it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Reading {
    /// `data-tag`.
    pub tag: String,
    /// `data-quality`.
    pub quality: String,
    /// `data-origin`.
    pub origin: String,
    /// `data-source`.
    pub source: String,
    /// `data-broker`.
    pub broker: String,
    /// `data-time`, 0 when there is none.
    pub time: f64,
    /// `value`.
    pub value: String,
    /// What is read.
    pub text: String,
}

impl Reading {
    /// Good and published while the page listened.
    pub fn is_live(&self) -> bool {
        self.quality == "good" && self.origin == "live"
    }

    /// Vouched for by the connection, be it retained.
    pub fn is_current(&self) -> bool {
        self.quality != "stale" && self.quality != "unknown"
    }
}

/// A machine tile.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Tile {
    /// `data-machine`.
    pub path: String,
    /// `data-state`.
    pub state: String,
    /// Its readings.
    pub readings: Vec<Reading>,
}

/// Andon in a browser.
#[derive(Debug)]
pub struct PlantPage<'a> {
    /// The browser that shows it.
    pub browser: &'a Browser,
}

const READINGS: &str = "const readings = (root) => [...root.querySelectorAll('data.reading')].map((r) => ({
    tag: r.dataset.tag ?? '', quality: r.dataset.quality ?? '', origin: r.dataset.origin ?? '',
    source: r.dataset.source ?? '', broker: r.dataset.broker ?? '', time: Number(r.dataset.time ?? 0),
    value: r.value, text: r.innerText })); ";

impl<'a> PlantPage<'a> {
    /// Opens the page at a place; `hash` begins with `#`.
    pub async fn open(browser: &'a Browser, url: &str, hash: &str) -> Self {
        browser.open(&format!("{url}{hash}")).await;
        Self { browser }
    }

    /// Goes to a place by its hash, without a reload.
    pub async fn go(&self, hash: &str) {
        let hash = json!(hash);
        self.browser.ask::<serde_json::Value>(&format!("location.hash = {hash}; return null;")).await;
    }

    /// The place in the address bar.
    pub async fn place(&self) -> String {
        self.browser.ask("return location.hash;").await
    }

    /// All readings below the elements that match, at one moment.
    pub async fn readings(&self, css: &str) -> Vec<Reading> {
        let css = json!(css);
        let body = format!("{READINGS} return [...document.querySelectorAll({css})].flatMap(readings);");
        self.browser.ask(&body).await
    }

    /// All machine tiles, at one moment.
    pub async fn tiles(&self) -> Vec<Tile> {
        let body = format!(
            "{READINGS} return [...document.querySelectorAll('[data-machine]')].map((tile) => (
                {{ path: tile.dataset.machine, state: tile.dataset.state ?? '', readings: readings(tile) }}));"
        );
        self.browser.ask(&body).await
    }

    /// The paths of the lines shown.
    pub async fn lines(&self) -> Vec<String> {
        let body = "return [...new Set([...document.querySelectorAll('[data-line]')].map((l) => l.dataset.line))];";
        self.browser.ask(body).await
    }

    /// The connection's states, in the contract's words.
    pub async fn connections(&self) -> Vec<String> {
        self.browser
            .ask("return [...document.querySelectorAll('[data-connection]')].map((c) => c.dataset.connection);")
            .await
    }

    /// A figure of `#/diagnostics`, when that is open.
    pub async fn stat(&self, name: &str) -> Option<f64> {
        let css = json!(format!("data[data-stat='{name}']"));
        self.browser
            .ask(&format!(
                "const s = document.querySelector({css}); return s && s.value !== '' ? Number(s.value) : null;"
            ))
            .await
    }

    /// Waits for `count` tiles, each of them live somewhere.
    pub async fn live_tiles(&self, count: usize, secs: f64) -> Vec<Tile> {
        eventually(&format!("{count} live tiles"), secs, async || {
            let tiles = self.tiles().await;
            let live = |tile: &Tile| tile.readings.iter().any(Reading::is_live);
            if tiles.len() == count && tiles.iter().all(live) { Ok(tiles) } else { Err(tiles) }
        })
        .await
    }

    /// Waits until every reading that is shown below `css` is stale, and no connection says online.
    pub async fn all_stale(&self, css: &str, secs: f64) {
        eventually(&format!("everything in {css} stale"), secs, async || {
            let readings = self.readings(css).await;
            let connections = self.connections().await;
            let fresh: Vec<_> = readings.iter().filter(|reading| reading.quality != "stale").cloned().collect();
            let is_down = !connections.is_empty() && connections.iter().all(|state| state != "online");
            if !readings.is_empty() && fresh.is_empty() && is_down { Ok(()) } else { Err((connections, fresh)) }
        })
        .await;
    }

    /// Waits until something below `css` is live, and returns all readings there.
    pub async fn live(&self, css: &str, secs: f64) -> Vec<Reading> {
        eventually(&format!("something live in {css}"), secs, async || {
            let readings = self.readings(css).await;
            if readings.iter().any(Reading::is_live) { Ok(readings) } else { Err((self.connections().await, readings)) }
        })
        .await
    }

    /// Waits until readings below `css` have changed their values since this call.
    pub async fn moves(&self, css: &str, secs: f64) {
        let before = self.readings(css).await;
        eventually(&format!("{css} moves"), secs, async || {
            let now = self.readings(css).await;
            let moved = now.iter().any(|reading| {
                before.iter().any(|was| was.tag == reading.tag && was.value != reading.value && was.time < reading.time)
            });
            if moved { Ok(()) } else { Err(now) }
        })
        .await;
    }

    /// Pins what the open page shows to the first board.
    pub async fn pin(&self) {
        self.browser.click("[data-testid='pin-machine'], [data-testid='pin-tag']").await;
    }

    /// Forgets the first broker of the settings, and goes back to the plant.
    pub async fn forget_broker(&self) {
        self.go("#/settings").await;
        self.browser.click_words("button", "Forget this broker").await;
        self.browser.click(YES).await;
        self.go("#/").await;
    }

    /// Opens a machine by its tile.
    pub async fn open_machine(&self, path: &str) {
        self.browser.click(&format!("[data-machine='{path}'] a")).await;
        let place = format!("#/machine/{path}");
        eventually("the machine's page", PATIENT, async || {
            let at = self.place().await;
            if at == place { Ok(()) } else { Err(at) }
        })
        .await;
    }
}

/// The button that says yes to a question.
pub const YES: &str = "[data-testid='question-yes']";

/// What is typed into the connect screen.
#[derive(Clone, Debug, Default)]
pub struct Login<'a> {
    /// WebSocket URL.
    pub url: &'a str,
    /// User name.
    pub user: &'a str,
    /// Password.
    pub password: &'a str,
}

/// The connect screen.
#[derive(Debug)]
pub struct ConnectPage<'a>(pub &'a Browser);

impl ConnectPage<'_> {
    /// The form.
    pub const FORM: &'static str = "form[data-testid='connect']";

    /// Waits for it.
    pub async fn is_shown(&self) {
        eventually("the connect screen", PATIENT, async || {
            if self.0.shows(Self::FORM).await { Ok(()) } else { Err(self.0.text().await) }
        })
        .await;
    }

    /// Fills and sends the form.
    pub async fn submit(&self, login: &Login<'_>) {
        self.0.fill(&format!("{} input[name='url']", Self::FORM), login.url).await;
        self.0.fill(&format!("{} input[name='username']", Self::FORM), login.user).await;
        self.0.fill(&format!("{} input[name='password']", Self::FORM), login.password).await;
        self.0.click(&format!("{} button[type='submit']", Self::FORM)).await;
    }

    /// Whether the box that keeps the password for this tab is ticked.
    pub async fn keeps_password(&self) -> bool {
        let css = json!(format!("{} input[type='checkbox']", Self::FORM));
        self.0.ask(&format!("return document.querySelector({css}).checked;")).await
    }

    /// Everywhere in the page where a text could have been left: URL, storage, cookies, attributes, databases.
    pub async fn traces_of(&self, secret: &str) -> Vec<String> {
        let secret = json!(secret);
        let body = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{
               const secret = {secret};
               const found = [];
               const look = (where, text) => {{ if (String(text).includes(secret)) found.push(where); }};
               look('URL', location.href);
               look('history', JSON.stringify(history.state));
               look('cookie', document.cookie);
               look('window.name', window.name);
               for (const [name, area] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]]) {{
                 look(name, JSON.stringify(Object.entries(area)));
               }}
               for (const element of document.querySelectorAll('*')) {{
                 for (const attribute of element.attributes) look(element.tagName + '@' + attribute.name, attribute.value);
                 if (element instanceof HTMLInputElement) look('input ' + element.name, element.value);
               }}
               look('text', document.body.textContent);
               for (const database of await indexedDB.databases()) {{
                 const open = indexedDB.open(database.name);
                 const db = await new Promise((ok, bad) => {{ open.onsuccess = () => ok(open.result); open.onerror = bad; }});
                 for (const store of db.objectStoreNames) {{
                   const all = db.transaction(store).objectStore(store).getAll();
                   const rows = await new Promise((ok, bad) => {{ all.onsuccess = () => ok(all.result); all.onerror = bad; }});
                   look('IndexedDB ' + database.name, JSON.stringify(rows));
                 }}
                 db.close();
               }}
               if ('caches' in window) look('caches', JSON.stringify(await caches.keys()));
               return found;
             }})().then(done, (error) => done(['looking failed: ' + error]));"
        );
        self.0.ask_later(&body).await
    }
}
