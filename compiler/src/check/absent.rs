//! Conditions on related rows beside clauses that may be left out.
//!
//! In: the condition of a filter. Out: how often it joins such a clause to a condition on related rows by `|` or `^`. Each
//! time there are two plans, for which rows are spoken of together, and which are bound, may differ.

use crate::hir::{Condition, ExprKind};

/// So many may stand in one filter.
pub const MOST: usize = 6;

/// How many operators a condition has between what may be left out and conditions on related rows.
pub fn mixed(condition: &Condition) -> usize {
    match condition {
        Condition::All(list) => list.iter().map(mixed).sum(),
        Condition::Any(list) => own(condition) + list.iter().map(mixed).sum::<usize>(),
        Condition::Xor(a, b) => own(condition) + mixed(a) + mixed(b),
        Condition::Not(inner) | Condition::Switched(_, inner) => mixed(inner),
        Condition::Test(_) | Condition::Exists(_) | Condition::Expr(_) => 0,
    }
}

fn own(operator: &Condition) -> usize {
    let mut many = false;
    operator.walk(&mut |e| {
        many |= matches!(&e.kind, ExprKind::Column(path) if path.hops.iter().any(|hop| !hop.to_one));
    });
    usize::from(many && optional(operator))
}

/// Whether some clause of it may be left out.
fn optional(condition: &Condition) -> bool {
    match condition {
        Condition::All(list) | Condition::Any(list) => list.iter().any(optional),
        Condition::Xor(a, b) => optional(a) || optional(b),
        Condition::Not(inner) => optional(inner),
        Condition::Test(test) => test.switch.is_some(),
        Condition::Switched(..) => true,
        Condition::Exists(_) | Condition::Expr(_) => false,
    }
}
