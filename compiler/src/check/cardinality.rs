//! How many rows a path leads to: where a to-many relation would multiply rows, and which of them are independent.
//!
//! In: typed expressions. Out: the first column that is in the way. What stands in an aggregate is counted there, and
//! what stands in a condition is a semi-join: neither multiplies anything.

use crate::hir::condition::Condition;
use crate::hir::select::Annotation;
use crate::hir::{ColumnPath, Expr, ExprKind, Hop};

/// Where a part of an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Its value is part of the expression's value.
    Value,
    /// It is tested, in `Case(When(…))` or a condition as an expression.
    Condition,
}

/// Calls `visit` on every part of an expression that does not stand in an aggregate or a subquery.
pub fn outside<'e>(expr: &'e Expr, place: Place, visit: &mut dyn FnMut(&'e Expr, Place)) {
    visit(expr, place);
    match &expr.kind {
        ExprKind::Template(_, operands) | ExprKind::Written(_, operands) => {
            operands.iter().for_each(|e| outside(e, place, visit));
        }
        ExprKind::Window(window) => {
            window.exprs().for_each(|e| outside(e, place, visit));
            if let Some(filter) = window.filter() {
                tested(filter, visit);
            }
        }
        ExprKind::Cast(inner) => outside(inner, place, visit),
        ExprKind::Case(arms, otherwise) => {
            for (condition, value) in arms {
                tested(condition, visit);
                outside(value, place, visit);
            }
            if let Some(value) = otherwise {
                outside(value, place, visit);
            }
        }
        ExprKind::Condition(condition) => tested(condition, visit),
        // What stands for an aggregate of nothing is no part of what is aggregated.
        ExprKind::Aggregate(aggregate) => {
            if let Some(default) = &aggregate.default {
                outside(default, place, visit);
            }
        }
        ExprKind::Column(_)
        | ExprKind::Outer(..)
        | ExprKind::Annotation(_)
        | ExprKind::Output(_)
        | ExprKind::Literal(_)
        | ExprKind::Bound(..)
        | ExprKind::Subquery(_) => {}
    }
}

/// The same for the operands of a condition.
pub fn tested<'e>(condition: &'e Condition, visit: &mut dyn FnMut(&'e Expr, Place)) {
    match condition {
        Condition::All(list) | Condition::Any(list) => list.iter().for_each(|c| tested(c, visit)),
        Condition::Xor(a, b) => {
            tested(a, visit);
            tested(b, visit);
        }
        Condition::Not(c) | Condition::Switched(_, c) => tested(c, visit),
        Condition::Test(test) => {
            outside(&test.left, Place::Condition, visit);
            test.operator.operands(&mut |e| outside(e, Place::Condition, visit));
        }
        Condition::Exists(_) => {}
        Condition::Expr(e) => outside(e, Place::Condition, visit),
    }
}

/// The first column that goes through a to-many relation and would multiply the rows of the chain.
pub fn multiplying(expr: &Expr) -> Option<&ColumnPath> {
    let mut found = None;
    outside(expr, Place::Value, &mut |e, place| {
        if let ExprKind::Column(path) = &e.kind
            && place == Place::Value
            && found.is_none()
            && path.hops.iter().any(|hop| !hop.to_one)
        {
            found = Some(path);
        }
    });
    found
}

/// The to-many paths of an expression, annotations followed, each cut after its last to-many relation.
pub fn to_many_paths(expr: &Expr, annotations: &[Annotation]) -> Vec<Vec<Hop>> {
    let mut paths = Vec::new();
    gather(expr, annotations, &mut paths);
    paths
}

/// The relations of a path up to its last to-many one.
pub fn cut(hops: &[Hop]) -> &[Hop] {
    let length = hops.iter().rposition(|hop| !hop.to_one).map_or(0, |i| i + 1);
    &hops[..length]
}

/// The longest of the paths, if each of the others is a beginning of it; otherwise the positions (in `paths`) of two
/// that are independent.
pub fn one_path(paths: &[(usize, Vec<Hop>)]) -> Result<Vec<Hop>, (usize, usize)> {
    let mut longest: Option<&(usize, Vec<Hop>)> = None;
    for path in paths {
        match longest {
            None => longest = Some(path),
            Some(known) if known.1.starts_with(&path.1) => {}
            Some(known) if path.1.starts_with(&known.1) => longest = Some(path),
            Some(known) => return Err((known.0, path.0)),
        }
    }
    Ok(longest.map(|(_, hops)| hops.clone()).unwrap_or_default())
}

fn gather(expr: &Expr, annotations: &[Annotation], paths: &mut Vec<Vec<Hop>>) {
    outside(expr, Place::Value, &mut |e, place| match &e.kind {
        ExprKind::Column(path) if place == Place::Value => {
            let hops = cut(&path.hops);
            if !hops.is_empty() {
                paths.push(hops.to_vec());
            }
        }
        ExprKind::Annotation(i) => gather(&annotations[*i].expr, annotations, paths),
        _ => {}
    });
}
