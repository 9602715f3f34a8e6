//! The journal: every transition, newest first.

use leptos::prelude::*;

use crate::ui::format::name_words;
use crate::ui::link::use_link;
use crate::ui::parts::alert::{alert_state_words, priority_shape, use_journal};
use crate::ui::parts::erased::{block, click, each};
use crate::ui::state::{use_documents, use_live};
use crate::wire::{AlertCommand, Command};

/// The journal.
#[component]
pub fn AlertJournalTable() -> impl IntoView {
    let (live, documents) = (use_live(), use_documents());
    use_journal();
    let rows = move || {
        let journal = live.alerts.journal.get();
        let lines = journal.map(|journal| journal.lines.clone()).unwrap_or_default();
        each(lines.into_iter().take(MOST_ROWS), |line| {
            let at = documents.zone.with_value(|zone| zone.date_time(line.at));
            let place: Vec<String> =
                line.path.rsplit('/').take(2).collect::<Vec<_>>().into_iter().rev().map(name_words).collect();
            view! {
                <tr>
                    <td class="table__time">{at}</td>
                    <td>{priority_shape(line.priority)}</td>
                    <td>{line.name.to_string()}</td>
                    <td>{place.join(" › ")}</td>
                    <td>{alert_state_words(line.to)}</td>
                    <td>{line.who.map(|who| who.to_string()).unwrap_or_default()}</td>
                    <td class="table__words">{line.text.to_string()}</td>
                </tr>
            }
            .into_any()
        })
    };
    let link = use_link();
    view! {
        <div class="alerts__tools">
            <button
                class="button"
                data-testid="journal-save"
                on:click=click(move || link.post(&Command::Alerts(AlertCommand::Save)))
            >
                "Save as CSV"
            </button>
        </div>
        <div class="table-room">
            <table data-testid="alert-journal">
                <thead>
                    <tr>
                        <th>"Time"</th>
                        <th>"Priority"</th>
                        <th>"Alert"</th>
                        <th>"Where"</th>
                        <th>"Became"</th>
                        <th>"By"</th>
                        <th>"Words"</th>
                    </tr>
                </thead>
                <tbody>{block(rows)}</tbody>
            </table>
        </div>
        <p class="page__hint">"Names are as given on the device; nobody has checked them. The newest 20 000 lines are kept by the one tab of this browser that holds the store."</p>
    }
}

const MOST_ROWS: usize = 500;
