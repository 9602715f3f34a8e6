//! Tiles of a place: a machine's state readable across the hall, a line with the states of its machines.

use leptos::prelude::*;

use crate::document::Tile;
use crate::ui::format::{name_words, span_words};
use crate::ui::natural::naturally;
use crate::ui::parts::alert_count::MachineAlert;
use crate::ui::parts::erased::{Listed, attr, list, maybe, words};
use crate::ui::place::Place;
use crate::ui::state::{Documents, Live, use_documents, use_live};
use crate::ui::tiles::StateWords;
use crate::vocab::{Level, MachineState, PlaceId};

/// A machine's state alone, as large as the tile.
pub fn state_tile(tile: &Tile, machine: PlaceId) -> AnyView {
    let live = use_live();
    let place = live.place(machine);
    let path = place.as_ref().map(|place| place.path.to_string()).unwrap_or_default();
    let own = place.as_ref().map(|place| name_words(&place.name)).unwrap_or_default();
    let title = if tile.title.is_empty() { own } else { tile.title.clone() };
    let card = live.card(machine);
    let (state, staleness) = (card.clone(), card.clone());
    let since = move || {
        let now = live.second.get();
        card.with(|card| match (card.stale, card.heard, card.since) {
            (true, Some(heard), _) => format!("no data for {}", span_words(now - heard)),
            (false, _, Some(since)) => format!("for {}", span_words(now - since)),
            _ => String::new(),
        })
    };
    let hash = Place::Machine(path.clone()).to_hash();
    view! {
        <article
            class="tile tile--state"
            data-machine=path
            data-state=attr(move || state.with(|card| card.state.word()))
            data-stale=attr(move || staleness.with(|card| card.stale.then_some("")))
        >
            <div class="tile__head">
                <a class="tile__name" href=hash>
                    {title}
                </a>
            </div>
            <div class="tile__key">
                <StateWords machine />
            </div>
            <div class="tile__foot">
                <MachineAlert machine />
                <span class="tile__since">{words(since)}</span>
            </div>
        </article>
    }
    .into_any()
}

/// A line: how its machines are, each as a cell with its state's shape.
pub fn line_tile(tile: &Tile, line: PlaceId) -> AnyView {
    let (live, documents) = (use_live(), use_documents());
    let place = live.place(line);
    let path = place.as_ref().map(|place| place.path.to_string()).unwrap_or_default();
    let own = place.as_ref().map(|place| name_words(&place.name)).unwrap_or_default();
    let title = if tile.title.is_empty() { own } else { tile.title.clone() };
    let machines = Memo::new(move |_| machines_of(live, documents, line));
    let counts = move || {
        let mut counts = [0_usize; 5];
        for machine in machines.get() {
            counts[live.card(PlaceId(machine)).with(|card| badness(card.state))] += 1;
        }
        counts
    };
    let cells = move || {
        let cell = |machine: u32| Listed::new(machine.to_string(), move || cell(live, PlaceId(machine)));
        machines.get().into_iter().map(cell).collect()
    };
    let hash = Place::Line(path.clone()).to_hash();
    view! {
        <article
            class="tile tile--line"
            data-line=path
            data-worst=attr(move || worst_word(counts()))
        >
            <div class="tile__head">
                <a class="tile__name" href=hash>
                    {title}
                </a>
                <span class="tile__sum">{words(move || summary_words(counts()))}</span>
            </div>
            <div class="tile__cells">{list(cells)}</div>
        </article>
    }
    .into_any()
}

fn cell(live: Live, machine: PlaceId) -> AnyView {
    let place = live.place(machine);
    maybe(place, |place| {
        let card = live.card(machine);
        let staleness = card.clone();
        let (hash, name) = (Place::Machine(place.path.to_string()).to_hash(), name_words(&place.name));
        view! {
            <a
                class="cell"
                href=hash
                data-machine=place.path.to_string()
                data-state=attr(move || card.with(|card| card.state.word()))
                data-stale=attr(move || staleness.with(|card| card.stale.then_some("")))
            >
                <StateWords machine />
                <span class="cell__name">{name}</span>
            </a>
        }
        .into_any()
    })
}

/// Machines below a place, as material flows where somebody said so, else in the order in which people count. Tracked.
pub fn machines_of(live: Live, documents: Documents, top: PlaceId) -> Vec<u32> {
    let machines: Vec<_> = live
        .places()
        .into_iter()
        .filter(|place| place.level == Some(Level::Machine))
        .filter(|place| live.lineage(place.id).iter().any(|above| above.id == top))
        .collect();
    let mut machines = naturally(machines, |place| &place.path);
    let line = live.place(top).map(|line| line.path.to_string()).unwrap_or_default();
    documents.file.with(|file| machines.sort_by_key(|machine| file.kpis.place_in_flow(&line, &machine.name)));
    machines.into_iter().map(|place| place.id.0).collect()
}

/// The state of the worst of these machines.
pub fn worst_word(counts: [usize; 5]) -> &'static str {
    const WORDS: [&str; 5] = ["running", "idle", "planned-stop", "offline", "stopped"];
    counts.iter().rposition(|count| *count > 0).map_or("offline", |badness| WORDS[badness])
}

/// How many machines are in which state, the worst first.
pub fn summary_words(counts: [usize; 5]) -> String {
    const WORDS: [&str; 5] = ["running", "idle", "in planned stop", "offline", "stopped"];
    let mut words = String::new();
    for badness in (0..5).rev().filter(|badness| counts[*badness] > 0) {
        if !words.is_empty() {
            words.push_str(" · ");
        }
        words.push_str(&format!("{} {}", counts[badness], WORDS[badness]));
    }
    words
}

/// 0 is best.
pub const fn badness(state: MachineState) -> usize {
    match state {
        MachineState::Running => 0,
        MachineState::Idle => 1,
        MachineState::PlannedStop => 2,
        MachineState::Offline => 3,
        MachineState::Stopped => 4,
    }
}
