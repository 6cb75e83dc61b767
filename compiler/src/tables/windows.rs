//! The window functions: one row each. Any aggregate stands in a window too, see [`super::aggregates`].

use crate::hir::SqlType;

/// A window function.
#[derive(Debug, PartialEq)]
pub struct WindowRow {
    /// Name in queries: `Lag`.
    pub name: &'static str,
    /// SQL of the function: `LAG({*})`.
    pub sql: &'static str,
    /// Its operands, the first [`WindowRow::least`] of which must be given.
    pub operands: &'static [WindowOperand],
    /// How many operands must be given.
    pub least: usize,
    /// Type of the result.
    pub result: WindowResult,
    /// When the result can be NULL.
    pub null: WindowNull,
    /// One line for the table in the docs.
    pub doc: &'static str,
}

/// What an operand of a window function must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowOperand {
    /// Anything.
    Value,
    /// A whole number that fits `integer`.
    Offset,
    /// A whole number that fits `integer`, 1 or more.
    Positive,
    /// Of a type that has one with the first operand's.
    Default,
}

/// The type of a window function's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowResult {
    /// `i64`.
    Int8,
    /// `i32`.
    Int4,
    /// `f64`.
    Float8,
    /// The first operand's, and the default's.
    First,
}

/// When the result of a window function can be NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowNull {
    /// Never.
    Never,
    /// Where there is no such row, unless a default is given; and as the operands.
    Beyond,
    /// If the operand can be, or where the frame may leave out the row itself.
    Frame,
    /// Always possible.
    Always,
}

impl WindowResult {
    /// The type, of the first operand's.
    pub fn of(self, first: Option<&SqlType>) -> SqlType {
        match self {
            Self::Int8 => SqlType::Int8,
            Self::Int4 => SqlType::Int4,
            Self::Float8 => SqlType::Float8,
            Self::First => first.cloned().unwrap_or(SqlType::Text),
        }
    }
}

const fn number(name: &'static str, sql: &'static str, result: WindowResult, doc: &'static str) -> WindowRow {
    WindowRow { name, sql, operands: &[], least: 0, result, null: WindowNull::Never, doc }
}

const fn value(
    name: &'static str,
    sql: &'static str,
    operands: &'static [WindowOperand],
    least: usize,
    null: WindowNull,
    doc: &'static str,
) -> WindowRow {
    WindowRow { name, sql, operands, least, result: WindowResult::First, null, doc }
}

use WindowNull as N;
use WindowOperand as O;
use WindowResult as R;

/// All of them.
pub const WINDOWS: &[WindowRow] = &[
    number("RowNumber", "ROW_NUMBER()", R::Int8, "the number of the row, from 1"),
    number("Rank", "RANK()", R::Int8, "the rank, with gaps after equal rows"),
    number("DenseRank", "DENSE_RANK()", R::Int8, "the rank, without gaps"),
    number("PercentRank", "PERCENT_RANK()", R::Float8, "the rank as a fraction of the other rows, 0 to 1"),
    number("CumeDist", "CUME_DIST()", R::Float8, "the fraction of rows up to this one and those equal to it"),
    WindowRow {
        operands: &[O::Positive],
        least: 1,
        ..number("Ntile", "NTILE({*})", R::Int4, "the number of the row's bucket, of so many")
    },
    value(
        "Lag",
        "LAG({*})",
        &[O::Value, O::Offset, O::Default],
        1,
        N::Beyond,
        "the value of the row so many before (1), or the default",
    ),
    value(
        "Lead",
        "LEAD({*})",
        &[O::Value, O::Offset, O::Default],
        1,
        N::Beyond,
        "the value of the row so many after (1), or the default",
    ),
    value("FirstValue", "FIRST_VALUE({*})", &[O::Value], 1, N::Frame, "the value of the frame's first row"),
    value("LastValue", "LAST_VALUE({*})", &[O::Value], 1, N::Frame, "the value of the frame's last row"),
    value("NthValue", "NTH_VALUE({*})", &[O::Value, O::Positive], 2, N::Always, "the value of the frame's n-th row"),
];

/// The window function of a name.
pub fn find(name: &str) -> Option<&'static WindowRow> {
    WINDOWS.iter().find(|row| row.name == name)
}
