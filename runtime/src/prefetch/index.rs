//! Which rows belong to which parent.
//!
//! In: the rows of a level, and where the keys stand in them. Out: the different keys, once each, to be sent; and for each
//! child's row that comes the number of its key, by which a parent finds its rows. Keys are compared as they came: no key
//! is decoded. Nothing is hashed: rows mostly come in the order of some key, so that the key of a row is mostly that of the
//! row before it or the next one.

use std::borrow::Cow;
use std::ops::Range;

use tokio_postgres::Row;

use crate::decode::raw;

/// The number of the key of a row that belongs to nobody.
pub(super) const NONE: usize = usize::MAX;

/// The keys in some columns of the rows of a level, read as they come, if they are numbers.
pub(super) struct Column {
    places: &'static [u16],
    /// How many bytes each has.
    width: Width,
    numbers: Vec<Option<u64>>,
}

/// What is known of the bytes of keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    /// None has come.
    Open,
    /// So many, in each.
    Of(usize),
    /// They are no numbers.
    Other,
}

impl Column {
    /// Of keys in these columns.
    pub(super) fn new(places: &'static [u16]) -> Self {
        let width = if places.len() == 1 { Width::Open } else { Width::Other };
        Self { places, width, numbers: Vec::new() }
    }

    /// That of one more row.
    #[inline]
    pub(super) fn add(&mut self, row: &Row) {
        let (false, [place]) = (self.width == Width::Other, self.places) else { return };
        let Some(raw) = raw(row, usize::from(*place)) else { return self.numbers.push(None) };
        let (width, number) = (Width::Of(raw.len()), number(raw));
        if number.is_some() && (self.width == width || self.width == Width::Open) {
            self.width = width;
            self.numbers.push(number);
        } else {
            (self.width, self.numbers) = (Width::Other, Vec::new());
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new(self.places);
    }
}

/// The keys of a level.
pub(super) enum Index<'r> {
    /// Of one column, all of so many bytes: integers.
    Numbers(Width, Keys<u64>),
    /// Of any.
    Bytes(Keys<Cow<'r, [u8]>>),
}

/// Different keys.
pub(super) struct Keys<K> {
    /// Each once, in their order.
    sorted: Vec<K>,
    /// The first row that has it, of each.
    first: Vec<usize>,
    /// The number of its key, for each row.
    of: Vec<usize>,
}

/// The rows of each parent.
#[derive(Default)]
pub(super) struct Places {
    /// Where the rows of each key begin, and where those of the last one end.
    starts: Vec<usize>,
    /// The rows in the order of their keys, those of one as they came; empty if all came so.
    rows: Vec<usize>,
}

impl<'r> Index<'r> {
    /// The keys of these rows.
    pub(super) fn of(column: &Column, rows: &'r [Row]) -> Self {
        if column.width == Width::Other {
            Self::Bytes(Keys::of(rows.iter().map(|row| bytes(row, column.places))))
        } else {
            Self::Numbers(column.width, Keys::of(column.numbers.iter().copied()))
        }
    }

    /// A row for each key.
    pub(super) fn first(&self) -> &[usize] {
        match self {
            Self::Numbers(_, keys) => &keys.first,
            Self::Bytes(keys) => &keys.first,
        }
    }

    /// The number of the key that a child's row has in these columns. It is mostly `last`, that of the row before, or the
    /// one behind it.
    pub(super) fn number(&self, row: &Row, places: &[u16], last: usize) -> usize {
        match self {
            Self::Numbers(width, keys) => {
                let [place] = places else { return NONE };
                // A key of other bytes is another one.
                let found = raw(row, usize::from(*place)).filter(|raw| Width::Of(raw.len()) == *width);
                found.and_then(number).map_or(NONE, |key| keys.find(&key, last))
            }
            Self::Bytes(keys) => bytes(row, places).map_or(NONE, |key| keys.find(&key, last)),
        }
    }

    /// Whether each key is that of one row only.
    pub(super) fn is_unique(&self) -> bool {
        let of = self.parents();
        of.iter().filter(|number| **number != NONE).count() == self.first().len()
    }

    /// The number of the key of each row.
    fn parents(&self) -> &[usize] {
        match self {
            Self::Numbers(_, keys) => &keys.of,
            Self::Bytes(keys) => &keys.of,
        }
    }

    /// The same, of whoever needs no more.
    pub(super) fn into_parents(self) -> Vec<usize> {
        match self {
            Self::Numbers(_, keys) => keys.of,
            Self::Bytes(keys) => keys.of,
        }
    }
}

impl<K: Ord> Keys<K> {
    fn of(found: impl ExactSizeIterator<Item = Option<K>>) -> Self {
        let mut of = vec![NONE; found.len()];
        let mut found: Vec<(K, usize)> = found.zip(0..).filter_map(|(key, row)| Some((key?, row))).collect();
        found.sort_unstable();
        let (mut sorted, mut first) = (Vec::with_capacity(found.len()), Vec::with_capacity(found.len()));
        for (key, row) in found {
            if sorted.last() != Some(&key) {
                sorted.push(key);
                first.push(row);
            }
            of[row] = sorted.len() - 1;
        }
        Self { sorted, first, of }
    }

