//! Windows, and SQL that the query itself names or writes, as text.
//!
//! In: plan expressions. Out: fragments; names are quoted, and what the query wrote stands in parentheses of its own.

use super::Fragment;
use super::expr::{Writer, list, seq, text};
use super::ident::quote;
use crate::hir::window::FrameUnit;
use crate::hir::{Frame, Written};
use crate::plan::{Expr, Window};

impl Writer<'_> {
    /// `call OVER (PARTITION BY … ORDER BY … ROWS BETWEEN …)`.
    pub(super) fn window(&mut self, window: &Window) -> Fragment {
        let mut parts = vec![self.expr(&window.call), text(" OVER (")];
        // Each part knows whether it comes first.
        let partition = window.partition.iter().map(|e| self.sort_key(e)).collect();
        let order = window.order.iter().map(|o| self.order(o)).collect();
        let clauses = vec![
            list("PARTITION BY ", ", ", "", partition),
            list("ORDER BY ", ", ", "", order),
            text(&window.frame.as_ref().map_or_else(String::new, frame)),
        ];
        parts.push(list("", " ", "", clauses));
        parts.push(text(")"));
        seq(parts)
    }

    /// A function, a collation or a piece of SQL that the query gives.
    pub(super) fn written(&mut self, written: &Written, operands: &[Expr]) -> Fragment {
        match written {
            Written::Function(name) => {
                let name: Vec<String> = name.iter().map(|part| quote(part)).collect();
                let mut parts = vec![text(&format!("{}(", name.join(".")))];
                for (i, operand) in operands.iter().enumerate() {
                    if i > 0 {
                        parts.push(text(", "));
                    }
                    parts.push(self.expr(operand));
                }
                parts.push(text(")"));
                seq(parts)
            }
            Written::Collation(name) => {
                let mut parts = vec![text("(")];
                parts.extend(operands.iter().map(|e| self.operand(e)));
                parts.push(text(&format!(" COLLATE {})", quote(name))));
                seq(parts)
            }
            Written::Raw(pieces) => {
                let mut operands = operands.iter();
                let mut parts = vec![text("(")];
                for piece in pieces {
                    parts.push(text(piece));
                    parts.extend(operands.next().map(|e| self.operand(e)));
                }
                parts.push(text(")"));
                seq(parts)
            }
        }
    }
}

/// `ROWS BETWEEN 2 PRECEDING AND CURRENT ROW`.
fn frame(frame: &Frame) -> String {
    let unit = match frame.unit {
        FrameUnit::Rows => "ROWS",
        FrameUnit::Range => "RANGE",
        FrameUnit::Groups => "GROUPS",
    };
    let bound = |n: Option<i64>, open: &str| match n {
        None => format!("UNBOUNDED {open}"),
        Some(0) => "CURRENT ROW".to_owned(),
        Some(n) if n < 0 => format!("{} PRECEDING", n.unsigned_abs()),
        Some(n) => format!("{n} FOLLOWING"),
    };
    format!("{unit} BETWEEN {} AND {}", bound(frame.start, "PRECEDING"), bound(frame.end, "FOLLOWING"))
}
