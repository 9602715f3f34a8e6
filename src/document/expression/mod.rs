//! The language of conditions over several tags: arithmetic, comparison, `and`, `or`, `not`, windows and holding times.
//! Here it is read and checked; `alert` works it out. Missing or bad data make a condition unknown, never false.
//!
//! ```text
//! avg(x, 5m) > 80 and [state] = 'Execute'          x: the tag that the rule's pattern matched
//! (x - [process/setpoint]) / [process/setpoint] > 0.1 for 30s
//! not [drive/enabled] or rate([tank/level], 1m) < -2
//! ```
//! A tag's path stands in brackets: below the machine of the matched tag or, after `/`, from the top. `rate` is the
//! change per second over the window, `changed(x, 1m)` whether it took another value in it. `for` binds to the
//! comparison or the parentheses before it. `=` and `==`, `!=` and `<>` are the same.

mod lexer;
mod parser;

use crate::time::Millis;

pub use self::parser::parse_expression;

/// A checked expression: its top is a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// The top.
    pub root: Node,
    /// The tags that it names; [`Node::Tag`] and [`Node::Window`] hold an index into this.
    pub references: Vec<TagRef>,
    /// How many [`Node::Held`] there are, numbered from 0.
    pub held: usize,
}

/// A tag that an expression names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagRef {
    /// The tag that the rule's pattern matched.
    Subject,
    /// A path below the machine, or from the top after `/`.
    Path(String),
}

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// `true` or `false`.
    Truth(bool),
    /// A tag's value now.
    Tag(usize),
    /// A tag's past over a window.
    Window(WindowOf, usize, Millis),
    /// `-a`.
    Negated(Box<Self>),
    /// `abs(a)`.
    Absolute(Box<Self>),
    /// `a + b` and so on.
    Arithmetic(Operator, Box<Self>, Box<Self>),
    /// `a < b` and so on.
    Compared(Comparison, Box<Self>, Box<Self>),
    /// `not a`.
    Not(Box<Self>),
    /// `a and b`.
    And(Box<Self>, Box<Self>),
    /// `a or b`.
    Or(Box<Self>, Box<Self>),
    /// `a for 30s`: has held without a break for so long.
    Held(usize, Box<Self>, Millis),
}

/// What is asked of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowOf {
    /// Mean weighted by time.
    Average,
    /// Least.
    Least,
    /// Greatest.
    Greatest,
    /// Change per second from the window's begin to its end.
    Rate,
    /// Whether it took another value.
    Changed,
}

/// `+ - * / %`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Times,
    /// `/`; by zero it is unknown.
    Over,
    /// `%`, the remainder; by zero it is unknown.
    Modulo,
}

/// `= != < <= > >=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`.
    Equal,
    /// `!=`.
    Unequal,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    More,
    /// `>=`.
    AtLeast,
}

/// What is wrong in an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    /// Character that it begins at, from 1.
    pub position: usize,
    /// What is wrong and what was expected, one sentence without a full stop.
    pub message: String,
}

impl std::fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at character {}: {}", self.position, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn good_expressions_are_read_by_their_precedence() {
        for (text, same) in [
            ("x > 1 or x < -1 and true", "(x > 1) or ((x < -1) and true)"),
            ("not x = 1 and [a] = 2", "(not (x = 1)) and ([a] = 2)"),
            ("x + 2 * 3 - 4 > 0", "((x + (2 * 3)) - 4) > 0"),
            ("x > 1 for 30s and [b]", "((x > 1) for 30000ms) and [b]"),
            ("x - 1 - 1 > 0", "((x - 1) - 1) > 0"),
            ("value >= 1.5e3", "x >= 1500"),
            ("x <> 'a'", "x != \"a\""),
            ("avg(x, 1.5m) > 0", "avg(x, 90s) > 0"),
            ("X > 1 AND NOT changed([b c/d], 1h)", "x > 1 and not changed([b c/d],60m)"),
        ] {
            assert_eq!(parse_expression(text), parse_expression(same), "{text}");
            assert!(parse_expression(text).is_ok(), "{text}: {:?}", parse_expression(text));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, position, words) in [
            ("", 1, "expected a value"),
            ("x >", 4, "expected a value"),
            ("x + 1", 1, "a condition"),
            ("x > 1 and 5", 11, "a condition"),
            ("(x > 1", 7, "\")\""),
            ("x > 1)", 6, "end"),
            ("y > 1", 1, "unknown word \"y\""),
            ("é > 1", 1, "\"é\""),
            ("x > 'a", 5, "no end"),
            ("[ > 1", 1, "no end"),
            ("[] > 1", 1, "empty"),
            ("avg(x) > 1", 6, "\",\""),
            ("avg(5, 5m) > 1", 5, "a tag"),
            ("avg(x, 5) > 1", 8, "a span"),
            ("x > 1 for 5", 11, "a span"),
            ("5m > x", 1, "a span stands"),
            ("x > 1 > 0", 7, "end"),
            ("'a' + 1 > 0", 1, "a number"),
            ("x > 99999999d", 5, "too long"),
            ("x = 1 & 2 = 2", 7, "\"&\""),
        ] {
            let error = parse_expression(text).expect_err(text);
            assert_eq!(error.position, position, "{text}: {error}");
            assert!(error.message.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = format!("{}x > 1{}", "(".repeat(10_000), ")".repeat(10_000));
        assert!(parse_expression(&deep).is_err());
        assert!(parse_expression(&"not ".repeat(10_000)).is_err());
        assert!(parse_expression(&format!("x > {}1", "-".repeat(10_000))).is_err());
        assert!(parse_expression(&vec!["x > 1"; 1000].join(" and ")).is_err());
        let many: Vec<String> = (0..40).map(|n| format!("[t{n}]")).collect();
        assert!(parse_expression(&many.join(" and ")).is_err());
    }
}
