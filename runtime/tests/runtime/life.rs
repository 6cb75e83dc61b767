//! How long connections live, and what is noticed when they, the server or the network do not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nuages::private::{Plan, build};
use nuages::{Db, Error, ErrorKind, PlanCacheMode, Query, Read};
use nuages_devdb::{Cluster, find};
use tokio::time::{sleep, timeout};

use crate::network::Network;
use crate::support::{Value, database, fixed, number};

const PROCESS: &str = "SELECT pg_backend_pid()::int8";
const LONG: Duration = Duration::from_mins(1);

fn process() -> Query<i64, Read> {
    static PLAN: Plan<i64> = Plan::<i64>::record::<Value<i64>>("Row", fixed(PROCESS, &[]));
    build().finish(&PLAN)
}

#[tokio::test]
async fn a_network_that_stalls_holds_nobody_up() {
    let (keep, _) = database("").await;
    let network = Network::before(&keep.url()).await;
    let db = Db::builder()
        .url(network.url(&keep))
        .pool_size(1)
        .statement_timeout(Duration::from_millis(200))
        .acquire_timeout(Duration::from_millis(300))
        .connect()
        .await
        .unwrap();
    process().run(&db).await.unwrap();

    network.stall(true);
    let error = timeout(LONG, process().run(&db)).await.expect("the wait ends").unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Timeout, None));
    assert_eq!(error.to_string(), "the server did not answer within 1.2s");
    // Its connection is being given up meanwhile and keeps its place.
    let error = timeout(LONG, process().run(&db)).await.expect("the wait ends").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pool);
    assert_eq!(error.to_string(), "no connection became free in time");

    network.stall(false);
    again(&db).await;
    let inside: Result<(), Error> = timeout(
        LONG,
        db.atomic(async |tx| {
            network.stall(true);
            process().run(tx).await.map(drop)
        }),
    )
    .await
    .expect("also the ROLLBACK is not waited for");
    assert_eq!(inside.unwrap_err().kind(), ErrorKind::Timeout);
    network.stall(false);
    again(&db).await;
}

/// Asks until there is an answer, and gives it.
async fn again(db: &Db) -> i64 {
    let answer = async {
        loop {
            if let Ok(process) = process().run(db).await {
                return process;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LONG, answer).await.expect("the database comes back")
}

#[tokio::test]
async fn a_script_may_set_a_limit_of_its_own() {
    let (keep, _) = database("").await;
    let db = Db::builder().url(keep.url()).statement_timeout(Duration::from_millis(1)).connect().await.unwrap();
    let slow = "SET LOCAL statement_timeout = 0; SELECT pg_sleep(1.2)";
    db.atomic(async |tx| tx.execute_script(slow).await).await.unwrap();
}

#[tokio::test]
async fn a_read_is_sent_again_where_its_connection_has_ended() {
    let cluster = Cluster::start_on(&find::best().unwrap()).unwrap();
    let keep = cluster.create_database().unwrap();
    let db = Db::builder().url(keep.url()).pool_size(3).connect().await.unwrap();
    let mut workers = tokio::task::JoinSet::new();
    let stop = Arc::new(AtomicBool::new(false));
    for _ in 0..6 {
        let (db, stop) = (db.clone(), Arc::clone(&stop));
        workers.spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                if let Err(error) = process().run(&db).await {
                    assert_eq!(error.kind(), ErrorKind::Pool, "{error}");
                }
                sleep(Duration::from_millis(1)).await;
            }
        });
    }
    for _ in 0..2 {
        let before = again(&db).await;
        cluster.kill().unwrap();
        cluster.restart().unwrap();
        assert_ne!(again(&db).await, before);
    }
    stop.store(true, Ordering::SeqCst);
    while let Some(worker) = workers.join_next().await {
        worker.unwrap();
    }
    assert!(db.status().size <= 3);
    // Nothing runs meanwhile, and the first read afterwards does not see that there was another server.
    cluster.kill().unwrap();
    cluster.restart().unwrap();
    process().run(&db).await.unwrap();
}

