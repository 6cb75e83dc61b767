//! All that a query was given.
//!
//! In: what was bound. Out: the value of each parameter, and what is rare beside them. Most queries have a few numbers, as keys
//! are: these stand in the query itself, so that nothing is allocated for them. All else is shared by what has it.

use std::fmt;
use std::sync::Arc;

use super::slots::FEW;
use super::{Late, Sink, Slot, Slots};
use crate::error::Error;

/// Room for the first bytes of a query.
const FIRST: usize = 32;

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
    len: u8,
    more: Option<Arc<More>>,
}

/// What not all queries have. If there is any of it, all parameters are here.
#[derive(Clone, Default)]
pub(crate) struct More {
    /// With the arena in which the values of slots are, and why the query cannot be sent.
    pub(crate) sink: Sink,
    slots: Slots,
    /// Slots whose values say which type they are, with its OID.
    pub(crate) own: Vec<(usize, u32)>,
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
    Number(&'v Number),
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

impl More {
    /// So many numbers are the first parameters.
    fn of(numbers: &[Option<Number>]) -> Self {
        let mut more = Self::default();
        // Enough for a key, without growing step by step.
        more.sink.bytes.reserve(FIRST);
        numbers.iter().for_each(|number| more.slots.push(number.map_or(Slot::Null, Slot::Number)));
        more
    }
}

impl Values {
    /// How many parameters there are.
    pub(crate) fn len(&self) -> usize {
        self.more.as_ref().map_or(usize::from(self.len), |more| more.slots.len())
    }

    /// One more.
    #[inline]
    pub(crate) fn push(&mut self, slot: Slot) {
        let number = match &slot {
            Slot::Null => None,
            Slot::Number(number) => Some(*number),
            Slot::Bytes { .. } | Slot::Late(_) => return self.more().slots.push(slot),
        };
        match self.few.get_mut(usize::from(self.len)).filter(|_| self.more.is_none()) {
            Some(place) => {
                *place = number;
                self.len += 1;
            }
            None => self.more().slots.push(slot),
        }
    }

    /// Another for the parameter with this number, which is there.
    pub(crate) fn set(&mut self, number: usize, slot: Slot) {
        self.more().slots.set(number, slot);
    }

    /// What not all queries have.
    pub(crate) fn more(&mut self) -> &mut More {
        let numbers = self.few.get(..usize::from(self.len)).unwrap_or_default();
        Arc::make_mut(self.more.get_or_insert_with(|| Arc::new(More::of(numbers))))
    }

    /// The value of the parameter with this number, if it was bound.
    #[inline]
    pub(crate) fn get(&self, number: usize) -> Option<Value<'_>> {
        let Some(more) = &self.more else {
            let few = self.few.get(number).filter(|_| number < usize::from(self.len))?;
            return Some(few.as_ref().map_or(Value::Null, Value::Number));
        };
        Some(match more.slots.get(number)? {
            Slot::Null => Value::Null,
            Slot::Number(number) => Value::Number(number),
            Slot::Bytes { start, end, text } => Value::Bytes(more.sink.bytes.get(*start..*end)?, *text),
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
        self.more.as_ref()?.sink.problem.as_deref()
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
        let bytes = self.more.as_ref().map_or(0, |more| more.sink.bytes.len());
        f.debug_struct("Values")
            .field("slots", &self.len())
            .field("bytes", &bytes)
            .field("mask", &format_args!("{:#b}", self.mask))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, Number, Slot, Value, Values};

    fn values(of: impl IntoIterator<Item = Slot>) -> Values {
        let mut values = Values::default();
        of.into_iter().for_each(|slot| values.push(slot));
        values
    }

    fn number(n: usize) -> Slot {
        Slot::Number(Number::new([7, u8::try_from(n).unwrap()]))
    }

    fn shown(values: &Values) -> Vec<String> {
        let one = |value: Value<'_>| match value {
            Value::Null => "NULL".to_owned(),
            Value::Number(number) => format!("{:?}", number.bytes()),
            Value::Bytes(bytes, text) => format!("{bytes:?} {text}"),
            Value::Late(_) => "late".to_owned(),
        };
        (0..).map_while(|n| values.get(n)).map(one).collect()
    }

    #[test]
    fn few_numbers_need_no_place_of_their_own() {
        for count in 0..=FEW + 1 {
            let mut values = values((0..count).map(|n| if n == 1 { Slot::Null } else { number(n) }));
            assert_eq!((values.more.is_none(), values.len()), (count <= FEW, count));
            let mut expected: Vec<_> =
                (0..count).map(|n| if n == 1 { "NULL".to_owned() } else { format!("[7, {n}]") }).collect();
            assert_eq!(shown(&values), expected);
            if count > 0 {
                values.set(count - 1, number(9));
                expected[count - 1] = "[7, 9]".to_owned();
                assert_eq!(shown(&values), expected);
            }
        }
    }

    #[test]
    fn what_is_no_number_takes_those_before_it_along() {
        let mut values = values([number(1), Slot::Null]);
        values.more().sink.bytes.extend([1, 2, 3]);
        values.push(Slot::Bytes { start: 1, end: 3, text: true });
        values.push(number(2));
        assert_eq!(shown(&values), ["[7, 1]", "NULL", "[2, 3] true", "[7, 2]"]);
        assert_eq!((values.len(), values.problem(), values.is_idle(), values.page()), (4, None, false, (0, 0)));
        let before = values.clone();
        values.more().sink.refuse("no");
        assert_eq!((before.problem(), values.problem(), values.has_late()), (None, Some("no"), false));
    }
}
