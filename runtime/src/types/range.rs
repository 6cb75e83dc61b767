//! A range of values, as PostgreSQL keeps it: two bounds, or empty.

use std::fmt;
use std::ops::{self, Bound, RangeBounds};

/// PostgreSQL's range types.
///
/// The server writes ranges of whole numbers and dates with the lower end in and the upper end out: `1..=5` comes back
/// as `1..6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Range<T>(Option<(Bound<T>, Bound<T>)>);

impl<T> Range<T> {
    /// A range between two bounds.
    pub const fn new(lower: Bound<T>, upper: Bound<T>) -> Self {
        Self(Some((lower, upper)))
    }

    /// The range that holds nothing.
    pub const fn empty() -> Self {
        Self(None)
    }

    /// Whether it is the empty range. `5..5` is not, until the server has seen it.
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Where it begins; `None` if it is empty.
    pub fn lower(&self) -> Option<Bound<&T>> {
        self.0.as_ref().map(|(lower, _)| lower.as_ref())
    }

    /// Where it ends; `None` if it is empty.
    pub fn upper(&self) -> Option<Bound<&T>> {
        self.0.as_ref().map(|(_, upper)| upper.as_ref())
    }

    /// Whether a value lies in it.
    pub fn contains(&self, value: &T) -> bool
    where
        T: PartialOrd,
    {
        self.0.as_ref().is_some_and(|bounds| bounds.contains(value))
    }
}

macro_rules! from_std {
    ($($from:ty: |$r:ident| $lower:expr, $upper:expr;)*) => {$(
        impl<T> From<$from> for Range<T> {
            fn from($r: $from) -> Self {
                Self::new($lower, $upper)
            }
        }
    )*};
}

from_std! {
    ops::Range<T>: |r| Bound::Included(r.start), Bound::Excluded(r.end);
    ops::RangeFrom<T>: |r| Bound::Included(r.start), Bound::Unbounded;
    ops::RangeTo<T>: |r| Bound::Unbounded, Bound::Excluded(r.end);
    ops::RangeToInclusive<T>: |r| Bound::Unbounded, Bound::Included(r.end);
    ops::RangeFull: |_r| Bound::Unbounded, Bound::Unbounded;
    (Bound<T>, Bound<T>): |r| r.0, r.1;
}

/// A range that is used up holds nothing.
impl<T> From<ops::RangeInclusive<T>> for Range<T> {
    fn from(range: ops::RangeInclusive<T>) -> Self {
        if matches!(range.end_bound(), Bound::Excluded(_)) {
            return Self::empty();
        }
        let (start, end) = range.into_inner();
        Self::new(Bound::Included(start), Bound::Included(end))
    }
}

/// As the server writes it: `[1,5)`, `empty`.
impl<T: fmt::Display> fmt::Display for Range<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((lower, upper)) = &self.0 else {
            return f.write_str("empty");
        };
        match lower {
            Bound::Included(value) => write!(f, "[{value},")?,
            Bound::Excluded(value) => write!(f, "({value},")?,
            Bound::Unbounded => f.write_str("(,")?,
        }
        match upper {
            Bound::Included(value) => write!(f, "{value}]"),
            Bound::Excluded(value) => write!(f, "{value})"),
            Bound::Unbounded => f.write_str(")"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn ranges_of_std() {
        let texts = [
            Range::from(1..5).to_string(),
            Range::from(1..=5).to_string(),
            Range::from(1..).to_string(),
            Range::from(..5).to_string(),
            Range::from(..=5).to_string(),
            Range::<i32>::from(..).to_string(),
            Range::<i32>::empty().to_string(),
        ];
        assert_eq!(texts, ["[1,5)", "[1,5]", "[1,)", "(,5)", "(,5]", "(,)", "empty"]);
        let mut used = 1..=1;
        used.next();
        assert!(Range::from(used).is_empty());
        assert!(Range::from(1..5).contains(&4) && !Range::from(1..5).contains(&5));
    }
}
