//! Named queries: a function that returns the query, and the records of its rows.
//!
//! In: the signature as written and the checked chain. Out: items. The name in the return type that is no model's is
//! that of the rows' record; records of relations are called `<Name><Relation>`. `derive` and `serde` attributes go to
//! the records, the others to the function.

use super::error;
use super::name::{Names, identifiers};
use super::record::{Attributes, Definitions};
use super::rust::{Place, camel};
use super::{Paths, body, lent, query, spare, tracked};
use crate::ast::{Arguments, Chain, Head, Named, Step, Tokens};
use crate::diagnostic::Diagnostics;
use crate::hir::Query;
use crate::parse::unmarked;
use crate::render::Compiled;
use crate::tables::methods::{Role, method};
use nuages_schema::model::Schema;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// The expansion of a named query.
pub fn named(
    editor: &TokenStream,
    named: &mut Named,
    query: &Query,
    compiled: &Compiled,
    schema: &Schema,
    paths: &Paths,
) -> TokenStream {
    let place = Place { schema, paths, lent: None };
    let (of_records, of_function) = attributes(named);
    let name = record_name(named, schema);
    let root = name.as_ref().map_or_else(|| "Row".to_owned(), unraw);
    let mut definitions = Definitions::new(place, Names::given(&root), of_records, named.visibility.clone());
    let planned = query::planned(query, compiled, &mut definitions);
    if name.is_none() && definitions.names.gave(&root) {
        let diagnostics = unnamed(named, schema);
        return faulty_named(editor, named, &diagnostics, schema, paths);
    }
    let receiver = named.arguments.clone().into_iter().find(|token| token.to_string() == "self");
    if let (Some(receiver), false) = (receiver, definitions.records.is_empty()) {
        let diagnostics = in_method(&receiver, &root);
        return faulty_method(editor, named, &diagnostics, schema, paths);
    }
    let (records, decoders) = (&definitions.records, &definitions.decoders);
    let kind = &planned.kind;
    let body = body(query, place, &planned, decoders);
    // A wrong return type is an error at that type.
    let at = place_of(&named.output).first;
    let value = Ident::new("__query", Span::mixed_site().located_at(at));
    let answer = quote_spanned!(at=> #value);
    let signature = signature(named, &of_function, kind);
    // The query is whole, so those who call it are told nothing more.
    let around = error::each(&named.around, paths.is_first);
    quote! {
        #signature {
            #editor
            #(#around;)*
            let #value = { #body };
            #answer
        }
        #records
    }
}

/// The mistake of a method that needs a struct.
fn in_method(receiver: &TokenTree, record: &str) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let text = format!("a method cannot define `{record}`, an `impl` holds no structs");
    let error = diagnostics.error("N0275", Tokens::one(receiver.span()), text);
    error.note(format!("`as {record}` fills a struct that stands outside"));
    diagnostics
}

