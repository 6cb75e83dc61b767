//! Windows: functions over rows around each row.

use super::condition::Condition;
use super::expr::{Aggregate, Expr, ExprKind};
use super::select::{Annotation, Order};
use crate::tables::windows::WindowRow;

/// `Window(function, partition_by(…), order_by(…), frame(…))`.
#[derive(Debug, Clone)]
pub struct Window {
    /// What is computed.
    pub function: Function,
    /// `partition_by(…)`.
    pub partition: Vec<Expr>,
    /// `order_by(…)`.
    pub order: Vec<Order>,
    /// `frame(…)`.
    pub frame: Option<Frame>,
}

/// What a window computes.
#[derive(Debug, Clone)]
pub enum Function {
    /// A window function with its operands.
    Row(&'static WindowRow, Vec<Expr>),
    /// An aggregate. Its path is empty, it has neither `distinct` nor an order of its own.
    Aggregate(Box<Aggregate>),
}

/// The rows around a row that a function sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What is counted.
    pub unit: FrameUnit,
    /// The first, 0 being the current row, negative before it; `None`: of the partition.
    pub start: Option<i64>,
    /// The last; `None`: of the partition.
    pub end: Option<i64>,
}

/// What the bounds of a frame count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameUnit {
    /// Rows.
    Rows,
    /// The distance in the value that is ordered by.
    Range,
    /// Rows that are equal in the order, as one.
    Groups,
}

impl Window {
    /// Everything in it but the aggregate's filter.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let (operands, default): (&[Expr], Option<&Expr>) = match &self.function {
            Function::Row(_, operands) => (operands, None),
            Function::Aggregate(a) => (&a.arguments, a.default.as_deref()),
        };
        operands.iter().chain(default).chain(&self.partition).chain(self.order.iter().map(|o| &o.expr))
    }

    /// The aggregate's filter.
    pub fn filter(&self) -> Option<&Condition> {
        match &self.function {
            Function::Row(..) => None,
            Function::Aggregate(a) => a.filter.as_ref(),
        }
    }
}

impl Frame {
    /// Whether the row itself is among those it sees.
    pub fn holds_current(&self) -> bool {
        self.start.is_none_or(|n| n <= 0) && self.end.is_none_or(|n| n >= 0)
    }
}

/// Whether a window is part of an expression, or of an annotation that it reads.
pub fn is_windowed(expr: &Expr, annotations: &[Annotation]) -> bool {
    let mut found = false;
    expr.walk(&mut |e| found |= is_window(e, annotations));
    found
}

/// Whether a condition tests a window, or an annotation with one.
pub fn tests_window(condition: &Condition, annotations: &[Annotation]) -> bool {
    let mut found = false;
    condition.walk(&mut |e| found |= is_window(e, annotations));
    found
}

fn is_window(e: &Expr, annotations: &[Annotation]) -> bool {
    match &e.kind {
        ExprKind::Window(_) => true,
        ExprKind::Annotation(i) => is_windowed(&annotations[*i].expr, &annotations[..*i]),
        _ => false,
    }
}
