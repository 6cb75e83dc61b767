//! Every function, part of a date, cast, aggregate, window and operator on every type of field: what the compiler takes
//! for a query the server does too, with the promised types, and asked of rows with the values at the edges of each type
//! it finds no NULL where none was promised. A value that the server refuses (a division by zero, a number out of
//! range) is an error of its own class; any other refusal is a mistake of ours.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[allow(dead_code, reason = "each test that has this file uses its own part")]
mod golden;

use golden::{client, fits, schema_of};
use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::render::Sql;
use nuages_compiler::tables::aggregates::AGGREGATES;
use nuages_compiler::tables::functions::{FUNCTIONS, Operand};
use nuages_compiler::tables::operators::OPERATORS;
use nuages_compiler::tables::parts::PARTS;
use nuages_compiler::tables::windows::{WINDOWS, WindowOperand};
use nuages_compiler::{lower, parse, resolve};
use nuages_schema::model::Schema;
use std::collections::BTreeSet;
use tokio_postgres::Client;

/// A field of each type.
#[rustfmt::skip]
const FIELDS: &[&str] = &[
    "text", "boolean", "small", "integer", "big", "float", "real", "decimal", "date", "time", "instant", "naive",
    "duration", "interval", "uuid", "binary", "json", "inet", "texts", "integers", "maybes", "statuses", "span",
    "days", "hstore", "vector", "status", "grade", "custom", "nullable", "absent",
];

/// A field of each type that goes together with another one.
#[rustfmt::skip]
const PAIRED: &[&str] = &[
    "text", "boolean", "small", "integer", "big", "float", "real", "decimal", "date", "time", "instant", "naive",
    "duration", "interval", "json", "texts", "span", "vector", "status", "nullable",
];

/// The types that a value can be cast to.
#[rustfmt::skip]
const TYPES: &[&str] = &[
    "Text", "Char(3)", "Boolean", "SmallInteger", "Integer", "BigInteger", "Float", "Real", "Decimal",
    "Decimal(6, 2)", "Date", "Time", "DateTime", "DateTime(naive)", "Duration", "Interval", "Uuid", "Binary", "Json",
    "Inet", "Array(Text)", "Array(Integer)", "Array(Integer?)", "Range(Integer)", "HStore", "SearchVector", "Status",
    "Grade",
];

