//! Alerts as the worker tells them: what is not normal now, kept on this device so that a reload forgets no
//! acknowledgement and no shelf. Filled by `apply` alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::storage::{Keep, load, save};
use crate::vocab::{AlertId, AlertState, PlaceId, Priority};
use crate::wire::{Alert, AlertJournal, AlertPreview, pack, unpack};

/// Part of the live context. Copies share.
#[derive(Clone, Copy)]
pub struct SeenAlerts {
    seen: StoredValue<Seen, LocalStorage>,
    /// Raised when any alert changes.
    pub changed: RwSignal<u32>,
    /// The newest that was raised while somebody could have looked: for sound and notification.
    pub news: RwSignal<Option<Arc<Alert>>>,
    /// The journal as last asked for.
    pub journal: RwSignal<Option<Arc<AlertJournal>>>,
    /// What the rule tried last would have done.
    pub preview: RwSignal<Option<Arc<AlertPreview>>>,
}

#[derive(Default)]
struct Seen {
    /// What is not normal, by rule id and path.
    alerts: BTreeMap<Name, Arc<Alert>>,
    /// What was kept, of which the worker has not spoken yet.
    kept: BTreeMap<Name, Alert>,
    /// Where it is kept; `None`: nowhere.
    key: Option<String>,
}

type Name = (Arc<str>, Arc<str>);

impl SeenAlerts {
    /// None seen.
    pub fn new() -> Self {
        Self {
            seen: StoredValue::new_local(Seen::default()),
            changed: RwSignal::new(0),
            news: RwSignal::new(None),
            journal: RwSignal::new(None),
            preview: RwSignal::new(None),
        }
    }

    /// From now on alerts are kept under this key; what was kept there is taken up.
    pub fn keep_under(self, key: Option<String>) {
        let kept = key.as_deref().and_then(|key| load(Keep::Device, key)).and_then(|text| from_hex(&text));
        let kept: Vec<Alert> = kept.and_then(|bytes| unpack(&bytes).ok()).unwrap_or_default();
        self.seen.update_value(|seen| {
            seen.kept = kept.into_iter().map(|alert| (name_of(&alert), alert)).collect();
            seen.alerts.clear();
            seen.key = key;
        });
        self.changed.update(|count| *count += 1);
    }

    /// What a fresh worker is to take up.
    pub fn to_resume(self) -> Vec<Alert> {
        self.seen.with_value(|seen| {
            seen.alerts.values().map(|alert| (**alert).clone()).chain(seen.kept.values().cloned()).collect()
        })
    }

    /// The worker begins anew, or other rules are in force: what it tells from now on counts.
    pub(super) fn begin_anew(self) {
        self.seen.update_value(|seen| {
            let Seen { alerts, kept, .. } = seen;
            for (name, alert) in std::mem::take(alerts) {
                kept.insert(name, (*alert).clone());
            }
        });
        self.changed.update(|count| *count += 1);
    }

    /// Other rules are in force: alerts of rules that are gone go with them.
    pub fn drop_all(self) {
        self.seen.update_value(|seen| {
            seen.alerts.clear();
            seen.kept.clear();
        });
        self.changed.update(|count| *count += 1);
    }

    pub(super) fn take(self, told: Vec<Alert>) {
        let mut news: Option<Arc<Alert>> = None;
        self.seen.update_value(|seen| {
            for alert in told {
                let name = name_of(&alert);
                seen.kept.remove(&name);
                if alert.state == AlertState::Normal {
                    seen.alerts.remove(&name);
                    continue;
                }
                let was = seen.alerts.get(&name).map(|known| (known.state, known.count));
                let alert = Arc::new(alert);
                let is_news = alert.state == AlertState::Unacknowledged
                    && !alert.is_standing
                    && was.is_none_or(|(state, count)| state != alert.state || count != alert.count);
                if is_news && news.as_ref().is_none_or(|known| alert.priority < known.priority) {
                    news = Some(alert.clone());
                }
                seen.alerts.insert(name, alert);
            }
            if let Some(key) = &seen.key {
                let all: Vec<&Alert> = seen.alerts.values().map(|alert| &**alert).chain(seen.kept.values()).collect();
                let all = &all[..all.len().min(MOST_KEPT)];
                if let Ok(bytes) = pack(&all) {
                    let _kept = save(Keep::Device, key, &to_hex(&bytes));
                }
            }
        });
        self.changed.update(|count| *count += 1);
        if let Some(news) = news {
            self.news.set(Some(news));
        }
    }

    /// All that is not normal: what asks for a person first, then by priority, the newest first. Tracked.
    pub fn all(self) -> Vec<Arc<Alert>> {
        self.changed.track();
        let mut all: Vec<Arc<Alert>> = self.seen.with_value(|seen| seen.alerts.values().cloned().collect());
        all.sort_by_key(|alert| (rank(alert.state), alert.priority, std::cmp::Reverse(alert.raised)));
        all
    }

    /// How many ask for a person, by priority, and whether any of them is not acknowledged. Tracked.
    pub fn counts(self) -> [(u32, bool); 4] {
        self.changed.track();
        let mut counts = [(0, false); 4];
        self.seen.with_value(|seen| {
            for alert in seen.alerts.values().filter(|alert| alert.state.is_annunciated()) {
                let at = Priority::ALL.iter().position(|priority| *priority == alert.priority).unwrap_or(0);
                counts[at].0 += 1;
                counts[at].1 |= alert.state != AlertState::Acknowledged;
            }
        });
        counts
    }

    /// The worst alert of a machine that asks for a person. Tracked.
    pub fn worst_of(self, machine: PlaceId) -> Option<Arc<Alert>> {
        self.changed.track();
        self.seen.with_value(|seen| {
            let own = seen.alerts.values().filter(|alert| alert.machine == Some(machine));
            own.filter(|alert| alert.state.is_annunciated())
                .min_by_key(|alert| (alert.priority, rank(alert.state), std::cmp::Reverse(alert.raised)))
                .cloned()
        })
    }

    /// The ids of those that are to be acknowledged among these.
    pub fn to_acknowledge(alerts: &[Arc<Alert>]) -> Vec<AlertId> {
        let open = |alert: &&Arc<Alert>| matches!(alert.state, AlertState::Unacknowledged | AlertState::Returned);
        alerts.iter().filter(open).map(|alert| alert.id).collect()
    }
}

impl Default for SeenAlerts {
    fn default() -> Self {
        Self::new()
    }
}

fn name_of(alert: &Alert) -> Name {
    (alert.rule.clone(), alert.path.clone())
}

const fn rank(state: AlertState) -> u8 {
    match state {
        AlertState::Unacknowledged => 0,
        AlertState::Acknowledged => 1,
        AlertState::Returned => 2,
        _ => 3,
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|n| char::from_digit(u32::from(n), 16)).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    Some(digits?.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

/// A storage holds a few megabytes; beyond this many alerts the least urgent are not kept.
const MOST_KEPT: usize = 2000;
