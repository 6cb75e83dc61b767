//! Pages about mistakes, `docs/errors/N0202.md`: what is in one, what its code comes to, and the page with that filled in.
//!
//! A page is Markdown. A block of code that a block `text` follows is wrong, and that is what is said of it; any other
//! block is right. A block `nuages` is a schema: that of the blocks below it, if it is right. A line that ends in
//! `// 65 times` stands that often; settings that speak of Latin-1 are saved as such.

use nuages_schema::{Schema, SourceFile};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A part of a page.
#[derive(Debug, PartialEq)]
pub(crate) enum Part {
    /// Lines between blocks.
    Words(String),
    /// A block of code: the word behind the fence, and the lines.
    Block(String, String),
}

/// What is found wrong with a page.
pub(crate) type Wrong = Vec<String>;

/// Those who know what blocks come to: what they say of one, or an empty text.
pub(crate) struct Checks<'c> {
    /// Of a block of Rust, under a schema.
    pub(crate) rust: &'c dyn Fn(&str, &Schema) -> String,
    /// Of a schema that the schema language accepts.
    pub(crate) schema: &'c dyn Fn(&Schema) -> String,
}

/// A mistake in a block.
pub(crate) struct Mistake {
    /// Message and notes.
    pub(crate) text: String,
    /// Line from 1 and column from 0 of the first wrong token's begin.
    pub(crate) start: (usize, usize),
    /// The same of the last wrong token's end.
    pub(crate) end: (usize, usize),
}

/// The folder of the pages.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/errors")
}

/// Whether a mistake shows only when tables are made: its page is tested where that is done.
pub(crate) fn of_ddl(code: &str) -> bool {
    code.starts_with('M') || code.starts_with("N029")
}

/// Compares a page with what it must be, or writes it.
pub(crate) fn settle(path: &Path, text: &str, found: &str, update: bool, wrong: &mut Wrong) {
    if found == text {
        return;
    }
    if update {
        std::fs::write(path, found).unwrap();
        return;
    }
    let differs = found.lines().zip(text.lines().chain(std::iter::repeat(""))).find(|(found, text)| found != text);
    let (now, then) = differs.unwrap_or(("an end", "more"));
    wrong.push(format!("{} is stale; UPDATE_GOLDEN=1 writes it\n  expected {now}\n  found {then}", path.display()));
}

/// The parts of a page.
pub(crate) fn parts(page: &str) -> Vec<Part> {
    let mut parts = vec![Part::Words(String::new())];
    for line in page.lines() {
        match (parts.last_mut(), line.strip_prefix("```")) {
            (Some(Part::Block(..)), Some("")) => parts.push(Part::Words(String::new())),
            (Some(Part::Words(_)), Some(kind)) => parts.push(Part::Block(kind.to_owned(), String::new())),
            (Some(Part::Words(text) | Part::Block(_, text)), _) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, _) => {}
        }
    }
    parts
}

/// The page of parts.
pub(crate) fn text(parts: &[Part]) -> String {
    let shown = |part: &Part| match part {
        Part::Words(text) => text.clone(),
        Part::Block(kind, text) => format!("```{kind}\n{text}```\n"),
    };
    parts.iter().map(shown).collect()
}

