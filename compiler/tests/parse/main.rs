//! What is written against what is read: each `*.txt` beside this file holds cases
//!
//! ```text
//! query, on any number of lines (or `@steps`, `@condition`, `@expr`, `@exprs` and a piece of the language)
//! ----
//! the ast as `print` shows it
//! 1:5-1:9 N0101 message
//!   = note
//! ====
//! ```
//!
//! `UPDATE_GOLDEN=1 cargo test -p nuages-compiler --test parse` writes what is read now.

// The helpers of a test may fail as the test itself.
#![allow(clippy::unwrap_used)]

mod mutate;
mod print;
mod tables;

use nuages_compiler::diagnostic::{Diagnostic, Diagnostics};
use nuages_compiler::parse;
use proc_macro2::TokenStream;
use std::fmt::Write as _;
use std::path::PathBuf;

/// The folder of the cases.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/parse")
}

/// All files of cases, sorted.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    all.sort();
    all
}

/// The queries of a file with what is expected of them.
pub(crate) fn cases(text: &str) -> Vec<(String, String)> {
    text.split("====\n")
        .filter(|case| !case.trim().is_empty())
        .map(|case| {
            let (query, expected) = case.split_once("\n----\n").unwrap_or((case.trim_end(), ""));
            (query.to_owned(), expected.to_owned())
        })
        .collect()
}

/// Reads a case and prints the ast and the diagnostics.
pub(crate) fn read(case: &str) -> String {
    let mut d = Diagnostics::default();
    let (kind, text) = match case.strip_prefix('@') {
        Some(rest) => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        None => ("query", case),
    };
    let tokens: TokenStream = text.parse().unwrap_or_else(|e| panic!("{case}: {e}"));
    let mut out = match kind {
        "query" => print::input(&parse::parse(tokens, &mut d)),
        "steps" => print::steps(&parse::parse_chain_steps(tokens, &mut d)),
        "condition" => {
            let all = parse::parse_condition(tokens, &mut d);
            all.iter().map(print::condition).collect::<Vec<_>>().join(", ")
        }
        "expr" => print::expr(&parse::parse_expr(tokens, &mut d)),
        "exprs" => {
            let all = parse::parse_exprs(tokens, &mut d);
            all.iter().map(print::expr).collect::<Vec<_>>().join(", ")
        }
        other => panic!("no kind `{other}`"),
    };
    out.push('\n');
    for diagnostic in d.iter() {
        out.push_str(&shown(diagnostic));
    }
    out
}

fn shown(d: &Diagnostic) -> String {
    let (start, end) = (d.tokens.first.start(), d.tokens.last.end());
    let mut out = format!("{}:{}-{}:{} {} {}\n", start.line, start.column, end.line, end.column, d.code, d.message);
    for note in &d.notes {
        let _ = writeln!(out, "  = {note}");
    }
    out
}

#[test]
fn every_case_reads_as_written_down() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = String::new();
    for file in files() {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut now = String::new();
        for (query, expected) in cases(&text) {
            let found = read(&query);
            if found != expected {
                let _ = write!(wrong, "{}\n{query}\nexpected:\n{expected}found:\n{found}\n", file.display());
            }
            let _ = write!(now, "{query}\n----\n{found}====\n");
        }
        if update && now != text {
            std::fs::write(&file, now).unwrap();
        }
    }
    assert!(update || wrong.is_empty(), "{wrong}");
}

#[test]
fn every_code_of_writing_is_shown_by_a_case_and_listed() {
    let all: String = files().iter().map(|f| std::fs::read_to_string(f).unwrap()).collect();
    for (code, meaning) in nuages_compiler::codes::CODES.iter().filter(|(code, _)| code.starts_with("N01")) {
        // Depth is shown by its own test.
        assert!(all.contains(&format!(" {code} ")) || *code == "N0127", "no case shows {code}: {meaning}");
    }
    for word in all.split_whitespace().filter(|w| w.len() == 5 && w.starts_with("N01")) {
        let listed = nuages_compiler::codes::CODES.iter().any(|(code, _)| *code == word);
        assert!(listed, "{word} is not listed");
    }
}

#[test]
fn what_is_nested_too_deep_is_one_mistake() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}")] {
        let text = format!("Product.filter(a = {}1{})", open.repeat(5000), close.repeat(5000));
        let read = std::thread::Builder::new()
            .stack_size(64 << 20)
            .spawn(move || {
                let mut d = Diagnostics::default();
                parse::parse(text.parse().unwrap(), &mut d);
                d.iter().map(|d| d.code).collect::<Vec<_>>()
            })
            .unwrap();
        assert!(read.join().unwrap().contains(&"N0127"));
    }
    for text in [
        format!("Product.filter({}Q(a = 1))", "!".repeat(5000)),
        format!("Product.filter(Q(){})", " | Q()".repeat(5000)),
    ] {
        assert!(read(&text).contains("N0127"));
    }
    // `if` within the head of an `if` costs no more than its length.
    assert!(read(&format!("Product.filter({} a)", "if ".repeat(2000))).contains("N01"));
}
