//! From the tokens of a macro's call to its expansion: the stages one after the other.
//!
//! In: what stands in `query!(…)`, the schema, and where its models are. Out: tokens, whatever was written: a query, or
//! the mistakes, each at its place, beside all that an editor needs to go on completing.

use crate::ast::{Chain, Input};
use crate::diagnostic::Diagnostics;
use crate::emit::{self, Paths};
use crate::{hir, lower, parse, resolve};
use nuages_schema::model::{ModelId, Schema, Scope};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// Expands `query!(…)`.
pub fn expand(tokens: TokenStream, schema: &Schema, paths: &Paths) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let input = parse::parse(tokens, &mut diagnostics);
    match &input {
        Input::Expression(chain) => match checked(chain, schema, &mut diagnostics) {
            Some(query) => {
                let compiled = lower::compile(&query, schema);
                emit::expression(chain, &query, &compiled, schema, paths)
            }
            None => emit::faulty(chain, &diagnostics, paths),
        },
        Input::Named(named) => match checked(&named.chain, schema, &mut diagnostics) {
            Some(query) => {
                let compiled = lower::compile(&query, schema);
                emit::named(named, &query, &compiled, schema, paths)
            }
            None => emit::faulty_named(named, &diagnostics, schema, paths),
        },
    }
}

/// Expands `query!(…)` where there is no schema: `message` says why.
pub fn refuse(tokens: TokenStream, message: &str) -> TokenStream {
    // Item position takes a semicolon or braces only: the same tokens do for both.
    drop(tokens);
    quote!(::core::compile_error! { #message })
}

/// The query that a chain is; `None` if it has mistakes.
fn checked(chain: &Chain, schema: &Schema, diagnostics: &mut Diagnostics) -> Option<hir::Query> {
    if !diagnostics.is_empty() {
        return None;
    }
    let query = resolve::resolve(chain, schema, diagnostics);
    if diagnostics.is_empty() { query } else { None }
}

/// The mistakes in the scopes of all models, as text.
pub fn scopes(schema: &Schema) -> Vec<String> {
    let mut list = Vec::new();
    for id in schema.model_ids() {
        let model = schema.model(id);
        for scope in model.scopes.iter().chain(&model.default_scope) {
            let mut diagnostics = Diagnostics::default();
            let input = parse::parse(call(schema, id, scope), &mut diagnostics);
            if let Input::Expression(chain) = &input {
                checked(chain, schema, &mut diagnostics);
            }
            list.extend(diagnostics.iter().map(crate::diagnostic::Diagnostic::text));
        }
    }
    list
}

/// A chain that uses a scope: `Product.by_category(slug)`; the default scope needs no call.
fn call(schema: &Schema, model: ModelId, scope: &Scope) -> TokenStream {
    let of = schema.model(model);
    let head = name(&of.name);
    if of.default_scope.as_ref() == Some(scope) {
        return quote!(#head);
    }
    let (method, arguments) = (name(&scope.name), scope.params.iter().map(|p| name(&p.name)));
    quote!(#head.#method(#(#arguments),*))
}

/// A name of the schema as a token.
fn name(text: &str) -> Ident {
    let text = nuages_schema::codegen::identifier(text);
    match text.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(&text, Span::call_site()),
    }
}
