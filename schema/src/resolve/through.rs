//! `through(Model)`: the two foreign keys of a model that stands between.

use super::drafts::DraftField;
use super::facts::Facts;
use super::names::{Thing, number};
use super::naming::snake_case;
use crate::ast::Name;
use crate::diagnostic::Diagnostic;
use crate::model::{FieldId, Model, ModelId};

/// The model of `through(…)` and its keys to the model that declares the relation and to its target.
pub(crate) fn find(
    models: &[Model],
    facts: &Facts<'_>,
    id: ModelId,
    field: &DraftField<'_>,
    target: ModelId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(ModelId, FieldId, FieldId)> {
    let name = field.ast?.word("through")?;
    let Some(Thing::Model(through)) = facts.names.get(&name.text) else {
        if !facts.names.incomplete {
            diagnostics.push(
                Diagnostic::at("S030", name.span, format!("there is no model `{}`", name.text))
                    .suggest(&name.text, facts.names.model_names()),
            );
        }
        return None;
    };
    let between = &models[through.0 as usize];
    let keys = |to: ModelId| -> Vec<FieldId> {
        between.field_ids().filter(|f| between.field(*f).foreign_key.as_ref().is_some_and(|k| k.target == to)).collect()
    };
    if facts.is_uncertain(through) && (keys(id).is_empty() || keys(target).is_empty() || id == target) {
        return None;
    }
    if id == target {
        let model = snake_case(&models[id.0 as usize].name);
        return match keys(id)[..] {
            [near, far] => Some((through, near, far)),
            ref all => {
                let called = |prefix: &str| {
                    let name = format!("{prefix}_{model}");
                    all.iter().copied().find(|f| between.field(*f).name == name)
                };
                if let (Some(near), Some(far)) = (called("from"), called("to")) {
                    return Some((through, near, far));
                }
                let (keys, itself) = (count(all.len()), &models[id.0 as usize].name);
                let message = format!("`{}` has {keys} to `{itself}`, expected two", between.name);
                let help = format!("of more than two those called `from_{model}` and `to_{model}` are taken");
                diagnostics.push(Diagnostic::at("S044", name.span, message).help(help));
                None
            }
        };
    }
    let near = one(models, between, &keys(id), id, name, diagnostics);
    let far = one(models, between, &keys(target), target, name, diagnostics);
    Some((through, near?, far?))
}

/// The only key to a model, or the one that is called like it.
fn one(
    models: &[Model],
    between: &Model,
    keys: &[FieldId],
    to: ModelId,
    name: &Name,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FieldId> {
    if let [key] = keys {
        return Some(*key);
    }
    let model = &models[to.0 as usize].name;
    let called = snake_case(model);
    if let Some(key) = keys.iter().find(|f| between.field(**f).name == called) {
        return Some(*key);
    }
    let message = format!("`{}` has {} to `{model}`, expected one", between.name, count(keys.len()));
    let mut diagnostic = Diagnostic::at("S044", name.span, message);
    for key in keys {
        diagnostic = diagnostic.place(between.field(*key).span, "a key to it");
    }
    if keys.len() > 1 {
        diagnostic = diagnostic.help(format!("of several the one called `{called}` is taken"));
    }
    diagnostics.push(diagnostic);
    None
}

/// "no foreign key", "1 foreign key", "3 foreign keys".
fn count(n: usize) -> String {
    match number(n) {
        0 => "no foreign key".into(),
        1 => "one foreign key".into(),
        n => format!("{n} foreign keys"),
    }
}
