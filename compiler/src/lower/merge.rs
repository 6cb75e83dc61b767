//! Groups whose aggregates read several classes of rows, in one select.
//!
//! In: a grouped chain with aggregates over relations. Out: whether each row of the chain can have its own part of every
//! one of them, from a table that is grouped by its key and joined to it, and what merges these parts in a group. So each
//! relation is aggregated once, whatever the keys are, and groups need not find each other.

use super::aggregate::uses_only;
use super::binding::bindings;
use super::group::{Class, Grouping};
use super::{Lower, first_many};
use crate::hir::{self, Aggregate, ColumnPath, ExprKind, Hop, SqlType};
use crate::plan::{self, Expr};
use crate::tables::aggregates::Merge;
use nuages_schema::model::RelationKind;

impl<'a> Lower<'a> {
    /// Whether one select gives all classes: the aggregates over relations merge, and each row of the chain stands once in
    /// each of its groups.
    pub(super) fn merges(&self, grouping: &Grouping<'_, 'a>, classes: &[Class<'a>]) -> bool {
        let Some(scope) = self.chains.last() else { return false };
        let once = grouping.key_path.is_empty() || self.once(grouping.keys, grouping.key_path);
        let horizon = scope.select.filters.len();
        let beside = first_many(grouping.key_path).map_or(&[][..], |end| &grouping.key_path[..end]);
        once && self.chains.len() == 1
            && classes.iter().filter(|class| !class.path.is_empty()).all(|class| {
                let bound: Vec<_> =
                    bindings(scope, &class.path, horizon).into_iter().flat_map(|b| b.conditions).collect();
                let prefix = first_many(&class.path).map_or(&[][..], |end| &class.path[..end]);
                prefix != beside && class.aggregates.iter().all(|(a, _)| mergeable(a) && uses_only(a, &bound, prefix))
            })
    }

    /// Whether no row of the chain meets two related rows with the same keys on this path.
    pub(super) fn once(&self, keys: &[hir::Expr], path: &[Hop]) -> bool {
        let Some((hop, _)) = path.split_last() else { return true };
        let fields: Vec<_> = keys
            .iter()
            .filter_map(|key| match &key.kind {
                ExprKind::Column(ColumnPath { hops, field, .. }) if hops == path => Some(*field),
                _ => None,
            })
            .collect();
        let links = match self.kind(*hop) {
            RelationKind::ManyToMany { through, near, far, .. } => self.schema.model(through).tells_apart(&[near, far]),
            _ => true,
        };
        links && first_many(path) == Some(path.len()) && self.schema.model(hop.to).tells_apart(&fields)
    }

    /// What merges the parts of an aggregate that the rows of a group have.
    pub(super) fn merged(&mut self, aggregate: &'a Aggregate, ty: &SqlType) -> Expr {
        let all = self.scope().select.filters.len();
        let before = std::mem::replace(&mut self.scope().horizon, all);
        let part = |l: &mut Self, sql: Option<&'static str>| {
            l.derived(aggregate, |l| match (l.call(aggregate, &aggregate.raw), sql) {
                (Expr::Aggregate(call), Some(sql)) => Expr::Aggregate(Box::new(plan::Aggregate { sql, ..*call })),
                (call, _) => call,
            })
            .unwrap_or(Expr::Literal(hir::Literal::Null, aggregate.raw.clone()))
        };
        let value = match aggregate.function.merge {
            Merge::Min => over("MIN({0})", part(self, None)),
            Merge::Max => over("MAX({0})", part(self, None)),
            Merge::Mean => {
                let sum = over("SUM({0})", part(self, Some("SUM({0})")));
                let count = over("SUM({0})", part(self, Some("COUNT({0})")));
                Expr::Template("({0} / {1})", vec![sum, count])
            }
            Merge::Sum | Merge::No => over("SUM({0})", part(self, None)),
        };
        self.scope().horizon = before;
        let same = match aggregate.function.merge {
            Merge::Min | Merge::Max => aggregate.raw == *ty,
            // Sums of whole numbers are decimals.
            _ => *ty != SqlType::Int8 && aggregate.raw == *ty,
        };
        let value = if same { value } else { Expr::Cast(Box::new(value), ty.clone()) };
        self.close(aggregate, value, true)
    }
}

/// An aggregate call on one operand.
fn over(sql: &'static str, operand: Expr) -> Expr {
    let arguments = vec![operand];
    Expr::Aggregate(Box::new(plan::Aggregate { sql, arguments, distinct: false, order: Vec::new(), filter: None }))
}

/// Whether parts of it say the whole, to the last digit.
fn mergeable(aggregate: &Aggregate) -> bool {
    let exact = !matches!(aggregate.raw, SqlType::Float4 | SqlType::Float8);
    let merges = match aggregate.function.merge {
        Merge::Sum => exact,
        Merge::Mean => aggregate.raw == SqlType::Numeric,
        Merge::Min | Merge::Max => true,
        Merge::No => false,
    };
    merges && !aggregate.distinct && aggregate.order.is_empty()
}
