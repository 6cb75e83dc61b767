//! What is left of conditions when some of their clauses are left out.
//!
//! In: conditions, and what is known of the switches where they are planned. Out: what of them stands side by side, of
//! which relation's rows they speak, and under which switches that would be another relation's: `Q(a? = None) | Q(b)` is
//! `Q(b)`, which may share a row with the conditions beside it, or bind one, as the two together do not.

use super::Lower;
use crate::hir::{Condition, Hop};

/// What is known of the switches.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// These are off.
    absent: u64,
    /// Of each of these at least one is on.
    some: Vec<u64>,
}

/// Of which to-many relation's rows a leaf speaks.
pub(super) type Leaf<'v> = &'v dyn Fn(&Condition) -> Option<Vec<Hop>>;

/// Conditions as they are under what is known.
#[derive(Clone, Copy)]
pub(super) struct View<'v> {
    pub known: &'v Known,
    pub leaf: Leaf<'v>,
}

impl Known {
    /// The same where all of these are off.
    pub(super) fn without(&self, mask: u64) -> Self {
        Self { absent: self.absent | mask, some: self.some.clone() }
    }

    /// The same where one of these is on.
    pub(super) fn with(&self, mask: u64) -> Self {
        Self { absent: self.absent, some: self.some.iter().copied().chain([mask]).collect() }
    }

    fn is_on(&self, switch: u8) -> bool {
        self.some.iter().any(|mask| mask & !self.absent == 1 << switch)
    }

    /// Whether all of these could be off, and are not known to be.
    fn may_be_off(&self, mask: u64) -> bool {
        mask & !self.absent != 0 && self.some.iter().all(|some| some & !self.absent & !mask != 0)
    }

    /// Switches under which a condition is there; `None`: always; 0: never.
    pub(super) fn guard(&self, condition: &Condition) -> Option<u64> {
        match condition {
            Condition::Test(test) => test.switch.and_then(|switch| self.switch(switch)),
            Condition::Switched(switch, inner) => self.guard(inner).or_else(|| self.switch(*switch)),
            Condition::Not(inner) => self.guard(inner),
            Condition::All(list) | Condition::Any(list) => {
                let mut all = Some(0);
                for guard in list.iter().map(|c| self.guard(c)).filter(|guard| *guard != Some(0)) {
                    all = all.zip(guard).map(|(all, guard)| all | guard);
                }
                all
            }
            Condition::Xor(a, b) => Some(self.guard(a)? | self.guard(b)?),
            Condition::Exists(_) | Condition::Expr(_) => None,
        }
    }

    /// The same of one switch.
    pub(super) fn switch(&self, switch: u8) -> Option<u64> {
        (!self.is_on(switch)).then_some((1 << switch) & !self.absent)
    }

    /// Whether a condition can be there.
    pub(super) fn may_be(&self, condition: &Condition) -> bool {
        self.guard(condition) != Some(0)
    }

    /// The operands of `|` or `^`, or the conditions of a group, that can be there.
    pub(super) fn sides<'c>(&self, condition: &'c Condition) -> Vec<&'c Condition> {
        let sides: Vec<&Condition> = match condition {
            Condition::All(list) | Condition::Any(list) => list.iter().collect(),
            Condition::Xor(a, b) => vec![a, b],
            _ => Vec::new(),
        };
        sides.into_iter().filter(|side| self.may_be(side)).collect()
    }

    /// The conditions that stand side by side, however deep they nest.
    pub(super) fn flat<'c>(&self, list: &[&'c Condition]) -> Vec<&'c Condition> {
        let mut flat = Vec::new();
        list.iter().for_each(|c| self.flatten(c, &mut flat));
        flat
    }

    fn flatten<'c>(&self, condition: &'c Condition, into: &mut Vec<&'c Condition>) {
        if !self.may_be(condition) {
            return;
        }
        match condition {
            Condition::All(list) => list.iter().for_each(|c| self.flatten(c, into)),
            Condition::Switched(switch, inner) if self.is_on(*switch) => self.flatten(inner, into),
            Condition::Any(_) | Condition::Xor(..) => match self.sides(condition)[..] {
                [one] => self.flatten(one, into),
                _ => into.push(condition),
            },
            other => into.push(other),
        }
    }
}

