//! Tiles of one tag: the value with its recent past, alone, on its range, against a target, or over time.

use leptos::{html, prelude::*};

use crate::document::{Tile, TileKind};
use crate::time::Millis;
use crate::ui::canvas::TrendCanvas;
use crate::ui::format::{Digits, name_words, span_words, write_fixed};
use crate::ui::parts::erased::{attr, effect, shown, words};
use crate::ui::parts::past::{Spark, followed, label_of, spark_of, use_is_number, use_is_stale};
use crate::ui::parts::reading::{Figure, Look};
use crate::ui::place::Place;
use crate::ui::state::{use_documents, use_live, use_reading};
use crate::vocab::TagId;
use crate::wire::Tag;

/// A tile of one tag whose description is known.
pub fn tag_tile(tile: &Tile, tag: TagId) -> AnyView {
    let look = Look { unit: tile.unit.clone(), digits: tile.digits };
    let span = |minutes: u32| Millis(i64::from(if tile.minutes == 0 { minutes } else { tile.minutes }) * 60_000);
    match tile.kind {
        TileKind::Number => {
            let figure = view! { <div class="tile__key tile__key--whole"><Figure tag look /></div> };
            framed("value tile--number", tile, tag, figure.into_any())
        }
        TileKind::Gauge => framed("value tile--gauge", tile, tag, gauge(tile, tag, look)),
        TileKind::Counter => framed("value tile--counter", tile, tag, counter(tile, tag, look)),
        TileKind::Sparkline => {
            let span = span(15);
            let past = spark_of(tag, span, &format!("last {}", span_words(span)));
            let body = view! {
                <div class="tile__spark">{past}</div>
                <div class="tile__beside">
                    <Figure tag look />
                </div>
            };
            framed("tile--sparkline", tile, tag, body.into_any())
        }
        TileKind::Trend => framed("tile--trend", tile, tag, trend(tile, tag, look, span(60))),
        _ => {
            let is_number = use_is_number(tag);
            let body = view! {
                <div class="tile__key">
                    <Figure tag look />
                    {shown(move || is_number.get(), move || view! { <Spark tag /> }.into_any())}
                </div>
            };
            framed("value", tile, tag, body.into_any())
        }
    }
}

/// Name on top, whose it is or how old at the bottom.
fn framed(class: &'static str, tile: &Tile, tag: TagId, body: AnyView) -> AnyView {
    let live = use_live();
    let known = live.tag(tag).get_untracked();
    let path = known.as_ref().map(|tag| tag.path.to_string()).unwrap_or_default();
    let own =
        known.as_ref().map(|tag| name_words(tag.name.rsplit('/').next().unwrap_or(&tag.name))).unwrap_or_default();
    let title = if tile.title.is_empty() { own } else { tile.title.clone() };
    let owner =
        known.as_ref().and_then(|tag| live.place(tag.place)).map(|place| name_words(&place.name)).unwrap_or_default();
    let reading = use_reading(tag);
    let is_stale = use_is_stale(tag);
    let foot = move || {
        if !is_stale.get() {
            return owner.clone();
        }
        let heard = reading.with_untracked(|reading| reading.receive_time);
        format!("no data for {}", span_words(live.second.get() - heard))
    };
    let hash = Place::Tag(path).to_hash();
    view! {
        <article class=format!("tile {class}") data-stale=attr(move || is_stale.get().then_some(""))>
            <div class="tile__head">
                <a class="tile__name" href=hash>
                    {title}
                </a>
            </div>
            {body}
            <div class="tile__foot">{words(foot)}</div>
        </article>
    }
    .into_any()
}

/// The ends of a tile's scale in the unit shown: as set, else the tag's own.
fn scale_of(tile: &Tile, tag: &Tag, look: &Look) -> Option<(f64, f64)> {
    let own = || {
        let (low, high) = tag.range?;
        let shown = |end: f64| look.conversion(tag).map_or(end, |conversion| conversion.of(end));
        Some((shown(low), shown(high)))
    };
    tile.range.or_else(own)
}

/// A number in the unit shown, as it changes.
fn use_number(tag: TagId, look: &Look) -> impl Fn() -> Option<f64> + Clone + Send + Sync + 'static {
    let (reading, known, look) = (use_reading(tag), use_live().tag(tag), look.clone());
    move || {
        let number = reading.with(|reading| reading.value.as_f64())?;
        let conversion = known.with(|tag| tag.as_ref().and_then(|tag| look.conversion(tag)));
        Some(conversion.map_or(number, |conversion| conversion.of(number)))
    }
}

