//! A rule made ready, and its judgement on one subject.

use super::evaluate::{Scope, evaluate};
use super::instance::Subject;
use super::truth::Truth;
use super::world::{Known, World};
use crate::document::expression::{Expression, Node, TagRef, WindowOf, parse_expression};
use crate::document::{AlertRule, Condition, Limit};
use crate::time::Timestamp;
use crate::vocab::MachineState;

/// A rule with its expressions read.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) rule: AlertRule,
    /// The condition, where it is an expression.
    pub(super) expression: Option<Expression>,
    pub(super) suppress: Option<Expression>,
    /// Judged once a second rather than with each message: it looks at windows.
    pub(super) is_slow: bool,
}

/// What a rule remembers of one subject between judgements.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// The condition held at the last judgement, for the deadband.
    is_beyond: bool,
    pub(super) scope: Scope,
    pub(super) suppress: Scope,
    /// When to judge again though nothing came: silence.
    pub(super) due: Option<Timestamp>,
}

impl Rule {
    /// An expression that cannot be read never holds: `document` refuses such rules before.
    pub(super) fn new(rule: AlertRule) -> Self {
        let expression = match &rule.condition {
            Condition::Expression(text) => parse_expression(text).ok(),
            // A deviation's set-point is found as an expression's tags are.
            Condition::Deviation { setpoint, .. } => {
                Some(Expression { root: Node::Truth(false), references: vec![TagRef::Path(setpoint.clone())], held: 0 })
            }
            _ => None,
        };
        let suppress = parse_expression(&rule.suppress_when).ok();
        let is_slow = expression.as_ref().is_some_and(|expression| looks_back(&expression.root));
        Self { rule, expression, suppress, is_slow }
    }

    /// Whether the condition holds on the subject now.
    pub(super) fn judge(&self, world: &dyn World, subject: Subject, memory: &mut Memory) -> Truth {
        memory.due = None;
        let tag = match subject {
            Subject::Tag(tag) => tag,
            Subject::Machine(machine) => {
                let Condition::StateFor(states) = &self.rule.condition else { return Truth::Unknown };
                return world.state(machine).map_or(Truth::Unknown, |state| states.contains(&state).into());
            }
        };
        let number = |known: Option<Known<'_>>| match known {
            Some(Known::Number(number)) => Some(number),
            Some(Known::Truth(holds)) => Some(f64::from(u8::from(holds))),
            _ => None,
        };
        let beyond = match &self.rule.condition {
            Condition::High(_) | Condition::Low(_) => {
                number(world.value(tag)).zip(self.limit(world, subject)).map(|(value, limit)| {
                    if matches!(self.rule.condition, Condition::High(_)) { value - limit } else { limit - value }
                })
            }
            Condition::Rate { limit, span } => world
                .window(WindowOf::Rate, tag, *span)
                .map(|per_second| per_second.abs() * (span.0 as f64 / 1000.0) - limit),
            Condition::Deviation { limit, .. } => {
                let setpoint = memory.scope.tags.first().copied().flatten();
                let setpoint = setpoint.and_then(|setpoint| number(world.value(setpoint)));
                number(world.value(tag)).zip(setpoint).map(|(value, setpoint)| (value - setpoint).abs() - limit)
            }
            Condition::OneOf(values) => {
                return match world.value(tag) {
                    None => Truth::Unknown,
                    Some(known) => values.iter().any(|wanted| is_same(wanted, &known)).into(),
                };
            }
            Condition::NoData(span) => {
                let Some(heard) = world.heard(tag) else { return Truth::Unknown };
                let end = heard + *span;
                if end <= world.now() {
                    return Truth::True;
                }
                memory.due = Some(end);
                return Truth::False;
            }
            Condition::Expression(_) => {
                let Some(expression) = &self.expression else { return Truth::Unknown };
                let truth = evaluate(expression, world, &mut memory.scope);
                memory.due = memory.scope.due;
                return truth;
            }
            Condition::StateFor(_) => return Truth::Unknown,
        };
        let Some(beyond) = beyond else { return Truth::Unknown };
        memory.is_beyond = if memory.is_beyond { beyond > -self.rule.deadband } else { beyond > 0.0 };
        memory.is_beyond.into()
    }

    /// Whether it is on machines that are gone.
    pub(super) fn looks_for_offline(&self) -> bool {
        matches!(&self.rule.condition, Condition::StateFor(states) if states.contains(&MachineState::Offline))
    }

    /// Whether its subject is put aside by design now.
    pub(super) fn is_suppressed(&self, world: &dyn World, memory: &mut Memory) -> Truth {
        match &self.suppress {
            Some(expression) => evaluate(expression, world, &mut memory.suppress),
            None => Truth::False,
        }
    }

    /// The limit in force, where the condition has one.
    pub(super) fn limit(&self, world: &dyn World, subject: Subject) -> Option<f64> {
        let Subject::Tag(tag) = subject else { return None };
        match self.rule.condition {
            Condition::High(Limit::Value(limit)) | Condition::Low(Limit::Value(limit)) => Some(limit),
            Condition::High(Limit::Range) => world.range(tag).map(|(_, high)| high),
            Condition::Low(Limit::Range) => world.range(tag).map(|(low, _)| low),
            Condition::Rate { limit, .. } | Condition::Deviation { limit, .. } => Some(limit),
            _ => None,
        }
    }
}

fn is_same(wanted: &str, known: &Known<'_>) -> bool {
    match known {
        Known::Text(text) => text == wanted,
        Known::Truth(holds) => wanted.eq_ignore_ascii_case(if *holds { "true" } else { "false" }),
        Known::Number(number) => wanted.parse() == Ok(*number),
    }
}

fn looks_back(node: &Node) -> bool {
    match node {
        Node::Window(..) => true,
        Node::Negated(inner) | Node::Absolute(inner) | Node::Not(inner) | Node::Held(_, inner, _) => looks_back(inner),
        Node::Arithmetic(_, left, right) | Node::Compared(_, left, right) => looks_back(left) || looks_back(right),
        Node::And(left, right) | Node::Or(left, right) => looks_back(left) || looks_back(right),
        Node::Number(_) | Node::Text(_) | Node::Truth(_) | Node::Tag(_) => false,
    }
}
