//! `docs/errors`: each code has a page with a case of it, what is said of that, and what to write instead.
//! `UPDATE_GOLDEN=1` fills in the headings and what is said, and writes the index. What only the DDL shows is tested beside
//! the DDL.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod support;
#[allow(unreachable_pub, reason = "what it lists is public where it belongs")]
#[path = "../../migrate/src/codes.rs"]
mod tables;

use nuages_compiler::{Paths, Surroundings, codes, expand, expand_raw, scopes, test};
use nuages_schema::{Diagnostics, Schema};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use support::page::{self, Checks, Mistake};

/// What a package says that says nothing of its own.
fn around() -> Surroundings {
    Surroundings { models: Ok(quote!(crate::models)), server: None }
}

/// What the hundreds and tens of codes are about, by the code that they begin with.
const PARTS: &[(&str, &str)] = &[
    ("N0101", "How a query is written"),
    ("N0201", "Names, chains and their results"),
    ("N0301", "Functions, lookups and values"),
    ("N0401", "Named queries"),
    ("N0560", "Limits"),
    ("N0620", "Writes of many rows, and of rows that may be there"),
    ("N0660", "`raw!`"),
    ("N0670", "`#[nuages::test]`"),
    ("S001", "How a schema is written"),
    ("S020", "Names, models and abstracts"),
    ("S030", "Types"),
    ("S040", "Relations and attributes"),
    ("S050", "Defaults and null"),
    ("S060", "Keys, indexes and orders"),
    ("S070", "Names in the database"),
    ("S080", "Scopes"),
    ("S091", "`nuages.toml`"),
    ("M001", "What only the tables show"),
];

/// All codes with what they mean.
fn listed() -> Vec<(&'static str, &'static str)> {
    [codes::CODES, nuages_schema::CODES, tables::CODES].concat()
}

