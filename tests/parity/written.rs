//! What writes have done, compared by the rows of all tables before and after.
//!
//! In: a database. Out: a connection in a transaction that is rolled back in the end, as the cases of other modules
//! read the same rows; cases that write come one after the other.

use crate::harness::Found;
use nuages::chrono::{DateTime, TimeDelta, Utc};
use nuages::{Client, Db, Error, ErrorKind, Query, Write};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use tokio::sync::{Mutex, MutexGuard};

const TABLES: &[&str] = &[
    "catalog_category",
    "catalog_tag",
    "catalog_product",
    "catalog_product_tags",
    "accounts_user",
    "accounts_address",
    "catalog_review",
    "sales_order",
    "sales_order_item",
    "sales_shipment",
];
/// Links are told by their ends: which of their keys are used up is nobody's business.
const LINKS: &str = "catalog_product_tags";
/// Keys of new rows begin here.
const FIRST: i64 = 1000;

static TURN: Mutex<()> = Mutex::const_new(());

/// The rows of each table by key.
type Rows = BTreeMap<&'static str, BTreeMap<String, Map<String, Value>>>;

/// The rows as they were.
pub(crate) struct Before {
    rows: Rows,
    _turn: MutexGuard<'static, ()>,
}

/// A connection in a transaction, and the rows that it finds.
pub(crate) async fn begin(db: &Db) -> Result<(Client, Before), Error> {
    let turn = TURN.lock().await;
    let tx = db.client().await?;
    tx.batch_execute("BEGIN; SET LOCAL TIME ZONE 'UTC'").await?;
    for table in TABLES {
        let restart = format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), {FIRST}, false)");
        tx.execute(&restart, &[]).await?;
    }
    let rows = snapshot(&tx).await?;
    Ok((tx, Before { rows, _turn: turn }))
}

/// What a write gives that may be refused: then the name of Django's error, and nothing is done.
pub(crate) async fn attempted<T: 'static>(tx: &Client, query: Query<T, Write>) -> Result<Value, Error> {
    tx.batch_execute("SAVEPOINT attempt").await?;
    match query.run(tx).await {
        Err(error) if matches!(error.kind(), ErrorKind::Integrity(_)) => {
            tx.batch_execute("ROLLBACK TO SAVEPOINT attempt").await?;
            Ok("IntegrityError".into())
        }
        Err(error) => Err(error),
        Ok(_) => Ok("nothing was refused".into()),
    }
}

impl Before {
    /// What was given and what was done, which is undone.
    pub(crate) async fn finish(self, tx: &Client, gives: Value) -> Found {
        let after = snapshot(tx).await?;
        tx.batch_execute("ROLLBACK").await?;
        Ok(Value::Object(
            [("gives".to_owned(), gives), ("writes".to_owned(), difference(&self.rows, &after))].into_iter().collect(),
        ))
    }
}

async fn snapshot(tx: &Client) -> Result<Rows, Error> {
    let now: DateTime<Utc> = tx.query_one("SELECT now()", &[]).await?.get(0);
    let mut tables = Rows::new();
    for table in TABLES {
        let rows = tx.query(&format!("SELECT to_jsonb(t) FROM \"{table}\" t"), &[]).await?;
        let rows = rows.iter().map(|row| {
            let Value::Object(mut row) = row.get::<_, Value>(0) else { panic!("a row is an object") };
            row.values_mut().for_each(|cell| *cell = told(cell, now));
            if *table == LINKS {
                (format!("{}-{}", row["product_id"], row["tag_id"]), Map::new())
            } else {
                (row["id"].to_string(), row)
            }
        });
        tables.insert(table, rows.collect());
    }
    Ok(tables)
}

/// Times of the last day are `now`.
fn told(cell: &Value, now: DateTime<Utc>) -> Value {
    let time = cell.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    let recent = time.is_some_and(|time| (time - now).abs() < TimeDelta::days(1));
    if recent { "now".into() } else { cell.clone() }
}

/// What is new, what is gone, and which columns have another value, by table.
fn difference(before: &Rows, after: &Rows) -> Value {
    let mut found = Map::new();
    for table in TABLES {
        let (old, new) = (&before[table], &after[table]);
        let mut gone: Vec<Value> =
            old.keys().filter(|key| !new.contains_key(*key)).map(|key| key.as_str().into()).collect();
        gone.sort_by_key(ToString::to_string);
        let mut made = Map::new();
        let mut changed = Map::new();
        for (key, row) in new {
            let Some(known) = old.get(key) else {
                made.insert(key.clone(), Value::Object(row.clone()));
                continue;
            };
            let other = row.iter().filter(|(column, value)| known[*column] != **value);
            let other: Map<String, Value> = other.map(|(column, value)| (column.clone(), value.clone())).collect();
            if !other.is_empty() {
                changed.insert(key.clone(), Value::Object(other));
            }
        }
        let mut parts = Map::new();
        if !made.is_empty() {
            parts.insert("new".to_owned(), Value::Object(made));
        }
        if !gone.is_empty() {
            parts.insert("gone".to_owned(), Value::Array(gone));
        }
        if !changed.is_empty() {
            parts.insert("changed".to_owned(), Value::Object(changed));
        }
        if !parts.is_empty() {
            found.insert((*table).to_owned(), Value::Object(parts));
        }
    }
    Value::Object(found)
}
