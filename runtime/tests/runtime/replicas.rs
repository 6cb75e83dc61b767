//! Which server a query goes to, where one of them is a real streaming replica.

use std::time::Duration;

use nuages::private::{Plan, build};
use nuages::{Db, Error, ErrorKind, Page, Read};
use tokio::time::{sleep, timeout};

use crate::network::Network;
use crate::pair::{ITEMS_HERE, LONG, everywhere, items, nested, pinned, replica, shared, write};
use crate::support::{Item, fixed, number};

#[tokio::test]
async fn reads_of_all_kinds_go_to_the_replica() {
    static PAGE: Plan<Page<Item>> = Plan::<Page<Item>>::page::<Item>(
        "Item",
        fixed(ITEMS_HERE, &[]),
        &[],
        fixed("SELECT CASE WHEN pg_is_in_recovery() THEN 33 ELSE 3 END::int8", &[]),
    );
    let db = shared().await.builder().connect().await.unwrap();
    assert!(replica().run(&db).await.unwrap());
    everywhere(true, &items().run(&db).await.unwrap());
    let page = build().page(1, 3).finish::<_, Read>(&PAGE).run(&db).await.unwrap();
    everywhere(true, &page.items);
    assert_eq!(page.total, 33);
    let here = || "true".to_owned();
    assert_eq!(nested().run(&db).await.unwrap(), vec![(here(), vec![here()]); 3]);

    let (mut rows, mut found) = (items().stream(&db), Vec::new());
    while let Some(row) = rows.next().await {
        found.push(row.unwrap());
    }
    everywhere(true, &found);
    let (mut chunks, mut found) = (nested().iterator(&db, 2), Vec::new());
    while let Some(chunk) = chunks.next().await {
        found.extend(chunk.unwrap());
    }
    assert_eq!(found, vec![(here(), vec![here()]); 3]);
    drop((rows, chunks));
    assert!(items().explain_analyze(&db).await.unwrap().contains("item"));

    let servers = db.servers();
    let names: Vec<_> = servers.iter().map(|server| (server.name.as_str(), server.healthy)).collect();
    assert_eq!(names, [("primary", true), ("replica 1", true)]);
    assert!(servers.iter().all(|it| it.lag.is_none() && it.problem.is_none() && it.connections.size == 1));
    assert_eq!((db.status().size, db.status().max_size), (2, 8));
    let metrics = db.metrics();
    let sent = |pool: usize| metrics.pools[pool].statements.iter().map(|it| it.latency.count()).sum::<u64>();
    assert_eq!((metrics.pools[0].name.as_str(), sent(0)), ("primary", 0));
    assert_eq!(metrics.pools[1].name, "replica 1");
    assert!(sent(1) > 10, "{metrics:?}");
}

#[tokio::test]
async fn all_else_goes_to_the_primary() {
    let db = shared().await.builder().connect().await.unwrap();
    assert_eq!(write(1).run(&db).await.unwrap(), 1);
    db.execute_script("UPDATE item SET name = name").await.unwrap();
    assert_eq!(number(&db, "SELECT pg_is_in_recovery()::int::int8").await, 0);
    assert!(!pinned().run(&db).await.unwrap());
    assert!(!replica().run(&db.primary()).await.unwrap());
    everywhere(false, &items().run(&db.primary()).await.unwrap());
    let inside = async |tx: &nuages::Transaction| Ok::<_, Error>((replica().run(tx).await?, write(1).run(tx).await?));
    assert_eq!(db.atomic(inside).await.unwrap(), (false, 1));
    let begin = || db.transaction().read_only();
    assert!(!begin().atomic(async |tx| replica().run(tx).await).await.unwrap());
    // Unless it is asked for.
    let report = begin().on_replica().retry(1);
    assert!(report.atomic(async |tx| tx.atomic(async |tx| replica().run(tx).await).await).await.unwrap());
    let strict = begin().isolation(nuages::Isolation::Serializable).on_replica();
    assert_eq!(strict.atomic(async |tx| replica().run(tx).await).await.unwrap_err().sqlstate(), Some("0A000"));
    assert!(replica().run(&db).await.unwrap());
}

#[tokio::test]
async fn a_handle_reads_what_was_written_through_it() {
    let db = shared().await.builder().connect().await.unwrap();
    let writes: [(&str, bool); 6] = [
        ("none", true),
        ("query", false),
        ("script", false),
        ("atomic", false),
        ("client", false),
        ("read only", true),
    ];
    for (what, expected) in writes {
        let own = db.read_your_writes();
        let (clone, same) = (own.clone(), own.read_your_writes());
        assert!(replica().run(&own).await.unwrap());
        match what {
            "query" => drop(write(1).run(&own).await.unwrap()),
            "script" => own.execute_script("SELECT 1").await.unwrap(),
            "atomic" => own.atomic(async |tx| write(1).run(tx).await.map(drop)).await.unwrap(),
            "client" => drop(own.client().await.unwrap()),
            "read only" => drop(own.transaction().read_only().atomic(async |tx| replica().run(tx).await).await),
            _ => {}
        }
        for handle in [&own, &clone, &same] {
            assert_eq!(replica().run(handle).await.unwrap(), expected, "{what}");
        }
        assert!(replica().run(&db).await.unwrap() && replica().run(&db.read_your_writes()).await.unwrap());
    }
}

