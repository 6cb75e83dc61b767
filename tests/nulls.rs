//! What the compiler promises never to be NULL never is: golden queries, and others put together from them, asked of
//! random rows with NULL wherever a column may hold it, of few rows and of none. `NUAGES_FUZZ_RUNS=100000` asks more
//! of them, `NUAGES_FUZZ_SEED=7` others.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[allow(dead_code, reason = "each test that has this file uses its own part")]
mod golden;
#[path = "../compiler/tests/fuzz/mutate.rs"]
#[allow(dead_code, reason = "other tests that have this file want broken queries too")]
mod mutate;

use golden::{client, queries, schema, statements};
use mutate::{Corpus, Numbers, Shown};
use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::hir::{Body, SqlType};
use nuages_compiler::render::{Compiled, Sql};
use nuages_compiler::{lower, parse, resolve};
use nuages_schema::model::{FieldType, Model, Schema};
use proc_macro2::TokenStream;
use std::collections::BTreeSet;
use tokio_postgres::{Client, SimpleQueryMessage};

/// How often each table is tried to be given a row, in one database after the other.
const ROWS: &[usize] = &[0, 1, 6, 14];

#[tokio::test]
async fn no_column_is_null_that_is_said_never_to_be() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let runs: usize = number("NUAGES_FUZZ_RUNS").map_or(150, |runs| usize::try_from(runs).unwrap());
    let mut numbers = Numbers::new(number("NUAGES_FUZZ_SEED").unwrap_or(20_261_121));
    let schema = schema();
    let golden: Vec<TokenStream> = queries()
        .iter()
        .map(|query| query.parse().unwrap())
        .filter(|query| compiled(query, &schema).is_some())
        .collect();
    let corpus = Corpus::new(golden.clone());
    let (mut asked, mut cells, mut wrong) = (0, 0, BTreeSet::new());
    for rows in ROWS {
        let database = nuages_devdb::shared().unwrap();
        let client = client(&database.url(), &schema).await;
        fill(&client, &schema, *rows, &mut numbers).await;
        let composed = (0..runs).map(|round| corpus.composed(1 + round % 3, &mut numbers)).collect::<Vec<_>>();
        for query in golden.iter().chain(&composed) {
            let _shown = Shown(query);
            let Some((compiled, switches)) = compiled(query, &schema) else { continue };
            for sql in statements(&compiled) {
                for mask in BTreeSet::from([0, (1 << switches) - 1]) {
                    // A value that the server refuses (a division by zero, a time zone) says nothing of the columns.
                    let Some(rows) = ask(&client, sql, mask, &schema, &mut numbers).await else { continue };
                    asked += 1;
                    cells += rows.len() * sql.columns.len();
                    let null = |row: &&Vec<bool>| row.iter().zip(&sql.columns).any(|(null, c)| *null && !c.nullable);
                    if let Some(row) = rows.iter().find(null) {
                        let at = row.iter().zip(&sql.columns).position(|(null, c)| *null && !c.nullable).unwrap();
                        wrong.insert(format!("column {at} of {query}\n  {}", sql.text.text(mask)));
                    }
                }
            }
        }
    }
    let shown: Vec<&str> = wrong.iter().take(8).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), shown.join("\n\n"));
    assert!(asked > 1_000 && cells > 20_000, "only {asked} statements were asked, {cells} values looked at");
}

/// The statements of a query that reads; `None` for others.
fn compiled(query: &TokenStream, schema: &Schema) -> Option<(Compiled, u8)> {
    let mut diagnostics = Diagnostics::default();
    let Input::Expression(chain) = parse::parse(query.clone(), &mut diagnostics) else { return None };
    if !diagnostics.is_empty() {
        return None;
    }
    let query = resolve::resolve(&chain, schema, &mut diagnostics).filter(|_| diagnostics.is_empty())?;
    matches!(query.body, Body::Select(..)).then(|| (lower::compile(&query, schema), query.switches))
}

