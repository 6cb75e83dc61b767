//! A many-to-many relation beside the rows that link it, in one filter.
//!
//! `Person.filter(groups.name = "a", memberships.since.gt = day)` speaks of one membership, as in Django, which documents
//! it (*Extra fields on many-to-many relationships*): both paths begin with the same rows of the model between.
//!
//! In: the conditions of a filter, and paths. Out: paths in which such a relation is spelt as the two that it consists of,
//! to the rows between and on from them, so that both begin with the same relation in all that follows. Where a filter
//! says so is known once it is read, so the query is then read once more.

use super::context::{Context, End, Followed, Names};
use super::path;
use crate::ast::{Path, Segment, SegmentKind};
use crate::hir::{Condition, ExprKind, Hop};
use nuages_schema::model::{ModelId, RelationId, RelationKind, Schema};

/// A many-to-many relation that is spelt as two: the chain's model, the path before it, itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelt {
    model: ModelId,
    before: Vec<Hop>,
    hop: Hop,
}

/// Follows a path, with the relations that are spelt as two.
pub(super) fn follow<'p>(cx: &mut Context<'_>, names: &Names<'_>, path: &'p Path) -> Option<Followed<'p>> {
    let mut followed = path::follow(cx, names, path)?;
    followed.hops = spell(cx, names.model, &followed.hops);
    Some(followed)
}

/// The same for a condition. Whether there is a related row at all is asked of the relation as it is.
pub(super) fn follow_tested<'p>(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    path: &'p Path,
    none: bool,
) -> Option<Followed<'p>> {
    let mut followed = path::follow(cx, names, path)?;
    let asked = followed.end == End::Relation
        && (none
            || matches!(path.segments.last(), Some(Segment { kind: SegmentKind::Name(name), .. }) if name == "isnull"));
    let whole = followed.hops.len() - usize::from(asked);
    let (hops, last) = followed.hops.split_at(whole.min(followed.hops.len()));
    followed.hops = [&spell(cx, names.model, hops), last].concat();
    Some(followed)
}

fn spell(cx: &Context<'_>, model: ModelId, hops: &[Hop]) -> Vec<Hop> {
    let mut out: Vec<Hop> = Vec::new();
    for hop in hops {
        let spelt = cx.spelt.iter().any(|s| s.model == model && s.hop == *hop && s.before == out);
        match two(cx.schema, *hop) {
            Some(two) if spelt => out.extend(two),
            _ => out.push(*hop),
        }
    }
    out
}

/// The relations that a many-to-many one consists of, if both have a name and no row between lacks its far end.
fn two(schema: &Schema, hop: Hop) -> Option<[Hop; 2]> {
    let RelationKind::ManyToMany { through, near, far, .. } = schema.relation(hop.from, hop.relation).kind else {
        return None;
    };
    let find = |model: ModelId, target: ModelId, wanted: RelationKind| {
        let position = schema.model(model).relations.iter().position(|r| r.target == target && r.kind == wanted)?;
        Some(path::hop(schema, model, RelationId(u32::try_from(position).ok()?)))
    };
    let rows = find(hop.from, through, RelationKind::ReverseMany { field: near })?;
    let on = find(through, hop.to, RelationKind::Forward { field: far })?;
    (!schema.field(through, far).nullable).then_some([rows, on])
}

/// Sees the condition of a filter.
pub(super) fn see(cx: &mut Context<'_>, model: ModelId, condition: &Condition) {
    let mut paths: Vec<Vec<Hop>> = Vec::new();
    condition.walk(&mut |e| match &e.kind {
        ExprKind::Column(path) if !path.hops.is_empty() => paths.push(path.hops.clone()),
        _ => {}
    });
    for path in &paths {
        for (at, hop) in path.iter().enumerate() {
            let Some([rows, _]) = two(cx.schema, *hop) else { continue };
            let before = &path[..at];
            if paths.iter().any(|other| other.starts_with(before) && other.get(at) == Some(&rows)) {
                let spelt = Spelt { model, before: before.to_vec(), hop: *hop };
                if !cx.spelt.contains(&spelt) && !cx.to_spell.contains(&spelt) {
                    cx.to_spell.push(spelt);
                }
            }
        }
    }
}
