//! Queries as hir, and every mistake of names and shapes with its place.

mod support;

use nuages_schema::Diagnostics;
use support::{folder, golden, print, resolved};

fn check(file: &str, schema: &nuages_schema::Schema) {
    golden(&folder("resolve").join(file), &|query| match resolved(schema, query) {
        Ok(found) => {
            // What was let through can be planned: nothing behind this stage fails.
            let _ = nuages_compiler::lower::compile(&found, schema);
            print::query(schema, &found)
        }
        Err(text) => text,
    });
}

macro_rules! files {
    ($($name:ident: $schema:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            check(concat!(stringify!($name), ".txt"), &support::$schema());
        }
    )*};
}

files! {
    paths: shop,
    conditions: shop,
    branches: shop,
    scopes: shop,
    order: shop,
    slices: shop,
    sets: shop,
    endings: shop,
    values: shop,
    grouping: shop,
    related: shop,
    prefetch: shop,
    inner: shop,
    writes: shop,
    upserts: shop,
    links: shop,
    bulk: shop,
    locks: shop,
    keyed: shop,
    lent: shop,
    dates: shop,
    cursors: shop,
    mistakes: shop,
    mixed: shop,
    seldom: shop,
    rare: zoo,
    broken: broken,
}

#[test]
fn a_query_has_at_most_64_switches() {
    let clauses: Vec<String> = (0..65).map(|i| format!("price.gte? = p{i}")).collect();
    let query = |n: usize| format!("Product.filter({})", clauses[..n].join(", "));
    assert!(resolved(&support::shop(), &query(64)).is_ok());
    let text = resolved(&support::shop(), &query(65)).err().unwrap_or_default();
    assert!(text.contains("more than 64 clauses that may be left out in one query [N0233]"), "{text}");
    let arms: Vec<String> = (0..65).map(|i| format!("{i} => stock = {i}")).collect();
    let query = format!("Product.filter(match n {{ {} }})", arms.join(", "));
    let text = resolved(&support::shop(), &query).err().unwrap_or_default();
    assert!(text.contains("[N0233]"), "{text}");
}

#[test]
fn a_mistake_in_a_scope_is_told_once() {
    let schema = support::broken();
    let told = Diagnostics { list: nuages_compiler::scopes(&schema), sources: schema.sources };
    expect_test::expect_file!["scopes.txt"].assert_eq(&told.to_string());
}

/// Every mistake of this stage has a case (one is seen only when the records are known: `expand`), and every code its line in the table.
#[test]
fn every_code_is_listed_and_shown() {
    let shown: String = ["resolve", "expand"]
        .into_iter()
        .flat_map(|stage| std::fs::read_dir(folder(stage)).into_iter().flatten().flatten())
        .filter_map(|file| std::fs::read_to_string(file.path()).ok())
        .collect();
    let listed: Vec<&str> = nuages_compiler::codes::CODES.iter().map(|(code, _)| *code).collect();
    // 64 clauses are too long for a case; what is wrong in a schema is shown where constraints are made.
    let elsewhere = |code: &str| code == "N0233" || code.starts_with("N029");
    for code in listed.iter().filter(|code| code.starts_with("N02") && !elsewhere(code)) {
        assert!(shown.contains(&format!("[{code}]")), "{code} has no case");
    }
    for (at, _) in shown.match_indices("[N0") {
        let code = &shown[at + 1..at + 6];
        assert!(listed.contains(&code), "{code} is not listed");
    }
}
