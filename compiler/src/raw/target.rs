//! What follows `as` in `raw!`: the type of a row.
//!
//! In: the tokens after the text, and the pieces of the statement. Out: a [`Target`]. A bare name that is a model's is the
//! model; a tuple takes the columns as they stand, a type that a column can have takes the only one; any other type is a
//! struct, built of the fields in braces or of those that the statement names.

use super::columns::{self, Unnamed};
use super::text::Scanned;
use super::{Field, Target};
use crate::ast::Tokens;
use crate::diagnostic::Diagnostics;
use nuages_schema::model::Schema;
use nuages_schema::suggest::nearest;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// Types of columns by their last name.
const SCALARS: &[&str] = &[
    "bool",
    "char",
    "str",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "f32",
    "f64",
    "String",
    "Decimal",
    "NaiveDate",
    "NaiveTime",
    "NaiveDateTime",
    "DateTime",
    "TimeDelta",
    "Duration",
    "Interval",
    "Uuid",
    "Value",
    "IpAddr",
    "SearchVector",
    "HashMap",
    "Range",
    "Vec",
    "Option",
];

/// What the tokens after the text say. `None`: there are none, or what is wrong was reported.
pub(super) fn target(
    after: &[TokenTree],
    scanned: &Scanned,
    place: Tokens,
    schema: &Schema,
    d: &mut Diagnostics,
) -> Option<Target> {
    let first = after.first()?;
    if !matches!(first, TokenTree::Ident(word) if word == "as") {
        let mut whole = whole(after);
        if d.iter().any(|known| known.code == "N0662") {
            // The values of the parameters that were reported.
            return None;
        }
        if matches!(first, TokenTree::Punct(p) if p.as_char() == ',') {
            whole.last = whole.first;
            d.error("N0660", whole, "expected `as` and a type behind the text, found `,`")
                .note("values stand in the text, in braces: `{x}`");
        } else {
            let error = d.error("N0665", whole, format!("expected `as` and a type behind the text, found `{first}`"));
            match first {
                TokenTree::Punct(p) if p.as_char() == '.' => {
                    error.note("a statement is run behind `raw!(…)`: `raw!(…).run(&db).await`");
                }
                TokenTree::Punct(p) if p.as_char() == '-' => {
                    error.note("the type stands behind `as`: `\"SELECT …\" as Product`");
                }
                TokenTree::Punct(p) if p.as_char() == '+' => {
                    error.note("a statement is one text, which may have several lines");
                }
                TokenTree::Literal(_) => {
                    error.note("a statement is one text, which may have several lines");
                }
                _ => {}
            }
        }
        return None;
    }
    let (ty, braces) = match after[1..].split_last() {
        Some((TokenTree::Group(group), ty)) if group.delimiter() == Delimiter::Brace && !ty.is_empty() => {
            (ty, Some(group))
        }
        _ => (&after[1..], None),
    };
    let tokens: TokenStream = ty.iter().cloned().collect();
    let at = if ty.is_empty() { Tokens::one(first.span()) } else { whole(ty) };
    let Ok(parsed) = syn::parse2::<syn::Type>(tokens.clone()) else {
        let found = if ty.is_empty() { "nothing".to_owned() } else { format!("`{tokens}`") };
        let error = d.error("N0665", at, format!("expected the type of a row after `as`, found {found}"));
        if ty.iter().any(|tree| matches!(tree, TokenTree::Punct(p) if p.as_char() == '.')) {
            error.note("a statement is run behind `raw!(…)`: `raw!(…).run(&db).await`");
        }
        return None;
    };
    if let Some(group) = braces {
        return fields(group, d).map(|fields| Target::Struct(tokens, fields));
    }
    let path = match parsed {
        syn::Type::Tuple(tuple) if tuple.elems.is_empty() => {
            d.error("N0665", at, "expected the type of a row after `as`, found `()`")
                .note("without `as` the rows are counted");
            return None;
        }
        syn::Type::Tuple(tuple) => return Some(Target::Tuple(tokens, tuple.elems.len())),
        syn::Type::Path(path) => path,
        _ => return Some(Target::Scalar(tokens)),
    };
    let Some(last) = path.path.segments.last() else { return Some(Target::Scalar(tokens)) };
    let name = bare(&last.ident);
    if let Some(inner) = inner(last)
        && matches!(name.as_str(), "Vec" | "Option")
        && !is_scalar(&inner, schema)
    {
        let error = d.error("N0665", at, format!("expected the type of one row after `as`, found `{name}<{inner}>`"));
        error.note(format!("`as {inner}` gives a `Vec<{inner}>`"));
        return None;
    }
    if path.path.segments.len() == 1
        && let Some(model) = schema.model_named(&name)
    {
        return Some(Target::Model(model, last.ident.clone()));
    }
    if is_scalar(&name, schema) {
        return Some(Target::Scalar(tokens));
    }
    named((&name, at), scanned, place, schema, d).map(|fields| Target::Struct(tokens, fields))
}