/// Rows of `Every`: the values of its columns, those that are not named in a row are as in the first.
const ROWS: &[&[(&str, &str)]] = &[
    &[
        ("char", "'word'"),
        ("text", "'some text'"),
        ("slug", "'a'"),
        ("email", "'a@b.c'"),
        ("url", "'u'"),
        ("boolean", "true"),
        ("small", "2"),
        ("integer", "3"),
        ("big", "4"),
        ("positive", "5"),
        ("float", "0.5"),
        ("real", "0.25"),
        ("decimal", "1.50"),
        ("date", "'2024-02-29'"),
        ("time", "'12:34:56.789'"),
        ("instant", "'2024-03-31 01:30:00+00'"),
        ("naive", "'2024-03-31 02:30:00'"),
        ("duration", "'1 day 02:03:04'"),
        ("interval", "'1 mon 2 days'"),
        ("uuid", "'6f6f1b8e-0c1b-4d2a-9d3a-1f2e3d4c5b6a'"),
        ("binary", "'\\x00ff'"),
        ("json", "'{\"a\": 1}'"),
        ("inet", "'127.0.0.1'"),
        ("texts", "'{a,b}'"),
        ("chars", "'{a}'"),
        ("integers", "'{1,2}'"),
        ("maybes", "'{1,NULL}'"),
        ("statuses", "'{draft}'"),
        ("grades", "'{low}'"),
        ("span", "'[1,5)'"),
        ("bigs", "'[1,5)'"),
        ("decimals", "'[1,5)'"),
        ("days", "'[2024-01-01,2024-02-01)'"),
        ("instants", "'[2024-01-01,2024-02-01)'"),
        ("hstore", "'a=>1'"),
        ("vector", "'word:1'"),
        ("status", "'draft'"),
        ("grade", "'low'"),
        ("custom", "'08:00:2b:01:02:03'"),
        ("other_id", "1"),
        ("nullable", "1"),
        ("absent", "'high'"),
        ("map", "'a=>NULL'"),
    ],
    // Nothing in anything.
    &[
        ("text", "''"),
        ("boolean", "false"),
        ("small", "0"),
        ("integer", "0"),
        ("big", "0"),
        ("positive", "0"),
        ("float", "0"),
        ("real", "0"),
        ("decimal", "0"),
        ("time", "'00:00'"),
        ("duration", "'0'"),
        ("interval", "'0'"),
        ("binary", "''"),
        ("json", "'null'"),
        ("texts", "'{}'"),
        ("chars", "'{}'"),
        ("integers", "'{}'"),
        ("maybes", "'{NULL}'"),
        ("statuses", "'{}'"),
        ("grades", "'{}'"),
        ("span", "'empty'"),
        ("bigs", "'(,)'"),
        ("decimals", "'empty'"),
        ("days", "'empty'"),
        ("instants", "'(,)'"),
        ("hstore", "''"),
        ("vector", "''"),
        ("nullable", "NULL"),
        ("absent", "NULL"),
        ("map", "NULL"),
    ],
    // The least.
    &[
        ("text", "E'e\\u0301 \\U0001F468\\u200D\\U0001F469 ß'"),
        ("small", "-32768"),
        ("integer", "-2147483648"),
        ("big", "-9223372036854775808"),
        ("float", "'-Infinity'"),
        ("real", "'-Infinity'"),
        ("decimal", "-99999999.99"),
        ("date", "'4713-01-01 BC'"),
        ("instant", "'4713-01-01 00:00:00+00 BC'"),
        ("naive", "'4713-01-01 BC'"),
        ("duration", "'-100 days -23:59:59.999999'"),
        ("interval", "'-178000000 years'"),
        ("json", "'\"text\"'"),
        ("span", "'(,)'"),
        ("days", "'(,)'"),
    ],
    // The greatest.
    &[
        ("text", "repeat('x', 300)"),
        ("small", "32767"),
        ("integer", "2147483647"),
        ("big", "9223372036854775807"),
        ("float", "1.7976931348623157e308"),
        ("real", "3.4e38"),
        ("decimal", "99999999.99"),
        ("date", "'9999-12-31'"),
        ("instant", "'9999-12-31 23:59:59.999999+00'"),
        ("naive", "'9999-12-31 23:59:59.999999'"),
        ("time", "'23:59:59.999999'"),
        ("json", "'1e400'"),
        ("status", "'active'"),
        ("grade", "'high'"),
    ],
    // No numbers; texts that are of other types.
    &[("text", "'1'"), ("float", "'NaN'"), ("real", "'NaN'"), ("decimal", "'NaN'"), ("json", "'12.5'")],
    &[("text", "'2024-10-27 01:30:00+00'"), ("instant", "'2024-10-27 01:30:00+00'"), ("json", "'true'")],
    &[("text", "'{}'"), ("small", "-1"), ("integer", "-1"), ("big", "-1"), ("float", "-0.5"), ("decimal", "-0.01")],
];

/// Refusals of values that are no data exceptions to PostgreSQL: NaN as a whole number, `Chr(0)`, a text that is no
/// `tsvector`, one that is no `hstore` before version 16.
const OTHERS: &[&str] = &["0A000", "54000", "42601", "XX000"];

/// What a type of one's own has is known to the server alone.
fn up_to_the_server(expr: &str) -> bool {
    ["Cast(custom", "Min(custom", "Max(custom"].iter().any(|call| expr.contains(call))
}

#[tokio::test]
async fn every_call_is_accepted_and_keeps_its_promises() {
    let schema = schema_of("matrix/schema.nuages", "Europe/Paris");
    let database = nuages_devdb::shared().unwrap();
    let client = client(&database.url(), &schema).await;
    fill(&client).await;
    let (mut asked, mut cells, mut wrong) = (0, 0, BTreeSet::new());
    for expr in calls().into_iter().filter(|e| !up_to_the_server(e)).collect::<BTreeSet<_>>() {
        let Some(sql) = compiled(&format!("Every.order_by(id).annotate(x = {expr}).values(x)"), &schema) else {
            continue;
        };
        asked += 1;
        for problem in check(&client, &sql, true, &mut cells).await {
            wrong.insert(format!("{expr}: {problem}"));
        }
    }
    for expr in aggregates().into_iter().filter(|e| !up_to_the_server(e)) {
        for query in [
            format!("Every.aggregate(x = {expr})"),
            format!("Every.filter(id.lt = 0).aggregate(x = {expr})"),
            format!("Every.values(boolean).annotate(x = {expr}).values(x)"),
        ] {
            let Some(sql) = compiled(&query, &schema) else { continue };
            asked += 1;
            for problem in check(&client, &sql, false, &mut cells).await {
                wrong.insert(format!("{query}: {problem}"));
            }
        }
    }
    let shown: Vec<&str> = wrong.iter().take(20).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), shown.join("\n"));
    assert!(asked > 1_500 && cells > 10_000, "only {asked} calls were asked, {cells} values looked at");
}

