//! The rule of `update` and `delete`: what is sent always has a condition, unless `.all()` says that none is meant.
//!
//! In: the conditions of a chain. Out: whether one of them is there whatever the values are.

use crate::hir::condition::Condition;

/// Whether a condition is never left out. Parts with `? =` or under `if` and `match` may be.
pub fn is_always_present(condition: &Condition) -> bool {
    match condition {
        // What is left out takes its operator with it; what stays is still a condition.
        Condition::All(list) | Condition::Any(list) => list.iter().any(is_always_present),
        Condition::Xor(a, b) => is_always_present(a) || is_always_present(b),
        Condition::Not(inner) => is_always_present(inner),
        Condition::Test(test) => test.switch.is_none(),
        Condition::Exists(_) | Condition::Expr(_) => true,
        Condition::Switched(..) => false,
    }
}
