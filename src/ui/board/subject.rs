//! Which thing a tile shows: words typed find tags, machines and lines by name, and what is picked is the path.

use leptos::prelude::*;

use crate::document::Subject;
use crate::ui::format::name_words;
use crate::ui::link::use_link;
use crate::ui::natural::naturally;
use crate::ui::parts::erased::{Listed, attr, click, effect, list, shown};
use crate::ui::state::{Live, use_live};
use crate::vocab::Level;
use crate::wire::{Browse, Command};

/// A field that finds what a tile may show; `take` gets the full path.
pub fn subject_field(subject: Subject, path: String, take: impl Fn(String) + Copy + Send + Sync + 'static) -> AnyView {
    let live = use_live();
    let query = RwSignal::new(String::new());
    let shown_path = path.clone();
    if subject == Subject::Tag {
        ask_while_shown(query);
    }
    let found = Memo::new(move |_| found(live, subject, &query.get()));
    let rows = move || {
        let listed = |path: String| {
            Listed::new(path.clone(), move || {
                let (own, name) = (path.clone(), name_words(path.rsplit('/').next().unwrap_or(&path)));
                let taken = path.clone();
                let pick = move || {
                    query.set(String::new());
                    take(taken.clone());
                };
                view! {
                    <li>
                        <button class="pick" data-testid="subject-pick" on:click=click(pick)>
                            <strong>{name}</strong>
                            <span>{own}</span>
                        </button>
                    </li>
                }
                .into_any()
            })
        };
        found.get().into_iter().map(listed).collect()
    };
    let label = match subject {
        Subject::Tag => "Tag",
        Subject::Machine => "Machine",
        Subject::Line => "Line",
        _ => "Place",
    };
    view! {
        <div class="subject">
            <label class="field">
                <span>{label}</span>
                <input
                    type="search"
                    autocomplete="off"
                    placeholder="Words of its name"
                    data-testid="subject-search"
                    on:input=move |event| query.set(event_target_value(&event))
                />
                <small class="subject__now">{if shown_path.is_empty() { "Nothing picked yet".into() } else { shown_path }}</small>
            </label>
            <ul class="subject__found" data-some=attr(move || found.with(|found| (!found.is_empty()).then_some("")))>
                {list(rows)}
            </ul>
            {shown(
                move || query.with(|query| !query.trim().is_empty()) && found.with(Vec::is_empty),
                || view! { <p class="tile__hint">"Nothing of this name"</p> }.into_any(),
            )}
        </div>
    }
    .into_any()
}

/// The worker searches the tags: the page knows only those that were looked at.
fn ask_while_shown(query: RwSignal<String>) {
    let link = use_link();
    effect(move || {
        let words = query.get();
        let browse = (!words.trim().is_empty())
            .then(|| Box::new(Browse { query: words, count: MOST_FOUND as u16, ..Browse::default() }));
        link.post(&Command::Browse(browse));
    });
    on_cleanup(move || link.post(&Command::Browse(None)));
}

fn found(live: Live, subject: Subject, query: &str) -> Vec<String> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    if subject == Subject::Tag {
        let rows = live.rows.get();
        let tags = rows.rows.iter().filter(|row| row.tag.is_some());
        return tags.map(|row| row.path.to_string()).take(MOST_FOUND).collect();
    }
    let fits = |level: Option<Level>| match subject {
        Subject::Machine => level == Some(Level::Machine),
        Subject::Line => level.is_some() && level != Some(Level::Machine),
        _ => true,
    };
    let all = live.places().into_iter().filter(|place| fits(place.level)).filter(|place| {
        let path = place.path.to_lowercase();
        words.iter().all(|word| path.contains(word.as_str()))
    });
    let all: Vec<_> = all.collect();
    naturally(all, |place| &place.path).into_iter().take(MOST_FOUND).map(|place| place.path.to_string()).collect()
}

/// As many as are looked through at a glance.
const MOST_FOUND: usize = 12;
