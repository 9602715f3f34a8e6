//! Whether a build can be served by any static host, at `/` or below a path: the files are all there, every address is
//! relative, nothing is inline that a strict content security policy forbids.

use std::fs;
use std::path::Path;

use crate::{Context, Failure, Outcome, files};

/// Refuses a build that some static host could not serve.
pub(super) fn check(dist: &Path) -> Outcome {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).context(format_args!("reading {}", page.display()))?;
    let wrong = problems(&html);
    if !wrong.is_empty() {
        return Err(Failure::new(format!("the built index.html {}", wrong.join("; it "))));
    }
    let wasm = files::below(dist)
        .context(format_args!("reading {}", dist.display()))?
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        .count();
    if wasm != 2 {
        return Err(Failure::new(format!(
            "a build has 2 wasm files, the page's and the worker's; this one has {wasm}"
        )));
    }
    Ok(())
}

fn problems(html: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        for attribute in ["src", "href", "data-js", "data-wasm"] {
            let address = value_of(tag, attribute).unwrap_or_default();
            if address.starts_with('/') || (address.contains("://") && name != "a") {
                wrong.push(format!("names {address:?}, which is not relative"));
            }
        }
        if name == "script" && value_of(tag, "src").is_none() {
            wrong.push("has an inline script".into());
        }
        if name == "style" || value_of(tag, "style").is_some() {
            wrong.push("has an inline style".into());
        }
    }
    wrong
}

/// The value of an attribute in a tag, quoted or not.
fn value_of<'a>(tag: &'a str, attribute: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let at = rest.find(attribute)?;
        let before = rest[..at].chars().next_back();
        let after = &rest[at + attribute.len()..];
        if before.is_some_and(char::is_whitespace)
            && let Some(value) = after.trim_start().strip_prefix('=')
        {
            let value = value.trim_start();
            return Some(match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or_default(),
                _ => value.split_whitespace().next().unwrap_or_default(),
            });
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_static_host_or_the_policy_breaks_is_named() {
        for good in [
            r#"<link rel="stylesheet" href="./a.css"><script type="module" src="boot.js" data-js=app.js></script>"#,
            r#"<a href="https://example.com">x</a><html lang="en"><meta name=x content="/">"#,
        ] {
            assert_eq!(problems(good), Vec::<String>::new(), "{good}");
        }
        for bad in [
            r#"<link href="/a.css">"#,
            "<script src='https://cdn.example/x.js'></script>",
            "<script>go()</script>",
            r#"<div data-x="1" style="color:red">"#,
            "<style>a{}</style>",
            r#"<script src=boot.js data-wasm="/app.wasm">"#,
        ] {
            assert_eq!(problems(bad).len(), 1, "{bad}");
        }
    }
}
