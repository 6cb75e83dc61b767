//! Field types to the SQL types of their columns.

use nuages_compiler::render::ident::quote;
use nuages_schema::{Field, FieldType, Schema};

/// The SQL type of a field's column.
pub(super) fn column(schema: &Schema, field: &Field) -> String {
    let source = source(schema, field);
    match &source.db_type {
        Some(text) => text.clone(),
        None => sql_type(schema, &source.ty),
    }
}

/// The collation of a field's column.
pub(super) fn collation(schema: &Schema, field: &Field) -> Option<String> {
    field.collation.clone().or_else(|| source(schema, field).collation.clone())
}

/// The field that says what a column's type is: its own, or for a foreign key without a `db_type` the one it refers to,
/// because both sides of a key should be of one type. A sequence's pseudo-type says nothing about the referring column.
fn source<'a>(schema: &'a Schema, field: &'a Field) -> &'a Field {
    let mut source = field;
    // No chain of keys is longer than the schema.
    for _ in &schema.models {
        let Some(key) = &source.foreign_key else {
            break;
        };
        let target = schema.field(key.target, key.to_field);
        if source.db_type.is_some() || matches!(target.ty, FieldType::Serial | FieldType::BigSerial) {
            break;
        }
        source = target;
    }
    source
}

/// The SQL type of a schema type.
fn sql_type(schema: &Schema, ty: &FieldType) -> String {
    use FieldType as F;
    let text = match ty {
        F::Char(_) | F::Slug(_) | F::Email | F::Url => return varchar(ty.max_length()),
        F::Text => "text",
        F::Boolean => "boolean",
        F::SmallInteger | F::PositiveSmallInteger | F::SmallAuto => "smallint",
        F::Integer | F::PositiveInteger | F::Auto => "integer",
        F::BigInteger | F::PositiveBigInteger | F::BigAuto => "bigint",
        F::Serial => "serial",
        F::BigSerial => "bigserial",
        F::Float => "double precision",
        F::Real => "real",
        F::Decimal(Some((precision, scale))) => return format!("numeric({precision}, {scale})"),
        F::Decimal(None) => "numeric",
        F::Date => "date",
        F::Time => "time",
        F::DateTime => "timestamptz",
        F::NaiveDateTime => "timestamp",
        F::Duration | F::Interval => "interval",
        F::Uuid => "uuid",
        F::Binary => "bytea",
        F::Json(_) => "jsonb",
        F::Inet => "inet",
        F::Array { element, .. } => return sql_type(schema, element) + "[]",
        F::Range(element) => match **element {
            F::Integer => "int4range",
            F::BigInteger => "int8range",
            F::Decimal(_) => "numrange",
            F::Date => "daterange",
            _ => "tstzrange",
        },
        F::HStore => "hstore",
        F::SearchVector => "tsvector",
        F::Enum(id) => {
            let enumeration = schema.enumeration(*id);
            return match &enumeration.native {
                Some(name) => quote(name),
                None => varchar(Some(enumeration.max_length())),
            };
        }
        F::Custom { pg_type, .. } => pg_type,
    };
    text.to_owned()
}

/// `varchar(n)`.
fn varchar(length: Option<u32>) -> String {
    length.map_or_else(|| "varchar".into(), |n| format!("varchar({n})"))
}
