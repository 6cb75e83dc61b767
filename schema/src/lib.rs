//! The schema language of Nuages: *.nuages files read, checked and turned into models.
//!
//! In: the text of the files ([`parse`]) or a [`Config`] that says where they are ([`load`]). Out: a [`Schema`], in
//! which every name is resolved and every database name is final, or [`Diagnostics`] with all mistakes of all files.

pub mod codegen;
mod config;
mod diagnostic;
pub mod model;
mod output;
mod render;
pub mod source;
pub mod suggest;

pub use config::Config;
pub use diagnostic::{Diagnostic, Diagnostics, Note};
pub use model::*;
pub use output::build;
pub use source::{SourceFile, Span};

/// Reads a schema from the text of its files.
///
/// # Errors
/// All mistakes of all files.
pub fn parse(files: Vec<SourceFile>, time_zone: &str) -> Result<Schema, Diagnostics> {
    let _ = time_zone;
    Err(Diagnostics { list: vec![Diagnostic::new("S000", "not there yet")], sources: files })
}

/// Reads the schema that a configuration names.
///
/// # Errors
/// A folder or file that is not there, and all mistakes of all files.
pub fn load(config: &Config) -> Result<Schema, Diagnostics> {
    let files = config.files()?;
    parse(files, &config.time_zone)
}
