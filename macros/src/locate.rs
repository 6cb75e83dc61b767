//! Where the schema is, and where its models are.
//!
//! In: the environment that Cargo sets for the crate being compiled. Out: the schema, read once and again only when a
//! file changed (an editor's macro server lives for days), and the path of the models as seen from the crate.

use crate::{manifest, uses};
use nuages_compiler::{Paths, Surroundings};
use nuages_schema::{Config, Schema};
use proc_macro2::TokenStream;
use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// What a macro needs to know.
pub(crate) struct Found {
    /// The schema.
    pub(crate) schema: Arc<Schema>,
    /// Where its models are, and which files it was read from.
    pub(crate) paths: Paths,
}

/// Finds the schema and the models of the crate that is being compiled.
///
/// # Errors
/// There is no schema, or it has mistakes: the text of the error.
pub(crate) fn find() -> Result<Found, String> {
    let folder = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let (package, config) = configuration(&folder)?;
    let files = files(&config);
    let schema = read(&config, &files)?;
    let target = Target::current(manifest::library(&package));
    let models = models(&config.models, &target);
    let models = models.parse::<TokenStream>().map_err(|_| format!("`{models}` is no path"))?;
    let editor = editor();
    // An editor expands again and again and compares.
    let ending = (!editor).then_some(uses::ending as fn(&str, u16) -> u32);
    let paths = Paths { models, tracked: tracked(&files), editor, is_first: Some(is_first), ending };
    Ok(Found { schema, paths })
}

/// Whether an editor asks. rust-analyzer starts its macro server with this variable, and calls stood in no file before 2026; if it
/// should know neither, it only shows more than one definition of a struct after `as`.
fn editor() -> bool {
    env::var_os("RUST_ANALYZER_INTERNALS_DO_NOT_USE").is_some() || proc_macro::Span::call_site().local_file().is_none()
}

/// What a test needs to know.
///
/// # Errors
/// The settings have mistakes, or name what is no path: the text of the error.
pub(crate) fn surroundings() -> Result<Surroundings, String> {
    let models = find().map(|found| found.paths.models);
    let folder = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let (package, config) = configuration(&folder)?;
    let Some(setting) = &config.test_server else {
        return Ok(Surroundings { models, server: None });
    };
    let path = self::models(setting, &Target::current(manifest::library(&package)));
    let server = path.parse::<TokenStream>().map_err(|_| format!("`{path}` is no path"))?;
    Ok(Surroundings { models, server: Some(server) })
}

/// The files that Cargo must be told of. A package whose build.rs writes models is rebuilt when what that watches changes. In
/// any other the first expansion names them for the whole crate: each name costs rustc as much as a small function.
fn tracked(files: &[Stamp]) -> Vec<String> {
    static NAMED: AtomicBool = AtomicBool::new(false);
    let built = env::var_os("OUT_DIR").is_some_and(|out| nuages_schema::is_built(Path::new(&out)));
    if built || NAMED.swap(true, Ordering::Relaxed) {
        return Vec::new();
    }
    files.iter().filter(|(path, _)| path.is_file()).map(|(path, _)| path.display().to_string()).collect()
}

/// Whether nobody asked before: the first mistake of a crate says how more is said of it, the others need not.
pub(crate) fn is_first() -> bool {
    static ASKED: AtomicBool = AtomicBool::new(false);
    !ASKED.swap(true, Ordering::Relaxed)
}

/// The settings, and the folder of the package that they are for. Where a package is compiled from a copy elsewhere
/// (`trybuild`), the file of the call leads to the original.
fn configuration(folder: &Path) -> Result<(PathBuf, Config), String> {
    let config = Config::find(folder).map_err(|problems| problems.to_string())?;
    if config.schema.exists() {
        return Ok((folder.to_owned(), config));
    }
    let file = proc_macro::Span::call_site().local_file().and_then(|file| file.canonicalize().ok());
    for package in file.iter().flat_map(|file| file.ancestors()).filter(|f| f.join("Cargo.toml").is_file()) {
        if let Ok(other) = Config::find(package)
            && other.schema.exists()
        {
            return Ok((package.to_owned(), other));
        }
    }
    Ok((folder.to_owned(), config))
}

/// A file and when it was changed.
type Stamp = (PathBuf, Option<SystemTime>);

