//! `order_by` and the model's `ordering`.
//!
//! In: order keys as written. Out: typed keys. A relation stands for the ordering of its model, as in Django; a path
//! to many rows is reported with the aggregate that would make it one value.

use super::branch;
use super::context::{Context, End, Names};
use super::draft::{Draft, Rows};
use super::path::{columns, follow, hop, key_columns, reduce, typed, whole_key};
use super::shape::{describe, expr_tokens, output_name, path_text};
use crate::ast::{self, OrderKey, Tokens};
use crate::check::cardinality::multiplying;
use crate::check::order::same;
use crate::hir::select::Distinct;
use crate::hir::{ColumnPath, Expr, ExprKind, Hop, Order};
use nuages_schema::model::{Member, ModelId, Schema};

/// The keys of an order inside an expression, `order_by(-a)` of an aggregate or a window.
pub(super) fn orders(cx: &mut Context<'_>, names: &Names<'_>, list: &[ast::Order]) -> Vec<Order> {
    branch::flat(cx, list, &mut |cx, key| {
        let exprs = super::expr::exprs(cx, names, &key.expr).unwrap_or_default();
        each(key, exprs).into_iter().map(|order| (order, key.tokens)).collect()
    })
}

/// A key of an order for each column that it stands for.
fn each(key: &OrderKey, exprs: Vec<Expr>) -> Vec<Order> {
    let order = |expr| Order { expr, descending: key.descending, nulls_first: key.nulls_first, switch: None };
    exprs.into_iter().map(order).collect()
}

/// `order_by(…)` of a chain.
pub(super) fn order_by(cx: &mut Context<'_>, draft: &mut Draft, outer: Option<&Names<'_>>, list: &[ast::Order]) {
    let variants = branch::variants(cx, list, &mut |cx, key| {
        let tokens = expr_tokens(&key.expr, key.tokens);
        if let Some(expanded) = relation(cx, draft, outer, key) {
            return expanded.into_iter().map(|order| (order, tokens)).collect();
        }
        let names = draft.names(outer);
        let Some(expr) = super::expr::expr(cx, &names, &key.expr, None) else { return Vec::new() };
        if draft.set.is_some() && (expr.has_aggregate() || expr.has_window()) {
            let what = if expr.has_window() { "a window" } else { "an aggregate" };
            let text = format!("{what} cannot stand in the order of combined rows, which are ordered by their columns");
            cx.diagnostics.error("N0242", tokens, text);
            return Vec::new();
        }
        if matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Bound(..)) {
            let error = cx.diagnostics.error("N0217", tokens, "a constant orders nothing");
            error.note("an order names fields: `order_by(-price, name)`");
            return Vec::new();
        }
        let expr = if expr.has_aggregate() || expr.has_window() { draft.hidden(expr) } else { expr };
        each(key, vec![expr]).into_iter().map(|order| (order, tokens)).collect()
    });
    draft.order = Some(variants);
}

/// Whether the keys of an order go with the rest of the chain: groups, `distinct`, paths to many rows. The order of a
/// branch is told at its keys.
pub(super) fn check(cx: &mut Context<'_>, draft: &Draft, keys: &[(Order, Tokens)], branch: bool) -> Option<()> {
    if let Some(group) = &draft.group {
        for (key, tokens) in keys {
            if let Some(part) = group.outsider(&key.expr) {
                let found = describe(cx.schema, part, &draft.annotations);
                let text = format!("{found} is neither a key nor an annotation of the grouped chain");
                cx.diagnostics.error("N0218", *tokens, text).note("an aggregate makes one value of it for each group");
                return None;
            }
        }
    }
    let outputs = draft.rows.outputs();
    for (key, tokens) in keys.iter().filter(|_| draft.group.is_none()) {
        let selected = outputs.iter().any(|o| same(&o.expr, &key.expr));
        if let Some(path) = multiplying(&key.expr).filter(|_| !selected) {
            let path = path_text(cx.schema, path);
            let text = format!("`{path}` leads to many rows, an order has one value for each");
            let error = cx.diagnostics.error("N0215", *tokens, text);
            error.note(format!("`order_by(Min({path}))` orders by the least of them"));
            return None;
        }
    }
    match &draft.distinct {
        Distinct::No => {}
        Distinct::Rows => {
            let columns = match &draft.rows {
                Rows::Model => draft.read_columns(cx),
                _ => draft.rows.outputs().iter().map(|o| o.expr.clone()).collect(),
            };
            for (key, tokens) in keys {
                if !columns.iter().any(|column| same(column, &key.expr)) {
                    let text = "after `distinct()` an order may only name columns that are selected";
                    cx.diagnostics.error("N0217", *tokens, text);
                    return None;
                }
            }
        }
        Distinct::On(on) => {
            let mut first = keys.iter().take(on.len());
            let wrong = first.find(|(key, _)| !on.iter().any(|e| same(e, &key.expr)));
            let missing = keys.last().filter(|_| keys.len() < on.len());
            if let Some((_, key)) = wrong.or(missing) {
                let text = "the fields of `distinct` must stand first in `order_by`";
                let on = on.iter().map(|e| describe(cx.schema, e, &draft.annotations));
                let on = on.collect::<Vec<_>>().join(", ");
                let at = if branch { *key } else { draft.distinct_at };
                cx.diagnostics.error("N0217", at, text).note(format!("first {on}, then others"));
                return None;
            }
        }
    }
    Some(())
}

