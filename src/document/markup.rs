//! The subset of Markdown that people write on boards: headings, lists, paragraphs, strong, emphasis, code, links. What
//! is read is a tree of texts, never markup: whatever else stands there is shown as it stands.

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading of level 1 to 3.
    Heading(u8, Vec<Span>),
    /// A paragraph; its lines, each on one of its own.
    Paragraph(Vec<Vec<Span>>),
    /// Items, numbered or not.
    List(bool, Vec<Vec<Span>>),
}

/// A piece of text in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// As it is.
    Plain(String),
    /// Strong.
    Strong(String),
    /// Emphasised.
    Emphasis(String),
    /// Code.
    Code(String),
    /// A link to a page of ours or to the web: words, address.
    Link(String, String),
}

/// Reads a text. Total; linear in its length.
pub fn blocks_of(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_broken = true;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            is_broken = true;
            continue;
        }
        let block = block_of(line);
        match (blocks.last_mut(), block) {
            (Some(Block::Paragraph(lines)), Block::Paragraph(more)) if !is_broken => lines.extend(more),
            (Some(Block::List(kind, items)), Block::List(other, more)) if *kind == other && !is_broken => {
                items.extend(more);
            }
            (_, block) => blocks.push(block),
        }
        is_broken = false;
    }
    blocks
}

fn block_of(line: &str) -> Block {
    for (mark, level) in [("### ", 3), ("## ", 2), ("# ", 1)] {
        if let Some(rest) = line.strip_prefix(mark) {
            return Block::Heading(level, spans_of(rest));
        }
    }
    if let Some(rest) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Block::List(false, vec![spans_of(rest)]);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(rest) = line[digits..].strip_prefix(". ").filter(|_| (1..=3).contains(&digits)) {
        return Block::List(true, vec![spans_of(rest)]);
    }
    Block::Paragraph(vec![spans_of(line)])
}

fn spans_of(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let found = match first {
            '*' if rest.starts_with("**") => between(rest, "**").map(|(text, rest)| (Span::Strong(text.into()), rest)),
            '*' | '_' => {
                let mark = &rest[..1];
                // Inside a name such as good_parts an underscore is an underscore.
                let is_in_a_word = first == '_' && plain.ends_with(char::is_alphanumeric);
                between(rest, mark).filter(|_| !is_in_a_word).map(|(text, rest)| (Span::Emphasis(text.into()), rest))
            }
            '`' => between(rest, "`").map(|(text, rest)| (Span::Code(text.into()), rest)),
            '[' => link(rest),
            _ => None,
        };
        if let Some((span, after)) = found {
            if !plain.is_empty() {
                spans.push(Span::Plain(std::mem::take(&mut plain)));
            }
            spans.push(span);
            rest = after;
        } else {
            plain.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    if !plain.is_empty() {
        spans.push(Span::Plain(plain));
    }
    spans
}

/// What stands between a mark and its next; marks around nothing or around blanks are none.
fn between<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    let inner = text.strip_prefix(mark)?;
    let end = inner.bytes().take(MOST_SPAN).position(|byte| byte == mark.as_bytes()[0])?;
    let (found, rest) = (inner.get(..end)?, inner.get(end..)?.strip_prefix(mark)?);
    let is_text = !found.is_empty() && !found.starts_with(' ') && !found.ends_with(' ');
    is_text.then_some((found, rest))
}

fn link(text: &str) -> Option<(Span, &str)> {
    let (words, rest) = text.strip_prefix('[')?.split_once(']')?;
    let (address, rest) = rest.strip_prefix('(')?.split_once(')')?;
    let is_ours = address.starts_with("#/");
    let is_web = ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme));
    let is_plain = !address.contains(|c: char| c.is_whitespace() || c.is_control());
    ((is_ours || is_web) && is_plain && !words.is_empty()).then(|| (Span::Link(words.into(), address.into()), rest))
}

/// Longer than this, nothing is strong.
const MOST_SPAN: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn plain(text: &str) -> Span {
        Span::Plain(text.into())
    }

    #[test]
    fn what_people_write() {
        let blocks =
            blocks_of("# Shift **B**\n\nCall `12 34`\nor [the line](#/line/a)\n- one\n- two_parts_x\n\n1. a\n2. b");
        assert_eq!(
            blocks,
            [
                Block::Heading(1, vec![plain("Shift "), Span::Strong("B".into())]),
                Block::Paragraph(vec![
                    vec![plain("Call "), Span::Code("12 34".into())],
                    vec![plain("or "), Span::Link("the line".into(), "#/line/a".into())],
                ]),
                Block::List(false, vec![vec![plain("one")], vec![plain("two_parts_x")]]),
                Block::List(true, vec![vec![plain("a")], vec![plain("b")]]),
            ]
        );
    }

    #[test]
    fn foreign_text_stays_text() {
        for text in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "[x](data:text/html,1)",
            "**",
            "* ",
            "[",
            "[]()",
            "`",
            "** a **",
            "ü_ä_",
        ] {
            let blocks = blocks_of(text);
            let is_text = |block: &Block| match block {
                Block::Paragraph(lines) => lines.iter().flatten().all(|span| matches!(span, Span::Plain(_))),
                _ => false,
            };
            assert!(blocks.iter().all(is_text), "{text}: {blocks:?}");
        }
        let long = "*_`[".repeat(50_000);
        assert!(!blocks_of(&long).is_empty());
    }
}
