//! The commands, one file each: what its arguments are and what it does.
//!
//! In: the command line. Out: what the command wrote, or why it failed. A new command is a file here and a line in
//! [`COMMANDS`].

mod check;
mod ddl;
mod explain;

use crate::failure::Failure;
use clap::{Arg, ArgMatches, Command, value_parser};
use std::ffi::OsString;
use std::path::PathBuf;

/// A command: its name and arguments, and what it does.
struct Entry {
    /// What the command line may hold.
    define: fn() -> Command,
    /// What it does.
    run: fn(&ArgMatches) -> Result<(), Failure>,
}

/// All commands in the order in which help lists them.
const COMMANDS: &[Entry] = &[
    Entry { define: check::define, run: check::run },
    Entry { define: ddl::define, run: ddl::run },
    Entry { define: explain::define, run: explain::run },
];

/// Does what the command line says.
pub(crate) fn run(args: impl Iterator<Item = OsString>) -> Result<(), Failure> {
    let root = Command::new("nuages")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Checks schemas, prints what they are in the database, and explains mistakes")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(COMMANDS.iter().map(|entry| (entry.define)()));
    let matches = root.try_get_matches_from(args)?;
    let Some((name, matches)) = matches.subcommand() else {
        return Ok(());
    };
    match COMMANDS.iter().find(|entry| (entry.define)().get_name() == name) {
        Some(entry) => (entry.run)(matches),
        None => Ok(()),
    }
}

/// `--schema PATH`.
fn schema_option() -> Arg {
    Arg::new("schema")
        .long("schema")
        .value_name("PATH")
        .value_parser(value_parser!(PathBuf))
        .help("Folder of `*.nuages` files, or a single file [default: that of the package here]")
}

/// The value of `--schema`.
fn schema_path(matches: &ArgMatches) -> Option<&PathBuf> {
    matches.get_one("schema")
}
