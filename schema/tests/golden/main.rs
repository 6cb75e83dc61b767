//! Golden cases: each file in `cases/` is a schema and what comes of it.
//!
//! A case is the text of `schema.nuages`, or several files that each begin with a line `=== name.nuages` and then form a
//! folder; a line `>>>` ends it. Below stands what is expected: the models in short, or the diagnostics as they are
//! shown. `UPDATE_GOLDEN=1 cargo test -p nuages-schema --test golden` writes what is found into the files.

// A test that cannot read its own files has nothing better to do than to stop.
#![allow(clippy::unwrap_used)]

#[path = "../../../compiler/tests/support/rules.rs"]
mod rules;
mod summary;

use nuages_schema::{Diagnostic, Note, SourceFile, parse};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The line between a case and what is expected.
const MARK: &str = "\n>>>\n";

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "case"));
    paths.sort();
    paths
}

fn files(input: &str) -> Vec<SourceFile> {
    let file = |path: String, app: Option<String>, text: &str| SourceFile {
        path,
        location: PathBuf::new(),
        app,
        text: text.to_owned(),
    };
    if !input.starts_with("=== ") {
        return vec![file("schema.nuages".into(), None, input)];
    }
    let parts = input["=== ".len()..].split("\n=== ");
    parts
        .map(|part| {
            let (name, text) = part.split_once('\n').unwrap();
            let app = name.strip_suffix(".nuages").unwrap().to_owned();
            file(format!("schema/{name}"), Some(app), text)
        })
        .collect()
}

/// What comes of a case.
fn result(input: &str) -> String {
    match parse(files(input), "UTC") {
        Ok(schema) => summary::schema(&schema),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

#[test]
fn cases_give_what_they_expect() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut failures = String::new();
    let cases = cases();
    assert!(cases.len() > 60, "only {} cases were found", cases.len());
    for path in cases {
        let text = std::fs::read_to_string(&path).unwrap();
        let (input, expected) = text.split_once(MARK).unwrap_or((text.trim_end(), ""));
        let found = result(&format!("{input}\n"));
        if found == expected {
            continue;
        }
        if update {
            std::fs::write(&path, format!("{input}{MARK}{found}")).unwrap();
        } else {
            let name = path.file_name().unwrap().to_string_lossy();
            writeln!(failures, "---- {name}: expected\n{expected}---- found\n{found}").unwrap();
        }
    }
    assert!(failures.is_empty(), "{failures}set UPDATE_GOLDEN=1 to accept what was found");
}

#[test]
fn every_message_keeps_the_rules() {
    let mut broken = Vec::new();
    for path in cases() {
        let text = std::fs::read_to_string(&path).unwrap();
        let (input, _) = text.split_once(MARK).unwrap_or((&text, ""));
        let mistakes = parse(files(&format!("{input}\n")), "UTC").err();
        for Diagnostic { message, label, places, notes, .. } in mistakes.iter().flat_map(|mistakes| &mistakes.list) {
            let beside = label.iter().chain(places.iter().map(|(_, words)| words)).map(String::as_str);
            let below = notes.iter().map(|(Note::Help(text) | Note::Note(text))| text.as_str());
            broken.extend(rules::broken(message, &beside.chain(below).collect::<Vec<_>>()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_code_of_the_documentation_has_a_case() {
    let all: String = cases().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for (code, meaning) in nuages_schema::CODES {
        let elsewhere = code.starts_with("S09");
        assert!(elsewhere || all.contains(&format!("error[{code}]")), "no case for {code}: {meaning}");
    }
    for found in all.split("error[").skip(1) {
        let code = &found[..4];
        assert!(nuages_schema::CODES.iter().any(|(known, _)| *known == code), "{code} is not documented");
    }
}
