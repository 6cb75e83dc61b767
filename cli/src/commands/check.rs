//! `nuages check`: whether a schema is right.

use super::{schema_option, schema_path};
use crate::failure::Failure;
use crate::{locate, print};
use clap::{ArgMatches, Command};
use nuages_schema::Diagnostics;

/// Its arguments.
pub(super) fn define() -> Command {
    Command::new("check").about("Reports every mistake in a schema, or how many models it has").arg(schema_option())
}

/// Checks the schema, and also what only its DDL and its queries show: conditions, expressions and scopes that do not
/// compile.
pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let schema = locate::load(schema_path(matches))?;
    nuages_migrate::create(&schema)?;
    let scopes = nuages_compiler::scopes(&schema);
    if !scopes.is_empty() {
        return Err(Diagnostics { list: scopes, sources: schema.sources }.into());
    }
    let count = schema.models.iter().filter(|model| !model.hidden).count();
    print(&format!("ok: {count} {}\n", if count == 1 { "model" } else { "models" }))
}
