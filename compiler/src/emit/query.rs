//! The plan of a query: statements as static data, and the ending that makes the result.
//!
//! In: a checked query and its statements. Out: the type of the result, the kind of the query, and the plan.

use super::asked;
use super::record::{Definitions, Lists, Shaped};
use crate::hir::{Body, Ending, Query, Select};
use crate::render::{Child, Compiled, Fragment, Param, Sql};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A query's plan as Rust.
pub(super) struct Planned {
    /// The type of the result.
    pub(super) result: TokenStream,
    /// `::nuages::Read` and the like.
    pub(super) kind: TokenStream,
    /// The expression of type `Plan<result>`.
    pub(super) plan: TokenStream,
    /// If set: nothing is sent unless one of these switches is.
    pub(super) unless_empty: Option<u64>,
}

/// Plans a query; the types of its rows go to the definitions.
pub(super) fn planned(query: &Query, compiled: &Compiled, definitions: &mut Definitions<'_>) -> Planned {
    let model = definitions.place.schema.model(query.model).name.clone();
    let root = statement(&compiled.root);
    let reads = match &query.body {
        Body::Select(select, _) if locks(select) => quote!(::nuages::Locking),
        _ if compiled.together => quote!(::nuages::Pipelined),
        _ if compiled.children.is_empty() => quote!(::nuages::Read),
        _ => quote!(::nuages::Nested),
    };
    let write = || quote!(::nuages::Write);
    let owner = definitions.names.owner(&model).to_owned();
    let mut unless_empty = None;
    let plan = |method: TokenStream, arguments: TokenStream| quote!(::nuages::private::Plan::#method(#model, #root #arguments));
    let affected = || (quote!(u64), plan(quote!(affected), TokenStream::new()));
    let (kind, (result, plan)) = match &query.body {
        Body::Select(select, ending) => {
            let shaped = match ending {
                Ending::Aggregate(outputs, target) => Some(definitions.values(outputs, target, &owner, "Aggregate")),
                Ending::Count | Ending::Exists => None,
                _ => definitions.select(select, &owner),
            };
            // Rows that borrow are read each time they are asked for, and so are those of their prefetches.
            let lists = Some(&definitions.lists).filter(|_| shaped.as_ref().is_none_or(|shaped| !shaped.lent));
            let children = children(&compiled.children, lists);
            let nested = quote!(, #children);
            let planned = match (ending, shaped) {
                (Ending::Exists, _) => (quote!(bool), plan(quote!(exists), TokenStream::new())),
                (Ending::Count, _) | (_, None) => (quote!(i64), plan(quote!(count), TokenStream::new())),
                (Ending::Aggregate(..), Some(shaped)) => record(&shaped, &plan),
                (Ending::One, Some(shaped)) => {
                    let (row, method) = shaped.one(&quote!(one));
                    (row, plan(method, nested))
                }
                (Ending::First | Ending::Last, Some(shaped)) => {
                    let (row, method) = shaped.first();
                    (row, plan(method, nested))
                }
                (Ending::Keyed(fields), Some(shaped)) => {
                    let Shaped { row, decoder, .. } = definitions.keyed(select, fields, compiled.width, shaped);
                    (row, plan(quote!(keyed::<#decoder>), nested))
                }
                (Ending::Page(..), Some(Shaped { row, decoder, .. })) => {
                    let count = compiled.count.as_ref().map(statement);
                    let arguments = quote!(, #children, #count);
                    (quote!(::nuages::Page<#row>), plan(quote!(page::<#decoder>), arguments))
                }
                (Ending::Rows | Ending::None, Some(shaped)) => {
                    let (rows, method) = shaped.all();
                    (rows, plan(method, nested))
                }
            };
            if matches!(ending, Ending::None) {
                unless_empty = Some(0);
            }
            let (result, plan) = planned;
            (reads, (result, if select.pinned { quote!(#plan.pinned()) } else { plan }))
        }
        Body::Create(create) => {
            let shaped = definitions.record(&create.record, &[], &owner, 0);
            (write(), record(&shaped, &plan))
        }
        Body::BulkCreate(bulk) => {
            let planned = match &bulk.record {
                None if bulk.copied => (quote!(u64), plan(quote!(copied), TokenStream::new())),
                None if bulk.links.is_some() => (quote!(u64), plan(quote!(changed), TokenStream::new())),
                None => (quote!(u64), plan(quote!(bulk_count), TokenStream::new())),
                Some(record) => match definitions.record(record, &[], &owner, 0) {
                    shaped if shaped.lent => {
                        let (rows, method) = shaped.all();
                        (rows, plan(method, quote!(, &[])))
                    }
                    Shaped { row, decoder, .. } => {
                        (quote!(::std::vec::Vec<#row>), plan(quote!(bulk::<#decoder>), TokenStream::new()))
                    }
                },
            };
            (write(), planned)
        }
        Body::BulkUpdate(_) => (write(), (quote!(u64), plan(quote!(bulk_count), TokenStream::new()))),
        Body::Link(link) if link.removed.is_some() => {
            (write(), (quote!(u64), plan(quote!(changed), TokenStream::new())))
        }
        Body::Link(_) => (write(), affected()),
        Body::Upsert(upsert) => {
            let width = upsert.record.width();
            let row = definitions.record(&upsert.record, &[], &owner, 0);
            let Shaped { row, decoder, .. } = definitions.beside(row, &quote!(bool), width);
            (write(), (row, plan(quote!(record::<#decoder>), TokenStream::new())))
        }
        Body::Update(update) => {
            unless_empty = update.unless_empty;
            (write(), returned(update.record.as_ref(), definitions, &owner, &plan).unwrap_or_else(affected))
        }
        Body::Delete(delete) => {
            (write(), returned(delete.record.as_ref(), definitions, &owner, &plan).unwrap_or_else(affected))
        }
    };
    let plan = if asked::any(definitions.place.schema, query, compiled) { quote!(#plan.custom()) } else { plan };
    let plan = if compiled.together { quote!(#plan.pipelined()) } else { plan };
    Planned { result, kind, plan, unless_empty }
}

/// Whether a chain or one of its prefetches locks rows.
fn locks(select: &Select) -> bool {
    select.lock.is_some() || select.shape.prefetches().iter().any(|prefetch| locks(&prefetch.select))
}

/// The rows that a write gives back.
fn returned(
    record: Option<&crate::hir::select::Record>,
    definitions: &mut Definitions<'_>,
    owner: &str,
    plan: &dyn Fn(TokenStream, TokenStream) -> TokenStream,
) -> Option<(TokenStream, TokenStream)> {
    let (rows, method) = definitions.record(record?, &[], owner, 0).all();
    Some((rows, plan(method, quote!(, &[]))))
}

/// The one row that a statement always gives.
fn record(shaped: &Shaped, plan: &dyn Fn(TokenStream, TokenStream) -> TokenStream) -> (TokenStream, TokenStream) {
    let (row, method) = shaped.one(&quote!(record));
    (row, plan(method, if shaped.lent { quote!(, &[]) } else { TokenStream::new() }))
}

/// A statement.
pub(super) fn statement(sql: &Sql) -> TokenStream {
    let (text, params) = (fragment(&sql.text), sql.params.iter().map(param));
    quote!(::nuages::private::Statement { sql: #text, params: &[#(#params),*] })
}

/// A parameter.
fn param(param: &Param) -> TokenStream {
    let (slot, oid) = (Literal::u16_unsuffixed(param.slot), Literal::u32_unsuffixed(param.oid));
    quote!(::nuages::private::Param { slot: #slot, ty: #oid })
}

/// The prefetches of a level, and what decodes their rows if these become lists.
fn children(list: &[Child], lists: Option<&Lists>) -> TokenStream {
    let list = list.iter().enumerate().map(|(i, each)| child(each, lists.and_then(|lists| lists.of(i))));
    quote!(&[#(#list),*])
}

/// A prefetch.
fn child(child: &Child, lists: Option<&(Option<TokenStream>, Lists)>) -> TokenStream {
    let number = |n: &u16| Literal::u16_unsuffixed(*n);
    let (parent, key) = (child.parent.iter().map(number), child.key.iter().map(number));
    let types = child.parent_types.iter().map(|ty| Literal::u32_unsuffixed(ty.oid()));
    let (statement, children) = (statement(&child.sql), children(&child.children, lists.map(|(_, below)| below)));
    // Rows that have prefetches are kept until those are there.
    let lists = match lists {
        Some((Some(decoder), _)) if child.children.is_empty() => {
            quote!(::core::option::Option::Some(::nuages::private::Lists::of::<#decoder>))
        }
        _ => quote!(::core::option::Option::None),
    };
    quote! {
        ::nuages::private::Child {
            statement: #statement,
            parent: &[#(#parent),*],
            parent_types: &[#(#types),*],
            key: &[#(#key),*],
            children: #children,
            lists: #lists,
        }
    }
}

/// SQL text.
fn fragment(part: &Fragment) -> TokenStream {
    match part {
        Fragment::Text(text) => quote!(::nuages::private::Frag::Text(#text)),
        Fragment::Seq(parts) => {
            let parts = joined(parts);
            match parts.as_slice() {
                [] => quote!(::nuages::private::Frag::Text("")),
                [one] => fragment(one),
                many => {
                    let many = many.iter().map(fragment);
                    quote!(::nuages::private::Frag::Seq(&[#(#many),*]))
                }
            }
        }
        Fragment::List { open, separator, close, items } => {
            let items = items.iter().map(fragment);
            quote! {
                ::nuages::private::Frag::List {
                    open: #open, separator: #separator, close: #close, items: &[#(#items),*],
                }
            }
        }
        Fragment::When { any, then, otherwise } => {
            let (any, then, otherwise) = (Literal::u64_unsuffixed(*any), fragment(then), fragment(otherwise));
            quote!(::nuages::private::Frag::When { any: #any, then: &#then, otherwise: &#otherwise })
        }
    }
}

/// The parts of a sequence, sequences in it flattened and neighbouring texts joined.
fn joined(parts: &[Fragment]) -> Vec<Fragment> {
    let mut out: Vec<Fragment> = Vec::new();
    for part in parts {
        let flat = match part {
            Fragment::Seq(inner) => joined(inner),
            other => vec![other.clone()],
        };
        for part in flat {
            match (out.last_mut(), part) {
                (_, Fragment::Text(text)) if text.is_empty() => {}
                (Some(Fragment::Text(before)), Fragment::Text(text)) => before.push_str(&text),
                (_, part) => out.push(part),
            }
        }
    }
    out
}
