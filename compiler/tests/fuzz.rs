//! Broken and half-right queries through all stages: nothing panics, what is wrong is said, and the same input gives the
//! same tokens. `NUAGES_FUZZ_RUNS=1000000` makes more of them, `NUAGES_FUZZ_SEED=7` makes others, and
//! `NUAGES_FUZZ_LAST=file` has each written to a file before its round: it is still there when the stack ends, or never.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[path = "support/files.rs"]
mod files;
#[path = "fuzz/mutate.rs"]
#[allow(dead_code, reason = "other tests that have this file want queries that are likely to be right")]
mod mutate;

use files::files;
use mutate::{Corpus, Numbers, Shown};
use nuages_compiler::ast::{Chain, Input};
use nuages_compiler::diagnostic::{Diagnostic, Diagnostics};
use nuages_compiler::render::{Child, Compiled, Sql};
use nuages_compiler::{Paths, expand, lower, parse, resolve};
use nuages_schema::model::Schema;
use nuages_schema::source::SourceFile;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;
use std::path::Path;

/// More mistakes than this at once help nobody: each change makes one, and what it moved or doubled a few.
const HANDFUL: usize = 24;

#[test]
fn a_query_expands_to_the_same_tokens_every_time() {
    let schema = schema();
    let paths = paths();
    for query in golden() {
        let first = expand(query.clone(), &schema, &paths).to_string();
        assert!(!first.contains("compile_error"), "{query}\n{first}");
        assert_eq!(first, expand(query.clone(), &schema, &paths).to_string(), "{query}");
    }
}

/// Queries that were found by changing others at random: each reached something that none before it did, or failed once.
#[test]
fn what_was_found_once_stays_right() {
    let (schema, paths) = (schema(), paths());
    for line in std::fs::read_to_string(root().join("tests/fuzz/corpus.txt")).unwrap().lines() {
        let query: TokenStream = line.parse().unwrap();
        let _shown = Shown(&query);
        let (named, stages) = stages(&query, &schema);
        match stages {
            Ok(compiled) => sound(&compiled),
            Err(mistakes) => said(&mistakes),
        }
        .and_then(|()| readable(named, &expand(query.clone(), &schema, &paths)))
        .unwrap_or_else(|problem| panic!("{query}\n{problem}"));
    }
}

/// Whatever the depth: the stages work on streams of the depth that rustc itself reads.
#[test]
fn deep_queries_are_no_deeper_than_the_stack() {
    let (schema, paths) = (schema(), paths());
    let deep = |open: &str, inner: &str, close: &str, n: usize| format!("{}{inner}{}", open.repeat(n), close.repeat(n));
    for (open, inner, close) in [
        ("Q(", "stock = 1", ")"),
        ("!Q(", "stock = 1", ")"),
        ("Exists(reviews.filter(product.", "stock = 1", "))"),
        ("F(stock) == (", "F(stock)", ")"),
        ("stock = F(stock) + (", "1", ")"),
        ("if a { ", "stock = 1", " }"),
    ] {
        let query: TokenStream = format!("Product.filter({})", deep(open, inner, close, 60)).parse().unwrap();
        drop(stages(&query, &schema));
        drop(expand(query, &schema, &paths));
    }
}

#[test]
fn whatever_is_changed_in_a_query_gives_a_query_or_a_few_mistakes() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let runs = number("NUAGES_FUZZ_RUNS").unwrap_or(5_000);
    let (schema, paths) = (schema(), paths());
    let corpus = Corpus::new(golden());
    let mut numbers = Numbers::new(number("NUAGES_FUZZ_SEED").unwrap_or(20_261_204));
    let mut keep = std::env::var_os("NUAGES_FUZZ_KEEP").map(|_| Keep::default());
    let last = std::env::var_os("NUAGES_FUZZ_LAST");
    let mut done = Rounds(0);
    let (mut good, mut bad, mut problems) = (0_u64, 0_u64, Vec::new());
    for round in 0..runs {
        let query = corpus.mutated(1 + usize::try_from(round % 4).unwrap(), &mut numbers);
        if let Some(last) = &last {
            std::fs::write(last, format!("round {round}\n{query}\n")).unwrap();
        }
        let shown = Shown(&query);
        let mut codes = Vec::new();
        let (named, stages) = stages(&query, &schema);
        let problem = match stages {
            Ok(compiled) => {
                good += 1;
                sound(&compiled)
            }
            Err(mistakes) => {
                bad += 1;
                codes.extend(mistakes.iter().map(|mistake| mistake.code));
                said(&mistakes)
            }
        };
        let expansion = expand(query.clone(), &schema, &paths);
        let problem = problem.and_then(|()| readable(named, &expansion));
        drop(shown);
        if let Some(keep) = &mut keep {
            keep.look(&query, codes);
        }
        if let Err(problem) = problem {
            problems.push(format!("{problem}\nin round {round}: {query}\n{expansion}"));
        }
        assert!(problems.len() < 20, "{}", problems.join("\n\n"));
        done.0 += 1;
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    assert!(good > runs / 50 && bad > runs / 3, "{good} good and {bad} bad queries are no mixture");
}

