//! Kinds of types: what a row of a table says it takes.

use crate::hir::SqlType;

/// A kind of type. Lengths, digits and element types do not matter to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// `Boolean`.
    Bool,
    /// `SmallInteger`, `Integer`, `BigInteger`.
    Integer,
    /// `Float`, `Real`.
    Float,
    /// `Decimal`.
    Numeric,
    /// `Char`, `Text`, `Slug`, `Email`, `Url`.
    Text,
    /// An enum stored as text.
    Enum,
    /// A native enum.
    Native,
    /// `Date`.
    Date,
    /// `Time`.
    Time,
    /// `DateTime`.
    Instant,
    /// `DateTime(naive)`.
    Naive,
    /// `Duration`, `Interval`.
    Span,
    /// `Uuid`.
    Uuid,
    /// `Binary`.
    Bytes,
    /// `Json`.
    Json,
    /// `Inet`.
    Inet,
    /// `Array(T)`.
    Array,
    /// `Range(T)`.
    Range,
    /// `HStore`.
    HStore,
    /// `SearchVector`.
    Vector,
    /// A search query.
    Query,
    /// `Custom(…)`.
    Custom,
}

impl Class {
    /// The kind of a type.
    pub fn of(ty: &SqlType) -> Self {
        match ty {
            SqlType::Bool => Self::Bool,
            SqlType::Int2 | SqlType::Int4 | SqlType::Int8 => Self::Integer,
            SqlType::Float4 | SqlType::Float8 => Self::Float,
            SqlType::Numeric => Self::Numeric,
            SqlType::Text => Self::Text,
            SqlType::Enum(_) => Self::Enum,
            SqlType::NativeEnum(_) => Self::Native,
            SqlType::Date => Self::Date,
            SqlType::Time => Self::Time,
            SqlType::TimestampTz => Self::Instant,
            SqlType::Timestamp => Self::Naive,
            SqlType::Duration | SqlType::Interval => Self::Span,
            SqlType::Uuid => Self::Uuid,
            SqlType::Bytea => Self::Bytes,
            SqlType::Jsonb(_) => Self::Json,
            SqlType::Inet => Self::Inet,
            SqlType::Array(..) => Self::Array,
            SqlType::Range(_) => Self::Range,
            SqlType::HStore => Self::HStore,
            SqlType::TsVector => Self::Vector,
            SqlType::TsQuery => Self::Query,
            SqlType::Custom { .. } | SqlType::Inferred => Self::Custom,
        }
    }

    /// Whole numbers, decimals, floats.
    pub const NUMBERS: &[Self] = &[Self::Integer, Self::Numeric, Self::Float];
    /// Strings in the database.
    pub const TEXTS: &[Self] = &[Self::Text, Self::Enum];
    /// What has a date in it.
    pub const DATED: &[Self] = &[Self::Date, Self::Instant, Self::Naive];
    /// What has a time of day in it.
    pub const TIMED: &[Self] = &[Self::Instant, Self::Naive, Self::Time];
    /// Every kind a column can have.
    pub const ALL: &[Self] = &[
        Self::Bool,
        Self::Integer,
        Self::Float,
        Self::Numeric,
        Self::Text,
        Self::Enum,
        Self::Native,
        Self::Date,
        Self::Time,
        Self::Instant,
        Self::Naive,
        Self::Span,
        Self::Uuid,
        Self::Bytes,
        Self::Json,
        Self::Inet,
        Self::Array,
        Self::Range,
        Self::HStore,
        Self::Vector,
        Self::Custom,
    ];
    /// What is compared with `<`.
    pub const ORDERED: &[Self] = &[
        Self::Bool,
        Self::Integer,
        Self::Float,
        Self::Numeric,
        Self::Text,
        Self::Enum,
        Self::Native,
        Self::Date,
        Self::Time,
        Self::Instant,
        Self::Naive,
        Self::Span,
        Self::Uuid,
        Self::Bytes,
        Self::Json,
        Self::Inet,
        Self::Array,
        Self::Range,
        Self::Custom,
    ];
}
