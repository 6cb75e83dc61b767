//! Several levels of rows in one statement.
//!
//! In: nothing, these are types. Out: what is said once for all levels, and where the rows of each have their columns.

use super::Select;
use crate::hir::SqlType;

/// A prefetch whose rows come with those of all other levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Where its columns stand in the rows of all levels.
    pub places: Vec<u16>,
    /// What its columns are called.
    pub names: Vec<String>,
    /// Where the parents' key stands there, in their rows.
    pub parent: Vec<u16>,
    /// Where it stands in its own.
    pub key: Vec<u16>,
    /// Its own prefetches.
    pub levels: Vec<Level>,
}

/// `name (c0, c1, …) AS (SELECT …)`, and what is read of it: `SELECT … FROM name`.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it is called.
    pub name: String,
    /// Its rows. Those of the parts before it can be read.
    pub select: Select,
    /// What is read of it, behind which its number stands.
    pub cells: Vec<Cell>,
    /// Other parts read it too: its rows are kept for them.
    pub kept: bool,
}

/// A column of what is read of a [`Part`].
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A column, by its number, and what it is called outside.
    Column(usize, Option<String>),
    /// `NULL`, of the type that another part says.
    Null,
    /// `NULL` of this type: nobody says it before.
    NullAs(SqlType),
    /// `NULL` of the type of a column of a part behind it, by their numbers: nobody says it before.
    NullOf(usize, usize),
}
