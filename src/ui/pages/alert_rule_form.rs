//! A rule as a form: which fields there are for which condition, what is wrong with each, and the slider that moves a
//! limit through what its tags have been.

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::document::Problem;
use crate::ui::parts::erased::{attr, block, each, maybe, words};
use crate::ui::state::use_live;
use crate::wire::AlertPreview;

/// A rule being written.
#[derive(Clone, Copy)]
pub struct Draft {
    /// As JSON.
    pub(super) text: RwSignal<String>,
    /// What is wrong with it.
    pub(super) problems: Memo<Vec<Problem>>,
}

/// What a field takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Long,
    Number,
    /// Several texts, separated by commas.
    List,
    Yes,
    Choice(&'static [(&'static str, &'static str)]),
}

struct Field {
    key: &'static str,
    label: &'static str,
    kind: Kind,
    hint: &'static str,
    /// Conditions that it belongs to; all when empty.
    of: &'static [&'static str],
}

const fn field(key: &'static str, label: &'static str, kind: Kind, hint: &'static str) -> Field {
    Field { key, label, kind, hint, of: &[] }
}

const fn of(conditions: &'static [&'static str], field: Field) -> Field {
    Field { of: conditions, ..field }
}

const WHEN: &[(&str, &str)] = &[
    ("high", "above a limit"),
    ("low", "below a limit"),
    ("equals", "is one of these values"),
    ("rate", "changes too fast"),
    ("deviation", "is off its set-point"),
    ("no-data", "is silent"),
    ("state", "machine is in a state"),
    ("expression", "an expression holds"),
];
const PRIORITY: &[(&str, &str)] = &[("critical", "Critical"), ("high", "High"), ("medium", "Medium"), ("low", "Low")];

const CONDITION: &[Field] = &[
    field("name", "Name", Kind::Text, ""),
    field("pattern", "Where", Kind::Text, "A topic filter: + is any one level, # all below"),
    field("when", "When the value", Kind::Choice(WHEN), ""),
    of(
        &["high", "high-high", "low", "low-low", "rate", "deviation"],
        field("limit", "Limit", Kind::Number, "In the tag's unit"),
    ),
    of(&["equals", "one-of"], field("values", "Values", Kind::List, "Separated by commas")),
    of(&["state"], field("states", "States", Kind::List, "running, idle, planned-stop, stopped, offline")),
    of(&["deviation"], field("setpoint", "Set-point", Kind::Text, "Its tag's path below the machine")),
    of(&["rate", "no-data"], field("span_s", "In seconds", Kind::Number, "")),
    of(
        &["expression"],
        field("expression", "Expression", Kind::Long, "avg(x, 5m) > 80 and [state] = 'Execute' for 30s"),
    ),
];

const BEHAVIOUR: &[Field] = &[
    field("priority", "Priority", Kind::Choice(PRIORITY), ""),
    of(
        &["high", "high-high", "low", "low-low", "rate", "deviation"],
        field("deadband", "Deadband", Kind::Number, "So far back before it is over"),
    ),
    field("on_delay_s", "On-delay, s", Kind::Number, "Holds so long before it is raised"),
    field("off_delay_s", "Off-delay, s", Kind::Number, "Gone so long before it is over"),
    field("latching", "Stays until acknowledged", Kind::Yes, ""),
    field("most_shelved_h", "Longest shelf, h", Kind::Number, ""),
];

const WORDS: &[Field] = &[
    field("message", "Message", Kind::Text, "{machine} {tag} {value} {unit} {limit} are filled in"),
    field("action", "What to do", Kind::Text, ""),
    field("consequence", "What happens otherwise", Kind::Text, ""),
    field("link", "More at", Kind::Text, "https://…"),
    field("suppress_when", "Not while", Kind::Text, "An expression: [state] = 'Idle'"),
    field("group", "Group", Kind::Text, "The first of a group on a machine is marked"),
];

impl Draft {
    /// The JSON object; `None` while the text is none.
    fn read(self) -> Option<Map<String, Value>> {
        self.text.with(|text| serde_json::from_str(text).ok())
    }

    fn word(self, key: &str) -> String {
        let value = self.read().and_then(|map| map.get(key).cloned());
        let plain = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        match value {
            None => String::new(),
            Some(Value::Array(list)) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
            Some(one) => plain(&one),
        }
    }

    /// The condition, `high` where it has no name yet.
    fn when(self) -> String {
        let word = self.word("when");
        if word.is_empty() { "high".into() } else { word }
    }

    fn put(self, key: &str, value: Value) {
        let Some(mut map) = self.text.with_untracked(|text| serde_json::from_str::<Map<String, Value>>(text).ok())
        else {
            return;
        };
        let is_nothing = value == Value::Null || value == Value::String(String::new()) || value == Value::Bool(false);
        if is_nothing {
            map.remove(key);
        } else {
            map.insert(key.to_owned(), value);
        }
        if key == "when" {
            // What belongs to another condition goes with it.
            let when = map.get("when").and_then(Value::as_str).unwrap_or_default().to_owned();
            for field in CONDITION.iter().chain(BEHAVIOUR) {
                if !field.of.is_empty() && !field.of.contains(&when.as_str()) {
                    map.remove(field.key);
                }
            }
        }
        self.text.set(serde_json::to_string_pretty(&map).unwrap_or_default());
    }

    fn take(self, field: &'static Field, typed: &str) {
        let number = |text: &str| text.parse::<f64>().map_or_else(|_| text.into(), Value::from);
        let value = match field.kind {
            Kind::Number => number(typed.trim()),
            Kind::List => {
                let parts = typed.split(',').map(str::trim).filter(|part| !part.is_empty());
                let parts: Vec<Value> =
                    parts.map(|part| if field.key == "values" { number(part) } else { part.into() }).collect();
                if parts.is_empty() { Value::Null } else { parts.into() }
            }
            _ => typed.trim().into(),
        };
        self.put(field.key, value);
    }
}

