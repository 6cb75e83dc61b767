//! The tables of names against what the runtime shows to editors.

use nuages_compiler::tables::{methods::METHODS, names::FUNCTIONS};

fn runtime(file: &str) -> String {
    let path = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../runtime/src/ide").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn every_method_is_shown_to_editors_and_no_other() {
    let text = runtime("chain.rs");
    let shown: Vec<&str> =
        text.lines().filter_map(|l| l.trim().strip_prefix("pub fn ")?.split_once('(')).map(|(name, _)| name).collect();
    for m in METHODS {
        assert!(shown.contains(&m.name), "{} is not in ide/chain.rs", m.name);
    }
    for name in shown {
        assert!(METHODS.iter().any(|m| m.name == name), "{name} is no method");
    }
}

#[test]
fn every_function_is_shown_to_editors_and_no_other() {
    let text = runtime("functions.rs");
    let shown: Vec<&str> = text
        .lines()
        .filter_map(|l| l.trim().strip_suffix(';')?.strip_suffix(')')?.split_once('('))
        .map(|(name, _)| name)
        .filter(|name| !name.contains(' ') && name.starts_with(char::is_uppercase))
        .collect();
    for name in FUNCTIONS {
        assert!(shown.contains(name), "{name} is not in ide/functions.rs");
    }
    for name in shown {
        assert!(FUNCTIONS.contains(&name), "{name} is no function");
    }
}
