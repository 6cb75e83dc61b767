//! `docs/functions.md`, the normative table of lookups, functions, aggregates, windows and methods, is what the tables of
//! the compiler say. `UPDATE_GOLDEN=1 cargo test -p nuages-compiler --test functions` writes it anew.
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use nuages_compiler::tables::aggregates::{AGGREGATES, ResultRule};
use nuages_compiler::tables::classes::Class;
use nuages_compiler::tables::functions::{FUNCTIONS, FunctionRow, Null, Outcome, SPECIALS};
use nuages_compiler::tables::lookups::{self, LOOKUPS};
use nuages_compiler::tables::methods::{METHODS, Role};
use nuages_compiler::tables::parts::PARTS;
use nuages_compiler::tables::transforms::{self, TRANSFORMS};
use nuages_compiler::tables::windows::{WINDOWS, WindowNull, WindowOperand, WindowResult};
use std::fmt::Write as _;
use std::path::Path;

const HEAD: &str = "# Lookups, functions, aggregates, windows, methods

Made from the compiler's own tables; a test holds it against them. Types are those of the schema language; `Option`
says when a value can be NULL. Where a name has several rows, the first that takes the operands is meant.
";

#[test]
fn the_page_says_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/functions.md");
    let page = page();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/functions.md is out of date: UPDATE_GOLDEN=1 writes it anew");
}

fn page() -> String {
    let mut out = HEAD.to_owned();
    let rows = LOOKUPS.iter().map(|r| vec![code(r.name), operand(r.operand), types(r.fits), needs(r.doc, r.extension)]);
    table(&mut out, "Lookups", &["lookup", "right side", "of", "meaning"], rows);
    let rows = TRANSFORMS.iter().map(|r| {
        let option = if r.optional { ", `Option`" } else { "" };
        vec![code(r.name), types(r.fits), format!("{}{option}", transformed(r.result)), needs(r.doc, r.extension)]
    });
    table(&mut out, "Transforms", &["transform", "of", "type", "meaning"], rows);
    let rows = PARTS.iter().map(|r| {
        let trunc = if r.trunc.is_some() { code(&format!("Trunc{}", r.suffix)) } else { String::new() };
        vec![code(r.name), code(&format!("Extract{}", r.suffix)), trunc, types(r.fits), r.doc.to_owned()]
    });
    let head = ["part, as a transform", "function (`Integer`)", "truncation (the operand's type)", "of", "meaning"];
    table(&mut out, "Parts of dates and times", &head, rows);
    let rows = FUNCTIONS.iter().map(|r| {
        let mut operands: Vec<&str> = r.operands.iter().map(|o| o.words()).collect();
        if r.many {
            operands.push("…");
        }
        let operands = operands.join("; ");
        vec![code(r.name), operands, computed(r.result).into(), null(r).into(), needs(r.doc, r.extension)]
    });
    table(&mut out, "Functions", &["function", "operands", "type", "`Option`", "meaning"], rows);
    let rows = SPECIALS.iter().map(|r| vec![code(r.name), code(r.usage), r.doc.to_owned()]);
    table(&mut out, "Constructs with rules of their own", &["name", "written", "meaning"], rows);
    let rows = AGGREGATES.iter().map(|r| {
        let option = if r.closed { "never" } else { "unless `default =` closes it" };
        let operands = match r.operands {
            (a, b) if a == b => a.to_string(),
            (a, b) => format!("{a} to {b}"),
        };
        vec![code(r.name), operands, r.takes.words().into(), gathered(r.result).into(), option.into(), r.doc.into()]
    });
    table(&mut out, "Aggregates", &["aggregate", "operands", "of", "type", "`Option`", "meaning"], rows);
    let rows = WINDOWS.iter().map(|r| {
        let shown = |(i, o): (usize, &WindowOperand)| {
            if i < r.least { counted(*o).to_owned() } else { format!("[{}]", counted(*o)) }
        };
        let operands: Vec<String> = r.operands.iter().enumerate().map(shown).collect();
        let (ty, option) = (windowed(r.result), window_null(r.null));
        vec![code(r.name), operands.join("; "), ty.into(), option.into(), r.doc.to_owned()]
    });
    table(&mut out, "Window functions", &["function", "operands", "type", "`Option`", "meaning"], rows);
    out.push_str("\nAny aggregate stands in a window too, without `distinct`; its type and `Option` are the same.\n");
    for (title, role) in
        [("Methods", Role::Step), ("Endings", Role::Ending), ("Writes", Role::Write), ("After writes", Role::Modifier)]
    {
        let rows = METHODS.iter().filter(|m| m.role == role).map(|m| vec![code(m.name), m.doc.to_owned()]);
        table(&mut out, title, &["method", "meaning"], rows);
    }
    out
}

