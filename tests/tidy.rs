//! What ARCHITECTURE.md says of the code itself: which crate and module may use which, where SQL is written, that every
//! code of a mistake is listed and shown, how long files are, what stands at their head and what never stands in them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A file of the repository: its path from the root, and its text.
struct File {
    path: String,
    text: String,
}

/// What each crate may use of the others, and what of outside it must not.
const CRATES: &[(&str, &[&str], &[&str])] = &[
    ("schema", &[], &["tokio", "proc-macro2", "syn", "quote"]),
    ("compiler", &["nuages-schema"], &["tokio", "tokio-postgres"]),
    ("migrate", &["nuages-schema", "nuages-compiler"], &["tokio", "tokio-postgres", "syn", "quote"]),
    ("macros", &["nuages-schema", "nuages-compiler", "nuages-migrate"], &["tokio", "tokio-postgres", "syn"]),
    ("runtime", &["nuages-macros"], &["syn", "quote", "proc-macro2"]),
    ("devdb", &[], &["tokio", "tokio-postgres", "syn"]),
    ("cli", &["nuages-schema", "nuages-compiler", "nuages-migrate"], &["syn"]),
];

/// What each module of the compiler may use of the others: itself, and what stands before it in the pipeline.
const MODULES: &[(&str, &[&str])] = &[
    ("ast", &["diagnostic"]),
    ("diagnostic", &["ast"]),
    ("codes", &[]),
    ("tables", &["ast", "hir"]),
    ("parse", &["ast", "diagnostic", "tables"]),
    ("visit", &["ast"]),
    ("hir", &["ast", "tables", "render"]),
    ("check", &["ast", "hir", "tables", "resolve"]),
    ("resolve", &["ast", "diagnostic", "tables", "hir", "check", "parse"]),
    ("plan", &["hir", "render"]),
    ("lower", &["hir", "plan", "tables", "render"]),
    ("render", &["hir", "plan"]),
    ("raw", &["ast", "diagnostic", "parse"]),
    ("emit", &["ast", "diagnostic", "hir", "tables", "render", "visit", "parse", "raw"]),
    ("expand", &["ast", "diagnostic", "hir", "parse", "visit", "resolve", "lower", "render", "raw", "emit"]),
    ("trial", &["ast", "diagnostic", "emit"]),
    ("clause", &["ast", "diagnostic", "hir", "parse", "resolve", "lower", "render"]),
];

/// Files that may be longer than the rest, and why.
const LONG: &[(&str, &str)] = &[
    ("schema/src/model.rs", "the read API of a schema is one list of types"),
    ("compiler/src/ast.rs", "one representation, types only"),
    ("tests/parity/aggregates.rs", "the cases of one file of queries, one after the other"),
];

/// Lines of a file.
const LONGEST: usize = 500;

