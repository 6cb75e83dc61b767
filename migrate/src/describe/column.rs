//! Fields to columns.

use super::{Place, literal, types};
use crate::catalog::{Column, Value};
use crate::compile;
use nuages_compiler::hir::SqlType;
use nuages_compiler::render::literal::string;
use nuages_schema::{Code, Default, Diagnostic, Field, FieldId, FieldType, Schema};

/// The column of a field.
pub(super) fn column(place: &mut Place<'_>, id: FieldId) -> Column {
    let field = place.model.field(id);
    Column {
        name: field.column.clone(),
        ty: types::column(place.schema, field),
        collation: types::collation(place.schema, field),
        not_null: !field.nullable || place.model.key.contains(&id),
        value: value(place, field),
        comment: field.help.clone(),
    }
}

/// Where a column's value comes from.
fn value(place: &mut Place<'_>, field: &Field) -> Value {
    if let Some(code) = &field.generated {
        return Value::Generated(generated(place, field, code));
    }
    match (&field.default, &field.ty) {
        (Some(default), _) => Value::Default(default_text(place, field, default)),
        (None, FieldType::SmallAuto | FieldType::Auto | FieldType::BigAuto) => Value::Identity,
        (None, ty) if field.auto_now || field.auto_now_add => Value::Default(now(ty, &place.schema.time_zone)),
        (None, _) => Value::Null,
    }
}

/// The expression of a generated column; empty after a mistake.
fn generated(place: &mut Place<'_>, field: &Field, code: &Code) -> String {
    let Some((text, found)) = compile::expression(place.schema, place.id, code, place.list) else {
        return String::new();
    };
    let expected = SqlType::of_field(place.schema, field);
    // What a type given as text takes is not known here.
    if field.db_type.is_none() && !is_assignable(&found, &expected, place.schema) {
        let (found, expected) = (found.sql_name(place.schema), expected.sql_name(place.schema));
        let message = format!("`{}` is {expected}, the expression that generates it is {found}", field.name);
        place.list.push(Diagnostic::at("M002", code.span, message));
    }
    text
}

/// Whether PostgreSQL stores a value of one type in a column of another without a cast that depends on settings.
fn is_assignable(from: &SqlType, to: &SqlType, schema: &Schema) -> bool {
    match (from, to) {
        (SqlType::Array(from, _), SqlType::Array(to, _)) => is_assignable(from, to, schema),
        (SqlType::Date, SqlType::Timestamp) | (_, SqlType::Custom { .. }) | (SqlType::Custom { .. }, _) => true,
        _ => (from.is_number() && to.is_number()) || from.sql_name(schema) == to.sql_name(schema),
    }
}

/// The text of a default.
fn default_text(place: &Place<'_>, field: &Field, default: &Default) -> String {
    match default {
        Default::Literal(value) => literal::default(place.schema, field, value),
        Default::Now => now(&field.ty, &place.schema.time_zone),
        Default::RandomUuid => "gen_random_uuid()".into(),
        // Within parentheses, because the grammar of DEFAULT is narrower than that of expressions.
        Default::Sql(text) => format!("({text})"),
    }
}

/// The present moment as a value of a type. What has no time zone of its own is read in the schema's, so that the
/// setting of the session does not matter.
fn now(ty: &FieldType, zone: &str) -> String {
    let local = |cast: &str| format!("(now() AT TIME ZONE {}){cast}", string(zone));
    match ty {
        FieldType::NaiveDateTime => local(""),
        FieldType::Date => local("::date"),
        FieldType::Time => local("::time"),
        _ => "now()".into(),
    }
}