fn table(out: &mut String, title: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = write!(out, "\n## {title}\n\n| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

fn code(name: &str) -> String {
    format!("`{name}`")
}

fn needs(doc: &str, extension: Option<&str>) -> String {
    extension.map_or_else(|| doc.to_owned(), |extension| format!("{doc} (extension `{extension}`)"))
}

/// Kinds of types in the words of the schema.
fn types(classes: &[Class]) -> String {
    let word = |class: &Class| match class {
        Class::Bool => "Boolean",
        Class::Integer => "integers",
        Class::Float => "floats",
        Class::Numeric => "Decimal",
        Class::Text => "text",
        Class::Enum => "enums",
        Class::Native => "native enums",
        Class::Instant => "DateTime",
        Class::Naive => "DateTime(naive)",
        Class::Date => "Date",
        Class::Time => "Time",
        Class::Span => "Duration, Interval",
        Class::Uuid => "Uuid",
        Class::Bytes => "Binary",
        Class::Json => "Json",
        Class::Inet => "Inet",
        Class::Array => "Array",
        Class::Range => "Range",
        Class::HStore => "HStore",
        Class::Vector => "SearchVector",
        Class::Query => "SearchQuery",
        Class::Custom => "Custom",
    };
    let missing: Vec<&str> = Class::ALL.iter().filter(|c| !classes.contains(c)).map(word).collect();
    match missing.len() {
        0 => "any type".into(),
        1..=4 => format!("any type but {}", missing.join(", ")),
        _ => classes.iter().map(word).collect::<Vec<_>>().join(", "),
    }
}

fn operand(operand: lookups::Operand) -> String {
    use lookups::Operand as O;
    match operand {
        O::Same => "a value of its type",
        O::Text => "text",
        O::Bool => "`true`, `false`",
        O::Many => "values of its type, or a chain",
        O::Pair => "`(a, b)`, `a..=b`",
        O::Element => "a value of its elements' type",
        O::Texts => "texts",
    }
    .into()
}

fn transformed(result: transforms::Outcome) -> &'static str {
    use transforms::Outcome as O;
    match result {
        O::Text => "`Text`",
        O::Integer => "`Integer`",
        O::Bool => "`Boolean`",
        O::Element => "that of its elements",
        O::Date => "`Date`",
        O::Time => "`Time`",
    }
}

fn computed(result: Outcome) -> &'static str {
    match result {
        Outcome::Text => "`Text`",
        Outcome::Int4 => "`Integer`",
        Outcome::Float4 => "`Real`",
        Outcome::Float8 => "`Float`",
        Outcome::Numeric => "`Decimal`",
        Outcome::Instant => "`DateTime`",
        Outcome::First | Outcome::Back => "the first operand's",
        Outcome::Common => "the operands'",
    }
}

fn null(row: &FunctionRow) -> &'static str {
    match row.null {
        Null::Any if row.operands.is_empty() => "never",
        Null::Any => "if an operand is",
        Null::All => "if all operands are",
        Null::Always => "always",
    }
}

fn gathered(result: ResultRule) -> &'static str {
    match result {
        ResultRule::Count => "`BigInteger`",
        ResultRule::Sum => "`BigInteger` of integers, else the operand's",
        ResultRule::Average => "`Float` of integers and floats, else the operand's",
        ResultRule::Same => "the operand's",
        ResultRule::Float | ResultRule::Double => "`Float`",
        ResultRule::Bool => "`Boolean`",
        ResultRule::Array => "`Array` of the operand's",
        ResultRule::Text => "`Text`",
        ResultRule::Json => "`Json`",
    }
}

fn counted(operand: WindowOperand) -> &'static str {
    match operand {
        WindowOperand::Value => "any value",
        WindowOperand::Offset => "an `Integer`",
        WindowOperand::Positive => "an `Integer` from 1",
        WindowOperand::Default => "a value of the first operand's type",
    }
}

fn windowed(result: WindowResult) -> &'static str {
    match result {
        WindowResult::Int8 => "`BigInteger`",
        WindowResult::Int4 => "`Integer`",
        WindowResult::Float8 => "`Float`",
        WindowResult::First => "the first operand's",
    }
}

fn window_null(rule: WindowNull) -> &'static str {
    match rule {
        WindowNull::Never => "never",
        WindowNull::Beyond => "without a default; or if the first operand or the default is",
        WindowNull::Frame => "if the operand is, or the frame leaves out the row itself",
        WindowNull::Always => "always",
    }
}
