//! Whether a condition holds for a row of which only constants are known.
//!
//! In: a condition on columns of one row, and what is known of each column. Out: yes, no, or that it cannot be told.

use crate::hir::condition::{Comparison, Condition, Test};
use crate::hir::{ExprKind, Literal};
use nuages_schema::model::FieldId;

/// What is known of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// Its value; [`Literal::Null`] is NULL.
    Constant(Literal),
    /// Any value, but not NULL.
    Present,
    /// Nothing.
    Nothing,
}

/// Whether the condition is true; false stands for NULL too. `None`: it depends on more than is known.
pub fn holds(condition: &Condition, known: &dyn Fn(FieldId) -> Known) -> Option<bool> {
    match condition {
        Condition::All(list) => {
            let parts: Vec<Option<bool>> = list.iter().map(|c| holds(c, known)).collect();
            if parts.contains(&Some(false)) {
                Some(false)
            } else {
                parts.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
            }
        }
        Condition::Any(list) => {
            let parts: Vec<Option<bool>> = list.iter().map(|c| holds(c, known)).collect();
            if parts.contains(&Some(true)) {
                Some(true)
            } else {
                parts.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
            }
        }
        Condition::Xor(a, b) => Some(holds(a, known)? != holds(b, known)?),
        Condition::Not(inner) => holds(inner, known).map(|is| !is),
        Condition::Test(test) => tested(test, known),
        Condition::Exists(_) | Condition::Expr(_) | Condition::Switched(..) => None,
    }
}

/// Columns that the condition says are constants: its parts `field = constant`, all of which hold.
pub fn constant_of(condition: &Condition) -> Vec<(FieldId, Literal)> {
    match condition {
        Condition::All(list) => list.iter().flat_map(constant_of).collect(),
        Condition::Test(Test { left, operator: Comparison::Operator("=", right), switch: None }) => {
            match (&left.kind, &right.kind) {
                (ExprKind::Column(path), ExprKind::Literal(value)) if path.hops.is_empty() => {
                    vec![(path.field, value.clone())]
                }
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn tested(test: &Test, known: &dyn Fn(FieldId) -> Known) -> Option<bool> {
    let ExprKind::Column(path) = &test.left.kind else { return None };
    if !path.hops.is_empty() || test.switch.is_some() {
        return None;
    }
    let known = known(path.field);
    match (&test.operator, known) {
        (Comparison::IsNull(is), Known::Constant(value)) => Some((value == Literal::Null) == *is),
        (Comparison::IsNull(is), Known::Present) => Some(!is),
        (Comparison::Operator(operator, _), Known::Constant(Literal::Null)) => Some(*operator == "!="),
        (Comparison::Operator(operator, right), Known::Constant(value)) => {
            let ExprKind::Literal(other) = &right.kind else { return None };
            compared(operator, &value, other)
        }
        (Comparison::InValues(_), Known::Constant(Literal::Null)) => Some(false),
        (Comparison::InValues(list), Known::Constant(value)) => {
            let mut all = Some(false);
            for right in list {
                let ExprKind::Literal(other) = &right.kind else { return None };
                match compared("=", &value, other) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => all = None,
                }
            }
            all
        }
        _ => None,
    }
}

/// A comparison of two constants of one type.
fn compared(operator: &str, left: &Literal, right: &Literal) -> Option<bool> {
    match (left, right) {
        (Literal::Integer(a), Literal::Integer(b)) => Some(match operator {
            "=" => a == b,
            "<>" | "!=" => a != b,
            "<" => a < b,
            "<=" => a <= b,
            ">" => a > b,
            ">=" => a >= b,
            _ => return None,
        }),
        // Equal constants have equal texts; of others only those that are stored as they are written are told apart.
        (a, b) if a == b => match operator {
            "=" | "<=" | ">=" => Some(true),
            "<>" | "!=" | "<" | ">" => Some(false),
            _ => None,
        },
        (Literal::Bool(_), Literal::Bool(_)) | (Literal::Variant(..), Literal::Variant(..)) => match operator {
            "=" => Some(false),
            "<>" | "!=" => Some(true),
            _ => None,
        },
        _ => None,
    }
}
