//! Trees to models.
//!
//! In: the trees of all files. Out: the [`Schema`] with all names resolved, abstracts flattened, and all that is implied
//! written out, together with the [`Facts`] that checks need. What could not be resolved is reported and left out; the
//! schema is complete only if nothing was reported.

mod defaults;
mod drafts;
pub(crate) mod facts;
mod fields;
mod foreign;
mod heirs;
mod members;
pub(crate) mod names;
pub(crate) mod naming;
mod relations;
mod texts;
mod through;
mod types;

pub(crate) use drafts::{Draft, DraftField, Kind};
pub(crate) use relations::reverse_name;
pub(crate) use types::Meaning;

use crate::ast::{File, MemberKind};
use crate::diagnostic::Diagnostic;
use crate::model::{Enum, Model, Schema, Variant};
use crate::source::SourceFile;
use drafts::Key;
use facts::Facts;

/// Resolves all files.
pub(crate) fn resolve<'a>(
    files: &'a [File],
    sources: &'a [SourceFile],
    time_zone: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Schema, Facts<'a>) {
    let names = names::collect(files, sources, diagnostics);
    let heirs = heirs::flatten(&names, diagnostics);
    let mut drafts = drafts::draft(heirs, &names, diagnostics);
    let pointers = foreign::resolve(&mut drafts, diagnostics);
    let enums: Vec<Enum> = names.enums.iter().map(|placed| enumeration(placed.item, placed.app)).collect();
    let mut extensions: Vec<String> = names.extensions.iter().map(|name| name.text.clone()).collect();
    extensions.sort();
    extensions.dedup();

    let mut facts = Facts::new(names, drafts);
    let mut models = Vec::new();
    for (m, origin) in facts.origins.iter().enumerate() {
        let mut model = head(&origin.draft);
        for (f, draft) in origin.draft.fields.iter().enumerate() {
            let pointer = pointers.get(&(m, f)).and_then(|pointer| {
                let Kind::Good(Meaning::Foreign { target, .. }) = draft.kind else { return None };
                facts.origins[target.0 as usize].ids[pointer.to].map(|to| (pointer, to))
            });
            let place = fields::Place { table: &model.table, enums: &enums, pointer };
            if let Some(field) = fields::field(draft, &place, diagnostics) {
                model.fields.push(field);
            }
        }
        if let Key::Fields(key) = &origin.draft.key {
            model.key = key.iter().filter_map(|i| origin.ids[*i]).collect();
        }
        models.push(model);
    }
    relations::relate(&mut models, &mut facts, diagnostics);
    members::fill(&mut models, &facts, &enums, diagnostics);
    let schema = Schema { models, enums, extensions, time_zone: time_zone.to_owned(), sources: Vec::new() };
    (schema, facts)
}

fn enumeration(ast: &crate::ast::Enum, app: Option<&str>) -> Enum {
    let variant = |v: &crate::ast::Variant| Variant {
        name: v.name.text.clone(),
        value: v.value.text.clone(),
        docs: v.docs.clone(),
        span: v.name.span,
    };
    Enum {
        name: ast.name.text.clone(),
        app: app.map(str::to_owned),
        docs: ast.docs.clone(),
        native: ast.native.as_ref().map(|name| name.text.clone()),
        // None rather than some: what is missing cannot be told from what is wrong.
        variants: if ast.broken { Vec::new() } else { ast.variants.iter().map(variant).collect() },
        span: ast.name.span,
    }
}

/// A model without its columns.
fn head(draft: &Draft<'_>) -> Model {
    let ast = draft.heir.ast;
    let (mut table, mut namespace, mut comment, mut renamed_from, mut unmanaged) = (None, None, None, None, false);
    for member in draft.members() {
        match &member.kind {
            MemberKind::Table(name) => table = Some(name.text.clone()),
            MemberKind::Namespace(name) => namespace = Some(name.text.clone()),
            MemberKind::Comment(text) => comment = Some(text.text.clone()),
            MemberKind::RenamedFrom(name) => renamed_from = Some(name.text.clone()),
            MemberKind::Unmanaged => unmanaged = true,
            _ => {}
        }
    }
    let table = table.unwrap_or_else(|| naming::table(draft.heir.app, &ast.name.text));
    Model {
        name: ast.name.text.clone(),
        app: draft.heir.app.map(str::to_owned),
        namespace,
        key_name: naming::constraint(&table, [], "pkey"),
        table,
        docs: ast.docs.clone(),
        comment,
        fields: Vec::new(),
        relations: Vec::new(),
        key: Vec::new(),
        ordering: Vec::new(),
        indexes: Vec::new(),
        uniques: Vec::new(),
        checks: Vec::new(),
        excludes: Vec::new(),
        scopes: Vec::new(),
        default_scope: None,
        // A view is made by a statement that the schema does not know.
        unmanaged: unmanaged || draft.key == Key::View,
        hidden: false,
        renamed_from,
        span: ast.name.span,
    }
}