impl View<'_> {
    /// The to-many relation that all paths of a condition begin with; `None` if they differ, or if the condition is one
    /// that always stands alone.
    pub(super) fn prefix(&self, condition: &Condition) -> Option<Vec<Hop>> {
        match condition {
            Condition::Test(_) | Condition::Expr(_) => (self.leaf)(condition),
            Condition::All(_) | Condition::Any(_) | Condition::Xor(..) => {
                let sides = self.known.sides(condition);
                let (first, rest) = sides.split_first()?;
                let first = self.prefix(first)?;
                rest.iter().all(|c| self.prefix(c).as_ref() == Some(&first)).then_some(first)
            }
            Condition::Switched(_, inner) => self.prefix(inner),
            Condition::Not(_) | Condition::Exists(_) => None,
        }
    }

    /// The to-many relations that a condition speaks of, in some variant, as one that may share their rows.
    pub(super) fn prefixes(&self, condition: &Condition) -> Vec<Vec<Hop>> {
        let mut found = Vec::new();
        self.leaves(condition, &mut |leaf| {
            if let Some(prefix) = (self.leaf)(leaf)
                && !found.contains(&prefix)
            {
                found.push(prefix);
            }
        });
        found
    }

    /// The leaves of a condition that stand under no negation.
    pub(super) fn leaves<'c>(&self, condition: &'c Condition, into: &mut dyn FnMut(&'c Condition)) {
        match condition {
            Condition::Test(_) | Condition::Expr(_) if self.known.may_be(condition) => into(condition),
            Condition::Switched(_, inner) if self.known.may_be(condition) => self.leaves(inner, into),
            _ => self.known.sides(condition).into_iter().for_each(|side| self.leaves(side, into)),
        }
    }

    /// Switches of the parts of a condition that do not speak of a relation's rows: without them it does. `None`: it
    /// never does.
    pub(super) fn others(&self, condition: &Condition, prefix: &[Hop]) -> Option<u64> {
        match condition {
            _ if !self.known.may_be(condition) => Some(0),
            Condition::All(_) | Condition::Any(_) | Condition::Xor(..) => {
                let sides = self.known.sides(condition);
                sides.into_iter().try_fold(0, |mask, side| Some(mask | self.others(side, prefix)?))
            }
            Condition::Switched(_, inner) => self.others(inner, prefix).or_else(|| self.known.guard(condition)),
            _ if self.prefix(condition).is_some_and(|own| own == prefix) => Some(0),
            _ => self.known.guard(condition),
        }
    }

    /// Switches without which more of a condition speaks of a relation's rows, beside others that do, than with some.
    pub(super) fn split(&self, condition: &Condition, prefix: &[Hop]) -> Option<u64> {
        if self.speaks(condition, prefix) {
            return None;
        }
        let fits = |mask: &u64| self.known.may_be_off(*mask);
        match condition {
            Condition::Any(_) | Condition::Xor(..) => {
                if let Some(mask) = self.others(condition, prefix).filter(fits) {
                    return Some(mask);
                }
                let sides = self.known.sides(condition);
                let left_alone = |at: usize| {
                    let beside = sides.iter().enumerate().filter(|(other, _)| *other != at);
                    beside.map(|(_, side)| self.known.guard(side)).try_fold(0, |mask, guard| Some(mask | guard?))
                };
                let can = |side: &Condition| self.known.flat(&[side]).into_iter().any(|c| self.can_speak(c, prefix));
                sides.iter().enumerate().filter(|(_, side)| can(side)).find_map(|(at, _)| left_alone(at).filter(fits))
            }
            Condition::Switched(switch, inner) => {
                let mask = 1 << *switch;
                let within = self.known.flat(&[inner]).into_iter().any(|c| self.can_speak(c, prefix));
                (within && fits(&mask)).then_some(mask)
            }
            _ => None,
        }
    }

    /// Whether a condition speaks of a relation's rows, whatever is left out of it.
    pub(super) fn speaks(&self, condition: &Condition, prefix: &[Hop]) -> bool {
        self.prefix(condition).is_some_and(|own| own == prefix)
    }

    /// Whether it does so in some variant.
    pub(super) fn can_speak(&self, condition: &Condition, prefix: &[Hop]) -> bool {
        self.speaks(condition, prefix) || self.split(condition, prefix).is_some()
    }
}

impl Lower<'_> {
    /// Does `plan` where this is known of the switches.
    pub(super) fn knowing<T>(&mut self, known: Known, plan: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.known, known);
        let result = plan(self);
        self.known = before;
        result
    }
}
