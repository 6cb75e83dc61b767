//! The chain that binds a query's values, one after the other, in the order they are written.
//!
//! Every method takes the chain by value, so that `?`, `.await` and `return` work in its arguments. What comes out is a
//! [`Query`] that owns all it needs.

use super::{
    Accepts, AcceptsKey, AcceptsList, AcceptsNullable, AcceptsOption, AcceptsRange, Array, Bound, KeyColumns, More,
    Number, Own, OwnValue, Pattern, Sink, Slot, Slots, SqlType, Ty, Values,
};
use crate::bulk::{Copied, Rows};
use crate::plan::Plan;
use crate::query::Query;

/// Room for the first bytes of a query.
const FIRST: usize = 32;

/// A query in the making.
#[derive(Debug, Default)]
#[must_use]
pub struct Build {
    sink: Sink,
    slots: Slots,
    own: Vec<(usize, u32)>,
    mask: u64,
    page: (i64, i64),
    /// Offset and limit of the last slice.
    cut: (i64, Option<i64>),
    /// What is bound next is a part of that.
    within: bool,
}

/// Starts a query without values.
pub fn build() -> Build {
    Build::default()
}

impl Build {
    /// One slot with a value.
    pub fn bind<T: SqlType, V: Accepts<T>>(mut self, _: Ty<T>, value: V) -> Self {
        match value.number() {
            Some(number) => self.slots.push(Slot::Number(number)),
            None => {
                self.slot::<T>(|sink| value.put(sink));
            }
        }
        self
    }

    /// One slot; a value also sets the bit.
    pub fn bind_some<T: SqlType, V: AcceptsOption<T>>(mut self, bit: u8, _: Ty<T>, value: V) -> Self {
        let there = self.slot::<T>(|sink| value.put_some(sink));
        self.switch(bit, there)
    }

    /// One slot; the bit says whether its value is not NULL.
    pub fn bind_nullable<T: SqlType, How, V: AcceptsNullable<T, How>>(mut self, bit: u8, _: Ty<T>, value: V) -> Self {
        let there = self.slot::<T>(|sink| value.put_nullable(sink));
        self.switch(bit, there)
    }

    /// One slot with a value or NULL.
    pub fn bind_value<T: SqlType, How, V: AcceptsNullable<T, How>>(mut self, _: Ty<T>, value: V) -> Self {
        self.slot::<T>(|sink| value.put_nullable(sink));
        self
    }

    /// One slot with a value that says which type it is.
    pub fn bind_own<V: Own + Accepts<V::As>>(mut self, value: V) -> Self {
        self.own.push((self.slots.len(), V::As::OID));
        self.slot::<V::As>(|sink| value.put(sink));
        self
    }

    /// The same, or NULL.
    pub fn bind_own_value<How, V: OwnValue<How>>(mut self, value: V) -> Self {
        self.own.push((self.slots.len(), V::Type::OID));
        self.slot::<V::Type>(|sink| value.put_own(sink));
        self
    }

    /// One slot with an array; `None` elements are left out.
    pub fn bind_list<T: SqlType, How, V: AcceptsList<T, How>>(mut self, _: Ty<T>, values: V) -> Self {
        let mut array = Array::of::<T>();
        let sink = &mut self.sink;
        values.each(|put| array.push_some(sink, put));
        let slot = array.finish(&mut self.sink);
        self.slots.push(slot);
        self
    }

    /// As [`Build::bind_list`] if there is a list, which also sets the bit.
    pub fn bind_list_some<T: SqlType, How, V: AcceptsList<T, How>>(
        mut self,
        bit: u8,
        ty: Ty<T>,
        values: Option<V>,
    ) -> Self {
        let Some(values) = values else {
            self.slots.push_null();
            return self;
        };
        self.bind_list(ty, values).switch(bit, true)
    }

    /// Two slots with the ends of a range.
    pub fn bind_range<T: SqlType, V: AcceptsRange<T>>(mut self, _: Ty<T>, range: V) -> Self {
        let (lower, upper) = range.ends();
        self.slot::<T>(|sink| lower.put(sink));
        self.slot::<T>(|sink| upper.put(sink));
        self
    }

    /// As [`Build::bind_range`] if there is a range, which also sets the bit.
    pub fn bind_range_some<T: SqlType, V: AcceptsRange<T>>(self, bit: u8, ty: Ty<T>, range: Option<V>) -> Self {
        let Some(range) = range else {
            return self.skip(2);
        };
        self.bind_range(ty, range).switch(bit, true)
    }

