//! The one character that PostgreSQL can neither store nor read.
//!
//! In: what was described. Out: a mistake for each field, model, enum or constraint whose texts hold a NUL, so that no
//! statement is cut off in the middle.

use crate::catalog::{Column, EnumType, Table, Value};
use nuages_schema::{Diagnostic, Enum, Model, Span};

/// Looks at a table, its columns, constraints and indexes.
pub(super) fn check_table(table: &Table, model: &Model, list: &mut Vec<Diagnostic>) {
    let own = [
        Some(&table.name.name),
        table.name.namespace.as_ref(),
        table.comment.as_ref(),
    ];
    let constraints = table.constraints.iter().map(|c| Some(&c.name));
    let indexes = table.indexes.iter().map(|i| Some(&i.name));
    note(
        own.into_iter().chain(constraints).chain(indexes),
        &model.name,
        model.span,
        list,
    );
    for (column, field) in table.columns.iter().zip(&model.fields) {
        note(texts(column).into_iter(), &field.name, field.span, list);
    }
}

/// Looks at an enum type.
pub(super) fn check_enum(ty: &EnumType, enumeration: &Enum, list: &mut Vec<Diagnostic>) {
    let texts = ty.values.iter().chain([&ty.name]).map(Some);
    note(texts, &enumeration.name, enumeration.span, list);
}

/// The texts of a column.
fn texts(column: &Column) -> [Option<&String>; 5] {
    let value = match &column.value {
        Value::Default(text) | Value::Generated(text) => Some(text),
        Value::Null | Value::Identity => None,
    };
    [
        Some(&column.name),
        Some(&column.ty),
        column.collation.as_ref(),
        column.comment.as_ref(),
        value,
    ]
}

/// Notes a mistake if one of the texts holds a NUL.
fn note<'a>(
    mut texts: impl Iterator<Item = Option<&'a String>>,
    name: &str,
    span: Span,
    list: &mut Vec<Diagnostic>,
) {
    if texts.any(|text| text.is_some_and(|text| text.contains('\0'))) {
        let message =
            format!("found a NUL character in a text of `{name}`, which PostgreSQL cannot store");
        list.push(Diagnostic::at("M003", span, message));
    }
}
