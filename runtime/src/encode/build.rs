//! The chain that binds a query's values, one after the other, in the order they are written.
//!
//! Every method takes the chain by value, so that `?`, `.await` and `return` work in its arguments. What comes out is a
//! [`Query`] that owns all it needs.

use std::sync::Arc;

use super::{
    Accepts, AcceptsKey, AcceptsList, AcceptsNullable, AcceptsOption, AcceptsRange, Array, Bound, KeyColumns, Number,
    Optional, Own, OwnValue, Pattern, Sink, Slot, SqlType, Ty, Value, Values,
};
use crate::bulk::{Copied, Unnested};
use crate::plan::Plan;
use crate::query::Query;

/// A query in the making.
#[derive(Debug, Default)]
#[must_use]
pub struct Build {
    values: Values,
    /// What is bound next is a part of the slice that begins so many slots before the end.
    within: Option<u16>,
}

/// Starts a query without values.
#[inline]
pub fn build() -> Build {
    Build::default()
}

impl Build {
    /// One slot with a value.
    #[inline]
    pub fn bind<T: SqlType>(mut self, _: Ty<T>, value: impl Accepts<T>) -> Self {
        self.one(value);
        self
    }

    /// One slot; a value also sets the bit.
    pub fn bind_some<T: SqlType>(mut self, bit: u8, _: Ty<T>, value: impl AcceptsOption<T>) -> Self {
        let there = self.slot::<T>(|sink| value.put_some(sink));
        self.switch(bit, there)
    }

    /// One slot; the bit says whether its value is not NULL.
    pub fn bind_nullable<T: SqlType, How>(mut self, bit: u8, _: Ty<T>, value: impl AcceptsNullable<T, How>) -> Self {
        let there = self.slot::<T>(|sink| value.put_nullable(sink));
        self.switch(bit, there)
    }

    /// One slot with a value or NULL.
    pub fn bind_value<T: SqlType, How>(mut self, _: Ty<T>, value: impl AcceptsNullable<T, How>) -> Self {
        self.slot::<T>(|sink| value.put_nullable(sink));
        self
    }

    /// One slot with a value that says which type it is.
    pub fn bind_own<V: Own + Accepts<V::As>>(mut self, value: V) -> Self {
        self.own::<V::As>();
        self.slot::<V::As>(|sink| value.put(sink));
        self
    }

    /// The same, or NULL.
    pub fn bind_own_value<How, V: OwnValue<How>>(mut self, value: V) -> Self {
        self.own::<V::Type>();
        self.slot::<V::Type>(|sink| value.put_own(sink));
        self
    }

    /// One slot with an array; `None` elements are left out.
    pub fn bind_list<T: SqlType, How>(mut self, _: Ty<T>, values: impl AcceptsList<T, How>) -> Self {
        let mut array = Array::of::<T>();
        let sink = self.sink();
        values.each(|put| array.push_some(sink, put));
        self.array(array);
        self
    }

    /// As [`Build::bind_list`] if there is a list, which also sets the bit.
    pub fn bind_list_some<T: SqlType, How>(
        self,
        bit: u8,
        ty: Ty<T>,
        values: impl Optional<Value: AcceptsList<T, How>>,
    ) -> Self {
        let Some(values) = values.get() else {
            return self.skip(1);
        };
        self.bind_list(ty, values).switch(bit, true)
    }

    /// Two slots with the ends of a range.
    pub fn bind_range<T: SqlType>(mut self, _: Ty<T>, range: impl AcceptsRange<T>) -> Self {
        let (lower, upper) = range.ends();
        self.slot::<T>(|sink| lower.put(sink));
        self.slot::<T>(|sink| upper.put(sink));
        self
    }

    /// As [`Build::bind_range`] if there is a range, which also sets the bit.
    pub fn bind_range_some<T: SqlType>(self, bit: u8, ty: Ty<T>, range: impl Optional<Value: AcceptsRange<T>>) -> Self {
        let Some(range) = range.get() else {
            return self.skip(2);
        };
        self.bind_range(ty, range).switch(bit, true)
    }

