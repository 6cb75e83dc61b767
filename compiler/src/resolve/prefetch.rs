//! `prefetch_related`: relations that are read in statements of their own.
//!
//! In: paths of relations, perhaps with a chain on the last one and a name. Out: a tree of [`hir::Prefetch`]es in the
//! order written; bare paths with a common beginning share it.

use super::context::Context;
use super::draft::{Draft, Part};
use super::path::{field_name, hop};
use super::{chain, scope};
use crate::ast::{self, Head, SegmentKind, Tokens};
use crate::hir::select::Cardinality;
use crate::hir::{self, Hop, Select, Shape};
use nuages_schema::model::{Member, ModelId};
use nuages_schema::suggest::nearest;
use proc_macro2::Ident;

/// A prefetched relation.
#[derive(Debug)]
pub(super) struct Node {
    /// The record's field.
    name: String,
    ident: Option<Ident>,
    hop: Hop,
    select: Select,
    /// Written as a path alone, or only as the beginning of a longer one.
    bare: bool,
    /// Written at all, not only as the beginning of a longer path.
    written: bool,
    below: Vec<Node>,
    /// Where it was written first.
    tokens: Tokens,
}

/// A relation of a path as written.
struct Relation {
    name: String,
    span: proc_macro2::Span,
    ident: Option<Ident>,
}

/// `prefetch_related(…)`.
pub(super) fn prefetch_related(cx: &mut Context<'_>, draft: &mut Draft, items: &[ast::Prefetch], method: Tokens) {
    if items.is_empty() {
        let text = "`prefetch_related` names its relations: `prefetch_related(reviews)`";
        cx.diagnostics.error("N0207", method, text);
    }
    for item in items {
        let Some(path) = path(cx, item) else { continue };
        let mut level = std::mem::take(&mut draft.prefetches);
        place(cx, &mut level, draft.model, &path, item);
        draft.prefetches = level;
    }
}

/// Hangs what is prefetched below a relation of `select_related` there, and reports names of prefetched relations that
/// something else of the record has.
pub(super) fn settle(cx: &mut Context<'_>, draft: &mut Draft) {
    for node in &draft.prefetches {
        if draft.annotations.iter().any(|a| a.selected && a.name == node.name) {
            cx.diagnostics.error("N0214", node.tokens, format!("`{}` is an annotation already", node.name));
        }
    }
    let prefetches = std::mem::take(&mut draft.prefetches);
    draft.prefetches = hang(cx, &mut draft.related, prefetches);
}

/// One level of it; what is left is prefetched itself.
fn hang(cx: &mut Context<'_>, related: &mut [super::related::Node], nodes: Vec<Node>) -> Vec<Node> {
    let mut own = Vec::new();
    for node in nodes {
        let Some(joined) = related.iter_mut().find(|r| r.name == node.name) else {
            own.push(node);
            continue;
        };
        if node.written {
            let text = format!("`{}` is read by `select_related` already", node.name);
            cx.diagnostics.error("N0214", node.tokens, text);
            continue;
        }
        let below = hang(cx, &mut joined.below, node.below);
        joined.prefetches.extend(below);
    }
    own
}

/// The prefetches of a record.
pub(super) fn finish(nodes: Vec<Node>) -> Vec<hir::Prefetch> {
    nodes
        .into_iter()
        .map(|node| {
            let mut select = node.select;
            if node.hop.to_one && select.slice.is_none() {
                select.order.clear();
            }
            // To-one: without a guarantee that the row is there and passes the conditions it may be missing.
            let certain = !node.hop.optional && select.filters.is_empty() && select.slice.is_none();
            let cardinality = match (node.hop.to_one, certain) {
                (false, _) => Cardinality::Many,
                (true, true) => Cardinality::One,
                (true, false) => Cardinality::Optional,
            };
            if let Shape::Model(record) = &mut select.shape {
                record.prefetches.extend(finish(node.below));
            }
            hir::Prefetch { hop: node.hop, name: node.name, ident: node.ident, cardinality, select }
        })
        .collect()
}

impl Node {
    /// Whether the record's field has that name.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name == name
    }
}

/// The relations that an item names.
fn path(cx: &mut Context<'_>, item: &ast::Prefetch) -> Option<Vec<Relation>> {
    match &item.chain.head {
        Head::Error => None,
        Head::Name { name, key: Some(key) } => {
            if name.text == "Prefetch" {
                let text = "a prefetch of other rows is written `name = relation.filter(…)`";
                cx.diagnostics.error("N0220", Tokens { first: name.ident.span(), last: key.parentheses }, text);
                return None;
            }
            let text = format!("`{}` is a relation here, it takes no key", name.text);
            cx.diagnostics.error("N0220", Tokens::one(key.parentheses), text);
            None
        }
        Head::Name { name, key: None } => {
            Some(vec![Relation { name: name.text.clone(), span: name.ident.span(), ident: Some(name.ident.clone()) }])
        }
        Head::Path(path) if path.dangling => None,
        Head::Path(path) => {
            let mut parts = Vec::new();
            for segment in &path.segments {
                let SegmentKind::Name(name) = &segment.kind else {
                    let found = super::path::segment_text(segment);
                    let text = format!("expected a relation, found `{found}`");
                    cx.diagnostics.error("N0220", Tokens::one(segment.span), text);
                    return None;
                };
                let ident = segment.ident.clone().filter(|_| segment.alias.is_none());
                parts.push(Relation { name: name.clone(), span: segment.span, ident });
            }
            Some(parts)
        }
    }
}

