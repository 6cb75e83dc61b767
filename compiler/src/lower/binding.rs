//! Bound rows: which rows of a to-many relation later readers see (LANGUAGE.md §2, *Bound rows*).
//!
//! In: the filters of a chain and a path. Out: the filters that bind the path's first to-many relation, and their
//! conditions on the rows that the path was joined to: on those of each to-many relation of it what speaks of them alone.

use super::aggregate::strict;
use super::condition::leaf_prefix;
use super::presence::{Known, View};
use super::{Lower, Scope, first_many};
use crate::hir::condition::Comparison;
use crate::hir::{Condition, ExprKind, Hop};
use crate::plan::{self, From, Select, Source};

/// The conditions by which one `filter` binds a relation.
pub(super) struct Binding<'a> {
    /// Position of the filter.
    pub filter: usize,
    /// Its conditions on the relation, or what of them may be such.
    pub conditions: Vec<&'a Condition>,
    /// It is there and binds in every variant.
    pub always: bool,
    /// The filter says nothing else.
    pub whole: bool,
}

/// What binds the first to-many relation of `path`, among the first `horizon` filters.
pub(super) fn bindings<'a>(scope: &Scope<'a>, path: &[Hop], horizon: usize) -> Vec<Binding<'a>> {
    let Some(end) = first_many(path) else { return Vec::new() };
    let known = Known::default();
    let leaf = |c: &Condition| leaf_prefix(c, &|hops| many_behind(hops, 0));
    let view = View { known: &known, leaf: &leaf };
    let mut found = Vec::new();
    for (filter, f) in scope.select.filters.iter().enumerate().take(horizon).filter(|(_, f)| !f.having) {
        let mut binding = Binding { filter, conditions: Vec::new(), always: true, whole: true };
        for condition in known.flat(&[&f.condition]) {
            if view.speaks(condition, &path[..end]) {
                binding.conditions.push(condition);
                binding.always &= known.guard(condition).is_none();
            } else if view.split(condition, &path[..end]).is_some() {
                view.leaves(condition, &mut |leaf| {
                    if view.speaks(leaf, &path[..end]) {
                        binding.conditions.push(leaf);
                    }
                });
                (binding.always, binding.whole) = (false, false);
            } else {
                binding.whole = false;
            }
        }
        if !binding.conditions.is_empty() {
            found.push(binding);
        }
    }
    found
}

