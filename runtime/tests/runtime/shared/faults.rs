//! Connections that end, tables that change, servers that refuse, and the life of connections.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use nuages::Db;
use nuages::tokio_postgres::Config;
use nuages::tokio_postgres::config::Host;
use tokio::time::{sleep, timeout};

use super::{LONG, by_key, counts, items, nested, process, quiet, sharing, warm};
use crate::network::Network;
use crate::pair::{self, nested as nested_here, pinned, replica};
use crate::support::number;

/// Reads in many tasks while something is done; each answer must be right.
async fn meanwhile(db: &Db, what: impl AsyncFnOnce()) {
    let stop = AtomicBool::new(false);
    let read = async |task: i64| {
        let mut i = 0;
        while !stop.load(Ordering::SeqCst) {
            let id = 4 + (task * 7 + i) % 90;
            let item = by_key(id).run(db).await.unwrap();
            assert_eq!((item.id, item.name), (id, format!("item {id}")));
            assert_eq!(nested(2).run(db).await.unwrap(), [(1, vec![2], vec![3]), (2, vec![3], vec![4])]);
            i += 1;
        }
    };
    let done = async {
        what().await;
        stop.store(true, Ordering::SeqCst);
    };
    tokio::join!(done, join_all((0..24).map(read)));
}

#[tokio::test]
async fn no_read_fails_when_its_connection_is_ended() {
    let database = items(100).await;
    let db = sharing(&database, 2).pool_size(1).connect().await.unwrap();
    let other = Db::connect(&database.url()).await.unwrap();
    let own = process().run(&db.unshared()).await.unwrap();
    let end = format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid NOT IN ({own}, pg_backend_pid())"
    );
    meanwhile(&db, async || {
        let mut ended = 0;
        while ended < 12 {
            sleep(Duration::from_millis(20)).await;
            ended += number(&other, &end).await;
        }
    })
    .await;
    quiet(&db).await;
    assert!(counts(&db).opened >= 6 && counts(&db).size <= 2, "{:?}", counts(&db));
    assert_eq!(process().run(&db.unshared()).await.unwrap(), own);
    warm(&db, &process()).await;
}

#[tokio::test]
async fn no_read_fails_when_its_tables_change() {
    let database = items(100).await;
    let db = sharing(&database, 2).connect().await.unwrap();
    let other = Db::connect(&database.url()).await.unwrap();
    meanwhile(&db, async || {
        for ty in ["varchar(50)", "text", "varchar(60)", "text", "varchar(70)", "text"] {
            warm(&db, &by_key(4)).await;
            other.execute_script(&format!("ALTER TABLE item ALTER COLUMN name TYPE {ty}")).await.unwrap();
            sleep(Duration::from_millis(30)).await;
        }
    })
    .await;
    quiet(&db).await;
    // Those that no longer fit are prepared anew.
    warm(&db, &by_key(4)).await;
    assert_eq!(counts(&db).opened, 2);
}

#[tokio::test]
async fn a_server_that_refuses_more_connections_is_read_from_with_those_that_there_are() {
    let database = items(100).await;
    let admin = Db::connect(&database.url()).await.unwrap();
    let role = format!("few_{}", database.name());
    let grant = format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 2; GRANT SELECT ON item TO {role}");
    admin.execute_script(&grant).await.unwrap();
    let config: Config = database.url().parse().unwrap();
    let host = match &config.get_hosts()[0] {
        Host::Unix(path) => path.display().to_string(),
        Host::Tcp(host) => host.clone(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let url = format!("host='{host}' port={port} user='{role}' dbname='{}'", database.name());
    let db = Db::builder().url(url).pool_size(1).shared_reads(3).connect().await.unwrap();
    warm(&db, &by_key(4)).await;
    meanwhile(&db, async || sleep(Duration::from_millis(300)).await).await;
    let counts = counts(&db);
    assert_eq!((counts.max, counts.size), (3, 1), "{counts:?}");
    assert!(counts.problem.as_deref().is_some_and(|it| it.contains("too many connections")), "{counts:?}");
    db.close().await.unwrap();
    admin.execute_script(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await.unwrap();
}

#[tokio::test]
async fn reads_share_connections_to_a_replica() {
    let pair = pair::shared().await;
    let db = pair.builder().shared_reads(1).connect().await.unwrap();
    pair::until(&db, true).await;
    let shared = async {
        let reads = |pool: usize| db.metrics().pools[pool].shared.as_ref().map_or(0, |it| it.reads);
        while reads(0) < 5 || reads(1) < 5 {
            assert!(replica().run(&db).await.unwrap() && !pinned().run(&db).await.unwrap());
            let rows = nested_here().run(&db).await.unwrap();
            assert!(rows.iter().all(|(root, children)| root == "true" && children == &["true"]), "{rows:?}");
        }
    };
    timeout(LONG, shared).await.expect("connections to both are shared");
}

#[tokio::test]
async fn those_that_are_old_or_idle_are_closed() {
    let database = items(100).await;
    let db = sharing(&database, 1).max_lifetime(Duration::from_millis(100)).connect().await.unwrap();
    meanwhile(&db, async || {
        let replaced = async {
            while counts(&db).opened < 4 {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(LONG, replaced).await.expect("they are replaced");
    })
    .await;
    assert!(counts(&db).size <= 1);

    let db = sharing(&database, 1).idle_timeout(Duration::from_millis(100)).connect().await.unwrap();
    warm(&db, &process()).await;
    let closed = async {
        while counts(&db).size > 0 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, closed).await.expect("it is closed");
    warm(&db, &process()).await;
}

#[tokio::test]
async fn one_that_was_forgotten_is_found_out_before_anybody_reads_on_it() {
    let database = items(10).await;
    let network = Network::before(&database.url()).await;
    let builder = Db::builder().url(network.url(&database)).pool_size(2).shared_reads(1);
    let db = builder.check_after(Duration::from_millis(10)).connect().await.unwrap();
    warm(&db, &process()).await;
    let shared = process().run(&db).await.unwrap();
    sleep(Duration::from_millis(20)).await;
    network.forget();
    assert_ne!(timeout(LONG, process().run(&db)).await.expect("it goes elsewhere").unwrap(), shared);
    let replaced = async {
        while counts(&db).opened < 2 {
            process().run(&db).await.unwrap();
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LONG, replaced).await.expect("it is replaced");
}
