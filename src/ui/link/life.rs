//! The worker's life as the page sees it: started, watched, buried and started again; given up when it dies too often.

use std::time::Duration;

// The trait, which the wire's `Update` would hide.
use leptos::prelude::{Update as _, *};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{BUILD, Health, Hired, Link};
use crate::ui::state::apply;
use crate::web::clock::monotonic_millis;
use crate::web::port::{Parcel, parcel};
use crate::wire::{Update, unpack};

impl Link {
    pub(super) fn spawn(self) {
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
    pub(super) fn look(self) {
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
        let shown: String = reason.chars().take(300).collect();
        web_sys::console::error_1(&format!("andon page: the worker died: {shown}").into());
        let is_hopeless = self.inner.try_update_value(|inner| {
            let now = monotonic_millis();
            let stats = self.live.stats.get_untracked();
            let (messages, tags, bytes) = (stats.messages_received, stats.tags, stats.wasm_bytes_worker);
            inner.obituaries.push((now, format!("{shown} (after {messages} messages, {tags} values, {bytes} bytes)")));
            let kept = inner.obituaries.len().saturating_sub(HOPELESS);
            inner.obituaries.drain(..kept);
            inner.obituaries.len() == HOPELESS && now - inner.obituaries[0].0 < HOPELESS_MILLIS
        });
        if is_hopeless == Some(true) {
            self.toasts.clear();
            return self.health.set(Health::Dead);
        }
        let pause = PAUSES_MILLIS[(deaths.unwrap_or(1) as usize - 1).min(PAUSES_MILLIS.len() - 1)];
        self.toasts.say(&format!(
            "The connection's worker stopped ({shown}) and is being restarted. Values are stale until it is back."
        ));
        set_timeout(move || self.spawn(), Duration::from_millis(pause));
    }

    /// Starts a worker again that was given up.
    pub fn revive(self) {
        self.inner.update_value(|inner| inner.obituaries.clear());
        self.health.set(Health::Starting);
        self.spawn();
    }

    /// What the worker died of, each with how many seconds ago.
    pub fn obituaries(self) -> Vec<(f64, String)> {
        let now = monotonic_millis();
        let ago = |(at, reason): &(f64, String)| ((now - at) / 1000.0, reason.clone());
        self.inner.with_value(|inner| inner.obituaries.iter().map(ago).collect())
    }

    /// Ends the worker, if there is one.
    pub(super) fn fire(self) -> bool {
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

/// A look later than this was held up itself.
const LATE_MILLIS: f64 = 3000.0;
/// The worker beats every second; so long without one, and it is dead or stuck.
const SILENCE_MILLIS: f64 = 6000.0;
/// A worker that still loads gets this long.
const START_MILLIS: f64 = 30_000.0;
const CALM_MILLIS: f64 = 60_000.0;
/// So many deaths within so long, and another start would not help.
const HOPELESS: usize = 3;
const HOPELESS_MILLIS: f64 = 60_000.0;
const PAUSES_MILLIS: [u64; 5] = [200, 1000, 3000, 10_000, 30_000];
