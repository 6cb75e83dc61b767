//! What the golden tests of the compiler share: schemas, the text of diagnostics, files of cases, printed hir.
#![allow(
    dead_code,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "each test binary uses its own part, and all of it is a test"
)]

pub(crate) mod files;
pub(crate) mod page;
pub(crate) mod print;
pub(crate) mod rules;

use nuages_compiler::ast::{Input, Tokens};
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::hir::Query;
use nuages_compiler::{parse, resolve};
use nuages_schema::{Schema, SourceFile};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The folder of a fixture's or golden file in this package.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// The shop's schema, as the example has it.
pub(crate) fn shop() -> Schema {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop/schema");
    let files = ["accounts", "catalog", "sales"].map(|app| {
        let location = folder.join(format!("{app}.nuages"));
        source(&format!("schema/{app}.nuages"), location, Some(app))
    });
    load(files.into())
}

/// A schema of rare things: composite keys, views, reserved words, several ways to one model.
pub(crate) fn zoo() -> Schema {
    load(vec![source("zoo.nuages", folder("fixtures").join("zoo.nuages"), None)])
}

/// Scopes that mean nothing.
pub(crate) fn broken() -> Schema {
    load(vec![source("broken.nuages", folder("fixtures").join("broken.nuages"), None)])
}

fn source(path: &str, location: PathBuf, app: Option<&str>) -> SourceFile {
    let text = std::fs::read_to_string(&location).expect("the fixture is there");
    SourceFile { path: path.to_owned(), location, app: app.map(str::to_owned), text }
}

fn load(files: Vec<SourceFile>) -> Schema {
    match nuages_schema::parse(files, "Europe/Paris") {
        Ok(schema) => schema,
        Err(diagnostics) => panic!("the fixture is wrong:\n{diagnostics}"),
    }
}

/// A query as hir, or the text of its diagnostics.
pub(crate) fn resolved(schema: &Schema, query: &str) -> Result<Query, String> {
    let tokens = query.parse().map_err(|e| format!("no tokens: {e}\n"))?;
    let mut diagnostics = Diagnostics::default();
    let Input::Expression(chain) = parse::parse(tokens, &mut diagnostics) else {
        return Err("a named query\n".into());
    };
    match resolve::resolve(&chain, schema, &mut diagnostics) {
        Some(query) if diagnostics.is_empty() => Ok(query),
        _ => Err(mistakes(&diagnostics, query)),
    }
}

/// Each diagnostic with line and column and the tokens it stands at.
pub(crate) fn mistakes(diagnostics: &Diagnostics, query: &str) -> String {
    let mut text = String::new();
    if diagnostics.is_empty() {
        text.push_str("nothing was made and nothing was reported\n");
    }
    for d in diagnostics.iter() {
        let Tokens { first, last } = d.tokens;
        let (start, end) = (first.start(), last.end());
        let line = query.lines().nth(start.line.saturating_sub(1)).unwrap_or_default();
        let at: String = if start.line == end.line {
            line.chars().skip(start.column).take(end.column.saturating_sub(start.column)).collect()
        } else {
            line.chars().skip(start.column).collect()
        };
        writeln!(text, "{}:{} `{at}`: {}", start.line, start.column + 1, d.text()).expect("a string");
    }
    unnumbered(&text)
}

/// The same without the line numbers of the example's schema, which move; that they are right is shown with the
/// fixtures of this package.
pub(crate) fn unnumbered(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let at = line.rfind(".nuages:").filter(|_| line.contains("schema/"));
        lines.push(at.map_or(line, |at| &line[..at + ".nuages".len()]));
    }
    lines.join("\n") + "\n"
}

/// Runs every case of a golden file and compares; `UPDATE_EXPECT=1` writes it anew. A case is a line `### title`, the
/// input, a line `---`, the output.
pub(crate) fn golden(path: &Path, run: &dyn Fn(&str) -> String) {
    let text = std::fs::read_to_string(path).expect("the golden file is there");
    let mut found = String::new();
    for (i, part) in text.split("### ").enumerate() {
        if i == 0 {
            found.push_str(part);
            continue;
        }
        let (title, rest) = part.split_once('\n').expect("a title ends its line");
        let input = rest.split("\n---\n").next().unwrap_or_default().trim_end();
        let output = run(input);
        writeln!(found, "### {title}\n{input}\n---\n{}\n", output.trim_end()).expect("a string");
    }
    expect_test::expect_file![path].assert_eq(&format!("{}\n", found.trim_end()));
}
