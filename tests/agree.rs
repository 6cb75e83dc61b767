//! Chains that nobody wrote, put together from golden ones: their rows, their number, whether there are any, and a slice
//! of them must agree, each being a statement of its own. On the rows that parity compares with Django.
//! `NUAGES_FUZZ_RUNS=100000` asks more of them, `NUAGES_FUZZ_SEED=7` others.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[allow(dead_code, reason = "each test that has this file uses its own part")]
mod golden;
#[path = "../compiler/tests/fuzz/mutate.rs"]
#[allow(dead_code, reason = "other tests that have this file want broken queries too")]
mod mutate;

use golden::{client as empty, queries, root, schema};
use mutate::{Corpus, Numbers, Shown};
use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::hir::{Bind, Body, Ending, SqlType};
use nuages_compiler::render::Sql;
use nuages_compiler::{lower, parse, resolve};
use nuages_schema::model::Schema;
use proc_macro2::TokenStream;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

#[tokio::test]
async fn rows_number_existence_and_slice_agree() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let runs: u64 = number("NUAGES_FUZZ_RUNS").unwrap_or(1_000);
    let schema = schema();
    let database = nuages_devdb::shared().unwrap();
    let client = client(&database.url(), &schema).await;
    let golden = queries().into_iter().map(|query| query.parse().unwrap());
    let corpus = Corpus::new(golden.filter(|query| rows(query, &schema).is_some()));
    let mut numbers = Numbers::new(number("NUAGES_FUZZ_SEED").unwrap_or(20_261_204));
    let (mut seen, mut asked, mut wrong) = (BTreeSet::new(), 0, Vec::new());
    for round in 0..runs {
        let chain = corpus.composed(1 + usize::try_from(round % 3).unwrap(), &mut numbers);
        let _shown = Shown(&chain);
        let Some((sql, masks)) = rows(&chain, &schema) else { continue };
        if !seen.insert(sql.text.text(0)) {
            continue;
        }
        let ends = |text: &str| {
            let chain: TokenStream = chain.clone().into_iter().chain(text.parse::<TokenStream>().unwrap()).collect();
            compiled(&chain, &schema).map(|(sql, _, _)| sql)
        };
        let others = [".count()", ".exists()", "[1..3]"].map(|end| (end, ends(end)));
        for mask in masks.into_iter().take(4) {
            // A value that the server refuses (a division by zero, a time zone) says nothing of the chain.
            let Ok(all) = ask(&client, &sql, mask, &schema).await else { continue };
            asked += 1;
            for (end, sql) in others.iter().filter_map(|(end, sql)| sql.as_ref().map(|sql| (*end, sql))) {
                let expected = match end {
                    ".count()" => all.len().to_string(),
                    ".exists()" => if all.is_empty() { "f" } else { "t" }.to_owned(),
                    _ => all.len().saturating_sub(1).min(2).to_string(),
                };
                let found = match ask(&client, sql, mask, &schema).await {
                    Ok(rows) if end.starts_with('[') => rows.len().to_string(),
                    Ok(rows) => rows[0].get(0).unwrap_or_default().to_owned(),
                    Err(error) => error,
                };
                if found != expected {
                    let text = sql.text.text(mask);
                    wrong.push(format!("{chain} {end}\n  expected {expected}, found {found}\n  {text}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(asked > 200, "only {asked} chains were asked");
}

/// The statement of a chain of rows, and masks of its switches; `None` for what is wrong, writes, prefetches or ends.
fn rows(chain: &TokenStream, schema: &Schema) -> Option<(Sql, Vec<u64>)> {
    compiled(chain, schema).filter(|(_, _, rows)| *rows).map(|(sql, masks, _)| (sql, masks))
}

fn compiled(chain: &TokenStream, schema: &Schema) -> Option<(Sql, Vec<u64>, bool)> {
    let mut diagnostics = Diagnostics::default();
    let Input::Expression(chain) = parse::parse(chain.clone(), &mut diagnostics) else { return None };
    if !diagnostics.is_empty() {
        return None;
    }
    let query = resolve::resolve(&chain, schema, &mut diagnostics)?;
    if query.values.iter().any(|value| matches!(value.bind, Bind::Slice { within: Some(_), .. })) {
        // The runtime computes what comes of both slices, which values made up do not know.
        return None;
    }
    let rows = matches!(&query.body, Body::Select(_, Ending::Rows));
    let masks = query.masks();
    let compiled = lower::compile(&query, schema);
    // Rows of prefetches come among the chain's own.
    (!compiled.together).then_some((compiled.root, masks, rows))
}

/// Asks a statement with made-up values.
async fn ask(client: &Client, sql: &Sql, mask: u64, schema: &Schema) -> Result<Vec<SimpleQueryRow>, String> {
    let text = sql.text.text(mask);
    let types: Vec<String> = sql.params.iter().map(|p| p.ty.sql_name(schema)).collect();
    let values: Vec<&str> = sql.params.iter().map(|p| value(&p.ty)).collect();
    let (types, values) = match types.len() {
        0 => (String::new(), String::new()),
        _ => (format!("({})", types.join(", ")), format!("({})", values.join(", "))),
    };
    let all = format!("DEALLOCATE ALL; PREPARE asked{types} AS {text}; EXECUTE asked{values}");
    let messages = client.simple_query(&all).await.map_err(|error| match error.as_db_error() {
        Some(report) => report.to_string(),
        None => error.to_string(),
    })?;
    let row = |message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    };
    Ok(messages.into_iter().filter_map(row).collect())
}

/// A value of a type, as one writes it in SQL.
fn value(ty: &SqlType) -> &'static str {
    match ty {
        SqlType::Bool => "true",
        SqlType::Int2 | SqlType::Int4 | SqlType::Int8 | SqlType::Float4 | SqlType::Float8 | SqlType::Numeric => "3",
        SqlType::Date => "'2024-05-01'",
        SqlType::TimestampTz | SqlType::Timestamp => "'2024-05-01T12:00:00Z'",
        SqlType::Array(element, _) if element.is_text() => "'{a,paid,active}'",
        SqlType::Array(..) => "'{1,2,3,4}'",
        _ => "'a'",
    }
}

/// A connection to a database with the rows of `parity/data.json`.
async fn client(url: &str, schema: &Schema) -> Client {
    let client = empty(url, schema).await;
    let data = std::fs::read_to_string(root().join("parity/data.json")).unwrap();
    let tables: HashMap<String, Value> = serde_json::from_str(&data).unwrap();
    // A map of `serde_json` forgets the order in the file, which is one that foreign keys allow.
    for table in data.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\": [")) {
        let columns: Vec<String> = tables[table][0].as_object().unwrap().keys().map(|c| format!("\"{c}\"")).collect();
        let columns = columns.join(", ");
        let insert = format!(
            "INSERT INTO \"{table}\" ({columns}) OVERRIDING SYSTEM VALUE \
             SELECT {columns} FROM json_populate_recordset(NULL::\"{table}\", $1::json)"
        );
        client.execute(&insert, &[&tables[table]]).await.unwrap();
    }
    client
}
