//! Every place of the compiler that reports a mistake is shown by a golden case, and what is said there keeps the rules.
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod support;

use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::{Diagnostic, Diagnostics};
use nuages_compiler::{parse, raw, resolve};
use nuages_schema::{Schema, SourceFile};
use proc_macro2::TokenStream;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;
use support::files::files;

/// A line that reports a mistake: file below `src`, line.
type Site = (String, u32);

/// Files, or places in them by a word of the message, whose mistakes are shown elsewhere, with the reason.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("trial.rs", "", "`#[nuages::test]`: `expand/tests.txt`"),
    ("clause.rs", "", "conditions of a schema: `migrate/tests/errors`"),
    ("emit/named.rs", "", "the shape of a named query: `expand/named.txt`"),
    ("parse/shape.rs", "", "what stands around that shape: `expand/named.txt`"),
    ("resolve/scope.rs", "is not readable", "the schema's own lexer has read it"),
    (
        "parse/expr.rs",
        "Tokens::one(missing), \"expected an expression\"",
        "an empty text in a schema is the schema's mistake",
    ),
    ("resolve/chain.rs", "has no meaning", "each method of the table has one"),
    ("resolve/head.rs", "a chain starts at a model, found", "paths are heads of inner chains only"),
    ("parse/branch.rs", "after the last branch", "a missing comma was reported"),
    ("resolve/function.rs", "no function", "only what stands in the tables is read as a function"),
    ("resolve/head.rs", "has no primary key", "no relation leads to or from a model without a key"),
];

#[test]
fn every_mistake_that_can_be_reported_has_a_case() {
    let reported: BTreeSet<Site> = all().iter().map(|mistake| mistake.site.clone()).collect();
    let written = sites_written();
    let silent: Vec<String> = written.difference(&reported).map(|(file, line)| format!("src/{file}:{line}")).collect();
    assert!(silent.is_empty(), "{} places report a mistake that no case shows:\n{}", silent.len(), silent.join("\n"));
}

#[test]
fn every_message_keeps_the_rules() {
    let broken: BTreeSet<String> = all().iter().flat_map(|mistake| mistake.broken.clone()).collect();
    assert!(broken.is_empty(), "{}", broken.into_iter().collect::<Vec<_>>().join("\n"));
}

/// A mistake of a golden case: where it was reported, and which rules its text breaks.
struct Mistake {
    site: Site,
    broken: Vec<String>,
}

/// The mistakes of all cases under all schemas.
fn all() -> &'static [Mistake] {
    static ALL: OnceLock<Vec<Mistake>> = OnceLock::new();
    ALL.get_or_init(|| {
        let schemas = [support::shop(), support::zoo(), support::broken(), everything()];
        let queries: Vec<String> = queries().into_iter().chain(long_ones()).collect();
        let of = |query: &String| schemas.iter().flat_map(|schema| mistakes_of(query, schema)).collect::<Vec<_>>();
        queries.iter().flat_map(of).collect()
    })
}

/// The mistakes of a query under a schema.
fn mistakes_of(query: &str, schema: &Schema) -> Vec<Mistake> {
    let Ok(tokens) = query.parse::<TokenStream>() else { return Vec::new() };
    let (mut diagnostics, mut of_raw) = (Diagnostics::default(), Diagnostics::default());
    raw::read(tokens.clone(), schema, &mut of_raw);
    let chain = match parse::parse(tokens, &mut diagnostics) {
        Input::Expression(chain) => chain,
        Input::Named(named) => named.chain,
    };
    let _ = resolve::resolve(&chain, schema, &mut diagnostics);
    let all = diagnostics.iter().chain(of_raw.iter());
    let mistake = |d: &Diagnostic| {
        let site = (d.origin.file().split_once("src/")?.1.to_owned(), d.origin.line());
        let notes: Vec<&str> = d.notes.iter().map(String::as_str).collect();
        Some(Mistake { site, broken: support::rules::broken(&d.message, &notes) })
    };
    all.filter_map(mistake).collect()
}

/// What stands in the golden files where a query may stand: paragraphs, and their lines.
fn queries() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["parse", "resolve", "expr", "expand", "sql", "keys", "raw", "mistakes"] {
        for path in files(&support::folder(folder)) {
            if path.extension().is_none_or(|e| e != "txt") {
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            for paragraph in text.split("\n\n").flat_map(|p| p.split("\n====\n")) {
                let head = paragraph.trim_start_matches("###").trim_start();
                let head =
                    if paragraph.starts_with("###") { head.split_once('\n').map_or("", |(_, q)| q) } else { head };
                let query =
                    ["\n---\n", "\n----\n"].iter().find_map(|mark| head.split_once(mark)).map_or(head, |(q, _)| q);
                found.push(query.to_owned());
                found.extend(paragraph.lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned));
            }
        }
    }
    found
}

/// What is wrong for its size.
fn long_ones() -> [String; 3] {
    let clauses: Vec<String> = (0..65).map(|i| format!("price.gte? = p{i}")).collect();
    [
        format!("Product.filter({})", clauses.join(", ")),
        format!("Product.annotate(n = F(price){})", " + 1".repeat(500)),
        format!("Product.filter({}a{})", "(".repeat(300), ")".repeat(300)),
    ]
}

/// Where mistakes are reported, by the source.
fn sites_written() -> BTreeSet<Site> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for path in files(&root) {
        let file = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        if file.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().take_while(|line| *line != "#[cfg(test)]").collect();
        for (i, content) in lines.iter().enumerate() {
            let message = lines[i.saturating_sub(2)..(i + 5).min(lines.len())].join("\n");
            let elsewhere = |(f, word, _): &(&str, &str, &str)| *f == file && message.contains(word);
            if content.contains(".error(") && !ELSEWHERE.iter().any(elsewhere) {
                found.insert((file.clone(), u32::try_from(i + 1).unwrap()));
            }
        }
    }
    found
}

/// The schema of the cases of expressions.
fn everything() -> Schema {
    let location = support::folder("expr").join("schema.nuages");
    let text = std::fs::read_to_string(&location).unwrap();
    let source = SourceFile { path: "schema.nuages".into(), location, app: None, text };
    nuages_schema::parse(vec![source], "UTC").unwrap_or_else(|d| panic!("{d}"))
}
