//! Reads that share connections: right answers whatever happens to their neighbours, and nobody waits for long.

mod faults;
mod slow;

use std::time::Duration;

use futures_util::future::join_all;
use nuages::private::{Child, Context, Decode, Plan, build, ty};
use nuages::testing::record;
use nuages::{Builder, Db, Error, ErrorKind, Nested, Query, Read, SharedMetrics};
use nuages_devdb::Database;
use tokio::time::{sleep, timeout};

use crate::support::{INT8, INT8_ARRAY, ITEMS, Item, Value, fixed, insert, number, param, settled};

const LONG: Duration = Duration::from_mins(1);

/// A database of its own with [`ITEMS`] up to a number.
async fn items(most: i64) -> Database {
    let (database, db) = crate::support::database(ITEMS).await;
    let more = format!("INSERT INTO item SELECT i, 'item ' || i FROM generate_series(4, {most}) AS i");
    db.execute_script(&more).await.unwrap();
    database
}

fn sharing(database: &Database, connections: usize) -> Builder {
    Db::builder().url(database.url()).pool_size(4).shared_reads(connections)
}

fn by_key(id: i64) -> Query<Item, Read> {
    static PLAN: Plan<Item> =
        Plan::<Item>::one::<Item>("Item", fixed("SELECT id, name FROM item WHERE id = $1", &[param(0, INT8)]), &[]);
    build().bind(ty::<i64>(), id).finish(&PLAN)
}

/// The connection that it is read on.
fn process() -> Query<i64, Read> {
    static PLAN: Plan<i64> = Plan::<i64>::record::<Value<i64>>("Row", fixed("SELECT pg_backend_pid()::int8", &[]));
    build().finish(&PLAN)
}

/// Sleeps for so many milliseconds.
fn slow(millis: i64) -> Query<bool, Read> {
    static PLAN: Plan<bool> =
        Plan::<bool>::exists("Row", fixed("SELECT pg_sleep($1 / 1000.0) IS NULL AS slow", &[param(0, INT8)]));
    build().bind(ty::<i64>(), millis).finish(&PLAN)
}

/// So many rows of 1 kB.
fn large(rows: i64) -> Query<Vec<String>, Read> {
    static PLAN: Plan<Vec<String>> = Plan::<Vec<String>>::rows::<Value<String>>(
        "Row",
        fixed("SELECT repeat(chr(65 + i::int % 26), 1000) FROM generate_series(1, $1) AS i", &[param(0, INT8)]),
        &[],
    );
    build().bind(ty::<i64>(), rows).finish(&PLAN)
}

/// One row of so many bytes.
fn wide(bytes: i64) -> Query<String, Read> {
    static PLAN: Plan<String> =
        Plan::<String>::record::<Value<String>>("Row", fixed("SELECT repeat('x', $1::int)", &[param(0, INT8)]));
    build().bind(ty::<i64>(), bytes).finish(&PLAN)
}

/// What the server refuses if the divisor is 0.
fn divided(by: i64) -> Query<i64, Read> {
    static PLAN: Plan<i64> = Plan::<i64>::record::<Value<i64>>("Row", fixed("SELECT 12 / $1", &[param(0, INT8)]));
    build().bind(ty::<i64>(), by).finish(&PLAN)
}

/// Items up to a key, each with those of the next key and of the one after that.
fn nested(most: i64) -> Query<Vec<(i64, Vec<i64>, Vec<i64>)>, Nested> {
    struct Three;
    impl Decode for Three {
        type Row = (i64, Vec<i64>, Vec<i64>);

        fn decode(cx: Context<'_>) -> Result<Self::Row, Error> {
            Ok((cx.get(0)?, cx.many(0, |cx| cx.get(1))?, cx.many(1, |cx| cx.get(1))?))
        }
    }
    const KEYS: &[nuages::private::Param] = &[param(u16::MAX, INT8_ARRAY)];
    const fn child(sql: &'static str) -> Child {
        Child {
            statement: fixed(sql, KEYS),
            parent: &[0],
            parent_types: &[INT8],
            key: &[0],
            children: &[],
            lists: None,
        }
    }
    const CHILDREN: &[Child] = &[
        child("SELECT id - 1, id FROM item WHERE id - 1 = ANY ($1)"),
        child("SELECT id - 2, id FROM item WHERE id - 2 = ANY ($1)"),
    ];
    static PLAN: Plan<Vec<(i64, Vec<i64>, Vec<i64>)>> = Plan::<Vec<(i64, Vec<i64>, Vec<i64>)>>::rows::<Three>(
        "Item",
        fixed("SELECT id FROM item WHERE id <= $1 ORDER BY id", &[param(0, INT8)]),
        CHILDREN,
    );
    build().bind(ty::<i64>(), most).finish(&PLAN)
}

fn counts(db: &Db) -> SharedMetrics {
    db.metrics().pools[0].shared.clone().unwrap()
}

