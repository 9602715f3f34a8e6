//! A machine's tile: state, the figures that matter, and a last line that says what is wrong or since when.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::parts::alert_count::MachineAlert;
use crate::ui::parts::erased::{attr, block, each, maybe, words};

use crate::time::Timestamp;
use crate::ui::format::{name_words, span_words};
use crate::ui::parts::icon::{StateShape, state_words};
use crate::ui::parts::past::Spark;
use crate::ui::parts::reading::{Figure, ReadingText};
use crate::ui::place::Place;
use crate::ui::state::use_live;
use crate::vocab::{AlertState, MachineState, PlaceId, TagId};
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
    let (state, staleness, chosen) = (card.clone(), card.clone(), card.clone());
    // The fault first, where there is one; then the figures.
    let chosen = Memo::new(move |_| {
        chosen.with(|card| -> Vec<u32> {
            let none = u32::MAX;
            std::iter::once(card.fault.map_or(none, |tag| tag.0)).chain(card.figures.iter().map(|tag| tag.0)).collect()
        })
    });
    let foot = {
        let card = card.clone();
        move || {
            let now = live.second.get();
            card.with(|card| foot_words(card, now))
        }
    };
    let hash = Place::Machine(path.clone()).to_hash();
    let worst = Memo::new(move |_| {
        live.alerts.worst_of(machine).map(|alert| (alert.priority, alert.state != AlertState::Acknowledged))
    });
    view! {
        <article
            class="tile machine"
            data-machine=path
            data-state=attr(move || state.with(|card| card.state.word()))
            data-stale=attr(move || staleness.with(|card| card.stale.then_some("")))
            data-alert-priority=attr(move || worst.get().map(|(priority, _)| priority.word()))
            data-alert-open=attr(move || worst.get().and_then(|(_, is_open)| is_open.then_some("")))
        >
            <div class="tile__head">
                <a class="tile__name" href=hash>
                    {name}
                </a>
                <StateWords machine />
            </div>
            {block(move || figures(&chosen.get()))}
            <div class="tile__foot">
                <MachineAlert machine />
                <span class="tile__since">{words(foot)}</span>
            </div>
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
    let (shape, state, title) = (card.clone(), card.clone(), card.clone());
    view! {
        <span
            class="state"
            data-state=attr(move || state.with(|card| card.state.word()))
            title=attr(move || title.with(|card| state_words(card.state)))
        >
            <StateShape state=Arc::new(move || shape.with(|card| card.state)) />
            <span class="state__word">{words(move || card.with(word_of))}</span>
        </span>
    }
}

/// The key figure, and the fault or two supporting figures: what is wrong before how it is. `chosen`: the fault's tag,
/// then the figures'.
fn figures(chosen: &[u32]) -> AnyView {
    let mut tags = chosen.iter().copied();
    let fault = tags.next().filter(|tag| *tag != u32::MAX).map(TagId);
    let key = tags.next().map(TagId);
    view! {
        <div class="tile__key">
            {maybe(key, |tag| {
                view! {
                    <Figure tag />
                    <Spark tag />
                }
                    .into_any()
            })}
        </div>
        {match fault {
            Some(tag) => view! { <div class="tile__fault"><ReadingText tag /></div> }.into_any(),
            None => {
                let named = each(tags.take(2), |tag| view! { <Named tag=TagId(tag) /> }.into_any());
                view! { <div class="tile__figures">{named}</div> }.into_any()
            }
        }}
    }
    .into_any()
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
            <span class="named__name">{words(name)}</span>
            <Figure tag />
        </span>
    }
}

/// The source's own word where it says something, else ours.
pub(crate) fn word_of(card: &MachineCard) -> String {
    let is_telling = card.word.chars().any(char::is_alphabetic) && !matches!(&*card.word, "true" | "false");
    if is_telling { name_words(&card.word) } else { state_words(card.state).to_owned() }
}

pub(crate) fn foot_words(card: &MachineCard, now: Timestamp) -> String {
    if let Some(why) = &card.death {
        let span = card.since.map(|since| format!(", for {}", span_words(now - since)));
        return format!("{why}{}", span.unwrap_or_default());
    }
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
