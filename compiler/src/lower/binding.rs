//! Bound rows: which rows of a to-many relation later readers see (LANGUAGE.md §2, *Bound rows*).
//!
//! In: the filters of a chain and a path. Out: the conditions of those filters that bind the path's first to-many
//! relation.

use super::condition::{flatten, guard_of, shared_prefix};
use super::{Scope, first_many};
use crate::hir::condition::Comparison;
use crate::hir::{Condition, ExprKind, Hop};

/// The conditions by which one `filter` binds a relation.
pub(super) struct Binding<'a> {
    /// Position of the filter.
    pub filter: usize,
    /// Its conditions on the relation.
    pub conditions: Vec<&'a Condition>,
    /// Switches under which it binds; `None`: always.
    pub guard: Option<u64>,
    /// The filter says nothing else.
    pub whole: bool,
}

/// What binds the first to-many relation of `path`, among the first `horizon` filters.
pub(super) fn bindings<'a>(scope: &Scope<'a>, path: &[Hop], horizon: usize) -> Vec<Binding<'a>> {
    let Some(end) = first_many(path) else { return Vec::new() };
    let plain = Scope::bare(scope.select);
    let mut found = Vec::new();
    for (position, filter) in scope.select.filters.iter().take(horizon).enumerate() {
        if filter.having {
            continue;
        }
        let mut top = Vec::new();
        flatten(&filter.condition, &mut top);
        let all = top.len();
        let conditions: Vec<&Condition> = top
            .into_iter()
            .filter(|c| binds(c) && shared_prefix(&plain, c).is_some_and(|p| p[..] == path[..end]))
            .collect();
        if !conditions.is_empty() {
            let guard = conditions.iter().try_fold(0, |mask, c| Some(mask | guard_of(c)?));
            let whole = conditions.len() == all;
            found.push(Binding { filter: position, conditions, guard, whole });
        }
    }
    found
}

/// Negation binds nothing, nor does the absence of rows.
fn binds(condition: &Condition) -> bool {
    match condition {
        Condition::Test(t) => !matches!(t.operator, Comparison::NoRow(_)),
        Condition::Expr(_) => true,
        Condition::All(list) | Condition::Any(list) => list.iter().all(binds),
        Condition::Xor(a, b) => binds(a) && binds(b),
        Condition::Switched(_, inner) => binds(inner),
        Condition::Not(_) | Condition::Exists(_) => false,
    }
}

/// Whether every column of the conditions lies on `prefix`: nothing of the rows before it is needed.
pub(super) fn inside(condition: &Condition, prefix: &[Hop]) -> bool {
    let mut inside = true;
    condition.walk(&mut |e| match &e.kind {
        ExprKind::Column(path) => inside &= path.hops.starts_with(prefix),
        ExprKind::Annotation(_) | ExprKind::Outer(..) => inside = false,
        _ => {}
    });
    inside
}