    /// One slot with a `LIKE` pattern of the text.
    pub fn bind_pattern<V: Accepts<String>>(mut self, pattern: Pattern, value: V) -> Self {
        self.slot::<String>(|sink| {
            let start = sink.bytes.len();
            let there = value.put(sink);
            pattern.apply(&mut sink.bytes, start);
            there
        });
        self
    }

    /// As [`Build::bind_pattern`] if there is a text, which also sets the bit.
    pub fn bind_pattern_some<V: AcceptsOption<String>>(mut self, bit: u8, pattern: Pattern, value: V) -> Self {
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
    pub fn bind_key<K, V: AcceptsKey<K>>(self, _: Ty<K>, key: V) -> Self {
        key.bind_to(self)
    }

    /// As [`Build::bind_key`] if there is a key, which also sets the bit.
    pub fn bind_key_some<K: KeyColumns, V: AcceptsKey<K>>(self, bit: u8, _: Ty<K>, key: Option<V>) -> Self {
        let Some(key) = key else {
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
            let Self { sink: Sink { bytes, problem, .. }, slots, .. } = key.bind_to(Self::default());
            for (array, slot) in columns.iter_mut().zip(slots.into_values()) {
                array.push(&mut self.sink, |sink| match slot {
                    Slot::Bytes { start, end, .. } => {
                        sink.bytes.extend_from_slice(&bytes[start..end]);
                        true
                    }
                    Slot::Number(number) => {
                        sink.bytes.extend_from_slice(number.bytes());
                        true
                    }
                    Slot::Late(late) => {
                        sink.late = Some(late);
                        true
                    }
                    Slot::Null => false,
                });
            }
            problem.into_iter().for_each(|problem| self.sink.refuse(problem));
        }
        for array in columns {
            let slot = array.finish(&mut self.sink);
            self.slots.push(slot);
        }
        self
    }

    /// As [`Build::bind_keys`] if there is a list, which also sets the bit.
    pub fn bind_keys_some<K: KeyColumns, V>(self, bit: u8, ty: Ty<K>, keys: Option<V>) -> Self
    where
        V: IntoIterator,
        V::Item: AcceptsKey<K>,
    {
        let Some(keys) = keys else {
            return self.skipped(K::columns().0.len());
        };
        self.bind_keys(ty, keys).switch(bit, true)
    }

    /// Sets the bit if the condition holds.
    pub fn switch(mut self, bit: u8, condition: bool) -> Self {
        if condition {
            self.mask |= 1_u64 << bit;
        }
        self
    }

    /// Whether a bit is set.
    pub(super) fn has(&self, bit: u8) -> bool {
        self.mask & (1_u64 << bit) != 0
    }

    /// Sets the bit if all those of the mask are set.
    pub fn switch_if_all(self, bit: u8, all: u64) -> Self {
        let set = self.mask & all == all;
        self.switch(bit, set)
    }

    /// What an arm of `if` or `match` has bound.
    pub fn join(mut self, arm: Self) -> Self {
        let moved = self.sink.bytes.len();
        self.sink.bytes.extend(arm.sink.bytes);
        for slot in arm.slots.into_values() {
            self.slots.push(match slot {
                Slot::Bytes { start, end, text } => Slot::Bytes { start: start + moved, end: end + moved, text },
                other => other,
            });
        }
        if let Some(problem) = arm.sink.problem {
            self.sink.refuse(problem);
        }
        self.mask |= arm.mask;
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

    /// The slice that follows is a slice of the last one and takes its slots; the page that follows, a page of it.
    pub fn within(mut self) -> Self {
        self.within = true;
        self
    }

    /// Two slots: how many rows stand before the page, how many are on it.
    pub fn page(mut self, number: impl Bound, size: impl Bound) -> Self {
        let (number, size) = (number.bound(), size.bound());
        for (name, value) in [("number", number), ("size", size)] {
            if value < 1 {
                self.sink.refuse(format!("the page {name} is {value}, expected 1 or more"));
            }
        }
        self.page = (clamp(number), clamp(size));
        let offset = number.saturating_sub(1).saturating_mul(size);
        let (offset, limit) = self.narrowed(clamp(offset), Some(clamp(size)));
        self.pair(offset, limit)
    }

    /// The query.
    pub fn finish<T: 'static, K>(self, plan: &'static Plan<T>) -> Query<T, K> {
        Query::new(plan, self.values(false))
    }

    /// The query, or one that sends nothing if none of the bits is set.
    pub fn finish_unless_empty<T: 'static, K>(self, bits: u64, plan: &'static Plan<T>) -> Query<T, K> {
        let idle = self.mask & bits == 0;
        Query::new(plan, self.values(idle))
    }

