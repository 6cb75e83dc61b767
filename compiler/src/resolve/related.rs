//! `select_related`, `only`, `defer`: what is read of a model's own row and of the to-one rows beside it.
//!
//! In: paths. Out: a tree of relations in the order written, shared beginnings merged, and [`Record`]s made of it.

use super::context::{Context, End};
use super::draft::{Draft, Rows};
use super::path::{follow, trailing};
use crate::ast::{Path, Tokens};
use crate::hir::select::{Record, Related};
use crate::hir::{Hop, Target};
use nuages_schema::model::{FieldId, ModelId, Schema};
use proc_macro2::Ident;

/// A relation of `select_related`.
#[derive(Debug)]
pub(super) struct Node {
    /// The relation.
    pub(super) hop: Hop,
    /// Its name.
    pub(super) name: String,
    /// The user's token.
    pub(super) ident: Option<Ident>,
    /// Relations below it.
    pub(super) below: Vec<Node>,
    /// What is prefetched of its rows.
    pub(super) prefetches: Vec<super::prefetch::Node>,
}

/// `select_related(a.b, c)`.
pub(super) fn select_related(cx: &mut Context<'_>, draft: &mut Draft, paths: &[Path], method: Tokens) {
    if paths.is_empty() {
        let text = "`select_related` names its relations: `select_related(category)`";
        cx.diagnostics.error("N0207", method, text);
        return;
    }
    for path in paths {
        let names = draft.names(None);
        let Some(followed) = follow(cx, &names, path) else { continue };
        if let End::Annotation(_) | End::Field(..) | End::CompositeKey(_) = followed.end {
            not_a_relation(cx, &followed, path);
            continue;
        }
        if trailing(cx, &followed) {
            continue;
        }
        if let Some(i) = followed.hops.iter().position(|hop| !hop.to_one) {
            let hop = followed.hops[i];
            let name = &cx.schema.relation(hop.from, hop.relation).name;
            let owner = &cx.schema.model(hop.from).name;
            let text = format!("`{owner}.{name}` leads to many rows, `select_related` reads to-one relations");
            let error = cx.diagnostics.error("N0215", Tokens::one(path.segments[i].span), text);
            error.note(format!("`prefetch_related({name})` reads them in a statement of their own"));
            continue;
        }
        let mut level = &mut draft.related;
        for (hop, segment) in followed.hops.iter().zip(&path.segments) {
            let position = level.iter().position(|node| node.hop == *hop).unwrap_or_else(|| {
                let name = cx.schema.relation(hop.from, hop.relation).name.clone();
                let ident = segment.ident.clone().filter(|_| segment.alias.is_none());
                level.push(Node { hop: *hop, name, ident, below: Vec::new(), prefetches: Vec::new() });
                level.len() - 1
            });
            level = &mut level[position].below;
        }
    }
}

/// `only(a, b.c)`; `defer(a)` if `keep` is [`Keep::Others`], which leaves the key where it would leave nothing.
pub(super) fn only(cx: &mut Context<'_>, draft: &mut Draft, paths: &[Path], keep: Keep, method: Tokens) {
    if paths.is_empty() && keep == Keep::These {
        cx.diagnostics.error("N0207", method, "`only` names its fields: `only(id, name)`");
        return;
    }
    let mut named: Vec<(Vec<Hop>, Vec<FieldId>)> = Vec::new();
    for path in paths {
        let names = draft.names(None);
        let Some(followed) = follow(cx, &names, path) else { continue };
        if trailing(cx, &followed) {
            continue;
        }
        let schema = cx.schema;
        let (hops, fields) = match followed.end {
            End::Field(_, field) => (followed.hops.clone(), vec![field]),
            End::CompositeKey(model) => (followed.hops.clone(), schema.model(model).key.clone()),
            End::Relation => {
                let key = followed.hops.split_last().and_then(|(last, before)| {
                    match schema.relation(last.from, last.relation).kind {
                        nuages_schema::model::RelationKind::Forward { field } => Some((before.to_vec(), vec![field])),
                        _ => None,
                    }
                });
                let Some(key) = key else {
                    let text = format!("`{}` is no column", super::shape::written(path));
                    let error = cx.diagnostics.error("N0204", path.tokens(), text);
                    error.note(format!("`prefetch_related({})` reads its rows", super::shape::written(path)));
                    continue;
                };
                key
            }
            End::Annotation(_) => {
                let text = format!("`{}` is an annotation, which is always read", super::shape::written(path));
                cx.diagnostics.error("N0204", path.tokens(), text);
                continue;
            }
        };
        match named.iter_mut().find(|(known, _)| *known == hops) {
            Some((_, known)) => known.extend(fields),
            None => named.push((hops, fields)),
        }
    }
    if keep == Keep::These {
        draft.fields = Some(named);
        return;
    }
    let lists = draft.fields.get_or_insert_default();
    for (hops, dropped) in named {
        let model = hops.last().map_or(draft.model, |hop| hop.to);
        let position = lists.iter().position(|(known, _)| *known == hops).unwrap_or_else(|| {
            lists.push((hops, cx.schema.model(model).field_ids().collect()));
            lists.len() - 1
        });
        let (hops, kept) = &mut lists[position];
        kept.retain(|f| !dropped.contains(f));
        if kept.is_empty() {
            // A row without columns says nothing of itself.
            let declared = cx.schema.model(hops.last().map_or(draft.model, |hop| hop.to));
            kept.clone_from(&declared.key);
            if kept.is_empty() {
                let text = format!("`defer` leaves no column of `{}`, which has no primary key", declared.name);
                cx.diagnostics.error("N0570", method, text);
                return;
            }
        }
    }
}

