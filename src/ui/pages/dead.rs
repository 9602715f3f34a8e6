//! The worker died too often: says so, with a text for whoever is to mend it, and a way to try again.

use leptos::prelude::*;

use crate::ui::link::{BUILD, Link, use_link};
use crate::ui::parts::erased::click;
use crate::ui::parts::toast::use_toasts;
use crate::ui::state::{Live, use_live};

/// In place of everything else.
#[component]
pub fn DeadPage() -> impl IntoView {
    let (link, live, toasts) = (use_link(), use_live(), use_toasts());
    let text = report(link, live);
    let copied = text.clone();
    let copy = move || {
        let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
        let write =
            clipboard.as_ref().ok().and_then(|clipboard| js_sys::Reflect::get(clipboard, &"writeText".into()).ok());
        match write.and_then(|write| wasm_bindgen::JsCast::dyn_into::<js_sys::Function>(write).ok()) {
            Some(write) => {
                let _promise = clipboard.and_then(|clipboard| write.call1(&clipboard, &copied.clone().into()));
                toasts.say("Copied");
            }
            // Browsers withhold the clipboard from pages over http.
            None => toasts.say("This browser does not let the page copy: select the text instead."),
        }
    };
    view! {
        <article class="page page--narrow" role="alert" data-testid="dead-page">
            <h1>"Andon has stopped"</h1>
            <p>
                "The part that talks to the brokers failed three times within a minute, so it is not started again by itself. Nothing here is live."
            </p>
            <div class="connect__go">
                <button class="button button--main" data-testid="revive" on:click=click(move || link.revive())>
                    "Start it again"
                </button>
                <button class="button" data-testid="copy-report" on:click=click(copy)>
                    "Copy the text below"
                </button>
            </div>
            <pre class="dead" data-testid="dead-report">
                {text}
            </pre>
        </article>
    }
}

/// What whoever mends it wants to know; without anything secret.
fn report(link: Link, live: Live) -> String {
    let mut lines = vec![
        format!("Andon build {BUILD}"),
        format!(
            "time {}",
            String::from(js_sys::Date::new(&(live.second.get_untracked().0 as f64).into()).to_iso_string())
        ),
        format!("browser {}", window().navigator().user_agent().unwrap_or_default()),
        format!("page {}", location().origin().unwrap_or_default() + &location().pathname().unwrap_or_default()),
    ];
    for (ago, reason) in link.obituaries() {
        lines.push(format!("died {ago:.0} s ago: {reason}"));
    }
    for report in live.links.get_untracked() {
        lines.push(format!("link {} {}", report.url, report.state.word()));
    }
    let stats = live.stats.get_untracked();
    lines.push(format!(
        "messages {} ({:.0}/s), bytes {}, tags {}, refused packets {}, worker memory {}, history {}",
        stats.messages_received,
        stats.messages_per_second,
        stats.bytes_received,
        stats.tags,
        stats.packets_rejected,
        stats.wasm_bytes_worker,
        stats.history_bytes
    ));
    for fault in stats.faults.iter().take(10) {
        lines.push(format!("fault {} at {}, {} times", fault.what, fault.place, fault.count));
    }
    lines.join("\n")
}
