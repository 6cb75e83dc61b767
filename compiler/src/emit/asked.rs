//! Columns of types that the driver does not know until it has asked the server.
//!
//! In: a checked query and its statements. Out: whether it reads such a column. An expression has the type of a column in
//! it, if it is read as the same.

use crate::hir::select::{Record, Shape};
use crate::hir::stored::{is_asked_for, is_column_asked_for};
use crate::hir::{Body, Ending, Expr, ExprKind, Output, Query, Select, SqlType};
use crate::render::{Child, Compiled, Sql};
use nuages_schema::model::{FieldId, ModelId, Schema};

/// Whether a query reads one.
pub(super) fn any(schema: &Schema, query: &Query, compiled: &Compiled) -> bool {
    let of = Of { schema };
    let own = match &query.body {
        Body::Select(_, Ending::Count | Ending::Exists) | Body::BulkUpdate(_) | Body::Link(_) => false,
        Body::Select(select, Ending::Aggregate(outputs, _)) => of.outputs(select, outputs),
        Body::Select(select, Ending::Keyed(fields)) => of.fields(select.model, fields) || of.select(select),
        Body::Select(select, _) => of.select(select),
        Body::Create(create) => of.record(&create.record),
        Body::Upsert(upsert) => of.record(&upsert.record),
        Body::BulkCreate(bulk) => bulk.record.as_ref().is_some_and(|record| of.record(record)),
        Body::Update(update) => update.record.as_ref().is_some_and(|record| of.record(record)),
        Body::Delete(delete) => delete.record.as_ref().is_some_and(|record| of.record(record)),
    };
    own || is_custom(&compiled.root) || any_custom(&compiled.children)
}

/// Whether a column is of a type that is the user's own.
fn is_custom(sql: &Sql) -> bool {
    sql.columns.iter().any(|column| match &column.ty {
        SqlType::Array(element, _) | SqlType::Range(element) => matches!(**element, SqlType::Custom { .. }),
        ty => matches!(ty, SqlType::Custom { .. }),
    })
}

fn any_custom(children: &[Child]) -> bool {
    let keys = |child: &Child| child.parent_types.iter().any(is_asked_for);
    children.iter().any(|child| keys(child) || is_custom(&child.sql) || any_custom(&child.children))
}

struct Of<'s> {
    schema: &'s Schema,
}

impl Of<'_> {
    fn select(&self, select: &Select) -> bool {
        let shape = match &select.shape {
            Shape::Model(record) => {
                self.record(record)
                    || record.annotations.iter().any(|i| self.expr(select, &select.annotations[*i].expr))
            }
            shape => self.outputs(select, shape.outputs()),
        };
        let further = || select.cursor_columns().into_iter().filter_map(|column| column.further);
        shape
            || further().any(|expr| self.expr(select, expr))
            || select
                .set
                .as_ref()
                .is_some_and(|set| self.select(&set.first) || set.rest.iter().any(|(_, select)| self.select(select)))
    }

    /// What is read of a row, of those that it leads to and of those that are prefetched.
    fn record(&self, record: &Record) -> bool {
        self.fields(record.model, &record.fields)
            || record.related.iter().any(|related| self.record(&related.record))
            || record.prefetches.iter().any(|prefetch| self.select(&prefetch.select))
    }

    fn outputs(&self, select: &Select, outputs: &[Output]) -> bool {
        outputs.iter().any(|output| self.expr(select, &output.expr))
    }

    fn fields(&self, model: ModelId, fields: &[FieldId]) -> bool {
        fields.iter().any(|field| is_column_asked_for(self.schema, self.schema.field(model, *field)))
    }

    fn expr(&self, select: &Select, expr: &Expr) -> bool {
        let mut found = false;
        expr.walk(&mut |inner| {
            found |= inner.ty == expr.ty
                && match &inner.kind {
                    ExprKind::Column(path) | ExprKind::Outer(path, _) => self.fields(path.model, &[path.field]),
                    ExprKind::Annotation(i) => self.expr(select, &select.annotations[*i].expr),
                    ExprKind::Subquery(select) => self.select(select),
                    _ => false,
                };
        });
        found
    }
}
