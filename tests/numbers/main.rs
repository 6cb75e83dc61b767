//! Aggregates are right: random schemas with random rows, random queries on them, and every number that PostgreSQL
//! answers is compared with one that was computed in memory, by loops over rows, as the language page says it.
//! `NUAGES_NUMBERS_WORLDS=1000` makes more schemas, `NUAGES_NUMBERS_SEED=7` makes others, and each failure says with
//! which of these its own schema is made again, alone.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

mod answer;
mod dice;
mod make;
mod plain;
mod query;
mod server;
mod shrink;
mod spelt;
mod value;
mod world;

use dice::Dice;
use nuages_schema::model::Schema;
use query::{Query, Text};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use tokio_postgres::{Client, NoTls};
use value::Val;
use world::World;

/// Queries on each schema.
const QUERIES: usize = 60;

#[tokio::test]
async fn every_number_is_the_one_computed_by_hand() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let worlds = number("NUAGES_NUMBERS_WORLDS").unwrap_or(15);
    let first = number("NUAGES_NUMBERS_SEED").unwrap_or(1);
    let database = nuages_devdb::shared().unwrap();
    let (client, connection) = tokio_postgres::connect(&database.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    // Tables of a few rows without statistics look large enough to be compiled for, which takes longer than all else.
    client.batch_execute("SET client_min_messages = warning; SET jit = off").await.unwrap();
    let (mut asked, mut mixed, mut cells, mut wrong, mut seen) = (0, 0, 0, Vec::new(), BTreeSet::new());
    for seed in first..first + worlds {
        let mut dice = Dice::new(seed);
        let world = World::new(&mut dice);
        let schema = server::schema(&world);
        server::fill(&client, &world, &schema).await;
        for _ in 0..QUERIES {
            let query = make::query(&world, &mut dice);
            asked += 1;
            match check(&client, &world, &schema, &query).await {
                Ok(compared) => cells += compared,
                // More is mixed than a filter takes, which is rare.
                Err(problem) if problem.starts_with("refused") && problem.contains("[N0560]") => mixed += 1,
                Err(problem) => {
                    // The same mistake once.
                    if seen.insert(problem.lines().next().unwrap_or_default().replace(|c: char| c.is_ascii_digit(), ""))
                        || problem.starts_with("different")
                    {
                        wrong.push(shown(&client, seed, &world, &query).await);
                    }
                    server::fill(&client, &world, &schema).await;
                }
            }
        }
        assert!(wrong.len() < 8, "{} wrong of {asked}:\n\n{}", wrong.len(), wrong.join("\n\n"));
    }
    println!("{asked} queries on {worlds} schemas, {mixed} of them refused, {cells} values compared");
    assert!(mixed * 1000 <= asked, "{mixed} of {asked} are refused");
    assert!(wrong.is_empty(), "{} wrong of {asked}:\n\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(cells > asked, "only {cells} values were compared");
}

/// Shows its query if the thread panics while it lives.
struct Shown<'q>(&'q World, &'q str);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}\nthe query was: {}", self.0.text(), self.1);
        }
    }
}

/// Asks both and compares; how many values were compared.
async fn check(client: &Client, world: &World, schema: &Schema, query: &Query) -> Result<usize, String> {
    let text = Text(world).query(query);
    let shown = Shown(world, &text);
    let asked = server::compiled(&text, schema).map_err(|e| format!("refused: {e}"))?;
    drop(shown);
    let rows = asked.ask(client, query, schema).await.map_err(|e| format!("the server: {e}"))?;
    let expected = answer::answer(world, &spelt::spelt(world, query));
    let closed = asked.closed();
    for row in &rows {
        if let Some(at) = row.iter().zip(&closed).position(|(cell, closed)| *closed && cell.is_none()) {
            return Err(format!("different: column {at} is NULL and is said never to be\n{rows:?}"));
        }
    }
    let same = |expected: &[Val], row: &[Option<String>]| {
        expected.len() == row.len() && expected.iter().zip(row).all(|(value, cell)| value.is(cell.as_deref()))
    };
    let mut rest: Vec<&Vec<Option<String>>> = rows.iter().collect();
    let found = expected.rows.iter().enumerate().all(|(at, row)| {
        if expected.ordered {
            return rows.get(at).is_some_and(|other| same(row, other));
        }
        let at = rest.iter().position(|other| same(row, other));
        at.map(|at| rest.swap_remove(at)).is_some()
    });
    if !found || expected.rows.len() != rows.len() {
        return Err(format!("different: {}", difference(&expected.rows, &rows)));
    }
    Ok(rows.iter().map(Vec::len).sum())
}

