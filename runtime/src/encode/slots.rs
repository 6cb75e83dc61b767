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
#[derive(Clone, Default)]
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

    /// One more.
    pub(crate) fn push(&mut self, slot: Slot) {
        match self.few.get_mut(self.len) {
            Some(place) => *place = slot,
            None => self.more.push(slot),
        }
        self.len += 1;
    }

    /// Another for the one of this number.
    pub(crate) fn set(&mut self, number: usize, slot: Slot) {
        let place = match number.checked_sub(FEW) {
            None => self.few.get_mut(number).filter(|_| number < self.len),
            Some(number) => self.more.get_mut(number),
        };
        if let Some(place) = place {
            *place = slot;
        }
    }

    /// One after the other.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Slot> {
        self.few.iter().take(self.len).chain(&self.more)
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
        for n in 0..2 * FEW {
            slots.set(n, Slot::Null);
            assert!(matches!(slots.get(n), Some(Slot::Null)));
        }
        assert_eq!(ends(&slots), [0; 2 * FEW]);
    }
}
