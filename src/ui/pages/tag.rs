//! A tag: its value, what is known of it, and the message it came in. Foreign text is only ever text.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::parts::erased::{block, click, each, maybe, shown, words};

use super::plant::NotYet;
use super::rows::TrustWords;
use crate::document::TileKind;
use crate::time::Timestamp;
use crate::ui::format::{name_words, number_words, size_words};
use crate::ui::link::use_link;
use crate::ui::parts::past::{Past, use_is_number};
use crate::ui::parts::pin::PinMenu;
use crate::ui::parts::reading::Figure;
use crate::ui::parts::write::WriteControl;
use crate::ui::place::Place;
use crate::ui::state::{use_documents, use_live, use_reading};
use crate::vocab::TagId;
use crate::wire::{Command, Message};

/// A tag.
#[component]
pub fn TagPage(
    /// Its path.
    path: String,
) -> impl IntoView {
    let live = use_live();
    use_link().post(&Command::Find(vec![path.clone()]));
    let wanted = path.clone();
    let tag = Memo::new(move |_| live.tag_at(&wanted).map(|tag| tag.0));
    block(move || match tag.get() {
        Some(tag) => view! { <Details tag=TagId(tag) /> }.into_any(),
        None => view! { <NotYet what="value" path=path.clone() /> }.into_any(),
    })
}

#[component]
fn Details(tag: TagId) -> impl IntoView {
    let (live, documents) = (use_live(), use_documents());
    let known = live.tag(tag);
    let reading = use_reading(tag);
    let path = known.get_untracked().map(|tag| tag.path.to_string()).unwrap_or_default();
    let time = move |read: fn(&crate::vocab::Reading) -> Option<Timestamp>| {
        live.second.track();
        let at = reading.with_untracked(read).filter(|at| *at != Timestamp::default());
        at.map_or_else(|| "not given".into(), |at| documents.zone.with_value(|zone| zone.date_time(at)))
    };
    let source_time = time.clone();
    let source_time = move || source_time(|reading| reading.source_time);
    let receive_time = move || time(|reading| Some(reading.receive_time));
    let described = known.clone();
    let facts = move || {
        let Some(tag) = described.get() else { return ().into_any() };
        let missing = || "not given".to_owned();
        let text = |text: &Option<Arc<str>>| text.as_deref().map_or_else(missing, str::to_owned);
        let ends = |(low, high)| format!("{} to {}", number_words(low), number_words(high));
        let facts = [
            ("Unit", text(&tag.unit)),
            ("Description", text(&tag.description)),
            ("Range", tag.range.map_or_else(missing, ends)),
            ("Source", tag.source.to_string()),
            ("Shape", tag.shape.to_string()),
            ("Path", tag.path.to_string()),
        ];
        each(facts, |(name, value)| {
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            }
            .into_any()
        })
    };
    let is_number = use_is_number(tag);
    let name = known.get_untracked().map(|tag| name_words(&tag.name)).unwrap_or_default();
    let owner = maybe(known.get_untracked().and_then(|tag| live.place(tag.place)), |place| {
        let hash = Place::Machine(place.path.to_string()).to_hash();
        view! { <a class="owner" href=hash>{name_words(&place.name)}</a> }.into_any()
    });
    view! {
        <article class="page tag-page" data-testid="tag-page">
            <header class="page__head">
                <h1>{name}</h1>
                <span class="page__of">{owner}</span>
                <span class="page__gap"></span>
                <PinMenu kind=TileKind::Value path=path />
            </header>
            <div class="tag-page__value">
                <Figure tag />
                <span class="tag-page__trust">
                    <TrustWords tag />
                </span>
            </div>
            <WriteControl tag />
            {shown(move || is_number.get(), move || view! { <Past tag /> }.into_any())}
            <dl class="facts">
                <div>
                    <dt>"Source time"</dt>
                    <dd>{words(source_time)}</dd>
                </div>
                <div>
                    <dt>"Received"</dt>
                    <dd>{words(receive_time)}</dd>
                </div>
                {block(facts)}
            </dl>
            <SourceMessage tag />
        </article>
    }
}

