//! What the cases of parity cover: every row of the compiler's tables is asked for by a case, every difference from
//! Django that is meant has a case with both results, and `docs/django.md` names no case that is not there.
//!
//! In: the golden files of the three sets, the compiler's tables, `docs/django.md`. The lists of exemptions may only
//! become shorter: what is in them and has a case is an error too.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

use nuages_compiler::tables::{lookups, methods, names, parts, transforms};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A golden file: the query, and whether it shows what Django gives instead.
struct Case {
    query: String,
    differs: bool,
}

/// Rows that no case names, and why.
const EXEMPT: &[(&str, &str)] = &[
    ("after", "Django has no cursors"),
    ("before", "Django has no cursors"),
    ("unscoped", "Django has another manager for it, see `tests/odd`"),
    ("select_for_update", "changes no result, see `tests/behaviour`"),
    ("pipelined", "changes no result, see `tests/behaviour`"),
    ("using", "changes no result, see `tests/behaviour`"),
];

/// Lookups that mean something else for each kind of type: the lookup, the kind, a case of it.
const BY_KIND: &[(&str, &str, &str)] = &[
    ("contains", "Text", "texts_with_wildcards_are_texts"),
    ("contains", "Array", "array_contains"),
    ("contains", "Range", "range_contains_a_value"),
    ("contains", "Json", "document_contains"),
    ("contains", "HStore", "store_contains"),
    ("contained_by", "Array", "array_contained_by"),
    ("contained_by", "Range", "range_contained_by"),
    ("contained_by", "Json", "document_contained_by"),
    ("contained_by", "HStore", "store_contained_by"),
    ("overlap", "Array", "array_overlap"),
    ("overlap", "Range", "range_overlap"),
    ("search", "Text", "search_words"),
    ("search", "Vector", "search_a_column"),
    ("has_key", "Json", "document_has_keys"),
    ("has_keys", "Json", "document_has_all_keys"),
    ("has_any_keys", "Json", "document_has_one_of_keys"),
];

/// Where the language differs from Django on purpose: in words, and the cases that show both results.
const DIFFERENCES: &[(&str, &[&str])] = &[
    ("a condition on a to-many path never repeats a row", &["to_many_never_duplicates", "rows_once_through_many"]),
    ("neither does `get`, nor a count", &["get_along_to_many_is_one_row", "to_many_count", "rows_once_counted"]),
    ("the conditions of one `exclude` speak of one row", &["exclude_to_many_conditions_speak_of_one_row"]),
    (
        "`field.isnull` along a to-many path wants a row",
        &["to_many_field_isnull_wants_a_row", "negated_to_many_is_null"],
    ),
    ("so does `field = None`", &["to_many_field_none_wants_a_row"]),
    ("and a field along a to-one path", &["to_one_field_isnull_wants_a_row"]),
    (
        "what several filters bind is bound by all",
        &["filters_before_all_bind", "rows_through_to_many_are_bound_by_every_filter"],
    ),
    ("a deep condition binds each step, each row once", &["deeper_condition_binds_every_step"]),
    (
        "a filter after a number does not change it",
        &["filter_after_does_not_bind", "each_kept_by_its_count_then_filtered"],
    ),
    ("no order of the model after `distinct` on values", &["distinct_forgets_the_order_of_the_model"]),
    ("paths are never multiplied by one another", &["several_paths_do_not_multiply", "each_of_two_paths_at_once"]),
    ("nor are two depths of one path", &["two_depths_of_one_path_do_not_multiply", "numbers_of_a_tree"]),
    ("own fields are aggregated over the model's rows", &["aggregate_own_fields_beside_to_many"]),
    ("a group's numbers are over its rows", &["group_with_two_paths_to_many", "groups_of_equal_values"]),
    ("a row counts once in each group of a to-many key", &["group_by_to_many_value_counts_a_row_once"]),
    (
        "negation keeps a missing key and position",
        &["document_key_excluded_keeps_null", "array_position_missing_excluded"],
    ),
    ("every write sets `auto_now` fields", &["update_of_the_time_of_change_differs"]),
    ("`get_or_create` links a row that is there", &["get_or_create_links_what_is_there"]),
    ("a difference of dates is a number of days", &["span_between_dates_is_days"]),
];

/// Differences without a number to show, and why.
const WITHOUT_NUMBERS: &[(&str, &str)] = &[
    ("tables are called in snake_case", "the schema, not a query"),
    ("`scope default` and get_or_create", "a write, see `tests/odd`"),
    ("`order_by` along a to-many path", "refused when it is compiled"),
    ("`values` along two to-many paths", "refused when it is compiled"),
    ("`order_by` of a group by what is no key", "refused when it is compiled"),
    ("pages never overlap", "what Django gives is left open by the server"),
];

