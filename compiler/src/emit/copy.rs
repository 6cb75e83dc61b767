//! The rows of `bulk_create(…).copy()`: the chain that encodes them one after the other.
//!
//! In: a checked bulk write whose values can be streamed. Out: a loop over the rows in which every column has its value,
//! those too that are the same for all of them.

use super::params::{before, columns, gathered, push};
use super::rust::{Place, ident};
use crate::hir::{Assignment, BulkCreate, ExprKind, Literal, Query, SqlType};
use nuages_schema::model::{FieldId, FieldType, Schema};
use proc_macro2::{Literal as Token, Span, TokenStream};
use quote::{quote, quote_spanned};

/// `varchar`: what the elements of arrays of texts with a length are.
const VARCHAR: u32 = 1043;

/// The whole of it; its end is written by the caller.
pub(super) fn rows(place: Place<'_>, query: &Query, bulk: &BulkCreate, finish: &TokenStream) -> TokenStream {
    let count = bulk.columns.len() + bulk.constants.len();
    let count = Token::u16_suffixed(u16::try_from(count).unwrap_or(u16::MAX));
    let rows = quote_spanned!(Span::mixed_site()=> __rows);
    let mut pushes = TokenStream::new();
    for (value, (field, _)) in columns(query).into_iter().zip(&bulk.columns) {
        pushes.extend(form(place.schema, bulk, *field).map(|call| quote!(#rows.#call;)));
        pushes.extend(push(place, value));
    }
    for constant in &bulk.constants {
        pushes.extend(form(place.schema, bulk, constant.field).map(|call| quote!(#rows.#call;)));
        pushes.extend(same(place, query, constant, &rows));
    }
    let bound = before(place, query, &quote!(.copied(#count)));
    let start = bound.unwrap_or_else(|| quote!(::nuages::private::copied(#count)));
    gathered(&start, &bulk.pattern, &bulk.iterable, &pushes, finish)
}

/// The call that adds a value that is the same for all rows.
fn same(place: Place<'_>, query: &Query, constant: &Assignment, rows: &TokenStream) -> TokenStream {
    let ty = &constant.value.ty;
    let value = match &constant.value.kind {
        ExprKind::Bound(id, part) => {
            let slot = Token::u16_suffixed(query.values[usize::from(id.0)].slot + part);
            return quote!(#rows.push_bound(#slot););
        }
        ExprKind::Literal(Literal::Bool(value)) => quote!(#value),
        ExprKind::Literal(Literal::Integer(value)) => {
            // It was checked against the field.
            let number = match ty {
                SqlType::Int2 => Token::i16_suffixed(i16::try_from(*value).unwrap_or_default()),
                SqlType::Int4 => Token::i32_suffixed(i32::try_from(*value).unwrap_or_default()),
                _ => Token::i64_suffixed(i64::try_from(*value).unwrap_or_default()),
            };
            quote!(#number)
        }
        ExprKind::Literal(Literal::Text(value)) => quote!(#value),
        ExprKind::Literal(Literal::Variant(id, index)) => {
            let declared = place.schema.enumeration(*id);
            let variant = declared.variants.get(*index as usize).map(|v| ident(&v.name));
            let name = place.value(ty);
            quote!(#name::#variant)
        }
        _ => return quote!(#rows.push_null();),
    };
    let slot = place.slot(ty);
    quote!(#rows.push(::nuages::private::ty::<#slot>(), #value);)
}

/// What is said before a value of a column whose form is another than that of a parameter.
fn form(schema: &Schema, bulk: &BulkCreate, field: FieldId) -> Option<TokenStream> {
    let mut ty = &schema.field(bulk.model, field).ty;
    if matches!(ty, FieldType::HStore) {
        return Some(quote!(pairs()));
    }
    let array = matches!(ty, FieldType::Array { .. });
    while let FieldType::Array { element, .. } = ty {
        ty = element;
    }
    // Their elements are no plain `text`.
    let varchar =
        matches!(ty, FieldType::Char(_) | FieldType::Slug(_) | FieldType::Email | FieldType::Url | FieldType::Enum(_));
    (array && varchar).then(|| quote!(elements(#VARCHAR)))
}
