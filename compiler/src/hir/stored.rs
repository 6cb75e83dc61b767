//! The types of columns as the server has them: the schema's own, or what `db_type` says.
//!
//! In: a field. Out: the type of its column, and what has to be known of it where its values leave the server and come
//! back: whether the driver knows it, whether values that are equal have the same bytes, what its text depends on.

use std::borrow::Cow;

use super::SqlType;
use nuages_schema::model::{Field, FieldType, Schema};

/// The type of a column with keys.
#[derive(Debug)]
pub struct Stored {
    /// As casts name it.
    pub ty: SqlType,
    /// Values that are equal to those of the column that they lead to have the same bytes.
    pub is_exact: bool,
    /// What its text depends on.
    pub text: Text,
}

/// What the text of a type's values depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// A session reads what it has written.
    Own,
    /// Time zones are written with names that are read otherwise, unless `DateStyle` is ISO.
    Zoned,
    /// Digits are left out, unless `extra_float_digits` is above zero.
    Digits,
}

/// Whether equal values have the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Equal {
    Bytes,
    /// In columns with the same length or scale.
    Padded,
    /// They may have others.
    Loose,
}

struct BuiltIn {
    names: &'static [&'static str],
    equal: Equal,
    text: Text,
}

const fn exact(names: &'static [&'static str]) -> BuiltIn {
    BuiltIn { names, equal: Equal::Bytes, text: Text::Own }
}

const fn padded(names: &'static [&'static str]) -> BuiltIn {
    BuiltIn { names, equal: Equal::Padded, text: Text::Own }
}

const fn loose(names: &'static [&'static str], text: Text) -> BuiltIn {
    BuiltIn { names, equal: Equal::Loose, text }
}

/// The types that every server has, and with it the driver: all their names, and what is true of them.
const BUILT_IN: &[BuiltIn] = &[
    exact(&["smallint", "int2"]),
    exact(&["integer", "int", "int4"]),
    exact(&["bigint", "int8"]),
    exact(&["boolean", "bool"]),
    exact(&["text"]),
    exact(&["character varying", "varchar", "char varying"]),
    exact(&["uuid"]),
    exact(&["bytea"]),
    exact(&["date"]),
    exact(&["time", "time without time zone"]),
    exact(&["timestamp", "timestamp without time zone"]),
    BuiltIn { names: &["timestamptz", "timestamp with time zone"], equal: Equal::Bytes, text: Text::Zoned },
    exact(&["inet"]),
    exact(&["cidr"]),
    exact(&["macaddr"]),
    exact(&["macaddr8"]),
    exact(&["name"]),
    exact(&["oid"]),
    exact(&["bit"]),
    exact(&["bit varying", "varbit"]),
    exact(&["int4range"]),
    exact(&["int8range"]),
    exact(&["daterange"]),
    exact(&["tsrange"]),
    padded(&["numeric", "decimal", "dec"]),
    loose(&["real", "float4"], Text::Digits),
    loose(&["double precision", "float8", "float"], Text::Digits),
    loose(&["interval"], Text::Own),
    padded(&["character", "char", "bpchar"]),
    loose(&["time with time zone", "timetz"], Text::Own),
    loose(&["jsonb"], Text::Own),
    loose(&["json"], Text::Own),
    loose(&["xml"], Text::Own),
    loose(&["money"], Text::Own),
    loose(&["numrange"], Text::Own),
    loose(&["tstzrange"], Text::Own),
    loose(&["tsvector"], Text::Own),
    loose(&["tsquery"], Text::Own),
];

/// What stands for a column of integers with a sequence of its own, and is no type.
const SERIAL: &[(&str, SqlType)] = &[
    ("smallserial", SqlType::Int2),
    ("serial2", SqlType::Int2),
    ("serial", SqlType::Int4),
    ("serial4", SqlType::Int4),
    ("bigserial", SqlType::Int8),
    ("serial8", SqlType::Int8),
];