/// Puts an item into the tree.
fn place(
    cx: &mut Context<'_>,
    level: &mut Vec<Node>,
    model: ModelId,
    path: &[Relation],
    item: &ast::Prefetch,
) -> Option<()> {
    let (part, rest) = path.split_first()?;
    let tokens = Tokens::one(part.span);
    if !rest.is_empty() {
        let known = level.iter().position(|node| node.name == part.name);
        let position = known.unwrap_or(level.len());
        if known.is_none() {
            let hop = relation(cx, model, part)?;
            let select = bare(cx, hop, tokens)?;
            let (name, ident) = (part.name.clone(), part.ident.clone());
            level.push(Node { name, ident, hop, select, bare: true, written: false, below: Vec::new(), tokens });
        }
        let node = &mut level[position];
        if !matches!(node.select.shape, Shape::Model(_)) {
            let text = format!("`{}` gives plain values, there is nothing below them to prefetch", node.name);
            cx.diagnostics.error("N0221", tokens, text);
            return None;
        }
        return place(cx, &mut node.below, node.hop.to, rest, item);
    }
    let hop = relation(cx, model, part)?;
    let is_bare = item.name.is_none() && item.chain.steps.is_empty() && item.chain.target.is_none();
    let (name, ident, tokens) = match &item.name {
        Some(name) => (name.text.clone(), Some(name.ident.clone()), Tokens::one(name.ident.span())),
        None => (part.name.clone(), part.ident.clone(), tokens),
    };
    if let Some(known) = level.iter_mut().find(|node| node.name == name) {
        if known.bare && is_bare {
            known.written = true;
            return Some(());
        }
        cx.diagnostics.error("N0214", tokens, format!("`{name}` is prefetched already, another name is needed"));
        return None;
    }
    let declared = cx.schema.model(model);
    let field = declared.fields.iter().any(|f| f.name == name || f.attname == name);
    if item.name.is_some() && (field || name == "pk") {
        let text = format!("`{name}` is a field of `{}`, another name is needed", declared.name);
        cx.diagnostics.error("N0214", tokens, text);
        return None;
    }
    let select = if is_bare { bare(cx, hop, tokens)? } else { with_steps(cx, hop, tokens, &item.chain)? };
    level.push(Node { name, ident, hop, select, bare: is_bare, written: true, below: Vec::new(), tokens });
    Some(())
}

fn relation(cx: &mut Context<'_>, model: ModelId, part: &Relation) -> Option<Hop> {
    let declared = cx.schema.model(model);
    let tokens = Tokens::one(part.span);
    match declared.member(&part.name) {
        Some(Member::Relation(id)) => Some(hop(cx.schema, model, id)),
        Some(Member::Field(id)) => {
            let field = field_name(cx.schema, model, id);
            let text = format!("`{}.{field}` is no relation", declared.name);
            cx.diagnostics.error("N0220", tokens, text);
            None
        }
        None => {
            let near = nearest(&part.name, declared.relations.iter().map(|r| r.name.as_str()));
            let text = format!("`{}` has no relation `{}`", declared.name, part.name);
            let error = cx.diagnostics.error("N0202", tokens, text).suggest(near);
            if near.is_none() && cx.schema.model_named(&part.name).is_some() {
                error.note("a prefetch starts at a relation: `relation.filter(…)`");
            }
            None
        }
    }
}

/// All rows that a relation leads to.
fn bare(cx: &mut Context<'_>, hop: Hop, tokens: Tokens) -> Option<Select> {
    let mut draft = Draft::new(hop.to, tokens, Part::Prefetch);
    scope::default(cx, &mut draft, None, &[]);
    chain::finish(cx, draft, None).map(|(select, _)| select)
}

fn with_steps(cx: &mut Context<'_>, hop: Hop, tokens: Tokens, written: &ast::Chain) -> Option<Select> {
    let before = cx.diagnostics.len();
    let mut draft = Draft::new(hop.to, tokens, Part::Prefetch);
    scope::default(cx, &mut draft, None, &written.steps);
    chain::read(cx, &mut draft, None, &written.steps);
    if cx.diagnostics.len() > before {
        return None;
    }
    chain::finish(cx, draft, written.target.clone()).map(|(select, _)| select)
}
