//! SQL-shaped plans: what a statement does, before it is text.
//!
//! In: nothing, these are types; [`crate::lower`] makes them. Out: input of [`crate::render`]. Every table has its
//! alias, every column names the alias it is read from, optional parts carry the switches that bring them in.

mod handing;
mod walk;

use crate::hir::select::{SetOperator, Wait};
use crate::hir::{Frame, Literal, SqlType, Written};
use crate::render::Column;
pub use handing::{Handed, Handing};

/// The statements of one query.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The statement itself.
    pub root: Statement,
    /// Its prefetches.
    pub children: Vec<Child>,
    /// `page`: the statement that counts.
    pub count: Option<Statement>,
    /// All of them are sent in one flight: the server hands the keys of a level to those that read by them.
    pub together: bool,
}

/// A prefetch.
#[derive(Debug, Clone)]
pub struct Child {
    /// The statement; [`crate::render::PARENT_KEY`] is the slot of the parents' keys.
    pub statement: Statement,
    /// Columns of the parent's row that hold the key.
    pub parent: Vec<u16>,
    /// Their types.
    pub parent_types: Vec<SqlType>,
    /// Columns of this statement's rows that hold the parent's key.
    pub key: Vec<u16>,
    /// Its own prefetches.
    pub children: Vec<Child>,
}

/// A statement and the columns it answers with.
#[derive(Debug, Clone)]
pub struct Statement {
    /// What it does.
    pub body: Body,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// What a statement does.
#[derive(Debug, Clone)]
pub enum Body {
    /// `SELECT`.
    Select(Box<Select>),
    /// `SELECT EXISTS (…)`.
    Exists(Box<Select>),
    /// `INSERT`.
    Insert(Insert),
    /// `UPDATE`.
    Update(Update),
    /// `DELETE`.
    Delete(Delete),
    /// `COPY … FROM STDIN`.
    Copy {
        /// Table.
        table: Source,
        /// Columns.
        columns: Vec<String>,
    },
    /// Rows that are deleted and others that are inserted; their number.
    Replace(Box<Replace>),
    /// A row that is read or changed, or else inserted.
    Upsert(Box<Upsert>),
    /// Rows that are inserted, and links to them.
    Linked(Box<Linked>),
    /// Rows whose keys are handed on.
    Handing(Box<Handing>),
}

/// A table's alias: `t0`, `t1`, …
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Alias(pub u32);

/// `SELECT`.
#[derive(Debug, Clone, Default)]
pub struct Select {
    /// `DISTINCT`, `DISTINCT ON`.
    pub distinct: Distinct,
    /// What is read; empty is `SELECT 1`.
    pub columns: Vec<Output>,
    /// `FROM`.
    pub from: Option<From>,
    /// Joins in order.
    pub joins: Vec<Join>,
    /// `WHERE`, a conjunction.
    pub filter: Vec<Condition>,
    /// `GROUP BY`.
    pub group: Vec<Expr>,
    /// `HAVING`, a conjunction.
    pub having: Vec<Condition>,
    /// `ORDER BY`.
    pub order: Vec<Order>,
    /// `LIMIT`.
    pub limit: Option<Expr>,
    /// `OFFSET`.
    pub offset: Option<Expr>,
    /// `FOR UPDATE`.
    pub lock: Option<Lock>,
}

/// `FOR UPDATE`, `FOR NO KEY UPDATE`.
#[derive(Debug, Clone)]
pub struct Lock {
    /// `NO KEY`.
    pub no_key: bool,
    /// `NOWAIT`, `SKIP LOCKED`.
    pub wait: Wait,
    /// `OF t0, t1`; empty: the only table there is.
    pub tables: Vec<Alias>,
}

/// `DISTINCT`.
#[derive(Debug, Clone, Default)]
pub enum Distinct {
    /// All rows.
    #[default]
    No,
    /// `DISTINCT`.
    Rows,
    /// `DISTINCT ON (…)`.
    On(Vec<Expr>),
}

/// A column of a select list.
#[derive(Debug, Clone)]
pub struct Output {
    /// Value.
    pub expr: Expr,
    /// `AS name`, where an outer select reads it.
    pub name: Option<String>,
}

/// A source of rows with its alias.
#[derive(Debug, Clone)]
pub struct From {
    /// The rows.
    pub source: Source,
    /// Their alias.
    pub alias: Alias,
}

/// A source of rows.
#[derive(Debug, Clone)]
pub enum Source {
    /// A table or view.
    Table {
        /// PostgreSQL schema.
        namespace: Option<String>,
        /// Name.
        name: String,
    },
    /// A derived table.
    Derived(Box<Select>),
    /// `(… UNION …)`: selects with the same columns, named by the first.
    Set(Box<Set>),
    /// A derived table that is not complete yet; none is left in a plan.
    Rows,
    /// `unnest($n, …) AS t(k0, k1, …)`: arrays as columns `k0`, `k1`, …; with a last column `n` that counts rows from 1
    /// if asked for.
    Unnest {
        /// The arrays.
        arrays: Vec<Expr>,
        /// `WITH ORDINALITY`.
        ordinality: bool,
    },
}

/// Selects combined left to right.
#[derive(Debug, Clone)]
pub struct Set {
    /// The first.
    pub first: Select,
    /// The others.
    pub rest: Vec<(SetOperator, Select)>,
}

/// A join.
#[derive(Debug, Clone)]
pub struct Join {
    /// How.
    pub kind: JoinKind,
    /// What.
    pub from: From,
    /// `ON`, a conjunction.
    pub on: Vec<Condition>,
    /// Present only if one of these switches is set.
    pub guard: Option<u64>,
    /// It gives each row another one, or none: no more and no fewer rows come of it.
    pub single: bool,
}

/// How rows are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// `JOIN`.
    Inner,
    /// `LEFT JOIN`.
    Left,
    /// `CROSS JOIN`.
    Cross,
    /// `CROSS JOIN LATERAL`.
    Lateral,
}

