//! Rows that borrow from the answer: `as Card<'_>`, and `-> Vec<Card<'_>>` of a named query.
//!
//! In: a query that is resolved, and the lifetime that was written. Out: its rows, and those of its prefetches, are
//! [`Target::Lent`] where they say `'_`; or the mistake, at that lifetime.

use super::context::Context;
use crate::ast::{self, Lifetime, Step};
use crate::hir::select::{Annotation, Record};
use crate::hir::{Body, Ending, Output, Select, Shape, SqlType, Target};
use crate::parse::lifetime;

/// Endings whose rows are put into something that has no place for what they would borrow from.
const OWNING: &[&str] = &["page", "in_bulk", "get_or_create", "update_or_create"];

/// Rows that become structs.
enum Rows<'h> {
    /// Of a model, with the chain's annotations.
    Record(&'h mut Record, &'h [Annotation]),
    /// Of values.
    Values(&'h [Output], &'h mut Target),
}

/// Marks what borrows.
pub(super) fn lend(cx: &mut Context<'_>, chain: &ast::Chain, body: &mut Body) {
    let mut methods = chain.steps.iter().filter_map(|step| match step {
        Step::Method(method) => Some(method.name.text.as_str()),
        _ => None,
    });
    let owning = methods.find(|name| OWNING.contains(name));
    let Some(rows) = rows(body) else { return };
    let written = rows.written().or_else(|| chain.lent.clone());
    if let (Some(method), Some(at)) = (owning, &written) {
        let text = format!("the rows of `{method}` own what they hold, they cannot borrow");
        let error = cx.diagnostics.error("N0269", at.tokens, text);
        error.note("rows borrow where a chain or a slice gives all, and where `get`, `first` or `Model(x)` gives one");
        return;
    }
    mark(cx, rows, written, true);
}

/// The rows of a query.
fn rows(body: &mut Body) -> Option<Rows<'_>> {
    let record = match body {
        Body::Select(_, Ending::Aggregate(outputs, target)) => return Some(Rows::Values(outputs, target)),
        Body::Select(select, _) => return of(select),
        Body::Create(create) => Some(&mut create.record),
        Body::BulkCreate(bulk) => bulk.record.as_mut(),
        Body::Update(update) => update.record.as_mut(),
        Body::Delete(delete) => delete.record.as_mut(),
        Body::Upsert(upsert) => Some(&mut upsert.record),
        Body::BulkUpdate(_) | Body::Link(_) => None,
    };
    record.map(|record| Rows::Record(record, &[]))
}

/// The rows of a chain.
fn of(select: &mut Select) -> Option<Rows<'_>> {
    match &mut select.shape {
        Shape::Model(record) => Some(Rows::Record(record, &select.annotations)),
        Shape::Values(outputs, target) => Some(Rows::Values(outputs, target)),
        Shape::Tuple(_) | Shape::Flat(_) | Shape::Nothing => None,
    }
}

/// The lifetime in the struct that a chain's rows become.
fn written(shape: &Shape) -> Option<Lifetime> {
    match shape {
        Shape::Model(record) => of_target(&record.target),
        Shape::Values(_, target) => of_target(target),
        Shape::Tuple(_) | Shape::Flat(_) | Shape::Nothing => None,
    }
}

fn of_target(target: &Target) -> Option<Lifetime> {
    match target {
        Target::Struct(ty) => lifetime(ty),
        Target::Record | Target::Lent(_) => None,
    }
}

/// Marks rows and what is prefetched of them. `within`: what holds these rows borrows, too.
fn mark(cx: &mut Context<'_>, mut rows: Rows<'_>, written: Option<Lifetime>, within: bool) {
    let text = rows.has_text(cx);
    let lent = written.is_some();
    if let Some(at) = written {
        if at.name != "_" {
            let text = format!("expected `'_`, found `'{}`: rows borrow from their answer alone", at.name);
            cx.diagnostics.error("N0269", at.tokens, text);
        } else if !within {
            let text = "the rows around these own what they hold, so these cannot borrow";
            let error = cx.diagnostics.error("N0269", at.tokens, text);
            error.note("`'_` stands behind their struct, too: `as Page<'_>`");
        } else if !text {
            cx.diagnostics.error("N0269", at.tokens, "these rows have no text and no bytes to borrow");
        }
        let target = rows.target();
        *target = Target::Lent(match std::mem::replace(target, Target::Record) {
            Target::Struct(ty) => Some(ty),
            Target::Record | Target::Lent(_) => None,
        });
    }
    if let Rows::Record(record, _) = rows {
        below(cx, record, lent);
    }
}

/// Marks what is prefetched of a row and of its related rows, which own what they hold.
fn below(cx: &mut Context<'_>, record: &mut Record, lent: bool) {
    for prefetch in &mut record.prefetches {
        if let Some(rows) = of(&mut prefetch.select) {
            let written = rows.written();
            mark(cx, rows, written, lent);
        }
    }
    for related in &mut record.related {
        below(cx, &mut related.record, false);
    }
}

impl Rows<'_> {
    fn target(&mut self) -> &mut Target {
        match self {
            Self::Record(record, _) => &mut record.target,
            Self::Values(_, target) => target,
        }
    }

    /// The lifetime in the struct after `as`.
    fn written(&self) -> Option<Lifetime> {
        let target = match self {
            Self::Record(record, _) => &record.target,
            Self::Values(_, target) => &**target,
        };
        of_target(target)
    }

    /// Whether something of them can be borrowed, or may be below them.
    fn has_text(&self, cx: &Context<'_>) -> bool {
        match self {
            Self::Record(record, annotations) => {
                let model = cx.schema.model(record.model);
                record.fields.iter().any(|field| SqlType::of_field(cx.schema, model.field(*field)).is_lent())
                    || record.annotations.iter().any(|i| annotations[*i].expr.ty.is_lent())
                    || record.prefetches.iter().any(|prefetch| written(&prefetch.select.shape).is_some())
            }
            Self::Values(outputs, _) => outputs.iter().any(|output| output.expr.ty.is_lent()),
        }
    }
}
