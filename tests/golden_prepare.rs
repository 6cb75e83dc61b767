//! The golden SQL of `compiler/tests/sql`, and the right queries of `docs/errors`, prepared on a real PostgreSQL: the server
//! accepts every variant, and its parameters and columns have the types that the compiler promised. On every installed
//! major version, so that the goldens are the same for all.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[path = "../compiler/tests/matrix/cases.rs"]
mod cases;
mod golden;
#[path = "../compiler/tests/fuzz/mutate.rs"]
mod mutate;
#[allow(dead_code, reason = "what is said of wrong queries is the compiler's matter")]
#[path = "../compiler/tests/support/page.rs"]
mod page;

use golden::{client, fits, queries, queries_in, schema, schema_of, statements};
use mutate::{Corpus, Numbers, Shown};
use nuages_compiler::ast::Input;
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::render::{Compiled, Param, Sql};
use nuages_compiler::{lower, parse, resolve};
use nuages_devdb::Cluster;
use nuages_schema::model::Schema;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

#[tokio::test]
async fn every_variant_is_accepted_with_the_promised_types() {
    let mut versions = BTreeSet::new();
    let mut installations = nuages_devdb::find::all().unwrap_or_default();
    installations.extend(nuages_devdb::find::wheel().ok());
    assert!(!installations.is_empty(), "no PostgreSQL was found");
    for installation in installations {
        if !versions.insert(installation.version().major) {
            continue;
        }
        let cluster = Cluster::start_on(&installation).unwrap();
        let prepared = check(&cluster).await;
        println!("PostgreSQL {}: {prepared} statements prepared", cluster.version());
        assert!(prepared > 200, "only {prepared} statements were prepared");
    }
    if versions.len() == 1 {
        println!("one PostgreSQL only: install another major version to compare (or let pip fetch the wheel)");
    }
}

