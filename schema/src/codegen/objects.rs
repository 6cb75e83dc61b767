//! What an object of a model does by itself: `save`, `delete`, `refresh_from_db`.
//!
//! In: a visible model with a key. Out: its methods. What they send stands in [`STATEMENTS`], which `nuages::models!()`
//! makes beside them: one text of all models, so that a large schema is no more tokens than a small one. Each line of
//! documentation is an attribute to rustc, so each method has one.

use crate::model::Model;
use std::fmt::Write as _;

/// The constant that holds what the objects of all models send.
pub const STATEMENTS: &str = "__STATEMENTS";

/// Writes the methods of a model.
pub(super) fn write(out: &mut String, model: &Model) {
    if model.key.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "    /// Writes all columns of the row that has this object's key, and takes over what the database makes of them. `DoesNotExist` if there is no such row, `Integrity` if a constraint refuses it.
    pub fn save<'e, E: ::nuages::Executor<::nuages::Write> + 'e>(&'e mut self, executor: E) -> ::nuages::Running<'e, ()> {{
        ::nuages::private::save(self, executor, {STATEMENTS})
    }}
    /// Deletes the row that has this object's key, and gives the number of rows that were: one or none. `Integrity` if others refer to it and may not go with it.
    pub fn delete<'e, E: ::nuages::Executor<::nuages::Write> + 'e>(&self, executor: E) -> ::nuages::Running<'e, u64> {{
        ::nuages::private::delete(self, executor, {STATEMENTS})
    }}
    /// Reads all columns of the row that has this object's key again. `DoesNotExist` if there is no such row.
    pub fn refresh_from_db<'e, E: ::nuages::Executor<::nuages::Read> + 'e>(&'e mut self, executor: E) -> ::nuages::Running<'e, ()> {{
        ::nuages::private::refresh(self, executor, {STATEMENTS})
    }}
"
    );
}
