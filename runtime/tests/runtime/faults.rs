//! What becomes of reads when a replica is behind, stops, stalls, is in the way, or is alone.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use nuages::private::{Plan, build};
use nuages::{Db, ErrorKind, Read};
use nuages_devdb::Cluster;
use tokio::time::{sleep, timeout};

use crate::network::Network;
use crate::pair::{LONG, Pair, everywhere, items, nested, replica, shared, until, write};
use crate::support::{Item, fixed, number, settled};

type BoxFuture<'f, T> = std::pin::Pin<Box<dyn Future<Output = T> + 'f>>;

#[tokio::test]
async fn a_replica_that_is_behind_gets_no_reads_until_it_has_caught_up() {
    let pair = Pair::start("autovacuum = off").await;
    let limit = Duration::from_secs(1);
    let db = pair.builder().replica_max_lag(limit).connect().await.unwrap();
    until(&db, true).await;
    // Nothing happens on the primary: then nothing is missing, however long ago the last thing was.
    sleep(limit * 2).await;
    until(&db, true).await;
    assert!(db.servers()[1].lag.is_some());

    let replay = Db::connect(&pair.copy()).await.unwrap().client().await.unwrap();
    replay.batch_execute("SELECT pg_wal_replay_pause()").await.unwrap();
    write(1).run(&db).await.unwrap();
    let falls_behind = async {
        while db.servers()[1].lag < Some(limit * 3) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, falls_behind).await.expect("it is noticed");
    assert!(!replica().run(&db).await.unwrap());
    let behind = &db.servers()[1];
    assert!(!behind.healthy && behind.problem.is_none(), "{behind:?}");
    // Any lag is fine for one who sets no limit.
    assert!(replica().run(&pair.builder().connect().await.unwrap()).await.unwrap());
    replay.batch_execute("SELECT pg_wal_replay_resume()").await.unwrap();
    until(&db, true).await;

    // One that does not follow anybody has no lag that could be known.
    replay.batch_execute("SELECT pg_promote()").await.unwrap();
    let noticed = async {
        while db.servers()[1].lag.is_some() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, noticed).await.expect("it is noticed");
    assert!(!replica().run(&db).await.unwrap());
    assert!(!db.servers()[1].healthy && db.servers()[1].problem.is_none(), "{:?}", db.servers());
}

