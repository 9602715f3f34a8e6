//! From words to a checked tree, by precedence; every refusal has its place.

use super::lexer::{Token, tokens};
use super::{Comparison, Expression, ExpressionError, Node, Operator, TagRef, WindowOf};
use crate::time::Millis;

/// Reads an expression.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse_expression(text: &str) -> Result<Expression, ExpressionError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, references: Vec::new(), held: 0, depth: 0 };
    let (start, root) = parser.any()?;
    let root = parser.as_condition(start, root)?;
    parser.expect_end()?;
    Ok(Expression { root, references: parser.references, held: parser.held })
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    references: Vec<TagRef>,
    held: usize,
    depth: usize,
}

/// What a part gives; a tag may hold anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Condition,
    Tag,
}

/// A part with the place that it begins at.
type Part = Result<(usize, Node), ExpressionError>;

impl Parser {
    fn any(&mut self) -> Part {
        self.deeper(|parser| {
            let (start, mut left) = parser.all()?;
            while parser.takes_word("or") {
                let (_, right) = parser.conditions(start, &left, Self::all)?;
                left = Node::Or(Box::new(left), Box::new(right));
            }
            Ok((start, left))
        })
    }

    fn all(&mut self) -> Part {
        let (start, mut left) = self.negation()?;
        while self.takes_word("and") {
            let (_, right) = self.conditions(start, &left, Self::negation)?;
            left = Node::And(Box::new(left), Box::new(right));
        }
        Ok((start, left))
    }

    /// The right side of `and` or `or`, both sides checked to be conditions.
    fn conditions(&mut self, start: usize, left: &Node, read: fn(&mut Self) -> Part) -> Part {
        self.check(start, left, Kind::Condition)?;
        let (at, right) = read(self)?;
        self.check(at, &right, Kind::Condition)?;
        Ok((at, right))
    }

    fn negation(&mut self) -> Part {
        let start = self.position();
        if self.takes_word("not") {
            let (at, inner) = self.deeper(Self::negation)?;
            self.check(at, &inner, Kind::Condition)?;
            return Ok((start, Node::Not(Box::new(inner))));
        }
        self.holding()
    }

    fn holding(&mut self) -> Part {
        let (start, inner) = self.comparison()?;
        if !self.takes_word("for") {
            return Ok((start, inner));
        }
        self.check(start, &inner, Kind::Condition)?;
        let span = self.span()?;
        self.held += 1;
        Ok((start, Node::Held(self.held - 1, Box::new(inner), span)))
    }

    fn comparison(&mut self) -> Part {
        let (start, left) = self.sum()?;
        let comparison = match self.peek() {
            Token::Sign("=") => Comparison::Equal,
            Token::Sign("!=") => Comparison::Unequal,
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::AtMost,
            Token::Sign(">") => Comparison::More,
            Token::Sign(">=") => Comparison::AtLeast,
            _ => return Ok((start, left)),
        };
        self.at += 1;
        let (_, right) = self.sum()?;
        Ok((start, Node::Compared(comparison, Box::new(left), Box::new(right))))
    }

    fn sum(&mut self) -> Part {
        self.chain(&[("+", Operator::Plus), ("-", Operator::Minus)], Self::product)
    }

    fn product(&mut self) -> Part {
        let operators = [("*", Operator::Times), ("/", Operator::Over), ("%", Operator::Modulo)];
        self.chain(&operators, Self::signed)
    }

