//! Every lookup on every type of field and behind every transform, with a literal, a Rust value and the same path on
//! the right: what is a query, and which mistake the others are. `UPDATE_EXPECT=1` writes `matrix/answers.txt` anew;
//! what is a query there is prepared on real servers by `tests/golden_prepare.rs`.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[path = "matrix/cases.rs"]
mod cases;

use cases::{Case, SIDES, cases, names};
use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::{lower, parse, resolve};
use nuages_schema::model::Schema;
use nuages_schema::source::SourceFile;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

fn schema() -> Schema {
    let location = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix/schema.nuages");
    let text = std::fs::read_to_string(&location).unwrap();
    let source = SourceFile { path: "schema.nuages".into(), location, app: None, text };
    nuages_schema::parse(vec![source], "Europe/Paris").unwrap_or_else(|d| panic!("{d}"))
}

/// `ok`, or the codes of the mistakes.
fn answer(query: &str, schema: &Schema) -> String {
    let mut diagnostics = Diagnostics::default();
    let Input::Expression(chain) = parse::parse(query.parse().unwrap(), &mut diagnostics) else {
        return "named".into();
    };
    if let Some(query) = resolve::resolve(&chain, schema, &mut diagnostics)
        && diagnostics.is_empty()
    {
        let _ = lower::compile(&query, schema);
        return "ok".into();
    }
    diagnostics.iter().map(|d| d.code).collect::<Vec<_>>().join("+")
}

/// Lookups by their answers.
type Answers = BTreeMap<String, Vec<&'static str>>;

#[test]
fn every_lookup_on_every_type_answers_as_written_down() {
    let schema = schema();
    let mut rows: Vec<(String, Answers)> = Vec::new();
    for Case { path, lookup, queries } in cases(&schema) {
        let answers = queries.each_ref().map(|query| answer(query, &schema));
        if rows.last().is_none_or(|(last, _)| *last != path) {
            rows.push((path, BTreeMap::new()));
        }
        let (_, found) = rows.last_mut().unwrap();
        found.entry(answers.join(" ")).or_default().push(lookup);
    }
    // Paths that answer alike stand together.
    let mut alike: Vec<(Vec<String>, Answers)> = Vec::new();
    for (path, answers) in rows {
        match alike.iter_mut().find(|(_, known)| *known == answers) {
            Some((paths, _)) => paths.push(path),
            None => alike.push((vec![path], answers)),
        }
    }
    let mut text = format!("{}: lookups\n", SIDES.join(" "));
    for (paths, answers) in alike {
        write!(text, "\n{}\n", paths.join(" ")).unwrap();
        // What is a query first.
        for wanted in [true, false] {
            for (answer, lookups) in answers.iter().filter(|(answer, _)| answer.contains("ok") == wanted) {
                writeln!(text, "  {answer}: {}", lookups.join(" ")).unwrap();
            }
        }
    }
    assert!(names().len() > 25);
    expect_test::expect_file!["matrix/answers.txt"].assert_eq(&text);
}
