//! Parts of dates and times: transforms (`created_at.year`), `ExtractYear(x)`, `Extract(x, year)`, `TruncMonth(x)`,
//! `Trunc(x, month)`.

use super::classes::Class;
use crate::hir::SqlType;

/// A part of a date or time.
#[derive(Debug)]
pub struct PartRow {
    /// `year`.
    pub name: &'static str,
    /// What follows `Extract` and `Trunc` in function names: `Year`.
    pub suffix: &'static str,
    /// Kinds of types it can be extracted from.
    pub fits: &'static [Class],
    /// The part of a date, time or naive timestamp as `integer`.
    pub extract: &'static str,
    /// The part of an instant seen in zone `{1}`.
    pub extract_zoned: &'static str,
    /// How a type is truncated to it; `None`: there is no truncation to it.
    pub trunc: Option<Trunc>,
    /// The least and the greatest it can be, of what is no length of time.
    pub bounds: Option<(i128, i128)>,
    /// One line for the documentation.
    pub doc: &'static str,
}

/// Truncation of each kind of type.
#[derive(Debug)]
pub struct Trunc {
    /// Of an instant, in zone `{1}`.
    pub instant: &'static str,
    /// Of a naive timestamp.
    pub naive: &'static str,
    /// Of a date; `None` for parts smaller than a day.
    pub date: Option<&'static str>,
    /// Of a time of day; `None` for parts of a day or more.
    pub time: Option<&'static str>,
}

const CALENDAR: &[Class] = Class::DATED;
const CLOCK: &[Class] = &[Class::Instant, Class::Naive, Class::Time, Class::Span];
const DAYS: &[Class] = &[Class::Date, Class::Instant, Class::Naive, Class::Span];

/// The `EXTRACT` of a field, plain and in a zone.
macro_rules! extract {
    ($field:literal) => {
        [
            concat!("EXTRACT(", $field, " FROM {0})::integer"),
            concat!("EXTRACT(", $field, " FROM {0} AT TIME ZONE {1})::integer"),
        ]
    };
}

/// Truncation to a unit of a day or more.
macro_rules! days {
    ($unit:literal) => {
        Some(Trunc {
            instant: concat!("date_trunc('", $unit, "', {0}, {1})"),
            naive: concat!("date_trunc('", $unit, "', {0})"),
            date: Some(concat!("date_trunc('", $unit, "', {0}::timestamp)::date")),
            time: None,
        })
    };
}

/// Truncation to a unit of less than a day.
macro_rules! clock {
    ($unit:literal) => {
        Some(Trunc {
            instant: concat!("date_trunc('", $unit, "', {0}, {1})"),
            naive: concat!("date_trunc('", $unit, "', {0})"),
            date: None,
            time: Some(concat!("date_trunc('", $unit, "', {0}::interval)::time")),
        })
    };
}

const fn part(
    name: &'static str,
    suffix: &'static str,
    fits: &'static [Class],
    [extract, extract_zoned]: [&'static str; 2],
    trunc: Option<Trunc>,
    bounds: Option<(i128, i128)>,
    doc: &'static str,
) -> PartRow {
    PartRow { name, suffix, fits, extract, extract_zoned, trunc, bounds, doc }
}

/// All of them, from the largest.
pub const PARTS: &[PartRow] = &[
    part("year", "Year", CALENDAR, extract!("YEAR"), days!("year"), None, "the calendar year"),
    part("iso_year", "IsoYear", CALENDAR, extract!("ISOYEAR"), None, None, "the year that the ISO week belongs to"),
    part("quarter", "Quarter", CALENDAR, extract!("QUARTER"), days!("quarter"), Some((1, 4)), "the quarter, 1 to 4"),
    part("month", "Month", CALENDAR, extract!("MONTH"), days!("month"), Some((1, 12)), "the month, 1 to 12"),
    part(
        "week",
        "Week",
        CALENDAR,
        extract!("WEEK"),
        days!("week"),
        Some((1, 53)),
        "the ISO week, 1 to 53; truncated to its Monday",
    ),
    part(
        "week_day",
        "WeekDay",
        CALENDAR,
        ["(EXTRACT(DOW FROM {0})::integer + 1)", "(EXTRACT(DOW FROM {0} AT TIME ZONE {1})::integer + 1)"],
        None,
        Some((1, 7)),
        "the day of the week, Sunday 1 to Saturday 7",
    ),
    part(
        "iso_week_day",
        "IsoWeekDay",
        CALENDAR,
        extract!("ISODOW"),
        None,
        Some((1, 7)),
        "the day of the week, Monday 1 to Sunday 7",
    ),
    part("day", "Day", DAYS, extract!("DAY"), days!("day"), Some((1, 31)), "the day of the month"),
    part("hour", "Hour", CLOCK, extract!("HOUR"), clock!("hour"), Some((0, 24)), "the hour, 0 to 23"),
    part("minute", "Minute", CLOCK, extract!("MINUTE"), clock!("minute"), Some((0, 59)), "the minute, 0 to 59"),
    part(
        "second",
        "Second",
        CLOCK,
        ["FLOOR(EXTRACT(SECOND FROM {0}))::integer", "FLOOR(EXTRACT(SECOND FROM {0} AT TIME ZONE {1}))::integer"],
        clock!("second"),
        Some((0, 59)),
        "the whole second, 0 to 59",
    ),
];

/// The date of an instant in zone `{1}`, of a naive timestamp.
pub const DATE: (&str, &str) = ("({0} AT TIME ZONE {1})::date", "{0}::date");
/// The time of day of an instant in zone `{1}`, of a naive timestamp.
pub const TIME: (&str, &str) = ("({0} AT TIME ZONE {1})::time", "{0}::time");

/// The part of a name as in paths and words, `year`.
pub fn find(name: &str) -> Option<&'static PartRow> {
    PARTS.iter().find(|row| row.name == name)
}

/// The part of a name as at the end of a function's, `Year`; Django's `ISO` spellings too.
pub fn suffixed(suffix: &str) -> Option<&'static PartRow> {
    let plain = suffix.strip_prefix("ISO").map(|rest| format!("Iso{rest}"));
    let suffix = plain.as_deref().unwrap_or(suffix);
    PARTS.iter().find(|row| row.suffix == suffix)
}

impl PartRow {
    /// Template and result type of a truncation; whether it takes a zone as `{1}`.
    pub fn truncation(&self, ty: &SqlType) -> Option<(&'static str, bool)> {
        let trunc = self.trunc.as_ref()?;
        match Class::of(ty) {
            Class::Instant => Some((trunc.instant, true)),
            Class::Naive => Some((trunc.naive, false)),
            Class::Date => trunc.date.map(|sql| (sql, false)),
            Class::Time => trunc.time.map(|sql| (sql, false)),
            _ => None,
        }
    }
}
