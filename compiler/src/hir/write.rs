//! Chains that write.

use super::condition::{Comparison, Condition};
use super::expr::Expr;
use super::select::{Record, Select};
use super::value::ValueId;
use nuages_schema::model::{FieldId, ModelId};
use proc_macro2::TokenStream;

/// `create(…)`.
#[derive(Debug, Clone)]
pub struct Create {
    /// The model.
    pub model: ModelId,
    /// Columns that are given. The others get the database's default.
    pub assignments: Vec<Assignment>,
    /// Over a many-to-many: how the row is linked.
    pub links: Option<Links>,
    /// What comes back.
    pub record: Record,
}

/// How rows that are made over a many-to-many of one object are linked to it.
#[derive(Debug, Clone)]
pub struct Links {
    /// The table between.
    pub through: ModelId,
    /// Its column that refers to the object.
    pub near: FieldId,
    /// Its column that refers to the others.
    pub far: FieldId,
    /// What `near` holds.
    pub key: Expr,
    /// Each link stands both ways.
    pub both: bool,
}

/// `field = value` in a write.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The column.
    pub field: FieldId,
    /// Its new value. In `update` it may use columns of the row.
    pub value: Expr,
    /// `? =`: assigned only if the switch is set.
    pub switch: Option<u8>,
}

/// `bulk_create(for pattern in iterable => …)`.
#[derive(Debug, Clone)]
pub struct BulkCreate {
    /// The model.
    pub model: ModelId,
    /// The pattern, as written.
    pub pattern: TokenStream,
    /// The iterable, as written.
    pub iterable: TokenStream,
    /// Columns and their values, each a [`super::Bind::Column`].
    pub columns: Vec<(FieldId, ValueId)>,
    /// Columns with the same constant for all rows.
    pub constants: Vec<Assignment>,
    /// `ignore_conflicts()`, `update_conflicts(…)`.
    pub conflict: Conflict,
    /// Over a many-to-many: how the rows are linked.
    pub links: Option<Links>,
    /// What comes back; `None` with `no_returning()`: the count.
    pub record: Option<Record>,
    /// `copy()`: the rows are streamed, and the count comes back.
    pub copied: bool,
}

/// What happens with a row that breaks a unique constraint.
#[derive(Debug, Clone)]
pub enum Conflict {
    /// The statement fails.
    Fail,
    /// The row is left out.
    Ignore,
    /// The existing row is updated.
    Update {
        /// The constraint.
        target: Box<Arbiter>,
        /// Columns that take the new row's values.
        fields: Vec<FieldId>,
    },
}

/// A unique constraint, or the primary key, that keeps a second row out.
#[derive(Debug, Clone)]
pub struct Arbiter {
    /// Its columns.
    pub fields: Vec<FieldId>,
    /// Of a partial one: which rows it is about. Holds no values.
    pub condition: Option<Condition>,
}

/// `get_or_create(…)`, `update_or_create(…)`.
#[derive(Debug, Clone)]
pub struct Upsert {
    /// The row, by the columns of the constraint and, of a partial one, its condition.
    pub select: Select,
    /// Columns of a new row, those of the constraint among them. The others get the database's default.
    pub create: Vec<Assignment>,
    /// New values of a row that is there; none: it stays as it is.
    pub update: Vec<Assignment>,
    /// If all of those that the user wrote have switches: the mask of them; the row stays as it is if none is set.
    pub unless_empty: Option<u64>,
    /// What keeps a second row out.
    pub arbiter: Arbiter,
    /// Over a many-to-many: how the row is linked, whether it was there or not.
    pub links: Option<Links>,
    /// What comes back, beside whether the row was made.
    pub record: Record,
}

/// `bulk_update(for pattern in iterable => …)`.
#[derive(Debug, Clone)]
pub struct BulkUpdate {
    /// Among which rows.
    pub select: Select,
    /// The pattern, as written.
    pub pattern: TokenStream,
    /// The iterable, as written.
    pub iterable: TokenStream,
    /// Every [`super::Bind::Column`], in order: a column of the rows that come from Rust.
    pub columns: Vec<ValueId>,
    /// The columns of the primary key, with the values that say which row is meant.
    pub key: Vec<Assignment>,
    /// Columns and their new values, which may use columns of the row; `auto_now` fields are already among them.
    pub assignments: Vec<Assignment>,
}

/// `Model(key).relation.add(…)`, `set(…)`: links of a many-to-many.
#[derive(Debug, Clone)]
pub struct Link {
    /// Between what.
    pub links: Links,
    /// The others: [`Comparison::InList`], [`Comparison::InValues`] or [`Comparison::InSelect`].
    pub objects: Comparison,
    /// `set`: the links that go.
    pub removed: Option<Select>,
}

/// `update(…)`.
#[derive(Debug, Clone)]
pub struct Update {
    /// Which rows.
    pub select: Select,
    /// Columns and their new values; `auto_now` fields are already among them.
    pub assignments: Vec<Assignment>,
    /// If all assignments written by the user have switches: the mask of them; nothing is sent if none is set.
    pub unless_empty: Option<u64>,
    /// `returning(…)`; `None`: the count.
    pub record: Option<Record>,
}

/// `delete()`.
#[derive(Debug, Clone)]
pub struct Delete {
    /// Which rows.
    pub select: Select,
    /// `returning(…)`; `None`: the count.
    pub record: Option<Record>,
}
