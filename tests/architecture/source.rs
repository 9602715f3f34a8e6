//! Reading the tree: files, and Rust text without what is not code.

use std::fs;
use std::path::{Path, PathBuf};

/// The checkout's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file's path below the root, with `/`.
pub(crate) fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).to_string_lossy().replace('\\', "/")
}

/// A file's text; a missing one fails the test with its name.
pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files with this extension below these folders, sorted; build output is left out.
pub(crate) fn files(folders: &[&str], extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = left.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", shown(&folder)));
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "target" && name != "node_modules") {
                    left.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Fails with all that is wrong, one line each.
pub(crate) fn none_wrong(rule: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{rule}\n  {}", wrong.join("\n  "));
}

/// The lines of a Rust file that ship, numbered from 1: comments blanked, and everything from the first
/// `#[cfg(test)]` left out (tests stand at a file's bottom).
pub(crate) fn shipped_lines(file: &Path) -> Vec<(usize, String)> {
    let is_test = file.file_stem().is_some_and(|stem| stem == "tests") || shown(file).contains("/tests/");
    if is_test {
        return Vec::new();
    }
    let text = fs::read_to_string(file).unwrap();
    let code = without_comments(&text);
    let lines = code.lines().take_while(|line| !line.trim_start().starts_with("#[cfg(test)]"));
    lines.enumerate().map(|(index, line)| (index + 1, line.to_owned())).collect()
}

/// Rust text with comments replaced by nothing, line breaks kept. Knows strings, raw strings and characters.
pub(crate) fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            let length = rest.find('\n').unwrap_or(rest.len());
            rest = &rest[length..];
            continue;
        } else if rest.starts_with("/*") {
            let length = rest.find("*/").map_or(rest.len(), |end| end + 2);
            out.extend(rest[..length].chars().filter(|c| *c == '\n'));
            rest = &rest[length..];
            continue;
        } else if c == '"' {
            string_length(rest)
        } else if let Some(hashes) = raw_string(rest).filter(|_| !out.ends_with(|c: char| c.is_alphanumeric())) {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len())
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest[1..].find('\'').map_or(1, |at| at + 2)
        } else {
            c.len_utf8()
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// The number of hashes where a raw string begins.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

#[test]
fn comments_are_told_from_strings() {
    let code = "a(\"// \\\" kept\"); // gone\nb('\"'); /* gone\n */ c(r#\"/* \" kept */\"#);\n//! gone";
    assert_eq!(without_comments(code), "a(\"// \\\" kept\"); \nb('\"'); \n c(r#\"/* \" kept */\"#);\n",);
}