    /// All that was bound.
    pub(crate) fn values(self, idle: bool) -> Values {
        if self.is_plain()
            && !idle
            && let Some(numbers) = self.slots.numbers()
        {
            return Values::few(self.mask, numbers, self.slots.len());
        }
        self.streaming(idle, Vec::new())
    }

    /// Whether there is nothing beside slots.
    fn is_plain(&self) -> bool {
        self.own.is_empty() && self.sink.problem.is_none() && self.page == (0, 0)
    }

    /// All that was bound, beside rows that are streamed.
    pub(crate) fn streaming(self, idle: bool, copied: Vec<u8>) -> Values {
        let Self { sink: Sink { bytes, problem, .. }, slots, own, mask, page, .. } = self;
        Values::new(mask, More { bytes, slots, own, problem, idle, page, copied })
    }

    /// The bytes of a slot that was bound; `None` for NULL.
    pub(crate) fn bound(&self, slot: u16) -> Option<&[u8]> {
        match self.slots.get(usize::from(slot))? {
            Slot::Number(number) => Some(number.bytes()),
            Slot::Bytes { start, end, .. } => self.sink.bytes.get(*start..*end),
            Slot::Null | Slot::Late(_) => None,
        }
    }

    fn skipped(mut self, slots: usize) -> Self {
        (0..slots).for_each(|_| self.slots.push_null());
        self
    }

    /// One slot with what is written.
    pub(crate) fn slot<T: SqlType>(&mut self, put: impl FnOnce(&mut Sink) -> bool) -> bool {
        if self.sink.bytes.capacity() == 0 {
            // Enough for a key, without growing step by step.
            self.sink.bytes = Vec::with_capacity(FIRST);
        }
        let start = self.sink.bytes.len();
        let there = put(&mut self.sink);
        let slot = match self.sink.late.take() {
            Some(late) if there => Slot::Late(late),
            _ if there => Slot::Bytes { start, end: self.sink.bytes.len(), text: T::OID == 0 },
            _ => Slot::Null,
        };
        self.slots.push(slot);
        there
    }

    /// One slot that the statement does not read.
    pub(crate) fn absent(&mut self) {
        self.slots.push_null();
    }

    /// Rows with so many columns, whose arrays stand behind what was bound so far.
    pub fn rows(self, columns: usize) -> Rows {
        Rows::new(self, columns)
    }

    /// Rows with so many columns that are streamed; each may repeat what was bound so far.
    pub fn copied(self, columns: u16) -> Copied {
        Copied::new(self, columns)
    }

    /// Where values are written to.
    pub(crate) fn sink(&mut self) -> &mut Sink {
        &mut self.sink
    }

    /// One slot more.
    pub(crate) fn add(&mut self, slot: Slot) {
        self.slots.push(slot);
    }

    /// A slot's bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8], text: bool) -> Slot {
        let start = self.sink.bytes.len();
        self.sink.bytes.extend_from_slice(bytes);
        Slot::Bytes { start, end: self.sink.bytes.len(), text }
    }

    /// The query cannot be sent.
    pub(super) fn refuse(&mut self, problem: &str) {
        self.sink.refuse(problem);
    }

    fn cut(mut self, start: i128, end: Option<i128>) -> Self {
        for value in [Some(start), end].into_iter().flatten() {
            if value < 0 {
                self.sink.refuse(format!("the slice has the bound {value}, expected 0 or more"));
            }
        }
        if self.within {
            self.slots.truncate(self.slots.len().saturating_sub(2));
        }
        self.cut = self.narrowed(clamp(start), end.map(|end| clamp((end - start).max(0))));
        let (offset, limit) = self.cut;
        self.pair(offset, limit)
    }

    /// Offset and limit of a part of the last slice, where that is meant.
    fn narrowed(&mut self, offset: i64, limit: Option<i64>) -> (i64, Option<i64>) {
        if !std::mem::take(&mut self.within) {
            return (offset, limit);
        }
        let (before, rows) = self.cut;
        let left = rows.map(|rows| rows.saturating_sub(offset).max(0));
        (before.saturating_add(offset), left.into_iter().chain(limit).min())
    }

    fn pair(mut self, offset: i64, limit: Option<i64>) -> Self {
        let slot = |n: i64| Slot::Number(Number::new(n.to_be_bytes()));
        self.slots.push(slot(offset));
        self.slots.push(limit.map_or(Slot::Null, slot));
        self
    }
}

fn clamp(value: i128) -> i64 {
    i64::try_from(value.max(0)).unwrap_or(i64::MAX)
}
