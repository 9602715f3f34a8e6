//! What stands where nothing is yet: what would be here, and how it gets there.

use leptos::prelude::*;

use crate::ui::parts::erased::each;

/// An empty state.
#[component]
pub fn Empty(
    /// What would be here.
    title: &'static str,
    /// For tests.
    #[prop(optional)]
    testid: &'static str,
    /// How it gets here.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="empty" data-testid=testid>
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

/// Tiles to come.
#[component]
pub fn Skeleton(
    /// What is awaited.
    words: String,
) -> impl IntoView {
    view! {
        <section class="skeleton" data-testid="skeleton">
            <p class="skeleton__words" role="status">
                {words}
            </p>
            <div class="skeleton__tiles" aria-hidden="true">
                {each(0..8, |_| view! { <div class="skeleton__tile"></div> }.into_any())}
            </div>
        </section>
    }
}
