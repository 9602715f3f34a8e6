//! What can be done with the namespace: pin what is picked, look at what is wrong, save the list, read one in.

use std::sync::Arc;

use leptos::prelude::*;

use super::Look;
use crate::document::{Tile, TileKind, board_edit, rules_from_csv};
use crate::ui::connect::reinterpret;
use crate::ui::files::read_picked;
use crate::ui::link::use_link;
use crate::ui::parts::erased::{block, click, each, maybe, shown, words};
use crate::ui::parts::pin::fresh_id;
use crate::ui::parts::toast::use_toasts;
use crate::ui::place::Place;
use crate::ui::state::{use_documents, use_live};
use crate::wire::{Command, ListFormat};

/// The tools, at the end of the filters.
pub(super) fn tools(look: Look) -> AnyView {
    let (live, link) = (use_live(), use_link());
    let found = move || {
        let count: u32 = live.findings.with(|findings| findings.as_ref().map_or(0, |found| found.list.len() as u32));
        match count {
            0 => "Health of the namespace".to_owned(),
            1 => "1 kind of trouble".to_owned(),
            count => format!("{count} kinds of trouble"),
        }
    };
    let save = move |format| click(move || link.post(&Command::ListTags(format)));
    view! {
        <span class="page__gap"></span>
        {shown(move || look.picked.with(|picked| !picked.is_empty()), move || view! { <PinPicked look /> }.into_any())}
        <a class="button button--quiet" data-testid="ns-health" href=Place::NamespaceHealth.to_hash()>
            {words(found)}
        </a>
        <details class="pin__more">
            <summary class="button" data-testid="ns-list">"List"</summary>
            <div class="pin__menu">
                <button class="pin__board" data-testid="ns-save-csv" on:click=save(ListFormat::Csv)>
                    "Save as CSV"
                </button>
                <button class="pin__board" data-testid="ns-save-json" on:click=save(ListFormat::Json)>
                    "Save as JSON"
                </button>
                <Import />
            </div>
        </details>
    }
    .into_any()
}

/// Pins what is picked to the first board.
#[component]
fn PinPicked(look: Look) -> impl IntoView {
    let (documents, toasts) = (use_documents(), use_toasts());
    let pin = move || {
        let boards = documents.all_boards();
        let ids: Vec<&str> = boards.iter().map(|board| board.id.as_str()).collect();
        let (id, title) = boards
            .first()
            .map_or_else(|| (fresh_id(&ids), "My board".to_owned()), |board| (board.id.clone(), board.title.clone()));
        let picked = look.picked.get_untracked();
        let count = picked.len();
        let is_kept = documents.edit_board(&id, |board| {
            if board.title.is_empty() {
                board.title.clone_from(&title);
            }
            for path in picked {
                let tile = Tile::new(TileKind::Value, &path);
                if !board.tiles.iter().any(|known| known.shows_same(&tile))
                    && let Some((more, _)) = board_edit::added(board, tile)
                {
                    *board = more;
                }
            }
        });
        look.picked.set(Default::default());
        let lost = if is_kept { "" } else { ". This browser keeps nothing, so it is gone after a reload" };
        toasts.say(&format!("{count} pinned to {title}{lost}"));
    };
    view! {
        <button class="button button--main" data-testid="ns-pin" on:click=click(pin)>
            {words(move || format!("Pin {}", look.picked.with(|picked| picked.len())))}
        </button>
        <button class="button button--quiet" on:click=click(move || look.picked.set(Default::default()))>
            "Pick none"
        </button>
    }
}

/// Reads descriptions, units and limits from a table.
#[component]
fn Import() -> impl IntoView {
    let (documents, link, toasts) = (use_documents(), use_link(), use_toasts());
    let wrong = RwSignal::new(Vec::new());
    let take = move |text: String| {
        let (rules, problems) = rules_from_csv(&text);
        let (count, bad) = (rules.len(), problems.len());
        wrong.set(problems);
        if count > 0 {
            let is_kept = documents.say_meanings(|meanings| {
                // What the table says comes in place of what an earlier one said of the same tags.
                let named: std::collections::BTreeSet<&str> = rules.iter().map(|rule| rule.pattern.as_str()).collect();
                meanings.tags.retain(|rule| !named.contains(rule.pattern.as_str()) || !rule.states.is_empty());
                meanings.tags.extend(rules);
            });
            reinterpret(documents, link);
            let lost = if is_kept { "" } else { ". This browser keeps nothing, so it is gone after a reload" };
            toasts.say(&format!("{count} tags read, {bad} lines wrong{lost}"));
        } else {
            toasts.say(&format!("No tags read, {bad} lines wrong"));
        }
    };
    let take: Arc<dyn Fn(String)> = Arc::new(take);
    let list = move || {
        maybe(Some(wrong.get()).filter(|wrong| !wrong.is_empty()), |wrong| {
            let items = each(wrong, |problem| view! { <li>{problem.to_string()}</li> }.into_any());
            view! { <ul class="ns__wrong" data-testid="ns-import-problems">{items}</ul> }.into_any()
        })
    };
    view! {
        <label class="pin__board ns__import">
            "Read descriptions, units, limits from CSV"
            <input
                type="file"
                accept=".csv,.tsv,.txt,text/csv"
                data-testid="ns-import"
                on:change=move |event| read_picked(&event, take.clone())
            />
        </label>
        {block(list)}
    }
}
