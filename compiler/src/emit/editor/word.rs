//! Names as what Rust lets be one: fields, methods and functions with the user's spans.
//!
//! In: segments of paths and words as written. Out: tokens behind a receiver; what cannot be a name of Rust is left out.

use super::Place;
use crate::ast::{Path, Segment, SegmentKind};
use crate::parse::unmarked;
use crate::tables::methods::METHODS;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

/// The name of a function, for its documentation.
pub(super) fn function(name: &str, span: Span) -> TokenStream {
    let ident = word(name, span);
    quote!(::nuages::ide::functions::#ident;)
}

/// The fields of a path, as far as they can be fields of Rust.
pub(super) fn fields(segments: &[Segment]) -> TokenStream {
    let mut out = TokenStream::new();
    for (i, segment) in segments.iter().enumerate() {
        // Of the parts of a `__` name the last one has its place, unless that is being written.
        let goes_on = segments.get(i + 1).map_or_else(
            || segment.alias.as_ref().is_some_and(|alias| alias.ends_with("__")),
            |next| next.alias.is_some() && next.ident.is_none(),
        );
        let span = if goes_on { Span::call_site() } else { segment.span };
        match &segment.kind {
            SegmentKind::Name(text) => match field(text, span) {
                Some(ident) => out.extend(quote!(.#ident)),
                None => break,
            },
            SegmentKind::Call(text, _) => match field(text, span) {
                Some(ident) => out.extend(quote!(.#ident(()))),
                None => break,
            },
            SegmentKind::Index(_) | SegmentKind::Key(_) => out.extend(quote!(.item)),
        }
    }
    out
}

/// A path of relations at which a chain starts. While a method after it is being typed it looks like one more relation:
/// an unfinished last name with which a method begins is taken for that method.
pub(super) fn relation(path: &Path, columns: &TokenStream, place: Place) -> TokenStream {
    let plain = || {
        let fields = fields(&path.segments);
        quote!(&#columns #fields.chain())
    };
    let Some((last, front)) = path.segments.split_last() else { return plain() };
    let SegmentKind::Name(text) = &last.kind else { return plain() };
    if place == Place::Prefetch || path.dangling || front.is_empty() || last.alias.is_some() {
        return plain();
    }
    let typed = unmarked(text);
    if !METHODS.iter().any(|m| m.name.starts_with(typed)) {
        return plain();
    }
    let (fields, method) = (fields(front), word(text, last.span));
    quote!(&#columns #fields.chain().#method)
}

/// A name as a field; `None` for what Rust does not let be one.
fn field(text: &str, span: Span) -> Option<Ident> {
    if matches!(text, "self" | "Self" | "super" | "crate" | "_") {
        return None;
    }
    if syn::parse_str::<Ident>(text).is_ok() {
        return Some(Ident::new(text, span));
    }
    let keyword = syn::parse::Parser::parse_str(Ident::parse_any, text).is_ok();
    keyword.then(|| Ident::new_raw(text, span))
}

/// A name as a method or relation. What cannot be one is replaced by something that is none.
pub(super) fn word(text: &str, span: Span) -> Ident {
    field(text, span).unwrap_or_else(|| Ident::new("none_such", Span::call_site()))
}
