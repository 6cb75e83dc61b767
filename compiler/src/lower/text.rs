//! Columns that come back as text, as the client cannot know their types by their OID.
//!
//! In: selects with their columns. Out: the cast where the client reads them, and nowhere else: what compares, orders and
//! combines them does so as their own types have it.

use super::Lower;
use super::prefetch::name_columns;
use super::select::Built;
use crate::hir::expr::same;
use crate::hir::{self, ExprKind, Shape, SqlType};
use crate::plan::{Expr, From, Order, Select, Source};

fn is_text(ty: &SqlType) -> bool {
    as_text(ty).is_some()
}

/// The type as which a column is read, if it is another than its own.
fn as_text(ty: &SqlType) -> Option<SqlType> {
    match ty {
        SqlType::NativeEnum(_) | SqlType::HStore | SqlType::TsVector | SqlType::TsQuery => Some(SqlType::Text),
        SqlType::Array(element, nullable) => Some(SqlType::Array(Box::new(as_text(element)?), *nullable)),
        _ => None,
    }
}

/// Types that the client cannot know by their OID come back as text.
pub(super) fn readable(expr: Expr, ty: &SqlType) -> Expr {
    match as_text(ty) {
        Some(read) => Expr::Cast(Box::new(expr), read),
        None => expr,
    }
}

/// The columns of a select that others read, as their own types have them.
pub(super) fn as_stored(built: &mut Built) {
    for (output, column) in built.select.columns.iter_mut().zip(&built.columns) {
        if let (Some(read), Expr::Cast(inner, ty)) = (as_text(&column.ty), &output.expr)
            && *ty == read
        {
            output.expr = (**inner).clone();
        }
    }
}

/// Distinct rows are ordered by what is selected, and PostgreSQL must see that it is: a subquery that is written twice
/// has other names in it, so that its column is named by its number.
pub(super) fn by_position(select: &hir::Select, built: &mut Select) {
    for (written, order) in select.order.iter().zip(&mut built.order) {
        let Some(position) = position(&select.shape, &written.expr) else { continue };
        if built.columns.get(position).is_some_and(|column| column.expr != order.expr) {
            order.expr = Expr::Position(position + 1);
        }
    }
}

/// Where an expression stands among the columns of a shape: an annotation of a record behind the columns of its models.
fn position(shape: &Shape, expr: &hir::Expr) -> Option<usize> {
    match (shape, &expr.kind) {
        (Shape::Model(record), ExprKind::Annotation(i)) => {
            Some(record.width() + record.annotations.iter().position(|known| known == i)?)
        }
        _ => shape.outputs().iter().position(|output| same(&output.expr, expr)),
    }
}

impl Lower<'_> {
    /// Distinct rows in an order of columns that come back as text: they are ordered as they are stored, and cast by a
    /// select around them.
    pub(super) fn read_as_text(&mut self, built: &mut Built) {
        let cast = |n: usize| built.columns.get(n).is_some_and(|column| is_text(&column.ty));
        if !built.select.order.iter().any(|order| matches!(order.expr, Expr::Position(n) if cast(n - 1))) {
            return;
        }
        as_stored(built);
        let alias = self.alias();
        let mut inner = std::mem::take(&mut built.select);
        let order = inner.order.iter().filter_map(|order| match &order.expr {
            Expr::Position(n) => Some((n - 1, order)),
            expr => Some((inner.columns.iter().position(|column| column.expr == *expr)?, order)),
        });
        let order =
            order.map(|(n, order)| Order { expr: Expr::Column(alias, format!("c{n}")), ..order.clone() }).collect();
        if inner.limit.is_none() && inner.offset.is_none() {
            inner.order.clear();
        }
        let mut columns = name_columns(&mut inner, alias);
        for (output, column) in columns.iter_mut().zip(&built.columns) {
            output.expr = readable(output.expr.clone(), &column.ty);
        }
        let from = From { source: Source::Derived(Box::new(inner)), alias };
        built.select = Select { columns, from: Some(from), order, ..Select::default() };
    }
}
