//! What an editor needs of an expansion, held against every golden query, cut at every token and half-written.
//!
//! rust-analyzer expands a macro twice, on the real text and with a marker glued in at the cursor, and takes from the
//! first expansion what stands at the marker's offset in the second: what comes before the marker has to be the same in
//! both. What it shows at a name is what all tokens with that name's place are: it stands there once, and no word of
//! ours has its place.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[path = "editor/cut.rs"]
mod cut;
mod support;

use cut::{Cut, count};
use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::{Paths, emit, expand, parse};
use nuages_schema::Schema;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use std::collections::HashSet;
use std::path::Path;
use std::sync::OnceLock;
use support::files::files;
use support::{folder, shop, zoo};

/// A query, and the schema that it is of; none if it has mistakes.
struct Case {
    text: String,
    tokens: TokenStream,
    schema: Option<&'static Schema>,
}

/// The schemas of the golden queries.
fn schemas() -> &'static [Schema; 2] {
    static SCHEMAS: OnceLock<[Schema; 2]> = OnceLock::new();
    SCHEMAS.get_or_init(|| [shop(), zoo()])
}

/// The queries of all golden files, whole ones and mistakes.
fn corpus() -> Vec<Case> {
    let mut out = Vec::new();
    for part in ["sql", "keys"] {
        for path in files(&folder(part)) {
            let text = std::fs::read_to_string(path).unwrap();
            out.extend(text.split("\n\n").next().map(str::to_owned));
        }
    }
    for part in ["parse", "resolve", "expand", "expr"] {
        for path in files(&folder(part)).iter().filter(|path| is_queries(path)) {
            let text = std::fs::read_to_string(path).unwrap();
            let cases = text.split("### ").skip(1).filter_map(|case| case.split_once('\n'));
            out.extend(cases.filter_map(|(_, case)| case.split("\n---").next()).map(str::to_owned));
            out.extend(text.lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned));
        }
    }
    let more = std::fs::read_to_string(folder("editor").join("queries.txt")).unwrap();
    out.extend(more.lines().map(str::to_owned));
    out.sort();
    out.dedup();
    let case = |text: String| {
        let tokens = text.parse::<TokenStream>().ok().filter(|tokens| !tokens.is_empty())?;
        let valid = |schema: &Schema| !expand(tokens.clone(), schema, &paths()).to_string().contains("compile_error");
        let schema = schemas().iter().find(|schema| valid(schema));
        Some(Case { text, tokens, schema })
    };
    out.into_iter().filter_map(case).collect()
}

/// Not the tests of `#[nuages::test]`, nor schemas.
fn is_queries(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "txt") && path.file_stem().is_some_and(|stem| stem != "tests")
}

fn paths() -> Paths {
    Paths { models: quote!(crate::models), tracked: Vec::new(), editor: true, is_first: None, ending: None }
}

/// What only editors see.
fn shown(tokens: TokenStream, schema: &Schema) -> TokenStream {
    let input = parse::parse(tokens, &mut Diagnostics::default());
    let chain = match &input {
        Input::Expression(chain) => chain,
        Input::Named(named) => &named.chain,
    };
    emit::editor::editor(chain, schema, &paths())
}

/// Leaves of the tokens, each with its text; groups as their delimiters.
fn flat(stream: TokenStream, out: &mut Vec<String>) {
    for tree in stream {
        match tree {
            TokenTree::Group(g) => {
                let (open, close) = match g.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out.push(open.to_owned());
                flat(g.stream(), out);
                out.push(close.to_owned());
            }
            other => out.push(other.to_string()),
        }
    }
}