/// All that the schema is read from: the settings, the folder, its files.
fn files(config: &Config) -> Vec<Stamp> {
    let mut list: Vec<PathBuf> = config.file.iter().cloned().collect();
    list.push(config.schema.clone());
    if let Ok(folder) = std::fs::read_dir(&config.schema) {
        let mut inside: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
        inside.retain(|path| path.extension().is_some_and(|e| e == "nuages"));
        inside.sort();
        list.extend(inside);
    }
    list.into_iter()
        .map(|path| {
            let changed = path.metadata().and_then(|data| data.modified()).ok();
            (path, changed)
        })
        .collect()
}

/// A schema as it was read, or the text of its mistakes.
type Read = Result<Arc<Schema>, String>;

/// Schemas by where they are, each with the stamps of its files.
type Cache = HashMap<PathBuf, (Vec<Stamp>, Read)>;

/// Reads the schema, unless it was read since its files changed.
fn read(config: &Config, files: &[Stamp]) -> Read {
    static CACHE: Mutex<Option<Cache>> = Mutex::new(None);
    // What a panic elsewhere left behind is a whole entry or none.
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    let cache = cache.get_or_insert_default();
    if let Some((stamps, read)) = cache.get(&config.schema)
        && stamps == files
    {
        return read.clone();
    }
    // What the package's build.rs made of it, if it has one, is read in a tenth of the time.
    let loaded = match env::var_os("OUT_DIR") {
        Some(out) => nuages_schema::load_beside(config, Path::new(&out)),
        None => nuages_schema::load(config),
    };
    let read = loaded.map(Arc::new).map_err(|problems| format!("the schema has mistakes\n\n{problems}"));
    cache.insert(config.schema.clone(), (files.to_vec(), read.clone()));
    read
}

/// The crate that is being compiled.
struct Target {
    /// Its name.
    name: String,
    /// The name of its package's library.
    library: Option<String>,
    /// It is that library, or its unit tests.
    is_library: bool,
}

impl Target {
    /// As Cargo's environment says.
    fn current(library: Option<String>) -> Self {
        let name = env::var("CARGO_CRATE_NAME").unwrap_or_default();
        let set = |key: &str| env::var_os(key).is_some();
        // A binary, an integration test or benchmark, a doctest.
        let other = set("CARGO_BIN_NAME") || set("CARGO_TARGET_TMPDIR") || set("UNSTABLE_RUSTDOC_TEST_PATH");
        let is_library = !other && library.as_ref().is_some_and(|library| *library == name);
        Self { name, library, is_library }
    }
}

/// A path of the settings, as of the models: `crate::models` there means the package's library, where there is one.
fn models(setting: &str, target: &Target) -> String {
    let (root, rest) = setting.split_once("::").map_or((setting, String::new()), |(a, b)| (a, format!("::{b}")));
    match &target.library {
        Some(library) if root == "crate" && !target.is_library => format!("::{library}{rest}"),
        _ if root == "crate" => setting.to_owned(),
        _ if target.is_library && root == target.name => format!("crate{rest}"),
        _ => format!("::{root}{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, models};

    fn target(name: &str, library: Option<&str>, is_library: bool) -> Target {
        Target { name: name.into(), library: library.map(Into::into), is_library }
    }

    #[test]
    fn the_models_are_in_the_library_where_there_is_one() {
        assert_eq!(models("crate::models", &target("shop", Some("shop"), true)), "crate::models");
        assert_eq!(models("crate::models", &target("shop", Some("shop"), false)), "::shop::models");
        assert_eq!(models("crate::models", &target("tests", Some("shop"), false)), "::shop::models");
        assert_eq!(models("crate::models", &target("shop", None, false)), "crate::models");
        assert_eq!(models("crate", &target("tests", Some("shop"), false)), "::shop");
    }

    #[test]
    fn the_models_of_another_package_are_named_by_its_library() {
        assert_eq!(models("db::models", &target("db", Some("db"), true)), "crate::models");
        assert_eq!(models("db::models", &target("db", Some("db"), false)), "::db::models");
        assert_eq!(models("db::models", &target("web", Some("web"), true)), "::db::models");
        assert_eq!(models("db::models", &target("web", None, false)), "::db::models");
    }
}
