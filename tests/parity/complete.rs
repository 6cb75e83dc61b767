//! Every golden file has a case here and the other way round, and both ask the same.

use crate::MODULES;
use crate::harness::{folder, golden};
use std::collections::{BTreeMap, BTreeSet};

/// The golden files' names.
fn goldens() -> BTreeSet<String> {
    let files = std::fs::read_dir(folder().join("golden")).unwrap();
    files.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

/// The cases of `pending.txt`, each a line `name: why`.
fn pending() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder().join("pending.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, why) = line.split_once(": ").unwrap_or_else(|| panic!("`{line}` says no reason"));
            (name.to_owned(), why.to_owned())
        })
        .collect()
}

#[test]
fn every_golden_file_has_one_case() {
    let pending: BTreeSet<String> = pending().into_keys().collect();
    let mut written = BTreeSet::new();
    for name in MODULES.iter().flat_map(|(_, names)| *names) {
        assert!(written.insert((*name).to_owned()), "{name} is there twice");
    }
    let both: Vec<_> = written.intersection(&pending).collect();
    assert!(both.is_empty(), "these are no longer pending: {both:?}");
    written.extend(pending);
    let goldens = goldens();
    let missing: Vec<_> = goldens.difference(&written).collect();
    assert!(missing.is_empty(), "golden files without a case: {missing:?}");
    let stale: Vec<_> = written.difference(&goldens).collect();
    assert!(stale.is_empty(), "cases without a golden file: {stale:?}");
}

#[test]
fn every_case_asks_what_its_golden_file_says() {
    for (module, names) in MODULES {
        let text = std::fs::read_to_string(folder().join(format!("{module}.rs"))).unwrap();
        for name in *names {
            let head = format!("async fn {name}(");
            let (_, body) = text.split_once(&head).unwrap_or_else(|| panic!("{name} is not in {module}.rs"));
            let body = body.split("\nasync fn ").next().unwrap_or_default();
            let body = bare(body);
            for line in golden(name)["query"].as_str().unwrap().lines() {
                assert!(body.contains(&bare(line)), "{module}::{name} does not say what its golden file does:\n{line}");
            }
        }
    }
}

/// Source text without what rustfmt may add or take away: blanks and trailing commas.
fn bare(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.replace(",)", ")").replace(",]", "]").replace(",}", "}")
}
