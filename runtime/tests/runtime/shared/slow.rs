//! Neighbours that take long, are given up, or are not polled.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{FutureExt, join_all};
use nuages::{Db, Error, ErrorKind};
use tokio::time::{sleep, timeout};

use super::{LONG, by_key, counts, items, large, process, quiet, sharing, slow, warm, wide};
use crate::network::Network;
use crate::support::number;

/// Waits until so many statements sleep.
async fn sleeping(db: &Db, expected: i64) {
    const SQL: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' \
                       AND query LIKE '%AS slow%' AND pid <> pg_backend_pid()";
    let there = async {
        while number(db, SQL).await != expected {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LONG, there).await.unwrap_or_else(|_| panic!("not {expected} statements sleep"));
}

#[tokio::test]
async fn nobody_waits_long_behind_a_slow_read() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &process()).await;
    warm(&db, &slow(0)).await;
    let shared = process().run(&db).await.unwrap();
    let (first, second) = (slow(300_000), process());
    let mut first = pin!(first.run(&db));
    assert!((&mut first).now_or_never().is_none());
    // It was sent behind the slow one, and is answered elsewhere.
    let own = timeout(LONG, second.run(&db)).await.expect("it goes elsewhere").unwrap();
    assert_ne!(own, shared);
    let counted = counts(&db);
    assert_eq!((counted.in_flight, counted.moved), (2, 1), "{counted:?}");
    // While the server is at it, nothing is sent behind it any more.
    assert_ne!(process().run(&db).await.unwrap(), shared);
    assert_eq!(counts(&db).reads, counted.reads);
    sleeping(&db, 1).await;
}

#[tokio::test]
async fn a_slow_read_that_is_given_up_is_cancelled_when_nobody_waits_behind_it() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &process()).await;
    warm(&db, &slow(0)).await;
    let shared = process().run(&db).await.unwrap();
    assert!(timeout(Duration::from_millis(20), slow(300_000).run(&db)).await.is_err());
    sleeping(&db, 0).await;
    warm(&db, &process()).await;
    assert_ne!(process().run(&db).await.unwrap(), shared);
    assert_eq!((counts(&db).size, counts(&db).opened), (1, 2));
    quiet(&db).await;
}

/// Has a query be slow until its next run keeps to the pool: for longer each time.
async fn remembered(db: &Db, be_slow: impl AsyncFn()) {
    let known = async {
        while counts(db).slow == 0 {
            warm(db, &slow(0)).await;
            be_slow().await;
            slow(0).run(db).await.unwrap();
        }
    };
    timeout(LONG, known).await.unwrap_or_else(|_| panic!("it is not remembered: {:?}", counts(db)));
}

#[tokio::test]
async fn a_query_that_was_slow_keeps_to_the_pool() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    remembered(&db, async || assert!(!slow(1500).run(&db).await.unwrap())).await;
    // The connection itself is as good as before.
    warm(&db, &by_key(1)).await;
    quiet(&db).await;
    assert_eq!((counts(&db).opened, counts(&db).moved), (1, 0));
}

#[tokio::test]
async fn a_slow_query_that_is_given_up_is_remembered_too() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    let give_up = async || {
        let (long, neighbour) = (slow(300_000), process());
        let mut long = Box::pin(long.run(&db));
        assert!((&mut long).now_or_never().is_none());
        // Behind it somebody waits, and goes elsewhere.
        neighbour.run(&db).await.unwrap();
        drop(long);
        quiet(&db).await;
    };
    remembered(&db, give_up).await;
}

#[tokio::test]
async fn nobody_waits_behind_a_preparation_that_waits_for_a_lock() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &process()).await;
    let query = by_key(1);
    let mut reading = pin!(query.run(&db));
    let inside = db.atomic(async |tx| {
        tx.execute_script("LOCK TABLE item").await?;
        // The connection does not know it yet: it goes to the pool, and is prepared there meanwhile.
        assert!((&mut reading).now_or_never().is_none());
        for _ in 0..5 {
            timeout(LONG, process().run(&db)).await.expect("it goes elsewhere")?;
        }
        Ok::<_, Error>(())
    });
    inside.await.unwrap();
    assert_eq!(timeout(LONG, reading).await.expect("the lock is free").unwrap().id, 1);
    quiet(&db).await;
}

#[tokio::test]
async fn a_read_that_waits_for_a_lock_does_not_hold_up_who_has_it() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &process()).await;
    warm(&db, &by_key(1)).await;
    let query = by_key(1);
    let mut reading = pin!(query.run(&db));
    let inside = db.atomic(async |tx| {
        tx.execute_script("LOCK TABLE item").await?;
        assert!((&mut reading).now_or_never().is_none());
        // On the same connection, behind what waits for the end of this transaction.
        timeout(LONG, process().run(&db)).await.expect("it goes elsewhere")
    });
    inside.await.unwrap();
    assert_eq!(timeout(LONG, reading).await.expect("the lock is free").unwrap().id, 1);
    quiet(&db).await;
}

#[tokio::test]
async fn an_answer_that_nobody_takes_holds_nobody_up() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &process()).await;
    warm(&db, &large(1)).await;
    let query = large(20_000);
    let mut held = pin!(query.run(&db));
    assert!((&mut held).now_or_never().is_none());
    // Far more than the driver and the socket keep is read without anybody polling for it.
    let read = async {
        while counts(&db).in_flight > 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LONG, read).await.expect("it is read");
    process().run(&db).await.unwrap();
    assert_eq!(held.await.unwrap().len(), 20_000);
    assert_eq!((counts(&db).opened, counts(&db).size), (1, 1));
}

