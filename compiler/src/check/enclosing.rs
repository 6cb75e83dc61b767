//! What inner chains read of the chain that they stand in.
//!
//! In: an expression or a condition of a chain. Out: the columns of that chain which its `Exists`, `Subquery` and `in`
//! chains read, however deep.

use crate::hir::condition::{Comparison, Condition};
use crate::hir::select::Distinct;
use crate::hir::{Expr, ExprKind, Select};

/// What is done with each column.
type Visit<'v, 'e> = &'v mut dyn FnMut(&'e Expr);

/// Visits what inner chains of an expression read of its chain. Aggregates are left out: they read rows, not groups.
pub fn of_expr<'e>(expr: &'e Expr, visit: Visit<'_, 'e>) {
    inside(expr, 0, visit);
}

/// The same for a condition.
pub fn of_condition<'e>(condition: &'e Condition, visit: Visit<'_, 'e>) {
    tested(condition, 0, visit);
}

fn inside<'e>(expr: &'e Expr, levels: u8, visit: Visit<'_, 'e>) {
    match &expr.kind {
        ExprKind::Outer(_, n) if *n == levels && levels > 0 => visit(expr),
        ExprKind::Template(_, operands) | ExprKind::Written(_, operands) => {
            operands.iter().for_each(|e| inside(e, levels, visit));
        }
        ExprKind::Window(window) => {
            window.exprs().for_each(|e| inside(e, levels, visit));
            window.filter().into_iter().for_each(|c| tested(c, levels, visit));
        }
        ExprKind::Cast(e) => inside(e, levels, visit),
        ExprKind::Aggregate(a) if levels > 0 => {
            a.arguments.iter().for_each(|e| inside(e, levels, visit));
            a.filter.iter().for_each(|c| tested(c, levels, visit));
            a.order.iter().for_each(|o| inside(&o.expr, levels, visit));
        }
        ExprKind::Case(arms, otherwise) => {
            for (when, then) in arms {
                tested(when, levels, visit);
                inside(then, levels, visit);
            }
            otherwise.iter().for_each(|e| inside(e, levels, visit));
        }
        ExprKind::Condition(c) => tested(c, levels, visit),
        ExprKind::Subquery(select) => chain(select, levels + 1, visit),
        ExprKind::Outer(..)
        | ExprKind::Aggregate(_)
        | ExprKind::Column(_)
        | ExprKind::Annotation(_)
        | ExprKind::Output(_)
        | ExprKind::Literal(_)
        | ExprKind::Bound(..) => {}
    }
}

fn tested<'e>(condition: &'e Condition, levels: u8, visit: Visit<'_, 'e>) {
    match condition {
        Condition::All(list) | Condition::Any(list) => list.iter().for_each(|c| tested(c, levels, visit)),
        Condition::Xor(a, b) => {
            tested(a, levels, visit);
            tested(b, levels, visit);
        }
        Condition::Not(c) | Condition::Switched(_, c) => tested(c, levels, visit),
        Condition::Test(test) => {
            inside(&test.left, levels, visit);
            test.operator.operands(&mut |e| inside(e, levels, visit));
            if let Comparison::InSelect(select) | Comparison::InKeySelect(_, select) = &test.operator {
                chain(select, levels + 1, visit);
            }
        }
        Condition::Exists(select) => chain(select, levels + 1, visit),
        Condition::Expr(e) => inside(e, levels, visit),
    }
}

fn chain<'e>(select: &'e Select, levels: u8, visit: Visit<'_, 'e>) {
    if let Some(set) = &select.set {
        chain(&set.first, levels, visit);
        set.rest.iter().for_each(|(_, part)| chain(part, levels, visit));
    }
    let keys = select.anchor.iter().flat_map(|anchor| &anchor.key);
    let distinct = match &select.distinct {
        Distinct::On(keys) => keys.as_slice(),
        Distinct::No | Distinct::Rows => &[],
    };
    keys.chain(select.annotations.iter().map(|a| &a.expr))
        .chain(select.group.iter().flatten())
        .chain(distinct)
        .chain(select.order.iter().map(|o| &o.expr))
        .chain(select.shape.outputs().iter().map(|o| &o.expr))
        .for_each(|e| inside(e, levels, visit));
    select.filters.iter().for_each(|f| tested(&f.condition, levels, visit));
}
