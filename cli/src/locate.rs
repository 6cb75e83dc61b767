//! Which schema a command speaks of.
//!
//! In: the `--schema` option and the working directory. Out: the schema, read and checked.

use nuages_schema::{Config, Diagnostics, Schema};
use std::path::{Path, PathBuf};

/// Reads the schema at `path`, or else that of the package which the working directory is in.
pub(crate) fn load(path: Option<&PathBuf>) -> Result<Schema, Diagnostics> {
    // Only a working directory that was removed cannot be named; its relative paths fail below with their own message.
    let here = std::env::current_dir().unwrap_or_default();
    let config = match path {
        Some(path) => at(&here, path)?,
        None => Config::find(package(&here))?,
    };
    nuages_schema::load(&config)
}

/// The settings for a schema that was named: those of its own package, with paths shown as seen from here.
fn at(here: &Path, path: &Path) -> Result<Config, Diagnostics> {
    let absolute = here.join(path);
    // The real folder, so that its ancestors are those above it and not those of `..` in the path.
    let real = absolute.canonicalize().unwrap_or(absolute);
    let config = Config::find(real.parent().unwrap_or(here))?;
    Ok(Config { root: here.to_owned(), schema: path.to_owned(), ..config })
}

/// The nearest folder at or above the working directory that is a package.
fn package(here: &Path) -> &Path {
    here.ancestors()
        .find(|folder| ["Cargo.toml", "nuages.toml"].iter().any(|file| folder.join(file).is_file()))
        .unwrap_or(here)
}
