//! Schemas that are broken at random: reading them never panics, and what is read keeps its promises.

// A test that cannot read its own files has nothing better to do than to stop.
#![allow(clippy::unwrap_used)]

use nuages_schema::{Diagnostics, IndexItem, IndexTarget, Model, RelationKind, Schema, SourceFile, Span, parse};
use std::path::{Path, PathBuf};

/// A small generator of numbers, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// The inputs of all golden cases.
fn inputs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let texts = paths.iter().map(|path| std::fs::read_to_string(path).unwrap());
    texts.map(|text| text.split("\n>>>\n").next().unwrap().replace("=== ", "// ")).collect()
}

/// Reads a text and checks what comes of it.
fn read(text: &str) {
    let file = SourceFile { path: "schema.nuages".into(), location: PathBuf::new(), app: None, text: text.to_owned() };
    match parse(vec![file], "UTC") {
        Ok(schema) => keeps_its_promises(&schema),
        Err(diagnostics) => shows_its_places(&diagnostics, text),
    }
}

fn shows_its_places(diagnostics: &Diagnostics, text: &str) {
    assert!(!diagnostics.list.is_empty(), "an error without a mistake:\n{text}");
    for diagnostic in &diagnostics.list {
        for span in diagnostic.span.iter().chain(diagnostic.places.iter().map(|(span, _)| span)) {
            slice(&diagnostics.sources, *span);
        }
        assert!(!diagnostic.message.ends_with('.') && !diagnostic.message.is_empty(), "{}", diagnostic.message);
    }
    assert!(diagnostics.to_string().starts_with("error["));
}

/// The text of a span; panics where it is none.
fn slice(sources: &[SourceFile], span: Span) -> &str {
    &sources[span.file as usize].text[span.start as usize..span.end as usize]
}

fn keeps_its_promises(schema: &Schema) {
    for model in &schema.models {
        let mut names = vec![&model.table, &model.key_name];
        for field in &model.fields {
            names.push(&field.column);
            slice(&schema.sources, field.span);
            if let Some(key) = &field.foreign_key {
                names.push(&key.name);
                assert!((key.to_field.0 as usize) < schema.model(key.target).fields.len());
            }
        }
        for key in &model.key {
            assert!(!model.field(*key).nullable);
        }
        relations(schema, model);
        for index in &model.indexes {
            names.push(&index.name);
            items(model, &index.items);
        }
        for unique in &model.uniques {
            names.push(&unique.name);
            items(model, &unique.items);
        }
        names.extend(model.checks.iter().map(|check| &check.name));
        for name in names {
            assert!((1..=63).contains(&name.len()), "{name}");
        }
        for scope in model.scopes.iter().chain(&model.default_scope) {
            assert_eq!(slice(&schema.sources, scope.chain.span).len(), scope.chain.text.len());
        }
    }
}

fn relations(schema: &Schema, model: &Model) {
    for (i, relation) in model.relations.iter().enumerate() {
        let target = schema.model(relation.target);
        assert!(!target.hidden, "{} leads to a hidden table", relation.name);
        assert!(model.relations[..i].iter().all(|other| other.name != relation.name), "{}", relation.name);
        let fits = match relation.kind {
            RelationKind::Forward { field } => model.field(field).foreign_key.as_ref().map(|k| k.target),
            RelationKind::ReverseOne { field } | RelationKind::ReverseMany { field } => {
                assert!(target.field(field).foreign_key.is_some());
                Some(relation.target)
            }
            RelationKind::ManyToMany { through, near, far, .. } => {
                let through = schema.model(through);
                assert!(through.field(near).foreign_key.is_some());
                through.field(far).foreign_key.as_ref().map(|k| k.target)
            }
        };
        assert_eq!(fits, Some(relation.target), "{}.{}", model.name, relation.name);
    }
}

fn items(model: &Model, items: &[IndexItem]) {
    assert!(!items.is_empty());
    for item in items {
        if let IndexTarget::Field(field) = item.target {
            assert!((field.0 as usize) < model.fields.len());
        }
    }
}

#[test]
fn every_beginning_of_a_schema_is_read() {
    for input in inputs() {
        for (end, _) in input.char_indices().step_by(7) {
            read(&input[..end]);
        }
    }
}

#[test]
fn changed_schemas_are_read() {
    const PIECES: [&str; 30] = [
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "::",
        "=",
        "?",
        ".",
        "-",
        "\"",
        "'",
        "//",
        "/*",
        "///",
        "__",
        "é",
        "\u{0}",
        "model A {",
        "unique",
        "scope x = ",
        "index(",
        "Array(",
        "primary_key",
        "\n",
        "1e5",
        "r#\"",
    ];
    let inputs = inputs();
    let mut numbers = Numbers(42);
    for round in 0..4000 {
        let mut chars: Vec<char> = inputs[round % inputs.len()].chars().collect();
        for _ in 0..=numbers.below(4) {
            let (a, b) = (numbers.below(chars.len()), numbers.below(chars.len()));
            let near = (a + numbers.below(12)).min(chars.len());
            match numbers.below(5) {
                0 => drop(chars.drain(a..near)),
                1 => drop(chars.splice(a..a, PIECES[numbers.below(PIECES.len())].chars())),
                2 => chars.swap(a, b),
                3 => {
                    let copy: Vec<char> = chars[a..near].to_vec();
                    drop(chars.splice(b..b, copy));
                }
                _ => drop(chars.splice(a..near, PIECES[numbers.below(PIECES.len())].chars())),
            }
        }
        read(&chars.into_iter().collect::<String>());
    }
}

#[test]
fn deep_nesting_is_read() {
    for open in ["(", "[", "{", "/*", "Array("] {
        read(&format!("model A {{ a: {} }}", open.repeat(1_000)));
        read(&format!("model A {{ a: Integer default({}) }}", open.repeat(1_000)));
        read(&format!("model A {{ check a({}) }}", open.repeat(1_000)));
    }
    read(&format!("model A {{ a: {}Text{} }}", "Array(".repeat(1_000), ")".repeat(1_000)));
    read(&format!("model A {{ a: Array(Text) default({}{}) }}", "[".repeat(1_000), "]".repeat(1_000)));
    read(&format!("model A {{ a: Text, scope s = filter({}a = 1{}) }}", "Q(".repeat(1_000), ")".repeat(1_000)));
}