/// Calls that give each row a value; most of them are refused when they are compiled.
fn calls() -> Vec<String> {
    let mut all = Vec::new();
    for row in FUNCTIONS {
        let name = row.name;
        match row.operands {
            [] => all.push(format!("{name}()")),
            [_] => all.extend(FIELDS.iter().map(|a| format!("{name}({a})"))),
            [_, Operand::Small | Operand::From(_)] => all.extend(
                pairs(
                    &["text", "status", "integer", "small", "big", "decimal", "float", "real", "nullable"],
                    &["2", "0", "-1", "small", "nullable"],
                )
                .map(|(a, b)| format!("{name}({a}, {b})")),
            ),
            [_, _] => all.extend(pairs(PAIRED, PAIRED).map(|(a, b)| format!("{name}({a}, {b})"))),
            [_, second, ..] => {
                let second: &[&str] = if matches!(second, Operand::From(_)) {
                    &["2", "0", "1", "small"]
                } else {
                    &["text", "status", "\"e\""]
                };
                let third = if matches!(row.operands[2], Operand::From(_)) {
                    ["2", "0", "nullable"]
                } else {
                    ["text", "status", "\"-\""]
                };
                for (b, c) in pairs(second, &third) {
                    all.extend(["text", "status", "char"].map(|a| format!("{name}({a}, {b}, {c})")));
                }
            }
        }
    }
    for (field, row) in FIELDS.iter().flat_map(|f| PARTS.iter().map(move |row| (f, row))) {
        all.push(format!("Extract({field}, {})", row.name));
        all.push(format!("Trunc({field}, {})", row.name));
        all.push(format!("F({field}.{})", row.name));
        all.push(format!("Trunc({field}, {}, tz = \"America/New_York\")", row.name));
    }
    for field in FIELDS {
        all.extend(TYPES.iter().map(|ty| format!("Cast({field}, {ty})")));
        for one in ["Concat", "JSONArray", "SearchVector", "SearchQuery", "TruncDate", "TruncTime"] {
            all.push(format!("{one}({field})"));
        }
        all.push(format!("Concat({field}, \"-\", nullable)"));
        all.push(format!("JSONObject(a = {field}, b = JSONArray({field}))"));
        all.push(format!("Collate({field}, \"C\")"));
        all.push(format!("-{field}"));
        all.push(format!("SearchRank(vector, SearchQuery({field}))"));
        all.push(format!("SearchHeadline({field}, SearchQuery(\"text\"))"));
        all.push(format!(
            "SearchHeadline(text, {field}, config = \"simple\", start_sel = \"<'\\\\\", max_words = 5, min_words = 1)"
        ));
        all.push(format!("SearchRank({field}, {field}, weights = [0.1, 0.2, 0.4, 1], normalization = 2)"));
        all.push(format!("SearchRank({field}, \"text\", weights = [0.1, 0.2, 0.4, 1], cover_density = true)"));
        all.push(format!("SearchRank(vector, {field}, normalization = F({field}), cover_density = true)"));
        all.push(format!("SearchVector({field}, config = \"simple\", weight = B)"));
        all.push(format!("Case(When(small.gt = 0, then = {field}))"));
        all.push(format!("Case(When(small.gt = 0, then = {field}), default = {field})"));
    }
    for (a, b) in pairs(PAIRED, PAIRED) {
        for operator in ["+", "-", "*", "/", "%"] {
            all.push(format!("F({a}) {operator} F({b})"));
        }
    }
    assert!(!OPERATORS.is_empty());
    for row in WINDOWS {
        let operands = match row.operands {
            [] => vec![String::new()],
            [WindowOperand::Positive] => vec!["3".into()],
            [_] => FIELDS.iter().map(|f| (*f).to_owned()).collect(),
            [_, WindowOperand::Positive] => FIELDS.iter().map(|f| format!("{f}, 2")).collect(),
            _ => FIELDS.iter().flat_map(|f| [(*f).to_owned(), format!("{f}, 2"), format!("{f}, 1, {f}")]).collect(),
        };
        for operands in operands {
            for over in [
                "",
                ", partition_by(boolean), order_by(-id)",
                ", order_by(id), frame(rows, -1..=-1)",
                ", order_by(id), frame(rows, 0..=1)",
            ] {
                all.push(format!("Window({}({operands}){over})", row.name));
            }
        }
    }
    for aggregate in aggregates().into_iter().filter(|a| !a.contains("distinct") && !a.contains("filter")) {
        all.push(format!("Window({aggregate}, order_by(id), frame(rows, 1..=2))"));
    }
    all
}

