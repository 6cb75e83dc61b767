//! Connections that are given up, settings of the session.

use std::time::Duration;

use nuages::Db;
use nuages::private::{Plan, build};
use nuages::{Query, Read};

use crate::support::{Value, database, fixed, number, settled};

fn setting(name: &'static str) -> Query<String, Read> {
    static PATH: Plan<String> =
        Plan::<String>::record::<Value<String>>("Row", fixed("SELECT current_setting('search_path')", &[]));
    static NAME: Plan<String> =
        Plan::<String>::record::<Value<String>>("Row", fixed("SELECT current_setting('application_name')", &[]));
    static TIMEOUT: Plan<String> =
        Plan::<String>::record::<Value<String>>("Row", fixed("SELECT current_setting('statement_timeout')", &[]));
    build().finish(match name {
        "search_path" => &PATH,
        "application_name" => &NAME,
        _ => &TIMEOUT,
    })
}

#[tokio::test]
async fn settings_reach_the_server() {
    let (keep, _db) = database("CREATE SCHEMA \"my \"\" schema\"; CREATE TABLE \"my \"\" schema\".here (id int)").await;
    let db = Db::builder()
        .url(keep.url())
        .application_name("a name")
        .search_path(["my \" schema", "public"])
        .statement_timeout(Duration::from_secs(7))
        .connect()
        .await
        .unwrap();
    assert_eq!(setting("search_path").run(&db).await.unwrap(), "\"my \"\" schema\",\"public\"");
    assert_eq!(setting("application_name").run(&db).await.unwrap(), "a name");
    assert_eq!(setting("statement_timeout").run(&db).await.unwrap(), "7s");
    assert_eq!(number(&db, "SELECT count(*) FROM here").await, 0);
}