/// The last raw message of the tag's source, on request.
#[component]
fn SourceMessage(tag: TagId) -> impl IntoView {
    let (live, link, documents) = (use_live(), use_link(), use_documents());
    link.post(&Command::Inspect(tag));
    let message = move || live.message.get().filter(|message| message.tag == tag);
    view! {
        <section class="message" data-testid="source-message">
            <header class="message__head">
                <h2>"Source message"</h2>
                <button class="button" on:click=click(move || link.post(&Command::Inspect(tag)))>
                    "Read again"
                </button>
            </header>
            {block(move || match message() {
                None => view! { <p class="page__hint">"Waiting for the message…"</p> }.into_any(),
                Some(message) => {
                    let at = documents.zone.with_value(|zone| zone.date_time(message.receive_time));
                    let retained = if message.retained { ", retained" } else { "" };
                    let size = size_words(u64::from(message.size));
                    let facts = format!(
                        "{} · {size} · QoS {}{retained} · {at} · {} so far",
                        message.topic, message.qos, message.count
                    );
                    view! {
                        <p class="message__facts">{facts}</p>
                        {each(message.properties.clone(), |(name, value)| {
                            view! { <p class="message__facts">{name} ": " {value}</p> }.into_any()
                        })}
                        <pre class="message__text" tabindex="0">
                            {payload_text(&message)}
                        </pre>
                    }
                        .into_any()
                }
            })}
        </section>
    }
}

/// A payload for people: JSON set in lines, text as it is, anything else as bytes.
fn payload_text(message: &Message) -> String {
    let mut text = match std::str::from_utf8(&message.payload) {
        Ok(text) if !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) => {
            let is_nested = text.trim_start().starts_with(['{', '[']);
            let is_json = is_nested && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
            if is_json { indented(text) } else { text.into() }
        }
        _ => offers(&message.payload) + &hex_lines(&message.payload[..message.payload.len().min(HEX_BYTES)]),
    };
    let shown = message.payload.len();
    if (message.size as usize) > shown {
        text.push_str(&format!("\n… {} in all", size_words(u64::from(message.size))));
    } else if shown == 0 {
        text.push_str("(empty)");
    }
    text
}

/// JSON with a line for each member; nothing else is touched, neither numbers nor the order of keys.
fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth.min(40)).for_each(|_| out.push_str("  "));
    };
    let mut rest = json.trim().chars().peekable();
    while let Some(c) = rest.next() {
        if is_text {
            out.push(c);
            is_text = is_escaped || c != '"';
            is_escaped = c == '\\' && !is_escaped;
            continue;
        }
        match c {
            '{' | '[' => {
                out.push(c);
                while rest.next_if(|next| next.is_whitespace()).is_some() {}
                if let Some(end) = rest.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_whitespace() => {}
            c => {
                is_text = c == '"';
                out.push(c);
            }
        }
    }
    out
}

/// What bytes that nobody read might be: offered, never taken for it.
fn offers(bytes: &[u8]) -> String {
    let packed = match bytes {
        [0x1f, 0x8b, ..] => "This looks like gzip.\n",
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => "This looks like zlib.\n",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "This looks like Zstandard.\n",
        _ => "",
    };
    let number = match bytes.len() {
        4 => bytes.first_chunk().map(|four| {
            let (real, whole) = (f32::from_le_bytes(*four), i32::from_le_bytes(*four));
            format!("As a little-endian number: {real} (float32), {whole} (int32).\n")
        }),
        8 => bytes.first_chunk().map(|eight| {
            let (real, whole) = (f64::from_le_bytes(*eight), i64::from_le_bytes(*eight));
            format!("As a little-endian number: {real} (float64), {whole} (int64).\n")
        }),
        _ => None,
    };
    format!("{packed}{}", number.unwrap_or_default())
}

/// Offset, sixteen bytes, and their letters.
fn hex_lines(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 5);
    for (line, chunk) in bytes.chunks(16).enumerate() {
        out.push_str(&format!("{:06x} ", line * 16));
        for index in 0..16 {
            match chunk.get(index) {
                Some(byte) => out.push_str(&format!(" {byte:02x}")),
                None => out.push_str("   "),
            }
        }
        out.push_str("  ");
        out.extend(chunk.iter().map(|&byte| if (32..127).contains(&byte) { char::from(byte) } else { '·' }));
        out.push('\n');
    }
    out
}

const HEX_BYTES: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn json_is_set_in_lines_and_otherwise_left_alone() {
        let text = r#"{"b":1.50,"a":["x, {\"}",{}, []],"c":{"d":null}}"#;
        let want = "{\n  \"b\": 1.50,\n  \"a\": [\n    \"x, {\\\"}\",\n    {},\n    []\n  ],\n  \"c\": {\n    \"d\": null\n  }\n}";
        assert_eq!(indented(text), want);
    }

    #[test]
    fn bytes_are_shown_as_bytes() {
        assert!(offers(&23.5f32.to_le_bytes()).contains("23.5 (float32)"));
        assert!(offers(&[0x1f, 0x8b, 8]).contains("gzip"));
        assert!(hex_lines(b"\x00AB\xff").starts_with("000000  00 41 42 ff"));
    }
}
