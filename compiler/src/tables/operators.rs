//! Arithmetic on what is not two numbers: which operands fit together and what comes of it. Numbers follow PostgreSQL's
//! promotion, see [`crate::check::types::arithmetic`].

use super::classes::Class;
use crate::ast::Operator;
use crate::hir::SqlType;

/// An operator on two kinds of types.
#[derive(Debug)]
pub struct OperatorRow {
    /// `+`.
    pub operator: Operator,
    /// Left operand.
    pub left: Class,
    /// Right operand.
    pub right: Class,
    /// SQL.
    pub sql: &'static str,
    /// Type of the result.
    pub result: Outcome,
}

/// The type of an operator's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The left operand's.
    Left,
    /// The right operand's.
    Right,
    /// `Duration`; `Interval` if an operand is one.
    Span,
    /// `Integer`: days.
    Days,
    /// `DateTime(naive)`.
    Naive,
}

const fn row(operator: Operator, left: Class, right: Class, sql: &'static str, result: Outcome) -> OperatorRow {
    OperatorRow { operator, left, right, sql, result }
}

use Class as C;
use Operator as O;

/// All of them.
pub const OPERATORS: &[OperatorRow] = &[
    row(O::Subtract, C::Date, C::Date, "({0} - {1})", Outcome::Days),
    row(O::Add, C::Date, C::Integer, "({0} + {1})", Outcome::Left),
    row(O::Add, C::Integer, C::Date, "({0} + {1})", Outcome::Right),
    row(O::Subtract, C::Date, C::Integer, "({0} - {1})", Outcome::Left),
    row(O::Add, C::Date, C::Span, "({0} + {1})", Outcome::Naive),
    row(O::Add, C::Span, C::Date, "({0} + {1})", Outcome::Naive),
    row(O::Subtract, C::Date, C::Span, "({0} - {1})", Outcome::Naive),
    row(O::Add, C::Date, C::Time, "({0} + {1})", Outcome::Naive),
    row(O::Add, C::Time, C::Date, "({0} + {1})", Outcome::Naive),
    row(O::Subtract, C::Date, C::Naive, "({0}::timestamp - {1})", Outcome::Span),
    row(O::Subtract, C::Naive, C::Date, "({0} - {1}::timestamp)", Outcome::Span),
    row(O::Subtract, C::Instant, C::Instant, "({0} - {1})", Outcome::Span),
    row(O::Add, C::Instant, C::Span, "({0} + {1})", Outcome::Left),
    row(O::Add, C::Span, C::Instant, "({0} + {1})", Outcome::Right),
    row(O::Subtract, C::Instant, C::Span, "({0} - {1})", Outcome::Left),
    row(O::Subtract, C::Naive, C::Naive, "({0} - {1})", Outcome::Span),
    row(O::Add, C::Naive, C::Span, "({0} + {1})", Outcome::Left),
    row(O::Add, C::Span, C::Naive, "({0} + {1})", Outcome::Right),
    row(O::Subtract, C::Naive, C::Span, "({0} - {1})", Outcome::Left),
    row(O::Subtract, C::Time, C::Time, "({0} - {1})", Outcome::Span),
    row(O::Add, C::Time, C::Span, "({0} + {1})", Outcome::Left),
    row(O::Add, C::Span, C::Time, "({0} + {1})", Outcome::Right),
    row(O::Subtract, C::Time, C::Span, "({0} - {1})", Outcome::Left),
    row(O::Add, C::Span, C::Span, "({0} + {1})", Outcome::Span),
    row(O::Subtract, C::Span, C::Span, "({0} - {1})", Outcome::Span),
    row(O::Multiply, C::Span, C::Integer, "({0} * {1})", Outcome::Left),
    row(O::Multiply, C::Span, C::Float, "({0} * {1})", Outcome::Left),
    row(O::Multiply, C::Span, C::Numeric, "({0} * {1}::double precision)", Outcome::Left),
    row(O::Multiply, C::Integer, C::Span, "({0} * {1})", Outcome::Right),
    row(O::Multiply, C::Float, C::Span, "({0} * {1})", Outcome::Right),
    row(O::Multiply, C::Numeric, C::Span, "({0}::double precision * {1})", Outcome::Right),
    row(O::Divide, C::Span, C::Integer, "({0} / {1})", Outcome::Left),
    row(O::Divide, C::Span, C::Float, "({0} / {1})", Outcome::Left),
    row(O::Divide, C::Span, C::Numeric, "({0} / {1}::double precision)", Outcome::Left),
    row(O::Add, C::Range, C::Range, "({0} + {1})", Outcome::Left),
    row(O::Subtract, C::Range, C::Range, "({0} - {1})", Outcome::Left),
    row(O::Multiply, C::Range, C::Range, "({0} * {1})", Outcome::Left),
    row(O::Add, C::Vector, C::Vector, "({0} || {1})", Outcome::Left),
    row(O::And, C::Query, C::Query, "({0} && {1})", Outcome::Left),
    row(O::Or, C::Query, C::Query, "({0} || {1})", Outcome::Left),
];

/// The row for two types.
pub fn find(operator: Operator, left: &SqlType, right: &SqlType) -> Option<&'static OperatorRow> {
    let (left, right) = (Class::of(left), Class::of(right));
    OPERATORS.iter().find(|row| row.operator == operator && row.left == left && row.right == right)
}
