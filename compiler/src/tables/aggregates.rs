//! The aggregates: one row each.

use super::classes::Class;
use crate::hir::SqlType;

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
    /// What its operands are.
    pub takes: Takes,
    /// Whether the order of its rows matters: it takes `order_by(…)`.
    pub ordered: bool,
    /// One line for the table in the docs.
    pub doc: &'static str,
}

/// What an aggregate's operand must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Anything.
    Any,
    /// What the server has a least and a greatest of.
    Ordered,
    /// A number or a span of time.
    Magnitude,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// A boolean.
    Bool,
    /// Text.
    Text,
    /// What an array of is a value of the client's.
    Element,
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
    /// `f64`; of whole numbers and decimals by a cast.
    Float,
    /// `f64`, as the server answers.
    Double,
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
    /// The sums of the parts, by their counts.
    Mean,
    /// They do not.
    No,
}

impl Takes {
    /// The kinds of types that fit.
    pub fn classes(self) -> &'static [Class] {
        match self {
            Self::Any => Class::ALL,
            Self::Ordered => &[
                Class::Integer,
                Class::Float,
                Class::Numeric,
                Class::Text,
                Class::Enum,
                Class::Native,
                Class::Date,
                Class::Time,
                Class::Instant,
                Class::Naive,
                Class::Span,
                Class::Inet,
                Class::Array,
                Class::Custom,
            ],
            Self::Magnitude => &[Class::Integer, Class::Numeric, Class::Float, Class::Span],
            Self::Number => Class::NUMBERS,
            Self::Integer => &[Class::Integer],
            Self::Bool => &[Class::Bool],
            Self::Text => Class::TEXTS,
            Self::Element => &[
                Class::Bool,
                Class::Integer,
                Class::Float,
                Class::Numeric,
                Class::Text,
                Class::Enum,
                Class::Native,
                Class::Date,
                Class::Time,
                Class::Instant,
                Class::Naive,
                Class::Span,
                Class::Uuid,
                Class::Bytes,
                Class::Json,
                Class::Inet,
                Class::Range,
                Class::HStore,
                Class::Vector,
            ],
        }
    }

    /// What it is called in messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Any => "any value",
            Self::Ordered => "a value that has an order in the database",
            Self::Magnitude => "a number or `Duration`",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Bool => "a `Boolean`",
            Self::Text => "text",
            Self::Element => "any value but an array, a search query or one of a custom type",
        }
    }
}

impl ResultRule {
    /// The type of the result, and what the server itself answers, of the first operand's type and nullability.
    pub fn types(self, operand: Option<(&SqlType, bool)>) -> (SqlType, SqlType) {
        let same = operand.map_or(SqlType::Text, |(ty, _)| ty.clone());
        match self {
            Self::Count => (SqlType::Int8, SqlType::Int8),
            Self::Sum => match same {
                SqlType::Int2 | SqlType::Int4 => (SqlType::Int8, SqlType::Int8),
                SqlType::Int8 => (SqlType::Int8, SqlType::Numeric),
                other => (other.clone(), other),
            },
            Self::Average => match same {
                SqlType::Int2 | SqlType::Int4 | SqlType::Int8 => (SqlType::Float8, SqlType::Numeric),
                SqlType::Float4 => (SqlType::Float8, SqlType::Float8),
                other => (other.clone(), other),
            },
            Self::Same => (same.clone(), same),
            Self::Float => match same {
                SqlType::Float4 | SqlType::Float8 => (SqlType::Float8, SqlType::Float8),
                _ => (SqlType::Float8, SqlType::Numeric),
            },
            Self::Double => (SqlType::Float8, SqlType::Float8),
            Self::Bool => (SqlType::Bool, SqlType::Bool),
            Self::Array => {
                // An array has documents as they are, of whatever Rust type one alone is read.
                let same = if matches!(same, SqlType::Jsonb(_)) { SqlType::Jsonb(None) } else { same };
                let array = SqlType::Array(Box::new(same), operand.is_some_and(|(_, nullable)| nullable));
                (array.clone(), array)
            }
            Self::Text => (SqlType::Text, SqlType::Text),
            Self::Json => (SqlType::Jsonb(None), SqlType::Jsonb(None)),
        }
    }
}

const fn row(
    name: &'static str,
    sql: &'static str,
    result: ResultRule,
    takes: Takes,
    doc: &'static str,
) -> AggregateRow {
    AggregateRow { name, sql, operands: (1, 1), result, closed: false, merge: Merge::No, takes, ordered: false, doc }
}

const fn pair(name: &'static str, sql: &'static str, doc: &'static str) -> AggregateRow {
    AggregateRow { operands: (2, 2), ..row(name, sql, ResultRule::Double, Takes::Number, doc) }
}

