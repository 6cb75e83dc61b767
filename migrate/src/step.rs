//! The steps between two schemas.
//!
//! In: nothing, these are types. Out: what `diff` makes and `ddl` writes. A step is one statement and holds all that
//! its statement needs, so that it can be kept, shown and run without the schemas it came from.

use crate::catalog::{Column, Constraint, EnumType, Index, Name};

/// One change of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Install an extension if it is not there.
    CreateExtension(String),
    /// Create a PostgreSQL schema if it is not there.
    CreateNamespace(String),
    /// Create an enum type.
    CreateEnum(EnumType),
    /// Create a table with those of its constraints that can be made with it.
    CreateTable {
        /// Its name.
        name: Name,
        /// Its columns in order.
        columns: Vec<Column>,
        /// Constraints made with it: all but foreign keys to tables that are not there yet.
        constraints: Vec<Constraint>,
    },
    /// Add a constraint to a table that is there.
    AddConstraint {
        /// The table.
        table: Name,
        /// The constraint.
        constraint: Constraint,
    },
    /// Create an index.
    CreateIndex {
        /// The table.
        table: Name,
        /// The index.
        index: Index,
    },
    /// Set a comment.
    Comment {
        /// What it is on.
        on: Subject,
        /// The comment.
        text: String,
    },
}

/// What a comment is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A table.
    Table(Name),
    /// A column of a table.
    Column(Name, String),
}
