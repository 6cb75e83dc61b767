//! The user's own structs in a query.
//!
//! In: a checked query. Out: every type after `as`, that of the rows apart from those within them, and each as what a
//! literal of it begins with.

use super::record::last;
use super::rust::spanned;
use crate::hir::select::Record;
use crate::hir::{Body, Ending, Query, Select, Shape, Target};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

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
    if let Target::Struct(ty) | Target::Lent(Some(ty)) = target {
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

/// A user's struct as the path of a literal, with what has to stand before it: where the type is a name, that name, so
/// that nothing else has its place.
pub(super) fn literal(ty: &TokenStream) -> (Option<TokenStream>, TokenStream) {
    let mut trees: Vec<TokenTree> = ty.clone().into_iter().collect();
    let is = |tree: &TokenTree, c: char| matches!(tree, TokenTree::Punct(p) if p.as_char() == c);
    let named = |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if word != "dyn" && word != "impl");
    let end = trees.iter().position(|tree| is(tree, '<')).unwrap_or(trees.len());
    let whole = end == trees.len() || trees.last().is_some_and(|tree| is(tree, '>'));
    if end == 0 || !whole || !trees[..end].iter().all(|tree| named(tree) || is(tree, ':')) {
        let name = spanned("__Row", last(ty).resolved_at(Span::call_site()));
        return (Some(quote!(type __Row = #ty;)), name.to_token_stream());
    }
    if let Some(name) = trees[..end].iter_mut().rfind(|tree| named(tree)) {
        // The place is the user's, the hygiene is not: rustc then does not offer to edit the query.
        name.set_span(name.span().resolved_at(Span::call_site()));
    }
    let types = trees.split_off(end);
    let colons = (!types.is_empty() && !trees.last().is_some_and(|tree| is(tree, ':'))).then(|| quote!(::));
    (None, quote!(#(#trees)* #colons #(#types)*))
}
