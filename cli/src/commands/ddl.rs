//! `nuages ddl`: the statements that make a schema's tables.

use super::{schema_option, schema_path};
use crate::failure::Failure;
use crate::{locate, print};
use clap::{ArgMatches, Command};

/// Its arguments.
pub(super) fn define() -> Command {
    Command::new("ddl").about("Prints the SQL that creates everything a schema declares").arg(schema_option())
}

/// Prints the DDL.
pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let schema = locate::load(schema_path(matches))?;
    print(&nuages_migrate::ddl(&schema)?)
}
