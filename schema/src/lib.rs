//! The schema language of Nuages: *.nuages files read, checked and turned into models.
//!
//! In: the text of the files ([`parse`]) or a [`Config`] that says where they are ([`load`]). Out: a [`Schema`], in
//! which every name is resolved and every database name is final, or [`Diagnostics`] with all mistakes of all files.

mod ast;
pub mod codegen;
mod codes;
mod compiled;
mod config;
mod diagnostic;
pub mod foreign;
mod lexer;
pub mod model;
mod output;
mod parser;
mod render;
mod resolve;
pub mod source;
pub mod suggest;
mod validate;
mod words;

pub use codes::CODES;
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
    let sources = sorted(files);
    let mut list = Vec::new();
    let trees: Vec<ast::File> =
        sources.iter().zip(0..).map(|(source, file)| parser::parse(file, &source.text, &mut list)).collect();
    let (schema, facts) = resolve::resolve(&trees, &sources, time_zone, &mut list);
    validate::validate(&schema, &facts, &mut list);
    drop(facts);
    if list.is_empty() {
        return Ok(Schema { sources, ..schema });
    }
    Err(Diagnostics::new(list, sources))
}

/// Reads the schema that a configuration names.
///
/// # Errors
/// A folder or file that is not there, and all mistakes of all files.
pub fn load(config: &Config) -> Result<Schema, Diagnostics> {
    let files = config.files()?;
    parse(files, &config.time_zone)
}

/// The same for a macro, which may have what [`build`] left in `OUT_DIR`: where that is of the files as they are now, their
/// text need not be read again.
///
/// # Errors
/// A folder or file that is not there, and all mistakes of all files.
pub fn load_beside(config: &Config, out: &std::path::Path) -> Result<Schema, Diagnostics> {
    let files = sorted(config.files()?);
    let left = std::fs::read(out.join(compiled::FILE)).ok();
    match left.and_then(|bytes| compiled::read(&bytes, &files, &config.time_zone)) {
        Some(schema) => Ok(schema),
        None => parse(files, &config.time_zone),
    }
}

/// Whether [`build`] wrote to this `OUT_DIR`: Cargo then knows of the schema's files.
pub fn is_built(out: &std::path::Path) -> bool {
    out.join(compiled::FILE).is_file()
}

/// Files in the order in which they are read.
fn sorted(mut files: Vec<SourceFile>) -> Vec<SourceFile> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
