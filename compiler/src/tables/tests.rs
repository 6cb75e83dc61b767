//! What must hold of every row: it is documented, its SQL has just the operands it takes, its name can be written.

use super::aggregates::{AGGREGATES, SAMPLES};
use super::classes::Class;
use super::functions::{FUNCTIONS, SPECIALS};
use super::lookups::{Form, JSON_LAST, JSON_TEXT, LOOKUPS};
use super::operators::OPERATORS;
use super::parts::{DATE, PARTS, TIME};
use super::transforms::TRANSFORMS;
use super::windows::WINDOWS;
use super::{aggregates, functions, names, parts};

/// The operands that a template names: `{0}`, `{1}`; `{*}` stands for all.
fn placeholders(sql: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = sql;
    while let Some(start) = rest.find('{') {
        let end = rest[start..].find('}').unwrap_or_else(|| panic!("{sql}: an open brace")) + start;
        let name = rest[start + 1..end].to_owned();
        if !found.contains(&name) {
            found.push(name);
        }
        rest = &rest[end + 1..];
    }
    found.sort();
    found
}

/// Checks that a template names exactly `count` operands.
fn takes(sql: &str, count: usize) {
    let expected: Vec<String> = (0..count).map(|i| i.to_string()).collect();
    assert_eq!(placeholders(sql), expected, "{sql}");
    assert_eq!(sql.matches('(').count(), sql.matches(')').count(), "{sql}: parentheses");
    assert_eq!(sql.matches('\'').count() % 2, 0, "{sql}: quotes");
}

/// Checks a line of documentation.
fn documented(name: &str, doc: &str) {
    assert!(doc.len() >= 4, "{name} has no documentation");
    assert!(!doc.ends_with('.'), "{name}: its documentation ends in a full stop");
    assert!(!doc.contains('\n'), "{name}: its documentation is one line");
}

#[test]
fn functions_take_what_their_sql_names() {
    for row in FUNCTIONS {
        documented(row.name, row.doc);
        if row.many {
            assert_eq!(placeholders(row.sql), ["*"], "{}", row.name);
            assert!(!row.operands.is_empty(), "{}", row.name);
        } else {
            takes(row.sql, row.operands.len());
        }
    }
}

#[test]
fn rows_of_one_name_differ_in_what_they_take() {
    for (i, row) in FUNCTIONS.iter().enumerate() {
        for other in &FUNCTIONS[..i] {
            let same = row.name == other.name && row.operands == other.operands;
            assert!(!same, "{} has two rows for the same operands", row.name);
        }
    }
}

#[test]
fn operators_stand_in_parentheses() {
    let symbols = [" + ", " - ", " * ", " / ", " % ", " || ", " && ", " <-> "];
    let templates = FUNCTIONS.iter().map(|r| r.sql).chain(OPERATORS.iter().map(|r| r.sql));
    for sql in templates.filter(|sql| symbols.iter().any(|s| sql.contains(s))) {
        assert!(sql.contains('('), "{sql} could be torn apart by an operator beside it");
    }
    for row in OPERATORS {
        takes(row.sql, 2);
        assert!(row.sql.starts_with('(') && row.sql.ends_with(')'), "{}", row.sql);
    }
}

#[test]
fn an_operator_has_one_row_for_two_types() {
    for (i, row) in OPERATORS.iter().enumerate() {
        let key = |r: &super::operators::OperatorRow| (r.operator, r.left, r.right);
        assert!(OPERATORS[..i].iter().all(|other| key(other) != key(row)), "{row:?}");
    }
}

#[test]
fn lookups_are_documented_and_unambiguous() {
    for (i, row) in LOOKUPS.iter().enumerate() {
        documented(row.name, row.doc);
        if let Form::Template(sql) = row.form {
            takes(sql, 2);
        }
        for other in LOOKUPS[..i].iter().filter(|o| o.name == row.name) {
            assert!(row.fits.iter().all(|c| !other.fits.contains(c)), "`{}` twice for one type", row.name);
        }
    }
    for name in JSON_LAST.iter().chain(JSON_TEXT) {
        assert!(LOOKUPS.iter().any(|row| row.name == *name), "{name}");
    }
}

#[test]
fn every_type_has_exact_in_and_isnull() {
    for class in Class::ALL {
        for name in ["exact", "in", "isnull"] {
            assert!(LOOKUPS.iter().any(|row| row.name == name && row.fits.contains(class)), "{class:?} {name}");
        }
    }
}

#[test]
fn a_transform_is_no_lookup_of_the_same_type() {
    for row in TRANSFORMS {
        documented(row.name, row.doc);
        let zoned = row.fits == [Class::Instant];
        takes(row.sql, if zoned { 2 } else { 1 });
        let clash = |c: &Class| LOOKUPS.iter().any(|l| l.name == row.name && l.fits.contains(c));
        assert!(!row.fits.iter().any(clash), "{}", row.name);
    }
}

#[test]
fn parts_of_instants_take_a_zone() {
    for row in PARTS {
        documented(row.name, row.doc);
        takes(row.extract, 1);
        takes(row.extract_zoned, 2);
        if let Some(trunc) = &row.trunc {
            takes(trunc.instant, 2);
            takes(trunc.naive, 1);
            [trunc.date, trunc.time].into_iter().flatten().for_each(|sql| takes(sql, 1));
        }
        assert_eq!(parts::suffixed(row.suffix).map(|r| r.name), Some(row.name));
    }
    for (zoned, plain) in [DATE, TIME] {
        takes(zoned, 2);
        takes(plain, 1);
    }
}

#[test]
fn aggregates_take_what_their_sql_names() {
    for row in AGGREGATES.iter().chain(SAMPLES) {
        documented(row.name, row.doc);
        takes(row.sql, usize::from(row.operands.1));
        assert!(row.operands.0 <= row.operands.1, "{}", row.name);
    }
    for row in SAMPLES {
        assert!(aggregates::find(row.name).is_some(), "{}", row.name);
    }
}

#[test]
fn window_functions_take_all_their_operands() {
    for row in WINDOWS {
        documented(row.name, row.doc);
        assert_eq!(row.sql.contains("{*}"), !row.operands.is_empty(), "{}", row.name);
        assert!(row.least <= row.operands.len(), "{}", row.name);
        assert!(aggregates::find(row.name).is_none(), "{}", row.name);
    }
}

/// Every function that has a meaning can be written, and every one that can be written has a meaning.
#[test]
fn the_names_of_the_parser_are_those_of_the_tables() {
    let mut known: Vec<String> = functions::names().into_iter().map(str::to_owned).collect();
    for row in PARTS {
        known.push(format!("Extract{}", row.suffix));
        if row.trunc.is_some() {
            known.push(format!("Trunc{}", row.suffix));
        }
    }
    for name in &known {
        assert!(names::is_function(name), "`{name}` cannot be written");
    }
    for name in names::FUNCTIONS {
        assert!(known.iter().any(|k| k == name), "`{name}` can be written and means nothing");
    }
    for row in SPECIALS {
        documented(row.name, row.doc);
        assert!(row.usage.contains('('), "{}", row.name);
    }
}