/// The filters that bind something.
pub(super) fn positions(bindings: &[Binding<'_>]) -> Vec<usize> {
    bindings.iter().map(|b| b.filter).collect()
}

/// The end of the first to-many relation of a path behind its beginning.
fn many_behind(path: &[Hop], beginning: usize) -> Option<usize> {
    Some(beginning + first_many(path.get(beginning..)?)?)
}

impl<'a> Lower<'a> {
    /// What filters say of the rows that a path was joined to.
    pub(super) fn bound_rows(&mut self, filters: &[usize], path: &[Hop]) -> Vec<plan::Condition> {
        let select = self.scope().select;
        filters.iter().flat_map(|f| self.follow(&[&select.filters[*f].condition], path, 0, true)).collect()
    }

    /// The conditions of one filter on the rows that a path was joined to, from those that `start` of it leads to, of whom
    /// all of `list` speaks. What goes on to others than the path's rows is a semi-join. `each`: on the rows of every
    /// to-many relation of the path, not only on those of the last.
    fn follow(&mut self, list: &[&'a Condition], path: &[Hop], start: usize, each: bool) -> Vec<plan::Condition> {
        let Some(end) = many_behind(path, start) else {
            return self.reaching(start, |l| l.conjunction(list));
        };
        let flat = self.known.flat(list);
        let leaf = |c: &Condition| leaf_prefix(c, &|hops| many_behind(hops, start));
        let view = View { known: &self.known, leaf: &leaf };
        if let Some(mask) = flat.iter().find_map(|c| view.split(c, &path[..end])) {
            return self.both(mask, |l| plan::Condition::All(l.follow(list, path, start, each)));
        }
        let (on, beside): (Vec<_>, Vec<_>) = flat.into_iter().partition(|c| view.speaks(c, &path[..end]));
        let mut all = Vec::new();
        if each && start > 0 {
            all.extend(self.reaching(start, |l| l.conjunction(&beside)));
        }
        if !on.is_empty() {
            all.extend(self.follow(&on, path, end, each));
        }
        all
    }

    /// Left-joins a to-many path to the chain's own rows. What one filter says of the joined rows is returned as
    /// conditions, as that filter lets no row of the chain through that has no such rows. With several there may be none
    /// that satisfy all, and each relation is joined where its rows do.
    pub(super) fn join_bound(&mut self, path: &[Hop]) -> Vec<plan::Condition> {
        let horizon = self.scope().select.filters.len();
        let bound = bindings(self.scope(), path, horizon);
        let filters = positions(&bound);
        let chain = self.current();
        if filters.len() < 2 {
            self.table(chain, 0, path);
            return self.bound_rows(&filters, path);
        }
        // What the chain's own rows give must be joined before what is joined where it fits.
        let mut own = Vec::new();
        bound.iter().flat_map(|b| &b.conditions).for_each(|c| {
            c.walk(&mut |e| match &e.kind {
                ExprKind::Column(path) if first_many(&path.hops).is_none() => own.push(path.clone()),
                _ => {}
            });
        });
        own.iter().for_each(|path| drop(self.column(path)));
        let mut end = 0;
        while let Some(next) = many_behind(path, end) {
            end = next;
            let join = self.joined(chain, &path[..end]);
            let select = self.scope().select;
            self.on_row(&path[..end], join, &|l| {
                filters
                    .iter()
                    .flat_map(|f| l.follow(&[&select.filters[*f].condition], &path[..end], 0, false))
                    .collect()
            });
        }
        self.table(chain, 0, path);
        Vec::new()
    }

    /// Puts conditions on the rows of a relation into its join. If they read what is joined behind it, in a select of their
    /// own: a left join behind it would keep the row.
    fn on_row(&mut self, path: &[Hop], join: usize, plan: &dyn Fn(&mut Self) -> Vec<plan::Condition>) {
        let before = self.scope().frames[0].clone();
        let mut conditions = plan(self);
        if self.scope().frames[0].joins.len() > before.joins.len() {
            let row = before.row(path);
            self.scope().frames[0] = before;
            self.scope().frames.push(row);
            conditions = plan(self);
            let joins = self.scope().frames.pop().map(|f| f.joins).unwrap_or_default();
            let alias = self.alias();
            let one = From { source: Source::Derived(Box::default()), alias };
            let select = Select { from: Some(one), joins, filter: conditions, ..Select::default() };
            conditions = vec![plan::Condition::Exists { negated: false, select: Box::new(select) }];
        }
        self.scope().frames[0].joins[join].on.extend(conditions);
    }
}

/// Whether a filter lets none of the rows through that a left join makes up where there are no related ones.
pub(super) fn refuses_none(binding: &Binding<'_>) -> bool {
    let sure = |c: &&Condition| Known::default().guard(c).is_none() && needs_row(c);
    binding.conditions.iter().any(sure) || binding.conditions.iter().all(|c| needs_row(c))
}

/// Whether a condition cannot hold where there is no row that its columns are read from.
fn needs_row(condition: &Condition) -> bool {
    match condition {
        Condition::Test(test) => match &test.operator {
            Comparison::Operator(operator, _) => *operator != "!=" && strict(&test.left, &[]),
            Comparison::NoRow(none) | Comparison::IsNull(none) => !none && strict(&test.left, &[]),
            Comparison::EqualOrNull(..) | Comparison::IsNullBound(_) => false,
            _ => strict(&test.left, &[]),
        },
        Condition::All(list) => {
            !list.is_empty()
                && (list.iter().all(needs_row)
                    || list.iter().any(|c| Known::default().guard(c).is_none() && needs_row(c)))
        }
        Condition::Any(list) => !list.is_empty() && list.iter().all(needs_row),
        Condition::Switched(_, inner) => needs_row(inner),
        Condition::Xor(..) | Condition::Not(_) | Condition::Exists(_) | Condition::Expr(_) => false,
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
