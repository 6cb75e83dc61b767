//! The one function that writes constants as SQL text.

use super::ident::quote;
use crate::hir::{Literal, SqlType};
use nuages_schema::model::Schema;

/// A constant of a type. Text is quoted as PostgreSQL's manual says in 4.1.2.1 (`standard_conforming_strings` on): only quotes are
/// doubled; what is not text carries its type.
pub fn literal(value: &Literal, ty: &SqlType, schema: &Schema) -> String {
    match value {
        Literal::Null => "NULL".into(),
        Literal::Bool(true) => "TRUE".into(),
        Literal::Bool(false) => "FALSE".into(),
        Literal::Integer(n) => n.to_string(),
        Literal::Number(n) => n.clone(),
        Literal::Text(text) if ty.is_text() => string(text),
        Literal::Text(text) => format!("{}::{}", string(text), ty.sql_name(schema)),
        Literal::Variant(id, index) => {
            let e = schema.enumeration(*id);
            let value = e.variants.get(*index as usize).map_or("", |v| v.value.as_str());
            match &e.native {
                Some(native) => format!("{}::{}", string(value), quote(native)),
                None => string(value),
            }
        }
        Literal::Array(items) => {
            let element = match ty {
                SqlType::Array(element, _) => element,
                other => other,
            };
            let items: Vec<String> = items.iter().map(|i| literal(i, element, schema)).collect();
            format!("ARRAY[{}]::{}", items.join(", "), ty.sql_name(schema))
        }
    }
}

/// `'text'`, with quotes inside doubled.
pub fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
