//! Checked queries to Rust tokens; the only place that writes them.
//!
//! In: what the stages before have found. Out: the expansion of a macro. What an editor relies on: first what only
//! editors read, then the user's right sides in the order written, then errors, then everything that depends on the
//! whole query (records, SQL), so that what stands before a half-written word does not depend on it.

mod asked;
mod copy;
pub mod editor;
pub mod error;
mod item;
mod lent;
mod name;
mod named;
mod object;
mod params;
mod query;
mod raw;
mod record;
mod rust;
mod spare;
mod subject;
mod target;

pub use named::{faulty_named, named};
pub use object::{Object, objects};
pub use raw::{faulty_raw, raw};

use crate::ast::{Chain, Head, Step};
use crate::diagnostic::Diagnostics;
use crate::hir::{Body, Query};
use crate::render::Compiled;
use name::Names;
use nuages_schema::model::Schema;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use query::Planned;
use quote::quote;
use record::{Attributes, Definitions};
use rust::Place;

/// Where things are, as seen from the macro's call.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    /// The module of the models: `crate::models`, `::shop::models`.
    pub models: TokenStream,
    /// Files on which the expansion depends and of which Cargo would not know otherwise.
    pub tracked: Vec<String>,
    /// An editor asks for the expansion, not rustc.
    pub editor: bool,
    /// Asked when there is a mistake: whether it is the first of the crate, which then says where more is said of it.
    pub is_first: Option<fn() -> bool>,
    /// Tells apart the uses of a name in the crate, each with the slot of its value: rustc shows a name alone only if
    /// nothing else is called so.
    pub ending: Option<fn(&str, u16) -> u32>,
}

/// The expansion of a query in expression position.
pub fn expression(
    editor: &TokenStream,
    query: &Query,
    compiled: &Compiled,
    schema: &Schema,
    paths: &Paths,
) -> TokenStream {
    let place = Place { schema, paths, lent: None };
    let targets = target::all(query);
    let avoid: Vec<TokenStream> = targets.outer.into_iter().chain(targets.inner).collect();
    let mut definitions =
        Definitions::new(place, Names::descriptive(&avoid), Attributes::default(), TokenStream::new());
    let planned = query::planned(query, compiled, &mut definitions);
    let (records, decoders) = (&definitions.records, &definitions.decoders);
    let body = body(query, place, &planned, &quote!(#records #decoders));
    quote!({ #editor #body })
}

/// The expansion of a query in expression position that has mistakes: a value of any type.
pub fn faulty(
    editor: &TokenStream,
    chain: &mut Chain,
    diagnostics: &Diagnostics,
    schema: &Schema,
    paths: &Paths,
) -> TokenStream {
    let (uses, errors, tracked) =
        (spare::uses(chain, schema), error::each(diagnostics, paths.is_first), tracked(paths));
    if let Some(rows) = rows(chain, schema, paths) {
        let elsewhere = error::elsewhere(diagnostics, paths).map(|value| quote!(let _ = #value;));
        quote!({ #editor #uses #tracked #(#errors;)* #elsewhere #rows })
    } else {
        let elsewhere = error::elsewhere(diagnostics, paths);
        let parts = errors.iter().chain(&elsewhere);
        quote!({ #editor #uses #tracked #(#parts);* })
    }
}

/// What stands for a query with mistakes whose rows are the model's beyond doubt: else rustc would also complain of what
/// is done with them.
fn rows(chain: &Chain, schema: &Schema, paths: &Paths) -> Option<TokenStream> {
    let Head::Name { name, key: None } = &chain.head else { return None };
    let model = schema.model(schema.model_named(&name.text)?);
    let same = |step: &Step| match step {
        Step::Slice(_) => true,
        Step::Method(m) => {
            matches!(m.name.text.as_str(), "all" | "filter" | "exclude" | "alias" | "order_by" | "reverse" | "unscoped")
        }
        Step::Relation(_) | Step::Dot(_) => false,
    };
    if chain.target.is_some() || model.default_scope.is_some() || !chain.steps.iter().all(same) {
        return None;
    }
    let (models, ident) = (&paths.models, Ident::new(&name.text, Span::call_site()));
    let of = if models.is_empty() { quote!(#ident) } else { quote!(#models::#ident) };
    Some(quote!(::nuages::private::broken::<::std::vec::Vec<#of>, ::nuages::Read>()))
}

/// The expression that makes the query: its values, then its plan with the items that the plan needs.
fn body(query: &Query, place: Place<'_>, planned: &Planned, items: &TokenStream) -> TokenStream {
    let Planned { result, kind, plan, unless_empty } = planned;
    let tracked = tracked(place.paths);
    let plan = quote! {
        { #items #tracked static PLAN: ::nuages::private::Plan<#result> = #plan; &PLAN }
    };
    let finish = match unless_empty {
        None => quote!(.finish::<_, #kind>(#plan)),
        Some(mask) => {
            let mask = Literal::u64_unsuffixed(*mask);
            quote!(.finish_unless_empty::<_, #kind>(#mask, #plan))
        }
    };
    match &query.body {
        Body::BulkCreate(bulk) if bulk.copied => copy::rows(place, query, bulk, &finish),
        Body::BulkCreate(bulk) => params::rows(place, query, &bulk.pattern, &bulk.iterable, &finish),
        Body::BulkUpdate(bulk) => params::rows(place, query, &bulk.pattern, &bulk.iterable, &finish),
        _ => params::chain(place, query, &finish),
    }
}

/// Makes the compiler look at files again when they change.
pub fn tracked(paths: &Paths) -> TokenStream {
    let files = &paths.tracked;
    quote!(#(const _: &[u8] = ::core::include_bytes!(#files);)*)
}