#[tokio::test]
async fn connections_that_nobody_uses_are_closed() {
    let (keep, _) = database("").await;
    let db = Db::builder().url(keep.url()).idle_timeout(Duration::from_millis(100)).connect().await.unwrap();
    let gone = async {
        while db.status().size > 0 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, gone).await.expect("it is closed");
    process().run(&db).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_was_long_unused_has_to_answer() {
    let (keep, _) = database("").await;
    let network = Network::before(&keep.url()).await;
    let open = |check_after| Db::builder().url(network.url(&keep)).pool_size(1).check_after(check_after).connect();
    let (checked, trusted) = (open(Duration::ZERO).await.unwrap(), open(LONG).await.unwrap());
    let first = process().run(&checked).await.unwrap();
    assert_eq!(process().run(&checked).await.unwrap(), first);
    trusted.close().await.unwrap();
    // Its socket says nothing any more, and does not close: only asking helps.
    network.forget();
    let second = timeout(LONG, process().run(&checked)).await.expect("it is found out").unwrap();
    assert_ne!(second, first);
    assert_eq!((process().run(&checked).await.unwrap(), checked.status().size), (second, 1));

    let trusted = open(LONG).await.unwrap();
    network.forget();
    assert!(timeout(Duration::from_millis(300), process().run(&trusted)).await.is_err());
}

#[tokio::test]
async fn connections_that_are_old_are_replaced() {
    let (keep, _) = database("").await;
    let url = keep.url();
    let db = Db::builder().url(url).pool_size(1).max_lifetime(Duration::ZERO).connect().await.unwrap();
    let first = process().run(&db).await.unwrap();
    assert_ne!(process().run(&db).await.unwrap(), first);
    let db = Db::builder().url(keep.url()).pool_size(1).max_lifetime(None).idle_timeout(None).connect().await.unwrap();
    let first = process().run(&db).await.unwrap();
    assert_eq!(process().run(&db).await.unwrap(), first);
}

#[tokio::test]
async fn how_statements_are_planned_reaches_the_server() {
    let (keep, _) = database("").await;
    let modes = [
        (PlanCacheMode::Auto, "auto"),
        (PlanCacheMode::ForceGenericPlan, "force_generic_plan"),
        (PlanCacheMode::ForceCustomPlan, "force_custom_plan"),
    ];
    for (mode, name) in modes {
        let db = Db::builder().url(keep.url()).plan_cache_mode(mode).connect().await.unwrap();
        let sql = format!("SELECT count(*) FROM pg_settings WHERE name = 'plan_cache_mode' AND setting = '{name}'");
        assert_eq!(number(&db, &sql).await, 1);
    }
}

#[tokio::test]
async fn closing_waits_for_what_is_under_way() {
    let (keep, _) = database("").await;
    let db = Db::builder().url(keep.url()).pool_size(1).connect().await.unwrap();
    let other = db.clone();
    let done = db.atomic(async |tx| {
        let mut closing = Box::pin(other.close());
        // One that waits is refused as well as one that comes.
        let mut waiting = Box::pin(process().run(&other));
        assert!(timeout(Duration::from_millis(30), &mut waiting).await.is_err());
        assert!(timeout(Duration::from_millis(30), &mut closing).await.is_err());
        let error = waiting.await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Closed, "the database was closed"));
        assert_eq!(process().run(&other).await.unwrap_err().kind(), ErrorKind::Closed);
        process().run(tx).await?;
        Ok::<_, Error>(closing)
    });
    done.await.unwrap().await.unwrap();
    assert_eq!(db.status().size, 0);
    db.close().await.unwrap();

    let db = Db::builder().url(keep.url()).close_timeout(Duration::from_millis(20)).connect().await.unwrap();
    let client = db.client().await.unwrap();
    let error = db.close().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), "found 1 connections in use 20ms after the database was closed");
    drop(client);
    db.close().await.unwrap();
}
