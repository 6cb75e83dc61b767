//! The values of a query's parameters, by number.
//!
//! In: one after the other. Out: each by its number. Most queries have few, which stand in what holds them: a list of its own
//! would be one more allocation for each query.

use std::fmt;

use super::{Late, Number};

/// The value of one parameter.
#[derive(Clone, Default)]
pub(crate) enum Slot {
    #[default]
    Null,
    /// A number, which needs no arena.
    Number(Number),
    /// A stretch of the arena, in the binary or the text format.
    Bytes { start: usize, end: usize, text: bool },
    /// A value of a custom type, or an array of them.
    Late(Late),
}

/// So many need no list.
pub(super) const FEW: usize = 3;

/// All of a query.
#[derive(Default)]
pub(crate) struct Slots {
    /// Those from `len` on are not there.
    few: [Slot; FEW],
    len: usize,
    /// Those behind the first [`FEW`].
    more: Vec<Slot>,
}

impl Slots {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The one of this number.
    pub(crate) fn get(&self, number: usize) -> Option<&Slot> {
        match number.checked_sub(FEW) {
            None => self.few.get(number).filter(|_| number < self.len),
            Some(number) => self.more.get(number),
        }
    }

    /// All of them, if they are few and nothing but numbers; NULL is none.
    pub(crate) fn numbers(&self) -> Option<[Option<Number>; FEW]> {
        let mut numbers = [None; FEW];
        for (place, slot) in numbers.iter_mut().zip(self.few.get(..self.len)?) {
            match slot {
                Slot::Null => {}
                Slot::Number(number) => *place = Some(*number),
                Slot::Bytes { .. } | Slot::Late(_) => return None,
            }
        }
        Some(numbers)
    }

    /// One more.
    pub(crate) fn push(&mut self, slot: Slot) {
        match self.few.get_mut(self.len) {
            Some(place) => *place = slot,
            None => self.more.push(slot),
        }
        self.len += 1;
    }

    /// One more without a value.
    pub(crate) fn push_null(&mut self) {
        self.push(Slot::Null);
    }

    /// Leaves so many.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.more.truncate(len.saturating_sub(FEW));
        self.len = self.len.min(len);
    }

    /// One after the other.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Slot> {
        self.few.iter().take(self.len).chain(&self.more)
    }

    /// The same, given away.
    pub(crate) fn into_values(self) -> impl Iterator<Item = Slot> {
        self.few.into_iter().take(self.len).chain(self.more)
    }
}

impl fmt::Debug for Slots {
    // Values may be secrets: only their number is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, Slot, Slots};

    fn ends(slots: &Slots) -> Vec<usize> {
        let end = |slot: &Slot| if let Slot::Bytes { end, .. } = slot { *end } else { 0 };
        slots.iter().map(end).collect()
    }

    #[test]
    fn few_and_many_are_the_same() {
        let mut slots = Slots::default();
        for n in 0..2 * FEW {
            assert!(slots.get(n).is_none());
            slots.push(Slot::Bytes { start: 0, end: n + 1, text: false });
            assert_eq!((slots.len(), ends(&slots)), (n + 1, (1..=n + 1).collect()));
            assert!(matches!(slots.get(n), Some(Slot::Bytes { end, .. }) if *end == n + 1));
        }
        for n in (0..2 * FEW).rev() {
            slots.truncate(n);
            assert_eq!((slots.len(), ends(&slots)), (n, (1..=n).collect()));
            assert!(slots.get(n).is_none());
        }
        slots.push_null();
        assert_eq!((ends(&slots), slots.into_values().count()), (vec![0], 1));
    }
}
