//! `Model(x)`: one object by its primary key.
//!
//! In: what stands in the parentheses. Out: one expression for each column of the key, and the condition on them.

use super::context::{Context, Expected, Names};
use super::path::typed;
use super::value::operand;
use crate::ast::{self, Form, Tokens};
use crate::check::types::bare;
use crate::hir::condition::Comparison;
use crate::hir::{Bind, ColumnPath, Condition, Expr, ExprKind, SqlType, Test};
use nuages_schema::model::{FieldId, ModelId};

/// The parts of the key, in the order of the model's key. `None`: reported.
pub(super) fn key(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    model: ModelId,
    value: &ast::Value,
    equals: proc_macro2::Span,
) -> Option<Vec<Expr>> {
    let parts = parts(cx, names, model, value, equals)?;
    // The object is not there before its key is.
    let mut reads = false;
    for part in &parts {
        part.walk(&mut |e| {
            reads |= matches!(e.kind, ExprKind::Column(_) | ExprKind::Annotation(_) | ExprKind::Aggregate(_));
        });
    }
    if reads {
        let text = format!("the key of `{}` is a value, found fields of its row", cx.schema.model(model).name);
        cx.diagnostics.error("N0341", value.place, text).note("`filter(…)` compares fields");
        return None;
    }
    Some(parts)
}

fn parts(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    model: ModelId,
    value: &ast::Value,
    equals: proc_macro2::Span,
) -> Option<Vec<Expr>> {
    let declared = cx.schema.model(model);
    let fields: &[FieldId] = &declared.key;
    match fields {
        [] => {
            let text = format!("`{}` has no primary key", declared.name);
            cx.diagnostics.error("N0205", value.place, text);
            None
        }
        [_] if matches!(&value.form, Form::Tuple(parts) if parts.len() > 1) => {
            let text = format!("the key of `{}` has one column, expected one value", declared.name);
            cx.diagnostics.error("N0206", value.place, text);
            None
        }
        [field] => {
            let expected = Expected::of_key(cx.schema, model, *field);
            operand(cx, names, value, equals, &expected).map(|expr| vec![expr])
        }
        _ => composite(cx, names, model, fields, value, equals),
    }
}

/// The condition that a row of the model has that key.
pub(super) fn condition(cx: &Context<'_>, model: ModelId, key: Vec<Expr>) -> Condition {
    let fields = &cx.schema.model(model).key;
    let mut tests: Vec<Condition> = fields
        .iter()
        .zip(key)
        .map(|(field, right)| {
            let left = typed(cx.schema, &[], ColumnPath { hops: Vec::new(), model, field: *field });
            Condition::Test(Test { left, operator: Comparison::Operator("=", right), switch: None })
        })
        .collect();
    if tests.len() == 1 { tests.swap_remove(0) } else { Condition::All(tests) }
}

fn composite(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    model: ModelId,
    fields: &[FieldId],
    value: &ast::Value,
    equals: proc_macro2::Span,
) -> Option<Vec<Expr>> {
    match &value.form {
        Form::Tuple(parts) if parts.len() == fields.len() => {
            let mut key = Vec::new();
            for (value, field) in parts.iter().zip(fields) {
                let expected = Expected { nullable: false, ..Expected::of_field(cx.schema, model, *field) };
                key.push(operand(cx, names, value, equals, &expected));
            }
            key.into_iter().collect()
        }
        Form::Rust | Form::Chain(_) => {
            let types: Vec<SqlType> =
                fields.iter().map(|f| SqlType::of_field(cx.schema, cx.schema.field(model, *f))).collect();
            let expected = Expected { key_of: Some(model), ..bare(types.first()?.clone()) };
            let bind = Bind::Key(types.clone());
            let id = cx.value(value.tokens.clone(), value.place, equals, &expected, bind, None);
            let slots = (0u16..).zip(types);
            Some(slots.map(|(n, ty)| Expr { kind: ExprKind::Bound(id, n), ty, nullable: false }).collect())
        }
        Form::Empty => None,
        _ => {
            let names: Vec<String> =
                fields.iter().map(|f| format!("`{}`", cx.schema.field(model, *f).attname)).collect();
            let declared = &cx.schema.model(model).name;
            let text = format!("the key of `{declared}` has {} columns, expected a tuple", names.len());
            let place: Tokens = value.place;
            cx.diagnostics.error("N0206", place, text).note(format!("its columns are {}", names.join(", ")));
            None
        }
    }
}
