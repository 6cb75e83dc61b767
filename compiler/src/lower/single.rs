//! Chains of one row.
//!
//! In: a chain of which one row is wanted. Out: whether its conditions fix a key, so that there is no other. It needs no
//! limit then, which costs the server a step of its plan: a few hundredths of what it does to find a row by its key.

use super::select::has_many;
use crate::hir::condition::{Comparison, Condition, Test};
use crate::hir::{ExprKind, Select};
use nuages_schema::model::{FieldId, IndexTarget, Schema, Unique};

/// Whether the constraints of the model leave one row at most.
pub(super) fn is_single(schema: &Schema, select: &Select) -> bool {
    if select.set.is_some() || select.group.is_some() || select.shape.outputs().iter().any(|o| has_many(&o.expr)) {
        return false;
    }
    let mut fixed = Vec::new();
    select.filters.iter().for_each(|filter| equal(&filter.condition, &mut fixed));
    let is_fixed = |key: &[FieldId]| !key.is_empty() && key.iter().all(|field| fixed.contains(field));
    let model = schema.model(select.model);
    is_fixed(&model.key) || model.uniques.iter().filter_map(columns).any(|key| is_fixed(&key))
}

/// The columns that have one value in all rows, whatever the switches.
fn equal(condition: &Condition, out: &mut Vec<FieldId>) {
    match condition {
        Condition::All(list) => list.iter().for_each(|part| equal(part, out)),
        Condition::Test(Test { left, operator: Comparison::Operator("=", right), switch: None }) => {
            if let (ExprKind::Column(path), ExprKind::Bound(..) | ExprKind::Literal(_)) = (&left.kind, &right.kind)
                && path.hops.is_empty()
            {
                out.push(path.field);
            }
        }
        _ => {}
    }
}

/// The columns of a constraint on all rows.
fn columns(unique: &Unique) -> Option<Vec<FieldId>> {
    let field = |target: &IndexTarget| match target {
        IndexTarget::Field(field) => Some(*field),
        IndexTarget::Expression(_) => None,
    };
    let all = unique.items.iter().map(|item| field(&item.target)).collect();
    if unique.condition.is_none() { all } else { None }
}
