//! Rows as they arrive: other statements in between, ends that are not waited for.

use std::time::Duration;

use nuages::private::{Context, Decode, Plan, build, ty};
use nuages::{Error, ErrorKind, Query, Read};

use crate::support::{INT8, Value, database, fixed, number, param, settled};

fn series(rows: i64) -> Query<Vec<(i64, String)>, Read> {
    struct Wide;
    impl Decode for Wide {
        type Row = (i64, String);

        fn decode(cx: Context<'_>) -> Result<Self::Row, Error> {
            Ok((cx.get(0)?, cx.get(1)?))
        }
    }
    static PLAN: Plan<Vec<(i64, String)>> = Plan::<Vec<(i64, String)>>::rows::<Wide>(
        "Row",
        fixed("SELECT i, repeat('x', 1000) FROM generate_series(1, $1) AS i", &[param(0, INT8)]),
        &[],
    );
    build().bind(ty::<i64>(), rows).finish(&PLAN)
}

#[tokio::test]
async fn a_stream_that_is_dropped_early_leaves_nothing() {
    let (_keep, db) = database("").await;
    let mut rows = series(10_000_000).stream(&db);
    assert_eq!(rows.next().await.unwrap().unwrap().0, 1);
    drop(rows);
    // Its connection does not come back with rows unread: it is gone, and so is the statement.
    settled(&db).await;
    assert_eq!(db.status().size, 0);
    let running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' \
                   AND query LIKE '%generate_series%' AND pid <> pg_backend_pid()";
    let mut left = 1;
    for _ in 0..100 {
        left = number(&db, running).await;
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(left, 0);
    // One that is read to its end gives the connection back.
    let mut rows = series(3).stream(&db);
    let mut count = 0;
    while let Some(row) = rows.next().await {
        row.unwrap();
        count += 1;
    }
    assert_eq!((count, db.status().size), (3, 1));
}

#[tokio::test]
async fn in_a_transaction_other_statements_run_between_rows() {
    static SUM: Plan<i64> = Plan::<i64>::count("Row", fixed("SELECT $1 * 2", &[param(0, INT8)]));
    let (_keep, db) = database("").await;
    db.atomic(async |tx| {
        let mut rows = series(2000).stream(tx);
        let mut seen = 0;
        while let Some(row) = rows.next().await {
            let (i, _) = row?;
            seen += 1;
            let twice: Query<_, Read> = build().bind(ty::<i64>(), i).finish(&SUM);
            if i % 500 == 0 {
                assert_eq!(twice.run(tx).await?, 2 * i);
            }
        }
        assert_eq!(seen, 2000);
        // Dropped early: its cursor is closed, the transaction goes on.
        let mut rows = series(2000).stream(tx);
        rows.next().await.unwrap()?;
        drop(rows);
        static CURSORS: Plan<i64> =
            Plan::<i64>::count("Row", fixed("SELECT count(*) FROM pg_cursors WHERE name <> ''", &[]));
        let cursors: Query<_, Read> = build().finish(&CURSORS);
        assert_eq!(cursors.run(tx).await?, 0);
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(db.status().size, 1);
}

#[tokio::test]
async fn on_clients_and_transactions_of_the_driver() {
    let (_keep, db) = database("").await;
    let mut client = db.client().await.unwrap();
    let count = async |mut rows: nuages::Rows<'_, (i64, String)>| {
        let mut count = 0;
        while let Some(row) = rows.next().await {
            row.unwrap();
            count += 1;
        }
        count
    };
    assert_eq!(count(series(700).stream(&client)).await, 700);
    let plain: &nuages::tokio_postgres::Client = &client;
    assert_eq!(count(series(700).stream(plain)).await, 700);
    // Dropped early, then another statement: the driver throws the rest away.
    let mut rows = series(100_000).stream(&client);
    rows.next().await.unwrap().unwrap();
    drop(rows);
    assert_eq!(series(2).run(&client).await.unwrap().len(), 2);
    let tx = client.transaction().await.unwrap();
    assert_eq!(count(series(700).stream(&tx)).await, 700);
    let plain: &nuages::tokio_postgres::Transaction<'_> = &tx;
    assert_eq!(count(series(0).stream(plain)).await, 0);
}

#[tokio::test]
async fn errors_end_a_stream() {
    static ZERO: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>(
        "Row",
        fixed("SELECT 10 / (3 - i) FROM generate_series(1::int8, 5) AS i", &[]),
        &[],
    );
    static WRONG: Plan<Vec<i64>> =
        Plan::<Vec<i64>>::rows::<Value<i64>>("Row", fixed("SELECT * FROM missing", &[]), &[]);
    let (_keep, db) = database("").await;
    let query: Query<_, Read> = build().finish(&ZERO);
    let mut rows = query.stream(&db);
    assert_eq!(rows.next().await.unwrap().unwrap(), 5);
    assert_eq!(rows.next().await.unwrap().unwrap(), 10);
    let error = rows.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Database, Some("22012")));
    assert!(rows.next().await.is_none());
    // The server ended it by itself: the connection is clean.
    assert_eq!(db.status().size, 1);
    let wrong: Query<_, Read> = build().finish(&WRONG);
    assert_eq!(wrong.stream(&db).next().await.unwrap().unwrap_err().sqlstate(), Some("42P01"));
    assert_eq!((db.status().size, db.status().available), (1, 1));
    let error = build().slice_to(-1).finish::<_, Read>(&ZERO).stream(&db).next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn streams_go_to_other_tasks() {
    let (_keep, db) = database("").await;
    let sum = tokio::spawn(async move {
        let mut rows = series(10).stream(&db);
        let mut sum = 0;
        while let Some(row) = rows.next().await {
            sum += row.unwrap().0;
        }
        sum
    });
    assert_eq!(sum.await.unwrap(), 55);
}