impl Stored {
    /// The type of a field's column, whose values are compared with those of another.
    pub fn of(schema: &Schema, field: &Field, other: &Field) -> Self {
        // The database's own collation tells all texts apart.
        let collated = [field, other, source(schema, field)].iter().any(|field| field.collation.is_some());
        let (field, other) = (source(schema, field), source(schema, other));
        let ty = declared(schema, field);
        let known = built_in(&ty.sql_name(schema));
        let same = known.zip(built_in(&declared(schema, other).sql_name(schema))).filter(|(a, b)| std::ptr::eq(*a, *b));
        let is_exact = match same.map(|(known, _)| known.equal) {
            _ if collated => false,
            Some(Equal::Bytes) => true,
            Some(Equal::Padded) => std::ptr::eq(field, other) && is_padded(field),
            Some(Equal::Loose) => false,
            None => matches!(ty, SqlType::NativeEnum(_)),
        };
        Self { is_exact, text: known.map_or(Text::Own, |known| known.text), ty }
    }
}

/// Whether the length of all values, or how many digits they have behind the point, is the same.
fn is_padded(field: &Field) -> bool {
    match &field.db_type {
        Some(name) => name.contains('('),
        None => matches!(field.ty, FieldType::Decimal(Some(_))),
    }
}

/// The type of a field's column, where the field itself says what that is.
fn declared(schema: &Schema, field: &Field) -> SqlType {
    field.db_type.as_ref().map_or_else(|| SqlType::of_field(schema, field), |name| named(name))
}

/// Whether the driver has to ask the server what the type of a field's column is, before it can read rows with it.
pub fn is_column_asked_for(schema: &Schema, field: &Field) -> bool {
    is_asked_for(&declared(schema, source(schema, field)))
}

/// The same of a type.
pub fn is_asked_for(ty: &SqlType) -> bool {
    match ty {
        SqlType::Custom { pg_type, .. } => built_in(pg_type.trim_end_matches("[]")).is_none(),
        SqlType::Array(element, _) | SqlType::Range(element) => is_asked_for(element),
        _ => false,
    }
}

/// The field that says what the type of a field's column is. A foreign key is of the type of what it refers to, if that is
/// a key, of what this does: never further than the schema is long.
fn source<'s>(schema: &'s Schema, mut field: &'s Field) -> &'s Field {
    for _ in &schema.models {
        if let (None, Some(key)) = (&field.db_type, &field.foreign_key) {
            field = schema.field(key.target, key.to_field);
        }
    }
    field
}

fn named(name: &str) -> SqlType {
    let plain = plain(name);
    let serial = SERIAL.iter().find(|(serial, _)| *serial == plain).map(|(_, ty)| ty.clone());
    serial.unwrap_or_else(|| SqlType::Custom { pg_type: name.to_owned(), rust_type: String::new() })
}

fn built_in(name: &str) -> Option<&'static BuiltIn> {
    let plain = plain(name);
    let plain = if plain.starts_with("interval ") { "interval" } else { &plain };
    BUILT_IN.iter().find(|known| known.names.contains(&plain))
}

/// The name without what stands in parentheses, in small letters with single spaces.
fn plain(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return name.into();
    }
    let mut depth = 0_u32;
    let outside = |c: char| match c {
        '(' => {
            depth += 1;
            ' '
        }
        ')' => {
            depth = depth.saturating_sub(1);
            ' '
        }
        _ if depth > 0 => ' ',
        c => c.to_ascii_lowercase(),
    };
    let text: String = name.chars().map(outside).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    text.strip_prefix("pg_catalog.").map(str::to_owned).unwrap_or(text).into()
}

#[cfg(test)]
mod tests {
    use super::{Equal, SqlType, Text, built_in, named};

    #[test]
    fn built_in_types_under_all_their_names() {
        let known = |name: &str| built_in(name).map(|known| (known.equal, known.text));
        for name in
            ["timestamp(3) with time zone", "TIMESTAMPTZ", "pg_catalog.timestamptz", "timestamp  with time zone"]
        {
            assert_eq!(known(name), Some((Equal::Bytes, Text::Zoned)), "{name}");
        }
        for name in ["numeric(6, 2)", "character(4)", "CHAR (4)"] {
            assert_eq!(known(name), Some((Equal::Padded, Text::Own)), "{name}");
        }
        for name in ["interval day to second(3)", "interval(0)", "jsonb"] {
            assert_eq!(known(name), Some((Equal::Loose, Text::Own)), "{name}");
        }
        for name in ["citext", "\"Text\"", "geometry(Point, 4326)", "public.text"] {
            assert!(built_in(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_sequence_is_no_type() {
        assert_eq!((named("BigSerial"), named("serial2")), (SqlType::Int8, SqlType::Int2));
        assert!(matches!(named("bigserials"), SqlType::Custom { .. }));
    }
}
