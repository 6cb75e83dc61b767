//! What an object of a model sends: the statements of `save`, `delete` and `refresh_from_db`, written down.

mod support;

use nuages_compiler::lower;
use nuages_compiler::resolve::stored::stored;
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
