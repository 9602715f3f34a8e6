//! How topics are read: the levels of the hierarchy, guessed or said, with the tree as it would be; and machine states
//! that nobody can read, to be told what they mean.

use std::sync::Arc;

use leptos::prelude::*;

use crate::document::{Meanings, StateRule, TagRule, hierarchy_from_text};
use crate::ui::connect::reinterpret;
use crate::ui::link::use_link;
use crate::ui::parts::erased::{block, click, each, maybe, words};
use crate::ui::parts::icon::state_words;
use crate::ui::parts::toast::use_toasts;
use crate::ui::state::{use_documents, use_live};
use crate::vocab::{Level, MachineState};
use crate::wire::{Command, Node, Root, Survey, UnknownState};

/// The levels of the hierarchy.
#[component]
pub fn Levels() -> impl IntoView {
    let (documents, live, link, toasts) = (use_documents(), use_live(), use_link(), use_toasts());
    live.survey.set(None);
    let own = documents.meanings.with_untracked(|meanings| template_words(&meanings.hierarchy));
    let text = RwSignal::new(own);
    let parsed = move || {
        let text = text.get();
        let text = text.trim();
        if text.is_empty() { Ok(Vec::new()) } else { hierarchy_from_text(text) }
    };
    // The tree follows what is typed.
    crate::ui::parts::erased::effect(move || {
        // Asked again after a change of the configuration, which clears what was known.
        live.structure.track();
        if let Ok(levels) = parsed() {
            link.post(&Command::Survey(levels));
        }
    });
    let apply = move |levels: Vec<Option<Level>>, said: &'static str| {
        documents.say_meanings(|meanings| meanings.hierarchy = levels);
        reinterpret(documents, link);
        toasts.say(said);
    };
    let take = move || {
        if let Ok(levels) = parsed() {
            apply(levels, "Levels are read anew");
        }
    };
    let guess = move || {
        text.set(String::new());
        apply(Vec::new(), "Levels are guessed again");
    };
    let wrong = move || parsed().err().unwrap_or_default();
    let survey = move || live.survey.get();
    let summary = move || survey().map_or_else(String::new, |survey| summary_words(&survey));
    let roots =
        move || each(survey().map_or_else(Vec::new, |survey| survey.roots.clone()), move |root| root_view(root, text));
    let tree = move || {
        let nodes = survey().map_or_else(Vec::new, |survey| survey.tree.clone());
        each(nodes, node_view)
    };
    view! {
        <section data-testid="levels">
            <h2>"How topics are read"</h2>
            <p class="page__hint">
                "Each topic level has a meaning: enterprise, site, area, line, machine, or + for none. Left empty, it is guessed from the topics."
            </p>
            <label class="field">
                <span>"Levels"</span>
                <input
                    type="text"
                    placeholder="enterprise/site/area/line/machine"
                    spellcheck="false"
                    autocapitalize="off"
                    data-testid="levels-input"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                />
            </label>
            <p class="levels__wrong" role="alert">{words(wrong)}</p>
            <div class="levels__do">
                <button class="button button--main" data-testid="levels-apply" on:click=click(take)>
                    "Read them so"
                </button>
                <button class="button button--quiet" on:click=click(guess)>
                    "Guess"
                </button>
            </div>
            <details class="levels__why">
                <summary>"How each root is read, and why"</summary>
                <ul class="levels__roots">{block(roots)}</ul>
            </details>
            <p data-testid="levels-summary">{words(summary)}</p>
            <ul class="levels__tree" tabindex="0" aria-label="Levels" data-testid="levels-tree">{block(tree)}</ul>
        </section>
        <UnknownStates />
    }
}

fn root_view(root: Root, text: RwSignal<String>) -> AnyView {
    let template = root.template.clone();
    let edit = move || text.set(template.clone());
    let name = if root.name.is_empty() { "(empty)".to_owned() } else { root.name.to_string() };
    view! {
        <li>
            <strong>{name}</strong>
            " is read as "
            <code>{if root.template.is_empty() { "no place".to_owned() } else { root.template }}</code>
            ". "
            {root.why}
            " "
            <button class="levels__edit" on:click=click(edit)>
                "Edit"
            </button>
        </li>
    }
    .into_any()
}

fn node_view(node: Node) -> AnyView {
    let indent = format!("{}px", 16 * u32::from(node.depth.min(16)));
    let level = node.level.map_or("", Level::word);
    view! {
        <li data-level=level style:padding-left=indent>
            <span>{node.name.to_string()}</span>
            <span class="levels__level">{level}</span>
            <span class="levels__tags">{node.tags.to_string()}</span>
        </li>
    }
    .into_any()
}