    fn chain(&mut self, operators: &[(&'static str, Operator)], read: fn(&mut Self) -> Part) -> Part {
        let (start, mut left) = read(self)?;
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| *self.peek() == Token::Sign(sign)) {
            self.at += 1;
            self.check(start, &left, Kind::Number)?;
            let (at, right) = read(self)?;
            self.check(at, &right, Kind::Number)?;
            left = Node::Arithmetic(*operator, Box::new(left), Box::new(right));
        }
        Ok((start, left))
    }

    fn signed(&mut self) -> Part {
        let start = self.position();
        if self.takes(&Token::Sign("-")) {
            let (at, inner) = self.deeper(Self::signed)?;
            self.check(at, &inner, Kind::Number)?;
            return Ok((start, Node::Negated(Box::new(inner))));
        }
        self.single()
    }

    fn single(&mut self) -> Part {
        let start = self.position();
        let token = self.peek().clone();
        self.at += usize::from(token != Token::End);
        let node = match token {
            Token::Number(number) => Node::Number(number),
            Token::Text(text) => Node::Text(text),
            Token::Path(path) => Node::Tag(self.reference(start, TagRef::Path(path))?),
            Token::Sign("(") => {
                let (_, inner) = self.any()?;
                self.expect(")")?;
                inner
            }
            Token::Word(word) => return self.word(start, &word),
            Token::Span(_) => return Err(wrong(start, "a span stands after \"for\" or in a window only")),
            other => {
                return Err(wrong(start, format!("expected a value, a tag or \"(\", found {}", other.shown())));
            }
        };
        Ok((start, node))
    }

    fn word(&mut self, start: usize, word: &str) -> Part {
        let window = match word {
            "true" => return Ok((start, Node::Truth(true))),
            "false" => return Ok((start, Node::Truth(false))),
            "x" | "value" => return Ok((start, Node::Tag(self.reference(start, TagRef::Subject)?))),
            "abs" => {
                self.expect("(")?;
                let (at, inner) = self.deeper(Self::sum)?;
                self.check(at, &inner, Kind::Number)?;
                self.expect(")")?;
                return Ok((start, Node::Absolute(Box::new(inner))));
            }
            "avg" => WindowOf::Average,
            "min" => WindowOf::Least,
            "max" => WindowOf::Greatest,
            "rate" => WindowOf::Rate,
            "changed" => WindowOf::Changed,
            other => {
                let known = "x, true, false, and, or, not, for, abs, avg, min, max, rate, changed";
                return Err(wrong(
                    start,
                    format!("unknown word {other:?}; known: {known}; a tag's path stands in [brackets]"),
                ));
            }
        };
        self.expect("(")?;
        let at = self.position();
        let (_, inner) = self.single()?;
        let Node::Tag(reference) = inner else { return Err(wrong(at, "expected a tag: x or a path in [brackets]")) };
        self.expect(",")?;
        let span = self.span()?;
        self.expect(")")?;
        Ok((start, Node::Window(window, reference, span)))
    }

    fn span(&mut self) -> Result<Millis, ExpressionError> {
        let start = self.position();
        match self.peek() {
            Token::Span(span) => {
                let span = *span;
                self.at += 1;
                Ok(span)
            }
            other => Err(wrong(start, format!("expected a span such as 30s or 5m, found {}", other.shown()))),
        }
    }

    fn reference(&mut self, start: usize, tag: TagRef) -> Result<usize, ExpressionError> {
        if let Some(index) = self.references.iter().position(|known| *known == tag) {
            return Ok(index);
        }
        if self.references.len() == MOST_REFERENCES {
            return Err(wrong(start, format!("an expression names at most {MOST_REFERENCES} tags")));
        }
        self.references.push(tag);
        Ok(self.references.len() - 1)
    }

    fn as_condition(&self, start: usize, node: Node) -> Result<Node, ExpressionError> {
        self.check(start, &node, Kind::Condition)?;
        Ok(node)
    }

    fn check(&self, start: usize, node: &Node, wanted: Kind) -> Result<(), ExpressionError> {
        let found = kind(node);
        if found == wanted || found == Kind::Tag {
            return Ok(());
        }
        let words = |kind| match kind {
            Kind::Number => "a number",
            Kind::Text => "a text",
            Kind::Condition => "a condition",
            Kind::Tag => "a tag",
        };
        Err(wrong(start, format!("expected {}, found {}", words(wanted), words(found))))
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ExpressionError>) -> Result<T, ExpressionError> {
        if self.depth == MOST_DEPTH {
            return Err(wrong(self.position(), "the expression is nested too deeply"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(_, token)| token)
    }

    fn position(&self) -> usize {
        self.tokens.get(self.at).or_else(|| self.tokens.last()).map_or(1, |(position, _)| *position)
    }

    fn takes(&mut self, token: &Token) -> bool {
        let is_next = self.peek() == token;
        self.at += usize::from(is_next);
        is_next
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), Token::Word(next) if next == word);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), ExpressionError> {
        if self.takes(&Token::Sign(sign)) {
            return Ok(());
        }
        Err(wrong(self.position(), format!("expected {sign:?}, found {}", self.peek().shown())))
    }

    fn expect_end(&self) -> Result<(), ExpressionError> {
        match self.peek() {
            Token::End => Ok(()),
            other => Err(wrong(self.position(), format!("expected and, or, for or the end, found {}", other.shown()))),
        }
    }
}

const fn kind(node: &Node) -> Kind {
    match node {
        Node::Number(_) | Node::Negated(_) | Node::Absolute(_) | Node::Arithmetic(..) => Kind::Number,
        Node::Window(WindowOf::Changed, ..) => Kind::Condition,
        Node::Window(..) => Kind::Number,
        Node::Text(_) => Kind::Text,
        Node::Tag(_) => Kind::Tag,
        Node::Truth(_) | Node::Compared(..) | Node::Not(_) | Node::And(..) | Node::Or(..) | Node::Held(..) => {
            Kind::Condition
        }
    }
}

fn wrong(position: usize, message: impl Into<String>) -> ExpressionError {
    ExpressionError { position, message: message.into() }
}

const MOST_REFERENCES: usize = 16;
const MOST_DEPTH: usize = 40;
