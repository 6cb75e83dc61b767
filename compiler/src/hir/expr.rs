//! Expressions.

use super::condition::Condition;
use super::select::{Order, Select};
use super::types::SqlType;
use super::value::{Literal, ValueId};
use super::window::Window;
use crate::tables::aggregates::AggregateRow;
use nuages_schema::model::{FieldId, ModelId, RelationId};

/// An expression with its type.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Type of its value.
    pub ty: SqlType,
    /// Whether it can be NULL.
    pub nullable: bool,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A column, at the end of a path of relations.
    Column(ColumnPath),
    /// A column of the enclosing query: `OuterRef(path)`. `levels` enclosing queries up, 1 being the next.
    Outer(ColumnPath, u8),
    /// An annotation of the same chain, by index in [`Select::annotations`].
    Annotation(usize),
    /// A column of combined rows, by its number from 0: of [`Select::set`].
    Output(usize),
    /// A constant of type [`Expr::ty`].
    Literal(Literal),
    /// A Rust value: the n-th slot of a [`super::Value`].
    Bound(ValueId, u16),
    /// A function or operator: SQL text with `{0}`, `{1}`, … for the operands and `{*}` for all of them, separated by
    /// commas. Written out in the tables; never from user text.
    Template(&'static str, Vec<Expr>),
    /// SQL that the query itself names or writes.
    Written(Written, Vec<Expr>),
    /// A cast to [`Expr::ty`].
    Cast(Box<Expr>),
    /// An aggregate.
    Aggregate(Box<Aggregate>),
    /// A value over the rows around each row.
    Window(Box<Window>),
    /// `CASE WHEN … THEN … ELSE … END`.
    Case(Vec<(Condition, Expr)>, Option<Box<Expr>>),
    /// A condition as a boolean.
    Condition(Box<Condition>),
    /// `Subquery(chain)`: its single column. The chain sees this query's columns as [`ExprKind::Outer`].
    Subquery(Box<Select>),
}

/// SQL that the query itself names or writes, in literals: no value of Rust is ever part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// `Func("schema.name", …)`: the parts of the name, folded as PostgreSQL folds names.
    Function(Vec<String>),
    /// `Collate(e, "name")`.
    Collation(String),
    /// `RawSQL("… {x} …", …)`: the text before, between and after the operands.
    Raw(Vec<String>),
}

/// A path of relations and the column at its end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ColumnPath {
    /// Relations from the chain's model on. `pk` and keys of a to-one relation are already reduced to the key column
    /// before it (`category.id` is `category_id`), where that is the same value.
    pub hops: Vec<Hop>,
    /// Model that has the column: the last hop's target, or the chain's model.
    pub model: ModelId,
    /// The column.
    pub field: FieldId,
}

/// One relation of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hop {
    /// The model it starts from.
    pub from: ModelId,
    /// The relation.
    pub relation: RelationId,
    /// The model it leads to.
    pub to: ModelId,
    /// At most one row.
    pub to_one: bool,
    /// There may be no row at the other end (nullable key, reverse one-to-one, to-many).
    pub optional: bool,
}

/// An aggregate.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// Its row in the table of aggregates.
    pub function: &'static AggregateRow,
    /// The relations from the chain's model to the aggregated rows, cut after the last to-many one; empty if the
    /// model's own rows are aggregated. All columns in `arguments`, `filter` and `order` have full paths from the
    /// chain's model, whatever this says.
    pub path: Vec<Hop>,
    /// Operands. Empty for `Count()`, and for `Count(relation)`, which counts the rows at the end of `path`.
    pub arguments: Vec<Expr>,
    /// `distinct`.
    pub distinct: bool,
    /// `filter = Q(…)`.
    pub filter: Option<Condition>,
    /// `order_by(…)`.
    pub order: Vec<Order>,
    /// `default = …`, already of the result's type.
    pub default: Option<Box<Expr>>,
    /// Type before the default's and the promised type's cast: the server's own answer.
    pub raw: SqlType,
}

impl Expr {
    /// Calls `visit` on this expression and everything below it in the same chain: not inside subqueries.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        match &self.kind {
            ExprKind::Template(_, operands) | ExprKind::Written(_, operands) => {
                operands.iter().for_each(|e| e.walk(visit));
            }
            ExprKind::Window(window) => {
                window.exprs().for_each(|e| e.walk(visit));
                if let Some(c) = window.filter() {
                    c.walk(visit);
                }
            }
            ExprKind::Cast(e) => e.walk(visit),
            ExprKind::Aggregate(a) => {
                a.arguments.iter().for_each(|e| e.walk(visit));
                if let Some(c) = &a.filter {
                    c.walk(visit);
                }
                a.order.iter().for_each(|o| o.expr.walk(visit));
                if let Some(d) = &a.default {
                    d.walk(visit);
                }
            }
            ExprKind::Case(arms, otherwise) => {
                for (c, e) in arms {
                    c.walk(visit);
                    e.walk(visit);
                }
                if let Some(e) = otherwise {
                    e.walk(visit);
                }
            }
            ExprKind::Condition(c) => c.walk(visit),
            ExprKind::Column(_)
            | ExprKind::Outer(..)
            | ExprKind::Annotation(_)
            | ExprKind::Output(_)
            | ExprKind::Literal(_)
            | ExprKind::Bound(..)
            | ExprKind::Subquery(_) => {}
        }
    }

    /// Whether an aggregate stands in it.
    pub fn has_aggregate(&self) -> bool {
        let mut found = false;
        self.walk(&mut |e| found |= matches!(e.kind, ExprKind::Aggregate(_)));
        found
    }

    /// Whether a window stands in it.
    pub fn has_window(&self) -> bool {
        let mut found = false;
        self.walk(&mut |e| found |= matches!(e.kind, ExprKind::Window(_)));
        found
    }
}

/// Whether two expressions are written alike, so that they have the same value for the same row.
pub fn same(a: &Expr, b: &Expr) -> bool {
    let all = |a: &[Expr], b: &[Expr]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b));
    match (&a.kind, &b.kind) {
        (ExprKind::Column(a), ExprKind::Column(b)) => a == b,
        (ExprKind::Outer(a, n), ExprKind::Outer(b, m)) => a == b && n == m,
        (ExprKind::Annotation(a), ExprKind::Annotation(b)) | (ExprKind::Output(a), ExprKind::Output(b)) => a == b,
        (ExprKind::Literal(x), ExprKind::Literal(y)) => x == y && a.ty == b.ty,
        (ExprKind::Bound(a, n), ExprKind::Bound(b, m)) => a == b && n == m,
        (ExprKind::Template(s, a), ExprKind::Template(t, b)) => s == t && all(a, b),
        (ExprKind::Written(x, a), ExprKind::Written(y, b)) => x == y && all(a, b),
        (ExprKind::Cast(x), ExprKind::Cast(y)) => a.ty == b.ty && same(x, y),
        // One is a copy of the other, then they print alike; what is only written twice is not found.
        (ExprKind::Case(..) | ExprKind::Condition(_) | ExprKind::Subquery(_) | ExprKind::Window(_), kind)
            if std::mem::discriminant(kind) == std::mem::discriminant(&a.kind) =>
        {
            format!("{:?}", a.kind) == format!("{kind:?}")
        }
        _ => false,
    }
}