#[tokio::test]
async fn a_row_that_nobody_takes_holds_nobody_up() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &process()).await;
    warm(&db, &wide(1)).await;
    let shared = process().run(&db).await.unwrap();
    // What is small is kept for who asked, whenever that takes it.
    let small = by_key(3);
    let mut held = pin!(small.run(&db));
    assert!((&mut held).now_or_never().is_none());
    // Longer than an answer is waited for: the connection is as good as before.
    sleep(Duration::from_millis(700)).await;
    let before = counts(&db).reads;
    timeout(LONG, process().run(&db)).await.expect("nobody waits for it").unwrap();
    assert_eq!(counts(&db).reads, before + 1);
    assert_eq!(held.await.unwrap().id, 3);
    // What is not is in the way, and others go elsewhere.
    let large = wide(20_000_000);
    let held = loop {
        let (before, mut held) = (counts(&db).reads, large.run(&db).boxed());
        assert!((&mut held).now_or_never().is_none());
        if counts(&db).reads > before {
            break held;
        }
        // It was slow, as the machine was.
        held.await.unwrap();
    };
    assert_ne!(timeout(LONG, process().run(&db)).await.expect("nobody waits for it").unwrap(), shared);
    assert_eq!(held.await.unwrap().len(), 20_000_000);
    quiet(&db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_that_are_given_up_leave_their_neighbours_alone() {
    let database = items(100).await;
    let db = sharing(&database, 2).connect().await.unwrap();
    warm(&db, &by_key(1)).await;
    warm(&db, &large(1)).await;
    let tasks = (0..32).map(|task| {
        let db = db.clone();
        tokio::spawn(async move {
            for i in 0..50 {
                let id = 4 + (task * 7 + i) % 90;
                if (task + i) % 3 == 0 {
                    // Some are dropped before they are sent, some before their answer, some with half of it.
                    let reading = large(400);
                    let _ = timeout(Duration::from_micros(u64::try_from(i * 20).unwrap()), reading.run(&db)).await;
                }
                let query = by_key(id);
                drop(query.run(&db).now_or_never());
                assert_eq!(query.run(&db).await.unwrap().name, format!("item {id}"));
            }
        })
    });
    for task in join_all(tasks).await {
        task.unwrap();
    }
    quiet(&db).await;
    let counts = counts(&db);
    assert!(counts.size <= 2 && counts.reads > 32 * 50, "{counts:?}");
    assert!(db.metrics().statements(nuages::StatementKind::Read).given_up > 0);
}

#[tokio::test]
async fn who_gives_up_does_not_cancel_the_statement_of_a_neighbour() {
    let database = items(10).await;
    let db = sharing(&database, 1).connect().await.unwrap();
    warm(&db, &slow(0)).await;
    warm(&db, &by_key(1)).await;
    let (long, short) = (slow(700), by_key(1));
    let mut reading = pin!(long.run(&db));
    assert!((&mut reading).now_or_never().is_none());
    for _ in 0..5 {
        drop(timeout(Duration::from_millis(1), short.run(&db)).await);
    }
    assert!(reading.await.is_ok());
    quiet(&db).await;
    assert_eq!((counts(&db).opened, counts(&db).size), (1, 1));
}

#[tokio::test]
async fn the_server_gives_a_slow_statement_up_and_no_other() {
    let database = items(10).await;
    let limit = Duration::from_millis(300);
    let db = sharing(&database, 1).statement_timeout(limit).connect().await.unwrap();
    warm(&db, &slow(0)).await;
    warm(&db, &process()).await;
    let shared = process().run(&db).await.unwrap();
    let (long, short) = (slow(300_000), process());
    let (late, others) = tokio::join!(long.run(&db), join_all((0..10).map(|_| short.run(&db))));
    let late = late.unwrap_err();
    assert_eq!((late.kind(), late.sqlstate()), (ErrorKind::Timeout, Some("57014")));
    assert!(others.iter().all(Result::is_ok), "{others:?}");
    assert_eq!(process().run(&db).await.unwrap(), shared);
}

#[tokio::test]
async fn a_network_that_stalls_ends_the_wait_and_the_connection() {
    let database = items(10).await;
    let network = Network::before(&database.url()).await;
    let db = Db::builder()
        .url(network.url(&database))
        .pool_size(2)
        .shared_reads(1)
        .statement_timeout(Duration::from_millis(200))
        .acquire_timeout(Duration::from_millis(300))
        .connect()
        .await
        .unwrap();
    warm(&db, &process()).await;
    let shared = process().run(&db).await.unwrap();
    network.stall(true);
    let query = process();
    let errors = timeout(LONG, join_all((0..8).map(|_| query.run(&db)))).await.expect("the waits end");
    let errors: Vec<_> = errors.into_iter().map(Result::unwrap_err).collect();
    assert_eq!(errors[0].to_string(), "the server did not answer within 1.2s");
    let expected = [ErrorKind::Timeout, ErrorKind::Pool];
    assert!(errors.iter().all(|error| expected.contains(&error.kind()) && error.sqlstate().is_none()), "{errors:?}");
    network.stall(false);
    let back = async {
        while query.run(&db).await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, back).await.expect("it comes back");
    warm(&db, &process()).await;
    assert_ne!(process().run(&db).await.unwrap(), shared);
    assert_eq!(counts(&db).size, 1);
}