/// Everything before the marker must be the same without it; if the marker is not there (it stands in Rust that is left
/// out, or where nothing can be), all of it.
fn differs(query: &TokenStream, cut: &Cut, expansion: &dyn Fn(TokenStream) -> TokenStream) -> Option<String> {
    let leaves = |tokens: TokenStream| {
        let mut out = Vec::new();
        flat(expansion(tokens), &mut out);
        out
    };
    let (without, with) = (cut.apply(query, false), cut.apply(query, true));
    let (plain, marked) = (leaves(without.clone()), leaves(with.clone()));
    let to = marked.iter().position(|t| t.ends_with(cut::MARK))?;
    // The name of a field of a struct, or a text: nothing can be completed there.
    if marked[..to].iter().any(|t| t == "struct") {
        return None;
    }
    // A whole model's name may be a chain, which is no value; one that is being written is a value like others.
    if marked[..to].iter().any(|t| t == "private") && marked[to].starts_with(char::is_uppercase) {
        return None;
    }
    // A dot or a path's colons that only the marker makes may stand before it.
    let dot = usize::from(to > 0 && marked[to - 1] == ".");
    let colons = if to > 1 && marked[to - 2..to].iter().all(|t| t == ":") { 2 } else { 0 };
    let before = &marked[..to - dot - colons];
    let same = plain.starts_with(before);
    let at = plain.iter().zip(before).take_while(|(a, b)| a == b).count();
    let part = |all: &[String]| all[at.saturating_sub(8)..all.len().min(at + 12)].join(" ");
    (!same).then(|| format!("{without}\n{with}\n  plain:  {}\n  marked: {}", part(&plain), part(&marked)))
}

/// One of so many cursors is tried in what only editors see, and in all of an expansion: all of them cost minutes in a
/// debug build.
const STEPS: [usize; 2] = [11, 61];

#[test]
fn what_stands_before_the_cursor_does_not_depend_on_the_cursor() {
    let (mut seen, mut tried, mut wrong) = (HashSet::new(), [0, 0], Vec::new());
    let all = std::env::var_os("EVERY_CURSOR").is_some();
    for (i, case) in corpus().iter().enumerate() {
        let cuts = Cut::all(count(&case.tokens));
        for (n, cut) in cuts.iter().enumerate() {
            let due = STEPS.map(|step| all || (i + n) % step == 0);
            if due == [false, false] {
                continue;
            }
            let marked = cut.apply(&case.tokens, true).to_string();
            if !marked.contains(cut::MARK) || !seen.insert(marked) {
                continue;
            }
            let schema = case.schema.unwrap_or(&schemas()[0]);
            if due[0] {
                tried[0] += 1;
                wrong.extend(differs(&case.tokens, cut, &|tokens| shown(tokens, schema)));
            }
            // In an empty place of a query without other mistakes a value is all that is missing, or one more than there.
            if due[1] && case.schema.is_some() && cut.has_word() {
                tried[1] += 1;
                wrong.extend(differs(&case.tokens, cut, &|tokens| expand(tokens, schema, &paths())));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried:?}:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    assert!(tried[0] > 5000 && tried[1] > 500, "only {tried:?} were tried");
}

/// Words of ours that have to be where rustc's message about a value is to be: the type of a named query, an argument
/// that a scope uses more than once, a lifetime.
const ELSEWHERE: &[&str] = &["__query", "__nuages_argument_", "core", "clone", "Clone", "static", "__r", "else"];

/// Whether ours has to be there: what fills a struct of the user's, or a field that a scope adds.
fn belongs(word: &str, user: &str) -> bool {
    user.starts_with(char::is_uppercase)
        || ["sized", "raised"].contains(&user)
        || ELSEWHERE.iter().any(|name| word.starts_with(name))
}

#[test]
fn no_helper_stands_at_a_name() {
    let mut wrong = Vec::new();
    for Case { text, tokens: query, schema } in corpus() {
        let Some(schema) = schema else { continue };
        let mut found = Vec::new();
        words(expand(query.clone(), schema, &paths()), &mut found);
        let mut of_user = Vec::new();
        words(query, &mut of_user);
        for word in found {
            let Some(user) = of_user.iter().find(|user| user.0 == word.0) else { continue };
            let same = user.1.trim_start_matches("r#") == word.1.trim_start_matches("r#") || user.1.contains("__");
            if !same && !belongs(&word.1, &user.1) {
                wrong.push(format!("{text}\n  `{}` stands at `{}`", word.1, user.1));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
}

/// Words with their places.
fn words(stream: TokenStream, out: &mut Vec<((usize, usize, usize), String)>) {
    for tree in stream {
        match tree {
            TokenTree::Group(g) => words(g.stream(), out),
            TokenTree::Ident(i) => {
                let (start, end) = (i.span().start(), i.span().end());
                if start != end {
                    out.push(((start.line, start.column, end.column), i.to_string()));
                }
            }
            _ => {}
        }
    }
}
