//! Orders: whether one is total, and the keys that make it so.
//!
//! In: the keys in force. Out: the same keys, followed by the ones that pages need so that they never overlap. Nothing
//! is added to a random order.

pub use crate::hir::expr::same;
use crate::hir::select::Annotation;
use crate::hir::{Expr, ExprKind, Order, Output, Written};
use nuages_schema::model::{FieldId, ModelId, Schema};

/// Whether the order is random: nothing can or should complete it.
pub fn is_random(order: &[Order], annotations: &[Annotation]) -> bool {
    order.iter().any(|key| {
        let mut random = false;
        let mut look = |e: &Expr| {
            random |= match &e.kind {
                ExprKind::Template(sql, _) => sql.to_ascii_lowercase().contains("random()"),
                ExprKind::Written(Written::Function(name), _) => name.last().is_some_and(|name| name == "random"),
                ExprKind::Written(Written::Raw(parts), _) => {
                    parts.iter().any(|text| text.to_ascii_lowercase().contains("random("))
                }
                _ => false,
            };
        };
        key.expr.walk(&mut |e| {
            look(e);
            if let ExprKind::Annotation(i) = e.kind {
                annotations[i].expr.walk(&mut look);
            }
        });
        random
    })
}

/// Whether no two rows of the model are equal under the order: it holds the primary key, or all fields of an
/// unconditional unique constraint none of which can be NULL.
pub fn is_total(schema: &Schema, model: ModelId, order: &[Order], annotations: &[Annotation]) -> bool {
    let mut own: Vec<FieldId> = Vec::new();
    for key in order {
        let mut expr = &key.expr;
        while let ExprKind::Annotation(i) = expr.kind {
            expr = &annotations[i].expr;
        }
        if let ExprKind::Column(path) = &expr.kind
            && path.hops.is_empty()
        {
            own.push(path.field);
        }
    }
    schema.model(model).tells_apart(&own)
}

/// Whether rows that are equal under the order are equal in these outputs, too. Under a collation of its own, texts that
/// differ may be equal.
pub fn says_all(schema: &Schema, order: &[Order], outputs: &[Output]) -> bool {
    !outputs.is_empty()
        && outputs.iter().all(|output| {
            let plain = matches!(&output.expr.kind, ExprKind::Column(path)
                if schema.field(path.model, path.field).collation.is_none());
            plain && order.iter().any(|key| same(&key.expr, &output.expr))
        })
}

/// Appends the keys that are not in the order yet, all in the direction of its last key.
pub fn complete(order: &mut Vec<Order>, keys: impl IntoIterator<Item = Expr>) {
    let descending = order.last().is_some_and(|key| key.descending);
    for expr in keys {
        if !order.iter().any(|key| same(&key.expr, &expr)) {
            order.push(Order { expr, descending, nulls_first: None, switch: None });
        }
    }
}

/// The variants of a chain's order ([`crate::hir::Select::order`]): the switch that is set in each (`None`: there is only
/// one), and all keys in force in it. A variant without keys is not among them.
pub fn variants(order: &[Order]) -> impl Iterator<Item = (Option<u8>, &[Order])> {
    order.chunk_by(|a, b| a.switch == b.switch).filter_map(|keys| Some((keys.first()?.switch, keys)))
}

/// Turns every key round, NULLs too.
pub fn reverse(order: &mut [Order]) {
    for key in order {
        key.descending = !key.descending;
        key.nulls_first = key.nulls_first.map(|first| !first);
    }
}
