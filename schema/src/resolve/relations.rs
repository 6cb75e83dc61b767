//! Relations: forward, reverse, and the tables of many-to-manys.
//!
//! In: models with their columns, and the drafts they come from. Out: each model's relations, its own in order of
//! declaration and then those that others declare, and the hidden tables behind all models.

use super::drafts::{DraftField, Kind};
use super::facts::Facts;
use super::foreign::{is_array, refused};
use super::names::number;
use super::naming::{constraint, limited, snake_case};
use super::types::{Meaning, integer_of_auto};
use crate::ast::Arg;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Field, FieldId, FieldType, ForeignKey, Index, IndexItem, IndexTarget, Model, ModelId, OnDelete, Relation,
    RelationKind, Unique,
};
use crate::source::Span;

/// A reverse relation that waits until all forward ones are there.
struct Reverse {
    on: ModelId,
    relation: Relation,
}

/// Adds all relations and hidden tables.
pub(crate) fn relate(models: &mut Vec<Model>, facts: &mut Facts<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut reverse = Vec::new();
    for m in 0..facts.origins.len() {
        let id = ModelId(number(m));
        for f in 0..facts.origins[m].draft.fields.len() {
            let field = &facts.origins[m].draft.fields[f];
            match field.kind {
                Kind::Good(Meaning::Foreign { target, one_to_one }) => {
                    let Some(column) = facts.origins[m].ids[f] else { continue };
                    let kind = RelationKind::Forward { field: column };
                    models[m].relations.push(relation(field, target, kind));
                    let back = if one_to_one {
                        RelationKind::ReverseOne { field: column }
                    } else {
                        RelationKind::ReverseMany { field: column }
                    };
                    reverse.extend(reversed(&models[m].name, id, field, target, back, one_to_one));
                }
                Kind::Good(Meaning::Many(target)) => {
                    let Some((kind, back)) = link(models, facts, id, field, target, diagnostics) else {
                        let name = field.name.clone();
                        facts.unsure(m, &name);
                        continue;
                    };
                    models[m].relations.push(relation(field, target, kind));
                    reverse.extend(back.and_then(|back| reversed(&models[m].name, id, field, target, back, false)));
                }
                _ => {}
            }
        }
    }
    for Reverse { on, relation } in reverse {
        models[on.0 as usize].relations.push(relation);
    }
}

/// The relation that a field declares.
fn relation(field: &DraftField<'_>, target: ModelId, kind: RelationKind) -> Relation {
    Relation { name: field.name.clone(), target, kind, docs: field.docs.to_owned(), span: field.span }
}

/// The other side of a relation, unless `related_name(-)`.
fn reversed(
    model: &str,
    id: ModelId,
    field: &DraftField<'_>,
    target: ModelId,
    kind: RelationKind,
    one: bool,
) -> Option<Reverse> {
    let name = reverse_name(model, field, one)?;
    Some(Reverse { on: target, relation: Relation { name, target: id, kind, docs: String::new(), span: field.span } })
}

/// The name of the other side.
pub(crate) fn reverse_name(model: &str, field: &DraftField<'_>, one: bool) -> Option<String> {
    match field.ast.and_then(|ast| ast.attribute("related_name")).map(|attribute| &attribute.arg) {
        Some(Arg::Word(name)) => Some(name.text.clone()),
        Some(Arg::Dash) => None,
        _ if one => Some(snake_case(model)),
        _ => Some(format!("{}_set", snake_case(model))),
    }
}