    /// One slot with a `LIKE` pattern of the text.
    pub fn bind_pattern(mut self, pattern: Pattern, value: impl Accepts<String>) -> Self {
        self.slot::<String>(|sink| {
            let start = sink.bytes.len();
            let there = value.put(sink);
            pattern.apply(&mut sink.bytes, start);
            there
        });
        self
    }

    /// As [`Build::bind_pattern`] if there is a text, which also sets the bit.
    pub fn bind_pattern_some(mut self, bit: u8, pattern: Pattern, value: impl AcceptsOption<String>) -> Self {
        let there = self.slot::<String>(|sink| {
            let start = sink.bytes.len();
            let there = value.put_some(sink);
            if there {
                pattern.apply(&mut sink.bytes, start);
            }
            there
        });
        self.switch(bit, there)
    }

    /// One slot for each column of a key.
    pub fn bind_key<K>(self, _: Ty<K>, key: impl AcceptsKey<K>) -> Self {
        key.bind_to(self)
    }

    /// As [`Build::bind_key`] if there is a key, which also sets the bit.
    pub fn bind_key_some<K: KeyColumns>(self, bit: u8, _: Ty<K>, key: impl Optional<Value: AcceptsKey<K>>) -> Self {
        let Some(key) = key.get() else {
            return self.skipped(K::columns().0.len());
        };
        key.bind_to(self).switch(bit, true)
    }

    /// One slot for each column of a key, with an array of the keys' parts.
    pub fn bind_keys<K: KeyColumns, V>(mut self, _: Ty<K>, keys: V) -> Self
    where
        V: IntoIterator,
        V::Item: AcceptsKey<K>,
    {
        let mut columns = K::columns().0;
        for key in keys {
            let Self { values: key, .. } = key.bind_to(Self::default());
            let sink = self.sink();
            for (n, array) in columns.iter_mut().enumerate() {
                array.push(sink, |sink| match key.get(n) {
                    Some(Value::Number(number)) => {
                        sink.bytes.extend_from_slice(number.bytes());
                        true
                    }
                    Some(Value::Bytes(bytes, _)) => {
                        sink.bytes.extend_from_slice(bytes);
                        true
                    }
                    Some(Value::Late(late)) => {
                        sink.late = Some(Arc::clone(late));
                        true
                    }
                    Some(Value::Null) | None => false,
                });
            }
            key.problem().into_iter().for_each(|problem| sink.refuse(problem));
        }
        for array in columns {
            self.array(array);
        }
        self
    }

    /// As [`Build::bind_keys`] if there is a list, which also sets the bit.
    pub fn bind_keys_some<K: KeyColumns, V>(self, bit: u8, ty: Ty<K>, keys: impl Optional<Value = V>) -> Self
    where
        V: IntoIterator,
        V::Item: AcceptsKey<K>,
    {
        let Some(keys) = keys.get() else {
            return self.skipped(K::columns().0.len());
        };
        self.bind_keys(ty, keys).switch(bit, true)
    }

    /// Sets the bit if the condition holds.
    pub fn switch(mut self, bit: u8, condition: bool) -> Self {
        if condition {
            self.values.mask |= 1_u64 << bit;
        }
        self
    }

    /// Whether a bit is set.
    pub(super) fn has(&self, bit: u8) -> bool {
        self.values.mask & (1_u64 << bit) != 0
    }

    /// Sets the bit if all those of the mask are set.
    pub fn switch_if_all(self, bit: u8, all: u64) -> Self {
        let set = self.values.mask & all == all;
        self.switch(bit, set)
    }