#[test]
fn crates_use_only_what_stands_below_them() {
    let mut wrong = String::new();
    for (name, below, never) in CRATES {
        let manifest = read(&root().join(name).join("Cargo.toml"));
        let all = dependencies(&manifest);
        let expected = below.iter().filter(|name| !all.contains(name)).count();
        assert_eq!(expected, 0, "{name} uses {all:?}");
        for used in all {
            let ours = used == "nuages" || used.starts_with("nuages-");
            if (ours && !below.contains(&used)) || never.contains(&used) {
                writeln!(wrong, "{name} uses {used}").unwrap();
            }
        }
        if !manifest.contains("[lints]\nworkspace = true") {
            writeln!(wrong, "{name} has lints of its own").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(read(&root().join("Cargo.toml")).contains("unsafe_code = \"forbid\""));
}

#[test]
fn modules_of_the_compiler_use_only_what_stands_before_them() {
    let mut wrong = String::new();
    let mut seen = BTreeSet::new();
    for file in code(&["compiler/src"]) {
        let inside = file.path.strip_prefix("compiler/src/").unwrap();
        let module = inside.split(['/', '.']).next().unwrap();
        if module == "lib" {
            continue;
        }
        let Some((_, before)) = MODULES.iter().find(|(name, _)| *name == module) else {
            writeln!(wrong, "{module} is in no list").unwrap();
            continue;
        };
        seen.insert(module.to_owned());
        for line in lines_of_code(&file.text) {
            for used in names_after(line, "crate::") {
                let known = MODULES.iter().any(|(name, _)| *name == used);
                if known && used != module && !before.contains(&used) {
                    writeln!(wrong, "{}: {line}", file.path).unwrap();
                }
            }
            let schema = module == "parse" && line.contains("nuages_schema");
            if schema {
                writeln!(wrong, "{}: {line}", file.path).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for (module, _) in MODULES {
        assert!(seen.contains(*module), "there is no module {module}");
    }
}

/// Templates of lookups and functions are data; every other piece of SQL is written by `render`.
#[test]
fn only_render_writes_sql() {
    const WORDS: [&str; 12] = [
        "SELECT ",
        "INSERT INTO",
        "UPDATE ",
        "DELETE ",
        " FROM ",
        " WHERE ",
        " JOIN ",
        " ORDER BY ",
        " GROUP BY ",
        "LIMIT ",
        "RETURNING ",
        " VALUES ",
    ];
    let mut wrong = String::new();
    for file in code(&["compiler/src", "macros/src"]) {
        if file.path.starts_with("compiler/src/render/") || file.path.starts_with("compiler/src/tables/") {
            continue;
        }
        for line in lines_of_code(&file.text) {
            // An operator, not a clause.
            let line = line.replace("DISTINCT FROM", "DISTINCT");
            if texts(&line).any(|text| WORDS.iter().any(|word| text.contains(word))) {
                writeln!(wrong, "{}: {line}", file.path).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_code_of_a_mistake_is_listed_used_and_shown() {
    let shown: String = files(&["compiler/tests", "schema/tests", "migrate/tests", "ui-tests"])
        .into_iter()
        .map(|file| file.text)
        .collect();
    let mut wrong = String::new();
    let mut used = BTreeSet::new();
    for file in code(&["schema/src", "compiler/src", "migrate/src", "macros/src"]) {
        if !file.path.ends_with("/codes.rs") {
            used.extend(lines_of_code(&file.text).flat_map(texts).filter(|text| is_code(text)).map(str::to_owned));
        }
    }
    let lists = [nuages_schema::CODES, nuages_compiler::codes::CODES, nuages_migrate::CODES];
    let listed: Vec<&str> = lists.into_iter().flatten().map(|(code, _)| *code).collect();
    for code in &listed {
        if !used.contains(*code) {
            writeln!(wrong, "{code} is listed and means nothing").unwrap();
        }
        if !shown.contains(code) {
            writeln!(wrong, "no test shows {code}").unwrap();
        }
    }
    for code in &used {
        if !listed.contains(&code.as_str()) {
            writeln!(wrong, "{code} is not listed").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(listed.len() > 150);
}

#[test]
fn files_have_a_head_and_an_end() {
    let mut wrong = String::new();
    let mut long = BTreeSet::new();
    for file in code(&[""]) {
        let count = file.text.lines().count();
        let excused = LONG.iter().any(|(path, _)| *path == file.path);
        if count > LONGEST && !excused {
            writeln!(wrong, "{} has {count} lines", file.path).unwrap();
        }
        if count > LONGEST {
            long.insert(file.path.clone());
        }
        if !file.text.starts_with("//!") {
            writeln!(wrong, "{} does not begin with what it is about", file.path).unwrap();
        }
    }
    for (path, _) in LONG {
        if !long.contains(*path) {
            writeln!(wrong, "{path} is not long any more").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn nothing_is_left_undone_or_caught() {
    // Said in two halves, so that this file does not say them.
    let anywhere =
        [("TO", "DO"), ("FIX", "ME"), ("#[ig", "nore"), ("todo", "!("), ("unimplemented", "!("), ("catch", "_unwind")];
    let in_sources = [(".unwrap", "()"), (".expect", "(\""), ("dbg", "!("), ("unsafe", " {")];
    let mut wrong = String::new();
    for file in code(&[""]) {
        let source = !is_test(&file.path);
        let words = anywhere.iter().chain(if source { &in_sources[..] } else { &[] });
        let words: Vec<String> = words.map(|(a, b)| format!("{a}{b}")).collect();
        // What follows the tests of a module are tests.
        let text = if source { file.text.split("\n#[cfg(test)]\nmod ").next().unwrap() } else { &file.text };
        for (number, line) in text.lines().enumerate() {
            let example = line.trim_start().starts_with("//");
            for word in &words {
                if line.contains(word.as_str()) && !(example && word.starts_with('.')) {
                    writeln!(wrong, "{}:{}: {}", file.path, number + 1, line.trim()).unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Whether a text is the code of a mistake: `N0101`, `S001`, `M001`.
fn is_code(text: &str) -> bool {
    let digits = |count: usize| text.len() == count + 1 && text[1..].bytes().all(|b| b.is_ascii_digit());
    (text.starts_with('N') && digits(4)) || (text.starts_with(['S', 'M']) && digits(3))
}

/// Whether a file is there for tests only.
fn is_test(path: &str) -> bool {
    path.split('/').any(|part| ["tests", "tests.rs", "ui-tests", "benches", "examples"].contains(&part))
}

/// What stands before and between comments.
fn lines_of_code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// The names that follow a prefix in a line.
fn names_after<'l>(line: &'l str, prefix: &'l str) -> impl Iterator<Item = &'l str> {
    line.match_indices(prefix).flat_map(move |(at, _)| {
        let rest = &line[at + prefix.len()..];
        // `crate::{a, b::c}` names several.
        let group = rest.strip_prefix('{').and_then(|rest| rest.split('}').next());
        let parts: Vec<&str> = group.map_or_else(|| vec![rest], |group| group.split(',').collect());
        let name =
            |part: &'l str| part.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        parts.into_iter().map(name).collect::<Vec<_>>()
    })
}

/// The texts in a line of Rust, without their quotes.
fn texts(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

/// The names under `[dependencies]`.
fn dependencies(manifest: &str) -> Vec<&str> {
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    section
        .lines()
        .filter(|line| !line.starts_with('#') && line.contains('='))
        .map(|line| line.split(['.', ' ', '=']).next().unwrap_or_default())
        .collect()
}

/// The Rust files below some folders. Those that show mistakes to rustc are what they must be.
fn code(folders: &[&str]) -> Vec<File> {
    let all = files(folders).into_iter();
    let found: Vec<File> = all
        .filter(|file| {
            Path::new(&file.path).extension().is_some_and(|end| end == "rs") && !file.path.starts_with("ui-tests/fail/")
        })
        .collect();
    assert!(!found.is_empty(), "no file in {folders:?}");
    found
}

/// All files of text below some folders of the repository.
fn files(folders: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    for folder in folders {
        gather(&root().join(folder), &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn gather(folder: &Path, found: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Built, fetched or hidden things are not the repository's.
        if name.starts_with('.') || ["target", "node_modules", "venv"].contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            gather(&path, found);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let path = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            found.push(File { path, text });
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
