//! What `after` and `before` take: a cursor, or the values of the order's keys.
//!
//! In: a Rust value. Out: one slot for each key of the order, a bit for each that can be NULL, and one that says whether
//! there is a place at all. A cursor that does not fit the order makes the query one that cannot be run.

use super::{Accepts, Build, Slot, SqlType, Ty};
use crate::cursor::{Cursor, Order};

/// A cursor that may be there or not.
#[diagnostic::on_unimplemented(
    message = "expected a `Cursor` or an `Option<Cursor>`, found `{Self}`",
    label = "this is no cursor",
    note = "values say where a row stands only if the order is total as it is written"
)]
pub trait AcceptsCursor {
    /// The cursor, if there is one.
    fn cursor(&self) -> Option<&Cursor>;
}

macro_rules! cursors {
    ($($ty:ty: |$it:ident| $cursor:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl AcceptsCursor for $ty {
            fn cursor(&self) -> Option<&Cursor> {
                let $it = self;
                $cursor
            }
        }
    )*};
}

cursors! {
    Cursor: |it| Some(it);
    &Cursor: |it| Some(*it);
    Option<Cursor>: |it| it.as_ref();
    &Option<Cursor>: |it| it.as_ref();
    Option<&Cursor>: |it| *it;
}

/// How a place was given; rustc finds it, nobody writes it.
#[derive(Debug)]
pub enum ByCursor {}
/// As the value of the only key.
#[derive(Debug)]
pub enum ByValue {}
/// As a tuple of the keys' values.
#[derive(Debug)]
pub enum ByTuple {}

/// A cursor, or values for keys of the types `K`.
#[diagnostic::on_unimplemented(
    message = "expected a `Cursor`, an `Option<Cursor>`, or values for the order's keys `{K}`, found `{Self}`",
    label = "this is no place in the order"
)]
pub trait AcceptsBound<K, How> {
    /// Binds one slot for each key.
    fn bind_to(self, build: Build, bit: u8, order: &'static [Order]) -> Build;
}

#[diagnostic::do_not_recommend]
impl<K, V: AcceptsCursor> AcceptsBound<K, ByCursor> for V {
    fn bind_to(self, build: Build, bit: u8, order: &'static [Order]) -> Build {
        build.bind_cursor(bit, order, self)
    }
}

#[diagnostic::do_not_recommend]
impl<A: SqlType, V: Accepts<A>> AcceptsBound<(A,), ByValue> for V {
    fn bind_to(self, build: Build, bit: u8, order: &'static [Order]) -> Build {
        build.key_value::<A>(order, 0, self).switch(bit, true)
    }
}

macro_rules! tuples {
    ($($($ty:ident $value:ident $i:tt),+;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($ty: SqlType, $value: Accepts<$ty>),+> AcceptsBound<($($ty,)+), ByTuple> for ($($value,)+) {
            fn bind_to(self, build: Build, bit: u8, order: &'static [Order]) -> Build {
                build$(.key_value::<$ty>(order, $i, self.$i))+.switch(bit, true)
            }
        }
    )*};
}

tuples! {
    A VA 0;
    A VA 0, B VB 1;
    A VA 0, B VB 1, C VC 2;
    A VA 0, B VB 1, C VC 2, D VD 3;
    A VA 0, B VB 1, C VC 2, D VD 3, E VE 4;
    A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5;
    A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6;
    A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7;
}

impl Build {
    /// One slot for each key of each order; a cursor sets the bit. It must be one of the order that is in force.
    #[expect(clippy::needless_pass_by_value, reason = "what the user wrote ends with the chain that it stands in")]
    pub fn bind_cursor<V: AcceptsCursor>(mut self, bit: u8, orders: &'static [Order], value: V) -> Self {
        let cursor = value.cursor();
        for order in orders {
            let in_force = order.variant.is_none_or(|bit| self.has(bit));
            let values = match cursor.filter(|_| in_force).map(|cursor| cursor.values(order)).transpose() {
                Ok(values) => values.unwrap_or_default(),
                Err(problem) => {
                    self.refuse(problem);
                    Vec::new()
                }
            };
            for (i, key) in order.keys.iter().enumerate() {
                let value = values.get(i).copied().flatten();
                self.push(value, key.ty == 0);
                if let Some(bit) = key.switch {
                    self = self.switch(bit, value.is_some());
                }
            }
        }
        self.switch(bit, cursor.is_some())
    }

    /// One slot for each key of the order, and the bit if there is a place.
    pub fn bind_bound<K, How, V: AcceptsBound<K, How>>(
        self,
        bit: u8,
        order: &'static [Order],
        _: Ty<K>,
        value: V,
    ) -> Self {
        value.bind_to(self, bit, order)
    }

    /// The value of one key.
    fn key_value<T: SqlType>(mut self, order: &'static [Order], i: usize, value: impl Accepts<T>) -> Self {
        let there = self.slot::<T>(|sink| value.put(sink));
        // Values stand for keys of an order without variants only.
        match order.first().and_then(|order| order.keys.get(i)).and_then(|key| key.switch) {
            Some(bit) => self.switch(bit, there),
            None => self,
        }
    }

    /// One slot with bytes as the server sent them.
    fn push(&mut self, value: Option<&[u8]>, text: bool) {
        let slot = match value {
            None => Slot::Null,
            Some(value) => self.bytes(value, text),
        };
        self.add(slot);
    }
}
