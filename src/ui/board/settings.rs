//! The settings of one tile: what it shows and how; each is in force at once and can be taken back.

use leptos::prelude::*;

use super::Desk;
use super::subject::subject_field;
use crate::document::{Subject, Tile, TileKind, board_edit, stand_in, unit};
use crate::ui::parts::erased::{block, click, each, maybe};
use crate::ui::state::use_live;

/// The panel at the side; nothing while no single tile is chosen.
#[component]
pub fn SettingsPanel(
    /// The board.
    desk: Desk,
) -> impl IntoView {
    let id = Memo::new(move |_| {
        let chosen = desk.chosen.get();
        (desk.is_edited.get() && desk.is_open.get() && chosen.len() == 1).then(|| chosen[0])
    });
    // What it shows decides which fields there are; the fields themselves keep the focus while they are typed in.
    let shape = Memo::new(move |_| {
        let id = id.get()?;
        desk.board.with(|board| board.as_ref()?.tile(id).map(|tile| (id, tile.kind, tile.path.clone())))
    });
    block(move || maybe(shape.get(), |(id, ..)| fields(desk, id)))
}

/// Sets one thing of a tile.
fn set(desk: Desk, id: u32, change: impl FnOnce(&mut Tile)) {
    desk.change(|board| board_edit::with_tile(board, id, change));
}

fn fields(desk: Desk, id: u32) -> AnyView {
    let tile = desk.board.with_untracked(|board| board.as_ref().and_then(|board| board.tile(id)).cloned());
    let Some(tile) = tile else { return ().into_any() };
    let subject = tile.kind.facts().subject;
    let place = desk.shown_for();
    let path = stand_in::path_at(&tile.path, place.as_deref());
    let take = move |path: String| {
        let place = desk.board.with_untracked(|board| board.as_ref().and_then(|board| board.drawn_for.clone()));
        set(desk, id, |tile| tile.path = stand_in::path_for(&path, place.as_deref()));
    };
    let what = match subject {
        Subject::Nothing => ().into_any(),
        Subject::Picture => {
            let change = move |address: &str| set(desk, id, |tile| tile.path = picture_address(address));
            text_field("Picture, a file beside the page", &tile.path, "picture", change)
        }
        subject => subject_field(subject, path.clone(), take),
    };
    let of_tag = (subject == Subject::Tag).then(|| tag_fields(desk, id, &tile, &path));
    let words = (tile.kind == TileKind::Text).then(|| {
        let text = tile.text.clone();
        view! {
            <label class="field">
                <span>"Text"</span>
                <textarea
                    rows="6"
                    maxlength="4000"
                    data-testid="tile-text"
                    prop:value=text
                    on:change=move |event| {
                        let text = event_target_value(&event);
                        set(desk, id, |tile| tile.text = text);
                    }
                ></textarea>
                <small>"# heading, - item, **strong**, [words](address)"</small>
            </label>
        }
        .into_any()
    });
    view! {
        <aside class="panel" aria-label="Settings of the tile" data-testid="tile-settings">
            <header class="panel__head">
                <h2>{kind_words(tile.kind)}</h2>
                <button class="button button--quiet" on:click=click(move || desk.is_open.set(false))>
                    "Close"
                </button>
            </header>
            {what}
            {text_field("Title", &tile.title, "title", move |title| set(desk, id, |tile| tile.title = title.to_owned()))}
            {maybe(kinds_beside(tile.kind), |kinds| kind_field(desk, id, tile.kind, kinds))}
            {of_tag}
            {words}
        </aside>
    }
    .into_any()
}

