//! The constraint that decides whether a row is there already.
//!
//! In: columns of a model. Out: the primary key or the unique constraint that is on exactly these, which `ON CONFLICT`
//! can name. One that is checked late, or is on expressions, is none.

use super::condition::conditions;
use super::context::{Context, Names};
use crate::check::holds::constant_of;
use crate::diagnostic::Diagnostics;
use crate::hir::write::Arbiter;
use crate::hir::{Condition, Literal};
use crate::parse;
use nuages_schema::model::{Code, FieldId, IndexTarget, Model, ModelId, Schema, Unique};

/// A constraint that rows are told apart by.
pub(super) struct Found {
    /// As `ON CONFLICT` names it.
    pub(super) arbiter: Arbiter,
    /// Of a partial one: its condition as the schema has it.
    pub(super) text: Option<String>,
    /// Two rows with NULL are the same.
    pub(super) nulls_not_distinct: bool,
    /// Columns beside the constraint's own which its condition says are these constants.
    pub(super) implied: Vec<(FieldId, Literal)>,
}

/// The constraint on exactly the given columns; one without a condition first.
pub(super) fn exact(cx: &Context<'_>, model: ModelId, given: &[FieldId]) -> Option<Found> {
    candidates(cx.schema, model).into_iter().find(|found| is_same(&found.arbiter.fields, given))
}

/// The constraint on the given columns, some of which may be those that the constraint's own condition fixes.
pub(super) fn covered(cx: &Context<'_>, model: ModelId, given: &[FieldId]) -> Option<Found> {
    exact(cx, model, given).or_else(|| {
        candidates(cx.schema, model).into_iter().find_map(|mut found| {
            let fields = &found.arbiter.fields;
            found.implied.retain(|(field, _)| given.contains(field) && !fields.contains(field));
            let all: Vec<FieldId> = fields.iter().copied().chain(found.implied.iter().map(|(f, _)| *f)).collect();
            is_same(&all, given).then_some(found)
        })
    })
}

/// What could have been given, for a message: `(id), (slug)`.
pub(super) fn shown(schema: &Schema, model: ModelId) -> String {
    let declared = schema.model(model);
    let mut all: Vec<String> = Vec::new();
    for found in candidates(schema, model) {
        let names: Vec<&str> = found.arbiter.fields.iter().map(|f| declared.field(*f).name.as_str()).collect();
        let condition = found.text.map(|text| format!(" where `{text}`")).unwrap_or_default();
        let text = format!("`{}`{condition}", names.join(", "));
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all.join("; ")
}

fn candidates(schema: &Schema, model: ModelId) -> Vec<Found> {
    let declared = schema.model(model);
    let key = Arbiter { fields: declared.key.clone(), condition: None };
    let key = Found { arbiter: key, text: None, nulls_not_distinct: false, implied: Vec::new() };
    let named = |unique: &&Unique| !unique.deferrable;
    let uniques = declared.uniques.iter().filter(named).filter_map(|unique| of(schema, model, unique));
    let mut all: Vec<Found> = std::iter::once(key).filter(|k| !k.arbiter.fields.is_empty()).chain(uniques).collect();
    all.sort_by_key(|found| found.text.is_some());
    all
}

fn of(schema: &Schema, model: ModelId, unique: &Unique) -> Option<Found> {
    let fields = columns(unique)?;
    let condition = match &unique.condition {
        None => None,
        Some(code) => Some(condition(schema, model, code)?),
    };
    let implied = condition.as_ref().map(constant_of).unwrap_or_default();
    Some(Found {
        arbiter: Arbiter { fields, condition },
        text: unique.condition.as_ref().map(|code| code.text.clone()),
        nulls_not_distinct: unique.nulls_not_distinct,
        implied,
    })
}

/// The columns of a constraint; `None` if it is on an expression.
fn columns(unique: &Unique) -> Option<Vec<FieldId>> {
    let field = |target: &IndexTarget| match target {
        IndexTarget::Field(field) => Some(*field),
        IndexTarget::Expression(_) => None,
    };
    unique.items.iter().map(|item| field(&item.target)).collect()
}

/// The condition of a constraint. `None`: it means nothing, which is the schema's mistake.
fn condition(schema: &Schema, model: ModelId, code: &Code) -> Option<Condition> {
    let mut silent = Diagnostics::default();
    let written = parse::parse_condition(code.text.parse().ok()?, &mut silent);
    let mut cx = Context::new(schema, &mut silent);
    let condition = conditions(&mut cx, &Names::of(model, None), &written);
    let constant = cx.values.is_empty();
    (constant && silent.is_empty()).then_some(condition)
}

/// Whether a constraint that `ON CONFLICT` cannot name is on these columns: one that is checked late.
pub(super) fn is_late(declared: &Model, given: &[FieldId]) -> bool {
    declared.uniques.iter().any(|u| u.deferrable && columns(u).is_some_and(|fields| is_same(&fields, given)))
}

fn is_same(fields: &[FieldId], given: &[FieldId]) -> bool {
    fields.len() == given.len() && fields.iter().all(|f| given.contains(f)) && !fields.is_empty()
}
