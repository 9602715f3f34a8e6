//! What a file looks like: it says what it answers for, and it is short enough to be read in one sitting.

use std::fs;

use crate::source::{files, none_wrong, shown, text};

/// Hard limit of lines in a Rust file.
const LINES: usize = 400;
/// The little JavaScript there is starts the wasm and nothing else.
const JS_LINES: usize = 80;

#[test]
fn every_file_opens_with_what_it_answers_for() {
    let mut wrong = Vec::new();
    for file in files(&["src", "xtask", "tests"], "rs") {
        let text = fs::read_to_string(&file).unwrap();
        if !text.starts_with("//! ") {
            wrong.push(shown(&file));
        }
    }
    none_wrong("A file opens with `//!`: what it answers for and what it refuses.", &wrong);
}

#[test]
fn files_stay_short() {
    let mut wrong = Vec::new();
    for file in files(&["src", "xtask", "tests"], "rs") {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        if lines > LINES {
            wrong.push(format!("{}: {lines} lines", shown(&file)));
        }
    }
    none_wrong("A Rust file has at most 400 lines; split it by what it answers for.", &wrong);
}

#[test]
fn scripts_stay_small() {
    let mut wrong = Vec::new();
    for file in files(&["public"], "js") {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        if lines > JS_LINES {
            wrong.push(format!("{}: {lines} lines", shown(&file)));
        }
    }
    none_wrong("A script in public/ has at most 80 lines; the rest is Rust.", &wrong);
}

#[test]
fn code_in_docs_is_not_left_uncompiled() {
    let mut wrong = Vec::new();
    for file in files(&["src"], "rs") {
        let mut is_open = false;
        for (index, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let line = line.trim_start();
            let Some(doc) = line.strip_prefix("//!").or_else(|| line.strip_prefix("///")) else {
                is_open = false;
                continue;
            };
            if let Some(language) = doc.trim_start().strip_prefix("```") {
                if !is_open && matches!(language.trim(), "" | "rust" | "no_run" | "ignore" | "should_panic") {
                    wrong.push(format!("{}:{}", shown(&file), index + 1));
                }
                is_open = !is_open;
            }
        }
    }
    none_wrong("Doctests are off: a fence in docs names another language, such as ```text.", &wrong);
}

#[test]
fn the_page_holds_no_inline_script_or_style() {
    let html = text("index.html");
    let mut wrong = Vec::new();
    for (at, _) in html.match_indices('<') {
        let tag = html[at + 1..].split('>').next().unwrap_or_default();
        let line = html[..at].matches('\n').count() + 1;
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        let inline_handler = tag.split_whitespace().skip(1).any(|word| word.starts_with("on") && word.contains('='));
        if (name == "script" && !tag.contains("src=")) || name == "style" || tag.contains(" style=") || inline_handler {
            wrong.push(format!("index.html:{line}: <{tag}>"));
        }
    }
    none_wrong("The content security policy forbids inline script and style.", &wrong);
}
