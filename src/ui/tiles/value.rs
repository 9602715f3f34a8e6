//! One tag's value as a tile.

use leptos::prelude::*;

use crate::ui::parts::erased::{attr, shown, words};

use crate::ui::format::{name_words, span_words};
use crate::ui::parts::past::{Spark, use_is_number};
use crate::ui::parts::reading::Figure;
use crate::ui::place::Place;
use crate::ui::state::{use_live, use_reading};
use crate::vocab::{Quality, TagId};

/// One tag's value as a tile.
#[component]
pub fn ValueTile(
    /// The tag; its description is known.
    tag: TagId,
) -> impl IntoView {
    let live = use_live();
    let known = live.tag(tag).get_untracked();
    let path = known.as_ref().map(|tag| tag.path.to_string()).unwrap_or_default();
    let name = known.as_ref().map(|tag| name_words(&tag.name)).unwrap_or_default();
    let owner =
        known.as_ref().and_then(|tag| live.place(tag.place)).map(|place| name_words(&place.name)).unwrap_or_default();
    let reading = use_reading(tag);
    let is_number = use_is_number(tag);
    let quality = reading.clone();
    let is_stale = Memo::new(move |_| quality.with(|reading| reading.quality == Quality::Stale));
    let foot = move || {
        let now = live.second.get();
        let heard = reading.with_untracked(|reading| reading.receive_time);
        if is_stale.get() { format!("no data for {}", span_words(now - heard)) } else { owner.clone() }
    };
    let hash = Place::Tag(path).to_hash();
    view! {
        <article
            class="tile value"
            data-stale=attr(move || is_stale.get().then_some(""))
        >
            <div class="tile__head">
                <a class="tile__name" href=hash>
                    {name}
                </a>
            </div>
            <div class="tile__key">
                <Figure tag />
                {shown(move || is_number.get(), move || view! { <Spark tag /> }.into_any())}
            </div>
            <div class="tile__foot">{words(foot)}</div>
        </article>
    }
}
