//! The rail of places; on a phone a bar at the bottom.

use leptos::prelude::*;

use crate::ui::parts::erased::attr;

use super::icon::{Icon, Sign};
use crate::ui::place::Place;
use crate::ui::router::use_here;

/// The rail.
#[component]
pub fn Rail() -> impl IntoView {
    let here = use_here().0;
    let entry = move |sign: Sign, words: &'static str, place: Place, holds: fn(&Place) -> bool| {
        view! {
            <a
                class="rail__place"
                href=place.to_hash()
                aria-current=attr(move || here.with(|here| holds(here).then_some("page")))
            >
                <Icon sign />
                <span>{words}</span>
            </a>
        }
    };
    view! {
        <nav class="rail" aria-label="Places">
            {entry(
                Sign::Plant,
                "Plant",
                Place::Plant,
                |here| matches!(here, Place::Plant | Place::Line(_) | Place::Machine(_) | Place::Tag(_)),
            )}
            {entry(Sign::Boards, "Boards", Place::Boards, |here| matches!(here, Place::Boards | Place::Board(_)))}
            {entry(Sign::Alerts, "Alerts", Place::Alerts, |here| *here == Place::Alerts)}
            {entry(Sign::Kpis, "KPIs", Place::Kpi(String::new()), |here| matches!(here, Place::Kpi(_)))}
            {entry(
                Sign::Namespace,
                "Namespace",
                Place::Namespace(String::new()),
                |here| matches!(here, Place::Namespace(_) | Place::NamespaceHealth),
            )}
            <span class="rail__gap"></span>
            {entry(Sign::Settings, "Settings", Place::Settings, |here| *here == Place::Settings)}
            {entry(Sign::Diagnostics, "Health", Place::Diagnostics, |here| matches!(here, Place::Diagnostics | Place::Node(_)))}
        </nav>
    }
}
