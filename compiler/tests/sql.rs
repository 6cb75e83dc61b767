//! Golden queries: what each becomes as SQL. One file a case in `tests/sql/<subject>/`, and in `tests/keys/` those of keys
//! of several columns, which the shop does not have: the query, then for every statement its text (all switches on; other variants where they differ), its parameters and its columns.
//! `UPDATE_GOLDEN=1 cargo test -p nuages-compiler --test sql` writes them again.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod support;

use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::render::{Child, Compiled, PARENT_KEY, Sql};
use nuages_compiler::{lower, parse, resolve};
use nuages_schema::model::Schema;
use nuages_schema::source::SourceFile;
use std::fmt::Write as _;
use std::path::Path;
use support::files::files;

#[test]
fn queries_become_the_sql_that_is_written_down() {
    let count = golden("sql", &schema(&root().join("../examples/shop/schema")));
    assert!(count >= 100, "only {count} golden queries were found");
}

#[test]
fn queries_of_keys_become_the_sql_that_is_written_down() {
    let count = golden("keys", &support::zoo());
    assert!(count >= 30, "only {count} golden queries were found");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares all queries of a folder; how many there are.
fn golden(folder: &str, schema: &Schema) -> usize {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let paths = files(&root().join("tests").join(folder));
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let query = text.split("\n\n").next().unwrap_or_default().trim_end();
        let found = format!("{query}\n\n{}", compiled(query, schema));
        if found != text {
            if update {
                std::fs::write(path, &found).unwrap();
            } else {
                wrong.push(format!("{}\n--- written\n{text}\n--- found\n{found}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    paths.len()
}

fn schema(folder: &Path) -> Schema {
    let sources = files(folder)
        .into_iter()
        .map(|path| SourceFile {
            path: path.file_name().unwrap().to_string_lossy().into_owned(),
            app: path.file_stem().map(|s| s.to_string_lossy().into_owned()),
            text: std::fs::read_to_string(&path).unwrap(),
            location: path,
        })
        .collect();
    nuages_schema::parse(sources, "UTC").unwrap_or_else(|d| panic!("{d}"))
}

fn compiled(query: &str, schema: &Schema) -> String {
    let mut diagnostics = Diagnostics::default();
    let input = parse::parse(query.parse().unwrap(), &mut diagnostics);
    let Input::Expression(chain) = input else { panic!("{query} is no expression") };
    let query = resolve::resolve(&chain, schema, &mut diagnostics);
    let Some(query) = query.filter(|_| diagnostics.is_empty()) else {
        let texts: Vec<String> = diagnostics.iter().map(nuages_compiler::diagnostic::Diagnostic::text).collect();
        return format!("error: {}\n", texts.join("\nerror: "));
    };
    let Compiled { root, children, count, together, width: _ } = lower::compile(&query, schema);
    let masks = query.masks();
    let mut text = String::new();
    statement(&mut text, "", &root, &masks, schema);
    if let Some(count) = count {
        text.push_str("\n-- count\n");
        statement(&mut text, "", &count, &masks, schema);
    }
    if together {
        text.push_str("-- in one flight with its prefetches\n");
    }
    for child in &children {
        prefetch(&mut text, "", child, &masks, schema);
    }
    text
}

fn prefetch(text: &mut String, indent: &str, child: &Child, masks: &[u64], schema: &Schema) {
    let Child { sql, parent, key, children, .. } = child;
    writeln!(text, "\n{indent}-- prefetch: parent's columns {parent:?}, own {key:?}").unwrap();
    statement(text, indent, sql, masks, schema);
    for child in children {
        prefetch(text, &format!("{indent}  "), child, masks, schema);
    }
}

fn statement(text: &mut String, indent: &str, sql: &Sql, masks: &[u64], schema: &Schema) {
    let full = sql.text.text(masks[0]);
    writeln!(text, "{indent}{}", broken(&full, indent)).unwrap();
    let mut seen = vec![full];
    for &mask in &masks[1..] {
        let variant = sql.text.text(mask);
        if !seen.contains(&variant) {
            writeln!(text, "{indent}-- switches {mask:b}\n{indent}{}", broken(&variant, indent)).unwrap();
            seen.push(variant);
        }
    }
    for (i, param) in sql.params.iter().enumerate() {
        let slot = if param.slot == PARENT_KEY { "parents".to_owned() } else { format!("slot {}", param.slot) };
        writeln!(text, "{indent}-- ${}: {} ({slot})", i + 1, param.ty.sql_name(schema)).unwrap();
    }
    let columns: Vec<String> =
        sql.columns.iter().map(|c| format!("{}{}", c.ty.sql_name(schema), if c.nullable { "?" } else { "" })).collect();
    if !columns.is_empty() {
        writeln!(text, "{indent}-- columns: {}", columns.join(", ")).unwrap();
    }
}

/// A clause a line.
fn broken(sql: &str, indent: &str) -> String {
    let mut text = sql.to_owned();
    for word in [
        " FROM ",
        " LEFT JOIN ",
        " JOIN ",
        " CROSS JOIN ",
        " WHERE ",
        " GROUP BY ",
        " HAVING ",
        " ORDER BY ",
        " LIMIT ",
        " OFFSET ",
        " RETURNING ",
        " SET ",
        " VALUES ",
    ] {
        text = text.replace(word, &format!("\n{indent}{}", &word[1..]));
    }
    text.replace("LEFT\nJOIN", "LEFT JOIN").replace("CROSS\nJOIN", "CROSS JOIN")
}
