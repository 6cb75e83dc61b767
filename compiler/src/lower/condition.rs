//! Conditions: semi-joins for to-many paths, negation pushed to the leaves.
//!
//! In: conditions whose paths may be to-many. Out: a conjunction in which every to-many path stands in an `EXISTS` of
//! its own, or shares one with the conditions that speak of the same row (LANGUAGE.md §2, *Relations in
//! conditions*), and in which negation keeps rows whose operands are NULL.

use super::join::equal;
use super::{Lower, Scope};
use crate::hir::condition::Comparison;
use crate::hir::{self, Condition, ExprKind, Hop};
use crate::plan;

impl<'a> Lower<'a> {
    /// All of `list`: conditions on the same to-many relation speak of one row.
    pub(super) fn conjunction(&mut self, list: &[&'a Condition]) -> Vec<plan::Condition> {
        self.parts(list, false)
    }

    /// The conditions of a conjunction, or the negation of each.
    fn parts(&mut self, list: &[&'a Condition], negated: bool) -> Vec<plan::Condition> {
        let alone = self.alone(list).map(|(mask, rest)| (mask, self.parts(&rest, negated)));
        let groups = self.grouped(list);
        let whole: Vec<_> = groups.iter().map(|g| self.group(g, negated)).filter(|c| !c.is_empty()).collect();
        let Some((mask, alone)) = alone else { return whole };
        let [whole, alone] = [whole, alone].map(|parts| Box::new(one_or(parts, negated)));
        vec![plan::Condition::When(mask, whole, Some(alone))]
    }

    /// `Q(a? = None) ^ Q(b)` is `Q(b)`, which shares a row with the conditions beside it as the two together do not:
    /// the switches under which such an operator is there, and the conditions without it.
    fn alone(&self, list: &[&'a Condition]) -> Option<(u64, Vec<&'a Condition>)> {
        let mut flat = Vec::new();
        list.iter().for_each(|c| flatten(c, &mut flat));
        if flat.len() < 2 {
            return None;
        }
        let (at, mask, left) = flat.iter().enumerate().find_map(|(at, c)| {
            let (mask, left) = survivor(c)?;
            let (together, mut members) = (self.shared_prefix(c), Vec::new());
            flatten(left, &mut members);
            let joins = members.into_iter().any(|member| {
                let prefix = self.shared_prefix(member);
                let beside = |(other, c): (usize, &&Condition)| other != at && self.shared_prefix(c) == prefix;
                prefix.is_some() && prefix != together && flat.iter().enumerate().any(beside)
            });
            joins.then_some((at, mask, left))
        })?;
        flat[at] = left;
        Some((mask, flat))
    }

    /// A condition or its negation.
    pub(super) fn condition(&mut self, condition: &'a Condition, negated: bool) -> plan::Condition {
        if let Some(prefix) = self.shared_prefix(condition) {
            return self.group(&Group { prefix: Some(prefix), members: vec![condition] }, negated);
        }
        match condition {
            Condition::All(list) => {
                let list: Vec<&Condition> = list.iter().collect();
                let parts = self.parts(&list, negated);
                if negated { plan::Condition::Any(parts) } else { plan::Condition::All(parts) }
            }
            Condition::Any(list) => {
                let parts: Vec<_> = list.iter().map(|c| self.condition(c, negated)).filter(|c| !c.is_empty()).collect();
                if negated { plan::Condition::All(parts) } else { plan::Condition::Any(parts) }
            }
            Condition::Xor(a, b) => {
                let a = self.condition(a, false);
                let b = self.condition(b, false);
                plan::Condition::Xor(Box::new(a), Box::new(b), negated)
            }
            Condition::Not(inner) => self.condition(inner, !negated),
            Condition::Switched(switch, inner) => {
                let mask = 1 << *switch;
                let then = self.guarded(Some(mask), |l| l.condition(inner, negated));
                plan::Condition::When(mask, Box::new(then), None)
            }
            Condition::Exists(select) => {
                let select = self.inner_select(select, None);
                plan::Condition::Exists { negated, select: Box::new(select) }
            }
            Condition::Expr(e) => {
                if let Some(prefix) = self.first_uncovered(condition) {
                    return self.exists(&prefix, negated, |l| vec![l.condition(condition, false)]);
                }
                let nullable = self.nullable(e);
                let e = plan::Condition::Expr(self.expr(e));
                negate(e, negated, nullable)
            }
            Condition::Test(test) => {
                let Some(switch) = test.switch else { return self.plain(condition, test, negated) };
                let mask = 1 << switch;
                let then = self.guarded(Some(mask), |l| l.plain(condition, test, negated));
                plan::Condition::When(mask, Box::new(then), None)
            }
        }
    }

    /// A test without regard to its switch.
    fn plain(&mut self, condition: &'a Condition, test: &'a hir::Test, negated: bool) -> plan::Condition {
        if let Some(prefix) = self.first_uncovered(condition) {
            return self.exists(&prefix, negated, |l| vec![l.plain(condition, test, false)]);
        }
        self.test(test, negated)
    }

    /// Rows of the to-many relation that ends `prefix`, joined to the row in hand, for which the conditions hold.
    pub(super) fn exists(
        &mut self,
        prefix: &[Hop],
        negated: bool,
        conditions: impl FnOnce(&mut Self) -> Vec<plan::Condition>,
    ) -> plan::Condition {
        let Some(opened) = self.open(prefix) else { return plan::Condition::All(Vec::new()) };
        let outer = self.column(&opened.outer);
        self.scope().frames.push(opened.frame);
        let mut filter = vec![equal(opened.near, outer)];
        filter.extend(opened.arrives);
        filter.extend(self.guarded(None, conditions));
        let joins = self.scope().frames.pop().map(|f| f.joins).unwrap_or_default();
        let select = plan::Select { from: Some(opened.from), joins, filter, ..plan::Select::default() };
        plan::Condition::Exists { negated, select: Box::new(select) }
    }

    fn group(&mut self, group: &Group<'a>, negated: bool) -> plan::Condition {
        let Some(prefix) = &group.prefix else {
            let parts: Vec<_> = group.members.iter().map(|c| self.condition(c, negated)).collect();
            return one_or(parts, negated);
        };
        let guard = group.members.iter().try_fold(0, |mask, c| Some(mask | guard_of(c)?));
        let exists =
            self.guarded(guard.or(self.guard), |l| l.exists(prefix, negated, |l| l.conjunction_inside(&group.members)));
        match guard {
            None => exists,
            Some(mask) => plan::Condition::When(mask, Box::new(exists), None),
        }
    }

    /// The members of a group, inside the semi-join they share.
    fn conjunction_inside(&mut self, members: &[&'a Condition]) -> Vec<plan::Condition> {
        self.conjunction(members)
    }

    /// Conditions in groups that speak of one row each, in order of their first member.
    fn grouped(&mut self, list: &[&'a Condition]) -> Vec<Group<'a>> {
        let mut flat = Vec::new();
        list.iter().for_each(|c| flatten(c, &mut flat));
        let mut groups: Vec<Group<'a>> = Vec::new();
        for condition in flat {
            let prefix = self.shared_prefix(condition);
            match groups.iter_mut().find(|g| prefix.is_some() && g.prefix == prefix) {
                Some(group) => group.members.push(condition),
                None => groups.push(Group { prefix, members: vec![condition] }),
            }
        }
        groups
    }

    /// The to-many relation that all paths of a condition begin with, if there is one.
    fn shared_prefix(&self, condition: &Condition) -> Option<Vec<Hop>> {
        shared_prefix(self.chains.last()?, condition)
    }

    /// The first to-many relation of a leaf that is not joined yet.
    fn first_uncovered(&mut self, condition: &Condition) -> Option<Vec<Hop>> {
        let scope = self.scope();
        many_paths(scope, condition).into_iter().next()
    }
}

/// The one operand of `|` or `^` that is there whatever the switches, and the switches of the others.
fn survivor(condition: &Condition) -> Option<(u64, &Condition)> {
    let sides: Vec<&Condition> = match condition {
        Condition::Any(list) => list.iter().filter(|c| !c.is_empty()).collect(),
        Condition::Xor(a, b) => vec![a, b],
        _ => return None,
    };
    let (mut mask, mut always) = (0, None);
    for side in sides {
        match guard_of(side) {
            Some(switches) => mask |= switches,
            None if always.is_none() => always = Some(side),
            None => return None,
        }
    }
    (mask != 0).then_some(mask).zip(always)
}

struct Group<'a> {
    prefix: Option<Vec<Hop>>,
    members: Vec<&'a Condition>,
}

/// The to-many relation that all paths of a condition begin with; `None` if they differ, or if the condition is one
/// that always stands alone.
pub(super) fn shared_prefix(scope: &Scope<'_>, condition: &Condition) -> Option<Vec<Hop>> {
    match condition {
        Condition::Test(_) | Condition::Expr(_) => {
            let paths = many_paths(scope, condition);
            let (first, rest) = paths.split_first()?;
            rest.iter().all(|p| p == first).then(|| first.clone())
        }
        Condition::All(list) | Condition::Any(list) => {
            let mut list = list.iter().filter(|c| !c.is_empty());
            let first = shared_prefix(scope, list.next()?)?;
            list.all(|c| shared_prefix(scope, c).as_ref() == Some(&first)).then_some(first)
        }
        Condition::Xor(a, b) => {
            let first = shared_prefix(scope, a)?;
            (shared_prefix(scope, b).as_ref() == Some(&first)).then_some(first)
        }
        Condition::Switched(_, inner) => shared_prefix(scope, inner),
        Condition::Not(_) | Condition::Exists(_) => None,
    }
}

/// The to-many prefixes, not joined yet, of the columns of a leaf: left side first.
fn many_paths(scope: &Scope<'_>, condition: &Condition) -> Vec<Vec<Hop>> {
    let mut found = Vec::new();
    let no_row = matches!(condition, Condition::Test(t) if matches!(t.operator, Comparison::NoRow(_)));
    condition.walk(&mut |e| {
        if let ExprKind::Column(path) = &e.kind {
            // `relation.isnull` speaks of the rows before its last relation, unless its own are at hand.
            let hops = match path.hops.split_last() {
                Some((last, before)) if no_row && !last.to_one && scope.uncovered(&path.hops).is_some() => before,
                _ => &path.hops[..],
            };
            if let Some(end) = scope.uncovered(hops) {
                found.push(hops[..end].to_vec());
            }
        }
    });
    found
}

/// The conditions of a conjunction, however deep it nests.
pub(super) fn flatten<'a>(condition: &'a Condition, into: &mut Vec<&'a Condition>) {
    match condition {
        Condition::All(list) => list.iter().for_each(|c| flatten(c, into)),
        other => into.push(other),
    }
}

/// Switches under which a condition is there; `None`: always.
pub(super) fn guard_of(condition: &Condition) -> Option<u64> {
    match condition {
        Condition::Test(t) => t.switch.map(|s| 1 << s),
        Condition::Switched(s, _) => Some(1 << *s),
        Condition::Not(c) => guard_of(c),
        Condition::All(list) | Condition::Any(list) => {
            list.iter().filter(|c| !c.is_empty()).try_fold(0, |mask, c| Some(mask | guard_of(c)?))
        }
        Condition::Xor(a, b) => Some(guard_of(a)? | guard_of(b)?),
        Condition::Exists(_) | Condition::Expr(_) => None,
    }
}

fn one_or(mut parts: Vec<plan::Condition>, negated: bool) -> plan::Condition {
    if parts.len() == 1
        && let Some(part) = parts.pop()
    {
        return part;
    }
    if negated { plan::Condition::Any(parts) } else { plan::Condition::All(parts) }
}

/// `condition`, `NOT condition`, or `condition IS NOT TRUE` where it may be NULL.
pub(super) fn negate(condition: plan::Condition, negated: bool, nullable: bool) -> plan::Condition {
    match (negated, nullable) {
        (false, _) => condition,
        (true, false) => plan::Condition::Not(Box::new(condition)),
        (true, true) => plan::Condition::NotTrue(Box::new(condition)),
    }
}
