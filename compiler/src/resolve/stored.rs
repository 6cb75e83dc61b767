//! The statements of one object: `p.save(&db)`, `p.delete(&db)`, `p.refresh_from_db(&db)`.
//!
//! In: a model with a key. Out: a query for each, whose values are fields of the object: the columns that can be written,
//! in the model's order, for `save`, the columns of the key for the others. `scope default` says nothing of them.

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
    /// The fields that `save` takes values of, one slot each.
    pub written: Vec<FieldId>,
    /// The fields of the key, one slot each in the others.
    pub key: Vec<FieldId>,
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
    let key = declared.key.clone();
    let written: Vec<FieldId> = declared.field_ids().filter(|id| declared.field(*id).generated.is_none()).collect();
    let touched = touched(&cx, model, &[]);
    let position = |field: FieldId| written.iter().position(|f| *f == field).unwrap_or(0);
    let own = |field: &FieldId| !key.contains(field) && !touched.iter().any(|a| a.field == *field);
    let mut assignments: Vec<Assignment> = written
        .iter()
        .copied()
        .filter(own)
        .map(|field| Assignment { field, value: bound(schema, model, field, position(field)), switch: None })
        .collect();
    assignments.extend(touched.iter().cloned());
    if assignments.is_empty() {
        // A row that is nothing but its key is written by writing that.
        let field = key[0];
        assignments.push(Assignment { field, value: bound(schema, model, field, position(field)), switch: None });
    }
    let all = || record(schema, model, &[], Vec::new(), None);
    let by_key: Vec<usize> = (0..key.len()).collect();
    let by_position: Vec<usize> = key.iter().map(|field| position(*field)).collect();
    let update = Update { select: row(&cx, model, &by_position), assignments, unless_empty: None, record: Some(all()) };
    let read = Select { shape: Shape::Model(Box::new(all())), pinned: true, ..row(&cx, model, &by_key) };
    let gone = Delete { select: row(&cx, model, &by_key), record: None };
    let save = query(schema, model, Body::Update(update), &written);
    let delete = query(schema, model, Body::Delete(gone), &key);
    let refresh = query(schema, model, Body::Select(Box::new(read), Ending::One), &key);
    Some(Stored { written, key, save, delete, refresh })
}

/// The row whose key stands in these values.
fn row(cx: &Context<'_>, model: ModelId, slots: &[usize]) -> Select {
    let declared = cx.schema.model(model);
    let values = declared.key.iter().zip(slots).map(|(field, slot)| bound(cx.schema, model, *field, *slot));
    let condition = key::condition(cx, model, values.collect());
    let mut draft = Draft::new(model, Tokens::one(Span::call_site()), Part::Query);
    draft.single = true;
    draft.filter(condition, false);
    rows(draft)
}

/// A field's value.
fn bound(schema: &Schema, model: ModelId, field: FieldId, position: usize) -> Expr {
    let column = typed(schema, &[], ColumnPath { hops: Vec::new(), model, field });
    Expr { kind: ExprKind::Bound(id(position), 0), ..column }
}

fn id(position: usize) -> ValueId {
    ValueId(u16::try_from(position).unwrap_or(u16::MAX))
}

/// A query whose values are fields.
fn query(schema: &Schema, model: ModelId, body: Body, fields: &[FieldId]) -> Query {
    let value = |(i, field): (usize, &FieldId)| {
        let declared = schema.field(model, *field);
        Value {
            tokens: TokenStream::new(),
            place: Tokens::one(Span::call_site()),
            equals: Span::call_site(),
            ty: SqlType::of_field(schema, declared),
            key_of: None,
            bind: if declared.nullable { Bind::Nullable } else { Bind::One },
            switch: None,
            slot: id(i).0,
            argument: None,
        }
    };
    let values: Vec<Value> = fields.iter().enumerate().map(value).collect();
    let steps = (0..values.len()).map(|i| Step::Value(id(i))).collect();
    let slots = id(values.len()).0;
    Query { model, body, values, steps, joints: Vec::new(), slots, switches: 0 }
}