/// Unit, digits, ends of the scale, target, span: as far as the kind has them.
fn tag_fields(desk: Desk, id: u32, tile: &Tile, path: &str) -> AnyView {
    let live = use_live();
    let known = live.tag_at(path).and_then(|tag| live.tag(tag).get_untracked());
    let own = known.and_then(|tag| tag.unit.as_deref().map(str::to_owned)).unwrap_or_default();
    let units = Some(unit::alike(&own)).filter(|units| !units.is_empty());
    let unit_now = tile.unit.clone();
    let units = maybe(units, |units| {
        let options = each(units, |unit| {
            let is_now = unit == unit_now;
            view! { <option value=unit selected=is_now>{unit}</option> }.into_any()
        });
        let change = move |event| {
            let unit = event_target_value(&event);
            set(desk, id, |tile| tile.unit = unit);
        };
        view! {
            <label class="field">
                <span>"Unit"</span>
                <select data-testid="tile-unit" on:change=change>
                    <option value="">{format!("{own}, as the tag has it")}</option>
                    {options}
                </select>
            </label>
        }
        .into_any()
    });
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    let (low, high) = tile.range.map_or((None, None), |(low, high)| (Some(low), Some(high)));
    let has_scale = matches!(tile.kind, TileKind::Gauge | TileKind::Trend);
    let has_target = matches!(tile.kind, TileKind::Gauge | TileKind::Counter);
    let has_span = matches!(tile.kind, TileKind::Sparkline | TileKind::Trend);
    let digits = tile.digits.map(|digits| digits.to_string()).unwrap_or_default();
    let set_digits = move |text: &str| {
        let digits = text.trim().parse::<u8>().ok().filter(|digits| *digits <= 9);
        set(desk, id, |tile| tile.digits = digits);
    };
    // Both ends are one setting: an end alone waits in its field until the other is there.
    let ends = StoredValue::new((low, high));
    let set_end = move |is_high: bool, text: &str| {
        let end = read_number(text);
        ends.update_value(|ends| if is_high { ends.1 = end } else { ends.0 = end });
        let range = match ends.get_value() {
            (Some(low), Some(high)) if low < high => Some((low, high)),
            _ => None,
        };
        set(desk, id, |tile| tile.range = range);
    };
    let set_target = move |text: &str| set(desk, id, |tile| tile.target = read_number(text));
    let set_span = move |text: &str| {
        let minutes = text.trim().parse::<u32>().ok().filter(|minutes| *minutes <= 60 * 24 * 7).unwrap_or(0);
        set(desk, id, |tile| tile.minutes = minutes);
    };
    let minutes = if tile.minutes == 0 { String::new() } else { tile.minutes.to_string() };
    view! {
        {units}
        {text_field("Digits after the point", &digits, "digits", set_digits)}
        {maybe(
            has_scale.then_some(()),
            |()| {
                view! {
                    <div class="panel__pair">
                        {text_field("From", &number(low), "low", move |text| set_end(false, text))}
                        {text_field("To", &number(high), "high", move |text| set_end(true, text))}
                    </div>
                }
                    .into_any()
            },
        )}
        {maybe(has_target.then_some(()), |()| text_field("Target", &number(tile.target), "target", set_target))}
        {maybe(has_span.then_some(()), |()| text_field("Minutes back", &minutes, "minutes", set_span))}
    }
    .into_any()
}

/// One tag can be shown in many ways: it need not be picked again for each.
fn kind_field(desk: Desk, id: u32, now: TileKind, kinds: Vec<TileKind>) -> AnyView {
    let options = each(kinds, |kind| {
        let is_now = kind == now;
        view! { <option value=kind.word() selected=is_now>{kind_words(kind)}</option> }.into_any()
    });
    let change = move |event| {
        if let Some(kind) = TileKind::from_word(&event_target_value(&event)) {
            set(desk, id, |tile| tile.kind = kind);
        }
    };
    view! {
        <label class="field">
            <span>"Shown as"</span>
            <select data-testid="tile-kind" on:change=change>
                {options}
            </select>
        </label>
    }
    .into_any()
}

fn text_field(
    label: &'static str,
    now: &str,
    testid: &'static str,
    change: impl Fn(&str) + Send + Sync + 'static,
) -> AnyView {
    let now = now.to_owned();
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                autocomplete="off"
                maxlength="200"
                data-testid=format!("tile-{testid}")
                prop:value=now
                on:change=move |event| change(event_target_value(&event).trim())
            />
        </label>
    }
    .into_any()
}

/// A number as people of either decimal point write it.
fn read_number(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite())
}

/// Kinds that show the same sort of thing; `None` where there is no other.
fn kinds_beside(kind: TileKind) -> Option<Vec<TileKind>> {
    let subject = kind.facts().subject;
    let is_shared = matches!(subject, Subject::Tag | Subject::Machine);
    is_shared.then(|| TileKind::ALL.into_iter().filter(|other| other.facts().subject == subject).collect())
}

/// A file beside the page: an address elsewhere is refused by the page's policy anyway, and says who looks at a screen.
fn picture_address(typed: &str) -> String {
    let is_elsewhere = typed.contains(':') || typed.starts_with("//") || typed.starts_with('\\');
    if is_elsewhere { String::new() } else { typed.to_owned() }
}

/// What a kind of tile is called.
pub const fn kind_words(kind: TileKind) -> &'static str {
    match kind {
        TileKind::Machine => "Machine",
        TileKind::Line => "Line",
        TileKind::State => "State",
        TileKind::Value => "Value",
        TileKind::Number => "Big number",
        TileKind::Gauge => "Gauge",
        TileKind::Counter => "Counter",
        TileKind::Sparkline => "Sparkline",
        TileKind::Trend => "Trend",
        TileKind::Alerts => "Alerts",
        TileKind::Kpi => "OEE",
        TileKind::Timeline => "States of the shift",
        TileKind::Pareto => "Reasons of downtime",
        TileKind::Text => "Text",
        TileKind::Clock => "Clock",
        TileKind::Image => "Picture",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_people_type() {
        assert_eq!(read_number(" 1,5 "), Some(1.5));
        assert_eq!(read_number("-2.25"), Some(-2.25));
        assert_eq!([read_number(""), read_number("inf"), read_number("1.2.3")], [None; 3]);
        assert_eq!(picture_address("img/plan.svg"), "img/plan.svg");
        for elsewhere in ["https://a/b", "//a/b", "javascript:x", "\\\\a\\b"] {
            assert_eq!(picture_address(elsewhere), "");
        }
    }
}