/// The model's `ordering`.
pub(super) fn default_order(cx: &Context<'_>, model: ModelId) -> Vec<Order> {
    let mut keys = Vec::new();
    ordering(cx.schema, model, &[], false, &mut Vec::new(), &mut keys);
    keys
}

/// The keys of `order_by(category)`: the ordering of the related model. `None`: it is not a path to a relation, or
/// rows are grouped or made equal by the key itself.
fn relation(cx: &mut Context<'_>, draft: &Draft, outer: Option<&Names<'_>>, key: &OrderKey) -> Option<Vec<Order>> {
    let ast::Expr::Path(path) = &key.expr else { return None };
    if let Some(parts) = draft.rows.key(&output_name(path)) {
        return Some(each(key, parts.iter().map(|part| part.expr.clone()).collect()));
    }
    if let Some(combined) = &draft.set {
        // All other names are columns; a key of several is all of them.
        let fields = &cx.schema.model(draft.model).key;
        let keys: Option<Vec<Expr>> = fields.iter().map(|f| combined.column(*f, &draft.annotations)).collect();
        let keys = keys.filter(|keys| keys.len() > 1 && path.single() == Some("pk"))?;
        return Some(each(key, keys));
    }
    let names = draft.names(outer);
    let before = cx.diagnostics.len();
    let Some(followed) = follow(cx, &names, path) else {
        // Reported: nothing more to say of it.
        return (cx.diagnostics.len() > before || path.dangling).then(Vec::new);
    };
    if followed.end != End::Relation || !followed.rest.is_empty() || !followed.hops.iter().all(|hop| hop.to_one) {
        return whole_key(cx.schema, &names, &followed).map(|columns| each(key, columns));
    }
    let model = followed.hops.last()?.to;
    let selected = draft.group.is_some() || !matches!(draft.rows, Rows::Model);
    if selected {
        let exprs = columns(cx, &names, &followed)?;
        let read = |expr| draft.rows.outputs().iter().any(|o| same(&o.expr, expr));
        if draft.group.is_some() || exprs.iter().all(read) {
            return Some(each(key, exprs));
        }
    }
    if cx.schema.model(model).ordering.is_empty() {
        return Some(each(key, columns(cx, &names, &followed).unwrap_or_default()));
    }
    let mut keys = Vec::new();
    ordering(cx.schema, model, &followed.hops, key.descending, &mut vec![draft.model], &mut keys);
    for order in &mut keys {
        order.nulls_first = key.nulls_first;
    }
    Some(keys)
}

/// Appends the ordering of the model at the end of `prefix`; a relation in it stands for the ordering of its model.
fn ordering(
    schema: &Schema,
    model: ModelId,
    prefix: &[Hop],
    turned: bool,
    seen: &mut Vec<ModelId>,
    keys: &mut Vec<Order>,
) {
    seen.push(model);
    for key in &schema.model(model).ordering {
        let descending = key.descending != turned;
        let mut hops = prefix.to_vec();
        let mut at = model;
        let mut exprs: Vec<Expr> = Vec::new();
        let mut ended = false;
        for name in key.path.iter().flat_map(|part| part.split("__")) {
            match schema.model(at).member(name) {
                Some(Member::Relation(id)) => {
                    let next = hop(schema, at, id);
                    at = next.to;
                    hops.push(next);
                }
                Some(Member::Field(field)) => {
                    let path = ColumnPath { hops: hops.clone(), model: at, field };
                    exprs.push(typed(schema, &[], reduce(schema, path)));
                    ended = true;
                }
                None => {
                    exprs.extend(key_columns(schema, at, &hops));
                    ended = true;
                }
            }
        }
        if !ended && !seen.contains(&at) && !schema.model(at).ordering.is_empty() {
            ordering(schema, at, &hops, descending, seen, keys);
            continue;
        }
        if !ended {
            exprs.extend(key_columns(schema, model, &hops));
        }
        keys.extend(exprs.into_iter().map(|expr| Order { expr, descending, nulls_first: None, switch: None }));
    }
    seen.pop();
}
