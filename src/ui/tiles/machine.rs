//! A machine's tile: state, the figures that matter, and a last line that says what is wrong or since when.

use leptos::prelude::*;

use crate::time::Timestamp;
use crate::ui::format::{name_words, span_words};
use crate::ui::parts::icon::{StateShape, state_words};
use crate::ui::parts::reading::{Figure, ReadingText};
use crate::ui::place::Place;
use crate::ui::state::use_live;
use crate::vocab::{MachineState, PlaceId, TagId};
use crate::wire::MachineCard;

/// A machine's tile.
#[component]
pub fn MachineTile(
    /// The machine.
    machine: PlaceId,
) -> impl IntoView {
    let live = use_live();
    let place = live.place(machine);
    let path = place.as_ref().map(|place| place.path.to_string()).unwrap_or_default();
    let name = place.as_ref().map(|place| name_words(&place.name)).unwrap_or_default();
    let card = live.card(machine);
    let state = Memo::new({
        let card = card.clone();
        move |_| card.with(|card| card.state)
    });
    let is_stale = Memo::new({
        let card = card.clone();
        move |_| card.with(|card| card.stale)
    });
    let shown = Memo::new({
        let card = card.clone();
        move |_| card.with(|card| (card.figures.clone(), card.fault))
    });
    let foot = {
        let card = card.clone();
        move || {
            let now = live.second.get();
            card.with(|card| foot_words(card, now))
        }
    };
    let hash = Place::Machine(path.clone()).to_hash();
    view! {
        <article
            class="tile machine"
            data-machine=path
            data-state=move || state.get().word()
            data-stale=move || is_stale.get().then_some("")
        >
            <span class="tile__head">
                <a class="tile__name" href=hash>
                    {name}
                </a>
                <StateWords machine />
            </span>
            {move || {
                let (figures, fault) = shown.get();
                view! {
                    <span class="tile__key">{figures.first().map(|tag| view! { <Figure tag=*tag /> })}</span>
                    <span class="tile__figures">
                        {figures.iter().skip(1).take(2).map(|tag| view! { <Named tag=*tag /> }).collect_view()}
                    </span>
                    <span class="tile__fault">{fault.map(|tag| view! { <ReadingText tag /> })}</span>
                }
            }}
            <span class="tile__foot">{foot}</span>
        </article>
    }
}

/// A machine's state: shape and word.
#[component]
pub fn StateWords(
    /// The machine.
    machine: PlaceId,
) -> impl IntoView {
    let card = use_live().card(machine);
    let state = Memo::new({
        let card = card.clone();
        move |_| card.with(|card| card.state)
    });
    let word = move || card.with(word_of);
    view! {
        <span class="state" data-state=move || state.get().word() title=move || state_words(state.get())>
            <StateShape state />
            <span class="state__word">{word}</span>
        </span>
    }
}

/// A supporting figure with its name.
#[component]
fn Named(
    /// The tag.
    tag: TagId,
) -> impl IntoView {
    let description = use_live().tag(tag);
    let name = move || {
        description.with(|tag| {
            tag.as_ref().map(|tag| name_words(tag.name.rsplit('/').next().unwrap_or(&tag.name))).unwrap_or_default()
        })
    };
    view! {
        <span class="named">
            <span class="named__name">{name}</span>
            <Figure tag />
        </span>
    }
}

/// The source's own word where it says something, else ours.
pub(crate) fn word_of(card: &MachineCard) -> String {
    let is_telling = card.word.chars().any(char::is_alphabetic) && !matches!(&*card.word, "true" | "false");
    if is_telling { name_words(&card.word) } else { state_words(card.state).to_owned() }
}

fn foot_words(card: &MachineCard, now: Timestamp) -> String {
    if card.stale {
        return match card.heard {
            Some(heard) => format!("no data for {}", span_words(now - heard)),
            None => "no data yet".into(),
        };
    }
    match (card.since, card.state) {
        (_, MachineState::Offline) if card.state_tag.is_none() => "tells no state".into(),
        (Some(since), _) => format!("for {}", span_words(now - since)),
        (None, _) => String::new(),
    }
}
