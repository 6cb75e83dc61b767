//! The lookups: what may stand last in a condition's path.

use super::classes::Class;
use crate::hir::SqlType;
use crate::hir::value::Pattern;

/// A lookup. Where several rows have one name, the first that fits the type is meant.
#[derive(Debug)]
pub struct LookupRow {
    /// `icontains`.
    pub name: &'static str,
    /// Kinds of types that have it.
    pub fits: &'static [Class],
    /// What stands on the right.
    pub operand: Operand,
    /// How it is compared.
    pub form: Form,
    /// Extension it needs.
    pub extension: Option<&'static str>,
    /// One line for the documentation.
    pub doc: &'static str,
}

/// What stands on the right of a lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// A value of the left side's type.
    Same,
    /// Text.
    Text,
    /// `true` or `false`.
    Bool,
    /// Values of the left side's type, or a chain.
    Many,
    /// Two values of the left side's type.
    Pair,
    /// A value of the type that a range or array is made of.
    Element,
    /// A list of texts.
    Texts,
}

/// How a lookup compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `=`; `None` is `IS NULL`.
    Equal,
    /// `<`, `<=`, `>`, `>=`.
    Order(&'static str),
    /// `lower(a) = lower(b)`; `None` is `IS NULL`.
    Iexact,
    /// `LIKE`.
    Like(Pattern),
    /// `ILIKE`.
    Ilike(Pattern),
    /// `IN`.
    In,
    /// `BETWEEN`.
    Range,
    /// `IS NULL`.
    IsNull,
    /// A boolean template.
    Template(&'static str),
}

const fn row(name: &'static str, fits: &'static [Class], operand: Operand, form: Form, doc: &'static str) -> LookupRow {
    LookupRow { name, fits, operand, form, extension: None, doc }
}

const fn extended(name: &'static str, extension: &'static str, form: Form, doc: &'static str) -> LookupRow {
    LookupRow { name, fits: Class::TEXTS, operand: Operand::Text, form, extension: Some(extension), doc }
}

/// All of them.
pub const LOOKUPS: &[LookupRow] = &[
    row(
        "exact",
        Class::ALL,
        Operand::Same,
        Form::Equal,
        "equal; `None` is `IS NULL`; what a path without a lookup means",
    ),
    row("gt", Class::ORDERED, Operand::Same, Form::Order(">"), "greater"),
    row("gte", Class::ORDERED, Operand::Same, Form::Order(">="), "greater or equal"),
    row("lt", Class::ORDERED, Operand::Same, Form::Order("<"), "less"),
    row("lte", Class::ORDERED, Operand::Same, Form::Order("<="), "less or equal"),
    row(
        "in",
        Class::ALL,
        Operand::Many,
        Form::In,
        "one of anything that iterates, or of a chain's rows; `None` elements are ignored",
    ),
    row("range", Class::ORDERED, Operand::Pair, Form::Range, "between `(a, b)` or `a..=b`, both included"),
    row("isnull", Class::ALL, Operand::Bool, Form::IsNull, "NULL, or not"),
    row("iexact", Class::TEXTS, Operand::Text, Form::Iexact, "equal without regard to case; `None` is `IS NULL`"),
    row("contains", Class::TEXTS, Operand::Text, Form::Like(Pattern::Contains), "the text stands somewhere in it"),
    row(
        "icontains",
        Class::TEXTS,
        Operand::Text,
        Form::Ilike(Pattern::Contains),
        "the text stands somewhere in it, without regard to case",
    ),
    row("startswith", Class::TEXTS, Operand::Text, Form::Like(Pattern::StartsWith), "begins with the text"),
    row(
        "istartswith",
        Class::TEXTS,
        Operand::Text,
        Form::Ilike(Pattern::StartsWith),
        "begins with the text, without regard to case",
    ),
    row("endswith", Class::TEXTS, Operand::Text, Form::Like(Pattern::EndsWith), "ends with the text"),
    row(
        "iendswith",
        Class::TEXTS,
        Operand::Text,
        Form::Ilike(Pattern::EndsWith),
        "ends with the text, without regard to case",
    ),
    row("regex", Class::TEXTS, Operand::Text, Form::Template("{0} ~ {1}"), "matches the regular expression"),
    row(
        "iregex",
        Class::TEXTS,
        Operand::Text,
        Form::Template("{0} ~* {1}"),
        "matches the regular expression, without regard to case",
    ),
    row(
        "search",
        Class::TEXTS,
        Operand::Text,
        Form::Template("to_tsvector({0}) @@ plainto_tsquery({1})"),
        "full-text search for all words",
    ),
    row(
        "search",
        &[Class::Vector],
        Operand::Text,
        Form::Template("{0} @@ plainto_tsquery({1})"),
        "full-text search for all words",
    ),
    extended("trigram_similar", "pg_trgm", Form::Template("{0} % {1}"), "similar by trigrams"),
    extended("trigram_word_similar", "pg_trgm", Form::Template("{0} %> {1}"), "has a part that is similar by trigrams"),
    row("contains", &[Class::Array], Operand::Same, Form::Template("{0} @> {1}"), "has all of these elements"),
    row(
        "contained_by",
        &[Class::Array],
        Operand::Same,
        Form::Template("{0} <@ {1}"),
        "has no other elements than these",
    ),
    row("overlap", &[Class::Array], Operand::Same, Form::Template("{0} && {1}"), "has one of these elements"),
    row("contains", &[Class::Range], Operand::Element, Form::Template("{0} @> {1}"), "the value lies in the range"),
    row("contained_by", &[Class::Range], Operand::Same, Form::Template("{0} <@ {1}"), "the range lies in this one"),
    row("overlap", &[Class::Range], Operand::Same, Form::Template("{0} && {1}"), "the ranges have values in common"),
    row("fully_lt", &[Class::Range], Operand::Same, Form::Template("{0} << {1}"), "ends before this one begins"),
    row("fully_gt", &[Class::Range], Operand::Same, Form::Template("{0} >> {1}"), "begins after this one ends"),
    row("not_lt", &[Class::Range], Operand::Same, Form::Template("{0} &> {1}"), "has no value below this one"),
    row("not_gt", &[Class::Range], Operand::Same, Form::Template("{0} &< {1}"), "has no value above this one"),
    row("adjacent_to", &[Class::Range], Operand::Same, Form::Template("{0} -|- {1}"), "touches this one"),
    row("contains", &[Class::Json], Operand::Same, Form::Template("{0} @> {1}"), "the document holds this one"),
    row(
        "contained_by",
        &[Class::Json],
        Operand::Same,
        Form::Template("{0} <@ {1}"),
        "the document is held by this one",
    ),
    row("has_key", &[Class::Json, Class::HStore], Operand::Text, Form::Template("{0} ? {1}"), "has the key"),
    row("has_keys", &[Class::Json, Class::HStore], Operand::Texts, Form::Template("{0} ?& {1}"), "has all of the keys"),
    row(
        "has_any_keys",
        &[Class::Json, Class::HStore],
        Operand::Texts,
        Form::Template("{0} ?| {1}"),
        "has one of the keys",
    ),
    row("contains", &[Class::HStore], Operand::Same, Form::Template("{0} @> {1}"), "has these keys with these values"),
    row(
        "contained_by",
        &[Class::HStore],
        Operand::Same,
        Form::Template("{0} <@ {1}"),
        "has no other keys and values than these",
    ),
];

/// Lookups of a text that a JSON document's key also has: its value is taken as text.
pub const JSON_TEXT: &[&str] =
    &["iexact", "icontains", "startswith", "istartswith", "endswith", "iendswith", "regex", "iregex"];

/// Lookups that end a path of JSON keys; every other name there is a key.
pub const JSON_LAST: &[&str] = &[
    "exact",
    "iexact",
    "contains",
    "icontains",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "regex",
    "iregex",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "isnull",
    "has_key",
    "has_keys",
    "has_any_keys",
    "contained_by",
];

/// The lookup of a name for a type.
pub fn find(name: &str, ty: &SqlType) -> Option<&'static LookupRow> {
    let class = Class::of(ty);
    LOOKUPS.iter().find(|row| row.name == name && row.fits.contains(&class))
}

/// Whether any type has a lookup of that name.
pub fn known(name: &str) -> bool {
    LOOKUPS.iter().any(|row| row.name == name)
}

/// Names of the lookups of a type, in the table's order.
pub fn names(ty: &SqlType) -> Vec<&'static str> {
    let class = Class::of(ty);
    LOOKUPS.iter().filter(|row| row.fits.contains(&class)).map(|row| row.name).collect()
}
