//! The names of a model's constraints, to match an error's constraint with.
//!
//! In: a visible model. Out: `pub const SLUG_KEY: &'static str = "catalog_product_slug_key";` and the like for its `impl`: the
//! database's name without the table in front of it, in capitals. Two that would be called the same have the whole name.
//! Of all models together, hidden ones too: `CONSTRAINTS`, one text that says what each constraint is about, as rustc
//! need not look into a text.

use super::docs;
use crate::Schema;
use crate::model::{CheckCondition, FieldId, IndexTarget, Model, ModelId, Unique};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A constraint: its name in the database, and what it says.
struct Constraint<'s> {
    name: &'s str,
    about: String,
    /// A letter for its kind.
    kind: char,
    fields: Vec<FieldId>,
    target: Option<ModelId>,
}

/// Writes the table of all constraints: a line for each, its parts separated by a character that no name has.
pub(super) fn table(out: &mut String, schema: &Schema) {
    let mut text = String::new();
    for id in schema.model_ids() {
        let model = schema.model(id);
        for constraint in list(schema, model) {
            let fields: Vec<&str> = constraint.fields.iter().map(|id| model.field(*id).name.as_str()).collect();
            let target = constraint.target.map_or("", |id| schema.model(id).name.as_str());
            let kind = constraint.kind.to_string();
            let parts = [constraint.name, &model.table, &kind, &model.name, target, &fields.join(",")];
            text.push_str(&parts.join("\u{1f}"));
            text.push('\n');
        }
    }
    docs(out, 0, "What each constraint is about, to say it of an error: `models::CONSTRAINTS.of(&error)`.");
    // A program may never ask.
    out.push_str("#[allow(dead_code, unreachable_pub)]\n");
    let _ = writeln!(out, "pub const CONSTRAINTS: ::nuages::Constraints = ::nuages::Constraints::new({text:?});");
}

/// Writes the constants of a model, as `nuages::Error::constraint` gives the names.
pub(super) fn write(out: &mut String, schema: &Schema, model: &Model) {
    let list = list(schema, model);
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for constraint in &list {
        *times.entry(short(model, constraint.name)).or_default() += 1;
    }
    let mut written = Vec::new();
    for constraint in &list {
        let short = short(model, constraint.name);
        let name = if times[&short] > 1 { constant(constraint.name) } else { short };
        // Names that differ only in what no name of Rust may hold.
        if name.is_empty() || written.contains(&name) {
            continue;
        }
        docs(out, 4, &constraint.about);
        let _ = writeln!(out, "    pub const {name}: &'static str = {:?};", constraint.name);
        written.push(name);
    }
}

fn list<'s>(schema: &Schema, model: &'s Model) -> Vec<Constraint<'s>> {
    let mut list = Vec::new();
    let mut add = |name: &'s String, about: String, kind: char, fields: Vec<FieldId>, target: Option<ModelId>| {
        list.push(Constraint { name, about, kind, fields, target });
    };
    let fields = |ids: &[FieldId]| {
        let names: Vec<String> = ids.iter().map(|id| format!("`{}`", model.field(*id).name)).collect();
        names.join(", ")
    };
    if !model.key.is_empty() {
        add(&model.key_name, format!("Primary key: {}.", fields(&model.key)), 'u', model.key.clone(), None);
    }
    for unique in &model.uniques {
        let fields = unique.items.iter().filter_map(|item| match &item.target {
            IndexTarget::Field(id) => Some(*id),
            IndexTarget::Expression(_) => None,
        });
        add(&unique.name, format!("Unique: {}.", keys(model, unique)), 'u', fields.collect(), None);
    }
    for id in model.field_ids() {
        let field = model.field(id);
        if let Some(key) = field.foreign_key.as_ref().filter(|key| key.constraint) {
            let target = &schema.model(key.target).name;
            add(&key.name, format!("Foreign key: `{}` to `{target}`.", field.name), 'f', vec![id], Some(key.target));
        }
    }
    for check in &model.checks {
        let (about, fields) = match &check.condition {
            CheckCondition::Code(_) => ("Check.".to_owned(), Vec::new()),
            CheckCondition::NotNegative(id) => {
                (format!("Check: `{}` is not negative.", model.field(*id).name), vec![*id])
            }
            CheckCondition::OneOf(id, of) => {
                let of = &schema.enumeration(*of).name;
                (format!("Check: `{}` is one of `{of}`.", model.field(*id).name), vec![*id])
            }
        };
        add(&check.name, about, 'c', fields, None);
    }
    for exclude in &model.excludes {
        add(&exclude.name, "Exclusion.".to_owned(), 'x', Vec::new(), None);
    }
    list
}

/// What a unique constraint is over.
fn keys(model: &Model, unique: &Unique) -> String {
    let key = |target: &IndexTarget| match target {
        IndexTarget::Field(id) => format!("`{}`", model.field(*id).name),
        IndexTarget::Expression(_) => "an expression".to_owned(),
    };
    let keys: Vec<String> = unique.items.iter().map(|item| key(&item.target)).collect();
    let some = if unique.condition.is_some() { ", of some rows" } else { "" };
    keys.join(", ") + some
}

/// The constant's name without the table.
fn short(model: &Model, name: &str) -> String {
    let rest = name.strip_prefix(model.table.as_str()).and_then(|rest| rest.strip_prefix('_'));
    constant(rest.filter(|rest| !rest.is_empty()).unwrap_or(name))
}

/// A name in capitals, with `_` for what cannot stand in a name.
fn constant(name: &str) -> String {
    let mut out: String = name.to_uppercase().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    if out.starts_with(|c: char| !c.is_alphabetic() && c != '_') {
        out.insert(0, '_');
    }
    if out.chars().all(|c| c == '_') { String::new() } else { out }
}