#[test]
fn every_page_shows_its_mistake_and_what_to_write_instead() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let shop = support::shop();
    let checks = Checks { rust: &said, schema: &said_of_scopes };
    let mut wrong = Vec::new();
    for (code, meaning) in listed().iter().filter(|(code, _)| !page::of_ddl(code)) {
        page::check(code, meaning, &shop, &checks, update, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_has_a_code_and_the_index_lists_them() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let codes: BTreeSet<String> = listed().iter().map(|(code, _)| format!("{code}.md")).collect();
    for entry in std::fs::read_dir(page::folder()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if name != "README.md" && !codes.contains(&name) {
            wrong.push(format!("{name} is the page of no code"));
        }
    }
    let path = page::folder().join("README.md");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    page::settle(&path, &text, &index(), update, &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The index, from the tables.
fn index() -> String {
    let mut out = String::from(
        "# Errors\n\n\
         A mistake in a query, a schema or a test has a code, which stands in brackets: `[N0202]`. Each code has a page \
         with a case\nof it, what the build says, and what to write instead. `nuages explain N0202` prints the same page.\n",
    );
    for (code, meaning) in listed() {
        if let Some((_, about)) = PARTS.iter().find(|(first, _)| *first == code) {
            write!(out, "\n## {about}\n\n| code | meaning |\n|---|---|\n").unwrap();
        }
        writeln!(out, "| [{code}]({code}.md) | {} |", meaning.replace('|', "\\|")).unwrap();
    }
    out
}

/// A page has one case of its code; golden files have those of each place that reports it.
#[test]
fn every_code_has_a_golden_case() {
    let mut shown = String::new();
    for stage in ["parse", "resolve", "expr", "expand", "raw", "mistakes"] {
        let files = support::files::files(&support::folder(stage));
        let golden = files.iter().filter(|file| file.extension().is_some_and(|end| end == "txt"));
        golden.for_each(|file| shown.push_str(&std::fs::read_to_string(file).unwrap()));
    }
    // 65 clauses are too long for a case, and so are 1700 columns: pages have them, and tests of their own.
    let listed = codes::CODES.iter().filter(|(code, _)| !page::of_ddl(code) && *code != "N0233");
    let is_shown = |code: &str| shown.contains(&format!("[{code}]")) || shown.contains(&format!(" {code} "));
    let silent: Vec<&str> = listed.map(|(code, _)| *code).filter(|code| !is_shown(code)).collect();
    assert!(silent.is_empty(), "no golden case shows {silent:?}");
}

/// What only an expansion says, or `#[nuages::test]`, keeps the rules for messages too.
#[test]
fn messages_of_expansions_keep_the_rules() {
    let mut broken = Vec::new();
    let mut count = 0;
    for file in support::files::files(&support::folder("expand")) {
        let text = std::fs::read_to_string(file).unwrap();
        for said in text.split("compile_error!").skip(1) {
            let literal = said.trim_start_matches([' ', '{', '\n']);
            let end =
                literal.match_indices('"').map(|(at, _)| at).find(|at| *at > 0 && !literal[..*at].ends_with('\\'));
            let literal: syn::LitStr = syn::parse_str(&literal[..=end.unwrap()]).unwrap();
            let value = literal.value();
            let Some((message, notes)) = value.split_once(" [N") else { continue };
            let notes: Vec<&str> = notes.split("\n  = ").skip(1).collect();
            broken.extend(support::rules::broken(message, &notes));
            count += 1;
        }
    }
    assert!(count > 30, "only {count} messages");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// What is said of the macros in a block, or an empty text.
fn said(block: &str, schema: &Schema) -> String {
    let tokens: TokenStream = match page::written_out(block).parse() {
        Ok(tokens) => tokens,
        Err(error) => panic!("{error} in\n{block}"),
    };
    let paths =
        Paths { models: quote!(crate::models), tracked: Vec::new(), editor: false, is_first: None, ending: None };
    let mut found = Vec::new();
    calls(tokens, &mut |call, whole| {
        let expansion = match call {
            Call::Query(tokens) => expand(tokens, schema, &paths),
            Call::Raw(tokens) => expand_raw(tokens, schema, &paths),
            Call::Test(attribute, item) => test(attribute, &item, || Ok(around()), None),
        };
        errors(expansion, whole, &mut found);
    });
    found.iter().map(|mistake| page::shown(block, mistake)).collect::<Vec<_>>().join("\n")
}

/// What `models!()` says of a schema beyond its reading.
fn said_of_scopes(schema: &Schema) -> String {
    Diagnostics { list: scopes(schema), sources: schema.sources.clone() }.to_string()
}

/// A call of a macro.
enum Call {
    Query(TokenStream),
    Raw(TokenStream),
    Test(TokenStream, TokenStream),
}

/// All calls in a block, with where each begins and ends.
fn calls(tokens: TokenStream, see: &mut dyn FnMut(Call, (Span, Span))) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (i, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let (inside, word) = (group.stream(), |back: usize| i.checked_sub(back).map(|i| tokens[i].to_string()));
        let bang = word(1).as_deref() == Some("!");
        let whole = |first: usize, last: Span| (tokens[first].span(), last);
        match word(2).as_deref() {
            Some("query") if bang => see(Call::Query(inside), whole(i - 2, group.span_close())),
            Some("raw") if bang => see(Call::Raw(inside), whole(i - 2, group.span_close())),
            _ if word(1).as_deref() == Some("#") && group.delimiter() == Delimiter::Bracket => {
                let path: Vec<TokenTree> = inside.into_iter().collect();
                let name: String = path.iter().take(4).map(ToString::to_string).collect();
                if name == "nuages::test" {
                    let attribute = match path.get(4) {
                        Some(TokenTree::Group(arguments)) => arguments.stream(),
                        _ => TokenStream::new(),
                    };
                    see(Call::Test(attribute, item(&tokens[i + 1..])), whole(i - 1, group.span_close()));
                }
            }
            _ => calls(inside, see),
        }
    }
}

/// The item that tokens begin with: up to its body, or up to a semicolon.
fn item(tokens: &[TokenTree]) -> TokenStream {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    let end = tokens.iter().position(is_end).map_or(tokens.len(), |end| end + 1);
    tokens[..end].iter().cloned().collect()
}

/// Each `compile_error!` of an expansion; one that stands nowhere stands at the call.
fn errors(expansion: TokenStream, whole: (Span, Span), found: &mut Vec<Mistake>) {
    let tokens: Vec<TokenTree> = expansion.into_iter().collect();
    for (i, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let name = i.checked_sub(2).map(|at| &tokens[at]).filter(|token| token.to_string() == "compile_error");
        let Some(name) = name else {
            errors(group.stream(), whole, found);
            continue;
        };
        let literal: syn::LitStr = syn::parse2(group.stream()).unwrap();
        let (first, last) = match name.span().start().line {
            0 => whole,
            _ => (name.span(), group.span()),
        };
        let (start, end) = (first.start(), last.end());
        found.push(Mistake {
            text: support::unnumbered(&literal.value()).trim_end().to_owned(),
            start: (start.line, start.column),
            end: (end.line, end.column),
        });
    }
}