/// Golden queries, changed at random: those that are still queries are accepted too. `NUAGES_FUZZ_RUNS=100000` makes
/// more of them, `NUAGES_FUZZ_SEED=7` makes others.
#[tokio::test]
async fn queries_changed_at_random_are_accepted_too() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let runs: u64 = number("NUAGES_FUZZ_RUNS").unwrap_or(2_000);
    let (schema, database) = (schema(), nuages_devdb::shared().unwrap());
    let client = client(&database.url(), &schema).await;
    let golden = queries().into_iter().filter(|query| compiled(query.parse().unwrap(), &schema).is_some());
    let corpus = Corpus::new(golden.map(|query| query.parse().unwrap()));
    let mut numbers = Numbers::new(number("NUAGES_FUZZ_SEED").unwrap_or(20_261_204));
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for round in 0..runs {
        let changes = 1 + usize::try_from(round % 3).unwrap();
        let query =
            if round % 2 == 0 { corpus.composed(changes, &mut numbers) } else { corpus.mutated(1, &mut numbers) };
        let _shown = Shown(&query);
        let Some((compiled, masks)) = compiled(query.clone(), &schema) else { continue };
        for sql in statements(&compiled) {
            for mask in masks.iter().copied().take(4) {
                let text = sql.text.text(mask);
                if seen.insert(text.clone())
                    && let Err(problem) = prepare(&client, sql, mask, &schema).await
                {
                    wrong.push(format!("{query}\n  {text}\n  {problem}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), seen.len(), wrong.join("\n\n"));
    assert!(seen.len() > 300, "only {} statements were prepared", seen.len());
}

/// Every lookup on every type of field: what the compiler takes for a query, the server does too.
#[tokio::test]
async fn every_lookup_on_every_type_is_accepted() {
    let schema = schema_of("matrix/schema.nuages", "Europe/Paris");
    let database = nuages_devdb::shared().unwrap();
    let client = client(&database.url(), &schema).await;
    let (mut prepared, mut wrong) = (0, Vec::new());
    for queries in cases::cases(&schema).into_iter().map(|case| case.queries) {
        let negated = queries[1].replace(".filter(", ".exclude(");
        for query in queries.into_iter().chain([negated]) {
            let Some((compiled, masks)) = compiled(query.parse().unwrap(), &schema) else { continue };
            for sql in statements(&compiled) {
                for mask in masks.iter().copied() {
                    prepared += 1;
                    if let Err(problem) = prepare(&client, sql, mask, &schema).await {
                        let text = sql.text.text(mask);
                        wrong
                            .push(format!("{query}\n  {}\n  {problem}", text.split(" WHERE ").nth(1).unwrap_or(&text)));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {prepared}:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(prepared > 3_000, "only {prepared} statements were prepared");
}

async fn check(cluster: &Cluster) -> usize {
    let zoo = schema_of("fixtures/zoo.nuages", "UTC");
    let pages = queries_of_pages();
    assert!(pages.len() > 300, "only {} queries stand in pages", pages.len());
    let of_shop = queries().into_iter().chain(pages).collect();
    check_all(cluster, &schema(), of_shop).await + check_all(cluster, &zoo, queries_in("keys")).await
}

/// The queries of the pages about mistakes that speak of the shop.
fn queries_of_pages() -> Vec<String> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(page::folder()).unwrap() {
        let parts = page::parts(&std::fs::read_to_string(file.unwrap().path()).unwrap());
        if parts.iter().any(|part| matches!(part, page::Part::Block(kind, _) if kind == "nuages")) {
            continue;
        }
        for part in parts {
            if let page::Part::Block(kind, text) = part
                && kind == "rust"
            {
                found_in(text.parse().unwrap(), &mut found);
            }
        }
    }
    found
}

/// What stands in the calls of `query!` among tokens.
fn found_in(tokens: TokenStream, found: &mut Vec<String>) {
    let mut before = [String::new(), String::new()];
    for token in tokens {
        match &token {
            TokenTree::Group(group) if before == ["query", "!"] => found.push(group.stream().to_string()),
            TokenTree::Group(group) => found_in(group.stream(), found),
            _ => {}
        }
        let [_, last] = before;
        before = [last, token.to_string()];
    }
}

async fn check_all(cluster: &Cluster, schema: &Schema, queries: Vec<String>) -> usize {
    let database = cluster.create_database().unwrap();
    let client = client(&database.url(), schema).await;
    let mut prepared = 0;
    let mut wrong = Vec::new();
    for query in queries {
        let Some((compiled, masks)) = compiled(query.parse().unwrap(), schema) else { continue };
        for sql in statements(&compiled) {
            for mask in masks.iter().copied() {
                prepared += 1;
                if let Err(problem) = prepare(&client, sql, mask, schema).await {
                    wrong.push(format!("{query}\n  {}\n  {problem}", sql.text.text(mask)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {prepared} on {}:\n{}", wrong.len(), cluster.version(), wrong.join("\n\n"));
    prepared
}

/// The query as statements, and the masks of switches to try: everything on, everything off, each switch and each arm of
/// a branch alone, each with everything else on. `None` for a golden error.
fn compiled(query: TokenStream, schema: &Schema) -> Option<(Compiled, Vec<u64>)> {
    let mut diagnostics = Diagnostics::default();
    let Input::Expression(chain) = parse::parse(query, &mut diagnostics) else { return None };
    if !diagnostics.is_empty() {
        return None;
    }
    let query = resolve::resolve(&chain, schema, &mut diagnostics)?;
    diagnostics.is_empty().then(|| (lower::compile(&query, schema), query.masks()))
}

async fn prepare(client: &Client, sql: &Sql, mask: u64, schema: &Schema) -> Result<(), String> {
    let text = sql.text.text(mask);
    // Only data can follow it: a server takes it as it is, or not at all.
    if text.starts_with("COPY ") {
        return Ok(());
    }
    // As the runtime does: of a parameter that this variant leaves out there is nothing to infer.
    let mentioned = |n: usize| {
        let name = format!("${n}");
        text.match_indices(&name).any(|(at, _)| !text[at + name.len()..].starts_with(|c: char| c.is_ascii_digit()))
    };
    let declared = |(i, p): (usize, &Param)| match Type::from_oid(p.oid) {
        Some(ty) => ty,
        None if mentioned(i + 1) => Type::UNKNOWN,
        None => Type::TEXT,
    };
    let types: Vec<Type> = sql.params.iter().enumerate().map(declared).collect();
    let statement = client.prepare_typed(&text, &types).await.map_err(|e| {
        let server = e.as_db_error().map(ToString::to_string);
        format!("is refused: {}", server.unwrap_or_else(|| e.to_string()))
    })?;
    // `DELETE` and `UPDATE` without `RETURNING` have no columns.
    if statement.columns().len() != sql.columns.len() {
        return Err(format!("has {} columns, {} were promised", statement.columns().len(), sql.columns.len()));
    }
    for (i, (found, promised)) in statement.columns().iter().zip(&sql.columns).enumerate() {
        if !fits(found.type_(), &promised.ty) {
            let promised = promised.ty.sql_name(schema);
            return Err(format!("column {i} is {}, {promised} was promised", found.type_()));
        }
    }
    Ok(())
}