/// A key of `ORDER BY`.
#[derive(Debug, Clone)]
pub struct Order {
    /// By what.
    pub expr: Expr,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST`, `NULLS LAST`.
    pub nulls_first: Option<bool>,
    /// Present only if the switch is set.
    pub switch: Option<u8>,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `t0."name"`.
    Column(Alias, String),
    /// `"name"`: in conditions of the schema, and the target of `ON CONFLICT`.
    Bare(String),
    /// `EXCLUDED."name"`.
    Excluded(String),
    /// `$n` for a slot.
    Param(u16, SqlType),
    /// A constant.
    Literal(Literal, SqlType),
    /// SQL text with `{0}`, `{1}`, … for operands, `{*}` for all.
    Template(&'static str, Vec<Expr>),
    /// SQL that the query itself names or writes.
    Written(Written, Vec<Expr>),
    /// `call OVER (…)`.
    Window(Box<Window>),
    /// `CAST(x AS type)`.
    Cast(Box<Expr>, SqlType),
    /// `CASE WHEN … END`.
    Case(Vec<(Condition, Expr)>, Option<Box<Expr>>),
    /// A condition as a boolean.
    Condition(Box<Condition>),
    /// `(SELECT …)`.
    Scalar(Box<Select>),
    /// An aggregate call.
    Aggregate(Box<Aggregate>),
    /// `DEFAULT`, in `INSERT` only.
    Default,
    /// A column of the select by its number, from 1: in `ORDER BY` only.
    Position(usize),
    /// `then` if the switch is set, else `otherwise`.
    When(u8, Box<Expr>, Box<Expr>),
}

/// An aggregate call.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// `SUM({0})`.
    pub sql: &'static str,
    /// Operands.
    pub arguments: Vec<Expr>,
    /// `DISTINCT`.
    pub distinct: bool,
    /// `ORDER BY` inside.
    pub order: Vec<Order>,
    /// `FILTER (WHERE …)`.
    pub filter: Option<Condition>,
}

/// A window.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// A call of a window function or of an aggregate.
    pub call: Expr,
    /// `PARTITION BY`.
    pub partition: Vec<Expr>,
    /// `ORDER BY`.
    pub order: Vec<Order>,
    /// The frame.
    pub frame: Option<Frame>,
}

/// A condition.
#[derive(Debug, Clone)]
pub enum Condition {
    /// All; empty: none.
    All(Vec<Condition>),
    /// Any; empty: none.
    Any(Vec<Condition>),
    /// A boolean expression.
    Expr(Expr),
    /// `EXISTS (…)`, `NOT EXISTS (…)`.
    Exists {
        /// `NOT`.
        negated: bool,
        /// The rows.
        select: Box<Select>,
    },
    /// `x IN (SELECT …)`.
    In(Vec<Expr>, Box<Select>),
    /// `(…) IS NOT TRUE`.
    NotTrue(Box<Condition>),
    /// `NOT (…)`.
    Not(Box<Condition>),
    /// `((…) IS TRUE) <> ((…) IS TRUE)`, or `=` if negated.
    Xor(Box<Condition>, Box<Condition>, bool),
    /// `then` if one of the switches is set, else `otherwise` (none: no condition).
    When(u64, Box<Condition>, Option<Box<Condition>>),
}

/// `INSERT`.
#[derive(Debug, Clone)]
pub struct Insert {
    /// Table.
    pub table: Source,
    /// Its alias, where something reads its columns.
    pub alias: Option<Alias>,
    /// Columns.
    pub columns: Vec<(String, Guard)>,
    /// Rows.
    pub rows: Rows,
    /// `ON CONFLICT`.
    pub conflict: Conflict,
    /// `RETURNING`.
    pub returning: Vec<Expr>,
}

/// The rows of an insert.
#[derive(Debug, Clone)]
pub enum Rows {
    /// `VALUES (…)`.
    One(Vec<Expr>),
    /// `SELECT …`.
    Select(Box<Select>),
    /// `SELECT … WHERE NOT EXISTS (SELECT FROM name)`: one row, guarded as the columns are, unless there is one in what
    /// is called so.
    Unless(Vec<Expr>, String),
}

/// `ON CONFLICT`.
#[derive(Debug, Clone)]
pub enum Conflict {
    /// None.
    Fail,
    /// `(target) DO NOTHING`; without columns: whichever constraint it is.
    Ignore(Vec<String>),
    /// `(target) WHERE condition DO UPDATE SET …`.
    Update {
        /// Target columns.
        target: Vec<String>,
        /// Of a partial constraint: its condition, on columns without an alias.
        condition: Vec<Condition>,
        /// Columns and their new values.
        set: Vec<Assigned>,
    },
}

/// When a part of a statement is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Always.
    Always,
    /// If one of these switches is set.
    If(u64),
    /// If none of them is.
    Unless(u64),
}

/// `UPDATE`.
#[derive(Debug, Clone)]
pub struct Update {
    /// Table.
    pub table: From,
    /// Columns and their new values.
    pub set: Vec<Assigned>,
    /// `FROM`.
    pub from: Option<From>,
    /// `WHERE`.
    pub filter: Vec<Condition>,
    /// `RETURNING`.
    pub returning: Vec<Expr>,
}

/// `column = value`.
#[derive(Debug, Clone)]
pub struct Assigned {
    /// The column.
    pub column: String,
    /// Its new value.
    pub value: Expr,
    /// When it is set.
    pub guard: Guard,
}

/// `WITH gone AS (DELETE …), made AS (INSERT …) SELECT` the number of both.
#[derive(Debug, Clone)]
pub struct Replace {
    /// What the two parts are called.
    pub names: [String; 2],
    /// The rows that go.
    pub delete: Delete,
    /// The rows that come.
    pub insert: Insert,
}

/// `WITH found AS (…), made AS (INSERT …) SELECT … UNION ALL SELECT …`: the row that is there, changed or as it is, or
/// else the one that is made.
#[derive(Debug, Clone)]
pub struct Upsert {
    /// What the first two parts are called.
    pub names: [String; 2],
    /// The row that is there; with an update only if none of its switches is set.
    pub found: Select,
    /// How it is changed, and when.
    pub update: Option<(Guard, Update)>,
    /// The row that is made if there is none.
    pub insert: Insert,
    /// What a third part is called, which links the row.
    pub links: Option<(String, Insert)>,
}

/// `WITH made (c0, …) AS (INSERT …), linked AS (INSERT …) SELECT` the rows, or their number.
#[derive(Debug, Clone)]
pub struct Linked {
    /// What the two parts are called.
    pub names: [String; 2],
    /// The rows.
    pub made: Insert,
    /// The links, made of them.
    pub links: Insert,
    /// Only their number is read.
    pub counted: bool,
}

/// `DELETE`.
#[derive(Debug, Clone)]
pub struct Delete {
    /// Table.
    pub table: From,
    /// `WHERE`.
    pub filter: Vec<Condition>,
    /// `RETURNING`.
    pub returning: Vec<Expr>,
}

impl Condition {
    /// Whether nothing can come of it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::All(list) | Self::Any(list) => list.iter().all(Self::is_empty),
            Self::NotTrue(c) | Self::Not(c) => c.is_empty(),
            Self::When(_, then, otherwise) => then.is_empty() && otherwise.as_ref().is_none_or(|o| o.is_empty()),
            _ => false,
        }
    }

    /// `{0} op {1}` and the like.
    pub fn template(sql: &'static str, operands: Vec<Expr>) -> Self {
        Self::Expr(Expr::Template(sql, operands))
    }
}

impl PartialEq for Condition {
    /// Conditions are never compared; two aggregates with conditions are different.
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

impl PartialEq for Order {
    fn eq(&self, other: &Self) -> bool {
        self.expr == other.expr && self.descending == other.descending && self.nulls_first == other.nulls_first
    }
}

impl PartialEq for Select {
    /// Subselects are never compared.
    fn eq(&self, _: &Self) -> bool {
        false
    }
}