/// All of them.
pub const AGGREGATES: &[AggregateRow] = &[
    AggregateRow {
        operands: (0, 1),
        closed: true,
        merge: Merge::Sum,
        ..row(
            "Count",
            "COUNT({0})",
            ResultRule::Count,
            Takes::Any,
            "how many rows, related rows, or values that are not NULL",
        )
    },
    AggregateRow { merge: Merge::Sum, ..row("Sum", "SUM({0})", ResultRule::Sum, Takes::Magnitude, "the sum") },
    AggregateRow { merge: Merge::Mean, ..row("Avg", "AVG({0})", ResultRule::Average, Takes::Magnitude, "the mean") },
    AggregateRow { merge: Merge::Min, ..row("Min", "MIN({0})", ResultRule::Same, Takes::Ordered, "the least value") },
    AggregateRow {
        merge: Merge::Max,
        ..row("Max", "MAX({0})", ResultRule::Same, Takes::Ordered, "the greatest value")
    },
    row(
        "StdDev",
        "STDDEV_POP({0})",
        ResultRule::Float,
        Takes::Number,
        "the standard deviation; of a sample with `sample = true`",
    ),
    row("Variance", "VAR_POP({0})", ResultRule::Float, Takes::Number, "the variance; of a sample with `sample = true`"),
    AggregateRow {
        ordered: true,
        ..row("ArrayAgg", "ARRAY_AGG({0})", ResultRule::Array, Takes::Element, "the values as an array")
    },
    AggregateRow {
        operands: (2, 2),
        ordered: true,
        ..row(
            "StringAgg",
            "STRING_AGG({0}, {1})",
            ResultRule::Text,
            Takes::Text,
            "the texts, joined by the second operand",
        )
    },
    AggregateRow {
        ordered: true,
        ..row("JSONBAgg", "JSONB_AGG({0})", ResultRule::Json, Takes::Any, "the values as a JSON array")
    },
    row("BoolAnd", "BOOL_AND({0})", ResultRule::Bool, Takes::Bool, "whether all are true"),
    row("BoolOr", "BOOL_OR({0})", ResultRule::Bool, Takes::Bool, "whether one is true"),
    row("BitAnd", "BIT_AND({0})", ResultRule::Same, Takes::Integer, "the bits that all have"),
    row("BitOr", "BIT_OR({0})", ResultRule::Same, Takes::Integer, "the bits that one has"),
    row("BitXor", "BIT_XOR({0})", ResultRule::Same, Takes::Integer, "the bits that an odd number have"),
    pair("Corr", "CORR({0}, {1})", "the correlation coefficient"),
    pair("CovarPop", "COVAR_POP({0}, {1})", "the covariance; of a sample with `sample = true`"),
    pair("RegrAvgX", "REGR_AVGX({0}, {1})", "the mean of the second operand"),
    pair("RegrAvgY", "REGR_AVGY({0}, {1})", "the mean of the first operand"),
    AggregateRow {
        operands: (2, 2),
        closed: true,
        ..row("RegrCount", "REGR_COUNT({0}, {1})", ResultRule::Count, Takes::Number, "how many rows have both operands")
    },
    pair("RegrIntercept", "REGR_INTERCEPT({0}, {1})", "where the regression line meets the first operand's axis"),
    pair("RegrR2", "REGR_R2({0}, {1})", "the square of the correlation coefficient"),
    pair("RegrSlope", "REGR_SLOPE({0}, {1})", "the slope of the regression line"),
    pair("RegrSXX", "REGR_SXX({0}, {1})", "the sum of squares of the second operand"),
    pair("RegrSXY", "REGR_SXY({0}, {1})", "the sum of products of the operands"),
    pair("RegrSYY", "REGR_SYY({0}, {1})", "the sum of squares of the first operand"),
];

/// What `sample = true` makes of a row.
pub const SAMPLES: &[AggregateRow] = &[
    row("StdDev", "STDDEV_SAMP({0})", ResultRule::Float, Takes::Number, "the standard deviation of a sample"),
    row("Variance", "VAR_SAMP({0})", ResultRule::Float, Takes::Number, "the variance of a sample"),
    pair("CovarPop", "COVAR_SAMP({0}, {1})", "the covariance of a sample"),
];

/// The aggregate of a name.
pub fn find(name: &str) -> Option<&'static AggregateRow> {
    AGGREGATES.iter().find(|row| row.name == name)
}

/// The aggregate of a name over a sample.
pub fn sample(name: &str) -> Option<&'static AggregateRow> {
    SAMPLES.iter().find(|row| row.name == name)
}
