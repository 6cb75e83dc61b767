//! The transforms: what may stand in a condition's path between field and lookup. Parts of dates are in
//! [`super::parts`], keys of documents and positions of arrays are no names and have no rows.

use super::classes::Class;
use crate::hir::SqlType;

/// A transform.
#[derive(Debug)]
pub struct TransformRow {
    /// `lower`.
    pub name: &'static str,
    /// Kinds of types that have it.
    pub fits: &'static [Class],
    /// SQL.
    pub sql: &'static str,
    /// Type of its result.
    pub result: Outcome,
    /// NULL also where its operand is not.
    pub optional: bool,
    /// Applied to the right side too.
    pub bilateral: bool,
    /// Extension it needs.
    pub extension: Option<&'static str>,
    /// One line for the documentation.
    pub doc: &'static str,
}

/// The type of a transform's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Text.
    Text,
    /// `i32`.
    Integer,
    /// `bool`.
    Bool,
    /// What a range or an array is made of.
    Element,
    /// A date.
    Date,
    /// A time of day.
    Time,
}

const fn row(
    name: &'static str,
    fits: &'static [Class],
    sql: &'static str,
    result: Outcome,
    doc: &'static str,
) -> TransformRow {
    TransformRow { name, fits, sql, result, optional: false, bilateral: false, extension: None, doc }
}

/// All of them.
pub const TRANSFORMS: &[TransformRow] = &[
    row("lower", Class::TEXTS, "LOWER({0})", Outcome::Text, "in lower case"),
    row("upper", Class::TEXTS, "UPPER({0})", Outcome::Text, "in upper case"),
    row("length", Class::TEXTS, "LENGTH({0})", Outcome::Integer, "the number of characters"),
    row("trim", Class::TEXTS, "TRIM({0})", Outcome::Text, "without spaces at both ends"),
    TransformRow {
        bilateral: true,
        extension: Some("unaccent"),
        ..row("unaccent", Class::TEXTS, "UNACCENT({0})", Outcome::Text, "without accents, on both sides")
    },
    row(
        "len",
        &[Class::Array],
        "COALESCE(ARRAY_LENGTH({0}, 1), CARDINALITY({0}))",
        Outcome::Integer,
        "the number of elements",
    ),
    row("isempty", &[Class::Range], "ISEMPTY({0})", Outcome::Bool, "whether no value lies in the range"),
    TransformRow {
        optional: true,
        ..row("startswith", &[Class::Range], "LOWER({0})", Outcome::Element, "the lower end of the range")
    },
    TransformRow {
        optional: true,
        ..row("endswith", &[Class::Range], "UPPER({0})", Outcome::Element, "the upper end of the range")
    },
    row("date", &[Class::Instant], super::parts::DATE.0, Outcome::Date, "the date in the schema's time zone"),
    row("date", &[Class::Naive], super::parts::DATE.1, Outcome::Date, "the date"),
    row("time", &[Class::Instant], super::parts::TIME.0, Outcome::Time, "the time of day in the schema's time zone"),
    row("time", &[Class::Naive], super::parts::TIME.1, Outcome::Time, "the time of day"),
];

/// The transform of a name for a type.
pub fn find(name: &str, ty: &SqlType) -> Option<&'static TransformRow> {
    let class = Class::of(ty);
    TRANSFORMS.iter().find(|row| row.name == name && row.fits.contains(&class))
}

/// Names of the transforms of a type, parts of dates too.
pub fn names(ty: &SqlType) -> Vec<&'static str> {
    let class = Class::of(ty);
    let own = TRANSFORMS.iter().filter(|row| row.fits.contains(&class)).map(|row| row.name);
    let parts = super::parts::PARTS.iter().filter(|row| row.fits.contains(&class)).map(|row| row.name);
    own.chain(parts).collect()
}

/// Whether any type has a transform of that name.
pub fn known(name: &str) -> bool {
    TRANSFORMS.iter().any(|row| row.name == name) || super::parts::find(name).is_some()
}
