//! What is linked into the app may be given away with it: no copyleft among its dependencies.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::source::{none_wrong, root};

/// Licences that ask for no more than their own text. A new one is added after reading it.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

#[test]
fn the_app_links_nothing_that_is_copyleft() {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--features", "ui,worker"])
        .args(["--filter-platform", "wasm32-unknown-unknown"])
        .current_dir(root())
        .output()
        .expect("running cargo metadata");
    assert!(cargo.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Value = serde_json::from_slice(&cargo.stdout).expect("cargo metadata writes JSON");

    let linked = linked_into(&metadata, "andon");
    assert!(linked.len() > 20, "only {} crates were found to be linked in", linked.len());
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let id = package["id"].as_str().unwrap();
        let name = format!("{} {}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        match package["license"].as_str() {
            _ if !linked.contains(id) => {}
            Some(licence) if is_allowed(licence) => {}
            Some(licence) => wrong.push(format!("{name}: {licence}")),
            None => wrong.push(format!("{name}: no licence named, see {}", package["license_file"])),
        }
    }
    none_wrong("The app may not link these crates.", &wrong);
}

/// The packages that end up in a package's programs, by id: it and its normal dependencies, all the way down. Those
/// of build scripts and tests stay out.
fn linked_into<'a>(metadata: &'a Value, package: &str) -> BTreeSet<&'a str> {
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let is_start =
        |id: &str| metadata["packages"].as_array().unwrap().iter().any(|p| p["id"] == id && p["name"] == package);
    let mut left: Vec<&str> = nodes.iter().filter_map(|node| node["id"].as_str()).filter(|id| is_start(id)).collect();
    let mut found = BTreeSet::new();
    while let Some(id) = left.pop() {
        if !found.insert(id) {
            continue;
        }
        let node = nodes.iter().find(|node| node["id"] == id).unwrap();
        for dependency in node["deps"].as_array().unwrap() {
            if dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null()) {
                left.extend(dependency["pkg"].as_str());
            }
        }
    }
    found
}

/// Whether an SPDX expression can be met with allowed licences alone.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let allowed = either(&words, &mut at);
    allowed && at == words.len()
}

fn either(words: &[&str], at: &mut usize) -> bool {
    let mut allowed = both(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        allowed |= both(words, at);
    }
    allowed
}

fn both(words: &[&str], at: &mut usize) -> bool {
    let mut allowed = one(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        allowed &= one(words, at);
    }
    allowed
}

fn one(words: &[&str], at: &mut usize) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let allowed = either(words, at);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return allowed && closed;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return ALLOWED.contains(&format!("{word} WITH {exception}").as_str());
    }
    ALLOWED.contains(word)
}

#[test]
fn licence_expressions_are_read() {
    for good in [
        "MIT",
        "MIT OR Apache-2.0",
        "MIT/Apache-2.0",
        "GPL-3.0 OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR MIT",
    ] {
        assert!(is_allowed(good), "{good}");
    }
    for bad in ["AGPL-3.0-only", "MPL-2.0", "MIT AND GPL-3.0", "LGPL-2.1 WITH x", "", "(MIT", "MIT MIT", "WITH"] {
        assert!(!is_allowed(bad), "{bad}");
    }
}
