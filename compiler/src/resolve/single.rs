//! `single_query()`: the rows and those of their prefetches in one statement.
//!
//! In: the method as written, and the chain it stands in. Out: a chain with prefetches, of which nothing is locked, and
//! whose levels together have no more columns than a statement can give.

use super::context::Context;
use super::draft::{Draft, Part};
use crate::ast::Tokens;
use crate::hir::pack::{MOST, pack};
use crate::hir::select::Record;
use crate::hir::{Select, Shape, SqlType};
use nuages_schema::model::Schema;

/// `single_query()`.
pub(super) fn single_query(cx: &mut Context<'_>, draft: &mut Draft, place: Tokens) {
    if draft.part == Part::Query {
        draft.together = Some(place);
    } else {
        let text = "`single_query` is about the whole query, it stands in the outermost chain";
        cx.diagnostics.error("N0266", place, text);
    }
}

/// Whether there is something to be read in the same statement; the methods of the chain are known, and nothing else. Where
/// it was asked for.
pub(super) fn check(cx: &mut Context<'_>, draft: &Draft) -> Option<Tokens> {
    let place = draft.together?;
    let combined = draft.set.as_ref().is_some_and(|combined| combined.prefetches());
    if draft.prefetches.is_empty() && !combined {
        let text = "`single_query` reads prefetched relations in the same statement, and nothing is prefetched";
        cx.diagnostics.error("N0266", place, text).note("`prefetch_related(…)` names them");
    }
    Some(place)
}

/// Whether the finished chain can be one statement, if that was asked for.
pub(super) fn settle(cx: &mut Context<'_>, select: &Select, place: Option<Tokens>) {
    let Some(place) = place else { return };
    let mut levels = Vec::new();
    flatten(select, &mut levels);
    if levels.iter().any(|level| level.lock.is_some()) {
        let text = "`select_for_update` does not go with `single_query`";
        let error = cx.diagnostics.error("N0267", place, text);
        error.note("a locked row is given as it has become, related rows of the same statement as they were before");
        return;
    }
    let columns: Vec<Vec<SqlType>> = levels.iter().map(|level| columns(cx, level)).collect();
    let width = pack(cx.schema, &columns).columns.len() + 1;
    if width > MOST {
        let text = format!("{width} columns in one statement, expected at most {MOST}");
        let error = cx.diagnostics.error("N0268", place, text);
        error.note("`only(…)` reads fewer; without `single_query` each level is a statement of its own");
    }
}

/// A chain and those of its prefetches, depth first.
fn flatten<'s>(select: &'s Select, levels: &mut Vec<&'s Select>) {
    levels.push(select);
    select.shape.prefetches().iter().for_each(|prefetch| flatten(&prefetch.select, levels));
}

/// The columns of a level, and as many more as prefetches may read of it.
fn columns(cx: &Context<'_>, select: &Select) -> Vec<SqlType> {
    let mut all = match &select.shape {
        Shape::Model(record) => {
            let annotations = record.annotations.iter().map(|i| select.annotations[*i].expr.ty.clone());
            of_record(cx.schema, record).into_iter().chain(annotations).collect()
        }
        values => values.outputs().iter().map(|output| output.expr.ty.clone()).collect::<Vec<_>>(),
    };
    let further = select.cursor_columns().into_iter().filter_map(|column| column.further);
    all.extend(further.map(|expr| expr.ty.clone()));
    all.extend(select.shape.prefetches().iter().map(|_| SqlType::Int8));
    // The key of its parents.
    all.push(SqlType::Int8);
    all
}

fn of_record(schema: &Schema, record: &Record) -> Vec<SqlType> {
    let own = record.fields.iter().chain(&record.witness);
    let mut all: Vec<SqlType> =
        own.map(|field| SqlType::of_field(schema, schema.field(record.model, *field))).collect();
    all.extend(record.related.iter().flat_map(|related| of_record(schema, &related.record)));
    all
}