fn summary_words(survey: &Survey) -> String {
    let many = |count: u32, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let mut words = format!("{}, {}", many(survey.lines, "line"), many(survey.machines, "machine"));
    if survey.unassigned > 0 {
        words.push_str(&format!(", {} of no machine", many(survey.unassigned, "tag")));
    }
    let hidden = (survey.nodes as usize).saturating_sub(survey.tree.len());
    if hidden > 0 {
        words.push_str(&format!("; {hidden} more places are not listed"));
    }
    words
}

fn template_words(levels: &[Option<Level>]) -> String {
    levels.iter().map(|level| level.map_or("+", Level::word)).collect::<Vec<_>>().join("/")
}

/// Machine states that nobody can read, each to be told what it means.
#[component]
fn UnknownStates() -> impl IntoView {
    let live = use_live();
    let list = move || {
        let groups = live.survey.get().map_or_else(Vec::new, |survey| groups(&survey.states));
        maybe(Some(groups).filter(|groups| !groups.is_empty()), |groups| {
            view! {
                <section data-testid="unknown-states">
                    <h2>"Machine states nobody can read"</h2>
                    <p class="page__hint">"Until somebody says what they mean, these machines count as offline."</p>
                    <ul class="levels__states">{each(groups, group_view)}</ul>
                </section>
            }
            .into_any()
        })
    };
    block(list)
}

/// One raw value of state tags that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    /// As a rule names the tags: as deep as they are, with the same last level.
    pattern: String,
    raw: String,
    count: usize,
}

fn groups(states: &[UnknownState]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for state in states {
        let (above, last) = state.path.rsplit_once('/').unwrap_or(("", &state.path));
        let depth = if above.is_empty() { 0 } else { above.matches('/').count() + 1 };
        let pattern = format!("{}{last}", "+/".repeat(depth));
        match groups.iter_mut().find(|group| group.pattern == pattern && group.raw == state.raw) {
            Some(group) => group.count += 1,
            None => groups.push(Group { pattern, raw: state.raw.clone(), count: 1 }),
        }
    }
    groups
}

fn group_view(group: Group) -> AnyView {
    let (documents, link, toasts) = (use_documents(), use_link(), use_toasts());
    let say = {
        let group = group.clone();
        Arc::new(move |state: MachineState| {
            documents.say_meanings(|meanings| say_state(meanings, &group, state));
            reinterpret(documents, link);
            toasts.say(&format!("{} is {}", group.raw, state_words(state).to_lowercase()));
        })
    };
    let states = [
        MachineState::Running,
        MachineState::Idle,
        MachineState::PlannedStop,
        MachineState::Stopped,
        MachineState::Offline,
    ];
    let buttons = each(states, |state| {
        let say = say.clone();
        view! {
            <button class="chip" data-testid="say-state" on:click=click(move || say(state))>
                {state_words(state)}
            </button>
        }
        .into_any()
    });
    let machines = if group.count == 1 { "1 machine".to_owned() } else { format!("{} machines", group.count) };
    view! {
        <li>
            <p>
                <code>{group.pattern}</code>
                " = "
                <strong>{group.raw}</strong>
                " ("
                {machines}
                ") means"
            </p>
            <div class="levels__do">{buttons}</div>
        </li>
    }
    .into_any()
}

fn say_state(meanings: &mut Meanings, group: &Group, state: MachineState) {
    let rule = StateRule { raw: group.raw.clone(), state };
    match meanings.tags.iter_mut().find(|known| known.pattern == group.pattern && !known.states.is_empty()) {
        Some(known) => {
            known.states.retain(|other| other.raw != rule.raw);
            known.states.push(rule);
        }
        None => {
            let pattern = group.pattern.clone();
            meanings.tags.insert(0, TagRule { pattern, states: vec![rule], ..TagRule::default() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn states_alike_are_said_once() {
        let state = |path: &str, raw: &str| UnknownState { path: path.into(), raw: raw.into() };
        let groups =
            groups(&[state("a/b/state", "77"), state("a/c/state", "77"), state("a/c/d/state", "77"), state("s", "x")]);
        let told: Vec<_> = groups.iter().map(|group| (group.pattern.as_str(), group.count)).collect();
        assert_eq!(told, [("+/+/state", 2), ("+/+/+/state", 1), ("s", 1)]);
        let mut meanings = Meanings::default();
        say_state(&mut meanings, &groups[0], MachineState::Idle);
        say_state(&mut meanings, &groups[0], MachineState::Stopped);
        assert_eq!(meanings.tags.len(), 1);
        assert_eq!(meanings.tags[0].states, [StateRule { raw: "77".into(), state: MachineState::Stopped }]);
    }
}
