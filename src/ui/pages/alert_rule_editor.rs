//! Edits one alert rule: by a form or as the JSON it is stored in, with every mistake named at once where it is, and the
//! rule tried on the history held here as it is written.

use std::sync::Arc;
use std::time::Duration;

use leptos::{ev::SubmitEvent, prelude::*};

use super::alert_rule_form::{Draft, RuleForm};
use crate::document::{AlertRule, Problem, rules_from_json, rules_to_json};
use crate::ui::format::{name_words, span_words};
use crate::ui::link::use_link;
use crate::ui::parts::erased::{attr, click, effect, words};
use crate::ui::state::use_live;
use crate::wire::{AlertCommand, AlertPreview, Command};

/// The editor. What is written is one text, whichever way it is edited.
#[component]
pub fn RuleEditor(
    /// The rule as JSON.
    text: String,
    /// Takes it.
    save: Arc<dyn Fn(AlertRule) + Send + Sync>,
    /// Which rule is edited; none closes.
    close: RwSignal<Option<usize>>,
) -> impl IntoView {
    let (live, link) = (use_live(), use_link());
    let text = RwSignal::new(text);
    let read = Memo::new(move |_| text.with(|text| rule_of(text)));
    let asked = StoredValue::new(0_u32);
    live.alerts.preview.set(None);
    effect(move || {
        let rule = read.with(|read| read.as_ref().ok().cloned());
        asked.update_value(|count| *count += 1);
        let number = asked.get_value();
        // Once the typing, or the slider, pauses.
        set_timeout(
            move || {
                if let Some(rule) = rule.filter(|_| asked.try_get_value() == Some(number)) {
                    link.post(&Command::Alerts(AlertCommand::Try(Box::new(rule))));
                }
            },
            Duration::from_millis(200),
        );
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(rule) = read.get_untracked() {
            save(rule);
        }
    };
    let problems = Memo::new(move |_| read.with(|read| read.as_ref().err().cloned().unwrap_or_default()));
    let wrong = move || problems.with(|all| all.first().map(ToString::to_string).unwrap_or_default());
    view! {
        <form class="rule-editor" data-testid="rule-editor" on:submit=submit>
            <RuleForm draft=Draft { text, problems } />
            <details class="rule-json">
                <summary data-testid="rule-as-json">"The same as JSON"</summary>
                <textarea
                    rows="14"
                    spellcheck="false"
                    autocapitalize="off"
                    aria-label="The rule as JSON"
                    data-testid="rule-text"
                    aria-invalid=attr(move || read.with(Result::is_err))
                    bind:value=text
                ></textarea>
            </details>
            <p class="connect__wrong" role="alert" data-testid="rule-wrong">{words(wrong)}</p>
            <p role="status" data-testid="rule-preview">
                {words(move || {
                    let now = live.second.get();
                    match live.alerts.preview.get().filter(|_| read.with(Result::is_ok)) {
                        Some(preview) => preview_words(&preview, now),
                        None => String::new(),
                    }
                })}
            </p>
            <div class="dialog__buttons">
                <button class="button" type="button" on:click=click(move || close.set(None))>
                    "Cancel"
                </button>
                <button
                    class="button button--main"
                    type="submit"
                    data-testid="rule-save"
                    disabled=move || read.with(Result::is_err)
                >
                    "Save"
                </button>
            </div>
        </form>
    }
}

/// The one rule that a text holds, or what is wrong with it, each by its key.
fn rule_of(text: &str) -> Result<AlertRule, Vec<Problem>> {
    let (mut rules, mut problems) = rules_from_json(&format!("{{\"version\":1,\"alerts\":[{text}\n]}}"));
    for problem in &mut problems {
        let path = problem.path.strip_prefix("alerts[0]").unwrap_or(&problem.path);
        problem.path = path.trim_start_matches('.').to_owned();
    }
    if problems.is_empty() && rules.len() == 1 {
        return Ok(rules.remove(0));
    }
    if problems.is_empty() {
        problems.push(Problem { path: String::new(), message: "expected one rule".into() });
    }
    Err(problems)
}

/// A rule as it is edited; without one, the beginning of a new one.
pub(super) fn rule_text(rule: Option<&AlertRule>) -> String {
    let Some(rule) = rule else {
        return "{\n  \"name\": \"Temperature high\",\n  \"pattern\": \"+/+/+/+/+/temperature\",\n  \"when\": \"high\",\n  \"limit\": 80,\n  \"deadband\": 2,\n  \"on_delay_s\": 5,\n  \"priority\": \"high\",\n  \"message\": \"{machine}: {value} {unit}, above {limit}\",\n  \"action\": \"\"\n}".into();
    };
    let all = pretty(&rules_to_json(std::slice::from_ref(rule)));
    // The rule alone, one level to the left.
    let inner: Vec<&str> = all.lines().skip(2).collect();
    let end = inner.iter().rposition(|line| line.trim_end() == "    }").map_or(inner.len(), |at| at + 1);
    inner[..end].iter().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// JSON over several lines.
pub(super) fn pretty(json: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(json).ok();
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_default()
}

fn preview_words(preview: &AlertPreview, now: crate::time::Timestamp) -> String {
    if preview.matched == 0 {
        return "The pattern matches nothing that is known.".into();
    }
    let mut text = format!("Matches {}, holds for {} of them now. ", preview.matched, preview.holding);
    match preview.since {
        Some(since) => {
            let span = span_words(now - since);
            text += &format!("In the last {span} it would have been raised {} times", preview.raised);
            if let Some((path, count)) = preview.most.first().filter(|_| preview.most.len() > 1) {
                let name: Vec<String> =
                    path.rsplit('/').take(2).collect::<Vec<_>>().into_iter().rev().map(name_words).collect();
                text += &format!(", most often by {} ({count})", name.join(" › "));
            }
            if preview.replayed < preview.matched {
                text += &format!(" ({} of {} have a history that could be tried)", preview.replayed, preview.matched);
            }
            text.push('.');
        }
        None => text += "There is no history yet to try it on.",
    }
    text
}