#[test]
fn every_row_of_the_tables_has_a_case() {
    let queries: Vec<String> = cases().into_values().map(|case| bare(&case.query)).collect();
    let somewhere = |text: &str| queries.iter().any(|query| query.contains(text));
    let mut missing = BTreeSet::new();
    let mut needless = Vec::new();
    let mut check = |name: &'static str, found: bool| {
        let exempt = EXEMPT.iter().any(|(other, _)| *other == name);
        if found && exempt {
            needless.push(name);
        } else if !found && !exempt {
            missing.insert(name);
        }
    };
    for row in methods::METHODS {
        check(row.name, somewhere(&format!(".{}(", row.name)));
    }
    for row in lookups::LOOKUPS {
        let [plain, optional] = [format!(".{}=", row.name), format!(".{}?=", row.name)];
        check(row.name, somewhere(&plain) || somewhere(&optional));
    }
    for row in transforms::TRANSFORMS {
        check(row.name, transformed(&queries, row.name));
    }
    for row in parts::PARTS {
        check(row.name, transformed(&queries, row.name));
    }
    for name in names::FUNCTIONS {
        check(name, called(&queries, name));
    }
    assert!(missing.is_empty(), "no case names {missing:?}");
    assert!(needless.is_empty(), "these have cases: {needless:?}");
}

#[test]
fn lookups_of_several_kinds_have_a_case_for_each() {
    let cases = cases();
    for (name, kind, case) in BY_KIND {
        let query = &cases.get(*case).unwrap_or_else(|| panic!("no case {case}")).query;
        assert!(bare(query).contains(&format!(".{name}=")), "{case} does not say `{name}`");
        let fits = |row: &&lookups::LookupRow| row.fits.iter().any(|class| format!("{class:?}") == *kind);
        assert!(lookups::LOOKUPS.iter().filter(|row| row.name == *name).any(|row| fits(&row)), "{name} of {kind}");
    }
    for row in lookups::LOOKUPS {
        let rows = lookups::LOOKUPS.iter().filter(|other| other.name == row.name).count();
        let kind = |kind: &str| row.fits.iter().any(|class| format!("{class:?}") == kind);
        let listed = BY_KIND.iter().any(|(name, of, _)| *name == row.name && kind(of));
        assert!(rows == 1 || listed, "{} of {:?} has no case", row.name, row.fits);
    }
}

#[test]
fn every_difference_shows_both_results() {
    let cases = cases();
    for (words, names) in DIFFERENCES {
        for name in *names {
            let case = cases.get(*name).unwrap_or_else(|| panic!("{words}: no case {name}"));
            assert!(case.differs, "{words}: {name} does not show what Django gives");
        }
    }
    assert!(WITHOUT_NUMBERS.iter().all(|(words, why)| !words.is_empty() && !why.is_empty()));
}

/// Each line of a table says `covered: ` and cases, `not needed: ` and why, or `open: ` and what.
#[test]
fn the_page_on_django_names_cases_that_exist() {
    let cases = cases();
    let text = std::fs::read_to_string(root().join("docs/django.md")).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
    assert!(rows.len() > 100);
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [_, state] = cells.as_slice() else { panic!("`{row}` has {} cells", cells.len()) };
        if let Some(names) = state.strip_prefix("covered: ") {
            for name in names.split(", ") {
                let name = name.trim_matches('`');
                assert!(cases.contains_key(name), "there is no case `{name}`:\n{row}");
            }
        } else {
            let said = ["not needed: ", "open: "]
                .iter()
                .any(|start| state.strip_prefix(start).is_some_and(|why| !why.is_empty()));
            assert!(said || *state == "state", "`{row}` says neither");
        }
    }
}

/// Whether a name is called as a function: not the end of a longer one.
fn called(queries: &[String], name: &str) -> bool {
    let call = format!("{name}(");
    queries.iter().any(|query| {
        query
            .match_indices(&call)
            .any(|(at, _)| !query[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.'))
    })
}

/// Whether a name stands in a path after another one.
fn transformed(queries: &[String], name: &str) -> bool {
    ["=", ".", "?=", ",", ")"].iter().any(|end| queries.iter().any(|query| query.contains(&format!(".{name}{end}"))))
}

/// A query without blanks.
fn bare(query: &str) -> String {
    query.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The golden files of all sets, by name.
fn cases() -> BTreeMap<String, Case> {
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    for set in ["tests/parity", "tests/press/parity", "tests/festival/parity"] {
        for file in std::fs::read_dir(root().join(set).join("golden")).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let golden = read(&path);
            let query = golden["query"].as_str().unwrap().to_owned();
            let differs = golden.get("django").is_some();
            // Two sets may have a case of one name.
            let case = cases.entry(name).or_insert(Case { query: String::new(), differs: false });
            case.query.push_str(&query);
            case.differs |= differs;
        }
    }
    assert!(cases.len() > 700);
    cases
}

fn read(path: &Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