/// Runs a query until it was read on a shared connection: then it is prepared on it.
async fn warm<T, K: nuages::Kind>(db: &Db, query: &Query<T, K>)
where
    for<'d> &'d Db: nuages::Executor<K>,
{
    let shared = async {
        let before = counts(db).reads;
        while counts(db).reads == before {
            query.run(db).await.map(drop).unwrap();
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LONG, shared).await.unwrap_or_else(|_| panic!("no connection is shared: {:?}", counts(db)));
}

/// Waits until nobody reads.
async fn quiet(db: &Db) {
    let over = async {
        while counts(db).in_flight > 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LONG, over).await.unwrap_or_else(|_| panic!("a read is left: {:?}", counts(db)));
    settled(db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_get_right_answers_over_two_connections() {
    let database = items(1000).await;
    let db = sharing(&database, 2).connect().await.unwrap();
    assert_eq!(counts(&db).size, 0, "each is opened when it is first needed");
    let tasks = (0..64).map(|task| {
        let db = db.clone();
        tokio::spawn(async move {
            for i in 0..40 {
                let id = 4 + (task * 37 + i * 11) % 990;
                assert_eq!(by_key(id).run(&db).await.unwrap(), Item { id, name: format!("item {id}") });
                if i % 8 == 0 {
                    let most = 1 + id % 20;
                    let rows = nested(most).run(&db).await.unwrap();
                    assert_eq!(rows, (1..=most).map(|i| (i, vec![i + 1], vec![i + 2])).collect::<Vec<_>>());
                }
                if i % 10 == 3 {
                    let rows = large(100).run(&db).await.unwrap();
                    assert!(rows.len() == 100 && rows.iter().all(|row| row.len() == 1000));
                }
                if i % 5 == 0 {
                    assert_eq!(
                        divided(i % 2).run(&db).await.map_err(|e| e.kind()),
                        match i % 2 {
                            0 => Err(ErrorKind::Database),
                            _ => Ok(12),
                        }
                    );
                }
            }
        })
    });
    for task in join_all(tasks).await {
        task.unwrap();
    }
    quiet(&db).await;
    let counts = counts(&db);
    assert_eq!((counts.max, counts.size, counts.opened, counts.in_flight), (2, 2, 2, 0));
    assert!(counts.reads > 64 * 40 / 2, "{counts:?}");
    // Their statements are counted with the others.
    let failed = db.metrics().statements(nuages::StatementKind::Read).failed;
    assert_eq!(failed, 64 * 4);
}

#[tokio::test]
async fn reads_share_and_nothing_else_does() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &process()).await;
    let shared = process().run(&db).await.unwrap();
    assert_eq!(process().run(&db.primary()).await.unwrap(), shared);
    let own = db.read_your_writes();
    insert(11).run(&own).await.unwrap();
    assert_eq!(process().run(&own).await.unwrap(), shared);
    warm(&db, &by_key(11)).await;
    assert_eq!(by_key(11).run(&own).await.unwrap().name, "new");

    let before = counts(&db).reads;
    assert_ne!(process().run(&db.unshared()).await.unwrap(), shared);
    assert_ne!(db.atomic(async |tx| process().run(tx).await).await.unwrap(), shared);
    assert_ne!(number(&db, "SELECT pg_backend_pid()::int8").await, shared);
    let mut rows = large(3).stream(&db);
    while let Some(row) = rows.next().await {
        row.unwrap();
    }
    let mut chunks = large(3).iterator(&db, 2);
    while let Some(chunk) = chunks.next().await {
        chunk.unwrap();
    }
    process().explain(&db).await.unwrap();
    insert(12).run(&db).await.unwrap();
    assert_eq!(counts(&db).reads, before);
    // Its prefetches go where the root goes, and all of it is listed where it was asked.
    warm(&db, &nested(2)).await;
    let (rows, sent) = record(async { nested(2).run(&db).await.unwrap() }).await;
    assert_eq!((rows.len(), sent.len(), counts(&db).moved), (2, 3, 0));
}

#[tokio::test]
async fn statements_are_prepared_once_on_each_connection() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &process()).await;
    for _ in 0..5 {
        join_all((0..50).map(|i| async move { 1 + i % 10 }).map(|id| {
            let db = db.clone();
            async move { by_key(id.await).run(&db).await.unwrap() }
        }))
        .await;
        sleep(Duration::from_millis(10)).await;
    }
    warm(&db, &prepared()).await;
    assert_eq!(prepared().run(&db).await.unwrap(), 1);
}

/// How many texts of [`by_key`] its connection has prepared.
fn prepared() -> Query<i64, Read> {
    const SQL: &str =
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT id, name FROM item WHERE%'";
    static PLAN: Plan<i64> = Plan::<i64>::record::<Value<i64>>("Row", fixed(SQL, &[]));
    build().finish(&PLAN)
}

#[tokio::test]
async fn what_cannot_be_shared_is_refused() {
    let database = items(3).await;
    let refused = async |builder: Builder| {
        let error = builder.connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        error.to_string()
    };
    assert_eq!(refused(sharing(&database, 0)).await, "found 0 connections that reads share, expected at least 1");
    assert_eq!(
        refused(sharing(&database, 2).pgbouncer(true)).await,
        "found shared_reads with pgbouncer, which gives a connection of the server to each transaction, expected one of \
         them"
    );
}

#[tokio::test]
async fn the_end_waits_for_reads_that_share() {
    let database = items(3).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &slow(0)).await;
    warm(&db, &process()).await;
    let reading = slow(300);
    let (read, closed, late) = tokio::join!(reading.run(&db), db.close(), async {
        sleep(Duration::from_millis(50)).await;
        process().run(&db).await
    });
    assert!(read.is_ok() && closed.is_ok(), "{read:?} {closed:?}");
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!((counts(&db).size, counts(&db).in_flight), (0, 0));

    // One whose last clone is dropped closes them as well.
    let (database, other) = (items(3).await, Db::connect(&database.url()).await.unwrap());
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &process()).await;
    let process = process().run(&db).await.unwrap();
    drop(db);
    let gone = async {
        while number(&other, &format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {process}")).await > 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LONG, gone).await.expect("the connection is closed");
}
