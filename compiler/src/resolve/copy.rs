//! `bulk_create(…).copy()`: what can be streamed by binary COPY.
//!
//! In: the columns of a bulk write. Out: nothing but mistakes: values that the server would have to compute, and types
//! whose binary form is not the client's to know.

use super::context::Context;
use crate::ast::Tokens;
use crate::hir::{Assignment, ExprKind, Literal, SqlType};
use nuages_schema::model::{Field, FieldId, FieldType, ModelId};

/// Reports what cannot be streamed.
pub(super) fn check(
    cx: &mut Context<'_>,
    model: ModelId,
    mut fields: Vec<FieldId>,
    constants: &[Assignment],
    place: Tokens,
) {
    let declared = cx.schema.model(model);
    for constant in constants {
        let name = &declared.field(constant.field).name;
        let streams = match &constant.value.kind {
            ExprKind::Bound(..) => true,
            ExprKind::Literal(literal) => is_plain(literal, &constant.value.ty),
            _ => false,
        };
        if streams {
            fields.push(constant.field);
        } else {
            let text = format!("`{name}` would be computed by the server, `copy` streams values");
            let error = cx.diagnostics.error("N0632", place, text);
            error.note("a Rust value is the same for all rows as well");
        }
    }
    for field in fields {
        let field = declared.field(field);
        if !has_binary(&field.ty, &SqlType::of_field(cx.schema, field)) || changes_form(field) {
            let text = format!("values of `{}.{}` cannot be streamed", declared.name, field.name);
            let error = cx.diagnostics.error("N0631", place, text);
            error.note("only the server knows their binary form; without `copy()` the same rows are one `INSERT`");
        }
    }
}

/// A constant that Rust can write as a value of its type.
fn is_plain(literal: &Literal, ty: &SqlType) -> bool {
    match literal {
        Literal::Null | Literal::Bool(_) | Literal::Variant(..) => true,
        Literal::Integer(_) => matches!(ty, SqlType::Int2 | SqlType::Int4 | SqlType::Int8),
        Literal::Text(_) => *ty == SqlType::Text,
        Literal::Number(_) | Literal::Array(_) => false,
    }
}

/// Whether what is sent of a type is its binary form.
fn has_binary(ty: &FieldType, sql: &SqlType) -> bool {
    match (ty, sql) {
        (FieldType::SearchVector | FieldType::Custom { .. }, _) => false,
        // Of these the server gives each database its own number, which stands in the arrays.
        (FieldType::Array { .. }, SqlType::Array(of, _))
            if matches!(**of, SqlType::HStore | SqlType::NativeEnum(_)) =>
        {
            false
        }
        (FieldType::Array { element, .. }, SqlType::Array(of, _)) => has_binary(element, of),
        _ => true,
    }
}

/// Whether `db_type` gives the column a binary form of its own. Text has the same in all of its types.
fn changes_form(field: &Field) -> bool {
    let text = matches!(
        field.ty,
        FieldType::Char(_) | FieldType::Text | FieldType::Slug(_) | FieldType::Email | FieldType::Url
    );
    field.db_type.is_some() && !text
}
