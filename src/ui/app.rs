//! The app: provides the contexts, starts the worker, composes frame and page. Nothing else.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::parts::erased::{block, click, effect, either, maybe, shown, words};

use super::config_file::fetch_config;
use super::connect::put_in_force;
use super::kiosk::run_kiosk;
use super::link::{Health, Link, use_link};
use super::pages::{
    AbsentPage, AlertsPage, BoardPage, BoardsPage, DeadPage, DiagnosticsPage, EdgeNodePage, KpiPage, LinePage,
    MachinePage, NamespaceHealthPage, NamespacePage, PlantPage, SettingsPage, TagPage,
};
use super::palette::{Palette, PaletteOpen};
use super::parts::annunciator::{Annunciator, use_annunciator};
use super::parts::asker::{Asker, AskerDialog, Question};
use super::parts::bar::{Bar, Connection};
use super::parts::rail::Rail;
use super::parts::reading::explain_on_hover;
use super::parts::takeover::Takeover;
use super::parts::toast::{ToastArea, Toasts};
use super::place::{Place, Query, Theme};
use super::renewal::watch_for_renewal;
use super::router::{Here, use_here};
use super::sight::tell_sight;
use super::state::{Documents, Live, tell_glances, use_documents, use_live};
use super::storage::ask_to_persist;
use crate::document::{Problem, check_url};
use crate::web::{clock, panic};

/// Starts the page.
pub fn start() {
    panic::set_hook("page");
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let query = Query::from_search(&location().search().unwrap_or_default());
    let live = Live::new(clock::now());
    let toasts = Toasts::new();
    let link = Link::new(live, toasts);
    let documents = Documents::load(live.shared_boards);
    provide(live, toasts, link, documents);
    let asker = Asker::new();
    provide_context(asker);
    if let Some(theme) = query.theme {
        documents.theme.set(theme);
    }
    link.start(query.faults);
    set_interval(move || live.second.set(clock::now()), Duration::from_secs(1));
    fetch_config(move |answer| {
        let text = answer.unwrap_or_else(|message| {
            documents.problems.update(|all| all.push(Problem { path: "config.json".into(), message }));
            None
        });
        documents.adopt_file(text.as_deref());
        match query.broker {
            Some(url) => ask_for_guest(url, asker, documents, link, live, toasts),
            None => {
                ask_to_persist();
                put_in_force(documents, link, live, None);
            }
        }
    });
    view! { <Frame is_kiosk=query.kiosk /> }
}

/// Provides what every component may ask for.
pub fn provide(live: Live, toasts: Toasts, link: Link, documents: Documents) {
    provide_context(live);
    provide_context(toasts);
    provide_context(link);
    provide_context(documents);
    provide_context(Annunciator::load());
    provide_context(Here::listen());
}

/// A link names a broker: nothing about it is trusted, so a person is asked, and nothing of this device goes there.
fn ask_for_guest(url: String, asker: Asker, documents: Documents, link: Link, live: Live, toasts: Toasts) {
    if let Err(wrong) = check_url(&url) {
        toasts.say(&format!("The link names a broker that cannot be opened: {wrong}"));
        put_in_force(documents, link, live, None);
        return;
    }
    let asked = url.clone();
    asker.ask(Question {
        title: "Open this broker?".into(),
        text: format!(
            "The link you followed asks to connect to {asked}. No stored password goes there, nothing of it is remembered, and publishing stays off."
        ),
        yes: "Connect",
        then: Arc::new(move || {
            documents.guest.set(Some(url.clone()));
            documents.boards.set(Vec::new());
            put_in_force(documents, link, live, None);
        }),
        otherwise: Arc::new(move || {
            put_in_force(documents, link, live, None);
        }),
    });
}

/// Chrome and page. In kiosk there is no chrome but a line that says live.
#[component]
pub fn Frame(
    /// Hide all chrome.
    is_kiosk: bool,
) -> impl IntoView {
    let (documents, link) = (use_documents(), use_link());
    use_annunciator().watch();
    effect(move || {
        let theme = documents.theme.get();
        if let Some(root) = document().document_element() {
            let _ = match theme {
                Theme::Device => root.remove_attribute("data-theme"),
                theme => root.set_attribute("data-theme", theme.word()),
            };
        }
    });
    tell_sight();
    effect(move || documents.settle_shared());
    let is_renewed = watch_for_renewal(is_kiosk);
    let palette = PaletteOpen(RwSignal::new(false));
    provide_context(palette);
    if is_kiosk {
        run_kiosk();
    }
    tell_glances();
    let chrome = if is_kiosk {
        view! {
            <div class="kiosk-line">
                <Connection />
            </div>
            <Takeover />
        }
        .into_any()
    } else {
        view! {
            <a class="skip" href="#main" on:click=focus_main>
                "To the content"
            </a>
            <Bar />
            <Rail />
            <Palette open=palette />
        }
        .into_any()
    };
    view! {
        <div class="app" data-kiosk=is_kiosk.then_some("") on:pointerover=move |event| explain_on_hover(&event)>
            {chrome}
            <main class="main" id="main" tabindex="-1">
                <Banners is_renewed is_kiosk />
                {either(
                    move || link.health.get() == Health::Dead,
                    || view! { <DeadPage /> }.into_any(),
                    || view! { <Outlet /> }.into_any(),
                )}
            </main>
            <ToastArea />
            <AskerDialog />
        </div>
    }
}

