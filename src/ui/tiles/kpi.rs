//! Tiles of KPIs in the shift under way: OEE with what it is made of, the states over time, the reasons of downtime.

use leptos::prelude::*;

use crate::chart::{Chart, Window};
use crate::document::{Tile, TileKind};
use crate::ui::canvas::ChartCanvas;
use crate::ui::format::name_words;
use crate::ui::pages::kpi::charts::{PlantLocale, causes_words, pareto_of, timeline_of};
use crate::ui::pages::kpi::figures::{amount, percent};
use crate::ui::pages::kpi::tables::WELL_SEEN;
use crate::ui::parts::erased::{attr, block, each, maybe, words};
use crate::ui::place::Place;
use crate::ui::state::{GlanceSignal, use_glance, use_live};
use crate::vocab::Figures;
use crate::wire::KpiGlance;

/// A tile of KPIs of its path.
pub fn kpi_tile(tile: &Tile) -> AnyView {
    let glance = use_glance(&tile.path);
    let name = tile.path.rsplit('/').next().filter(|name| !name.is_empty()).map_or_else(|| "Plant".into(), name_words);
    let (title, body) = match tile.kind {
        TileKind::Timeline => (format!("{name} · shift"), timeline(&glance)),
        TileKind::Pareto => (format!("{name} · downtime"), pareto(&glance)),
        _ => (format!("{name} · OEE"), oee(&glance, tile)),
    };
    let title = if tile.title.is_empty() { title } else { tile.title.clone() };
    let class = match tile.kind {
        TileKind::Timeline => "tile tile--chart tile--timeline",
        TileKind::Pareto => "tile tile--chart",
        _ => "tile tile--kpi",
    };
    let (sum, off) = (glance.clone(), glance.clone());
    let sum = move || sum.with(|glance| glance.as_deref().map(shift_words).unwrap_or_default());
    let is_off = move || {
        off.with(|glance| {
            let below = glance.as_deref().and_then(|g| Some(g.figures.as_ref()?.oee? < g.target?));
            below.unwrap_or(false).then_some("")
        })
    };
    let hash = Place::Kpi(tile.path.clone()).to_hash();
    view! {
        <article class=class data-off=attr(is_off)>
            <div class="tile__head">
                <a class="tile__name" href=hash>
                    {title}
                </a>
                <span class="tile__sum">{words(sum)}</span>
            </div>
            {body}
        </article>
    }
    .into_any()
}

/// Takes a figure.
type Of = fn(&Figures) -> Option<f64>;

fn shift_words(glance: &KpiGlance) -> String {
    if glance.shift.is_empty() { "today".into() } else { glance.shift.to_string() }
}

/// OEE large, what it is made of beside it, what was made below.
fn oee(glance: &GlanceSignal, tile: &Tile) -> AnyView {
    let figure = move |glance: &GlanceSignal, of: Of| {
        let glance = glance.clone();
        move || glance.with(|glance| glance.as_deref().and_then(|glance| of(glance.figures.as_ref()?)))
    };
    let value = figure(glance, |figures| figures.oee);
    let text = value.clone();
    let raw = value;
    let parts: [(&'static str, Of); 3] = [
        ("Availability", |figures| figures.availability),
        ("Performance", |figures| figures.performance),
        ("Quality", |figures| figures.quality),
    ];
    let parts = each(parts, |(name, of)| {
        let value = figure(glance, of);
        let share = value.clone();
        view! {
            <div class="kpi-part">
                <span>{name}</span>
                <strong>{words(move || percent(value()))}</strong>
                <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="kpi-part__room" width="100" height="4"></rect>
                    <rect width=attr(move || format!("{:.1}", share().unwrap_or(0.0).clamp(0.0, 1.0) * 100.0)) height="4"></rect>
                </svg>
            </div>
        }
        .into_any()
    });
    let foot = {
        let glance = glance.clone();
        move || glance.with(|glance| glance.as_deref().map(made_words).unwrap_or_default())
    };
    let path = tile.path.clone();
    view! {
        <div class="tile__kpi">
            <data
                class="figure"
                data-kpi="oee"
                data-scope=path
                value=attr(move || raw().map(|value| value.to_string()).unwrap_or_default())
            >
                {words(move || percent(text()))}
            </data>
            <div class="kpi-parts">{parts}</div>
        </div>
        <div class="tile__foot">{words(foot)}</div>
    }
    .into_any()
}

fn made_words(glance: &KpiGlance) -> String {
    let Some(figures) = &glance.figures else { return NOTHING.into() };
    // What was not watched is no shortfall.
    let plan = glance.plan.filter(|_| figures.coverage.is_some_and(|seen| seen >= WELL_SEEN));
    let plan = plan.map(|plan| format!(" of {}", amount(Some(plan.round())))).unwrap_or_default();
    let made = figures.produced.map(|made| format!("{}{plan} made", amount(Some(made.round()))));
    let target = glance.target.map(|target| format!("target {}", percent(Some(target))));
    let seen = figures.coverage.filter(|seen| *seen < 0.995).map(|seen| format!("{} seen", percent(Some(seen))));
    made.into_iter().chain(target).chain(seen).collect::<Vec<_>>().join(" · ")
}

fn chart(
    glance: &GlanceSignal,
    make: impl Fn(&KpiGlance) -> Option<Chart> + Send + Sync + 'static,
) -> Signal<Option<Chart>> {
    let glance = glance.clone();
    Signal::derive(move || glance.with(|glance| glance.as_deref().and_then(&make)))
}

fn timeline(glance: &GlanceSignal) -> AnyView {
    let zone = use_live().zone;
    let made = chart(glance, |glance| {
        let window = Window { from: glance.from, to: glance.to };
        glance.figures.as_ref().map(|_| timeline_of("", &glance.stretches, window))
    });
    let said = glance.clone();
    let label = Signal::derive(move || said.with(|glance| glance.as_deref().map(made_words).unwrap_or_default()));
    let locale = std::rc::Rc::new(PlantLocale(zone.get_untracked()));
    let picture = view! { <ChartCanvas chart=made label locale=locale /> }.into_any();
    charted(glance, picture, |_| "")
}

fn pareto(glance: &GlanceSignal) -> AnyView {
    let made = chart(glance, |glance| pareto_of(&glance.causes, false));
    let said = glance.clone();
    let label = Signal::derive(move || {
        said.with(|glance| glance.as_deref().map(|glance| causes_words(&glance.causes)).unwrap_or_default())
    });
    let picture = view! { <ChartCanvas chart=made label /> }.into_any();
    charted(glance, picture, |glance| {
        if pareto_of(&glance.causes, false).is_none() { "Nothing stood unplanned in this shift" } else { "" }
    })
}

/// A picture, or why there is none.
fn charted(glance: &GlanceSignal, picture: AnyView, calm: fn(&KpiGlance) -> &'static str) -> AnyView {
    let glance = glance.clone();
    let why = Memo::new(move |_| {
        glance.with(|glance| match glance.as_deref() {
            Some(glance) if glance.figures.is_none() => NOTHING,
            Some(glance) => calm(glance),
            None => "",
        })
    });
    view! {
        {block(move || maybe(Some(why.get()).filter(|why| !why.is_empty()), |why| {
            view! { <p class="tile__calm">{why}</p> }.into_any()
        }))}
        <div class="tile__chart">{picture}</div>
    }
    .into_any()
}

const NOTHING: &str = "Nothing there tells a state or counts";
