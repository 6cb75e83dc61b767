//! `nuages.toml`: where the schema is, and what goes with it.
//!
//! In: the folder of a package. Out: a [`Config`] with every setting filled in, and the files of the schema read.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceFile, Span};
use std::path::{Path, PathBuf};

/// The settings of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The folder of `nuages.toml`, or of `Cargo.toml` where there is none.
    pub root: PathBuf,
    /// The folder of `*.nuages` files, or the single file.
    pub schema: PathBuf,
    /// The path of the module in which `nuages::models!()` stands.
    pub models: String,
    /// The time zone in which date parts are taken.
    pub time_zone: String,
    /// The path of the function that gives `#[nuages::test]` its server, where the attribute names none.
    pub test_server: Option<String>,
    /// The `nuages.toml` that was read.
    pub file: Option<PathBuf>,
}

/// Name of the settings' file.
const FILE: &str = "nuages.toml";
/// Keys of the file.
const KEYS: [&str; 4] = ["schema", "models", "time_zone", "test_server"];

impl Config {
    /// Finds the settings of the package in `manifest_dir`: the nearest `nuages.toml` there or above, else the
    /// defaults (`schema/` or `schema.nuages`, `crate::models`, `UTC`).
    ///
    /// # Errors
    /// A `nuages.toml` that cannot be read or holds something else than the known settings.
    pub fn find(manifest_dir: &Path) -> Result<Self, Diagnostics> {
        match manifest_dir.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file()) {
            Some(file) => Self::read(&file, manifest_dir),
            None => Ok(Self::new(manifest_dir)),
        }
    }

    /// The defaults for a folder.
    fn new(root: &Path) -> Self {
        let schema = schema_in(root).unwrap_or_else(|| root.join("schema"));
        let (models, time_zone) = ("crate::models".into(), "UTC".into());
        Self { root: root.to_owned(), schema, models, time_zone, test_server: None, file: None }
    }

    /// Reads a `nuages.toml` for a package that is beside or below it. Paths in it begin at its folder; a schema that it
    /// does not name is the package's own, or else the one beside it.
    fn read(file: &Path, manifest_dir: &Path) -> Result<Self, Diagnostics> {
        let text = std::fs::read_to_string(file).map_err(|error| {
            Diagnostics::one(Diagnostic::new("S091", format!("cannot read `{}`: {error}", file.display())))
        })?;
        let root = file.parent().unwrap_or(Path::new("."));
        let mut config = Self { file: Some(file.to_owned()), ..Self::new(root) };
        if let Some(schema) = schema_in(manifest_dir) {
            config.schema = schema;
        }
        let source = SourceFile { path: shown(file), location: file.to_owned(), app: None, text };
        let mut list = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for (start, line) in lines(&source.text) {
            match setting(line) {
                Ok(None) => {}
                Ok(Some((key, value))) => {
                    let span = place(start + offset(line, key), key.len());
                    let Some(known) = KEYS.into_iter().find(|known| *known == key) else {
                        list.push(
                            Diagnostic::at("S092", span, format!("unknown setting `{key}`"))
                                .suggest(key, KEYS)
                                .note(format!("the settings are {}", quoted(&KEYS))),
                        );
                        continue;
                    };
                    if seen.contains(&known) {
                        list.push(Diagnostic::at("S093", span, format!("`{key}` is set twice")));
                    }
                    seen.push(known);
                    match known {
                        "schema" => config.schema = root.join(&value),
                        "models" => config.models = value,
                        "test_server" => config.test_server = Some(value),
                        _ => config.time_zone = value,
                    }
                    if let Some(problem) = config.problem(known) {
                        list.push(Diagnostic::at("S094", span, problem));
                    }
                }
                Err(problem) => {
                    let trimmed = line.trim();
                    let span = place(start + offset(line, trimmed), trimmed.len());
                    list.push(Diagnostic::at("S095", span, problem));
                }
            }
        }
        if list.is_empty() { Ok(config) } else { Err(Diagnostics { list, sources: vec![source] }) }
    }

    /// What is wrong with the value of a key.
    fn problem(&self, key: &str) -> Option<String> {
        let is_name = |s: &str| !s.is_empty() && s.chars().all(|c| c == '_' || c.is_alphanumeric());
        let is_path = |s: &str| s.split("::").all(is_name);
        match key {
            "models" if !is_path(&self.models) => {
                Some(format!("expected the path of a module like `crate::models`, found `{}`", self.models))
            }
            "test_server" => self
                .test_server
                .as_deref()
                .filter(|path| !is_path(path))
                .map(|path| format!("expected the path of a function like `nuages_devdb::server`, found `{path}`")),
            "time_zone" if self.time_zone.is_empty() || self.time_zone.chars().any(|c| c == '\'' || c.is_control()) => {
                Some(format!("expected the name of a time zone like `Europe/Paris`, found `{}`", self.time_zone))
            }
            _ => None,
        }
    }

    /// Reads the files of the schema, sorted by path.
    ///
    /// # Errors
    /// A folder or file that is not there or cannot be read.
    pub fn files(&self) -> Result<Vec<SourceFile>, Diagnostics> {
        let fail = |message: String| {
            let missing = Diagnostic::new("S096", message);
            Diagnostics::one(match &self.file {
                Some(file) => missing.note(format!("`schema` is set in `{}`", file.display())),
                None => missing
                    .help("put `*.nuages` files into `schema/`, or write one `schema.nuages`, beside `Cargo.toml`"),
            })
        };
        let read = |path: &Path, app: Option<String>| {
            std::fs::read_to_string(path)
                .map(|text| SourceFile { path: self.shown(path), location: path.to_owned(), app, text })
                .map_err(|error| fail(format!("cannot read `{}`: {error}", path.display())))
        };
        if self.schema.is_file() {
            return Ok(vec![read(&self.schema, None)?]);
        }
        let folder = std::fs::read_dir(&self.schema).map_err(|_| {
            fail(format!("no schema: there is neither a folder nor a file `{}`", self.schema.display()))
        })?;
        let mut paths = Vec::new();
        for entry in folder {
            let entry = entry.map_err(|error| fail(format!("cannot read `{}`: {error}", self.schema.display())))?;
            let path = entry.path();
            if path.extension().is_some_and(|e| e == "nuages") && path.is_file() {
                paths.push(path);
            }
        }
        if paths.is_empty() {
            return Err(fail(format!("no schema: there is no `*.nuages` file in `{}`", self.schema.display())));
        }
        paths.sort();
        paths.iter().map(|path| read(path, path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))).collect()
    }

    /// A path relative to the root where possible.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// The schema in a folder: `schema/`, else `schema.nuages`.
