//! The rules: which there are, whose they are, and what can be done with them.

use std::sync::Arc;

use leptos::prelude::*;

use super::alert_rule_editor::{RuleEditor, pretty, rule_text};
use crate::document::{AlertRule, rules_from_json, rules_to_json};
use crate::ui::link::use_link;
use crate::ui::parts::alert::priority_shape;
use crate::ui::parts::asker::{Question, use_asker};
use crate::ui::parts::erased::{block, click, each, maybe, shown, words};
use crate::ui::state::use_documents;

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
