//! What is true now, as far as the page looks: places, machine cards, tags, readings. Filled by `apply` alone; pages
//! read it and say what they look at.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

use super::alerts::SeenAlerts;
use super::glances::Glances;
use super::slots::Slots;
use crate::document::Board;
use crate::time::{Timestamp, ZoneTable};
use crate::ui::natural::naturally;
use crate::vocab::{MachineState, Origin, PlaceId, Quality, Reading, TagId, Value};
use crate::wire::{
    Findings, KpiReport, LinkReport, MachineCard, Message, OutboxReport, Place, Rows, Stats, Survey, Tag, TrendPart,
    ViewId,
};

/// The context. Copies share.
#[derive(Clone, Copy)]
pub struct Live {
    pub(super) store: StoredValue<Store, LocalStorage>,
    /// Raised when ids lose their meaning; the page is built anew.
    pub epoch: RwSignal<u32>,
    /// Raised when the tree of places gets another shape.
    pub structure: RwSignal<u32>,
    /// Raised when tags become known.
    pub described: RwSignal<u32>,
    /// The links, in the order of the configured brokers.
    pub links: RwSignal<Vec<LinkReport>>,
    /// What waits to be published, and what became of the rest.
    pub outbox: RwSignal<OutboxReport>,
    /// The worker's figures.
    pub stats: RwSignal<Arc<Stats>>,
    /// The last raw message asked for.
    pub message: RwSignal<Option<Arc<Message>>>,
    /// The namespace page's rows.
    pub rows: RwSignal<Arc<Rows>>,
    /// Raised when the namespace's rows were lent to a search that is over: whose they are asks again.
    pub lent: RwSignal<u32>,
    /// What is wrong with the namespace, once asked for.
    pub findings: RwSignal<Option<Arc<Findings>>>,
    /// How levels are read, once asked for.
    pub survey: RwSignal<Option<Arc<Survey>>>,
    /// How Sparkplug's edge nodes stand, as last told.
    pub edge_nodes: RwSignal<Option<Arc<crate::wire::EdgeNodes>>>,
    /// How the writing of a metric stands, as last told.
    pub writing: RwSignal<Option<Arc<crate::wire::WritingReport>>>,
    /// Boards that lie on the broker for every screen, read and checked; who made them is as they say.
    pub shared_boards: RwSignal<Vec<Board>>,
    /// Alerts that are not normal.
    pub alerts: SeenAlerts,
    /// The report of KPIs that was asked for, as last told.
    pub kpis: RwSignal<Option<Arc<KpiReport>>>,
    /// Glances at places for tiles.
    pub glances: Glances,
    /// The plant's zone.
    pub zone: RwSignal<ZoneTable>,
    /// The device's now, each second.
    pub second: RwSignal<Timestamp>,
    /// The worker is gone: nothing on screen is vouched for.
    pub is_stranded: RwSignal<bool>,
}

/// A tag's description as the page holds it; `None` until it came.
pub type TagSignal = ArcRwSignal<Option<Arc<Tag>>>;
/// Hears the new columns of a trend.
pub type TrendSink = Arc<dyn Fn(&TrendPart) + Send + Sync>;

#[derive(Default)]
pub(super) struct Store {
    pub(super) places: Slots<Place>,
    pub(super) place_ids: BTreeMap<Arc<str>, u32>,
    pub(super) tags: Slots<TagSignal>,
    pub(super) tag_ids: BTreeMap<Arc<str>, u32>,
    /// Tags by the place they belong to.
    pub(super) tags_of: Slots<Vec<TagId>>,
    pub(super) cards: Slots<ArcRwSignal<MachineCard>>,
    pub(super) readings: Slots<Watched>,
    /// Watched tags whose count reached or left 0 since the worker was last told.
    pub(super) touched: Vec<TagId>,
    pub(super) trends: BTreeMap<ViewId, TrendSink>,
    pub(super) next_view: u32,
    /// The last frame taken.
    pub(super) seq: u32,
    /// `Cleared` came; what is shown stays until the first places of the new tree are there.
    pub(super) is_cleared: bool,
}

/// A reading on screen.
pub(super) struct Watched {
    pub(super) signal: ArcRwSignal<Reading>,
    /// How many look at it.
    pub(super) count: u32,
    /// Whether the worker streams it.
    pub(super) told: bool,
}

