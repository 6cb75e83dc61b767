//! What an object of a model sends: the statements of `save`, `delete` and `refresh_from_db`, written down.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use nuages_compiler::render::object::plain;
use nuages_compiler::resolve::stored::stored;
use nuages_compiler::{lower, sent};
use nuages_schema::Schema;
use std::fmt::Write as _;

#[test]
fn objects_send_what_is_written_down() {
    let (shop, zoo) = (support::shop(), support::zoo());
    let mut text = String::new();
    for (schema, name) in [(&shop, "Product"), (&shop, "Tag"), (&zoo, "Seat"), (&zoo, "Passport"), (&zoo, "Animal")] {
        let _ = writeln!(text, "{name}\n{}", statements(schema, name));
    }
    expect_test::expect_file![support::folder("objects.txt")].assert_eq(&text);
    let census = zoo.model_named("Census").and_then(|id| stored(&zoo, id));
    assert!(census.is_none(), "a view has no rows of its own");
}

/// One line each, with the slots of the parameters.
fn statements(schema: &Schema, name: &str) -> String {
    let Some(found) = schema.model_named(name).and_then(|id| stored(schema, id)) else { return String::new() };
    let mut text = String::new();
    for query in [&found.save, &found.delete, &found.refresh] {
        let root = lower::compile(query, schema).root;
        let slots: Vec<u16> = root.params.iter().map(|p| p.slot).collect();
        let _ = writeln!(text, "  {}\n  -- slots {slots:?}", root.text.text(0));
    }
    text
}

#[test]
fn what_is_written_straight_from_the_schema_is_what_all_stages_make() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut schemas = vec![support::shop(), support::zoo()];
    for folder in ["examples/bookshop", "examples/flights", "tests/odd"] {
        let config = nuages_schema::Config::find(&root.join(folder)).unwrap();
        schemas.push(nuages_schema::load(&config).unwrap());
    }
    let (mut straight, mut others) = (0, Vec::new());
    for schema in &schemas {
        for id in schema.model_ids() {
            match (plain(schema, id), sent(schema, id)) {
                (Some(plain), sent) => {
                    straight += 1;
                    assert_eq!(Some(plain), sent);
                }
                (None, Some(_)) => others.push(schema.model(id).name.as_str()),
                (None, None) => assert!(schema.model(id).key.is_empty()),
            }
        }
    }
    // Generated columns, dates that are touched, rows that are nothing but their key.
    assert!(straight > 4 * others.len(), "{straight} straight, others {others:?}");
    assert!(!others.is_empty());
}
