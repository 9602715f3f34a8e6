//! What config.json's documentation promises is what the parser knows.

use andon::document::config_from_json;
use serde_json::{Map, Value, json};

use crate::source::{none_wrong, text};

#[test]
fn every_key_of_the_schema_is_known_to_the_parser() {
    let schema: Value = serde_json::from_str(&text("public/config.schema.json")).expect("public/config.schema.json");
    let sample = sample_of(&schema, &schema, 0);
    let (_, problems) = config_from_json(&sample.to_string());
    let unknown = problems.iter().filter(|problem| problem.message.starts_with("unknown key"));
    let wrong: Vec<String> = unknown.map(ToString::to_string).collect();
    none_wrong("public/config.schema.json documents a key that the parser does not know.", &wrong);
    let keys = sample.as_object().map_or(0, Map::len);
    assert!(keys >= 5, "the schema names only {keys} keys: {sample}");
}

#[test]
fn the_example_is_read_without_a_problem() {
    let (config, problems) = config_from_json(&text("public/config.example.json"));
    let wrong: Vec<String> = problems.iter().map(ToString::to_string).collect();
    none_wrong("public/config.example.json is what people copy.", &wrong);
    assert!(!config.brokers.is_empty(), "the example names no broker");
}

/// A document with every key that the schema names.
fn sample_of(schema: &Value, whole: &Value, depth: usize) -> Value {
    if depth > 24 {
        return Value::Null;
    }
    if let Some(target) = schema["$ref"].as_str() {
        let pointed = whole.pointer(target.trim_start_matches('#')).unwrap_or_else(|| panic!("{target} leads nowhere"));
        return sample_of(pointed, whole, depth + 1);
    }
    if let Some(properties) = schema["properties"].as_object() {
        let keys = properties.iter().map(|(key, inner)| (key.clone(), sample_of(inner, whole, depth + 1)));
        return keys.collect::<Map<_, _>>().into();
    }
    // An object or a list among alternatives has keys of its own to check.
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let samples: Vec<Value> = choices.iter().map(|one| sample_of(one, whole, depth + 1)).collect();
            let first = samples.first().cloned().unwrap_or_default();
            return samples.into_iter().find(|one| one.is_object() || one.is_array()).unwrap_or(first);
        }
    }
    if let Some(items) = schema.get("items") {
        return json!([sample_of(items, whole, depth + 1)]);
    }
    if let Some(example) = schema["examples"].get(0).or_else(|| schema.get("const")).or_else(|| schema["enum"].get(0)) {
        return example.clone();
    }
    match schema["type"].as_str() {
        Some("string") => json!("x"),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        Some("boolean") => json!(false),
        Some("array") => json!([]),
        Some("object") => json!({}),
        _ => Value::Null,
    }
}