/// For each row and column whether it is NULL; `None` if the server refuses a value.
async fn ask(client: &Client, sql: &Sql, mask: u64, schema: &Schema, numbers: &mut Numbers) -> Option<Vec<Vec<bool>>> {
    let types: Vec<String> = sql.params.iter().map(|p| p.ty.sql_name(schema)).collect();
    let values: Vec<String> = sql.params.iter().map(|p| of_type(&p.ty, schema, numbers)).collect();
    let (types, values) = match types.len() {
        0 => (String::new(), String::new()),
        _ => (format!("({})", types.join(", ")), format!("({})", values.join(", "))),
    };
    let text = sql.text.text(mask);
    let all = format!("DEALLOCATE ALL; PREPARE asked{types} AS {text}; EXECUTE asked{values}");
    let row = |message| match message {
        SimpleQueryMessage::Row(row) => Some((0..row.len()).map(|at| row.get(at).is_none()).collect()),
        _ => None,
    };
    Some(client.simple_query(&all).await.ok()?.into_iter().filter_map(row).collect())
}

/// A value of a type, as one writes it in SQL.
fn of_type(ty: &SqlType, schema: &Schema, numbers: &mut Numbers) -> String {
    let n = numbers.below(6);
    match ty {
        SqlType::Bool => (n < 3).to_string(),
        ty if ty.is_number() => n.to_string(),
        SqlType::Date => format!("'2024-0{}-01'", 1 + n),
        SqlType::TimestampTz | SqlType::Timestamp => format!("'2024-0{}-01T12:00:00Z'", 1 + n),
        SqlType::Array(element, _) if element.is_text() => "'{a,b,draft,active,paid}'".into(),
        SqlType::Array(..) => "'{1,2,3,4,5,6,7,8,9}'".into(),
        SqlType::Enum(id) | SqlType::NativeEnum(id) => {
            let variants = &schema.enumeration(*id).variants;
            format!("'{}'", variants[n % variants.len()].value)
        }
        _ => format!("'{}'", ["a", "b", "ab", "%", "active", "c d"][n]),
    }
}

/// Tries to give every table some rows; what a constraint refuses stays away.
async fn fill(client: &Client, schema: &Schema, rows: usize, numbers: &mut Numbers) {
    // Twice, so that keys may refer to rows of tables that come later.
    for model in (0..2).flat_map(|_| &schema.models).filter(|m| !m.unmanaged) {
        for _ in 0..rows {
            let _refused = client.batch_execute(&insert(model, schema, numbers)).await;
        }
    }
}

fn insert(model: &Model, schema: &Schema, numbers: &mut Numbers) -> String {
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for field in model.fields.iter().filter(|f| !f.ty.is_auto() && f.generated.is_none()) {
        columns.push(format!("\"{}\"", field.column));
        values.push(if field.nullable && numbers.below(3) == 0 {
            "NULL".to_owned()
        } else if let Some(key) = &field.foreign_key {
            let target = schema.model(key.target);
            let column = &target.field(key.to_field).column;
            let skipped = numbers.below(5);
            format!("(SELECT \"{column}\" FROM \"{}\" ORDER BY 1 OFFSET {skipped} LIMIT 1)", target.table)
        } else {
            match &field.ty {
                FieldType::Char(_) | FieldType::Text | FieldType::Slug(_) | FieldType::Email | FieldType::Url => {
                    format!("'{}'", ["a", "b", "ab", "", "active", "c d"][numbers.below(6)])
                }
                FieldType::Json(_) => ["'{\"a\": 1}'", "'null'", "'[]'"][numbers.below(3)].to_owned(),
                ty => of_type(&SqlType::of(schema, ty), schema, numbers),
            }
        });
    }
    format!("INSERT INTO \"{}\" ({}) VALUES ({})", model.table, columns.join(", "), values.join(", "))
}
