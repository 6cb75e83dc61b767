//! The user's own structs in a query.
//!
//! In: a checked query. Out: every type after `as`, that of the rows apart from those within them, and another name for
//! each.

use super::record::{last, with_lifetime};
use super::rust::{Place, ident};
use crate::hir::select::Record;
use crate::hir::{Body, Ending, Query, Select, Shape, Target};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::Lifetime;

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

/// A user's struct under another name, so that it stands in one place and rustc says once what is wrong with it.
pub(super) struct Alias {
    /// What defines the name.
    pub(super) definition: TokenStream,
    /// The name.
    pub(super) name: Ident,
    /// What a literal begins with, in the place of the type. Editors look for what stands there: for them the type's own
    /// name, if it is one.
    path: TokenStream,
}

impl Alias {
    /// Of the n-th type of a query.
    pub(super) fn new(place: Place<'_>, count: usize, ty: &TokenStream, lifetime: Option<&str>) -> Self {
        let text = format!("__As{count}");
        let name = ident(&text);
        let definition = if let Some(lifetime) = lifetime {
            let ty = with_lifetime(ty, lifetime);
            let lifetime = Lifetime::new(&format!("'{lifetime}"), Span::call_site());
            quote!(type #name<#lifetime> = #ty;)
        } else {
            quote!(type #name = #ty;)
        };
        let shown = if place.paths.editor && lifetime.is_none() { named(ty) } else { None };
        let path = Ident::new(&text, last(ty).resolved_at(Span::call_site()));
        Self { definition, name, path: shown.unwrap_or_else(|| path.to_token_stream()) }
    }

    /// A literal with these fields, whose values have their names.
    pub(super) fn literal(&self, values: impl Iterator<Item = TokenStream>, names: &[Ident]) -> TokenStream {
        let path = &self.path;
        quote!({
            #(#values)*
            #path { #(#names),* }
        })
    }
}

/// A type as the path of a literal, if it is a name, perhaps with types in angle brackets.
fn named(ty: &TokenStream) -> Option<TokenStream> {
    let mut trees: Vec<TokenTree> = ty.clone().into_iter().collect();
    let is = |tree: &TokenTree, c: char| matches!(tree, TokenTree::Punct(p) if p.as_char() == c);
    let word = |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if word != "dyn" && word != "impl");
    let end = trees.iter().position(|tree| is(tree, '<')).unwrap_or(trees.len());
    let whole = end == trees.len() || trees.last().is_some_and(|tree| is(tree, '>'));
    if end == 0 || !whole || !trees[..end].iter().all(|tree| word(tree) || is(tree, ':')) {
        return None;
    }
    let types = trees.split_off(end);
    let colons = (!types.is_empty() && !trees.last().is_some_and(|tree| is(tree, ':'))).then(|| quote!(::));
    Some(quote!(#(#trees)* #colons #(#types)*))
}
