//! The expansion of `raw!`.
//!
//! In: a statement of the user's own, as read. Out: the query that sends it. What a struct needs is not known here but to
//! rustc: one function fills it from any source of cells, a row or a probe that writes down which types are asked for.
//! The columns of the answer are held against these before the first row is read.

use super::record::{last, owned};
use super::rust::{Place, ident, spanned};
use super::target::Alias;
use super::{Paths, error, tracked};
use crate::diagnostic::Diagnostics;
use crate::hir::SqlType;
use crate::raw::{Field, Raw, Read, Target};
use nuages_schema::model::{ModelId, Schema};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// The expansion of a statement.
pub fn raw(raw: &Raw, schema: &Schema, paths: &Paths) -> TokenStream {
    let place = Place { schema, paths, lent: None };
    let at = raw.literal.span();
    let values = raw.values.iter().map(|value| {
        let value = argument(value, at);
        quote_spanned!(at=> .bind_own_value(#value))
    });
    let params = (0..raw.values.len()).map(|slot| {
        let slot = Literal::usize_unsuffixed(slot);
        quote!(::nuages::private::Param { slot: #slot, ty: 0 })
    });
    let sql = &raw.sql;
    let statement = quote! {
        ::nuages::private::Statement { sql: ::nuages::private::Frag::Text(#sql), params: &[#(#params),*] }
    };
    let (kind, result, items, plan) = match &raw.target {
        None => (quote!(Write), quote!(u64), TokenStream::new(), quote!(affected("row", #statement).custom())),
        Some(target) => {
            let Rows { row, name, decoder, items } = rows(target, place);
            let plan = quote!(raw::<#decoder>(#name, #statement, __columns));
            (quote!(Read), quote!(::std::vec::Vec<#row>), items, plan)
        }
    };
    let model = match &raw.target {
        Some(Target::Model(_, name)) => Some(name),
        _ => None,
    };
    let (editor, tracked) = (editor(&raw.literal, model, paths), tracked(paths));
    quote!({
        #editor
        ::nuages::private::build() #(#values)* .finish::<_, ::nuages::#kind>({
            #items
            #tracked
            static PLAN: ::nuages::private::Plan<#result> = ::nuages::private::Plan::#plan;
            &PLAN
        })
    })
}

/// The expansion of a statement that has mistakes: a value of any type.
pub fn faulty_raw(read: &Read, diagnostics: &Diagnostics, paths: &Paths) -> TokenStream {
    let editor = read.literal.as_ref().map(|literal| editor(literal, None, paths));
    let uses = read.values.iter().map(|value| {
        let value = argument(value, last(value));
        quote!(::nuages::private::used(&#value);)
    });
    let (errors, tracked) = (error::each(diagnostics, paths.is_first), tracked(paths));
    quote!({ #editor #(#uses)* #tracked #(#errors);* })
}

/// What comes of each row.
struct Rows {
    /// Its type.
    row: TokenStream,
    /// That for a message.
    name: String,
    /// The type that decodes it.
    decoder: TokenStream,
    /// Both, as far as they are defined here, and `__columns`: what a row must have.
    items: TokenStream,
}

fn rows(target: &Target, place: Place<'_>) -> Rows {
    let ty = match target {
        Target::Model(model, _) => return of_model(*model, place),
        Target::Struct(ty, _) | Target::Tuple(ty, _) | Target::Scalar(ty) => ty,
    };
    let row = owned(ty);
    let alias = Alias::new(place, 0, &row, None);
    let (names, body) = match target {
        Target::Struct(_, fields) => (fields.iter().map(|f| f.name.as_str()).collect(), filled(ty, fields, &alias)),
        Target::Tuple(_, count) => {
            let cells = (0..*count).map(|i| cell(i, last(ty)));
            (vec![""; *count], quote!((#(#cells,)*)))
        }
        Target::Scalar(_) | Target::Model(..) => (vec![""], cell(0, last(ty))),
    };
    let Alias { definition, name, .. } = alias;
    let items = quote! {
        #definition
        struct __Row0;
        impl __Row0 {
            #[allow(non_snake_case, clippy::needless_question_mark)]
            fn read<C: ::nuages::private::Cells>(
                __cells: &C,
            ) -> ::core::result::Result<<Self as ::nuages::private::Decode>::Row, ::nuages::Error> {
                // What is wrong with the type makes `__cells` one of no type, and rustc silent about the fields' types.
                let __cells: <<Self as ::nuages::private::Decode>::Row as ::nuages::private::Beside>::Of<&C> = __cells;
                ::core::result::Result::Ok(#body)
            }
        }
        impl ::nuages::private::Decode for __Row0 {
            type Row = #name;
            fn decode(__cx: ::nuages::private::Context<'_>) -> ::core::result::Result<Self::Row, ::nuages::Error> {
                Self::read(&__cx)
            }
        }
        fn __columns() -> ::std::vec::Vec<::nuages::private::Wanted> {
            ::nuages::private::wanted(&[#(#names),*], __Row0::read)
        }
    };
    Rows { row, name: shown(ty), decoder: quote!(__Row0), items }
}

/// A model: its columns under their names in the database.
fn of_model(model: ModelId, place: Place<'_>) -> Rows {
    let declared = place.schema.model(model);
    let path = place.model(model);
    let columns = declared.fields.iter().map(|field| {
        let (name, ty) = (&field.column, SqlType::of_field(place.schema, field));
        let (method, ty) = match &ty {
            SqlType::Jsonb(Some(_)) => ("document", place.value(&ty)),
            SqlType::Custom { .. } => ("custom", place.value(&ty)),
            _ => ("column", place.column(&ty, field.nullable)),
        };
        let method = ident(method);
        quote!(::nuages::private::Wanted::#method::<#ty>(#name))
    });
    let items = quote! {
        fn __columns() -> ::std::vec::Vec<::nuages::private::Wanted> {
            ::std::vec::Vec::from([#(#columns),*])
        }
    };
    Rows { row: path.clone(), name: declared.name.clone(), decoder: path, items }
}

/// A struct of the user's, by a literal: rustc says which field is missing, too many, or of a type that no column has.
fn filled(ty: &TokenStream, fields: &[Field], alias: &Alias) -> TokenStream {
    let at = |span: Span| span.resolved_at(Span::call_site());
    let end = last(ty);
    let lets = fields.iter().enumerate().map(|(i, field)| {
        let (name, cell) = (ident(&field.name), cell(i, field.ident.as_ref().map_or(end, Ident::span)));
        quote!(let #name = #cell;)
    });
    let names = fields.iter().map(|f| spanned(&f.name, at(f.ident.as_ref().map_or(end, Ident::span))));
    alias.literal(lets, &names.collect::<Vec<_>>())
}

/// The value of a column.
fn cell(i: usize, span: Span) -> TokenStream {
    let cells = quote!(__cells);
    quote_spanned!(span.resolved_at(Span::call_site())=> #cells.cell(#i)?)
}

/// A value in parentheses, which rustc then does not warn of.
fn argument(tokens: &TokenStream, at: Span) -> TokenStream {
    let mut group = Group::new(Delimiter::Parenthesis, tokens.clone());
    group.set_span(Span::mixed_site().located_at(at));
    TokenTree::Group(group).into()
}

/// A type for a message.
fn shown(ty: &TokenStream) -> String {
    let text = ty.to_string();
    let mut out = String::new();
    for (i, word) in text.split(' ').enumerate() {
        let wordy = |c: char| c.is_alphanumeric() || c == '_';
        if i > 0 && (out.ends_with(',') || out.ends_with(wordy) && word.starts_with(wordy)) {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// What editors see: a template as that of `format!`, in whose braces they know names (what else is in it they pass over),
/// and the model.
fn editor(literal: &Literal, model: Option<&Ident>, paths: &Paths) -> TokenStream {
    let models = &paths.models;
    let model = model.map(|model| quote!(let _: #models::#model;));
    quote! {
        #[allow(unexpected_cfgs, unused)] {
            #[cfg(rust_analyzer)] { let _ = ::core::format_args!(#literal); #model }
        }
    }
}