/// Aggregates of fields.
fn aggregates() -> Vec<String> {
    let mut all = vec!["Count()".to_owned()];
    for row in AGGREGATES {
        let name = row.name;
        match row.operands {
            (2, 2) if name == "StringAgg" => {
                all.extend(["text", "status", "char"].map(|a| format!("{name}({a}, \"-\")")));
            }
            (2, 2) => all.extend(pairs(PAIRED, PAIRED).map(|(a, b)| format!("{name}({a}, {b})"))),
            _ => {
                for field in FIELDS {
                    all.push(format!("{name}({field})"));
                    all.push(format!("{name}({field}, distinct)"));
                    all.push(format!("{name}({field}, sample = true)"));
                    all.push(format!("{name}({field}, filter = Q(small.gt = 0))"));
                    all.push(format!("{name}({field}, default = {field})"));
                    all.push(format!("{name}({field}, default = 0)"));
                    all.push(format!("{name}({field}, default = \"draft\")"));
                }
            }
        }
    }
    all
}

fn pairs<'a>(left: &'a [&'a str], right: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
    left.iter().flat_map(move |a| right.iter().map(move |b| (*a, *b)))
}

/// The one statement of a query; `None` where it is none.
fn compiled(query: &str, schema: &Schema) -> Option<Sql> {
    let mut diagnostics = Diagnostics::default();
    let Input::Expression(chain) = parse::parse(query.parse().unwrap(), &mut diagnostics) else { return None };
    if !diagnostics.is_empty() {
        return None;
    }
    let query = resolve::resolve(&chain, schema, &mut diagnostics).filter(|_| diagnostics.is_empty())?;
    Some(lower::compile(&query, schema).root)
}

/// What is wrong with a statement: its types, that it is refused, or a NULL that was not promised. Asked of each row
/// alone, unless it makes one of many rows.
async fn check(client: &Client, sql: &Sql, alone: bool, cells: &mut usize) -> Vec<String> {
    let text = sql.text.text(0);
    let shown = text.split_once(" FROM ").map_or(text.as_str(), |(head, _)| head).to_owned();
    let statement = match client.prepare(&text).await {
        Ok(statement) => statement,
        Err(e) => {
            return vec![format!(
                "is refused: {}\n    {shown}",
                e.as_db_error().map(ToString::to_string).unwrap_or_default()
            )];
        }
    };
    let (found, promised) = (statement.columns()[0].type_(), &sql.columns[0]);
    if !fits(found, &promised.ty) {
        return vec![format!("is {found}, {:?} was promised\n    {shown}", promised.ty)];
    }
    let mut wrong = Vec::new();
    let mut texts = vec![text.clone()];
    // A value that is refused says nothing of the other rows.
    if alone && !text.contains(" OVER ") && client.simple_query(&text).await.is_err() {
        let one = |id| text.replacen(" ORDER BY", &format!(" WHERE t0.\"id\" = {id} ORDER BY"), 1);
        texts = (1..=ROWS.len()).map(one).collect();
    }
    for text in texts {
        match client.simple_query(&text).await {
            Ok(rows) => {
                for row in rows {
                    let tokio_postgres::SimpleQueryMessage::Row(row) = row else { continue };
                    *cells += 1;
                    if row.get(0).is_none() && !promised.nullable {
                        wrong.push(format!("is NULL\n    {text}"));
                    }
                }
            }
            Err(e) => {
                let error = e.as_db_error().unwrap();
                let code = error.code().code();
                if !code.starts_with("22") && !OTHERS.contains(&code) {
                    wrong.push(format!("is refused: {code} {error}\n    {text}"));
                }
            }
        }
    }
    wrong
}

async fn fill(client: &Client) {
    client.batch_execute("INSERT INTO other (name) VALUES ('x')").await.unwrap();
    for row in ROWS {
        let value = |(name, value): &(&'static str, &'static str)| {
            (*name, row.iter().find(|(n, _)| n == name).map_or(*value, |(_, own)| *own))
        };
        let (columns, values): (Vec<&str>, Vec<&str>) = ROWS[0].iter().map(value).unzip();
        let columns: Vec<String> = columns.iter().map(|c| format!("\"{c}\"")).collect();
        client
            .batch_execute(&format!("INSERT INTO every ({}) VALUES ({})", columns.join(", "), values.join(", ")))
            .await
            .unwrap();
    }
}
