//! Tiles that show no tag: alerts, words, the time, a picture.

use std::sync::Arc;

use leptos::prelude::*;

use crate::document::Tile;
use crate::document::markup::{Block, Span, blocks_of};
use crate::time::Millis;
use crate::ui::format::{name_words, span_words};
use crate::ui::parts::alert::{dom_name, priority_shape};
use crate::ui::parts::erased::{Listed, each, list, maybe, shown, words};
use crate::ui::state::{use_documents, use_live};
use crate::wire::Alert;

/// Alerts that ask for a person, at and below a path or in the whole plant.
pub fn alerts_tile(tile: &Tile) -> AnyView {
    let live = use_live();
    let path = StoredValue::new(tile.path.clone());
    let alerts = move || {
        let is_below = |alert: &Arc<Alert>| {
            path.with_value(|path| {
                let rest = alert.path.strip_prefix(path.as_str());
                path.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let all = live.alerts.all().into_iter();
        all.filter(|alert| alert.state.is_annunciated() && is_below(alert)).collect::<Vec<_>>()
    };
    let count = Memo::new(move |_| alerts().len());
    let rows = move || {
        let listed = |alert: Arc<Alert>| {
            let key = format!("{} {:?} {} {}", dom_name(&alert), alert.state, alert.is_unknown, alert.changed.0);
            Listed::new(key, move || row(&alert))
        };
        alerts().into_iter().take(MOST_ROWS).map(listed).collect()
    };
    let place = tile.path.rsplit('/').next().filter(|last| !last.is_empty()).map(name_words);
    let title = if tile.title.is_empty() {
        place.map_or_else(|| "Alerts".into(), |place| format!("Alerts · {place}"))
    } else {
        tile.title.clone()
    };
    view! {
        <article class="tile tile--alerts">
            <div class="tile__head">
                <a class="tile__name" href="#/alerts">
                    {title}
                </a>
                <span class="tile__sum">{words(move || match count.get() { 0 => String::new(), count => count.to_string() })}</span>
            </div>
            {shown(
                move || count.get() == 0,
                || view! { <p class="tile__calm">"Nothing asks for anybody"</p> }.into_any(),
            )}
            <ul class="tile__rows">{list(rows)}</ul>
        </article>
    }
    .into_any()
}

fn row(alert: &Arc<Alert>) -> AnyView {
    let live = use_live();
    let raised = alert.raised.unwrap_or(alert.changed);
    let age = move || span_words((live.second.get() - raised).max(Millis(0)));
    let levels: Vec<&str> = alert.path.rsplit('/').take(2).collect();
    let place = levels.into_iter().rev().map(name_words).collect::<Vec<_>>().join(" › ");
    view! {
        <li
            class="tile__row"
            data-alert=dom_name(alert)
            data-alert-state=alert.state.word()
            data-priority=alert.priority.word()
        >
            {priority_shape(alert.priority)}
            <span class="tile__what">
                <strong>{alert.message.to_string()}</strong>
                <span>{place}</span>
            </span>
            <span class="tile__age">{words(age)}</span>
        </li>
    }
    .into_any()
}

/// What people wrote.
pub fn text_tile(tile: &Tile) -> AnyView {
    let title = Some(tile.title.clone()).filter(|title| !title.is_empty());
    let is_empty = tile.text.trim().is_empty();
    view! {
        <article class="tile tile--text">
            {maybe(
                title,
                |title| view! { <div class="tile__head"><span class="tile__name">{title}</span></div> }.into_any(),
            )}
            <div class="tile__prose">
                {written(&tile.text)}
                {maybe(
                    is_empty.then_some(()),
                    |()| view! { <p class="tile__hint">"Write something in the tile’s settings."</p> }.into_any(),
                )}
            </div>
        </article>
    }
    .into_any()
}

/// A text in the subset of Markdown, as elements; what is no part of the subset is text.
pub fn written(text: &str) -> AnyView {
    each(blocks_of(text), |block| {
        match block {
        Block::Heading(level, spans) => view! { <p class="prose__head" role="heading" attr:aria-level=(level + 2).to_string() data-level=level.to_string()>{inline(spans)}</p> }.into_any(),
        Block::Paragraph(lines) => {
            let lines = each(lines, |spans| view! { <span class="prose__line">{inline(spans)}</span> }.into_any());
            view! { <p>{lines}</p> }.into_any()
        }
        Block::List(is_numbered, items) => {
            let items = each(items, |spans| view! { <li>{inline(spans)}</li> }.into_any());
            if is_numbered {
                view! { <ol class="prose__list">{items}</ol> }.into_any()
            } else {
                view! { <ul class="prose__list">{items}</ul> }.into_any()
            }
        }
    }
    })
}

fn inline(spans: Vec<Span>) -> AnyView {
    each(spans, |span| match span {
        Span::Plain(text) => text.into_any(),
        Span::Strong(text) => view! { <strong>{text}</strong> }.into_any(),
        Span::Emphasis(text) => view! { <em>{text}</em> }.into_any(),
        Span::Code(text) => view! { <code>{text}</code> }.into_any(),
        Span::Link(text, address) => {
            let is_ours = address.starts_with('#');
            let (target, rel) = if is_ours { (None, None) } else { (Some("_blank"), Some("noopener noreferrer")) };
            view! { <a href=address target=target rel=rel>{text}</a> }.into_any()
        }
    })
}

/// The time in the plant.
pub fn clock_tile(tile: &Tile) -> AnyView {
    let (live, documents) = (use_live(), use_documents());
    let minute = Memo::new(move |_| live.second.get().0.div_euclid(60_000));
    let at = move || crate::time::Timestamp(minute.get() * 60_000);
    let title = if tile.title.is_empty() {
        documents.file.with_untracked(|file| file.time_zone.clone()).unwrap_or_default()
    } else {
        tile.title.clone()
    };
    view! {
        <article class="tile tile--clock">
            <div class="tile__head">
                <span class="tile__name">{title}</span>
            </div>
            <div class="tile__key tile__key--whole">
                <time class="figure">{words(move || documents.zone.with_value(|zone| zone.clock(at())))}</time>
            </div>
            <div class="tile__foot">{words(move || documents.zone.with_value(|zone| zone.date(at())))}</div>
        </article>
    }
    .into_any()
}

/// A picture from beside the page.
pub fn picture_tile(tile: &Tile) -> AnyView {
    let is_missing = RwSignal::new(false);
    let address = tile.path.clone();
    let words = if tile.title.is_empty() { "Picture".to_owned() } else { tile.title.clone() };
    let said = words.clone();
    let picture = move || {
        let (address, words) = (address.clone(), words.clone());
        maybe(Some(address).filter(|address| !address.is_empty() && !is_missing.get()), |address| {
            view! { <img class="tile__picture" src=address alt=words on:error=move |_| is_missing.set(true) /> }
                .into_any()
        })
    };
    let is_named = !tile.path.is_empty();
    view! {
        <article class="tile tile--picture">
            {crate::ui::parts::erased::block(picture)}
            {shown(
                move || is_missing.get() || !is_named,
                move || {
                    let why = if is_named { "not found beside the page" } else { "name a file in the tile’s settings" };
                    view! { <p class="tile__hint">{format!("{said}: {why}")}</p> }.into_any()
                },
            )}
        </article>
    }
    .into_any()
}

const MOST_ROWS: usize = 40;