/// A hash link would leave the place; the focus alone is wanted.
fn focus_main(event: leptos::ev::MouseEvent) {
    use wasm_bindgen::JsCast;
    event.prevent_default();
    let main = document().get_element_by_id("main");
    if let Some(main) = main.and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = main.focus();
    }
}

/// The page of the place. Built anew when ids lose their meaning, if it holds any: what somebody types into another
/// stays as it is.
#[component]
fn Outlet() -> impl IntoView {
    let here = use_here().0;
    let live = use_live();
    block(move || {
        let place = here.get();
        if place.holds_ids() {
            live.epoch.track();
        }
        match place {
            Place::Plant => view! { <PlantPage /> }.into_any(),
            Place::Line(path) => view! { <LinePage path /> }.into_any(),
            Place::Machine(path) => view! { <MachinePage path /> }.into_any(),
            Place::Tag(path) => view! { <TagPage path /> }.into_any(),
            Place::Boards => view! { <BoardsPage /> }.into_any(),
            Place::Board(id) => view! { <BoardPage id /> }.into_any(),
            Place::Namespace(path) => view! { <NamespacePage path /> }.into_any(),
            Place::NamespaceHealth => view! { <NamespaceHealthPage /> }.into_any(),
            Place::Node(path) => view! { <EdgeNodePage path /> }.into_any(),
            Place::Kpi(path) => view! { <KpiPage path /> }.into_any(),
            Place::Alerts => view! { <AlertsPage /> }.into_any(),
            Place::Settings => view! { <SettingsPage /> }.into_any(),
            Place::Diagnostics => view! { <DiagnosticsPage /> }.into_any(),
            Place::Absent(asked) => view! { <AbsentPage asked /> }.into_any(),
        }
    })
}

/// What must be said above every page.
#[component]
fn Banners(is_renewed: RwSignal<bool>, is_kiosk: bool) -> impl IntoView {
    let (link, documents) = (use_link(), use_documents());
    let is_closed = RwSignal::new(false);
    let reload = || {
        let _ = location().reload();
    };
    let renewed = move || {
        view! {
            <div class="banner" role="status" data-testid="renewed">
                <p>"A new version of Andon is there."</p>
                <button class="button" on:click=click(reload)>
                    "Reload"
                </button>
            </div>
        }
        .into_any()
    };
    let mismatch = move || {
        view! {
            <div class="banner banner--bad" role="alert" data-testid="mismatch">
                <p>"Two versions of Andon are mixed here: this page and its worker do not fit together."</p>
                <button class="button" on:click=click(reload)>
                    "Reload"
                </button>
            </div>
        }
        .into_any()
    };
    let guest = move || {
        maybe(documents.guest.get(), |url| {
            view! {
                <div class="banner" role="status" data-testid="guest-banner">
                    <p>
                        "A link opened this broker: " <code>{url}</code> ". Nothing of it is stored; publishing is off."
                    </p>
                    <a class="button" href="./" rel="external">
                        "Leave it"
                    </a>
                </div>
            }
            .into_any()
        })
    };
    let problems = move || {
        let count = documents.problems.with(Vec::len);
        let first = documents.problems.with(|all| all.first().map(ToString::to_string).unwrap_or_default());
        if count > 1 { format!("{first} – and {} more", count - 1) } else { first }
    };
    let problems = move || {
        view! {
            <div class="banner" role="status" data-testid="problems-banner">
                <p>{words(problems)}</p>
                <a class="button" href="#/settings">
                    "Details"
                </a>
                <button class="button button--quiet" on:click=click(move || is_closed.set(true))>
                    "Close"
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        {shown(move || link.health.get() == Health::Mismatch, mismatch)}
        {shown(move || !is_kiosk && is_renewed.get(), renewed)}
        {block(guest)}
        {shown(move || !is_closed.get() && !documents.problems.with(Vec::is_empty), problems)}
    }
}