/// Rounds that are done: says how many when the run ends, however it does.
struct Rounds(u64);

impl Drop for Rounds {
    fn drop(&mut self) {
        println!("{} rounds done", self.0);
    }
}

/// The stages up to SQL, and whether it is a named query.
fn stages(query: &TokenStream, schema: &Schema) -> (bool, Result<Compiled, Diagnostics>) {
    let mut diagnostics = Diagnostics::default();
    let input = parse::parse(query.clone(), &mut diagnostics);
    let (named, chain): (bool, &Chain) = match &input {
        Input::Expression(chain) => (false, chain),
        Input::Named(named) => (true, &named.chain),
    };
    if !diagnostics.is_empty() {
        return (named, Err(diagnostics));
    }
    let query = resolve::resolve(chain, schema, &mut diagnostics);
    match query {
        Some(query) if diagnostics.is_empty() => (named, Ok(lower::compile(&query, schema))),
        _ => (named, Err(diagnostics)),
    }
}

/// Queries that made mistakes which none before them made, for `fuzz/corpus.txt`.
#[derive(Default)]
struct Keep(BTreeSet<Vec<&'static str>>);

impl Keep {
    /// Prints a short query if it is the first of its kind.
    fn look(&mut self, query: &TokenStream, mut codes: Vec<&'static str>) {
        codes.sort_unstable();
        codes.dedup();
        if codes.len() > 2 || self.0.contains(&codes) {
            return;
        }
        let text = query.to_string();
        // What the text says must be the query: a group without delimiters is not seen in it.
        if text.len() < 250 && !text.contains('\n') && text.parse::<TokenStream>().is_ok_and(|q| q.to_string() == text)
        {
            println!("kept {text}");
            self.0.insert(codes);
        }
    }
}

/// A query that is refused says why, and not too often.
fn said(mistakes: &Diagnostics) -> Result<(), String> {
    if mistakes.is_empty() || mistakes.len() > HANDFUL {
        let texts: Vec<String> = mistakes.iter().map(Diagnostic::text).collect();
        return Err(format!("{} mistakes:\n{}", mistakes.len(), texts.join("\n")));
    }
    Ok(())
}

/// The expansion is Rust, an expression or the items of a named query, as far as the user's part of it is.
fn readable(named: bool, expansion: &TokenStream) -> Result<(), String> {
    let expansion = expansion.clone();
    let read = if named {
        syn::parse2::<syn::File>(expansion).map(drop)
    } else {
        syn::parse2::<syn::Expr>(expansion).map(drop)
    };
    match read {
        Err(error) if error.span().byte_range().is_empty() => Err(format!("the expansion is no Rust: {error}")),
        _ => Ok(()),
    }
}

/// Every statement, with all switches on and all off, has its parentheses and quotes in pairs and its parameters in its
/// list.
fn sound(compiled: &Compiled) -> Result<(), String> {
    fn all<'c>(children: &'c [Child], into: &mut Vec<&'c Sql>) {
        for child in children {
            into.push(&child.sql);
            all(&child.children, into);
        }
    }
    let mut list = vec![&compiled.root];
    list.extend(&compiled.count);
    all(&compiled.children, &mut list);
    for sql in list {
        for mask in [0, u64::MAX] {
            let text = sql.text.text(mask);
            paired(&text, sql.params.len()).map_err(|problem| format!("{problem}: {text}"))?;
        }
    }
    Ok(())
}

fn paired(text: &str, params: usize) -> Result<(), String> {
    let mut depth = 0_i32;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '\'' | '"' if !rest.any(|other| other == c) => return Err("an open quote".into()),
            '$' => {
                let mut number = String::new();
                while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                    number.push(digit);
                }
                if !number.parse::<usize>().is_ok_and(|n| (1..=params).contains(&n)) {
                    return Err(format!("${number} of {params} parameters"));
                }
            }
            _ => {}
        }
        if depth < 0 {
            return Err("a parenthesis too many".into());
        }
    }
    if depth == 0 { Ok(()) } else { Err("an open parenthesis".into()) }
}

fn paths() -> Paths {
    Paths { models: quote!(crate::models), tracked: Vec::new(), editor: false, is_first: None, ending: None }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The golden queries that are right.
fn golden() -> Vec<TokenStream> {
    let texts = files(&root().join("tests/sql")).into_iter().map(|path| std::fs::read_to_string(path).unwrap());
    let right = texts.filter_map(|text| {
        let (query, compiled) = text.split_once("\n\n")?;
        (!compiled.starts_with("error")).then(|| query.parse().unwrap())
    });
    right.collect()
}

fn schema() -> Schema {
    let sources = files(&root().join("../examples/shop/schema")).into_iter().map(|path| SourceFile {
        path: path.file_name().unwrap().to_string_lossy().into_owned(),
        app: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
        text: std::fs::read_to_string(&path).unwrap(),
        location: path,
    });
    nuages_schema::parse(sources.collect(), "UTC").unwrap_or_else(|d| panic!("{d}"))
}
