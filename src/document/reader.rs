//! Reading JSON documents key by key: each key that is wrong is reported with its path and costs only itself.

use serde_json::{Map, Value};

/// What is wrong in a document, where, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Path of the key, as `brokers[0].url`; empty for the document itself.
    pub path: String,
    /// What is wrong and what was expected, one sentence without a full stop.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

/// An object being read: hands out its keys typed, collects what is wrong, and in the end names keys nobody asked for.
pub(super) struct Reader<'a> {
    path: String,
    object: &'a Map<String, Value>,
    asked: Vec<&'static str>,
    pub(super) problems: &'a mut Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// Reads `value` as an object; anything else is one problem.
    pub(super) fn object(path: String, value: &'a Value, problems: &'a mut Vec<Problem>) -> Option<Self> {
        match value {
            Value::Object(object) => Some(Self { path, object, asked: Vec::new(), problems }),
            other => {
                problems.push(Problem { path, message: format!("expected an object, found {}", kind(other)) });
                None
            }
        }
    }

    pub(super) fn at(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(super) fn problem(&mut self, key: &str, message: impl Into<String>) {
        let path = self.at(key);
        self.problems.push(Problem { path, message: message.into() });
    }

    /// The raw value of a key; `null` counts as absent.
    pub(super) fn raw(&mut self, key: &'static str) -> Option<&'a Value> {
        self.asked.push(key);
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// A key's text, where it is one alone; not noted as asked for.
    pub(super) fn object_text(&self, key: &str) -> Option<&'a str> {
        self.object.get(key)?.as_str()
    }

    fn typed<T>(&mut self, key: &'static str, wanted: &str, read: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        let value = self.raw(key)?;
        let found = read(value);
        if found.is_none() {
            self.problem(key, format!("expected {wanted}, found {}", kind(value)));
        }
        found
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        self.typed(key, "text", |v| v.as_str().map(str::to_owned))
    }

    pub(super) fn bool(&mut self, key: &'static str) -> Option<bool> {
        self.typed(key, "true or false", Value::as_bool)
    }

    pub(super) fn integer(&mut self, key: &'static str, least: i64, most: i64) -> Option<i64> {
        let number = self.typed(key, "a whole number", Value::as_i64)?;
        if (least..=most).contains(&number) {
            return Some(number);
        }
        self.problem(key, format!("expected {least} to {most}, found {number}"));
        None
    }

    /// A list of texts, or one text alone.
    pub(super) fn texts(&mut self, key: &'static str) -> Option<Vec<String>> {
        match self.raw(key)? {
            Value::String(one) => Some(vec![one.clone()]),
            Value::Array(items) => {
                let mut texts = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    match item.as_str() {
                        Some(text) => texts.push(text.to_owned()),
                        None => {
                            self.problem(&format!("{key}[{index}]"), format!("expected text, found {}", kind(item)))
                        }
                    }
                }
                Some(texts)
            }
            other => {
                self.problem(key, format!("expected text or a list of texts, found {}", kind(other)));
                None
            }
        }
    }

    /// The items of a list with their paths; a missing key is an empty list.
    pub(super) fn items(&mut self, key: &'static str) -> Vec<(String, &'a Value)> {
        match self.raw(key) {
            None => Vec::new(),
            Some(Value::Array(items)) => {
                let base = self.at(key);
                items.iter().enumerate().map(|(index, item)| (format!("{base}[{index}]"), item)).collect()
            }
            Some(other) => {
                self.problem(key, format!("expected a list, found {}", kind(other)));
                Vec::new()
            }
        }
    }

    /// Reports those of these keys that are there though nobody asked for them.
    pub(super) fn refuse(&mut self, keys: &[&'static str], message: &str) {
        for &key in keys {
            if !self.asked.contains(&key) && self.raw(key).is_some() {
                self.problem(key, message);
            }
        }
    }

    /// Reports keys that nobody asked for, so that a typo is not silently ignored. `later` names keys of the stable
    /// surface that this version does not use yet.
    pub(super) fn finish(self, later: &[&str]) {
        for key in self.object.keys().filter(|key| !self.asked.contains(&key.as_str())) {
            if key.starts_with('$') || later.contains(&key.as_str()) {
                continue;
            }
            let mut known: Vec<&str> = self.asked.clone();
            known.extend_from_slice(later);
            let path = self.at(key);
            self.problems.push(Problem { path, message: format!("unknown key; known here: {}", known.join(", ")) });
        }
    }
}

/// What a JSON value is, in words.
pub(super) fn kind(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => format!("the number {n}"),
        Value::String(s) => {
            let short: String = s.chars().take(40).collect();
            format!("the text {short:?}")
        }
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
    }
}
