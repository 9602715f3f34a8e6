//! Shapes drawn as paths of our own, never as characters that a font may lack or turn into an emoji.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::parts::erased::attr;

use crate::vocab::MachineState;

/// A machine state's shape; its colour and stroke come from the `data-state` around it.
#[component]
pub fn StateShape(
    /// The state.
    state: Arc<dyn Fn() -> MachineState + Send + Sync>,
) -> impl IntoView {
    view! {
        <svg class="shape" viewBox="0 0 16 16" aria-hidden="true">
            <path d=attr(move || state_path(state()))></path>
        </svg>
    }
}

const fn state_path(state: MachineState) -> &'static str {
    match state {
        MachineState::Running => "M4 2.2 13.8 8 4 13.8Z",
        MachineState::Idle => "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z",
        MachineState::PlannedStop => "M8 1.6a6.4 6.4 0 1 0 0 12.8a6.4 6.4 0 1 0 0-12.8M8 4.4V8l2.6 1.8",
        MachineState::Stopped => "M2.5 2.5h11v11h-11z",
        MachineState::Offline => "M8 1.8a6.2 6.2 0 1 0 0 12.4a6.2 6.2 0 1 0 0-12.4",
    }
}

/// A machine state in words.
pub const fn state_words(state: MachineState) -> &'static str {
    match state {
        MachineState::Running => "Running",
        MachineState::Idle => "Idle",
        MachineState::PlannedStop => "Planned stop",
        MachineState::Stopped => "Stopped",
        MachineState::Offline => "Offline",
    }
}

/// Drawn signs of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The plant.
    Plant,
    /// Boards.
    Boards,
    /// The namespace.
    Namespace,
    /// Alerts.
    Alerts,
    /// KPIs.
    Kpis,
    /// Settings.
    Settings,
    /// Diagnostics.
    Diagnostics,
    /// A pin.
    Pin,
    /// Take away.
    Remove,
    /// Towards the front.
    Earlier,
    /// Towards the end.
    Later,
    /// An open lock.
    Unlocked,
    /// Something to look at.
    Warning,
    /// One of a way.
    Chevron,
    /// Opens what is below.
    Down,
    /// Light and dark.
    Theme,
    /// Change the text.
    Edit,
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// One more of the same.
    Copy,
    /// Find.
    Search,
}

/// One of the frame's signs, in the colour of the text around it.
#[component]
pub fn Icon(
    /// Which.
    sign: Sign,
) -> impl IntoView {
    let path = match sign {
        Sign::Plant => "M3 20V10l6 4v-4l6 4V5h5v15zM7 17h2M12 17h2M17 17h1",
        Sign::Boards => "M4 4h7v7H4zM13 4h7v4h-7zM13 10h7v10h-7zM4 13h7v7H4z",
        Sign::Namespace => "M4 5h6M8 5v14h4M8 12h4M14 10h6v4h-6zM14 17h6v4h-6z",
        Sign::Alerts => "M6 17v-6a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21.5h4M12 2.5v2.5",
        Sign::Kpis => "M4 20h16M6 20v-7h3v7M11 20V6h3v14M16 20v-10h3v10",
        Sign::Settings => "M4 7h9M17 7h3M4 17h3M11 17h9M13 4.5v5h4v-5zM7 14.5v5h4v-5z",
        Sign::Diagnostics => "M3 12h4l3-8 4 16 3-8h4",
        Sign::Pin => "M9 3h6l-1 7 4 4H6l4-4zM12 14v7",
        Sign::Remove => "M6 6l12 12M18 6L6 18",
        Sign::Earlier => "M15 5l-7 7 7 7",
        Sign::Later | Sign::Chevron => "M9 5l7 7-7 7",
        Sign::Down => "M5 9l7 7 7-7",
        Sign::Unlocked => "M6 11h12v9H6zM9 11V7.5a3.5 3.5 0 0 1 6.8-1.2M12 14.5v2.5",
        Sign::Warning => "M12 4l9.5 16h-19zM12 10v4.5M12 17v.5",
        Sign::Theme => "M12 3.5a8.5 8.5 0 1 0 0 17zM12 3.5a8.5 8.5 0 0 1 0 17",
        Sign::Undo => "M9 5L4 10l5 5M4 10h10a5 5 0 0 1 0 10h-4",
        Sign::Redo => "M15 5l5 5-5 5M20 10H10a5 5 0 0 0 0 10h4",
        Sign::Copy => "M4 4h11v11H4zM9 15v5h11V9h-5",
        Sign::Search => "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M15.5 15.5L20 20",
        Sign::Edit => "M4 20l1-4L16.5 4.5l3 3L8 19z",
    };
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
}
