//! `raw!`: what is sent, with which values, and what comes of each row; or what is wrong, and where.
//!
//! `UPDATE_EXPECT=1` writes the golden files anew.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod support;

use nuages_compiler::diagnostic::{Diagnostic, Diagnostics};
use nuages_compiler::raw::{Field, Target, read};
use nuages_schema::Schema;
use proc_macro2::Literal;
use quote::quote;
use std::fmt::Write as _;
use support::{folder, golden, shop, zoo};

#[test]
fn statements() {
    goldens("raw/statements.txt", &shop());
}

#[test]
fn rows() {
    goldens("raw/rows.txt", &shop());
}

#[test]
fn columns() {
    goldens("raw/columns.txt", &shop());
}

#[test]
fn mistakes() {
    goldens("raw/mistakes.txt", &shop());
}

/// What those write who know other libraries.
#[test]
fn foreign() {
    goldens("raw/foreign.txt", &shop());
}

#[test]
fn rare_schemas() {
    goldens("raw/zoo.txt", &zoo());
}

/// Texts with signs put in, taken out and exchanged: whatever comes of them, it comes, and the same each time.
#[test]
fn any_text_is_read() {
    const SIGNS: &[&str] = &[
        "'", "\"", "{", "}", "{{", "}}", "$", "$$", "$1", "(", ")", "[", "]", ",", ";", "--", "/*", "*/", "\n", "é",
        "\u{a0}", "{x}", "e'", "\\", " as ", " from ", "::", ".", "*", "1", "{x:?}", "return",
    ];
    let schema = shop();
    let texts: Vec<String> = ["statements", "rows", "columns", "mistakes"]
        .iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(folder("raw").join(format!("{file}.txt"))).unwrap();
            text.lines().filter(|line| line.starts_with('"')).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let (mut seed, mut fine) = (7_u64, 0);
    let mut any = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for _ in 0..4_000 {
        let mut chars: Vec<String> = texts[any(texts.len())].chars().map(String::from).collect();
        for _ in 0..=any(3) {
            let at = any(chars.len());
            match any(3) {
                0 => chars.insert(at, SIGNS[any(SIGNS.len())].to_owned()),
                1 if chars.len() > 1 => drop(chars.remove(at)),
                _ => chars[at] = SIGNS[any(SIGNS.len())].to_owned(),
            }
        }
        let text = Literal::string(&chars.concat());
        for written in [quote!(#text as Row), quote!(#text as (i64, Status)), quote!(#text)] {
            let run = || {
                let mut diagnostics = Diagnostics::default();
                let read = read(written.clone(), &schema, &mut diagnostics);
                assert_eq!(read.raw.is_some(), diagnostics.is_empty(), "{written}");
                let texts: Vec<String> = diagnostics.iter().map(Diagnostic::text).collect();
                (read.raw.map(|raw| raw.sql), texts)
            };
            let first = run();
            fine += usize::from(first.0.is_some());
            assert_eq!(first, run(), "{written}");
        }
    }
    assert!(fine > 500, "only {fine} were statements");
}

fn goldens(file: &str, schema: &Schema) {
    golden(&folder(file), &|written| print(written, schema));
}

fn print(written: &str, schema: &Schema) -> String {
    let mut diagnostics = Diagnostics::default();
    let read = read(written.parse().unwrap(), schema, &mut diagnostics);
    let Some(raw) = read.raw else { return support::mistakes(&diagnostics, written) };
    assert!(diagnostics.is_empty());
    let mut out = format!("{}\n", raw.sql);
    for (i, value) in raw.values.iter().enumerate() {
        writeln!(out, "${} = {value}", i + 1).unwrap();
    }
    let names = |fields: &[Field]| fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>().join(", ");
    match &raw.target {
        None => out.push_str("counted\n"),
        Some(Target::Model(id, _)) => writeln!(out, "as model {}", schema.model(*id).name).unwrap(),
        Some(Target::Struct(ty, fields)) => writeln!(out, "as {ty} {{ {} }}", names(fields)).unwrap(),
        Some(Target::Tuple(ty, count)) => writeln!(out, "as {ty}, columns: {count}").unwrap(),
        Some(Target::Scalar(ty)) => writeln!(out, "as {ty}, the only column").unwrap(),
    }
    out
}
