//! All that a query was given.
//!
//! In: what was bound. Out: the value of each parameter, and what is rare beside them. Most queries have a few numbers, as keys
//! are: these stand in the query itself, so that nothing is allocated for them. All else is shared by what has it.

use std::fmt;
use std::sync::Arc;

use super::slots::FEW;
use super::{Late, Slot, Slots};
use crate::error::Error;

/// The bytes of a number as they are sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Number {
    bytes: [u8; 8],
    len: u8,
}

/// The values of a query; cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Values {
    /// The switches that are set.
    pub(crate) mask: u64,
    /// The first parameters, unless there is more; without a number it is NULL.
    few: [Option<Number>; FEW],
    len: usize,
    more: Option<Arc<More>>,
}

/// What not all queries have. If there is any of it, all parameters are here.
#[derive(Default)]
pub(crate) struct More {
    /// The arena in which the values of slots are.
    pub(crate) bytes: Vec<u8>,
    pub(crate) slots: Slots,
    /// Slots whose values say which type they are, with its OID.
    pub(crate) own: Vec<(usize, u32)>,
    /// Why the query cannot be sent.
    pub(crate) problem: Option<String>,
    /// There is nothing to do: no rows to write, no column to update.
    pub(crate) idle: bool,
    /// Number and size of the page.
    pub(crate) page: (i64, i64),
    /// Rows that are streamed, in the format of binary COPY.
    pub(crate) copied: Vec<u8>,
}

/// The value of one parameter.
pub(crate) enum Value<'v> {
    Null,
    /// In the binary format, or the text format.
    Bytes(&'v [u8], bool),
    /// Of a custom type.
    Late(&'v Late),
}

impl Number {
    #[expect(clippy::cast_possible_truncation, reason = "there are 8 at most")]
    pub(crate) fn new<const N: usize>(number: [u8; N]) -> Self {
        const { assert!(N <= 8, "a number has 8 bytes at most") };
        let mut bytes = [0; 8];
        bytes[..N].copy_from_slice(&number);
        Self { bytes, len: N as u8 }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl Values {
    /// Numbers and nothing else.
    pub(crate) fn few(mask: u64, numbers: [Option<Number>; FEW], len: usize) -> Self {
        Self { mask, few: numbers, len, more: None }
    }

    pub(crate) fn new(mask: u64, more: More) -> Self {
        Self { mask, few: [None; FEW], len: 0, more: Some(Arc::new(more)) }
    }

    /// The value of the parameter with this number, if it was bound.
    #[inline]
    pub(crate) fn get(&self, number: usize) -> Option<Value<'_>> {
        let Some(more) = &self.more else {
            let few = self.few.get(number).filter(|_| number < self.len)?;
            return Some(few.as_ref().map_or(Value::Null, |number| Value::Bytes(number.bytes(), false)));
        };
        Some(match more.slots.get(number)? {
            Slot::Null => Value::Null,
            Slot::Number(number) => Value::Bytes(number.bytes(), false),
            Slot::Bytes { start, end, text } => Value::Bytes(more.bytes.get(*start..*end)?, *text),
            Slot::Late(late) => Value::Late(late),
        })
    }

    /// Slots whose values say which type they are, with its OID.
    #[inline]
    pub(crate) fn own(&self) -> &[(usize, u32)] {
        self.more.as_ref().map_or(&[], |more| &more.own)
    }

    /// Why the query cannot be sent.
    #[inline]
    pub(crate) fn problem(&self) -> Option<&str> {
        self.more.as_ref()?.problem.as_deref()
    }

    /// Refuses what cannot be sent.
    #[inline]
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.problem().map_or(Ok(()), |problem| Err(Error::invalid(problem)))
    }

    /// Whether there is nothing to do.
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.idle)
    }

    /// Number and size of the page.
    pub(crate) fn page(&self) -> (i64, i64) {
        self.more.as_ref().map_or((0, 0), |more| more.page)
    }

    /// Rows that are streamed, in the format of binary COPY.
    pub(crate) fn copied(&self) -> &[u8] {
        self.more.as_ref().map_or(&[], |more| &more.copied)
    }

    /// Whether there is a value that can be sent only when the server has told its type.
    pub(crate) fn has_late(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.slots.iter().any(|slot| matches!(slot, Slot::Late(_))))
    }
}

impl fmt::Debug for Values {
    // Values may be secrets: only their number is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slots = self.more.as_ref().map_or(self.len, |more| more.slots.len());
        let bytes = self.more.as_ref().map_or(0, |more| more.bytes.len());
        f.debug_struct("Values")
            .field("slots", &slots)
            .field("bytes", &bytes)
            .field("mask", &format_args!("{:#b}", self.mask))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, More, Number, Slot, Slots, Value, Values};

    fn slots(of: impl IntoIterator<Item = Slot>) -> Slots {
        let mut slots = Slots::default();
        of.into_iter().for_each(|slot| slots.push(slot));
        slots
    }

    fn shown(values: &Values) -> Vec<String> {
        let one = |value: Value<'_>| match value {
            Value::Null => "NULL".to_owned(),
            Value::Bytes(bytes, text) => format!("{bytes:?} {text}"),
            Value::Late(_) => "late".to_owned(),
        };
        (0..).map_while(|n| values.get(n)).map(one).collect()
    }

    #[test]
    fn few_numbers_need_no_place_of_their_own() {
        for count in 0..=FEW + 1 {
            let number = |n| if n == 1 { Slot::Null } else { Slot::Number(Number::new([7, u8::try_from(n).unwrap()])) };
            let slots = slots((0..count).map(number));
            let numbers = slots.numbers();
            assert_eq!(numbers.is_some(), count <= FEW);
            let values = match numbers {
                Some(numbers) => Values::few(5, numbers, count),
                None => Values::new(5, More { slots, ..More::default() }),
            };
            let expected = (0..count).map(|n| if n == 1 { "NULL".to_owned() } else { format!("[7, {n}] false") });
            assert_eq!((values.mask, shown(&values)), (5, expected.collect::<Vec<_>>()));
        }
    }

    #[test]
    fn what_is_no_number_stands_elsewhere() {
        let text = Slot::Bytes { start: 1, end: 3, text: true };
        let slots = slots([text, Slot::Null]);
        assert!(slots.numbers().is_none());
        let more = More { bytes: vec![1, 2, 3], slots, ..More::default() };
        let values = Values::new(0, more);
        assert_eq!(shown(&values), ["[2, 3] true", "NULL"]);
        assert!(Values::new(0, More { idle: true, ..More::default() }).is_idle());
        assert_eq!(Values::new(0, More { page: (2, 10), ..More::default() }).page(), (2, 10));
        let refused = Values::new(0, More { problem: Some("no".to_owned()), ..More::default() });
        assert_eq!(refused.clone().problem(), Some("no"));
        assert!(!Values::default().has_late() && Values::default().problem().is_none());
    }
}