/// What the paths of `only` and `defer` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// `only`.
    These,
    /// `defer`.
    Others,
}

/// Reports `only` and `defer` of relations that are not read at all.
pub(super) fn check_lists(cx: &mut Context<'_>, draft: &Draft) {
    let (Some(lists), Some((_, tokens)), Rows::Model) = (&draft.fields, &draft.shaped, &draft.rows) else { return };
    for (hops, _) in lists.iter().filter(|(hops, _)| !hops.is_empty()) {
        let mut level = &draft.related;
        for hop in hops {
            let Some(node) = level.iter().find(|node| node.hop == *hop) else {
                let path: Vec<&str> =
                    hops.iter().map(|hop| cx.schema.relation(hop.from, hop.relation).name.as_str()).collect();
                let path = path.join(".");
                let text = format!("`{path}` is not read by this chain");
                let error = cx.diagnostics.error("N0204", *tokens, text);
                error.note(format!("`select_related({path})` reads it"));
                return;
            };
            level = &node.below;
        }
    }
}

/// The record of a model at the end of `prefix`.
pub(super) fn record(
    schema: &Schema,
    model: ModelId,
    prefix: &[Hop],
    nodes: Vec<Node>,
    lists: Option<&[(Vec<Hop>, Vec<FieldId>)]>,
) -> Record {
    let all = schema.model(model).field_ids();
    let list = lists.and_then(|lists| lists.iter().find(|(hops, _)| hops == prefix));
    let (fields, whole) = match list {
        None => (all.collect(), true),
        Some((_, kept)) => {
            let fields: Vec<FieldId> = all.filter(|f| kept.contains(f)).collect();
            let whole = fields.len() == schema.model(model).fields.len();
            (fields, whole)
        }
    };
    let related = nodes
        .into_iter()
        .map(|node| {
            let mut hops = prefix.to_vec();
            hops.push(node.hop);
            let mut record = record(schema, node.hop.to, &hops, node.below, lists);
            let of = schema.model(node.hop.to);
            if node.hop.optional && record.fields.iter().all(|f| of.field(*f).nullable) {
                record.witness = of.key.first().copied().or_else(|| of.field_ids().find(|f| !of.field(*f).nullable));
            }
            record.prefetches = super::prefetch::finish(node.prefetches);
            Related { hop: node.hop, name: node.name, ident: node.ident, optional: node.hop.optional, record }
        })
        .collect();
    let (annotations, prefetches) = (Vec::new(), Vec::new());
    Record { model, fields, whole, witness: None, related, annotations, prefetches, target: Target::Record }
}

fn not_a_relation(cx: &mut Context<'_>, followed: &super::context::Followed<'_>, path: &Path) {
    let text = format!("`{}` is no relation", super::shape::written(path));
    cx.diagnostics.error("N0220", followed.tokens, text);
}
