//! A checked query: ids instead of names, a type and a nullability on every expression, implied parts written out.
//!
//! In: nothing, these are types; [`crate::resolve`] and [`crate::check`] make them, [`crate::lower`] turns them into
//! a plan, [`crate::emit`] reads shapes and values. What is true of a [`Query`] that `check` let through: every id is
//! valid in the schema, every expression's type is the one the server will answer with, every bound value stands in
//! [`Query::values`] in the order written, and nothing later can fail.

pub mod condition;
pub mod expr;
pub mod select;
pub mod steady;
pub mod step;
pub mod stored;
pub mod types;
pub mod value;
pub mod window;
pub mod write;

pub use condition::{Condition, Test};
pub use expr::{Aggregate, ColumnPath, Expr, ExprKind, Hop, Written};
pub use select::{Ending, Filter, Order, Output, Prefetch, Related, Select, Shape, Slice};
pub use step::{Arm, Branch, Control, Joint, Step};
pub use types::SqlType;
pub use value::{Bind, Given, Literal, Value, ValueId};
pub use window::{Frame, Window};
pub use write::{Assignment, BulkCreate, BulkUpdate, Create, Delete, Link, Links, Update, Upsert};

use nuages_schema::model::ModelId;
use proc_macro2::TokenStream;

/// A whole query.
#[derive(Debug, Clone)]
pub struct Query {
    /// The model named in errors: the one whose rows come back or are written.
    pub model: ModelId,
    /// What it does.
    pub body: Body,
    /// Every Rust value in the order written; each is evaluated once and fills its slots.
    pub values: Vec<Value>,
    /// In what order, and under which control flow.
    pub steps: Vec<Step>,
    /// Switches that follow from others.
    pub joints: Vec<Joint>,
    /// How many parameter slots the values fill.
    pub slots: u16,
    /// How many switches (bits of the variant mask) they set.
    pub switches: u8,
}

impl Query {
    /// Masks of switches that can occur, enough of them to see each switch set and not set, and each arm taken.
    pub fn masks(&self) -> Vec<u64> {
        step::masks(&self.steps, &self.values, &self.joints)
    }
}

/// What a query does.
#[derive(Debug, Clone)]
pub enum Body {
    /// Reads.
    Select(Box<Select>, Ending),
    /// `create`.
    Create(Create),
    /// `bulk_create`.
    BulkCreate(BulkCreate),
    /// `update`.
    Update(Update),
    /// `delete`.
    Delete(Delete),
    /// `bulk_update`.
    BulkUpdate(Box<BulkUpdate>),
    /// `add`, `set`; `remove` and `clear` delete rows of the table between.
    Link(Box<Link>),
    /// `get_or_create`, `update_or_create`.
    Upsert(Box<Upsert>),
}

/// The struct that a shape is built into.
#[derive(Debug, Clone)]
pub enum Target {
    /// A record that the query defines.
    Record,
    /// `as Type`.
    Struct(TokenStream),
    /// The same with `'_`: the rows borrow from the answer. `None`: a record of a named query.
    Lent(Option<TokenStream>),
}
