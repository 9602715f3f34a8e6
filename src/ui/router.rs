//! Where the page is, kept in step with the URL's hash.

use leptos::prelude::*;

use super::place::Place;

/// The context. Copies share.
#[derive(Clone, Copy)]
pub struct Here(pub RwSignal<Place>);

impl Here {
    /// Reads the hash now and whenever it changes.
    pub fn listen() -> Self {
        let read = || Place::from_hash(&location().hash().unwrap_or_default());
        let here = RwSignal::new(read());
        let listener = window_event_listener_untyped("hashchange", move |_| {
            let place = read();
            if here.with_untracked(|shown| *shown != place) {
                here.set(place);
            }
        });
        on_cleanup(move || listener.remove());
        Self(here)
    }
}

/// Goes to a place, as a link would.
pub fn go(place: &Place) {
    let _ = location().set_hash(&place.to_hash());
}

/// The context, from any component.
#[expect(clippy::expect_used, reason = "the app provides it before anything is mounted; without it nothing can show")]
pub fn use_here() -> Here {
    use_context().expect("Here is provided by the app")
}
