//! The ten answers are those of the SQL in `QUESTIONS.md`, on the same tables.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use flights::questions::{self, Cell};
use flights::{data, models};
use nuages::Db;
use nuages::tokio_postgres::Row;
use nuages::tokio_postgres::types::Type;
use std::io::Write;

/// A quarter of the year: as good as the whole, and there sooner.
const MONTHS: data::Months = data::Months::Until(3);

/// The questions of `QUESTIONS.md`: name, text, SQL.
fn written() -> Vec<(String, String, String)> {
    let text = include_str!("../QUESTIONS.md");
    let sections = text.split("\n## ").skip(1);
    sections
        .map(|section| {
            let (heading, rest) = section.split_once('\n').unwrap();
            let (name, question) = heading.split_once(". ").unwrap().1.split_once(": ").unwrap();
            let sql = rest.split_once("```sql\n").unwrap().1.split_once("```").unwrap().0;
            (name.to_owned(), question.to_owned(), sql.to_owned())
        })
        .collect()
}

#[test]
fn the_questions_are_those_that_are_written_down() {
    let asked: Vec<_> = questions::all().into_iter().map(|q| (q.name.to_owned(), q.text.to_owned())).collect();
    let written: Vec<_> = written().into_iter().map(|(name, text, _)| (name, text)).collect();
    assert_eq!(asked.len(), 10);
    assert_eq!(asked, written);
}

#[tokio::test]
async fn the_answers_are_those_of_sql_written_by_hand() {
    let folder = match data::fetch() {
        Ok(folder) => folder,
        Err(why) => {
            // Past the capture of the test harness, which keeps what a passing test prints to itself.
            writeln!(std::io::stderr(), "the answers of examples/flights are not compared: {why}").unwrap();
            return;
        }
    };
    let database = nuages_devdb::shared().unwrap();
    let db = Db::connect(&database.url()).await.unwrap();
    models::create_all(&db).await.unwrap();
    data::load(&db, &folder, MONTHS).await.unwrap();

    let client = db.client().await.unwrap();
    for (question, (name, _, sql)) in questions::all().iter().zip(written()) {
        let expected: Vec<_> = client.query(&sql, &[]).await.expect(&name).iter().map(cells).collect();
        let found = question.ask(&db).await.expect(&name);
        assert!(!expected.is_empty(), "{name}: the comparison says nothing");
        assert_eq!(found.len(), expected.len(), "{name}: rows");
        for (i, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert!(same(found, expected), "{name}, row {i}\nexpected {expected:?}\n   found {found:?}");
        }
    }
}

/// A row of the driver's.
fn cells(row: &Row) -> Vec<Cell> {
    let cell = |i: usize| match *row.columns()[i].type_() {
        Type::INT2 => row.get::<_, Option<i16>>(i).into(),
        Type::INT8 => row.get::<_, Option<i64>>(i).into(),
        Type::FLOAT8 => row.get::<_, Option<f64>>(i).into(),
        _ => row.get::<_, Option<String>>(i).into(),
    };
    (0..row.len()).map(cell).collect()
}

/// Equal, averages but for the last digits: they depend on the order of the rows.
fn same(found: &[Cell], expected: &[Cell]) -> bool {
    found.len() == expected.len()
        && found.iter().zip(expected).all(|pair| match pair {
            (Cell::Mean(f), Cell::Mean(e)) => (f - e).abs() <= 1e-9 * f.abs().max(e.abs()),
            (f, e) => f == e,
        })
}
