//! Grouped chains: what may be read of a group, and which conditions are `HAVING`.
//!
//! In: expressions and the keys of the group. Out: the first part that is neither key nor aggregate, if there is one.

use super::cardinality::{Place, outside, tested};
use super::enclosing;
use super::order::same;
use crate::hir::condition::Condition;
use crate::hir::select::Annotation;
use crate::hir::{Expr, ExprKind};

/// The keys of a group.
#[derive(Debug, Clone)]
pub struct Group {
    /// What rows are grouped by.
    pub keys: Vec<Expr>,
    /// Annotations from this one on are of the group.
    pub first: usize,
}

impl Group {
    /// The first part of an expression that a group has no single value of.
    pub fn outsider<'e>(&self, expr: &'e Expr) -> Option<&'e Expr> {
        if self.is_key(expr) {
            return None;
        }
        let mut found = None;
        // A part that is a key counts as a whole, whatever stands below it.
        match &expr.kind {
            ExprKind::Template(_, operands) | ExprKind::Written(_, operands) => {
                operands.iter().find_map(|e| self.outsider(e))
            }
            ExprKind::Window(window) => {
                let filter = window.filter().and_then(|c| self.outsider_of(c));
                window.exprs().find_map(|e| self.outsider(e)).or(filter)
            }
            ExprKind::Cast(inner) => self.outsider(inner),
            _ => {
                outside(expr, Place::Value, &mut |e, _| {
                    if found.is_none() && self.is_foreign(e) {
                        found = Some(e);
                    }
                });
                enclosing::of_expr(expr, &mut |e| found = found.or(Some(e).filter(|e| self.is_foreign(e))));
                found
            }
        }
    }

    /// The same for a condition.
    pub fn outsider_of<'e>(&self, condition: &'e Condition) -> Option<&'e Expr> {
        let mut found = None;
        tested(condition, &mut |e, _| {
            if found.is_none() && self.is_foreign(e) {
                found = Some(e);
            }
        });
        enclosing::of_condition(condition, &mut |e| found = found.or(Some(e).filter(|e| self.is_foreign(e))));
        found
    }

    /// Whether a condition tests an aggregate of the group.
    pub fn tests_aggregate(&self, condition: &Condition, annotations: &[Annotation]) -> bool {
        let mut found = false;
        condition.walk(&mut |e| {
            found |= matches!(e.kind, ExprKind::Annotation(i) if self.is_aggregate(i, annotations));
        });
        found
    }

    fn is_aggregate(&self, index: usize, annotations: &[Annotation]) -> bool {
        if index < self.first {
            return false;
        }
        let mut found = false;
        annotations[index].expr.walk(&mut |e| {
            found |= match e.kind {
                // A window behind a grouping is over groups.
                ExprKind::Aggregate(_) | ExprKind::Window(_) => true,
                ExprKind::Annotation(i) => i < index && self.is_aggregate(i, annotations),
                _ => false,
            };
        });
        found
    }

    fn is_key(&self, expr: &Expr) -> bool {
        self.keys.iter().any(|key| same(key, expr))
    }

    fn is_foreign(&self, expr: &Expr) -> bool {
        match expr.kind {
            ExprKind::Column(_) => !self.is_key(expr),
            // Read by an inner chain: a column of this one.
            ExprKind::Outer(ref path, _) => {
                !self.keys.iter().any(|key| matches!(&key.kind, ExprKind::Column(own) if own == path))
            }
            ExprKind::Annotation(i) => i < self.first && !self.is_key(expr),
            _ => false,
        }
    }
}