    /// What an arm of `if` or `match` has bound.
    pub fn join(mut self, arm: Self) -> Self {
        let (Self { values: arm, .. }, before) = (arm, self.values.len());
        for n in 0..arm.len() {
            let slot = match arm.get(n) {
                Some(Value::Number(number)) => Slot::Number(*number),
                Some(Value::Bytes(bytes, text)) => self.bytes(bytes, text),
                Some(Value::Late(late)) => Slot::Late(Arc::clone(late)),
                Some(Value::Null) | None => Slot::Null,
            };
            self.add(slot);
        }
        for (slot, oid) in arm.own() {
            self.values.more().own.push((before + slot, *oid));
        }
        arm.problem().into_iter().for_each(|problem| self.refuse(problem));
        self.values.mask |= arm.mask;
        self
    }

    /// The slots of arms that are not taken.
    pub fn skip(self, slots: u16) -> Self {
        self.skipped(usize::from(slots))
    }

    /// `[a..b]`: two slots, offset and limit.
    pub fn slice(self, start: impl Bound, end: impl Bound) -> Self {
        self.cut(start.bound(), Some(end.bound()))
    }

    /// `[a..]`.
    pub fn slice_from(self, start: impl Bound) -> Self {
        self.cut(start.bound(), None)
    }

    /// `[..b]`.
    pub fn slice_to(self, end: impl Bound) -> Self {
        self.cut(0, Some(end.bound()))
    }

    /// `[a..=b]`.
    pub fn slice_inclusive(self, start: impl Bound, end: impl Bound) -> Self {
        let end = end.bound();
        // -1 would become 0 and pass.
        let end = if end < 0 { end } else { end + 1 };
        self.cut(start.bound(), Some(end))
    }

    /// `[..=b]`.
    pub fn slice_to_inclusive(self, end: impl Bound) -> Self {
        self.slice_inclusive(0_u8, end)
    }

    /// The slice that follows is a slice of the one that begins so many slots before the end, and takes its slots; the page
    /// that follows, a page of it.
    pub fn within(mut self, back: u16) -> Self {
        self.within = Some(back);
        self
    }

    /// Two slots: how many rows stand before the page, how many are on it.
    pub fn page(mut self, number: impl Bound, size: impl Bound) -> Self {
        let (number, size) = (number.bound(), size.bound());
        for (name, value) in [("number", number), ("size", size)] {
            if value < 1 {
                self.refuse(&format!("the page {name} is {value}, expected 1 or more"));
            }
        }
        self.values.more().page = (clamp(number), clamp(size));
        let offset = number.saturating_sub(1).saturating_mul(size);
        let (offset, limit) = match self.outer() {
            Some((_, outer)) => narrowed(outer, clamp(offset), Some(clamp(size))),
            None => (clamp(offset), Some(clamp(size))),
        };
        self.pair(offset, limit)
    }