#[tokio::test]
async fn no_read_fails_while_replicas_stop_and_start() {
    let pair = Pair::start("").await;
    let db = pair.builder().connect().await.unwrap();
    let (stop, reads) = (AtomicBool::new(false), [AtomicU64::new(0), AtomicU64::new(0)]);
    let work = async || {
        while !stop.load(Ordering::SeqCst) {
            for _ in 0..20 {
                let place = replica().run(&db).await.expect("reads go on");
                reads[usize::from(place)].fetch_add(1, Ordering::SeqCst);
                let rows = nested().run(&db).await.expect("reads go on");
                let one_server = |(root, children): &(String, Vec<String>)| children == std::slice::from_ref(root);
                assert!(rows.iter().all(one_server), "{rows:?}");
            }
            let (mut chunks, mut rows) = (nested().iterator(&db, 3), items().stream(&db));
            chunks.next().await.unwrap().expect("reads go on");
            rows.next().await.unwrap().expect("reads go on");
        }
    };
    let busy = async |place: usize| {
        let before = reads[place].load(Ordering::SeqCst);
        while reads[place].load(Ordering::SeqCst) < before + 100 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    let faults = async {
        for fault in [Cluster::stop, Cluster::kill] {
            timeout(LONG, busy(1)).await.expect("the replica is read from");
            let cluster = pair.replica.clone();
            tokio::task::spawn_blocking(move || fault(&cluster).unwrap()).await.unwrap();
            timeout(LONG, busy(0)).await.expect("the primary is read from");
            assert!(db.servers()[1].problem.is_some());
            let cluster = pair.replica.clone();
            tokio::task::spawn_blocking(move || cluster.restart().unwrap()).await.unwrap();
        }
        timeout(LONG, busy(1)).await.expect("the replica is read from again");
        stop.store(true, Ordering::SeqCst);
    };
    tokio::join!(faults, work(), work(), work());
    let well = async {
        while db.servers()[1].problem.is_some() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, well).await.expect("nothing is wrong any more");
}

#[tokio::test]
async fn reads_go_on_without_the_primary() {
    let pair = Pair::start("").await;
    let limit = Duration::from_secs(1);
    let (any, limited) = (pair.builder(), pair.builder().replica_max_lag(limit));
    let (any, limited) = (any.connect().await.unwrap(), limited.connect().await.unwrap());
    pair.primary.kill().unwrap();
    sleep(limit * 2).await;
    assert!(replica().run(&any).await.unwrap());
    until(&limited, true).await;
    for db in [&any, &limited] {
        assert_eq!(write(1).run(db).await.unwrap_err().kind(), ErrorKind::Pool);
        assert_eq!(replica().run(&db.primary()).await.unwrap_err().kind(), ErrorKind::Pool);
    }
    pair.primary.restart().unwrap();
    write(1).run(&limited).await.unwrap();
    until(&limited, true).await;
}

/// Waits until a statement sleeps on the replica.
async fn sleeping(pair: &Pair) -> nuages::Client {
    let client = Db::connect(&pair.copy()).await.unwrap().client().await.unwrap();
    let count = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'";
    let there = async {
        while client.query_one(count, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, there).await.expect("the statement runs");
    client
}

#[tokio::test]
async fn a_read_in_the_way_of_what_is_replayed_is_read_on_the_primary() {
    const SLOW: &str = "SELECT id, pg_is_in_recovery()::text FROM item, \
                        pg_sleep(CASE WHEN pg_is_in_recovery() THEN 300 ELSE 0 END) ORDER BY id";
    static PLAN: Plan<Vec<Item>> = Plan::<Vec<Item>>::rows::<Item>("Item", fixed(SLOW, &[]), &[]);
    let slow = || build().finish::<_, Read>(&PLAN);
    let pair = Pair::start("max_standby_streaming_delay = 0; autovacuum = off").await;
    let db = pair.builder().connect().await.unwrap();
    // What locks a table on the primary locks it on the replica, and does not wait there.
    let in_the_way = async || {
        drop(sleeping(&pair).await);
        // No row is changed: clearing away old ones would be in the way of the next read.
        let lock = "SET LOCAL synchronous_commit = on; LOCK TABLE item IN ACCESS EXCLUSIVE MODE";
        db.atomic(async |tx| tx.execute_script(lock).await).await.unwrap();
    };
    let ran = async { timeout(LONG, slow().run(&db)).await.expect("it is cancelled").unwrap() };
    everywhere(false, &tokio::join!(ran, in_the_way()).0);
    until(&db, true).await;
    let streamed = async { timeout(LONG, slow().stream(&db).next()).await.expect("it is cancelled").unwrap().unwrap() };
    assert_eq!(tokio::join!(streamed, in_the_way()).0.name, "false");
    until(&db, true).await;
    let chunk =
        async { timeout(LONG, slow().iterator(&db, 3).next()).await.expect("it is cancelled").unwrap().unwrap() };
    everywhere(false, &tokio::join!(chunk, in_the_way()).0);
    until(&db, true).await;
    let report = db.transaction().read_only().on_replica();
    let report = report.atomic(async |tx| timeout(LONG, slow().run(tx)).await.expect("it is cancelled"));
    let error = tokio::join!(report, in_the_way()).0.unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Conflict, Some("40001")));

    // One whose connection is ended.
    let ended = async {
        let client = sleeping(&pair).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(CASE%' \
                   AND pid <> pg_backend_pid()";
        client.batch_execute(end).await.unwrap();
    };
    until(&db, true).await;
    let ran = async { timeout(LONG, slow().run(&db)).await.expect("it is ended").unwrap() };
    everywhere(false, &tokio::join!(ran, ended).0);
}

#[tokio::test]
async fn what_is_given_up_on_a_replica_leaves_nothing_there() {
    let pair = shared().await;
    let db = pair.builder().application_name("gives up").connect().await.unwrap();
    for polls in 0..15 {
        let report = db.transaction().read_only().on_replica();
        let report = report.atomic(async |tx| items().run(tx).await);
        let chunks = async {
            let mut chunks = nested().iterator(&db, 1);
            while let Some(chunk) = chunks.next().await {
                chunk.unwrap();
            }
        };
        let reads: [BoxFuture<'_, ()>; 3] = [
            Box::pin(async { drop(nested().run(&db).await.unwrap()) }),
            Box::pin(chunks),
            Box::pin(async { drop(report.await.unwrap()) }),
        ];
        for mut read in reads {
            for _ in 0..polls {
                if timeout(Duration::ZERO, &mut read).await.is_ok() {
                    break;
                }
                sleep(Duration::from_millis(1)).await;
            }
        }
        settled(&db).await;
    }
    assert!(replica().run(&db).await.unwrap());
    let open = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gives up' AND state <> 'idle'";
    let copies = Db::connect(&pair.copy()).await.unwrap();
    assert_eq!(number(&copies, open).await, 0);
    assert!(db.status().size <= 2 * 4);
    everywhere(true, &items().run(&db).await.unwrap());
}

#[tokio::test]
async fn a_replica_behind_a_network_that_stalls_holds_one_read_up() {
    let pair = shared().await;
    let network = Network::before(&pair.copy()).await;
    let db = Db::builder()
        .url(pair.database.url())
        .replica(network.url(&pair.database))
        .statement_timeout(Duration::from_millis(200))
        .connect()
        .await
        .unwrap();
    assert!(replica().run(&db).await.unwrap());
    network.stall(true);
    match timeout(LONG, replica().run(&db)).await.expect("the wait ends") {
        Ok(place) => assert!(!place, "it was found out before"),
        Err(error) => assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Timeout, None)),
    }
    assert!(!replica().run(&db).await.unwrap());
    assert!(db.servers()[1].problem.as_deref().is_some_and(|it| it.contains("did not answer")), "{:?}", db.servers());
    network.stall(false);
    until(&db, true).await;
}
