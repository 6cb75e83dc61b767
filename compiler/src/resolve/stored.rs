//! The statements of one object: `p.save(&db)`, `p.delete(&db)`, `p.refresh_from_db(&db)`.
//!
//! In: a model with a key. Out: a query for each, whose values are the fields of the object, in the model's order; which of
//! them are sent the statement says. `scope default` says nothing of them.

use super::context::Context;
use super::draft::{Draft, Part};
use super::key;
use super::path::typed;
use super::related::record;
use super::update::{rows, touched};
use crate::ast::Tokens;
use crate::diagnostic::Diagnostics;
use crate::hir::{
    Assignment, Bind, Body, ColumnPath, Delete, Ending, Expr, ExprKind, Query, Select, Shape, SqlType, Step, Update,
    Value, ValueId,
};
use nuages_schema::model::{FieldId, ModelId, Schema};
use proc_macro2::{Span, TokenStream};

/// The queries of one object.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Changes all columns of the row and gives it back.
    pub save: Query,
    /// Deletes the row.
    pub delete: Query,
    /// Reads the row.
    pub refresh: Query,
}

/// The queries of a model's objects; `None` for a view.
pub fn stored(schema: &Schema, model: ModelId) -> Option<Stored> {
    let declared = schema.model(model);
    if declared.key.is_empty() {
        return None;
    }
    let mut none = Diagnostics::default();
    let cx = Context::new(schema, &mut none);
    let key = &declared.key;
    let touched = touched(&cx, model, &[]);
    let own = |field: &FieldId| !key.contains(field) && !touched.iter().any(|a| a.field == *field);
    let mut assignments: Vec<Assignment> = declared
        .field_ids()
        .filter(|id| declared.field(*id).generated.is_none())
        .filter(own)
        .map(|field| Assignment { field, value: bound(schema, model, field), switch: None })
        .collect();
    assignments.extend(touched.iter().cloned());
    if assignments.is_empty() {
        // A row that is nothing but its key is written by writing that.
        let field = key[0];
        assignments.push(Assignment { field, value: bound(schema, model, field), switch: None });
    }
    let all = || record(schema, model, &[], Vec::new(), None);
    let update = Update { select: row(&cx, model), assignments, unless_empty: None, record: Some(all()) };
    let read = Select { shape: Shape::Model(Box::new(all())), pinned: true, ..row(&cx, model) };
    let gone = Delete { select: row(&cx, model), record: None };
    let save = query(schema, model, Body::Update(update));
    let delete = query(schema, model, Body::Delete(gone));
    let refresh = query(schema, model, Body::Select(Box::new(read), Ending::One));
    Some(Stored { save, delete, refresh })
}

/// The row whose key stands in these values.
fn row(cx: &Context<'_>, model: ModelId) -> Select {
    let declared = cx.schema.model(model);
    let values = declared.key.iter().map(|field| bound(cx.schema, model, *field));
    let condition = key::condition(cx, model, values.collect());
    let mut draft = Draft::new(model, Tokens::one(Span::call_site()), Part::Query);
    draft.single = true;
    draft.filter(condition, false);
    rows(draft)
}

/// A field's value: its slot is its place in the model.
fn bound(schema: &Schema, model: ModelId, field: FieldId) -> Expr {
    let column = typed(schema, &[], ColumnPath { hops: Vec::new(), model, field });
    Expr { kind: ExprKind::Bound(id(field), 0), ..column }
}

fn id(field: FieldId) -> ValueId {
    ValueId(u16::try_from(field.0).unwrap_or(u16::MAX))
}

/// A query whose values are fields.
fn query(schema: &Schema, model: ModelId, body: Body) -> Query {
    let value = |field: FieldId| {
        let declared = schema.field(model, field);
        Value {
            tokens: TokenStream::new(),
            place: Tokens::one(Span::call_site()),
            equals: Span::call_site(),
            ty: SqlType::of_field(schema, declared),
            key_of: None,
            subject: None,
            bind: if declared.nullable { Bind::Nullable } else { Bind::One },
            switch: None,
            slot: id(field).0,
            argument: None,
        }
    };
    let fields = || schema.model(model).field_ids();
    let values: Vec<Value> = fields().map(value).collect();
    let steps = fields().map(|field| Step::Value(id(field))).collect();
    let slots = u16::try_from(values.len()).unwrap_or(u16::MAX);
    Query { model, body, values, steps, joints: Vec::new(), slots, switches: 0 }
}
