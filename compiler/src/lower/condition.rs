//! Conditions: semi-joins for to-many paths, negation pushed to the leaves.
//!
//! In: conditions whose paths may be to-many. Out: a conjunction in which every to-many path stands in an `EXISTS` of
//! its own, or shares one with the conditions that speak of the same row (LANGUAGE.md §2, *Relations in
//! conditions*), and in which negation keeps rows whose operands are NULL.

use super::Lower;
use super::join::equal;
use super::presence::View;
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
        let flat = self.known.flat(list);
        if let Some(mask) = self.split(&flat) {
            return self.both(mask, |l| one_or(l.parts(list, negated), negated));
        }
        let mut groups: Vec<Group<'a>> = Vec::new();
        for condition in flat {
            let prefix = self.shared_prefix(condition);
            match groups.iter_mut().find(|g| prefix.is_some() && g.prefix == prefix) {
                Some(group) => group.members.push(condition),
                None => groups.push(Group { prefix, members: vec![condition] }),
            }
        }
        groups.iter().map(|g| self.group(g, negated)).filter(|c| !c.is_empty()).collect()
    }

    /// Switches without which a condition shares a row with those beside it as it does not with some of them.
    fn split(&self, flat: &[&'a Condition]) -> Option<u64> {
        let scope = self.chains.last()?;
        let leaf = |c: &Condition| leaf_prefix(c, &|hops| scope.uncovered(hops));
        let view = View { known: &self.known, leaf: &leaf };
        flat.iter().enumerate().find_map(|(at, c)| {
            view.prefixes(c).iter().find_map(|prefix| {
                let beside = |(other, c): (usize, &&Condition)| other != at && view.can_speak(c, prefix);
                view.split(c, prefix).filter(|_| flat.iter().enumerate().any(beside))
            })
        })
    }

    /// What comes of a plan where one of the switches is on, and where none is.
    pub(super) fn both(
        &mut self,
        mask: u64,
        mut plan: impl FnMut(&mut Self) -> plan::Condition,
    ) -> Vec<plan::Condition> {
        let then = self.knowing(self.known.with(mask), &mut plan);
        let otherwise = self.knowing(self.known.without(mask), &mut plan);
        vec![plan::Condition::When(mask, Box::new(then), Some(Box::new(otherwise)))]
    }

    /// A condition or its negation.
    pub(super) fn condition(&mut self, condition: &'a Condition, negated: bool) -> plan::Condition {
        if !self.known.may_be(condition) {
            return plan::Condition::All(Vec::new());
        }
        if let Some(prefix) = self.shared_prefix(condition) {
            return self.group(&Group { prefix: Some(prefix), members: vec![condition] }, negated);
        }
        match condition {
            Condition::All(list) => {
                let list: Vec<&Condition> = list.iter().collect();
                let parts = self.parts(&list, negated);
                if negated { plan::Condition::Any(parts) } else { plan::Condition::All(parts) }
            }
            Condition::Any(_) => {
                let sides = self.known.sides(condition).into_iter();
                let parts: Vec<_> = sides.map(|c| self.condition(c, negated)).filter(|c| !c.is_empty()).collect();
                if negated { plan::Condition::All(parts) } else { plan::Condition::Any(parts) }
            }
            Condition::Xor(..) => match self.known.sides(condition)[..] {
                [a, b] => {
                    if let Some(mask) = self.split_xor(condition) {
                        return plan::Condition::All(self.both(mask, |l| l.condition(condition, negated)));
                    }
                    let a = self.condition(a, false);
                    let b = self.condition(b, false);
                    plan::Condition::Xor(Box::new(a), Box::new(b), negated)
                }
                [one] => self.condition(one, negated),
                _ => plan::Condition::All(Vec::new()),
            },
            Condition::Not(inner) => self.condition(inner, !negated),
            Condition::Switched(switch, inner) => match self.known.switch(*switch) {
                None => self.condition(inner, negated),
                Some(mask) => {
                    let then = self.guarded(Some(mask), |l| l.condition(inner, negated));
                    plan::Condition::When(mask, Box::new(then), None)
                }
            },
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
                let mask = test.switch.and_then(|switch| self.known.switch(switch));
                let Some(mask) = mask else { return self.plain(condition, test, negated) };
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
        if let ([hop], 1) = (prefix, self.chains.len())
            && self.belongs(*hop)
        {
            self.certain.push(opened.from.alias);
        }
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
        let guard = group.members.iter().try_fold(0, |mask, c| Some(mask | self.known.guard(c)?));
        let exists =
            self.guarded(guard.or(self.guard), |l| l.exists(prefix, negated, |l| l.conjunction(&group.members)));
        match guard {
            None => exists,
            Some(mask) => plan::Condition::When(mask, Box::new(exists), None),
        }
    }

    /// Switches without which both sides of `^` speak of one row.
    fn split_xor(&self, condition: &Condition) -> Option<u64> {
        let scope = self.chains.last()?;
        let leaf = |c: &Condition| leaf_prefix(c, &|hops| scope.uncovered(hops));
        let view = View { known: &self.known, leaf: &leaf };
        view.prefixes(condition).iter().find_map(|prefix| {
            let mask = view.split(condition, prefix)?;
            let known = self.known.without(mask);
            let left = View { known: &known, leaf: &leaf };
            (known.sides(condition).len() == 2 && left.can_speak(condition, prefix)).then_some(mask)
        })
    }

    /// The to-many relation that all paths of a condition begin with, if there is one.
    fn shared_prefix(&self, condition: &Condition) -> Option<Vec<Hop>> {
        let scope = self.chains.last()?;
        let leaf = |c: &Condition| leaf_prefix(c, &|hops| scope.uncovered(hops));
        View { known: &self.known, leaf: &leaf }.prefix(condition)
    }

    /// The first to-many relation of a leaf that is not joined yet.
    fn first_uncovered(&mut self, condition: &Condition) -> Option<Vec<Hop>> {
        let scope = self.scope();
        many_paths(condition, &|hops| scope.uncovered(hops)).into_iter().next()
    }
}

struct Group<'a> {
    prefix: Option<Vec<Hop>>,
    members: Vec<&'a Condition>,
}

/// The to-many relation whose rows a leaf speaks of: the one that all its paths begin with.
pub(super) fn leaf_prefix(condition: &Condition, uncovered: &dyn Fn(&[Hop]) -> Option<usize>) -> Option<Vec<Hop>> {
    let paths = many_paths(condition, uncovered);
    let (first, rest) = paths.split_first()?;
    rest.iter().all(|p| p == first).then(|| first.clone())
}

/// The to-many prefixes, not joined yet, of the columns of a leaf: left side first.
fn many_paths(condition: &Condition, uncovered: &dyn Fn(&[Hop]) -> Option<usize>) -> Vec<Vec<Hop>> {
    let mut found = Vec::new();
    let no_row = matches!(condition, Condition::Test(t) if matches!(t.operator, Comparison::NoRow(_)));
    condition.walk(&mut |e| {
        if let ExprKind::Column(path) = &e.kind {
            // `relation.isnull` speaks of the rows before its last relation, unless its own are at hand.
            let hops = match path.hops.split_last() {
                Some((last, before)) if no_row && !last.to_one && uncovered(&path.hops).is_some() => before,
                _ => &path.hops[..],
            };
            if let Some(end) = uncovered(hops) {
                found.push(hops[..end].to_vec());
            }
        }
    });
    found
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
