//! `docs/errors`: pages of what only the tables of a schema show, and the index of all pages. `UPDATE_GOLDEN=1` fills in
//! the headings and what is said, and writes the index.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[allow(dead_code, reason = "queries are shown by the compiler's tests")]
#[path = "../../compiler/tests/support/page.rs"]
mod page;

use nuages_schema::Schema;
use page::Checks;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What the hundreds and tens of codes are about, by the code that they begin with.
const PARTS: &[(&str, &str)] = &[
    ("N0101", "How a query is written"),
    ("N0201", "Names, chains and their results"),
    ("N0301", "Functions, lookups and values"),
    ("N0401", "Named queries"),
    ("N0560", "Limits"),
    ("N0620", "Writes of many rows, and of rows that may be there"),
    ("N0660", "`raw!`"),
    ("N0670", "`#[nuages::test]`"),
    ("S001", "How a schema is written"),
    ("S020", "Names, models and abstracts"),
    ("S030", "Types"),
    ("S040", "Relations and attributes"),
    ("S050", "Defaults and null"),
    ("S060", "Keys, indexes and orders"),
    ("S070", "Names in the database"),
    ("S080", "Scopes"),
    ("S091", "`nuages.toml`"),
    ("M001", "What only the tables show"),
];

/// All codes with what they mean.
fn listed() -> Vec<(&'static str, &'static str)> {
    [nuages_compiler::codes::CODES, nuages_schema::CODES, nuages_migrate::CODES].concat()
}

#[test]
fn every_page_of_tables_shows_its_mistake_and_what_to_write_instead() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let said = |schema: &Schema| nuages_migrate::ddl(schema).err().map(|e| e.to_string()).unwrap_or_default();
    let checks = Checks { rust: &|block, _| panic!("a query on a page about tables:\n{block}"), schema: &said };
    let none = Schema::default();
    let mut wrong = Vec::new();
    for (code, meaning) in listed().iter().filter(|(code, _)| page::of_ddl(code)) {
        page::check(code, meaning, &none, &checks, update, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_has_a_code_and_the_index_lists_them() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let codes: BTreeSet<String> = listed().iter().map(|(code, _)| format!("{code}.md")).collect();
    for entry in std::fs::read_dir(page::folder()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if name != "README.md" && !codes.contains(&name) {
            wrong.push(format!("{name} is the page of no code"));
        }
    }
    let path = page::folder().join("README.md");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    page::settle(&path, &text, &index(), update, &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The index, from the tables.
fn index() -> String {
    let mut out = String::from(
        "# Errors\n\n\
         A mistake in a query, a schema or a test has a code, which stands in brackets: `[N0202]`. Each code has a page \
         with a case\nof it, what the build says, and what to write instead. `nuages explain N0202` prints the same page.\n",
    );
    for (code, meaning) in listed() {
        if let Some((_, about)) = PARTS.iter().find(|(first, _)| *first == code) {
            write!(out, "\n## {about}\n\n| code | meaning |\n|---|---|\n").unwrap();
        }
        writeln!(out, "| [{code}]({code}.md) | {} |", meaning.replace('|', "\\|")).unwrap();
    }
    out
}
