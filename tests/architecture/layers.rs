//! Dependencies point one way: which module may name which.

use std::path::Path;

use crate::source::{files, none_wrong, root, shipped_lines, shown};

/// Module, and what it may name besides itself. A new module is added here, in its place.
const LAYERS: &[(&str, &[&str])] = &[
    ("time", &[]),
    ("topic", &[]),
    ("vocab", &["time"]),
    ("series", &["time", "vocab"]),
    ("document", &["time", "vocab", "topic"]),
    ("shared", &["time", "vocab", "topic", "document"]),
    ("mqtt", &["time", "vocab", "topic"]),
    ("sparkplug", &["time", "vocab", "topic", "document"]),
    ("payload", &["time", "vocab", "topic", "document"]),
    ("plant", &["time", "vocab", "topic", "document", "series", "payload", "sparkplug"]),
    ("alert", &["time", "vocab", "topic", "document", "series", "plant"]),
    ("kpi", &["time", "vocab", "topic", "document", "series", "plant"]),
    ("predict", &["time", "vocab", "topic", "document", "series", "plant"]),
    ("guide", &["time", "vocab", "topic", "document", "series", "plant"]),
    ("wire", &["time", "vocab", "topic", "document"]),
    (
        "engine",
        &[
            "time",
            "vocab",
            "topic",
            "document",
            "series",
            "shared",
            "mqtt",
            "sparkplug",
            "payload",
            "plant",
            "alert",
            "kpi",
            "predict",
            "guide",
            "wire",
        ],
    ),
    ("sim", &["time", "vocab", "topic", "document", "sparkplug"]),
    ("chart", &["time", "vocab", "series"]),
    ("web", &["time"]),
    ("worker", &["time", "vocab", "engine", "wire", "web"]),
    ("ui", &["time", "vocab", "topic", "document", "series", "wire", "chart", "web"]),
    ("bin/app", &["ui", "web"]),
    ("bin/worker", &["worker", "web"]),
];

#[test]
fn dependencies_point_one_way() {
    let mut wrong = Vec::new();
    for file in files(&["src"], "rs") {
        let path = shown(&file);
        if path == "src/lib.rs" {
            continue;
        }
        let Some((module, may)) = LAYERS.iter().find(|(module, _)| *module == module_of(&path)) else {
            wrong.push(format!("{path}: module {:?} has no row in the table of layers", module_of(&path)));
            continue;
        };
        for (line, named) in names_from_root(&file) {
            if named != *module && !may.contains(&named.as_str()) {
                wrong.push(format!("{path}:{line}: {module} names {named}; it may name {}", may.join(", ")));
            }
        }
    }
    none_wrong("A module names only what lies below it (tests/architecture/layers.rs).", &wrong);
}

#[test]
fn mqttbytes_is_named_in_the_codec_only() {
    let mut wrong = Vec::new();
    for file in files(&["src"], "rs") {
        let path = shown(&file);
        if path.starts_with("src/mqtt/codec/") || path == "src/mqtt/codec.rs" {
            continue;
        }
        let named = shipped_lines(&file).into_iter().find(|(_, line)| line.contains("mqttbytes"));
        wrong.extend(named.map(|(line, _)| format!("{path}:{line}")));
    }
    none_wrong("mqttbytes is not fit for foreign bytes without its guard, src/mqtt/codec.", &wrong);
}

#[test]
fn every_row_of_the_table_is_readable() {
    assert_eq!(module_of("src/ui/pages/line.rs"), "ui");
    assert_eq!(module_of("src/time.rs"), "time");
    assert_eq!(module_of("src/bin/app.rs"), "bin/app");
    let found = |code: &str| roots_in(code, "ui/pages/line.rs");
    assert_eq!(found("use crate::wire::{Frame};"), ["wire"]);
    assert_eq!(found("use crate::{time::{A, B}, vocab, chart::*, self};"), ["time", "vocab", "chart", "self"]);
    assert_eq!(found("let x = crate::engine::Engine::new();"), ["engine"]);
    assert_eq!(found("use super::super::super::engine::X; use super::super::parts;"), ["engine"]);
    assert_eq!(found("$crate::engine::x!()"), ["engine"]);
    assert_eq!(found("use andon::engine::Engine;"), ["engine"]);
}

fn module_of(path: &str) -> &str {
    let below = path.trim_start_matches("src/").trim_end_matches(".rs");
    if below.starts_with("bin/") { below } else { below.split('/').next().unwrap_or(below) }
}

/// Every name at the crate's root that shipped code says, with its line.
fn names_from_root(file: &Path) -> Vec<(usize, String)> {
    let below = file.strip_prefix(root().join("src")).unwrap().to_string_lossy().replace('\\', "/");
    let lines = shipped_lines(file);
    // A `use crate::{` may run over lines: read the whole, then find the line by its offset.
    let code: String = lines.iter().map(|(_, line)| format!("{line}\n")).collect();
    let mut named = Vec::new();
    for (at, name) in roots_with_offsets(&code, &below) {
        named.push((code[..at].matches('\n').count() + 1, name));
    }
    named.retain(|(_, name)| name != "self" && name != "*" && is_module(name));
    named
}

/// A name at the root that begins in lower case is a module (or a macro or function, of which the root has none).
fn is_module(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
}

#[cfg(test)]
fn roots_in(code: &str, below: &str) -> Vec<String> {
    roots_with_offsets(code, below).into_iter().map(|(_, name)| name).collect()
}

fn roots_with_offsets(code: &str, below: &str) -> Vec<(usize, String)> {
    // How many `super::` lead from this file's module to the root: src/ui/mod.rs 1, src/ui/pages/line.rs 3.
    let depth = below.split('/').count() - usize::from(below.ends_with("/mod.rs"));
    let climb = "super::".repeat(depth);
    let mut found = Vec::new();
    for start in ["crate::", "andon::", climb.as_str()] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &code[at + start.len()..];
            let names = if let Some(group) = rest.strip_prefix('{') { group_names(group) } else { vec![ident(rest)] };
            let is_climb = start == climb;
            found.extend(
                names
                    .into_iter()
                    .filter(|name| !name.is_empty())
                    // From a test or an inline module, `super` climbs less far: only modules' names count then.
                    .filter(|name| !is_climb || LAYERS.iter().any(|(module, _)| module == name))
                    .map(|name| (at, name)),
            );
        }
    }
    found
}

/// The first names of `a::b, c::{d, e}, f}`.
fn group_names(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0usize;
    let mut at_start = true;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            c if depth == 0 && at_start && !c.is_whitespace() => {
                names.push(ident(&group[at..]));
                at_start = false;
            }
            _ => {}
        }
    }
    names
}

fn ident(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '*').collect()
}
