//! What a query gives, where its rows own what they hold and where they borrow from the answer.
//!
//! In: the shape of a row. Out: the types of a result and the methods that plan it, and the return type of a named query
//! as it was meant. Rows that borrow are told by `fn(&()) -> Card<'_>`: their type with a lifetime that is still open.

use super::record::{Shaped, owned};
use crate::parse::lifetime;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

impl Shaped {
    /// All rows: their type, and the method of the plan with the decoder.
    pub(super) fn all(&self) -> (TokenStream, TokenStream) {
        let Self { row, decoder, lent, .. } = self;
        if *lent {
            (all_of(&self.family()), quote!(kept::<#decoder>))
        } else {
            (quote!(::std::vec::Vec<#row>), quote!(rows::<#decoder>))
        }
    }

    /// One row; `method` plans it where it owns what it holds.
    pub(super) fn one(&self, method: &TokenStream) -> (TokenStream, TokenStream) {
        let Self { row, decoder, lent, .. } = self;
        if *lent {
            (one_of(&self.family()), quote!(kept_one::<#decoder>))
        } else {
            (row.clone(), quote!(#method::<#decoder>))
        }
    }

    /// The first row.
    pub(super) fn first(&self) -> (TokenStream, TokenStream) {
        let Self { row, decoder, lent, .. } = self;
        let (row, method) = if *lent {
            (one_of(&self.family()), quote!(kept_first::<#decoder>))
        } else {
            (row.clone(), quote!(first::<#decoder>))
        };
        (quote!(::core::option::Option<#row>), method)
    }

    /// What tells these rows. It is asked of their decoder, so that their type is written in one place and rustc says
    /// once what is wrong with it.
    fn family(&self) -> TokenStream {
        let decoder = &self.decoder;
        quote!(<#decoder as ::nuages::private::Lend>::Rows)
    }

    /// How one of them is read of a context.
    pub(super) fn read(&self) -> TokenStream {
        let Self { decoder, lent, .. } = self;
        if *lent {
            // As a path it would have to be of one lifetime.
            quote!(|__cx| <#decoder as ::nuages::private::Lend>::read(__cx))
        } else {
            quote!(<#decoder as ::nuages::private::Decode>::decode)
        }
    }
}

/// What tells rows of this type.
pub(super) fn family(row: &TokenStream) -> TokenStream {
    quote!(fn(&()) -> #row)
}

fn all_of(family: &TokenStream) -> TokenStream {
    quote!(::nuages::Borrowed<#family>)
}

fn one_of(family: &TokenStream) -> TokenStream {
    quote!(::nuages::BorrowedRow<#family>)
}

/// The return type of a named query: where `'_` is in it, that of rows which borrow. One that is written as it is,
/// `Borrowed<fn(&()) -> Card<'_>>`, stays.
pub(super) fn output(written: &TokenStream) -> TokenStream {
    if lifetime(written).is_none_or(|found| found.name != "_") {
        return written.clone();
    }
    let trees: Vec<TokenTree> = written.clone().into_iter().collect();
    let is = |tree: &TokenTree, c: char| matches!(tree, TokenTree::Punct(p) if p.as_char() == c);
    let front = trees.iter().position(|tree| is(tree, '<')).unwrap_or(trees.len());
    let around = trees[..front].last().map(ToString::to_string).unwrap_or_default();
    let end = trees.len() - usize::from(trees.last().is_some_and(|last| is(last, '>')));
    let inside = trees.get(front + 1..end).unwrap_or_default().iter().cloned().collect();
    match around.as_str() {
        "Vec" => all_of(&family(&inside)),
        "Option" => {
            let row = one_of(&family(&inside));
            quote!(::core::option::Option<#row>)
        }
        "Borrowed" | "BorrowedRow" => written.clone(),
        _ if trees.get(front + 1).is_some_and(|tree| is(tree, '\'')) => one_of(&family(written)),
        _ => owned(written),
    }
}

#[cfg(test)]
mod tests {
    use super::output;

    fn of(written: &str) -> String {
        output(&written.parse().unwrap()).to_string().replace(' ', "")
    }

    #[test]
    fn return_types_say_what_borrows() {
        assert_eq!(of("Vec<Row<'_>>"), "::nuages::Borrowed<fn(&())->Row<'_>>");
        assert_eq!(of("std::vec::Vec<Row<'_, i64>>"), "::nuages::Borrowed<fn(&())->Row<'_,i64>>");
        assert_eq!(of("Option<Row<'_>>"), "::core::option::Option<::nuages::BorrowedRow<fn(&())->Row<'_>>>");
        assert_eq!(of("crate::Row<'_>"), "::nuages::BorrowedRow<fn(&())->crate::Row<'_>>");
        assert_eq!(of("Borrowed<fn(&()) -> Row<'_>>"), "Borrowed<fn(&())->Row<'_>>");
        assert_eq!(of("Page<Row<'_>>"), "Page<Row<'static>>");
        assert_eq!(of("Vec<Row<'static>>"), "Vec<Row<'static>>");
    }

    #[test]
    fn half_written_types_are_something() {
        for half in ["Vec<Row<'_", "Vec<Row<'_>", "Vec<'_", "Option<'_>", "Row<'_", "<'_>"] {
            assert!(of(half).starts_with("::"), "{half}");
        }
    }
}
