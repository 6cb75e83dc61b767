//! A replica behind a pooler of its own.

use nuages::Db;
use nuages_devdb::{Cluster, Pooler};
use std::time::Duration;
use tokio::time::{sleep, timeout};

use crate::pair::{LONG, Pair, everywhere, items, nested, replica, until, write};
use crate::pooled::{CONNECTIONS, is_installed};
use crate::support::settled;

#[tokio::test]
async fn reads_go_to_a_replica_behind_a_pooler() {
    if !is_installed() {
        return;
    }
    let pair = Pair::start("autovacuum = off").await;
    // A server that is away is tried again after a second, not after a quarter of a minute.
    let settings = ["server_login_retry = 1"];
    let start = |cluster: &Cluster| Pooler::start_with(cluster, CONNECTIONS, &settings).unwrap();
    let (before_primary, before_replica) = (start(&pair.primary), start(&pair.replica));
    let name = pair.database.name();
    let builder = || {
        let builder = Db::builder().primary(before_primary.url(name)).replica(before_replica.url(name));
        builder.pgbouncer(true).pool_size(4).statement_timeout(Duration::from_secs(2))
    };
    let db = builder().connect().await.unwrap();
    until(&db, true).await;
    for _ in 0..8 {
        everywhere(true, &items().run(&db).await.unwrap());
        let rows = nested().run(&db).await.unwrap();
        assert!(rows.iter().all(|(root, children)| root == "true" && *children == ["true"]), "{rows:?}");
        assert!(!db.atomic(async |tx| replica().run(tx).await).await.unwrap());
        assert!(!replica().run(&db.primary()).await.unwrap());
        assert!(db.transaction().read_only().on_replica().atomic(async |tx| replica().run(tx).await).await.unwrap());
    }
    write(1).run(&db).await.unwrap();

    // What the replica lacks is measured through the poolers as well.
    let limit = Duration::from_secs(1);
    let limited = builder().replica_max_lag(limit).connect().await.unwrap();
    until(&limited, true).await;
    let replay = Db::connect(&pair.copy()).await.unwrap().client().await.unwrap();
    replay.batch_execute("SELECT pg_wal_replay_pause()").await.unwrap();
    write(1).run(&limited).await.unwrap();
    let falls_behind = async {
        while limited.servers()[1].lag < Some(limit * 2) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, falls_behind).await.expect("it is noticed");
    assert!(!replica().run(&limited).await.unwrap());
    assert!(replica().run(&db).await.unwrap());
    replay.batch_execute("SELECT pg_wal_replay_resume()").await.unwrap();
    until(&limited, true).await;
    drop(replay);

    // The pooler stays when its server goes, and lets a read wait for it; the next ones go elsewhere.
    pair.replica.kill().unwrap();
    until(&db, false).await;
    for _ in 0..20 {
        assert!(!replica().run(&db).await.unwrap());
    }
    assert!(db.servers()[1].problem.is_some());
    pair.replica.restart().unwrap();
    until(&db, true).await;
    settled(&db).await;
}