/// Holds the page of a code against what the compiler says, or fills it in.
pub(crate) fn check(code: &str, meaning: &str, shop: &Schema, checks: &Checks<'_>, update: bool, wrong: &mut Wrong) {
    let path = folder().join(format!("{code}.md"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        wrong.push(format!("{code} has no page"));
        return;
    };
    let (_, body) = text.split_once('\n').unwrap_or((&text, ""));
    let found = filled(code, &format!("# {code}: {meaning}\n{body}"), shop, checks, wrong);
    settle(&path, &text, &found, update, wrong);
}

/// The page as it must be: each `text` block says what the compiler says of the block above it.
fn filled(code: &str, page: &str, shop: &Schema, checks: &Checks<'_>, wrong: &mut Wrong) -> String {
    let mut parts = parts(page);
    let mut schema: Option<Schema> = None;
    let (mut said, mut right) = (Vec::new(), 0);
    for i in 0..parts.len() {
        let Part::Block(kind, body) = &parts[i] else { continue };
        let is_message = |part: &Part| matches!(part, Part::Block(kind, _) if kind == "text");
        let between = |part: &Part| matches!(part, Part::Words(text) if text.trim().is_empty());
        let is_wrong = parts.get(i + 1).is_some_and(between) && parts.get(i + 2).is_some_and(is_message);
        let found = match kind.as_str() {
            "rust" => (checks.rust)(body, schema.as_ref().unwrap_or(shop)),
            "nuages" => match read(body) {
                Err(text) => text,
                Ok(read) => (checks.schema)(schema.insert(read)),
            },
            "toml" => settings(body),
            "text" | "python" | "sql" | "sh" => continue,
            other => panic!("{code}: no kind of block `{other}`"),
        };
        match (is_wrong, found.is_empty()) {
            (true, true) => wrong.push(format!("{code}: nothing is said of\n{body}")),
            (false, false) => wrong.push(format!("{code}: this is not right\n{body}{found}")),
            (true, false) => {
                said.push(found.clone());
                parts[i + 2] = Part::Block("text".into(), found);
            }
            (false, true) => right += 1,
        }
    }
    if said.is_empty() || !said[0].contains(&format!("[{code}]")) {
        wrong.push(format!("{code}: the first block of the page is not a case of it, but\n{}", said.join("\n")));
    }
    if right == 0 {
        wrong.push(format!("{code}: nothing says what to write instead"));
    }
    text(&parts)
}

/// The schema of a block, or what is wrong with it. A file may be named by its first line: `// schema/shop.nuages`.
fn read(text: &str) -> Result<Schema, String> {
    let named = text.lines().next().and_then(|line| line.strip_prefix("// "));
    let path = named.filter(|name| name.ends_with(".nuages")).unwrap_or("schema.nuages");
    let app = path.strip_prefix("schema/").and_then(|name| name.strip_suffix(".nuages")).map(str::to_owned);
    let source = SourceFile { path: path.into(), location: path.into(), app, text: text.to_owned() };
    nuages_schema::parse(vec![source], "UTC").map_err(|mistakes| mistakes.to_string())
}

/// What is said of a `nuages.toml` beside a schema in `schema/` and one in `db/`.
fn settings(text: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("nuages-page-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    for schema in ["schema", "db"] {
        std::fs::create_dir_all(folder.join(schema)).unwrap();
        std::fs::write(folder.join(schema).join("shop.nuages"), "model Tag { name: Text }\n").unwrap();
    }
    let latin = text.contains("Latin-1");
    let bytes: Vec<u8> = if latin { text.chars().map(|c| c as u8).collect() } else { text.into() };
    std::fs::write(folder.join("nuages.toml"), bytes).unwrap();
    let read = nuages_schema::Config::find(&folder).and_then(|config| nuages_schema::load(&config));
    std::fs::remove_dir_all(&folder).unwrap();
    read.err().map(|m| m.to_string().replace(&format!("{}/", folder.display()), "")).unwrap_or_default()
}

/// The block as it is compiled, with lines as often as they say; they stay on their line.
pub(crate) fn written_out(block: &str) -> String {
    let times = |line: &str| {
        let (line, times) = line.split_once("// ")?;
        Some(line.repeat(times.strip_suffix(" times")?.parse().ok()?))
    };
    block.lines().map(|line| times(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// A mistake in a block as rustc shows it.
pub(crate) fn shown(block: &str, mistake: &Mistake) -> String {
    let mut out = String::new();
    writeln!(out, "error: {}", mistake.text.replace('\n', "\n       ")).unwrap();
    let (line, column) = mistake.start;
    let source = block.lines().nth(line - 1).unwrap_or_default();
    let length = source.chars().count();
    // What a line says that it stands more often than it does has no place of its own.
    let (column, end) = match mistake.end {
        (last, end) if last == line && end <= length => (column, end),
        _ if column < length => (column, length),
        _ => (length - source.trim_start().chars().count(), length),
    };
    let (width, carets) = (line.to_string().len(), "^".repeat(end.saturating_sub(column).max(1)));
    writeln!(out, "{:width$}--> src/main.rs:{line}:{}", "", column + 1).unwrap();
    writeln!(out, "{:width$} |\n{line} | {source}\n{:width$} | {:column$}{carets}", "", "", "").unwrap();
    out
}
