//! The text of statements and of mistakes.

use crate::{cases, compare, fail, read, rules, schema};
use nuages_migrate::{Error, Step, create, ddl, diff, statement};
use nuages_schema::{Note, Schema};

#[test]
fn statements_are_the_golden_ones() {
    let problems: Vec<String> = cases("golden")
        .iter()
        .filter_map(|case| match ddl(&read(case)) {
            Ok(text) => compare(case, "sql", &text),
            Err(error) => Some(error.to_string()),
        })
        .collect();
    fail(&problems);
}

#[test]
fn mistakes_are_the_golden_ones() {
    let problems: Vec<String> = cases("errors")
        .iter()
        .filter_map(|case| compare(case, "txt", &ddl(&read(case)).unwrap_err().to_string()))
        .collect();
    fail(&problems);
}

#[test]
fn mistakes_keep_the_rules() {
    let mut broken = Vec::new();
    for case in cases("errors") {
        let Err(Error::Schema(mistakes)) = ddl(&read(&case)) else { continue };
        for mistake in mistakes.list {
            let notes = mistake.notes.iter().map(|(Note::Help(text) | Note::Note(text))| text.as_str());
            broken.extend(rules::broken(&mistake.message, &notes.collect::<Vec<_>>()));
        }
    }
    fail(&broken);
}

#[test]
fn the_same_schema_gives_the_same_text() {
    for case in cases("golden") {
        assert_eq!(ddl(&read(&case)).unwrap(), ddl(&read(&case)).unwrap());
    }
}

#[test]
fn a_statement_is_a_step_and_ends_in_a_line() {
    for case in cases("golden") {
        let schema = read(&case);
        let texts: Vec<String> = create(&schema).unwrap().iter().map(statement).collect();
        assert!(texts.iter().all(|text| text.ends_with(";\n") && !text.starts_with('\n')));
        assert_eq!(texts.concat(), ddl(&schema).unwrap().replace(";\n\nCREATE TABLE", ";\nCREATE TABLE"));
    }
}

#[test]
fn only_an_empty_schema_can_be_built_upon() {
    let one = schema("one.nuages", "model One { name: Text }");
    let two = schema("two.nuages", "model One { name: Text, more: Text }");
    let Err(error) = diff(&one, &two) else { panic!("a table was altered") };
    assert_eq!(error, Error::NotEmpty);
    assert_eq!(
        error.to_string(),
        "found an old schema with contents, expected an empty one: tables can be created, not altered"
    );
    // No difference needs no step, and to the database names of models are none.
    assert_eq!(diff(&one, &one), Ok(Vec::new()));
    assert_eq!(diff(&Schema::default(), &Schema::default()), Ok(Vec::new()));
    assert_eq!(ddl(&Schema::default()), Ok(String::new()));
    assert!(matches!(diff(&Schema::default(), &one).as_deref(), Ok([Step::CreateTable { .. }])));
}
