//! Defaults as SQL literals.
//!
//! In: values that the schema has checked against their fields. Out: SQL literals.

use super::types;
use nuages_compiler::render::literal::string;
use nuages_schema::{Field, Literal, Schema};

/// A field's default. Only arrays are cast to the column's type; every other literal takes it from the column.
pub(super) fn default(schema: &Schema, field: &Field, value: &Literal) -> String {
    match value {
        Literal::Array(items) if items.is_empty() => "'{}'".into(),
        Literal::Array(_) => format!("{}::{}", scalar(schema, value), types::column(schema, field)),
        _ => scalar(schema, value),
    }
}

/// A value without a cast.
fn scalar(schema: &Schema, value: &Literal) -> String {
    match value {
        Literal::Bool(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Number(digits) => digits.clone(),
        Literal::Text(value) => string(value),
        Literal::Variant(id, index) => {
            let variant = schema.enumeration(*id).variants.get(*index as usize);
            string(variant.map_or("", |v| &v.value))
        }
        Literal::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| scalar(schema, item)).collect();
            format!("ARRAY[{}]", items.join(", "))
        }
        Literal::Null => "NULL".into(),
    }
}