/// The expansion of a method that has mistakes: no struct can stand beside it.
fn faulty_method(
    editor: &TokenStream,
    named: &mut Named,
    diagnostics: &Diagnostics,
    schema: &Schema,
    paths: &Paths,
) -> TokenStream {
    let (_, of_function) = attributes(named);
    let (uses, tracked) = (spare::uses(&mut named.chain, schema), tracked(paths));
    let errors = error::each(diagnostics, paths.is_first);
    named.output = quote!(());
    let signature = signature(named, &of_function, &kind(&named.chain));
    quote!(#signature { #editor #uses #tracked #(#errors);* })
}

/// The expansion of a named query that has mistakes: the same items, as far as they are known.
pub fn faulty_named(
    editor: &TokenStream,
    named: &mut Named,
    diagnostics: &Diagnostics,
    schema: &Schema,
    paths: &Paths,
) -> TokenStream {
    let (of_records, of_function) = attributes(named);
    let (uses, tracked) = (spare::uses(&mut named.chain, schema), tracked(paths));
    let mut errors = error::each(diagnostics, paths.is_first).into_iter();
    let signature = signature(named, &of_function, &kind(&named.chain));
    let mut shown = None;
    let record = record_name(named, schema).filter(|_| named.chain.target.is_none()).map(|name| {
        let visibility = &named.visibility;
        // A type with a mistake in it is one of which rustc says no more: not that it lacks the fields that are read. The
        // last mistake, as this stands last.
        let faulty = match errors.next_back() {
            Some(error) => {
                // Editors look for mistakes in bodies only.
                shown = Some(quote!(#[allow(unexpected_cfgs, unused)] { #[cfg(rust_analyzer)] { #error } }));
                quote!([(); #error])
            }
            None => error::faulty(paths),
        };
        let Attributes { derives, others, guards, .. } = &of_records;
        let plain = derives.is_empty().then(|| quote!(#[derive(Debug, Clone, PartialEq)]));
        let borrows = named.chain.lent.is_some();
        let (lifetime, what) = if borrows { (quote!('r,), quote!(&'r T)) } else { (TokenStream::new(), quote!(T)) };
        let what = quote!(<#lifetime T = #faulty>(::core::marker::PhantomData<#what>));
        quote!(#guards #derives #plain #others #visibility struct #name #what;)
    });
    let elsewhere = error::elsewhere(diagnostics, paths);
    let mut parts: Vec<TokenStream> = errors.chain(elsewhere).collect();
    if parts.is_empty() {
        parts.push(quote!(::core::unreachable!()));
    }
    quote! {
        #signature { #editor #shown #uses #tracked #(#parts);* }
        #record
    }
}

/// The kind that a query with mistakes was meant to have: what stands before the body of its function is then the same as
/// of one without, and rustc does not complain of how it is run.
fn kind(chain: &Chain) -> TokenStream {
    let methods = || {
        chain.steps.iter().filter_map(|step| match step {
            Step::Method(found) => method(unmarked(&found.name.text)).map(|row| (row, &found.arguments)),
            _ => None,
        })
    };
    let begun = |head: &Head| matches!(head, Head::Name { name, .. } if unmarked(&name.text).is_empty());
    let nested = |arguments: &Arguments| match arguments {
        Arguments::Prefetches(all) => all.iter().any(|prefetch| !begun(&prefetch.chain.head)),
        _ => false,
    };
    if methods().any(|(row, _)| row.role == Role::Write) {
        quote!(::nuages::Write)
    } else if methods().any(|(row, _)| row.name == "select_for_update") {
        quote!(::nuages::Locking)
    } else if methods().any(|(_, arguments)| nested(arguments))
        && !methods().any(|(row, _)| NO_ROWS.contains(&row.name))
    {
        if methods().any(|(row, _)| row.name == "pipelined") {
            quote!(::nuages::Pipelined)
        } else {
            quote!(::nuages::Nested)
        }
    } else {
        quote!(::nuages::Read)
    }
}

/// Endings that need no related rows.
const NO_ROWS: &[&str] = &["count", "exists", "contains", "aggregate", "dates", "datetimes", "none"];

/// The function's head.
fn signature(named: &Named, attributes: &TokenStream, kind: &TokenStream) -> TokenStream {
    let Named { visibility, name, generics, arguments, output, where_clause, .. } = named;
    let output = if output.is_empty() { quote!(()) } else { lent::output(output) };
    // What is wrong with the arguments is rustc's to say, where they end.
    let end = arguments.clone().into_iter().last().map_or(name.span(), |token| token.span());
    let mut list = Group::new(Delimiter::Parenthesis, arguments.clone());
    list.set_span(end);
    quote! {
        #attributes
        #visibility fn #name #generics #list -> ::nuages::Query<#output, #kind> #where_clause
    }
}

/// The attributes of the records, and those of the function.
fn attributes(named: &Named) -> (Attributes, TokenStream) {
    let (mut records, mut function) = (Attributes::default(), TokenStream::new());
    for attribute in &named.attributes {
        let says = |words: &[&str]| identifiers(attribute).iter().any(|found| words.contains(&unmarked(found)));
        let of = match first_word(attribute).as_deref().map(unmarked) {
            Some("derive") => Some("derive"),
            Some("serde") => Some("serde"),
            Some("cfg") => Some("cfg"),
            Some("cfg_attr") if says(&["derive"]) => Some("derive"),
            Some("cfg_attr") if says(&["serde"]) => Some("serde"),
            _ => None,
        };
        match of {
            Some("derive") => {
                records.serial |= says(&["Serialize", "Deserialize"]);
                records.derives.extend(attribute.clone());
            }
            Some("serde") => records.others.extend(attribute.clone()),
            _ => {}
        }
        if of == Some("cfg") {
            records.guards.extend(attribute.clone());
        }
        if matches!(of, None | Some("cfg")) {
            function.extend(attribute.clone());
        }
    }
    records.others.extend(quote!(#[allow(missing_docs)]));
    (records, function)
}

/// `derive` of `#[derive(Debug)]`.
fn first_word(attribute: &TokenStream) -> Option<String> {
    attribute.clone().into_iter().find_map(|token| match token {
        TokenTree::Group(group) => group.stream().into_iter().next().map(|word| word.to_string()),
        _ => None,
    })
}

/// The name of the rows' record: the only name in the return type or between its angle brackets (of a map the last
/// one), unless it is a model's, an enum's or a type of Rust.
fn record_name(named: &Named, schema: &Schema) -> Option<Ident> {
    let tokens: Vec<TokenTree> = named.output.clone().into_iter().collect();
    let is = |token: &TokenTree, c: char| matches!(token, TokenTree::Punct(p) if p.as_char() == c);
    let inner = match tokens.iter().position(|t| is(t, '<')) {
        Some(open) if tokens.get(open + 1).is_some_and(|t| is(t, '\'')) => &tokens,
        Some(open) => tokens.get(open + 1..tokens.iter().rposition(|t| is(t, '>'))?)?,
        None => &tokens,
    };
    // Of a map's types the last one.
    let inner = inner.iter().rposition(|t| is(t, ',')).map_or(inner, |comma| &inner[comma + 1..]);
    // The rows of a map are its last type.
    let inner = &inner[inner.iter().rposition(|t| is(t, ',')).map_or(0, |comma| comma + 1)..];
    let name = match inner {
        [TokenTree::Ident(name)] => name,
        // `Row<'_>`
        [TokenTree::Ident(name), open, quote, TokenTree::Ident(_), close]
            if is(open, '<') && is(quote, '\'') && is(close, '>') =>
        {
            name
        }
        _ => return None,
    };
    let text = unraw(name);
    let camel = text.chars().next().is_some_and(char::is_uppercase) && text != "String";
    let known = schema.model_named(&text).is_some() || schema.enum_named(&text).is_some();
    (camel && !known).then(|| name.clone())
}

/// The mistake of a return type that has no name for the records.
fn unnamed(named: &Named, schema: &Schema) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let found = named.output.to_string().replace(" < ", "<").replace(" <'", "<'").replace(" >", ">");
    let model =
        named.output.clone().into_iter().find(|token| schema.model_named(&token.to_string()).is_some()).map(|token| {
            match named.chain.lent {
                Some(_) => format!("`{token}` is a model, which owns what it holds"),
                None => format!("`{token}` is a model: the query has more than its columns"),
            }
        });
    let error = diagnostics.error(
        "N0401",
        place_of(&named.output),
        format!(
            "expected a name for the query's records in the return type, as in `Vec<{}Row>`, found `{found}`",
            camel(&unraw(&named.name))
        ),
    );
    if let Some(note) = model {
        error.note(note);
    }
    diagnostics
}

/// First and last token.
fn place_of(tokens: &TokenStream) -> Tokens {
    let mut spans = tokens.clone().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    Tokens { first, last: spans.last().unwrap_or(first) }
}

/// A name without `r#`.
fn unraw(name: &Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}
