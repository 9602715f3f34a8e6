//! What stands where nothing is yet: what would be here, and how it gets there.

use leptos::prelude::*;

/// An empty state.
#[component]
pub fn Empty(
    /// What would be here.
    #[prop(into)]
    title: String,
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
    #[prop(into)]
    words: Signal<String>,
) -> impl IntoView {
    view! {
        <section class="skeleton" data-testid="skeleton">
            <p class="skeleton__words" role="status">
                {move || words.get()}
            </p>
            <div class="skeleton__tiles" aria-hidden="true">
                {(0..8).map(|_| view! { <div class="skeleton__tile"></div> }).collect_view()}
            </div>
        </section>
    }
}
