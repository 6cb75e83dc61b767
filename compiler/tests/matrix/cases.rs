//! Every lookup on every type of field and behind every transform, as queries.
//!
//! In: the compiler's tables. Out: [`Case`]s, each with a literal, a Rust value or the same path on the right.

use nuages_compiler::hir::SqlType;
use nuages_compiler::tables::lookups::{LOOKUPS, LookupRow, Operand, find};
use nuages_compiler::tables::transforms;
use nuages_schema::model::Schema;

/// A query.
#[allow(dead_code, reason = "the server is asked about the queries only")]
pub(crate) struct Case {
    /// The left side without its lookup: `instant.year`.
    pub(crate) path: String,
    /// `gte`.
    pub(crate) lookup: &'static str,
    /// What stands on the right, in the order of [`SIDES`].
    pub(crate) queries: [String; 3],
}

/// What stands on the right.
#[allow(dead_code, reason = "the server is asked about the queries only")]
pub(crate) const SIDES: [&str; 3] = ["literal", "Rust", "F"];

/// All cases, those of one path behind one another.
pub(crate) fn cases(schema: &Schema) -> Vec<Case> {
    let mut all = Vec::new();
    let Some(model) = schema.model_named("Every") else { return all };
    for field in &schema.model(model).fields {
        let ty = SqlType::of_field(schema, field);
        lookups(&field.attname, &ty, &mut all);
        // The same type in the database as a text.
        if matches!(field.attname.as_str(), "slug" | "email" | "url" | "id" | "other_id") {
            continue;
        }
        for (segment, ty) in transformed(&ty) {
            let path = format!("{}{segment}", field.attname);
            lookups(&path, &ty, &mut all);
            // Behind a second one: all of what the first gives.
            for (second, ty) in transformed(&ty) {
                if [".lower", ".date", ".0"].contains(&segment.as_str()) && field.attname != "char" {
                    lookups(&format!("{path}{second}"), &ty, &mut all);
                }
            }
        }
    }
    all
}

/// The names of the lookups, each once.
pub(crate) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for row in LOOKUPS {
        if !names.contains(&row.name) {
            names.push(row.name);
        }
    }
    names
}

fn lookups(path: &str, ty: &SqlType, all: &mut Vec<Case>) {
    for name in names() {
        let row = find(name, ty).or_else(|| LOOKUPS.iter().find(|row| row.name == name));
        let Some(row) = row else { continue };
        let value = value(row, ty);
        let query = |right: &str| format!("Every.filter({path}.{name} = {right}).count()");
        let field = match row.operand {
            Operand::Many => format!("[F({path})]"),
            Operand::Pair => format!("(F({path}), F({path}))"),
            Operand::Same | Operand::Text | Operand::Bool | Operand::Element | Operand::Texts => format!("F({path})"),
        };
        let queries = [query(&value), query("value"), query(&field)];
        all.push(Case { path: path.to_owned(), lookup: row.name, queries });
    }
}

/// The transforms of a type, with the type that each gives.
fn transformed(ty: &SqlType) -> Vec<(String, SqlType)> {
    let mut found = Vec::new();
    for name in transforms::names(ty) {
        let result = match (transforms::find(name, ty).map(|row| row.result), ty) {
            (Some(transforms::Outcome::Text), _) => SqlType::Text,
            (Some(transforms::Outcome::Bool), _) => SqlType::Bool,
            (Some(transforms::Outcome::Date), _) => SqlType::Date,
            (Some(transforms::Outcome::Time), _) => SqlType::Time,
            (Some(transforms::Outcome::Element), SqlType::Range(e) | SqlType::Array(e, _)) => (**e).clone(),
            _ => SqlType::Int4,
        };
        found.push((format!(".{name}"), result));
        if *ty == SqlType::TimestampTz && matches!(name, "date" | "time" | "year" | "hour") {
            found.push((format!(".tz(\"Asia/Tokyo\").{name}"), transforms_to(name)));
        }
    }
    match ty {
        SqlType::Jsonb(_) => found.extend([(".a.b".into(), ty.clone()), (".list.0".into(), ty.clone())]),
        SqlType::HStore => found.push((".key".into(), SqlType::Text)),
        SqlType::Array(element, _) => found.push((".0".into(), (**element).clone())),
        _ => {}
    }
    found
}

fn transforms_to(name: &str) -> SqlType {
    match name {
        "date" => SqlType::Date,
        "time" => SqlType::Time,
        _ => SqlType::Int4,
    }
}

/// A literal for the right side of a lookup.
fn value(row: &LookupRow, ty: &SqlType) -> String {
    let single = literal(ty);
    match row.operand {
        Operand::Same => single,
        Operand::Text => "\"a\"".into(),
        Operand::Bool => "true".into(),
        Operand::Many => format!("[{single}]"),
        Operand::Pair => format!("({single}, {single})"),
        Operand::Element => match ty {
            SqlType::Range(element) | SqlType::Array(element, _) => literal(element),
            _ => single,
        },
        Operand::Texts => "[\"a\", \"b\"]".into(),
    }
}

fn literal(ty: &SqlType) -> String {
    match ty {
        SqlType::Bool => "true",
        SqlType::Int2 | SqlType::Int4 | SqlType::Int8 => "1",
        SqlType::Float4 | SqlType::Float8 | SqlType::Numeric => "1.5",
        SqlType::Date => "\"2024-02-29\"",
        SqlType::Time => "\"12:30:00\"",
        SqlType::TimestampTz => "\"2024-02-29T12:30:00Z\"",
        SqlType::Timestamp => "\"2024-02-29T12:30:00\"",
        SqlType::Duration | SqlType::Interval => "\"1 day\"",
        SqlType::Uuid => "\"6f6f1b8e-0c1b-4d2a-9d3a-1f2e3d4c5b6a\"",
        SqlType::Inet => "\"127.0.0.1\"",
        SqlType::Enum(_) => "\"draft\"",
        SqlType::NativeEnum(_) => "\"low\"",
        SqlType::Array(element, _) => return format!("[{0}, {0}]", literal(element)),
        SqlType::Text
        | SqlType::Bytea
        | SqlType::Jsonb(_)
        | SqlType::Range(_)
        | SqlType::HStore
        | SqlType::TsVector
        | SqlType::TsQuery
        | SqlType::Inferred
        | SqlType::Custom { .. } => "\"a\"",
    }
    .into()
}