fn schema_in(folder: &Path) -> Option<PathBuf> {
    let (many, one) = (folder.join("schema"), folder.join("schema.nuages"));
    if many.is_dir() {
        return Some(many);
    }
    one.is_file().then_some(one)
}

/// The last part of a path.
fn shown(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// `a`, `b` and `c`.
fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Lines with the offset they begin at.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let begin = start;
        start += line.len();
        (begin, line.trim_end_matches(['\n', '\r']))
    })
}

/// Where a part of a line begins in it.
fn offset(line: &str, part: &str) -> usize {
    line.find(part).unwrap_or(0)
}

/// A span in the only file.
fn place(start: usize, length: usize) -> Span {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span { file: 0, start: number(start), end: number(start + length) }
}

/// The key and value of a line; `None` for an empty line or a comment.
fn setting(line: &str) -> Result<Option<(&str, String)>, String> {
    let trimmed = line.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return Ok(None);
    }
    if trimmed.starts_with('[') {
        return Err("expected `key = \"value\"`: `nuages.toml` has no tables".into());
    }
    let (key, value) = trimmed.split_once('=').ok_or("expected `key = \"value\"`")?;
    let (key, value) = (key.trim(), value.trim());
    let bad = || format!("expected a text in quotes after `{key} =`");
    let (quote, rest) = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => (quote, &value[1..]),
        _ => return Err(bad()),
    };
    let mut out = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next() {
            None => return Err(bad()),
            Some(c) if c == quote => break,
            Some('\\') if quote == '"' => match chars.next() {
                Some(c @ ('"' | '\\')) => out.push(c),
                _ => return Err("only `\\\"` and `\\\\` may follow a backslash here".into()),
            },
            Some(c) => out.push(c),
        }
    }
    let after = chars.as_str().trim_start();
    if after.is_empty() || after.starts_with('#') { Ok(Some((key, out))) } else { Err(bad()) }
}