fn difference(expected: &[Vec<Val>], rows: &[Vec<Option<String>>]) -> String {
    let mut text = String::new();
    for row in expected {
        let cells: Vec<String> = row.iter().map(|v| v.literal('\'')).collect();
        write!(text, "\n  computed {}", cells.join(" | ")).unwrap();
    }
    for row in rows {
        let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or("None")).collect();
        write!(text, "\n  answered {}", cells.join(" | ")).unwrap();
    }
    text
}

/// What is wrong, with as little around it as possible.
async fn shown(client: &Client, seed: u64, world: &World, query: &Query) -> String {
    let (mut world, mut query) = (world.clone(), query.clone());
    let schema = server::schema(&world);
    let kind = |problem: &str| match problem.split_once('[') {
        Some((_, code)) if problem.starts_with("refused") => code[..5.min(code.len())].to_owned(),
        _ => problem.split(' ').next().unwrap_or_default().to_owned(),
    };
    let problem = check(client, &world, &schema, &query).await.err().unwrap_or_default();
    let first = kind(&problem);
    'queries: loop {
        for smaller in shrink::queries(&query) {
            let text = Text(&world).query(&smaller);
            if first.starts_with(char::is_lowercase) && server::compiled(&text, &schema).is_err() {
                continue;
            }
            if check(client, &world, &schema, &smaller).await.is_err_and(|p| kind(&p) == first) {
                query = smaller;
                continue 'queries;
            }
        }
        break;
    }
    'worlds: loop {
        if first != "different:" {
            break;
        }
        for smaller in shrink::worlds(&world, query.anchor.map(|(model, row, _)| (model, row))) {
            server::fill(client, &smaller, &schema).await;
            if check(client, &smaller, &schema, &query).await.is_err_and(|p| kind(&p) == first) {
                world = smaller;
                continue 'worlds;
            }
        }
        break;
    }
    server::fill(client, &world, &schema).await;
    let problem = check(client, &world, &schema, &query).await.err().unwrap_or_default();
    let text = Text(&world).query(&query);
    let sql = server::compiled(&text, &schema).map(|asked| asked.text(&query)).unwrap_or_default();
    let mut data = String::new();
    for (at, model) in world.models.iter().enumerate() {
        for (number, row) in model.rows.iter().enumerate() {
            let mut cells: Vec<String> =
                model.fields.iter().zip(&row.values).map(|(f, v)| format!("{} {}", f.name, v.literal('\''))).collect();
            let keys = model
                .refs
                .iter()
                .enumerate()
                .map(|(r, reference)| format!("{} {}", reference.name, world.key(at, number, r).literal('\'')));
            cells.extend(keys);
            writeln!(data, "  {}: {}", model.name, cells.join(", ")).unwrap();
        }
    }
    for pairs in world.pairs.iter().filter(|p| !p.list.is_empty()) {
        writeln!(data, "  {} (rows from 0): {:?}", pairs.name, pairs.list).unwrap();
    }
    let values: Vec<String> =
        query.values.iter().enumerate().map(|(n, v)| format!("v{n} = {}", v.literal('\''))).collect();
    format!(
        "made again by NUAGES_NUMBERS_SEED={seed} NUAGES_NUMBERS_WORLDS=1:\n{}\nrows:\n{data}\n{text}\nwhere {}, without {:?}\n{sql}\n{problem}",
        world.text(),
        values.join("; "),
        query.absent,
    )
}
