//! A board drawn for one machine, looked at for another: the choice beside its title, and whom it stands for while it is
//! edited.

use leptos::prelude::*;

use super::Desk;
use crate::document::stand_in;
use crate::ui::format::name_words;
use crate::ui::natural::naturally;
use crate::ui::parts::erased::{attr, block, click, each, maybe};
use crate::ui::place::{Place, board_at};
use crate::ui::router::go;
use crate::ui::state::{Live, use_live};
use crate::vocab::Level;

/// The machines that the board can be shown for; nothing for a board that stands for itself.
#[component]
pub fn Standing(
    /// The board.
    desk: Desk,
) -> impl IntoView {
    let live = use_live();
    let drawn_for =
        Memo::new(move |_| desk.board.with(|board| board.as_ref().and_then(|board| board.drawn_for.clone())));
    block(move || {
        maybe(drawn_for.get(), |own| {
            let now = desk.shown_for().unwrap_or_default();
            let mut machines = machines(live);
            if !machines.contains(&now) {
                machines.insert(0, now.clone());
            }
            let options = each(machines, |path| {
                let is_now = path == now;
                view! { <option value=path.clone() selected=is_now>{short(&path)}</option> }.into_any()
            });
            let change = move |event| {
                let path = event_target_value(&event);
                let place = (path != own).then_some(path);
                go(&Place::Board(board_at(&desk.id(), place.as_deref())));
            };
            view! {
                <label class="check">
                    <span class="visually-hidden">"Shown for"</span>
                    <select data-testid="shown-for" on:change=change>
                        {options}
                    </select>
                </label>
            }
            .into_any()
        })
    })
}

/// Draws the board for the machine most of its tiles belong to, or gives it back paths of its own.
#[component]
pub fn StandingTools(
    /// The board.
    desk: Desk,
) -> impl IntoView {
    let live = use_live();
    let parts = Memo::new(move |_| {
        let machines = machines(live);
        desk.board.with(|board| {
            let board = board.as_ref()?;
            let likely = stand_in::likely_place(board, machines.iter().map(String::as_str)).map(str::to_owned);
            Some((board.drawn_for.clone(), board.repeated_for.clone(), likely, machines))
        })
    });
    let is_open = RwSignal::new(false);
    block(move || match parts.get() {
        Some((None, _, Some(likely), _)) => {
            let name = short(&likely);
            let draw = move || desk.change(|board| stand_in::drawn_for(board, &likely));
            view! {
                <button class="button button--quiet" data-testid="draw-for" on:click=click(draw)>
                    {format!("Use for other machines than {name}")}
                </button>
            }
            .into_any()
        }
        Some((Some(own), repeated, _, machines)) => {
            let rows = each(machines.into_iter().filter(|path| *path != own), |path| {
                let is_repeated = repeated.contains(&path);
                let (name, taken) = (short(&path), path);
                let toggle = move |_| {
                    desk.change(|board| {
                        let mut board = board.clone();
                        if board.repeated_for.contains(&taken) {
                            board.repeated_for.retain(|known| *known != taken);
                        } else if board.repeated_for.len() < stand_in::MOST_REPEATS {
                            board.repeated_for.push(taken.clone());
                        }
                        board
                    });
                };
                view! {
                    <label class="pin__board check">
                        <input type="checkbox" prop:checked=is_repeated on:change=toggle />
                        <span>{name}</span>
                    </label>
                }
                .into_any()
            });
            view! {
                <details
                    class="pin__more"
                    open=attr(move || is_open.get_untracked().then_some(""))
                    on:toggle=move |event| is_open.set(is_open_now(&event))
                >
                    <summary class="button button--quiet" data-testid="repeat-for">
                        {format!("Repeated for {}", repeated.len())}
                    </summary>
                    <div class="pin__menu pin__menu--long">{rows}</div>
                </details>
                <button
                    class="button button--quiet"
                    data-testid="fix"
                    on:click=click(move || desk.change(stand_in::fixed))
                >
                    "For this machine alone"
                </button>
            }
            .into_any()
        }
        _ => ().into_any(),
    })
}

fn is_open_now(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast;
    let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    details.is_some_and(|details| details.has_attribute("open"))
}

fn machines(live: Live) -> Vec<String> {
    let machines: Vec<_> = live.places().into_iter().filter(|place| place.level == Some(Level::Machine)).collect();
    naturally(machines, |place| &place.path).into_iter().map(|place| place.path.to_string()).collect()
}

/// The machine with what is above it.
pub fn short(path: &str) -> String {
    let mut levels: Vec<String> = path.rsplit('/').take(2).map(name_words).collect();
    levels.reverse();
    levels.join(" › ")
}
