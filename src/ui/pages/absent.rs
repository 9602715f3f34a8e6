//! A place that leads nowhere.

use leptos::prelude::*;

use crate::ui::parts::empty::Empty;

/// A place that leads nowhere.
#[component]
pub fn AbsentPage(
    /// What the address asked for.
    asked: String,
) -> impl IntoView {
    view! {
        <Empty title="Not here" testid="absent">
            <p>"This address leads nowhere: " <code>{asked}</code></p>
            <p>
                "It may come from another version of Andon, or a letter got lost on the way. Everything that is here starts at the "
                <a href="#/">"plant"</a> "."
            </p>
        </Empty>
    }
}