#[tokio::test]
async fn the_replica_with_the_fewest_connections_in_use_is_taken() {
    let pair = shared().await;
    let db = pair.builder().replica(pair.copy()).replica(pair.copy()).connect().await.unwrap();
    let open = || [1, 2, 3].map(|i| db.servers()[i].connections.size);
    // Where it is the same for all they take turns.
    for _ in 0..3 {
        replica().run(&db).await.unwrap();
    }
    assert_eq!(open(), [1; 3]);
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut rows = items().stream(&db);
        rows.next().await.unwrap().unwrap();
        streams.push(rows);
    }
    // The third one is the only one that nobody uses, whose turn it may be.
    for _ in 0..12 {
        assert!(replica().run(&db).await.unwrap());
    }
    assert_eq!(open(), [1; 3]);
    for _ in 0..4 {
        let mut rows = items().stream(&db);
        rows.next().await.unwrap().unwrap();
        streams.push(rows);
    }
    assert_eq!(open(), [2; 3]);
    drop(streams);
    assert_eq!(db.servers()[3].name, "replica 3");
}

#[tokio::test]
async fn replicas_that_are_away_at_the_start_come_later_and_those_that_refuse_are_errors() {
    let pair = shared().await;
    let away = "host=127.0.0.1 port=1 user=nobody dbname=nothing connect_timeout=1";
    let db = Db::builder().url(pair.database.url()).replica(away).connect().await.unwrap();
    assert!(!replica().run(&db).await.unwrap());
    let server = &db.servers()[1];
    assert!(!server.healthy && server.problem.as_deref().is_some_and(|it| it.contains("refused")), "{server:?}");

    let wrong = pair.copy().replace(pair.database.name(), "missing");
    let error = pair.builder().replica(wrong).connect().await.unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Pool, Some("3D000")));
    assert_eq!(error.to_string(), "replica 2: cannot connect to the database: database \"missing\" does not exist");
    // It is there, and has no encryption.
    let plain = format!("{} sslmode=require", Network::before(&pair.copy()).await.url(&pair.database));
    let error = pair.builder().replica(plain).connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.to_string().starts_with("replica 2: "), "{error}");
    let error = pair.builder().replica("postgres://u:secret@h:port/d").connect().await.unwrap_err();
    assert!(error.to_string().starts_with("replica 2: the database's url is malformed"), "{error}");
    assert!(!format!("{error:?}").contains("secret"));
}

/// Not of its own: what [`the_environment_names_all_servers`] runs in a process that has one.
#[tokio::test]
async fn in_an_environment() {
    if std::env::var_os("DATABASE_REPLICA_URLS").is_some() {
        let db = Db::from_env().await.unwrap();
        let names: Vec<_> = db.servers().into_iter().map(|server| server.name).collect();
        assert_eq!(names, ["primary", "replica 1", "replica 2"]);
        assert!(replica().run(&db).await.unwrap());
    }
}

#[tokio::test]
async fn the_environment_names_all_servers() {
    let pair = shared().await;
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "replicas::in_an_environment"]);
    child.env("DATABASE_URL", pair.database.url()).env("DATABASE_REPLICA_URLS", [pair.copy(), pair.copy()].join(", "));
    let output = tokio::task::spawn_blocking(move || child.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn nothing_is_connected_after_the_end() {
    let pair = shared().await;
    let observer = Db::connect(&pair.database.url()).await.unwrap();
    let copies = Db::connect(&pair.copy()).await.unwrap();
    let left = async |name: &str| {
        let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'");
        number(&observer, &sql).await + number(&copies, &sql).await
    };
    for (name, closes) in [("the closed one", true), ("the dropped one", false)] {
        let limit = Duration::from_secs(30);
        let db = pair.builder().application_name(name).replica_max_lag(limit).connect().await.unwrap();
        assert!(replica().run(&db).await.unwrap());
        assert_eq!(left(name).await, 4, "one connection each, and one each of the monitor");
        let kept = db.clone();
        if closes {
            let mut rows = items().stream(&db);
            rows.next().await.unwrap().unwrap();
            let mut closing = Box::pin(db.close());
            assert!(timeout(Duration::from_millis(30), &mut closing).await.is_err(), "a replica's connection is out");
            drop(rows);
            closing.await.unwrap();
            assert_eq!(replica().run(&kept).await.unwrap_err().kind(), ErrorKind::Closed);
        } else {
            drop((db, kept));
        }
        let gone = async {
            while left(name).await > 0 {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(LONG, gone).await.expect("all are closed");
    }
}
