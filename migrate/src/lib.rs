//! Schemas to DDL: the difference of two schemas as steps, and steps as SQL text.
//!
//! In: resolved schemas ([`nuages_schema::Schema`]). Out: [`Step`]s, or the text of their statements. The way there:
//! `describe` says what a schema is in the database ([`catalog`]), `diff` compares two of those, `ddl` writes each
//! step. The same schema gives the same text, byte for byte.

pub mod catalog;
mod codes;
mod compile;
mod ddl;
mod describe;
mod diff;
mod error;
mod step;

pub use codes::CODES;
pub use ddl::statement;
pub use diff::diff;
pub use error::Error;
pub use step::{Step, Subject};

use nuages_schema::Schema;

/// The steps that make everything a schema declares in a database that has none of it.
///
/// # Errors
/// Conditions and expressions of the schema that do not compile, all of them at once.
pub fn create(schema: &Schema) -> Result<Vec<Step>, Error> {
    diff(&Schema::default(), schema)
}

/// The statements of [`create`] as one text. Each ends in `;` and a newline; an empty line stands before each table.
///
/// # Errors
/// As [`create`].
pub fn ddl(schema: &Schema) -> Result<String, Error> {
    let mut text = String::new();
    for step in create(schema)? {
        if matches!(step, Step::CreateTable { .. }) && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&statement(&step));
    }
    Ok(text)
}
