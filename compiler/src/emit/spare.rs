//! The Rust values of a query that has mistakes.
//!
//! In: the tokens' tree. Out: statements that use the values, so that rustc does not call a variable unused beside the
//! error that matters. Values whose types only the query would have told are left to editors: rustc would ask for
//! annotations.

use crate::ast::{Chain, Form, Head, Value};
use crate::tables::methods;
use crate::visit::{Position, values};
use nuages_schema::model::{Model, Schema};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote;

/// Statements that use all values of a chain, in the order written.
pub(super) fn uses(chain: &mut Chain, schema: &Schema) -> TokenStream {
    let model = match &chain.head {
        Head::Name { name, .. } => schema.model_named(&name.text).map(|id| schema.model(id)),
        Head::Path(_) | Head::Error => None,
    };
    let mut plain = TokenStream::new();
    let mut rest = TokenStream::new();
    let mut visit = |value: &mut Value, position: Position<'_>| {
        let usable = match position {
            Position::Outside => true,
            Position::Of(name) => !model.is_some_and(|m| is_field(&value.tokens, name, m, schema)),
            Position::Inside => false,
        };
        if !usable || !matches!(value.form, Form::Rust) || value.tokens.is_empty() {
            return;
        }
        let mut group = Group::new(Delimiter::Parenthesis, value.tokens.clone());
        group.set_span(Span::mixed_site().located_at(value.place.last));
        let (group, out) = (TokenTree::Group(group), if is_place(&value.tokens) { &mut plain } else { &mut rest });
        out.extend(quote!(::nuages::private::used(&#group);));
    };
    values(chain, &mut visit);
    if rest.is_empty() {
        return plain;
    }
    quote! {
        #plain
        #[allow(unexpected_cfgs)] {
            #[cfg(rust_analyzer)] { #rest }
        }
    }
}

/// What stands in the parentheses of nothing that there is, and was meant as a field: `Cuont(reviews)`, `select(name)`.
fn is_field(tokens: &TokenStream, of: &str, model: &Model, schema: &Schema) -> bool {
    let known =
        methods::method(of).is_some() || model.scopes.iter().any(|s| s.name == of) || schema.model_named(of).is_some();
    match tokens.clone().into_iter().next() {
        Some(TokenTree::Ident(word)) if !known => {
            let word = word.to_string();
            model.member(word.strip_prefix("r#").unwrap_or(&word)).is_some()
        }
        _ => false,
    }
}

/// A variable, a field of one, or a reference to such: its type is known without the query.
fn is_place(tokens: &TokenStream) -> bool {
    let mut word = true;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(_) | TokenTree::Literal(_) if word => word = false,
            TokenTree::Punct(p) if word && matches!(p.as_char(), '&' | '*') => {}
            TokenTree::Punct(p) if !word && p.as_char() == '.' => word = true,
            _ => return false,
        }
    }
    !word
}
