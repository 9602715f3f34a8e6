//! Short notices that go by themselves, read out by screen readers.

use std::time::Duration;

use leptos::prelude::*;

use crate::ui::parts::erased::{Listed, click, list};

/// The context. Copies share.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<(u32, String)>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// None shown.
    pub fn new() -> Self {
        Self { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    /// Shows a notice for a while. The same words are not shown twice at once.
    pub fn say(self, words: &str) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.shown.update(|shown| {
            shown.retain(|(_, known)| known != words);
            shown.push((id, words.to_owned()));
            if shown.len() > MOST {
                shown.remove(0);
            }
        });
        set_timeout(move || self.dismiss(id), SHOWN_FOR);
    }

    /// Takes back what is shown: it is no longer true.
    pub fn clear(self) {
        self.shown.set(Vec::new());
    }

    fn dismiss(self, id: u32) {
        if self.shown.try_with_untracked(|shown| shown.iter().any(|(known, _)| *known == id)) == Some(true) {
            self.shown.update(|shown| shown.retain(|(known, _)| *known != id));
        }
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

/// The context, from any component.
#[expect(clippy::expect_used, reason = "the app provides it before anything is mounted; without it nothing can show")]
pub fn use_toasts() -> Toasts {
    use_context().expect("Toasts is provided by the app")
}

/// Where notices appear.
#[component]
pub fn ToastArea() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
            {list(move || {
                let toast = |(id, words): (u32, String)| Listed::new(
                    id.to_string(),
                    move || {
                        view! {
                            <div class="toast">
                                <span>{words.clone()}</span>
                                <button class="button button--quiet" on:click=click(move || toasts.dismiss(id))>
                                    "Close"
                                </button>
                            </div>
                        }
                            .into_any()
                    },
                );
                toasts.shown.get().into_iter().map(toast).collect()
            })}
        </div>
    }
}

const SHOWN_FOR: Duration = Duration::from_secs(9);
const MOST: usize = 4;
