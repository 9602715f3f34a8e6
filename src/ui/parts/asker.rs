//! One question at a time, in the browser's own dialog: it takes the focus, Escape means no.

use std::sync::Arc;

use leptos::{html, prelude::*};

use crate::ui::parts::erased::{click, effect, words};

/// A question.
#[derive(Clone)]
pub struct Question {
    /// The question in a few words.
    pub title: String,
    /// What it means to say yes.
    pub text: String,
    /// The button that says yes.
    pub yes: &'static str,
    /// Done on yes.
    pub then: Arc<dyn Fn() + Send + Sync>,
    /// Done on no.
    pub otherwise: Arc<dyn Fn() + Send + Sync>,
}

/// The context. Copies share.
#[derive(Clone, Copy)]
pub struct Asker(RwSignal<Option<Question>>);

impl Asker {
    /// Nothing asked.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Asks; a question that stands open is answered with no.
    pub fn ask(self, question: Question) {
        self.answer(false);
        self.0.set(Some(question));
    }

    fn answer(self, is_yes: bool) {
        let Some(question) = self.0.get_untracked() else { return };
        self.0.set(None);
        if is_yes { (question.then)() } else { (question.otherwise)() }
    }
}

impl Default for Asker {
    fn default() -> Self {
        Self::new()
    }
}

/// The context, from any component.
#[expect(clippy::expect_used, reason = "the app provides it before anything is mounted; without it nothing can show")]
pub fn use_asker() -> Asker {
    use_context().expect("Asker is provided by the app")
}

/// The dialog.
#[component]
pub fn AskerDialog() -> impl IntoView {
    let asker = use_asker();
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        let is_asked = asker.0.with(Option::is_some);
        if let Some(dialog) = dialog.get() {
            if is_asked && !dialog.open() {
                let _ = dialog.show_modal();
            } else if !is_asked && dialog.open() {
                dialog.close();
            }
        }
    });
    let part = move |read: fn(&Question) -> String| {
        words(move || asker.0.with(|asked| asked.as_ref().map(read).unwrap_or_default()))
    };
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            data-testid="question"
            aria-labelledby="question-title"
            on:close=move |_| asker.answer(false)
        >
            <h2 id="question-title">{part(|asked| asked.title.clone())}</h2>
            <p>{part(|asked| asked.text.clone())}</p>
            <div class="dialog__buttons">
                <button class="button" data-testid="question-no" on:click=click(move || asker.answer(false))>
                    "Cancel"
                </button>
                <button
                    class="button button--main"
                    data-testid="question-yes"
                    on:click=click(move || asker.answer(true))
                >
                    {part(|asked| asked.yes.to_owned())}
                </button>
            </div>
        </dialog>
    }
}