/// The form.
#[component]
pub fn RuleForm(
    /// The rule.
    draft: Draft,
) -> impl IntoView {
    // What fields there are depends on the condition alone: typing builds nothing anew.
    let when = Memo::new(move |_| draft.read().map(|_| draft.when()));
    block(move || match when.get() {
        None => {
            view! { <p class="page__hint">"The JSON below cannot be read as a rule: mend it there."</p> }.into_any()
        }
        Some(when) => {
            let part = |title: &'static str, fields: &'static [Field]| {
                let fields = fields.iter().filter(|field| field.of.is_empty() || field.of.contains(&when.as_str()));
                view! {
                    <fieldset class="rule-part">
                        <legend>{title}</legend>
                        {each(fields, |field| input(draft, field))}
                    </fieldset>
                }
                .into_any()
            };
            view! {
                {part("Condition", CONDITION)}
                <LimitSlider draft />
                {part("How it behaves", BEHAVIOUR)}
                {part("What it says", WORDS)}
            }
            .into_any()
        }
    })
}

fn input(draft: Draft, field: &'static Field) -> AnyView {
    let key = field.key;
    let testid = format!("rule-{key}");
    let wrong = move || {
        let own = |problem: &&Problem| problem.path == key;
        draft.problems.with(|all| all.iter().find(own).map(|problem| problem.message.clone())).unwrap_or_default()
    };
    let is_wrong = attr(move || !wrong().is_empty());
    let change = move |event| draft.take(field, &event_target_value(&event));
    let control = match field.kind {
        Kind::Yes => {
            let turn = move |event| draft.put(key, Value::Bool(event_target_checked(&event)));
            return view! {
                <label class="check">
                    <input type="checkbox" data-testid=testid prop:checked=move || draft.word(key) == "true" on:change=turn />
                    <span>{field.label}</span>
                </label>
            }
            .into_any();
        }
        Kind::Choice(choices) => view! {
            <select data-testid=testid on:change=change>
                {each(
                    choices.iter(),
                    |(word, label)| {
                        let chosen = move || {
                            let is = draft.word(key).replace("-high", "").replace("-low", "").replace("one-of", "equals");
                            is == *word || (is.is_empty() && key == "priority" && *word == "medium")
                        };
                        view! { <option value=*word prop:selected=chosen>{*label}</option> }.into_any()
                    },
                )}
            </select>
        }
        .into_any(),
        Kind::Long => view! {
            <textarea
                rows="3"
                spellcheck="false"
                data-testid=testid
                aria-invalid=is_wrong
                prop:value=move || draft.word(key)
                on:change=change
            ></textarea>
        }
        .into_any(),
        kind => {
            let mode = if kind == Kind::Number { "decimal" } else { "text" };
            view! {
                <input
                    type="text"
                    inputmode=mode
                    spellcheck="false"
                    autocomplete="off"
                    data-testid=testid
                    aria-invalid=is_wrong
                    prop:value=move || draft.word(key)
                    on:change=change
                />
            }
            .into_any()
        }
    };
    view! {
        <label class="field" data-field=key>
            <span>{field.label}</span>
            {control}
            <small>{words(move || Some(wrong()).filter(|wrong| !wrong.is_empty()).unwrap_or_else(|| field.hint.into()))}</small>
        </label>
    }
    .into_any()
}

/// Moves the limit through what the tags have been: how often it would have been raised is told as it moves.
#[component]
fn LimitSlider(draft: Draft) -> impl IntoView {
    let live = use_live();
    // The ends of the history: they stay while the slider moves.
    let ends = Memo::new(move |known: Option<&Option<(f64, f64)>>| {
        let fresh = live
            .alerts
            .preview
            .with(|preview| preview.as_ref().and_then(|preview: &std::sync::Arc<AlertPreview>| preview.extremes));
        fresh.or_else(|| known.copied().flatten())
    });
    let is_limited = Memo::new(move |_| matches!(draft.when().as_str(), "high" | "high-high" | "low" | "low-low"));
    block(move || {
        let ends = ends.get().filter(|(low, high)| is_limited.get() && low < high);
        maybe(ends, |(low, high)| {
            // A little room at both ends, in steps that a person would choose.
            let room = (high - low) * 0.1;
            let step = 10_f64.powf(((high - low) / 200.0).log10().ceil());
            let (from, to) = (((low - room) / step).floor() * step, ((high + room) / step).ceil() * step);
            let round = move |value: f64| (value / step).round() * step;
            let slide = move |event| {
                if let Ok(value) = event_target_value(&event).parse::<f64>() {
                    // Away with the dust of the division.
                    let text = format!("{:.6}", round(value));
                    draft.put("limit", text.parse::<f64>().map_or(Value::Null, Value::from));
                }
            };
            view! {
                <label class="field rule-slider">
                    <span>"Try the limit"</span>
                    <input
                        type="range"
                        data-testid="rule-slider"
                        min=from
                        max=to
                        step=step
                        prop:value=move || draft.word("limit")
                        on:input=slide
                    />
                    <small>{format!("These values have been between {} and {}", short(low), short(high))}</small>
                </label>
            }
            .into_any()
        })
    })
}

/// A number with as many digits as tell something.
fn short(value: f64) -> String {
    let digits = if value.abs() >= 100.0 { 0 } else { 2 };
    format!("{value:.digits$}")
}
