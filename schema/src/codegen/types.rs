//! Field types as Rust and as PostgreSQL write them.
//!
//! In: a field's type. Out: the text of its Rust type (absolute paths), of its SQL type, and of the type of the field
//! that stands for the column in editors.

use super::{alias, rust_paths};
use crate::Schema;
use crate::model::{Field, FieldType};

/// The Rust type of a field of the model's struct.
pub(super) fn of_field(schema: &Schema, field: &Field, models: &str) -> String {
    let ty = rust(schema, &field.ty, models);
    if field.nullable { option(&ty) } else { ty }
}

/// `Option` of a type.
pub(super) fn option(ty: &str) -> String {
    format!("::core::option::Option<{ty}>")
}

/// The Rust type of a value that is not NULL; `models` is what stands before a name of the models' module: nothing
/// inside of it, `super::` in its submodules.
pub(super) fn rust(schema: &Schema, ty: &FieldType, models: &str) -> String {
    use FieldType as F;
    match ty {
        F::Char(_) | F::Text | F::Slug(_) | F::Email | F::Url => "::std::string::String".into(),
        F::Boolean => "bool".into(),
        F::SmallInteger | F::PositiveSmallInteger | F::SmallAuto => "i16".into(),
        F::Integer | F::PositiveInteger | F::Auto | F::Serial => "i32".into(),
        F::BigInteger | F::PositiveBigInteger | F::BigAuto | F::BigSerial => "i64".into(),
        F::Float => "f64".into(),
        F::Real => "f32".into(),
        F::Decimal(_) => "::nuages::rust_decimal::Decimal".into(),
        F::Date => "::nuages::chrono::NaiveDate".into(),
        F::Time => "::nuages::chrono::NaiveTime".into(),
        F::DateTime => "::nuages::chrono::DateTime<::nuages::chrono::Utc>".into(),
        F::NaiveDateTime => "::nuages::chrono::NaiveDateTime".into(),
        F::Duration => "::nuages::chrono::TimeDelta".into(),
        F::Interval => "::nuages::Interval".into(),
        F::Uuid => "::nuages::uuid::Uuid".into(),
        F::Binary => "::std::vec::Vec<u8>".into(),
        F::Json(None) => "::nuages::serde_json::Value".into(),
        F::Inet => "::std::net::IpAddr".into(),
        F::Array { element, nullable } => {
            let element = rust(schema, element, models);
            format!("::std::vec::Vec<{}>", if *nullable { option(&element) } else { element })
        }
        F::Range(element) => format!("::nuages::Range<{}>", rust(schema, element, models)),
        F::HStore => {
            "::std::collections::HashMap<::std::string::String, ::core::option::Option<::std::string::String>>".into()
        }
        F::SearchVector => "::nuages::SearchVector".into(),
        F::Enum(id) => format!("{models}{}", schema.enumeration(*id).name),
        F::Json(Some(path)) | F::Custom { rust_type: path, .. } => {
            let n = rust_paths(schema).iter().position(|p| p == path).unwrap_or(0);
            format!("{models}{}", alias(n))
        }
    }
}

/// Whether the Rust type is `Copy`.
pub(super) fn is_copy(ty: &FieldType) -> bool {
    use FieldType as F;
    match ty {
        F::Boolean
        | F::SmallInteger
        | F::Integer
        | F::BigInteger
        | F::PositiveSmallInteger
        | F::PositiveInteger
        | F::PositiveBigInteger
        | F::SmallAuto
        | F::Auto
        | F::BigAuto
        | F::Serial
        | F::BigSerial
        | F::Float
        | F::Real
        | F::Decimal(_)
        | F::Date
        | F::Time
        | F::DateTime
        | F::NaiveDateTime
        | F::Duration
        | F::Uuid
        | F::Inet
        | F::Enum(_) => true,
        F::Char(_)
        | F::Text
        | F::Slug(_)
        | F::Email
        | F::Url
        | F::Interval
        | F::Binary
        | F::Json(_)
        | F::Array { .. }
        | F::Range(_)
        | F::HStore
        | F::SearchVector
        | F::Custom { .. } => false,
    }
}

/// The SQL type as documentation shows it: `numeric(10, 2)`.
pub(super) fn sql(schema: &Schema, field: &Field) -> String {
    field.db_type.clone().unwrap_or_else(|| sql_of(schema, &field.ty))
}

/// The SQL type of a schema type.
fn sql_of(schema: &Schema, ty: &FieldType) -> String {
    use FieldType as F;
    match ty {
        F::Char(_) | F::Slug(_) | F::Email | F::Url => {
            ty.max_length().map_or_else(|| "varchar".into(), |n| format!("varchar({n})"))
        }
        F::Text => "text".into(),
        F::Boolean => "boolean".into(),
        F::SmallInteger | F::PositiveSmallInteger | F::SmallAuto => "smallint".into(),
        F::Integer | F::PositiveInteger | F::Auto | F::Serial => "integer".into(),
        F::BigInteger | F::PositiveBigInteger | F::BigAuto | F::BigSerial => "bigint".into(),
        F::Float => "double precision".into(),
        F::Real => "real".into(),
        F::Decimal(Some((precision, scale))) => format!("numeric({precision}, {scale})"),
        F::Decimal(None) => "numeric".into(),
        F::Date => "date".into(),
        F::Time => "time".into(),
        F::DateTime => "timestamptz".into(),
        F::NaiveDateTime => "timestamp".into(),
        F::Duration | F::Interval => "interval".into(),
        F::Uuid => "uuid".into(),
        F::Binary => "bytea".into(),
        F::Json(_) => "jsonb".into(),
        F::Inet => "inet".into(),
        F::Array { element, .. } => format!("{}[]", sql_of(schema, element)),
        F::Range(element) => match **element {
            F::Integer => "int4range",
            F::BigInteger => "int8range",
            F::Decimal(_) => "numrange",
            F::Date => "daterange",
            _ => "tstzrange",
        }
        .into(),
        F::HStore => "hstore".into(),
        F::SearchVector => "tsvector".into(),
        F::Enum(id) => {
            let e = schema.enumeration(*id);
            e.native.clone().unwrap_or_else(|| format!("varchar({})", e.max_length()))
        }
        F::Custom { pg_type, .. } => pg_type.clone(),
    }
}

/// The type of the field that stands for a column in editors: what lookups it offers.
pub(super) fn column(schema: &Schema, ty: &FieldType, models: &str) -> String {
    use FieldType as F;
    let value = rust(schema, ty, models);
    let name = match ty {
        F::Array { element, .. } => {
            return format!("::nuages::ide::ArrayCol<{value}, {}>", column(schema, element, models));
        }
        F::Range(element) => {
            return format!("::nuages::ide::RangeCol<{value}, {}>", column(schema, element, models));
        }
        F::Enum(id) if schema.enumeration(*id).native.is_none() => "TextCol",
        F::Date => "DateCol",
        F::Time => "TimeCol",
        F::DateTime | F::NaiveDateTime => "DateTimeCol",
        F::Json(_) | F::HStore => "JsonCol",
        F::SearchVector => "SearchCol",
        _ if ty.is_text() => "TextCol",
        _ => "Col",
    };
    format!("::nuages::ide::{name}<{value}>")
}
