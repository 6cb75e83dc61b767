//! Keys that one statement hands on to others.
//!
//! In: nothing, these are types. Out: a select, and which of its columns are left where.

use super::{Expr, Select};
use crate::hir::stored::Text;

/// `SELECT` whose keys the statements behind it in the same transaction read from settings.
#[derive(Debug, Clone)]
pub struct Handing {
    /// Its rows.
    pub select: Select,
    /// What its columns are called.
    pub names: Vec<String>,
    /// What is handed on.
    pub keys: Vec<Handed>,
}

/// Values of a column that are handed on.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The column's number.
    pub column: u16,
    /// The name of the setting.
    pub setting: Expr,
    /// Each value once, and of equal ones those of other bytes too.
    pub distinct: bool,
    /// There may be NULLs, which nobody reads.
    pub nullable: bool,
    /// Equal values have the same bytes.
    pub is_exact: bool,
    /// What their text depends on.
    pub text: Text,
}
