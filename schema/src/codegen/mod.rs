//! The Rust source of the models.
//!
//! In: a resolved schema. Out: plain Rust text, which `build.rs` writes to `OUT_DIR` and `nuages::models!()` includes: a
//! struct per visible model, an enum per enum, and for editors, in a file of its own, a hidden module of column structs. Every path in it is absolute, so that a model may be called `Option`, `Vec` or `String`; words that
//! Rust reserves are written raw; every public item has a doc comment.

mod columns;
mod constraints;
mod enums;
mod models;
mod objects;
mod parts;
mod places;
mod serial;
#[cfg(test)]
mod tests;
mod types;

pub use models::referred;
pub use objects::STATEMENTS;

use crate::Schema;
use crate::model::{Field, FieldType, Model};
use std::fmt::Write as _;

/// On what has names, documentation and size from the schema: the lints of the package are about its own code. An
/// included file cannot have this at its head, and rustc looks up each lint each time: so it is told of those only that it has.
const LENIENT: &str = "#[allow(dead_code, unreachable_pub)]\n#[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))]";

/// On what is not called as things of its kind are in Rust.
const UNUSUAL: &str = "#[allow(nonstandard_style)]\n";

/// The first line of what is written.
const HEAD: &str = "// Made from the schema by `nuages_schema::build()`; changes here are lost.\n";

/// The Rust source that `nuages::models!()` includes.
pub fn models(schema: &Schema) -> String {
    let mut out = String::from(HEAD);
    aliases(&mut out, schema);
    let places = places::Places::of(schema);
    let targets = models::targets(schema);
    for (i, source) in schema.sources.iter().enumerate() {
        let mut of_file = String::new();
        for id in schema.enum_ids().filter(|id| schema.enumeration(*id).span.file as usize == i) {
            enums::write(&mut of_file, schema, id);
        }
        for id in schema.model_ids().filter(|id| schema.model(*id).span.file as usize == i) {
            if !schema.model(id).hidden {
                models::write(&mut of_file, schema, id, &places, &targets[id.0 as usize]);
            }
        }
        if !of_file.is_empty() {
            let _ = writeln!(out, "\n// {}{of_file}", source.path);
        }
    }
    out.push('\n');
    constraints::table(&mut out, schema);
    out
}

/// The Rust source that makes serde know them, of which nothing is left without the feature.
pub fn serial(schema: &Schema) -> String {
    let mut out = String::from(HEAD);
    serial::write(&mut out, schema);
    out
}

/// The Rust source of the module `columns` beside them, which only editors include.
pub fn columns(schema: &Schema) -> String {
    let mut out = String::from(HEAD);
    columns::write(&mut out, schema, &places::Places::of(schema));
    out
}

/// The Rust types that the schema names (`Json(path)`, `Custom("…", path)`), each once, in order of appearance. The
/// models have [`alias`]es of them, so that a query in another module or crate can name them too.
pub fn rust_paths(schema: &Schema) -> Vec<&str> {
    fn gather<'s>(ty: &'s FieldType, list: &mut Vec<&'s str>) {
        match ty {
            FieldType::Json(Some(path)) | FieldType::Custom { rust_type: path, .. }
                if !list.contains(&path.as_str()) =>
            {
                list.push(path);
            }
            FieldType::Array { element, .. } | FieldType::Range(element) => gather(element, list),
            _ => {}
        }
    }
    let mut list = Vec::new();
    for field in schema.models.iter().flat_map(|m| &m.fields) {
        gather(&field.ty, &mut list);
    }
    list
}

/// The name under which the models' module has the n-th of [`rust_paths`].
pub fn alias(n: usize) -> String {
    format!("__Type{n}")
}

/// A name as Rust writes it: raw if Rust reserves it.
pub fn identifier(name: &str) -> String {
    if KEYWORDS.binary_search(&name).is_ok() { format!("r#{name}") } else { name.to_owned() }
}

/// The name of the field in which a record holds a model: `OrderItem` is `order_item`.
pub fn snake(model: &str) -> String {
    crate::resolve::naming::snake_case(model)
}

/// Words that Rust reserves in any edition, in the order of the alphabet, but for those that cannot be raw (the schema refuses them as names).
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// [`UNUSUAL`] where a type, or one of what it consists of, is called as things are not called in Rust.
fn unusual<'n>(name: &str, mut within: impl Iterator<Item = &'n str>, is_usual: fn(&str) -> bool) -> &'static str {
    if is_camel(name) && within.all(is_usual) { "" } else { UNUSUAL }
}

/// Whether rustc takes a name for one of a type.
fn is_camel(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Whether rustc takes a name for one of a field.
fn is_snake(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    name.bytes().all(plain) && !name.contains("__")
}

/// Aliases of the Rust types that the schema names.
fn aliases(out: &mut String, schema: &Schema) {
    for (n, path) in rust_paths(schema).into_iter().enumerate() {
        let _ = writeln!(out, "#[doc(hidden)]\npub type {} = {path};", alias(n));
    }
}

/// Doc lines at an indent of that many spaces.
fn docs(out: &mut String, indent: usize, text: &str) {
    for line in text.lines() {
        // Most of what is written are such lines, and build scripts are not optimised.
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str("///");
        if !line.is_empty() {
            out.push(' ');
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Paragraphs of a doc comment, empty ones left out.
fn paragraphs(parts: &[&str]) -> String {
    parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join("\n\n")
}

/// `"sales.order"` as one reads it: the table with its PostgreSQL schema.
fn table(model: &Model) -> String {
    match &model.namespace {
        Some(namespace) => format!("{namespace}.{}", model.table),
        None => model.table.clone(),
    }
}

/// `not null` or `null`.
fn null(field: &Field) -> &'static str {
    if field.nullable { "null" } else { "not null" }
}

/// A sentence with its full stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', ':']) { text.to_owned() } else { format!("{text}.") }
}
