//! A span of months, days and microseconds, as PostgreSQL keeps it.

use std::fmt;

use chrono::TimeDelta;

/// PostgreSQL's `interval`: three numbers that do not mix, for a month has no fixed number of days and a day no fixed
/// number of hours.
///
/// Equality and order are those of the three numbers: `24 hours` and `1 day`, equal to the server, differ here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Interval {
    /// Calendar months; a year is 12.
    pub months: i32,
    /// Calendar days.
    pub days: i32,
    /// Time within a day and beyond.
    pub microseconds: i64,
}

impl Interval {
    /// The three numbers.
    pub const fn new(months: i32, days: i32, microseconds: i64) -> Self {
        Self { months, days, microseconds }
    }
}

/// The exact span; below a microsecond it is cut off, beyond 292,000 years it ends there.
impl From<TimeDelta> for Interval {
    fn from(span: TimeDelta) -> Self {
        let end = if span < TimeDelta::zero() { i64::MIN } else { i64::MAX };
        Self::new(0, 0, span.num_microseconds().unwrap_or(end))
    }
}

/// ISO 8601: `P1M2DT3.000004S`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.microseconds < 0 { "-" } else { "" };
        let (seconds, micros) = (self.microseconds / 1_000_000, self.microseconds % 1_000_000);
        let (seconds, micros) = (seconds.unsigned_abs(), micros.unsigned_abs());
        write!(f, "P{}M{}DT{sign}{seconds}.{micros:06}S", self.months, self.days)
    }
}

#[cfg(test)]
mod tests {
    use super::Interval;

    #[test]
    fn text_is_iso() {
        assert_eq!(Interval::new(1, -2, 3_000_004).to_string(), "P1M-2DT3.000004S");
        assert_eq!(Interval::new(0, 0, -500_000).to_string(), "P0M0DT-0.500000S");
        assert_eq!(Interval::new(0, 0, i64::MIN).to_string(), "P0M0DT-9223372036854.775808S");
    }
}
