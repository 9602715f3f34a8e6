//! The rules: which there are, and an editor that shows at once what a rule would have done in the history held here.

use std::sync::Arc;
use std::time::Duration;

use leptos::{ev::SubmitEvent, prelude::*};

use crate::document::{AlertRule, rules_from_json, rules_to_json};
use crate::ui::format::{name_words, span_words};
use crate::ui::link::use_link;
use crate::ui::parts::alert::priority_shape;
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::erased::{attr, block, click, each, effect, maybe, shown, words};
use crate::ui::state::{use_documents, use_live};
use crate::wire::{AlertCommand, AlertPreview, Command};

/// The rules in force, and the one being edited.
#[component]
pub fn AlertRules() -> impl IntoView {
    let (documents, link, asker) = (use_documents(), use_link(), use_asker());
    // Index of the rule being edited; one past the last: a new one.
    let edited = RwSignal::new(None::<usize>);
    let put = move |rules: Option<Vec<AlertRule>>| {
        documents.set_rules(rules);
        link.set_rules(documents.in_force().alerts);
        edited.set(None);
    };
    let save = move |index: usize, rule: AlertRule| {
        let mut rules = documents.rules_in_force();
        match rules.get_mut(index) {
            Some(known) => *known = rule,
            None => rules.push(rule),
        }
        // Written and read once, so that ids are made and nothing unreadable is kept.
        put(Some(rules_from_json(&rules_to_json(&rules)).0));
    };
    let remove = move |index: usize| {
        asker.ask(Question {
            title: "Remove this rule?".into(),
            text: "Its alerts go with it.".into(),
            yes: "Remove",
            then: Arc::new(move || {
                let mut rules = documents.rules_in_force();
                if index < rules.len() {
                    rules.remove(index);
                }
                put(Some(rules));
            }),
            otherwise: Arc::new(|| {}),
        });
    };
    let rows = move || {
        each(documents.rules_in_force().into_iter().enumerate(), |(index, rule)| {
            view! {
                <li class="rule" data-rule=rule.id.clone()>
                    {priority_shape(rule.priority)}
                    <span class="alert__what">
                        <strong>{rule.name.clone()}</strong>
                        <code class="alert__where">{format!("{} · {}", rule.condition.word(), rule.pattern)}</code>
                    </span>
                    <button class="button" on:click=click(move || edited.set(Some(index)))>
                        "Edit"
                    </button>
                    <button class="button button--quiet" on:click=click(move || remove(index))>
                        "Remove"
                    </button>
                </li>
            }
            .into_any()
        })
    };
    view! {
        <p class="page__hint">
            {words(move || {
                if documents.rules.with(Option::is_some) {
                    "These rules are kept on this device. To give them to every screen, put them into config.json under “alerts”.".into()
                } else if documents.file.with(|file| file.alerts.is_some()) {
                    "These rules come with the plant (config.json). A change is kept on this device.".into()
                } else {
                    "Nobody has written rules for this plant: this one is built in. A change is kept on this device.".into()
                }
            })}
        </p>
        <ul class="alert-list" data-testid="rules">{block(rows)}</ul>
        <div class="alert__acts">
            <button
                class="button button--main"
                data-testid="new-rule"
                on:click=click(move || edited.set(Some(usize::MAX)))
            >
                "New rule"
            </button>
            {shown(
                move || documents.rules.with(Option::is_some),
                move || {
                    view! {
                        <button class="button" on:click=click(move || put(None))>
                            "Back to the plant's own"
                        </button>
                    }
                        .into_any()
                },
            )}
        </div>
        {block(move || {
            maybe(
                edited.get(),
                |index| {
                    let rule = documents.rules_in_force().get(index).cloned();
                    let text = rule_text(rule.as_ref());
                    view! { <RuleEditor text save=Arc::new(move |rule| save(index, rule)) close=edited /> }.into_any()
                },
            )
        })}
        <details class="rule-json">
            <summary>"As JSON for config.json"</summary>
            <pre>{words(move || pretty(&rules_to_json(&documents.rules_in_force())))}</pre>
        </details>
    }
}

/// Edits a rule as the JSON it is written in, with every mistake named at once and the rule tried on the history.
#[component]
fn RuleEditor(
    text: String,
    save: Arc<dyn Fn(AlertRule) + Send + Sync>,
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
        // Once the typing pauses.
        set_timeout(
            move || {
                if let Some(rule) = rule.filter(|_| asked.try_get_value() == Some(number)) {
                    link.post(&Command::Alerts(AlertCommand::Try(Box::new(rule))));
                }
            },
            Duration::from_millis(300),
        );
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(rule) = read.get_untracked() {
            save(rule);
        }
    };
    let wrong = move || read.with(|read| read.as_ref().err().cloned().unwrap_or_default());
    view! {
        <form class="rule-editor" data-testid="rule-editor" on:submit=submit>
            <label class="field">
                <span>"Rule"</span>
                <textarea
                    rows="14"
                    spellcheck="false"
                    autocapitalize="off"
                    data-testid="rule-text"
                    aria-invalid=attr(move || read.with(Result::is_err))
                    bind:value=text
                ></textarea>
                <small>
                    "when: high, low (limit, or “range”), equals (values), rate (limit, span_s), deviation (setpoint, limit), no-data (span_s), state (states), expression. Also priority, deadband, on_delay_s, off_delay_s, latching, message, action, consequence, link, suppress_when, group, most_shelved_h."
                </small>
            </label>
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

/// The one rule that a text holds, or what is wrong with it.
fn rule_of(text: &str) -> Result<AlertRule, String> {
    let (mut rules, problems) = rules_from_json(&format!("{{\"version\":1,\"alerts\":[{text}\n]}}"));
    if let Some(problem) = problems.first() {
        let path = problem.path.strip_prefix("alerts[0]").unwrap_or(&problem.path).trim_start_matches('.');
        return Err(if path.is_empty() { problem.message.clone() } else { format!("{path}: {}", problem.message) });
    }
    if rules.len() == 1 { Ok(rules.remove(0)) } else { Err("expected one rule".into()) }
}

fn rule_text(rule: Option<&AlertRule>) -> String {
    let Some(rule) = rule else {
        return "{\n  \"name\": \"Temperature high\",\n  \"pattern\": \"#\",\n  \"when\": \"high\",\n  \"limit\": 80,\n  \"deadband\": 2,\n  \"on_delay_s\": 5,\n  \"priority\": \"high\",\n  \"message\": \"{machine}: {value} {unit}, above {limit}\",\n  \"action\": \"\"\n}".into();
    };
    let all = pretty(&rules_to_json(std::slice::from_ref(rule)));
    // The rule alone, one level to the left.
    let inner: Vec<&str> = all.lines().skip(2).collect();
    let end = inner.iter().rposition(|line| line.trim_end() == "    }").map_or(inner.len(), |at| at + 1);
    inner[..end].iter().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn pretty(json: &str) -> String {
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
