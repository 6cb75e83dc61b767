//! Two values at once: ranges in conditions, the ends of slices, pages.

use std::ops::RangeInclusive;

use super::Accepts;

/// What `range =` takes: two values, both included.
#[diagnostic::on_unimplemented(
    message = "expected `(a, b)` or `a..=b` of values for a field of type `{T}`, found `{Self}`",
    label = "`range` includes both ends"
)]
pub trait AcceptsRange<T> {
    /// The lower end's type.
    type Lower: Accepts<T>;
    /// The upper end's type.
    type Upper: Accepts<T>;

    /// The two ends.
    fn ends(self) -> (Self::Lower, Self::Upper);
}

#[diagnostic::do_not_recommend]
impl<T, A: Accepts<T>, B: Accepts<T>> AcceptsRange<T> for (A, B) {
    type Lower = A;
    type Upper = B;

    fn ends(self) -> (A, B) {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T, A: Accepts<T>> AcceptsRange<T> for RangeInclusive<A> {
    type Lower = A;
    type Upper = A;

    fn ends(self) -> (A, A) {
        self.into_inner()
    }
}

#[diagnostic::do_not_recommend]
impl<'v, T, A, B> AcceptsRange<T> for &'v (A, B)
where
    &'v A: Accepts<T>,
    &'v B: Accepts<T>,
{
    type Lower = &'v A;
    type Upper = &'v B;

    fn ends(self) -> (&'v A, &'v B) {
        (&self.0, &self.1)
    }
}

#[diagnostic::do_not_recommend]
impl<'v, T, A> AcceptsRange<T> for &'v RangeInclusive<A>
where
    &'v A: Accepts<T>,
{
    type Lower = &'v A;
    type Upper = &'v A;

    fn ends(self) -> (&'v A, &'v A) {
        (self.start(), self.end())
    }
}

/// An end of a slice, the number or the size of a page: any unsigned integer, `i64`, `i32`.
#[diagnostic::on_unimplemented(
    message = "expected an unsigned integer, `i64` or `i32`, found `{Self}`",
    label = "this cannot count rows"
)]
pub trait Bound {
    /// The number, wide enough for all of them.
    fn bound(self) -> i128;
}

macro_rules! bounds {
    ($($int:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Bound for $int {
            #[allow(clippy::cast_lossless, reason = "`usize` has no lossless conversion to name")]
            fn bound(self) -> i128 {
                self as i128
            }
        }
    )*};
}

bounds! { u8, u16, u32, u64, usize, i32, i64 }
