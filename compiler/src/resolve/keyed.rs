//! `in_bulk`: a map from a key to its row.
//!
//! In: the list and the field as written. Out: the condition that a row's key is one of the list's, and the columns of
//! the key.

use super::chain::add_filter;
use super::context::{Context, End};
use super::draft::{Draft, Rows};
use super::lookup;
use super::path::{follow, trailing};
use super::shape::written;
use crate::ast::{Path, Segment, SegmentKind, Tokens, Value};
use crate::hir::select::Distinct;
use crate::hir::{Ending, ExprKind, SqlType};
use crate::tables::classes::Class;
use nuages_schema::model::{FieldId, IndexTarget, RelationKind};
use proc_macro2::Span;

/// `in_bulk(values, field)`. `None`: reported.
pub(super) fn in_bulk(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    values: Option<&Value>,
    field: Option<&Path>,
    equals: Span,
    place: Tokens,
) -> Option<Ending> {
    if !matches!(draft.rows, Rows::Model) {
        let error =
            cx.diagnostics.error("N0221", place, "`in_bulk` gives objects by their key, the chain gives values");
        error.note("`values` gives plain columns, no rows of a model");
        return None;
    }
    let pk = Path { segments: vec![segment("pk", place.last)], dangling: false };
    let path = field.unwrap_or(&pk);
    let fields = key(cx, draft, path, field.is_none(), place)?;
    let Some(values) = values else { return Some(Ending::Keyed(fields)) };
    let mut left = path.clone();
    left.segments.push(segment("in", values.place.first));
    let names = draft.names(None);
    let followed = follow(cx, &names, &left)?;
    let condition = lookup::test(cx, &names, &followed, false, equals, values)?;
    add_filter(cx, draft, condition, place);
    Some(Ending::Keyed(fields))
}

/// The columns of the map's key.
fn key(cx: &mut Context<'_>, draft: &Draft, path: &Path, primary: bool, place: Tokens) -> Option<Vec<FieldId>> {
    let names = draft.names(None);
    let tokens = if primary { place } else { path.tokens() };
    if primary && cx.schema.model(draft.model).key.is_empty() {
        let text = format!("`{}` has no primary key: `in_bulk(values, field)` names a field", names_of(cx, draft));
        cx.diagnostics.error("N0205", tokens, text);
        return None;
    }
    let followed = follow(cx, &names, path)?;
    if trailing(cx, &followed) {
        return None;
    }
    let own = match (followed.end, followed.hops.as_slice()) {
        (End::CompositeKey(model), []) => return Some(cx.schema.model(model).key.clone()),
        (End::Field(_, id), []) => Some(id),
        (End::Relation, [hop]) => match cx.schema.relation(hop.from, hop.relation).kind {
            RelationKind::Forward { field } => Some(field),
            _ => None,
        },
        _ => None,
    };
    let Some(id) = own else {
        let text = format!("`{}` is no field of `{}`", written(path), names_of(cx, draft));
        cx.diagnostics.error("N0264", tokens, text);
        return None;
    };
    let declared = cx.schema.model(draft.model);
    if !is_unique(cx, draft, id) {
        let text = format!("`{}.{}` is not unique, several rows would have one key", declared.name, written(path));
        let unique = declared.field_ids().filter(|id| is_unique(cx, draft, *id));
        let known: Vec<String> = unique.map(|id| format!("`{}`", declared.field(id).attname)).collect();
        let error = cx.diagnostics.error("N0264", tokens, text);
        error.note(format!("unique are {}", known.join(", ")));
        return None;
    }
    let ty = SqlType::of_field(cx.schema, declared.field(id));
    if matches!(Class::of(&ty), Class::Float | Class::Json | Class::HStore) {
        let ty = crate::check::types::article(&crate::check::types::describe(cx.schema, &ty));
        let text = format!("`{}.{}`, {ty}, cannot be the key of a map", declared.name, written(path));
        cx.diagnostics.error("N0264", tokens, text);
        return None;
    }
    Some(vec![id])
}

/// Whether no two rows of the chain have one value of a field.
fn is_unique(cx: &Context<'_>, draft: &Draft, id: FieldId) -> bool {
    let declared = cx.schema.model(draft.model);
    let alone = matches!(&draft.distinct, Distinct::On(keys) if matches!(keys.as_slice(), [key]
        if matches!(&key.kind, ExprKind::Column(path) if path.hops.is_empty() && path.field == id)));
    alone
        || declared.key == [id]
        || declared.uniques.iter().filter(|u| u.condition.is_none()).any(|unique| match unique.items.as_slice() {
            [item] => matches!(item.target, IndexTarget::Field(f) if f == id),
            _ => false,
        })
}

fn names_of(cx: &Context<'_>, draft: &Draft) -> String {
    cx.schema.model(draft.model).name.clone()
}

fn segment(name: &str, span: Span) -> Segment {
    Segment { kind: SegmentKind::Name(name.to_owned()), span, ident: None, alias: None }
}
