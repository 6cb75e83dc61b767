//! Whether an expression can be NULL.

use crate::hir::condition::Comparison;
use crate::hir::{Condition, Expr, ExprKind};
use crate::tables::functions::Null;

/// Of a function's result.
pub fn function(rule: Null, operands: &[Expr]) -> bool {
    match rule {
        Null::Any => operands.iter().any(|o| o.nullable),
        Null::All => operands.iter().all(|o| o.nullable),
        Null::Always => true,
    }
}

/// Of a condition taken as a boolean: unknown only where something in it can be NULL.
pub fn condition(condition: &Condition) -> bool {
    match condition {
        Condition::All(list) | Condition::Any(list) => list.iter().any(self::condition),
        // A negated condition keeps rows with NULL, and `^` compares truths: both are always known.
        Condition::Not(_) | Condition::Xor(..) | Condition::Exists(_) => false,
        Condition::Switched(_, inner) => self::condition(inner),
        Condition::Expr(e) => e.nullable,
        Condition::Test(test) => {
            let through_many = |e: &Expr| matches!(&e.kind, ExprKind::Column(p) if p.hops.iter().any(|h| !h.to_one));
            match &test.operator {
                Comparison::IsNull(_)
                | Comparison::IsNullBound(_)
                | Comparison::NoRow(_)
                | Comparison::EqualOrNull(..) => false,
                // A semi-join is true or false.
                _ if through_many(&test.left) => false,
                operator => {
                    let mut nullable = test.left.nullable;
                    operator.operands(&mut |e| nullable |= e.nullable);
                    nullable || matches!(operator, Comparison::InSelect(_) | Comparison::InKeySelect(..))
                }
            }
        }
    }
}
