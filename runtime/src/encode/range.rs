//! Ranges: of `nuages::Range` fields, given as such or as one of std's.

use std::ops::{self, Bound};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rust_decimal::Decimal;

use super::{Accepts, Sink, SqlType};
use crate::types::Range;

macro_rules! types {
    ($($rust:ty = $oid:expr, $array:expr;)*) => {$(
        impl SqlType for Range<$rust> {
            const OID: u32 = $oid;
            const ARRAY_OID: u32 = $array;
        }
    )*};
}

types! {
    i32 = 3904, 3905;
    i64 = 3926, 3927;
    Decimal = 3906, 3907;
    NaiveDate = 3912, 3913;
    NaiveDateTime = 3908, 3909;
    DateTime<Utc> = 3910, 3911;
}

const EMPTY: u8 = 0x01;
const LOWER_INCLUDED: u8 = 0x02;
const UPPER_INCLUDED: u8 = 0x04;
const LOWER_OPEN: u8 = 0x08;
const UPPER_OPEN: u8 = 0x10;

/// Flags, then the bounds that there are, each behind its length.
fn write<T>(range: Option<(Bound<impl Accepts<T>>, Bound<impl Accepts<T>>)>, sink: &mut Sink) {
    let flags = sink.bytes.len();
    sink.bytes.push(0);
    let Some((lower, upper)) = range else {
        sink.bytes[flags] = EMPTY;
        return;
    };
    sink.bytes[flags] = bound(lower, LOWER_OPEN, LOWER_INCLUDED, sink) | bound(upper, UPPER_OPEN, UPPER_INCLUDED, sink);
}

fn bound<T>(bound: Bound<impl Accepts<T>>, open: u8, included: u8, sink: &mut Sink) -> u8 {
    let (value, flag) = match bound {
        Bound::Unbounded => return open,
        Bound::Included(value) => (value, included),
        Bound::Excluded(value) => (value, 0),
    };
    let start = sink.bytes.len();
    sink.bytes.extend_from_slice(&[0; 4]);
    value.put(sink);
    // The elements are numbers and dates: their length fits.
    let length = u32::try_from(sink.bytes.len() - start - 4).unwrap_or(u32::MAX);
    sink.bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
    flag
}

#[diagnostic::do_not_recommend]
impl<'v, T> Accepts<Range<T>> for &'v Range<T>
where
    &'v T: Accepts<T>,
{
    fn encode(self, out: &mut Vec<u8>) {
        let mut sink = Sink { bytes: std::mem::take(out), ..Sink::default() };
        Accepts::<Range<T>>::put(self, &mut sink);
        *out = sink.bytes;
    }

    fn put(self, sink: &mut Sink) -> bool {
        write::<T>(self.lower().zip(self.upper()), sink);
        true
    }
}

macro_rules! given {
    ($($from:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<T> Accepts<Range<T>> for $from
        where
            for<'v> &'v T: Accepts<T>,
        {
            fn encode(self, out: &mut Vec<u8>) {
                Accepts::<Range<T>>::encode(&Range::from(self), out);
            }

            fn put(self, sink: &mut Sink) -> bool {
                Accepts::<Range<T>>::put(&Range::from(self), sink)
            }
        }
    )*};
}

/// `(a, b)` is `a..b`, as in Django.
#[diagnostic::do_not_recommend]
impl<T> Accepts<Range<T>> for (T, T)
where
    for<'v> &'v T: Accepts<T>,
{
    fn encode(self, out: &mut Vec<u8>) {
        Accepts::<Range<T>>::encode(Range::from(self.0..self.1), out);
    }

    fn put(self, sink: &mut Sink) -> bool {
        Accepts::<Range<T>>::put(Range::from(self.0..self.1), sink)
    }
}

given! {
    Range<T>, ops::Range<T>, ops::RangeInclusive<T>, ops::RangeFrom<T>, ops::RangeTo<T>, ops::RangeToInclusive<T>,
}
