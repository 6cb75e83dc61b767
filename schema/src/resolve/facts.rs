//! What later checks need beside the models: where each comes from, and which names are not known for sure.

use super::drafts::{Draft, Key, Kind};
use super::names::Names;
use super::naming::snake_case;
use crate::model::{FieldId, Model, ModelId};
use std::collections::BTreeSet;

/// Everything that was learnt on the way from text to models.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    /// All names.
    pub(crate) names: Names<'a>,
    /// One for each visible model.
    pub(crate) origins: Vec<Origin<'a>>,
    /// Names that relations would have if their fields were right; on which model is not known.
    lost: BTreeSet<String>,
}

/// Where a model comes from.
#[derive(Debug)]
pub(crate) struct Origin<'a> {
    /// The model on its way.
    pub(crate) draft: Draft<'a>,
    /// For each of the draft's fields its column.
    pub(crate) ids: Vec<Option<FieldId>>,
    /// Names of its fields that are wrong.
    unsure: BTreeSet<String>,
}

impl<'a> Facts<'a> {
    /// The facts of drafts whose foreign keys are resolved.
    pub(crate) fn new(names: Names<'a>, drafts: Vec<Draft<'a>>) -> Self {
        let mut facts = Self { names, origins: Vec::new(), lost: BTreeSet::new() };
        for (m, draft) in drafts.into_iter().enumerate() {
            let mut next = 0;
            let ids = draft
                .fields
                .iter()
                .map(|field| {
                    field.is_column().then(|| {
                        next += 1;
                        FieldId(next - 1)
                    })
                })
                .collect();
            let bad: Vec<String> =
                draft.fields.iter().filter(|f| f.kind == Kind::Bad).map(|f| f.name.clone()).collect();
            facts.origins.push(Origin { draft, ids, unsure: BTreeSet::new() });
            for name in bad {
                facts.unsure(m, &name);
            }
        }
        facts
    }

    /// Notes that a field is wrong, so that nothing is said about its names.
    pub(crate) fn unsure(&mut self, model: usize, field: &str) {
        let origin = &mut self.origins[model];
        origin.unsure.extend([field.to_owned(), format!("{field}_id")]);
        let snake = snake_case(&origin.draft.heir.ast.name.text);
        self.lost.extend([format!("{snake}_set"), snake]);
        let ast = origin.draft.fields.iter().find(|f| f.name == field).and_then(|f| f.ast);
        self.lost.extend(ast.and_then(|ast| ast.word("related_name")).map(|name| name.text.clone()));
    }

    /// Whether a name that a model does not have may be one that could not be read.
    pub(crate) fn may_have(&self, model: ModelId, name: &str) -> bool {
        let Some(origin) = self.origins.get(model.0 as usize) else { return false };
        origin.draft.heir.broken || origin.unsure.contains(name) || self.lost.contains(name) || self.names.incomplete
    }

    /// Whether some name of a model is not known.
    pub(crate) fn is_uncertain(&self, model: ModelId) -> bool {
        self.origins.get(model.0 as usize).is_some_and(|o| o.draft.heir.broken || !o.unsure.is_empty())
    }

    /// Whether the key of a model is wrong, which was reported.
    pub(crate) fn key_is_bad(&self, model: ModelId) -> bool {
        self.origins.get(model.0 as usize).is_some_and(|o| o.draft.key == Key::Bad)
    }
}

/// The field of a model by its name or the name of its key column.
pub(crate) fn find_field(model: &Model, name: &str) -> Option<FieldId> {
    model
        .field_ids()
        .find(|f| model.field(*f).name == name)
        .or_else(|| model.field_ids().find(|f| model.field(*f).attname == name))
}