impl Live {
    /// Nothing known yet.
    pub fn new(now: Timestamp) -> Self {
        Self {
            store: StoredValue::new_local(Store::default()),
            epoch: RwSignal::new(0),
            structure: RwSignal::new(0),
            described: RwSignal::new(0),
            links: RwSignal::new(Vec::new()),
            outbox: RwSignal::new(OutboxReport::default()),
            stats: RwSignal::new(Arc::new(Stats::default())),
            message: RwSignal::new(None),
            rows: RwSignal::new(Arc::new(Rows::default())),
            lent: RwSignal::new(0),
            shared_boards: RwSignal::new(Vec::new()),
            findings: RwSignal::new(None),
            survey: RwSignal::new(None),
            edge_nodes: RwSignal::new(None),
            writing: RwSignal::new(None),
            kpis: RwSignal::new(None),
            glances: Glances::new(),
            zone: RwSignal::new(ZoneTable::default()),
            alerts: SeenAlerts::new(),
            second: RwSignal::new(now),
            is_stranded: RwSignal::new(false),
        }
    }

    /// A place, if known. Not tracked: [`Live::structure`] tells of change.
    pub fn place(self, id: PlaceId) -> Option<Place> {
        self.store.with_value(|store| store.places.get(id.0).cloned())
    }

    /// The place with this full path. Tracks the tree.
    pub fn place_at(self, path: &str) -> Option<PlaceId> {
        self.structure.track();
        self.store.with_value(|store| store.place_ids.get(path).map(|id| PlaceId(*id)))
    }

    /// The tag with this full path. Tracks the descriptions.
    pub fn tag_at(self, path: &str) -> Option<TagId> {
        self.described.track();
        self.store.with_value(|store| store.tag_ids.get(path).map(|id| TagId(*id)))
    }

    /// A tag's description, tracked by reading the signal.
    pub fn tag(self, id: TagId) -> TagSignal {
        let made = self.store.try_update_value(|store| store.tags.entry(id.0, || ArcRwSignal::new(None)).clone());
        made.unwrap_or_else(|| ArcRwSignal::new(None))
    }

    /// A machine's card, tracked by reading the signal.
    pub fn card(self, id: PlaceId) -> ArcRwSignal<MachineCard> {
        let made =
            self.store.try_update_value(|store| store.cards.entry(id.0, || ArcRwSignal::new(blank_card(id))).clone());
        made.unwrap_or_else(|| ArcRwSignal::new(blank_card(id)))
    }

    /// All places, in no order. Tracks the tree.
    pub fn places(self) -> Vec<Place> {
        self.structure.track();
        self.store.with_value(|store| store.places.values().cloned().collect())
    }

    /// A place and what lies above it, topmost first.
    pub fn lineage(self, id: PlaceId) -> Vec<Place> {
        self.store.with_value(|store| {
            let mut line = Vec::new();
            let mut at = Some(id);
            while let Some(place) = at.and_then(|id| store.places.get(id.0)) {
                line.push(place.clone());
                at = place.parent.filter(|_| line.len() < 64);
            }
            line.reverse();
            line
        })
    }

    /// The tags known at and below a place, by path. Tracks the descriptions.
    pub fn tags_below(self, top: PlaceId) -> Vec<Arc<Tag>> {
        self.described.track();
        let tags: Vec<Arc<Tag>> = self.store.with_value(|store| {
            let is_below = |place: &Place| {
                let mut at = Some(place.id);
                for _ in 0..64 {
                    match at {
                        Some(id) if id == top => return true,
                        Some(id) => at = store.places.get(id.0).and_then(|place| place.parent),
                        None => return false,
                    }
                }
                false
            };
            let below = store.places.values().filter(|place| is_below(place));
            let ids = below.filter_map(|place| store.tags_of.get(place.id.0)).flatten();
            ids.filter_map(|id| store.tags.get(id.0)?.get_untracked()).collect()
        });
        naturally(tags, |tag| &tag.path)
    }
}

/// The context, from any component.
#[expect(clippy::expect_used, reason = "the app provides it before anything is mounted; without it nothing can show")]
pub fn use_live() -> Live {
    use_context().expect("Live is provided by the app")
}

/// A reading before any came.
pub fn unknown_reading() -> Reading {
    Reading {
        value: Value::Null,
        quality: Quality::Unknown,
        origin: Origin::Live,
        source_time: None,
        receive_time: Timestamp::default(),
        zoned: true,
    }
}

fn blank_card(place: PlaceId) -> MachineCard {
    MachineCard {
        place,
        state: MachineState::Offline,
        word: "".into(),
        since: None,
        stale: false,
        heard: None,
        state_tag: None,
        figures: Vec::new(),
        fault: None,
        death: None,
    }
}
