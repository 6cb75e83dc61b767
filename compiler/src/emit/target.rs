//! The user's own structs in a query.
//!
//! In: a checked query. Out: every type after `as`, that of the rows apart from those within them.

use crate::hir::select::Record;
use crate::hir::{Body, Ending, Query, Select, Shape, Target};
use proc_macro2::TokenStream;

/// Types after `as`.
#[derive(Default)]
pub(super) struct Targets {
    /// Of the rows.
    pub(super) outer: Vec<TokenStream>,
    /// Of related rows.
    pub(super) inner: Vec<TokenStream>,
}

/// All of a query's.
pub(super) fn all(query: &Query) -> Targets {
    let mut list = Vec::new();
    match &query.body {
        Body::Select(_, Ending::Aggregate(_, target)) => push(target, 0, &mut list),
        Body::Select(select, _) => of_select(select, 0, &mut list),
        Body::Create(create) => of_record(&create.record, 0, &mut list),
        Body::BulkCreate(bulk) => bulk.record.iter().for_each(|r| of_record(r, 0, &mut list)),
        Body::Update(update) => update.record.iter().for_each(|r| of_record(r, 0, &mut list)),
        Body::BulkUpdate(_) | Body::Link(_) => {}
        Body::Upsert(upsert) => of_record(&upsert.record, 0, &mut list),
        Body::Delete(delete) => delete.record.iter().for_each(|r| of_record(r, 0, &mut list)),
    }
    let mut targets = Targets::default();
    for (depth, ty) in list {
        if depth == 0 { targets.outer.push(ty) } else { targets.inner.push(ty) }
    }
    targets
}

fn push(target: &Target, depth: usize, list: &mut Vec<(usize, TokenStream)>) {
    if let Target::Struct(ty) = target {
        list.push((depth, ty.clone()));
    }
}

fn of_select(select: &Select, depth: usize, list: &mut Vec<(usize, TokenStream)>) {
    match &select.shape {
        Shape::Model(record) => of_record(record, depth, list),
        Shape::Values(_, target) => push(target, depth, list),
        Shape::Tuple(_) | Shape::Flat(_) | Shape::Nothing => {}
    }
}

fn of_record(record: &Record, depth: usize, list: &mut Vec<(usize, TokenStream)>) {
    push(&record.target, depth, list);
    for related in &record.related {
        of_record(&related.record, depth + 1, list);
    }
    for prefetch in &record.prefetches {
        of_select(&prefetch.select, depth + 1, list);
    }
}
