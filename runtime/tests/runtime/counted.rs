//! What a database counts.

use std::time::Duration;

use nuages::{Db, ErrorKind, Integrity, PoolMetrics, StatementKind};

use crate::support::{ITEMS, all, database, insert, settled, sleep};

fn primary(db: &Db) -> PoolMetrics {
    let mut pools = db.metrics().pools;
    assert_eq!(pools.len(), 1);
    pools.remove(0)
}

#[tokio::test]
async fn statements_by_kind() {
    let (_keep, db) = database(ITEMS).await;
    for _ in 0..3 {
        all().run(&db).await.unwrap();
    }
    insert(4).run(&db).await.unwrap();
    let taken = insert(4).run(&db).await.unwrap_err().kind();
    assert_eq!(taken, ErrorKind::Integrity(Integrity::Unique));
    db.atomic(async |tx| all().run(tx).await).await.unwrap();
    let late = tokio::time::timeout(Duration::from_millis(20), sleep().run(&db)).await;
    assert!(late.is_err());

    let metrics = db.metrics();
    let count = |kind| {
        let statements = metrics.statements(kind);
        (statements.latency.count(), statements.failed, statements.given_up)
    };
    assert_eq!(count(StatementKind::Read), (4, 0, 1));
    assert_eq!(count(StatementKind::Write), (2, 1, 0));
    assert_eq!(count(StatementKind::Transaction), (2, 0, 0));
    assert_eq!(count(StatementKind::Script), (1, 0, 0));
    assert_eq!(count(StatementKind::Copy), (0, 0, 0));
    // All on one connection, so each text is prepared once; without rows the second time, which the last one had not.
    assert_eq!(count(StatementKind::Prepare), (2, 0, 0));
    assert_eq!(metrics.errors(taken), 1);
    assert_eq!(metrics.errors(ErrorKind::Timeout), 0);
    let reads = metrics.statements(StatementKind::Read).latency;
    assert!(reads.sum() > Duration::ZERO && reads.quantile(0.5).is_some());
}

#[tokio::test]
async fn connections_and_waits() {
    let (keep, db) = database(ITEMS).await;
    let first = primary(&db);
    assert_eq!((first.name.as_str(), first.max, first.size, first.idle), ("primary", 4, 1, 1));
    // One for the connection itself, one for the script.
    assert_eq!((first.acquires, first.opened, first.closed, first.timeouts), (2, 1, 0, 0));
    assert!(first.wait > Duration::ZERO, "it was opened");
    all().run(&db).await.unwrap();
    let second = primary(&db);
    assert_eq!((second.acquires, second.wait), (3, first.wait));

    let narrow = Db::builder().url(keep.url()).pool_size(1).acquire_timeout(Duration::from_millis(30));
    let narrow = narrow.connect().await.unwrap();
    let held = narrow.client().await.unwrap();
    let waiting = tokio::spawn({
        let db = narrow.clone();
        async move { all().run(&db).await.map(drop) }
    });
    while primary(&narrow).waiting == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(primary(&narrow).idle, 0);
    assert_eq!(waiting.await.unwrap().unwrap_err().kind(), ErrorKind::Pool);
    drop(held);
    let last = primary(&narrow);
    assert_eq!((last.timeouts, last.waiting, last.idle, last.acquires), (1, 0, 1, 2));
    assert!(last.wait >= Duration::from_millis(30), "{:?}", last.wait);
    assert_eq!(narrow.metrics().errors(ErrorKind::Pool), 1);
}

#[tokio::test]
async fn a_closed_connection_is_counted() {
    let (_keep, db) = database(ITEMS).await;
    let late = tokio::time::timeout(Duration::from_millis(20), sleep().run(&db)).await;
    assert!(late.is_err());
    settled(&db).await;
    let pool = primary(&db);
    assert_eq!((pool.opened, pool.closed, pool.size), (1, 1, 0));
    all().run(&db).await.unwrap();
    let pool = primary(&db);
    assert_eq!((pool.opened, pool.closed, pool.size), (2, 1, 1));
}

#[tokio::test]
async fn without_metrics_nothing_is_counted() {
    let (keep, _db) = database(ITEMS).await;
    let db = Db::builder().url(keep.url()).metrics(false).connect().await.unwrap();
    all().run(&db).await.unwrap();
    let metrics = db.metrics();
    assert_eq!(metrics.statements(StatementKind::Read).latency.count(), 0);
    assert_eq!((metrics.pools[0].acquires, metrics.pools[0].size), (0, 1));
}
