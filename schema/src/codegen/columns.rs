//! What editors see of a model in queries: structs whose fields are its columns and relations.
//!
//! In: a schema. Out: the items of a module `columns` that only rust-analyzer compiles (`cfg(rust_analyzer)`;
//! `nuages_schema::build` declares it to Cargo), in a file of their own, which rustc does not read: per visible model `ProductCols` (columns and relations), `ProductScopes` (scopes as methods)
//! and `ProductRelated` (what follows `Product(key)`). The runtime's `ide` module says what their types mean.

use super::{docs, identifier, null, paragraphs, places::Places, sentence, table, types};
use crate::Schema;
use crate::model::{Field, FieldId, Model, ModelId, Relation, RelationKind, Scope};
use std::fmt::Write as _;

/// Writes the module's items.
pub(super) fn write(out: &mut String, schema: &Schema, places: &Places<'_>) {
    for id in schema.model_ids().filter(|id| !schema.model(*id).hidden) {
        columns(out, schema, id, places);
        scopes(out, schema.model(id), places);
        related(out, schema, schema.model(id), places);
        tie(out, schema.model(id));
    }
}

/// `ProductCols`.
fn columns(out: &mut String, schema: &Schema, id: ModelId, places: &Places<'_>) {
    let model = schema.model(id);
    let _ = writeln!(out, "pub struct {}Cols {{", model.name);
    let mut seen: Vec<&str> = Vec::new();
    for (i, field) in model.fields.iter().enumerate() {
        let relation = u32::try_from(i).ok().and_then(|i| model.relation_of(FieldId(i)));
        if let Some(relation) = relation {
            member(out, schema, model, model.relation(relation), places, &mut seen);
        }
        if !seen.contains(&field.attname.as_str()) {
            seen.push(&field.attname);
            docs(out, 4, &about(schema, model, field, places));
            let ty = types::column(schema, &field.ty, "super::");
            let _ = writeln!(out, "    pub {}: {ty},", identifier(&field.attname));
        }
    }
    key(out, schema, model, &seen);
    for relation in &model.relations {
        member(out, schema, model, relation, places, &mut seen);
    }
    out.push_str("}\n");
}

/// `pk`.
fn key(out: &mut String, schema: &Schema, model: &Model, seen: &[&str]) {
    if model.key.is_empty() || seen.contains(&"pk") {
        return;
    }
    let names: Vec<String> = model.key.iter().map(|f| format!("`{}`", model.field(*f).attname)).collect();
    docs(out, 4, &format!("The primary key: {}.", names.join(", ")));
    let ty = match model.key.as_slice() {
        [one] => types::column(schema, &model.field(*one).ty, "super::"),
        many => {
            let types: Vec<String> = many.iter().map(|f| types::rust(schema, &model.field(*f).ty, "super::")).collect();
            format!("::nuages::ide::Col<({})>", types.join(", "))
        }
    };
    let _ = writeln!(out, "    pub pk: {ty},");
}

/// The documentation of a column.
fn about(schema: &Schema, model: &Model, field: &Field, places: &Places<'_>) -> String {
    let of = field.foreign_key.as_ref().map(|_| format!(" The key of `{}`.", field.name)).unwrap_or_default();
    let column = format!("`{}.{}` {}, {}.{of}", table(model), field.column, types::sql(schema, field), null(field));
    let help = field.help.as_deref().map(sentence).unwrap_or_default();
    paragraphs(&[&column, &field.docs, &help, &places.link(field.span)])
}

/// A relation as a field, unless it is there already or leads to a hidden table.
fn member<'s>(
    out: &mut String,
    schema: &Schema,
    model: &Model,
    relation: &'s Relation,
    places: &Places<'_>,
    seen: &mut Vec<&'s str>,
) {
    if seen.contains(&relation.name.as_str()) || schema.model(relation.target).hidden {
        return;
    }
    seen.push(&relation.name);
    docs(out, 4, &describe(schema, model, relation, places));
    let target = &schema.model(relation.target).name;
    let _ = writeln!(out, "    pub {}: ::nuages::ide::Rel<super::{target}>,", identifier(&relation.name));
}

/// The documentation of a relation.
fn describe(schema: &Schema, model: &Model, relation: &Relation, places: &Places<'_>) -> String {
    let target = schema.model(relation.target);
    let what = match relation.kind {
        RelationKind::Forward { field } => {
            let field = model.field(field);
            let one = field.foreign_key.as_ref().is_some_and(|key| key.one_to_one);
            let kind = if one { "one-to-one with" } else { "foreign key to" };
            format!("{kind} `{}`, {}", target.name, null(field))
        }
        RelationKind::ReverseOne { field } => {
            format!("reverse of `{}.{}`, at most one", target.name, target.field(field).name)
        }
        RelationKind::ReverseMany { field } => {
            format!("reverse of `{}.{}`, any number", target.name, target.field(field).name)
        }
        RelationKind::ManyToMany { .. } => format!("many-to-many with `{}`", target.name),
    };
    paragraphs(&[&what, &relation.docs, &places.link(relation.span)])
}

/// `ProductScopes`.
fn scopes(out: &mut String, model: &Model, places: &Places<'_>) {
    let _ = writeln!(out, "/// The scopes of `{0}`.\npub struct {0}Scopes;", model.name);
    if model.scopes.is_empty() {
        return;
    }
    let _ = writeln!(out, "impl {}Scopes {{", model.name);
    for scope in &model.scopes {
        docs(out, 4, &paragraphs(&[&scope.docs, &format!("`{}`", line(scope)), &places.link(scope.span)]));
        let _ = write!(out, "    pub fn {}(&self", identifier(&scope.name));
        for parameter in &scope.params {
            let _ = write!(out, ", {}: ()", identifier(&parameter.name));
        }
        let _ = writeln!(out, ") -> ::nuages::ide::Q<super::{}> {{ ::nuages::ide::never() }}", model.name);
    }
    out.push_str("}\n");
}

/// A scope's chain on one line.
fn line(scope: &Scope) -> String {
    scope.chain.text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'")
}

/// `ProductRelated`.
fn related(out: &mut String, schema: &Schema, model: &Model, places: &Places<'_>) {
    let _ =
        writeln!(out, "/// What follows `{0}(key)`: its relations as chains.\npub struct {0}Related {{", model.name);
    for relation in model.relations.iter().filter(|r| !schema.model(r.target).hidden) {
        docs(out, 4, &describe(schema, model, relation, places));
        let target = &schema.model(relation.target).name;
        let _ = writeln!(out, "    pub {}: ::nuages::ide::Q<super::{target}>,", identifier(&relation.name));
    }
    let _ = write!(
        out,
        "}}
impl ::core::ops::Deref for {0}Related {{
    type Target = ::nuages::ide::Q<super::{0}>;
    fn deref(&self) -> &Self::Target {{ ::nuages::ide::never() }}
}}
",
        model.name
    );
}

/// Ties the three to the model.
fn tie(out: &mut String, model: &Model) {
    let _ = write!(
        out,
        "impl ::nuages::ide::Model for super::{0} {{
    type Cols = {0}Cols;
    type Scopes = {0}Scopes;
    type Related = {0}Related;
}}
",
        model.name
    );
}
