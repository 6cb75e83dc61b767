//! `raw!("…" as Type)`: SQL of the user's own, with values in braces.
//!
//! In: the tokens of a call, and the schema, of which only the names of models and enums matter. Out: [`Raw`]: the text
//! with a numbered parameter for each value, the values, and what comes of each row; every mistake that can be known
//! without a server is in the diagnostics (codes `N066x`). Nothing is ever pasted into the text.

mod columns;
mod statement;
mod target;
mod text;

use crate::ast::Tokens;
use crate::diagnostic::Diagnostics;
use nuages_schema::model::{ModelId, Schema};
use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};

/// A statement with its values.
#[derive(Debug, Clone)]
pub struct Raw {
    /// The text as it is sent.
    pub sql: String,
    /// The values of `$1`, `$2`, …
    pub values: Vec<TokenStream>,
    /// What comes of each row; without it the rows are only counted.
    pub target: Option<Target>,
    /// The literal.
    pub literal: Literal,
}

/// What a row becomes.
#[derive(Debug, Clone)]
pub enum Target {
    /// All columns of a model, as it was named.
    Model(ModelId, Ident),
    /// A struct of the user's, with the fields that it is built of.
    Struct(TokenStream, Vec<Field>),
    /// A tuple of so many columns, in their order.
    Tuple(TokenStream, usize),
    /// The one column.
    Scalar(TokenStream),
}

/// A field of a struct, and the column of its name.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where the user wrote it, if so.
    pub ident: Option<Ident>,
}

/// What was written, understood or not.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// The statement, if there are no mistakes.
    pub raw: Option<Raw>,
    /// The literal, for editors.
    pub literal: Option<Literal>,
    /// The values that could be read, so that their variables are used.
    pub values: Vec<TokenStream>,
}

/// Reads what stands in `raw!(…)`.
pub fn read(tokens: TokenStream, schema: &Schema, d: &mut Diagnostics) -> Read {
    let mut trees: Vec<TokenTree> = tokens.into_iter().map(open).collect();
    if matches!(trees.last(), Some(TokenTree::Punct(p)) if p.as_char() == ',') {
        trees.pop();
    }
    let Some((literal, written)) = trees.first().and_then(text_of) else {
        let place = trees.first().map_or_else(Span::call_site, TokenTree::span);
        let suffix = trees.first().and_then(suffix_of);
        let found = match (trees.first(), &suffix) {
            (None, _) => "nothing".to_owned(),
            (Some(TokenTree::Group(_)), _) => "no text".to_owned(),
            (Some(_), Some(suffix)) => format!("one that ends before `{suffix}`"),
            (Some(tree), None) => format!("`{tree}`"),
        };
        let note = match suffix {
            Some(_) => "a quote ends it; `r#\"…\"#` has quotes within",
            None if trees.iter().any(|tree| text_of(tree).is_some()) => {
                "the text stands first, the type behind `as`: `\"SELECT …\" as Product`"
            }
            None => "what is sent is known when it is compiled; values stand in it in braces: `{x}`",
        };
        d.error("N0660", Tokens::one(place), format!("expected the text of a statement, in quotes, found {found}"))
            .note(note);
        return Read::default();
    };
    let place = Tokens::one(literal.span());
    let before = d.len();
    let scanned = text::scan(&written, place, d);
    statement::check(&scanned, place, d);
    let target = target::target(&trees[1..], &scanned, place, schema, d);
    let fine = d.len() == before;
    let (literal, values) = (Some(literal), scanned.values);
    let raw = match (&literal, fine) {
        (Some(literal), true) => {
            Some(Raw { sql: scanned.sql, values: values.clone(), target, literal: literal.clone() })
        }
        _ => None,
    };
    Read { raw, literal, values }
}

/// The literal and its text.
fn text_of(tree: &TokenTree) -> Option<(Literal, String)> {
    let TokenTree::Literal(literal) = tree else { return None };
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) if text.suffix().is_empty() => Some((literal.clone(), text.value())),
        _ => None,
    }
}

/// What stands right behind the quotes of a text.
fn suffix_of(tree: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = tree else { return None };
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Some(text.suffix().to_owned()),
        _ => None,
    }
}

/// `$x:literal` of a `macro_rules` arrives in an invisible group.
fn open(tree: TokenTree) -> TokenTree {
    if let TokenTree::Group(group) = &tree
        && group.delimiter() == Delimiter::None
    {
        let mut inside = group.stream().into_iter();
        if let (Some(only), None) = (inside.next(), inside.next()) {
            return open(only);
        }
    }
    tree
}
