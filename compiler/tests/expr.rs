//! Golden tests of expressions, lookups, aggregates and literals: each case is a query, and below it what it resolves
//! to, or its mistakes. `UPDATE_GOLDEN=1 cargo test --test expr` writes the files anew; read the difference.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod show;

use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::{parse, resolve};
use nuages_schema::{Schema, SourceFile};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The schema of the cases, in a time zone.
fn schema(zone: &str) -> Schema {
    let location = folder().join("schema.nuages");
    let text = std::fs::read_to_string(&location).unwrap();
    let source = SourceFile { path: "schema.nuages".into(), location, app: None, text };
    match nuages_schema::parse(vec![source], zone) {
        Ok(schema) => schema,
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expr")
}

/// What a query comes to: lines.
fn answer(query: &str, schema: &Schema) -> String {
    let tokens = match query.parse() {
        Ok(tokens) => tokens,
        Err(error) => return format!("! not Rust's tokens: {error}\n"),
    };
    let mut diagnostics = Diagnostics::default();
    let Input::Expression(chain) = parse::parse(tokens, &mut diagnostics) else {
        return "! a named query\n".into();
    };
    let resolved = if diagnostics.is_empty() { resolve::resolve(&chain, schema, &mut diagnostics) } else { None };
    if diagnostics.is_empty() {
        return show::query(&resolved.expect("no error and no query"), schema);
    }
    let mut out = String::new();
    for d in diagnostics.iter() {
        let text = d.text().replace('\n', "\n! ");
        let _ = writeln!(out, "! {}: {text}", pointed(query, d.tokens.first, d.tokens.last));
    }
    out
}

/// The tokens that a mistake points at.
fn pointed(query: &str, first: proc_macro2::Span, last: proc_macro2::Span) -> String {
    let (a, b) = (first.start(), last.end());
    if a.line == 0 || b.line == 0 {
        return "(nowhere)".into();
    }
    query.lines().next().unwrap_or("").chars().skip(a.column).take(b.column.saturating_sub(a.column)).collect()
}

/// Compares a file of cases: a query after `> `, its answer below, an empty line between cases; `# ` is a comment.
fn golden(name: &str, zone: &str) {
    let schema = schema(zone);
    let path = folder().join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut now = String::new();
    for paragraph in text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
        if !now.is_empty() {
            now.push('\n');
        }
        let mut asked = false;
        for line in paragraph.lines() {
            if let Some(query) = line.strip_prefix("> ") {
                let _ = writeln!(now, "> {query}");
                now.push_str(&answer(query, &schema));
                asked = true;
            } else if line.starts_with('#') {
                let _ = writeln!(now, "{line}");
            }
        }
        assert!(asked || paragraph.starts_with('#'), "a paragraph of {name} has no query: {paragraph}");
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &now).unwrap();
        return;
    }
    if now != text {
        let difference: Vec<String> = now
            .lines()
            .zip(text.lines())
            .filter(|(a, b)| a != b)
            .take(12)
            .map(|(a, b)| format!("expected {b}\n   found {a}"))
            .collect();
        panic!("{name} differs; UPDATE_GOLDEN=1 writes it anew\n{}", difference.join("\n"));
    }
}

#[test]
fn lookups() {
    golden("lookups.txt", "UTC");
}

#[test]
fn literals() {
    golden("literals.txt", "UTC");
}

#[test]
fn zoned() {
    golden("zoned.txt", "Europe/Paris");
}

#[test]
fn arithmetic() {
    golden("arithmetic.txt", "UTC");
}

#[test]
fn functions() {
    golden("functions.txt", "UTC");
}

#[test]
fn aggregates() {
    golden("aggregates.txt", "UTC");
}

#[test]
fn values() {
    golden("values.txt", "UTC");
}

#[test]
fn windows() {
    golden("windows.txt", "UTC");
}

#[test]
fn written() {
    golden("written.txt", "UTC");
}

#[test]
fn options() {
    golden("options.txt", "Europe/Paris");
}