/// The table between, and both sides of it; the other side only where it is another relation.
fn link(
    models: &mut Vec<Model>,
    facts: &Facts<'_>,
    id: ModelId,
    field: &DraftField<'_>,
    target: ModelId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(RelationKind, Option<RelationKind>)> {
    let ast = field.ast?;
    let symmetrical = id == target && !ast.has("asymmetrical");
    let (through, near, far) = match ast.word("through") {
        Some(_) => super::through::find(models, facts, id, field, target, diagnostics)?,
        None => hidden(models, facts, id, field, target, diagnostics)?,
    };
    let kind = RelationKind::ManyToMany { through, near, far, symmetrical };
    let back = RelationKind::ManyToMany { through, near: far, far: near, symmetrical };
    Some((kind, (!symmetrical).then_some(back)))
}

/// Adds the hidden table of a many-to-many.
fn hidden(
    models: &mut Vec<Model>,
    facts: &Facts<'_>,
    id: ModelId,
    field: &DraftField<'_>,
    target: ModelId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(ModelId, FieldId, FieldId)> {
    let place = field.ast.map_or(field.span, |ast| ast.ty.span);
    let near_key = single_key(models, facts, id, place, diagnostics)?;
    let far_key = single_key(models, facts, target, place, diagnostics)?;
    let (owner, other) = (&models[id.0 as usize], &models[target.0 as usize]);
    let (near_name, far_name) = match (snake_case(&owner.name), snake_case(&other.name)) {
        (a, b) if a == b => (format!("from_{a}"), format!("to_{b}")),
        names => names,
    };
    let table = limited(&format!("{}_{}", owner.table, field.name), "");
    let key = |name: &str, model: ModelId, to: FieldId| {
        let column = limited(&format!("{name}_id"), "");
        let ty = integer_of_auto(models[model.0 as usize].field(to).ty.clone());
        let name_of_key = constraint(&table, [column.as_str()], "fkey");
        Field {
            foreign_key: Some(ForeignKey {
                target: model,
                to_field: to,
                one_to_one: false,
                on_delete: OnDelete::Cascade,
                constraint: true,
                name: name_of_key,
            }),
            ..column_of(name, format!("{name}_id"), column, ty, field.span)
        }
    };
    let near = key(&near_name, id, near_key);
    let far = key(&far_name, target, far_key);
    let forward = |field: u32, name: &str, target: ModelId, span: Span| Relation {
        name: name.to_owned(),
        target,
        kind: RelationKind::Forward { field: FieldId(field) },
        docs: String::new(),
        span,
    };
    let item = |field: u32| IndexItem { target: IndexTarget::Field(FieldId(field)), descending: false, opclass: None };
    let model = Model {
        name: format!("{}_{}", owner.name, field.name),
        app: owner.app.clone(),
        namespace: owner.namespace.clone(),
        docs: String::new(),
        comment: None,
        relations: vec![forward(1, &near_name, id, field.span), forward(2, &far_name, target, field.span)],
        key: vec![FieldId(0)],
        key_name: constraint(&table, [], "pkey"),
        ordering: Vec::new(),
        indexes: vec![Index {
            name: constraint(&table, [far.column.as_str()], "idx"),
            items: vec![item(2)],
            condition: None,
            include: Vec::new(),
            method: None,
            span: field.span,
        }],
        uniques: vec![Unique {
            name: constraint(&table, [near.column.as_str(), far.column.as_str()], "key"),
            items: vec![item(1), item(2)],
            condition: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: false,
            span: field.span,
        }],
        checks: Vec::new(),
        excludes: Vec::new(),
        scopes: Vec::new(),
        default_scope: None,
        unmanaged: owner.unmanaged && other.unmanaged,
        hidden: true,
        renamed_from: field
            .ast
            .and_then(|ast| ast.word("renamed_from"))
            .map(|old| format!("{}_{}", owner.name, old.text)),
        span: field.span,
        fields: vec![column_of("id", "id".into(), "id".into(), FieldType::BigAuto, field.span), near, far],
        table,
    };
    let through = ModelId(number(models.len()));
    models.push(model);
    Some((through, FieldId(1), FieldId(2)))
}

/// A column with nothing but its type.
pub(crate) fn column_of(name: &str, attname: String, column: String, ty: FieldType, span: Span) -> Field {
    Field {
        name: name.to_owned(),
        attname,
        column,
        ty,
        nullable: false,
        foreign_key: None,
        default: None,
        auto_now_add: false,
        auto_now: false,
        generated: None,
        collation: None,
        db_type: None,
        help: None,
        docs: String::new(),
        renamed_from: None,
        span,
    }
}

/// The key of a model that a hidden table refers to.
fn single_key(
    models: &[Model],
    facts: &Facts<'_>,
    id: ModelId,
    place: Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FieldId> {
    let model = &models[id.0 as usize];
    match model.key[..] {
        [key] if is_array(&model.field(key).ty) => {
            let key = model.field(key);
            diagnostics.push(refused(&model.name, &key.name, key.span, place));
        }
        [key] => return Some(key),
        _ if facts.key_is_bad(id) => {}
        [] => diagnostics.push(
            Diagnostic::at("S043", place, format!("`{}` has no primary key: nothing can refer to it", model.name))
                .place(model.span, "declared here"),
        ),
        _ => diagnostics.push(
            Diagnostic::at(
                "S043",
                place,
                format!("`{}` has a composite key: no single column can refer to it", model.name),
            )
            .place(model.span, "declared here")
            .help("a model of its own can stand between: `through(Model)`"),
        ),
    }
    None
}