    /// The number of a key, which is mostly that of the row before or the one behind it.
    fn find(&self, key: &K, last: usize) -> usize {
        let near = (last..last + 2).find(|i| self.sorted.get(*i) == Some(key));
        near.or_else(|| self.sorted.binary_search(key).ok()).unwrap_or(NONE)
    }
}

/// The places of rows in the order of their numbers, of which each begins at its start.
fn ordered(numbers: &[usize], starts: &[usize]) -> Vec<usize> {
    let mut next = starts.to_vec();
    let mut rows = vec![NONE; starts.last().copied().unwrap_or(0)];
    for (row, number) in numbers.iter().enumerate().filter(|(_, number)| **number != NONE) {
        rows[next[*number]] = row;
        next[*number] += 1;
    }
    rows
}

impl Places {
    /// Of rows whose keys have these numbers, of so many.
    pub(super) fn of(numbers: &[usize], keys: usize) -> Self {
        let mut starts = vec![0; keys + 1];
        let (mut last, mut sorted) = (0, true);
        for number in numbers {
            sorted &= *number != NONE && *number >= last;
            if *number != NONE {
                starts[number + 1] += 1;
                last = *number;
            }
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let rows = if sorted { Vec::new() } else { ordered(numbers, &starts) };
        Self { starts, rows }
    }

    /// The rows with the key of this number, in the order they came.
    pub(super) fn rows(&self, number: usize) -> impl ExactSizeIterator<Item = usize> {
        let range =
            if number == NONE { 0..0 } else { Range { start: self.starts[number], end: self.starts[number + 1] } };
        range.map(|i| self.rows.get(i).copied().unwrap_or(i))
    }
}

/// The number that these bytes are, if they may be one.
fn number(raw: &[u8]) -> Option<u64> {
    match raw.len() {
        8 => raw.try_into().ok().map(u64::from_be_bytes),
        4 => raw.try_into().ok().map(|raw| u32::from_be_bytes(raw).into()),
        2 => raw.try_into().ok().map(|raw| u16::from_be_bytes(raw).into()),
        _ => None,
    }
}

/// The columns of a key, each behind its length unless there is only one. A key with a NULL in it belongs to nobody.
fn bytes<'r>(row: &'r Row, columns: &[u16]) -> Option<Cow<'r, [u8]>> {
    if let [column] = columns {
        return raw(row, usize::from(*column)).map(Cow::Borrowed);
    }
    let mut out = Vec::new();
    for column in columns {
        let value = raw(row, usize::from(*column))?;
        out.extend_from_slice(&value.len().to_be_bytes());
        out.extend_from_slice(value);
    }
    Some(Cow::Owned(out))
}

#[cfg(test)]
mod tests {
    use super::{Keys, NONE, Places};

    /// Which rows each parent has, where parents and rows have these keys.
    fn of(parents: &[Option<u64>], rows: &[Option<u64>]) -> Vec<Vec<usize>> {
        let (keys, mut last) = (Keys::of(parents.iter().copied()), 0);
        let number = |key: &Option<u64>| {
            let number = key.map_or(NONE, |key| keys.find(&key, last));
            last = if number == NONE { last } else { number };
            number
        };
        let numbers: Vec<usize> = rows.iter().map(number).collect();
        let places = Places::of(&numbers, keys.sorted.len());
        keys.of.iter().map(|parent| places.rows(*parent).collect()).collect()
    }

    #[test]
    fn rows_in_the_order_of_their_parents_stay_where_they_are() {
        assert_eq!(of(&[Some(1), Some(2), Some(4)], &[Some(1), Some(1), Some(4)]), [vec![0, 1], vec![], vec![2]]);
        assert!(Places::of(&[0, 0, 2], 3).rows.is_empty());
    }

    #[test]
    fn parents_and_rows_come_in_any_order() {
        let parents = [Some(9), None, Some(3), Some(9)];
        assert_eq!(Keys::of(parents.into_iter()).first, [2, 0]);
        let found = of(&parents, &[Some(3), Some(9), None, Some(7), Some(3), Some(9)]);
        assert_eq!(found, [vec![1, 5], vec![], vec![0, 4], vec![1, 5]]);
    }

    #[test]
    fn nobody_has_nothing() {
        assert_eq!(of(&[None], &[Some(1)]), [Vec::<usize>::new()]);
        assert!(Keys::of([None::<u64>].into_iter()).first.is_empty());
    }
}
