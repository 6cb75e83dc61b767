//! The aggregates: one row each.

/// An aggregate function.
#[derive(Debug, PartialEq)]
pub struct AggregateRow {
    /// Name in queries: `Sum`.
    pub name: &'static str,
    /// SQL: `SUM({0})`; the part between the parentheses takes `DISTINCT` and `ORDER BY`.
    pub sql: &'static str,
    /// How many operands it takes.
    pub operands: (u8, u8),
    /// Result type of the operand types.
    pub result: ResultRule,
    /// Never NULL: counts.
    pub closed: bool,
    /// How partial results of it merge, for grouping over several paths.
    pub merge: Merge,
    /// One line for the table in the docs.
    pub doc: &'static str,
}

/// The type of an aggregate's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultRule {
    /// `i64`.
    Count,
    /// Integers: `i64` (the SQL is cast); decimals, floats, durations: the same.
    Sum,
    /// Integers and floats: `f64` (cast); decimals and durations: the same.
    Average,
    /// The operand's.
    Same,
    /// `f64`.
    Float,
    /// `bool`.
    Bool,
    /// An array of the operand.
    Array,
    /// Text.
    Text,
    /// `jsonb`.
    Json,
}

/// How partial results merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// Sum of the parts.
    Sum,
    /// Smallest part.
    Min,
    /// Greatest part.
    Max,
    /// They do not.
    No,
}