/// A bullet: the value as a bar on its scale, the target as a mark across it.
fn bullet(
    scale: impl Fn() -> Option<(f64, f64)> + Clone + Send + Sync + 'static,
    target: Option<f64>,
    number: impl Fn() -> Option<f64> + Clone + Send + Sync + 'static,
) -> AnyView {
    let bar = NodeRef::<html::Div>::new();
    let share = |(low, high): (f64, f64), number: f64| ((number - low) / (high - low)).clamp(0.0, 1.0);
    let (own, value) = (scale.clone(), number.clone());
    let mut drawn = f64::NAN;
    effect(move || {
        let Some(bar) = bar.get() else { return };
        let filled = own().zip(value()).map_or(0.0, |(scale, number)| share(scale, number));
        // What moves less than a pixel of a wall is not moved.
        if (filled - drawn).abs() < 0.000_5 {
            return;
        }
        drawn = filled;
        let _ = (*bar).style().set_property("transform", &format!("scaleX({filled:.4})"));
    });
    let ends = scale.clone();
    let out = move || {
        let (scale, number) = (scale()?, number()?);
        (number < scale.0).then_some("below").or_else(|| (number > scale.1).then_some("above"))
    };
    let place = ends.clone();
    let mark = move || place().zip(target).map(|(scale, target)| share(scale, target) * 100.0);
    let is_marked = mark.clone();
    let words_of = |end: Option<f64>| end.map(crate::ui::format::number_words).unwrap_or_default();
    let (low, high) = (ends.clone(), ends);
    view! {
        <div class="bullet" data-out=attr(out.clone()) aria-hidden="true">
            <div class="bullet__bar" node_ref=bar></div>
            {shown(
                move || is_marked().is_some(),
                move || {
                    let mark = mark.clone();
                    view! {
                        <div
                            class="bullet__target"
                            style:left=words(move || format!("{:.2}%", mark().unwrap_or(0.0)))
                        ></div>
                    }
                        .into_any()
                },
            )}
        </div>
        <div class="bullet__ends">
            <span>{words(move || words_of(low().map(|ends| ends.0)))}</span>
            <strong>{words(move || out().map(|side| format!("{side} its range")).unwrap_or_default())}</strong>
            <span>{words(move || words_of(high().map(|ends| ends.1)))}</span>
        </div>
    }
    .into_any()
}

fn gauge(tile: &Tile, tag: TagId, look: Look) -> AnyView {
    let known = use_live().tag(tag);
    let number = use_number(tag, &look);
    let (settings, shown_as) = (tile.clone(), look.clone());
    let scale = Memo::new(move |_| known.with(|tag| tag.as_ref().and_then(|tag| scale_of(&settings, tag, &shown_as))));
    let bar = shown(move || scale.with(Option::is_some), {
        let (number, target) = (number, tile.target);
        move || bullet(move || scale.get(), target, number.clone())
    });
    let none = shown(
        move || scale.with(Option::is_none),
        || view! { <p class="tile__hint">"No range is known: set one in the tile’s settings."</p> }.into_any(),
    );
    view! {
        <div class="tile__key">
            <Figure tag look />
        </div>
        <div class="tile__scale">{bar} {none}</div>
    }
    .into_any()
}

fn counter(tile: &Tile, tag: TagId, look: Look) -> AnyView {
    let target = tile.target.filter(|target| *target > 0.0);
    let number = use_number(tag, &look);
    let point = use_documents().zone.with_value(|zone| zone.point);
    let Some(target) = target else {
        return view! {
            <div class="tile__key">
                <Figure tag look />
            </div>
            <p class="tile__hint">"No target is known: set one in the tile’s settings."</p>
        }
        .into_any();
    };
    let share = number.clone();
    let mut digits = Digits::default();
    let digits = digits.observe(target);
    let mut wanted = String::new();
    write_fixed(&mut wanted, target, digits, point);
    let said = move || match share() {
        Some(number) if number >= target => "target reached".to_owned(),
        Some(number) => format!("{:.0} %", (number / target * 100.0).floor()),
        None => String::new(),
    };
    view! {
        <div class="tile__key">
            <Figure tag look />
            <span class="tile__of">"of " {wanted}</span>
            <span class="tile__share">{words(said)}</span>
        </div>
        <div class="tile__scale">{bullet(move || Some((0.0, target)), None, number)}</div>
    }
    .into_any()
}

fn trend(tile: &Tile, tag: TagId, look: Look, span: Millis) -> AnyView {
    let known = use_live().tag(tag);
    let trend = followed(tag, span, TREND_COLUMNS);
    // The curve is that of the tag's own numbers: the scale is converted back to them.
    let conversion = look.clone();
    let back = move |number: f64| {
        let of = known.with(|tag| tag.as_ref().and_then(|tag| conversion.conversion(tag)));
        of.map_or(number, |of| (number - of.offset) / of.factor)
    };
    let range = tile.range;
    let domain = Signal::derive(move || range.map(|(low, high)| (back(low), back(high))));
    let known = use_live().tag(tag);
    let unit = Signal::derive(move || {
        known.with(|tag| tag.as_ref().and_then(|tag| tag.unit.as_deref().map(str::to_owned))).unwrap_or_default()
    });
    let words = format!("last {}", span_words(span));
    view! {
        <div class="tile__beside">
            <Figure tag look />
        </div>
        <div class="tile__plot">
            <TrendCanvas trend span unit domain label=label_of(tag, &words) stale=use_is_stale(tag) />
        </div>
    }
    .into_any()
}

const TREND_COLUMNS: u16 = 480;
