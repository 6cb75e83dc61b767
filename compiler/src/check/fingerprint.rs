//! What tells one order from another: a number that a cursor carries.
//!
//! In: the keys of an order. Out: the same number wherever the same order is written, in every build; another one if a
//! key, its type, its direction or the place of its NULLs is another. Names go into it, not ids, so that a field more or
//! less elsewhere in the schema changes nothing.

use super::types::describe;
use crate::hir::condition::{Comparison, Condition};
use crate::hir::select::{Annotation, Select};
use crate::hir::window::Function;
use crate::hir::{ColumnPath, Expr, ExprKind, Order};
use nuages_schema::model::Schema;
use std::fmt::Write;

/// The number of an order.
pub fn fingerprint(schema: &Schema, keys: &[Order], annotations: &[Annotation]) -> u64 {
    let mut writer = Writer { schema, annotations, text: String::new() };
    writer.orders(keys);
    fnv(writer.text.as_bytes())
}

/// FNV-1a: short, the same everywhere, and nobody gains by two orders with one number.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

struct Writer<'w> {
    schema: &'w Schema,
    annotations: &'w [Annotation],
    text: String,
}

impl Writer<'_> {
    fn word(&mut self, word: &str) {
        self.text.push_str(word);
        self.text.push(' ');
    }

    fn orders(&mut self, keys: &[Order]) {
        for key in keys {
            self.expr(&key.expr);
            let ty = describe(self.schema, &key.expr.ty);
            let first = key.nulls_first.unwrap_or(key.descending);
            let _ = write!(self.text, "{ty} {} {first} {:?};", key.descending, key.switch);
        }
    }

    fn path(&mut self, path: &ColumnPath) {
        let first = path.hops.first().map_or(path.model, |hop| hop.from);
        self.word(&self.schema.model(first).name.clone());
        for hop in &path.hops {
            self.word(&self.schema.relation(hop.from, hop.relation).name.clone());
        }
        self.word(&self.schema.field(path.model, path.field).column.clone());
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Column(path) => self.path(path),
            ExprKind::Outer(path, levels) => {
                let _ = write!(self.text, "outer {levels} ");
                self.path(path);
            }
            ExprKind::Output(i) => {
                let _ = write!(self.text, "column {i} ");
            }
            ExprKind::Annotation(i) => {
                if let Some(annotation) = self.annotations.get(*i) {
                    let expr = annotation.expr.clone();
                    self.expr(&expr);
                }
            }
            ExprKind::Literal(literal) => {
                let _ = write!(self.text, "{literal:?} ");
            }
            ExprKind::Bound(..) => self.word("value"),
            ExprKind::Template(sql, operands) => {
                self.word(sql);
                operands.iter().for_each(|operand| self.expr(operand));
            }
            ExprKind::Written(written, operands) => {
                let _ = write!(self.text, "{written:?} ");
                operands.iter().for_each(|operand| self.expr(operand));
            }
            ExprKind::Window(window) => {
                match &window.function {
                    Function::Row(row, _) => self.word(row.name),
                    Function::Aggregate(aggregate) => self.word(aggregate.function.name),
                }
                let turned: Vec<bool> = window.order.iter().map(|key| key.descending).collect();
                let _ = write!(self.text, "{} {turned:?} {:?} ", window.partition.len(), window.frame);
                window.exprs().for_each(|e| self.expr(e));
                window.filter().into_iter().for_each(|filter| self.condition(filter));
            }
            ExprKind::Cast(inner) => {
                self.word(&describe(self.schema, &expr.ty));
                self.expr(inner);
            }
            ExprKind::Aggregate(aggregate) => {
                self.word(aggregate.function.name);
                for hop in &aggregate.path {
                    self.word(&self.schema.relation(hop.from, hop.relation).name.clone());
                }
                let _ = write!(self.text, "{} ", aggregate.distinct);
                aggregate.arguments.iter().for_each(|argument| self.expr(argument));
                aggregate.filter.iter().for_each(|filter| self.condition(filter));
                aggregate.default.iter().for_each(|default| self.expr(default));
            }
            ExprKind::Case(arms, otherwise) => {
                for (when, then) in arms {
                    self.word("when");
                    self.condition(when);
                    self.expr(then);
                }
                otherwise.iter().for_each(|otherwise| self.expr(otherwise));
            }
            ExprKind::Condition(condition) => self.condition(condition),
            ExprKind::Subquery(select) => self.select(select),
        }
        self.word(".");
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::All(list) => self.list("all", list),
            Condition::Any(list) => self.list("any", list),
            Condition::Xor(a, b) => {
                self.word("xor");
                self.condition(a);
                self.condition(b);
            }
            Condition::Not(inner) => {
                self.word("not");
                self.condition(inner);
            }
            Condition::Switched(switch, inner) => {
                let _ = write!(self.text, "if {switch} ");
                self.condition(inner);
            }
            Condition::Test(test) => {
                self.expr(&test.left);
                self.comparison(&test.operator);
            }
            Condition::Exists(select) => self.select(select),
            Condition::Expr(e) => self.expr(e),
        }
        self.word(".");
    }

    fn list(&mut self, word: &str, list: &[Condition]) {
        self.word(word);
        list.iter().for_each(|c| self.condition(c));
    }

    fn comparison(&mut self, comparison: &Comparison) {
        match comparison {
            Comparison::Operator(sql, _) | Comparison::Template(sql, _) => self.word(sql),
            Comparison::InSelect(select) | Comparison::InKeySelect(_, select) => self.select(select),
            Comparison::Like { pattern, caseless, .. } => {
                let _ = write!(self.text, "{pattern:?} {caseless} ");
            }
            Comparison::IsNull(is) | Comparison::NoRow(is) => {
                let _ = write!(self.text, "null {is} ");
            }
            Comparison::Period { unit, .. } => {
                let _ = write!(self.text, "{unit:?} ");
            }
            _ => {
                let _ = write!(self.text, "{:?} ", std::mem::discriminant(comparison));
            }
        }
        comparison.operands(&mut |e| self.expr(e));
    }

    /// Annotations of the inner chain are its own.
    fn select(&mut self, select: &Select) {
        let mut inner = Writer { schema: self.schema, annotations: &select.annotations, text: String::new() };
        inner.word(&self.schema.model(select.model).name.clone());
        select.filters.iter().for_each(|filter| inner.condition(&filter.condition));
        select.shape.outputs().iter().for_each(|output| inner.expr(&output.expr));
        inner.orders(&select.order);
        self.text.push_str(&inner.text);
    }
}
