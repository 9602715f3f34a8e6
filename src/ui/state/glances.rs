//! Glances at places for tiles of KPIs: who looks at what, and what was told last.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

use super::use_live;
use crate::ui::link::use_link;
use crate::ui::parts::erased::effect;
use crate::wire::{Command, KpiCommand, KpiGlance};

/// A glance as the page holds it; `None` until it came.
pub type GlanceSignal = ArcRwSignal<Option<Arc<KpiGlance>>>;

/// Part of the live context. Copies share.
#[derive(Clone, Copy)]
pub struct Glances {
    /// By path: how many tiles look, and what they see.
    seen: StoredValue<BTreeMap<String, (u32, GlanceSignal)>, LocalStorage>,
    /// Raised when other places are looked at.
    wanted: RwSignal<u32>,
}

impl Glances {
    /// Nobody looks.
    pub fn new() -> Self {
        Self { seen: StoredValue::new_local(BTreeMap::new()), wanted: RwSignal::new(0) }
    }

    pub(super) fn take(self, told: Vec<KpiGlance>) {
        for glance in told {
            let signal = self.seen.with_value(|seen| seen.get(&*glance.path).map(|(_, signal)| signal.clone()));
            if let Some(signal) = signal {
                signal.set(Some(Arc::new(glance)));
            }
        }
    }

    fn look(self, path: &str) -> GlanceSignal {
        let signal = self.seen.try_update_value(|seen| {
            let (count, signal) = seen.entry(path.to_owned()).or_insert_with(|| (0, ArcRwSignal::new(None)));
            *count += 1;
            (*count == 1, signal.clone())
        });
        let (is_first, signal) = signal.unwrap_or_else(|| (false, ArcRwSignal::new(None)));
        if is_first {
            self.wanted.update(|wanted| *wanted += 1);
        }
        signal
    }

    fn leave(self, path: &str) {
        let is_last = self.seen.try_update_value(|seen| {
            let Some((count, _)) = seen.get_mut(path) else { return false };
            *count -= 1;
            let is_last = *count == 0;
            if is_last {
                seen.remove(path);
            }
            is_last
        });
        if is_last == Some(true) {
            self.wanted.update(|wanted| *wanted += 1);
        }
    }
}

impl Default for Glances {
    fn default() -> Self {
        Self::new()
    }
}

/// Looks at a place as long as the component lives.
pub fn use_glance(path: &str) -> GlanceSignal {
    let glances = use_live().glances;
    let own = path.to_owned();
    on_cleanup(move || glances.leave(&own));
    glances.look(path)
}

/// Tells the worker what tiles look at; once, in the frame.
pub fn tell_glances() {
    let (live, link) = (use_live(), use_link());
    effect(move || {
        live.epoch.track();
        let is_first = live.glances.wanted.get() == 0;
        let paths: Vec<String> = live.glances.seen.with_value(|seen| seen.keys().cloned().collect());
        if !is_first {
            link.post(&Command::Kpis(KpiCommand::Follow(paths)));
        }
    });
}