    /// The query.
    #[inline]
    pub fn finish<T: 'static, K>(self, plan: &'static Plan<T>) -> Query<T, K> {
        Query::new(plan, self.values(false))
    }

    /// The query, or one that sends nothing if none of the bits is set.
    pub fn finish_unless_empty<T: 'static, K>(self, bits: u64, plan: &'static Plan<T>) -> Query<T, K> {
        let idle = self.values.mask & bits == 0;
        Query::new(plan, self.values(idle))
    }

    /// All that was bound.
    #[inline]
    pub(crate) fn values(mut self, idle: bool) -> Values {
        if idle {
            self.values.more().idle = true;
        }
        self.values
    }

    /// All that was bound, beside rows that are streamed.
    pub(crate) fn streaming(mut self, idle: bool, copied: Vec<u8>) -> Values {
        self.values.more().copied = copied;
        self.values(idle)
    }

    /// The bytes of a slot that was bound; `None` for NULL.
    pub(crate) fn bound(&self, slot: u16) -> Option<&[u8]> {
        match self.values.get(usize::from(slot))? {
            Value::Number(number) => Some(number.bytes()),
            Value::Bytes(bytes, _) => Some(bytes),
            Value::Null | Value::Late(_) => None,
        }
    }

    fn skipped(mut self, slots: usize) -> Self {
        (0..slots).for_each(|_| self.absent());
        self
    }

    /// One slot with a value.
    #[inline]
    pub(crate) fn one<T: SqlType>(&mut self, value: impl Accepts<T>) {
        match value.number() {
            Some(number) => self.add(Slot::Number(number)),
            None => {
                self.slot::<T>(|sink| value.put(sink));
            }
        }
    }

    /// One slot with what is written.
    pub(crate) fn slot<T: SqlType>(&mut self, put: impl FnOnce(&mut Sink) -> bool) -> bool {
        let sink = self.sink();
        let start = sink.bytes.len();
        let there = put(sink);
        let slot = match sink.late.take() {
            Some(late) if there => Slot::Late(late),
            _ if there => Slot::Bytes { start, end: sink.bytes.len(), text: T::OID == 0 },
            _ => Slot::Null,
        };
        self.add(slot);
        there
    }

    /// The next slot has a value that says which type it is.
    fn own<T: SqlType>(&mut self) {
        let slot = self.values.len();
        self.values.more().own.push((slot, T::OID));
    }

    /// One slot with an array.
    fn array(&mut self, array: Array) {
        let slot = array.finish(self.sink());
        self.add(slot);
    }

    /// One slot that the statement does not read.
    pub(crate) fn absent(&mut self) {
        self.add(Slot::Null);
    }

    /// Rows with so many columns, whose arrays stand behind what was bound so far.
    pub fn rows(self, columns: usize) -> Unnested {
        Unnested::new(self, columns)
    }

    /// Rows with so many columns that are streamed; each may repeat what was bound so far.
    pub fn copied(self, columns: u16) -> Copied {
        Copied::new(self, columns)
    }

    /// Where values are written to.
    pub(crate) fn sink(&mut self) -> &mut Sink {
        &mut self.values.more().sink
    }

    /// One slot more.
    #[inline]
    pub(crate) fn add(&mut self, slot: Slot) {
        self.values.push(slot);
    }

    /// A slot's bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8], text: bool) -> Slot {
        let out = &mut self.sink().bytes;
        let start = out.len();
        out.extend_from_slice(bytes);
        Slot::Bytes { start, end: out.len(), text }
    }

    /// The query cannot be sent.
    pub(super) fn refuse(&mut self, problem: &str) {
        self.sink().refuse(problem);
    }

    fn cut(mut self, start: i128, end: Option<i128>) -> Self {
        for value in [Some(start), end].into_iter().flatten() {
            if value < 0 {
                self.refuse(&format!("the slice has the bound {value}, expected 0 or more"));
            }
        }
        let (offset, limit) = (clamp(start), end.map(|end| clamp((end - start).max(0))));
        let Some((slot, outer)) = self.outer() else { return self.pair(offset, limit) };
        let (offset, limit) = narrowed(outer, offset, limit);
        self.values.set(slot, whole(offset));
        self.values.set(slot + 1, limit.map_or(Slot::Null, whole));
        self
    }

    fn pair(mut self, offset: i64, limit: Option<i64>) -> Self {
        self.add(whole(offset));
        self.add(limit.map_or(Slot::Null, whole));
        self
    }

    /// The slice of which a part is meant, and where it stands.
    fn outer(&mut self) -> Option<(usize, (i64, Option<i64>))> {
        let slot = self.values.len().checked_sub(usize::from(self.within.take()?))?;
        let bound = |slot| match self.values.get(slot)? {
            Value::Number(number) => number.bytes().try_into().ok().map(i64::from_be_bytes),
            _ => None,
        };
        Some((slot, (bound(slot)?, bound(slot + 1))))
    }
}

fn whole(n: i64) -> Slot {
    Slot::Number(Number::new(n.to_be_bytes()))
}

/// Offset and limit of a part of a slice.
fn narrowed((before, rows): (i64, Option<i64>), offset: i64, limit: Option<i64>) -> (i64, Option<i64>) {
    let left = rows.map(|rows| rows.saturating_sub(offset).max(0));
    (before.saturating_add(offset), left.into_iter().chain(limit).min())
}

fn clamp(value: i128) -> i64 {
    i64::try_from(value.max(0)).unwrap_or(i64::MAX)
}
