//! The DDL of schemas: as text, as mistakes, and as PostgreSQL understands it.
//!
//! Each `tests/golden/*.nuages` has its statements beside it (`.sql`) and what a server then says it holds
//! (`.catalog`); each `tests/errors/*.nuages` has its mistakes (`.txt`). `UPDATE_GOLDEN=1` writes them again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod behaviour;
mod catalog;
mod golden;
#[path = "../../../compiler/tests/support/rules.rs"]
mod rules;
mod server;

use nuages_schema::{Schema, SourceFile};
use std::path::{Path, PathBuf};

/// The schemas of a folder below `tests/`, sorted by name.
fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "nuages"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

/// The schema of a text.
fn schema(path: &str, text: &str) -> Schema {
    let file = SourceFile { path: path.into(), location: PathBuf::new(), app: None, text: text.into() };
    nuages_schema::parse(vec![file], "Europe/Paris").unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// The schema of a file.
fn read(path: &Path) -> Schema {
    let name = path.file_name().unwrap().to_str().unwrap();
    schema(name, &std::fs::read_to_string(path).unwrap())
}

/// Compares a text with the file beside a case, or writes it; says what is different.
fn compare(case: &Path, extension: &str, text: &str) -> Option<String> {
    let path = case.with_extension(extension);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    (text != expected).then(|| format!("{} is not what it was; now:\n{text}", path.display()))
}

/// Fails with everything that is wrong.
fn fail(problems: &[String]) {
    assert!(problems.is_empty(), "{}\nUPDATE_GOLDEN=1 accepts this", problems.join("\n"));
}