#[tokio::test]
async fn a_statement_that_is_given_up_is_ended_with_its_connection() {
    static SLEEP: Plan<bool> = Plan::<bool>::exists("Row", fixed("SELECT pg_sleep(30) IS NULL", &[]));
    let (_keep, db) = database("").await;
    assert_eq!(db.status().size, 1);
    let sleep: Query<_, Read> = build().finish(&SLEEP);
    assert!(tokio::time::timeout(Duration::from_millis(50), sleep.run(&db)).await.is_err());
    // Its place is kept while the statement may run, so that there are never more connections than the pool's size.
    assert_eq!(db.status().size, 1);
    settled(&db).await;
    // A cancel request was sent for it, so nothing runs on it any more.
    assert_eq!(db.status().size, 0);
    let running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND query LIKE '%pg_sleep(30)%' AND state = 'active' AND pid <> pg_backend_pid()";
    let mut left = 1;
    for _ in 0..100 {
        left = number(&db, running).await;
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(left, 0, "the statement still runs");
}

/// Polls a short statement once and drops it, some times.
async fn give_up(db: &Db) {
    for _ in 0..20 {
        let name = setting("application_name");
        let running = name.run(db);
        tokio::select! {
            biased;
            result = running => panic!("it was polled once: {result:?}"),
            () = std::future::ready(()) => {}
        }
        settled(db).await;
    }
}

#[tokio::test]
async fn a_short_statement_that_is_given_up_leaves_its_connection() {
    let (keep, _) = database("").await;
    let db = Db::builder().url(keep.url()).pool_size(1).connect().await.unwrap();
    let process = number(&db, "SELECT pg_backend_pid()::int8").await;
    give_up(&db).await;
    // A preparation that was given up costs the connection, because its statement stays on the server; nothing else does.
    let prepared = "SELECT count(*) FROM pg_prepared_statements";
    assert_eq!(number(&db, prepared).await, 1);
    let now = number(&db, "SELECT pg_backend_pid()::int8").await;
    assert_ne!(now, process);
    for _ in 0..2 {
        setting("application_name").run(&db).await.unwrap();
    }
    give_up(&db).await;
    assert_eq!(number(&db, "SELECT pg_backend_pid()::int8").await, now);
}

#[tokio::test]
async fn what_is_dropped_without_a_runtime_is_closed_or_mended() {
    let (keep, _) = database("").await;
    let db = Db::builder().url(keep.url()).pool_size(1).connect().await.unwrap();
    let inner = db.clone();
    let mut running = Box::pin(async move { inner.atomic(async |_| std::future::pending().await).await });
    for _ in 0..20 {
        let done: std::task::Poll<Result<(), nuages::Error>> = polled(&mut running).await;
        assert!(done.is_pending());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    std::thread::spawn(move || drop(running)).join().unwrap();
    settled(&db).await;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
    assert_eq!((number(&db, open).await, db.status().size), (0, 1));
}

/// Polls a future once.
async fn polled<F: Future + Unpin>(future: &mut F) -> std::task::Poll<F::Output> {
    std::future::poll_fn(|task| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(task))).await
}

#[tokio::test]
async fn a_connection_that_the_server_ends_is_replaced() {
    let (keep, db) = database("").await;
    let other = Db::connect(&keep.url()).await.unwrap();
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_eq!(number(&other, end).await, 1);
    for _ in 0..100 {
        if setting("statement_timeout").run(&db).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no connection replaced the one that was ended");
}

#[tokio::test]
async fn scripts() {
    let (_keep, db) = database("").await;
    let broken = db.execute_script("CREATE TABLE t (id int); SELECT 1 / 0").await;
    assert_eq!(broken.unwrap_err().sqlstate(), Some("22012"));
    let there = "SELECT count(*) FROM pg_class WHERE relname = 't'";
    assert_eq!(number(&db, there).await, 0);
    nuages::private::script(&db, "CREATE TABLE t (id int); INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!((number(&db, there).await, db.status().size), (1, 1));
    db.atomic(async |tx| nuages::private::script(tx, "DROP TABLE t").await).await.unwrap();
    assert_eq!(number(&db, there).await, 0);
}

#[tokio::test]
async fn a_script_that_leaves_a_transaction_open_does_not_leave_it_in_the_pool() {
    let (keep, _) = database("CREATE TABLE t (id int)").await;
    let db = Db::builder().url(keep.url()).pool_size(1).connect().await.unwrap();
    db.execute_script("BEGIN; INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM t").await, 0);
    db.execute_script("start transaction; INSERT INTO t VALUES (1); SELECT 1 / 0; COMMIT").await.unwrap_err();
    assert_eq!(number(&db, "SELECT count(*) FROM t").await, 0);
    db.execute_script("BEGIN; INSERT INTO t VALUES (1); COMMIT").await.unwrap();
    assert_eq!((number(&db, "SELECT count(*) FROM t").await, db.status().size), (1, 1));
}

#[tokio::test]
async fn nobody_waits_in_vain_and_all_come_back() {
    let (keep, _) = database("").await;
    let limit = Duration::from_secs(20);
    let db = Db::builder().url(keep.url()).pool_size(2).acquire_timeout(limit).connect().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..16 {
        let db = db.clone();
        tasks.spawn(async move {
            for turn in 0..20 {
                // Some take theirs from the pool itself, some give up, with theirs or while they wait.
                match (task + turn) % 5 {
                    0 => drop(db.client().await.unwrap()),
                    1 => drop(tokio::time::timeout(Duration::ZERO, setting("application_name").run(&db)).await),
                    _ => drop(setting("application_name").run(&db).await.unwrap()),
                }
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    settled(&db).await;
    let status = db.status();
    assert_eq!((status.available, status.waiting), (status.size, 0));
    assert!(status.size <= 2, "{status:?}");
    db.close().await.unwrap();
    assert_eq!(db.status().size, 0);
    let refused = setting("application_name").run(&db).await.unwrap_err();
    assert_eq!(refused.kind(), nuages::ErrorKind::Closed);
}

#[tokio::test]
async fn whoever_came_first_gets_the_next_connection() {
    let (keep, _) = database("").await;
    let db = Db::builder().url(keep.url()).pool_size(1).connect().await.unwrap();
    let held = db.client().await.unwrap();
    let read = setting("application_name");
    let mut first = read.run(&db);
    assert!(polled(&mut first).await.is_pending());
    let tx = tokio::spawn({
        let db = db.clone();
        async move { db.atomic(async |_| Ok::<_, nuages::Error>(())).await }
    });
    while db.status().waiting < 2 {
        tokio::task::yield_now().await;
    }
    drop(held);
    // It has its turn when it is polled again, and what is behind it goes on afterwards.
    first.await.unwrap();
    tx.await.unwrap().unwrap();
    settled(&db).await;
    assert_eq!((db.status().available, db.status().waiting), (1, 0));
}