/// The type between the angle brackets, if it is a plain name.
fn inner(segment: &syn::PathSegment) -> Option<String> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(syn::Type::Path(path))) => path.path.get_ident().map(bare),
        _ => None,
    }
}

/// Whether a type of this name is that of a column.
fn is_scalar(name: &str, schema: &Schema) -> bool {
    SCALARS.contains(&name) || schema.enums.iter().any(|e| e.name == name)
}

/// The fields that stand in braces.
fn fields(group: &Group, d: &mut Diagnostics) -> Option<Vec<Field>> {
    let mut fields: Vec<Field> = Vec::new();
    let mut name_next = true;
    for tree in group.stream() {
        match tree {
            TokenTree::Ident(ident) if name_next => {
                let name = bare(&ident);
                if fields.iter().any(|field| field.name == name) {
                    let message = format!("the field `{name}` stands twice");
                    d.error("N0666", Tokens::one(ident.span()), message);
                    return None;
                }
                fields.push(Field { name, ident: Some(ident) });
                name_next = false;
            }
            TokenTree::Punct(p) if !name_next && p.as_char() == ',' => name_next = true,
            other => {
                let message = format!("expected the names of fields, found `{other}`");
                d.error("N0665", Tokens::one(other.span()), message).note("as in `as Row { a, b }`");
                return None;
            }
        }
    }
    if fields.is_empty() {
        d.error("N0665", Tokens::one(group.span()), "expected the names of fields, found none");
        return None;
    }
    Some(fields)
}

/// The fields that the statement names.
fn named(
    (ty, at): (&str, Tokens),
    scanned: &Scanned,
    place: Tokens,
    schema: &Schema,
    d: &mut Diagnostics,
) -> Option<Vec<Field>> {
    let listed = format!("`as {ty} {{ a, b }}` says which fields there are");
    let problem = match columns::names(scanned) {
        Ok(names) => {
            let wrong = names.iter().enumerate().find(|(i, name)| !is_name(name) || names[..*i].contains(name));
            let Some((i, name)) = wrong else {
                return Some(names.into_iter().map(|name| Field { name, ident: None }).collect());
            };
            let message = if names[..i].contains(name) {
                format!("two columns are called `{name}`")
            } else {
                format!("the column `{name}` has the name of no field")
            };
            d.error("N0666", place, message).note("`AS name` gives a column another name");
            return None;
        }
        // Before its mistakes are mended nobody knows.
        Err(_) if !d.is_empty() => return None,
        Err(problem) => problem,
    };
    let (at, message, note) = match problem {
        Unnamed::NoList => (at, format!("the statement does not say which columns `{ty}` gets"), listed),
        Unnamed::Star(star) => (at, format!("`{star}` does not say which columns `{ty}` gets"), listed),
        Unnamed::Column(text, _) if text.is_empty() => (place, "expected a column, found nothing".to_owned(), listed),
        Unnamed::Column(text, named) => {
            (place, format!("the column `{text}` has no name"), format!("`{named}` gives it one"))
        }
    };
    let models = schema.model_ids().map(|id| schema.model(id)).filter(|model| !model.hidden);
    let near = nearest(ty, models.map(|model| model.name.as_str()));
    d.error("N0666", at, message).note(note).suggest(near);
    None
}

/// Whether a column's name can be a field's.
fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first
        && name != "_"
        && chars.all(|c| c.is_alphanumeric() || c == '_')
        && !["self", "Self", "super", "crate"].contains(&name)
}

/// A name without `r#`.
fn bare(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).to_owned()
}

/// First and last token.
fn whole(trees: &[TokenTree]) -> Tokens {
    let first = trees.first().map_or_else(Span::call_site, TokenTree::span);
    Tokens { first, last: trees.last().map_or(first, TokenTree::span) }
}
