//! Works an expression out on a world. What is missing or bad makes the whole unknown where it matters.

use super::truth::Truth;
use super::world::{Known, World};
use crate::document::expression::{Comparison, Expression, Node, Operator, WindowOf};
use crate::time::Timestamp;
use crate::vocab::TagId;

/// What an expression needs beside the world: which tags it names here, and since when its held parts hold.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The tags by reference; `None` while there is no such tag.
    pub tags: Vec<Option<TagId>>,
    /// Since when each [`Node::Held`] holds.
    pub held: Vec<Option<Timestamp>>,
    /// When a held part will have held long enough, should nothing change.
    pub due: Option<Timestamp>,
}

/// Whether the expression holds.
pub fn evaluate(expression: &Expression, world: &dyn World, scope: &mut Scope) -> Truth {
    scope.held.resize(expression.held, None);
    scope.due = None;
    truth(&expression.root, world, scope)
}

fn truth(node: &Node, world: &dyn World, scope: &mut Scope) -> Truth {
    match node {
        Node::Truth(holds) => (*holds).into(),
        Node::Not(inner) => !truth(inner, world, scope),
        // Both sides always: a held part must be followed also while it does not matter.
        Node::And(left, right) => {
            let left = truth(left, world, scope);
            left.and(truth(right, world, scope))
        }
        Node::Or(left, right) => {
            let left = truth(left, world, scope);
            left.or(truth(right, world, scope))
        }
        Node::Compared(comparison, left, right) => match (known(left, world, scope), known(right, world, scope)) {
            (Some(left), Some(right)) => compare(*comparison, &left, &right),
            _ => Truth::Unknown,
        },
        Node::Held(index, inner, span) => {
            let inner = truth(inner, world, scope);
            let Some(since) = scope.held.get_mut(*index) else { return Truth::Unknown };
            if inner != Truth::True {
                *since = None;
                return inner;
            }
            let end = *since.get_or_insert(world.now()) + *span;
            if end <= world.now() {
                return Truth::True;
            }
            scope.due = Some(scope.due.map_or(end, |due| due.min(end)));
            Truth::False
        }
        Node::Window(WindowOf::Changed, reference, span) => {
            let tag = scope.tags.get(*reference).copied().flatten();
            match tag.and_then(|tag| world.window(WindowOf::Changed, tag, *span)) {
                Some(changed) => (changed != 0.0).into(),
                None => Truth::Unknown,
            }
        }
        other => match known(other, world, scope) {
            Some(Known::Truth(holds)) => holds.into(),
            Some(Known::Number(number)) => (number != 0.0).into(),
            Some(Known::Text(_)) | None => Truth::Unknown,
        },
    }
}

fn known<'w>(node: &Node, world: &'w dyn World, scope: &mut Scope) -> Option<Known<'w>> {
    Some(match node {
        Node::Number(number) => Known::Number(*number),
        Node::Text(text) => Known::Text(text.clone().into()),
        Node::Tag(reference) => return world.value(scope.tags.get(*reference).copied().flatten()?),
        Node::Window(of, reference, span) if *of != WindowOf::Changed => {
            Known::Number(world.window(*of, scope.tags.get(*reference).copied().flatten()?, *span)?)
        }
        Node::Negated(inner) => Known::Number(-number(inner, world, scope)?),
        Node::Absolute(inner) => Known::Number(number(inner, world, scope)?.abs()),
        Node::Arithmetic(operator, left, right) => {
            let (left, right) = (number(left, world, scope)?, number(right, world, scope)?);
            let result = match operator {
                Operator::Plus => left + right,
                Operator::Minus => left - right,
                Operator::Times => left * right,
                Operator::Over => left / right,
                Operator::Modulo => left % right,
            };
            // By zero, or beyond what a number holds.
            Known::Number(Some(result).filter(|result| result.is_finite())?)
        }
        condition => match truth(condition, world, scope) {
            Truth::True => Known::Truth(true),
            Truth::False => Known::Truth(false),
            Truth::Unknown => return None,
        },
    })
}

fn number(node: &Node, world: &dyn World, scope: &mut Scope) -> Option<f64> {
    match known(node, world, scope)? {
        Known::Number(number) => Some(number),
        Known::Truth(holds) => Some(f64::from(u8::from(holds))),
        Known::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
    }
}

/// Numbers and switches compare as numbers, texts as texts; a text and a number only where the text is one.
fn compare(comparison: Comparison, left: &Known<'_>, right: &Known<'_>) -> Truth {
    if let (Known::Text(left), Known::Text(right)) = (left, right) {
        return match comparison {
            Comparison::Equal => (left == right).into(),
            Comparison::Unequal => (left != right).into(),
            _ => Truth::Unknown,
        };
    }
    let number = |known: &Known<'_>| match known {
        Known::Number(number) => Some(*number),
        Known::Truth(holds) => Some(f64::from(u8::from(*holds))),
        Known::Text(text) => text.trim().parse::<f64>().ok(),
    };
    let (Some(left), Some(right)) = (number(left), number(right)) else {
        return match comparison {
            Comparison::Equal => Truth::False,
            Comparison::Unequal => Truth::True,
            _ => Truth::Unknown,
        };
    };
    Truth::from(match comparison {
        Comparison::Equal => left == right,
        Comparison::Unequal => left != right,
        Comparison::Less => left < right,
        Comparison::AtMost => left <= right,
        Comparison::More => left > right,
        Comparison::AtLeast => left >= right,
    })
}
