//! Expressions.
//!
//! In: typed expressions over paths. Out: SQL expressions over aliases; aggregates become calls or values of each row,
//! as the select being planned says.

use super::{Lower, Mode};
use crate::hir::{self, ExprKind, Literal, SqlType, ValueId};
use crate::plan::{self, Expr};

impl<'a> Lower<'a> {
    /// An expression of the chain being planned.
    pub(super) fn expr(&mut self, expr: &'a hir::Expr) -> Expr {
        if let Some(given) = self.given(expr) {
            return given;
        }
        if let Some(mapped) = self.mapped(expr) {
            return mapped;
        }
        match &expr.kind {
            ExprKind::Column(path) => self.column(path),
            ExprKind::Outer(path, levels) => {
                let chain = self.current().saturating_sub(usize::from(*levels));
                let key = self.chains[chain].mapped.as_ref().and_then(|mapped| mapped.column(path));
                key.unwrap_or_else(|| self.column_in(chain, path))
            }
            ExprKind::Annotation(index) => self.annotation(*index),
            ExprKind::Output(index) => self.set_column(*index),
            ExprKind::Literal(literal) => Expr::Literal(literal.clone(), expr.ty.clone()),
            ExprKind::Bound(value, part) => {
                self.given_column(*value).unwrap_or_else(|| self.param_of(*value, *part, &expr.ty))
            }
            ExprKind::Template(sql, operands) => Expr::Template(sql, operands.iter().map(|e| self.expr(e)).collect()),
            ExprKind::Written(written, operands) => {
                Expr::Written(written.clone(), operands.iter().map(|e| self.expr(e)).collect())
            }
            ExprKind::Window(window) => self.window(window, &expr.ty),
            ExprKind::Cast(inner) => Expr::Cast(Box::new(self.expr(inner)), expr.ty.clone()),
            ExprKind::Aggregate(aggregate) => match self.scope().mode {
                Mode::Rows => self.row_aggregate(aggregate, &expr.ty),
                Mode::Merge if !aggregate.path.is_empty() => self.merged(aggregate, &expr.ty),
                Mode::Call | Mode::Merge => {
                    let call = self.call(aggregate, &expr.ty);
                    self.close(aggregate, call, false)
                }
            },
            ExprKind::Case(arms, otherwise) => {
                let arms = arms
                    .iter()
                    .map(|(when, then)| {
                        let when = plan::Condition::All(self.conjunction(&[when]));
                        (when, self.expr(then))
                    })
                    .collect();
                let otherwise = otherwise.as_ref().map(|e| Box::new(self.expr(e)));
                Expr::Case(arms, otherwise)
            }
            ExprKind::Condition(condition) => {
                Expr::Condition(Box::new(plan::Condition::All(self.conjunction(&[condition]))))
            }
            ExprKind::Subquery(select) => Expr::Scalar(Box::new(self.column_select(select))),
        }
    }

    /// An annotation, written out where it is used. Its aggregates see the rows that the filters before it bound.
    fn annotation(&mut self, index: usize) -> Expr {
        let select = self.scope().select;
        let annotation = &select.annotations[index];
        let before = std::mem::replace(&mut self.scope().horizon, annotation.after);
        let expr = self.expr(&annotation.expr);
        self.scope().horizon = before;
        expr
    }

    /// A slot of a bound value.
    pub(super) fn param(&self, value: ValueId, part: u16) -> Expr {
        let ty = self.values[usize::from(value.0)].ty.clone();
        self.param_of(value, part, &ty)
    }

    fn param_of(&self, value: ValueId, part: u16, ty: &SqlType) -> Expr {
        Expr::Param(self.values[usize::from(value.0)].slot + part, ty.clone())
    }

    /// A bound list. Types without an array OID go as text and are cast.
    pub(super) fn list(&self, value: ValueId) -> Expr {
        let value = &self.values[usize::from(value.0)];
        Self::array(value.slot, &value.ty)
    }

    /// A slot with an array of a type.
    pub(super) fn array(slot: u16, ty: &SqlType) -> Expr {
        let array = SqlType::Array(Box::new(ty.clone()), false);
        if matches!(ty, SqlType::Custom { .. }) {
            // Its values are written as what the server says they are.
            return Expr::Cast(Box::new(Expr::Param(slot, array.clone())), array);
        }
        if ty.array_oid() == 0 {
            let text = SqlType::Array(Box::new(SqlType::Text), false);
            return Expr::Cast(Box::new(Expr::Param(slot, text)), array);
        }
        Expr::Param(slot, array)
    }

    /// Whether an expression can be NULL for the rows in hand: relations that a semi-join has already followed do not
    /// make it so.
    pub(super) fn nullable(&self, expr: &hir::Expr) -> bool {
        if !expr.nullable {
            return false;
        }
        let ExprKind::Column(path) = &expr.kind else { return true };
        let scope = &self.chains[self.chains.len() - 1];
        let followed = scope.frames[scope.frame_of(&path.hops)].prefix.len();
        self.schema.field(path.model, path.field).nullable
            || path.hops[followed..].iter().any(|h| h.optional && h.to_one)
    }
}

/// A constant typed on its own: where nothing beside it says what it is.
pub(super) fn typed(expr: Expr, ty: &SqlType) -> Expr {
    match expr {
        Expr::Literal(Literal::Bool(_), _) => expr,
        Expr::Literal(..) => Expr::Cast(Box::new(expr), ty.clone()),
        _ => expr,
    }
}
