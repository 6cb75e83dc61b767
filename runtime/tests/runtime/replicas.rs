//! Reads on a real streaming replica, and what becomes of them when it is behind, stops, stalls or is in the way.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use nuages::private::{Child, Plan, build, ty};
use nuages::{Builder, Db, Error, ErrorKind, Nested, Page, Query, Read, Write};
use nuages_devdb::{Cluster, Database, find};
use tokio::time::{sleep, timeout};

use crate::network::Network;
use crate::support::{INT8, INT8_ARRAY, ITEMS, Item, Value, fixed, number, param};

const LONG: Duration = Duration::from_mins(1);

/// A primary, its replica, and a database in both.
struct Pair {
    database: Database,
    replica: Cluster,
    primary: Cluster,
}

impl Pair {
    /// With [`ITEMS`]; the settings are the replica's.
    async fn start(settings: &str) -> Self {
        let installation = find::best().unwrap();
        let primary = Cluster::start_on(&installation).unwrap();
        let database = primary.create_database().unwrap();
        let db = Db::connect(&database.url()).await.unwrap();
        db.execute_script(&format!("SET synchronous_commit = on; {ITEMS}")).await.unwrap();
        let client = db.client().await.unwrap();
        // The replica is made with the settings that its primary has in its file.
        for setting in settings.split(';').filter(|it| !it.is_empty()) {
            client.batch_execute(&format!("ALTER SYSTEM SET {setting}")).await.unwrap();
        }
        let replica = primary.replica(&installation).unwrap();
        Self { database, replica, primary }
    }

    fn builder(&self) -> Builder {
        Db::builder().primary(self.database.url()).replica(self.copy()).pool_size(4)
    }

    /// Where the database is on the replica.
    fn copy(&self) -> String {
        self.replica.url_of(&self.database)
    }
}

/// One for all tests that leave it as it is. It goes with the process.
async fn shared() -> &'static Pair {
    static PAIR: OnceLock<Pair> = OnceLock::new();
    static MAKING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = MAKING.lock().await;
    if PAIR.get().is_none() {
        let _ = PAIR.set(Pair::start("").await);
    }
    PAIR.get().unwrap()
}

const HERE: &str = "SELECT pg_is_in_recovery()";
/// Items whose name is where they were read.
const ITEMS_HERE: &str = "SELECT id, pg_is_in_recovery()::text FROM item ORDER BY id";

/// Whether it is read on the replica.
fn replica() -> Query<bool, Read> {
    static PLAN: Plan<bool> = Plan::<bool>::record::<Value<bool>>("Row", fixed(HERE, &[]));
    build().finish(&PLAN)
}

fn pinned() -> Query<bool, Read> {
    static PLAN: Plan<bool> = Plan::<bool>::record::<Value<bool>>("Row", fixed(HERE, &[])).pinned();
    build().finish(&PLAN)
}

fn items() -> Query<Vec<Item>, Read> {
    static PLAN: Plan<Vec<Item>> = Plan::<Vec<Item>>::rows::<Item>("Item", fixed(ITEMS_HERE, &[]), &[]);
    build().finish(&PLAN)
}

/// Items, each with those of the same key.
fn nested() -> Query<Vec<(String, Vec<String>)>, Nested> {
    struct Both;
    impl nuages::private::Decode for Both {
        type Row = (String, Vec<String>);

        fn decode(cx: nuages::private::Context<'_>) -> Result<Self::Row, Error> {
            Ok((cx.get(1)?, cx.many(0, |cx| cx.get(1))?))
        }
    }
    const CHILDREN: &[Child] = &[Child {
        statement: fixed(
            "SELECT id, pg_is_in_recovery()::text FROM item WHERE id = ANY ($1)",
            &[param(u16::MAX, INT8_ARRAY)],
        ),
        parent: &[0],
        parent_types: &[INT8],
        key: &[0],
        children: &[],
    }];
    static PLAN: Plan<Vec<(String, Vec<String>)>> =
        Plan::<Vec<(String, Vec<String>)>>::rows::<Both>("Item", fixed(ITEMS_HERE, &[]), CHILDREN);
    build().finish(&PLAN)
}

fn write(id: i64) -> Query<u64, Write> {
    static PLAN: Plan<u64> =
        Plan::<u64>::affected("Item", fixed("UPDATE item SET name = name WHERE id = $1", &[param(0, INT8)]));
    build().bind(ty::<i64>(), id).finish(&PLAN)
}

/// Runs the read until it is answered by the replica, or by the primary.
async fn until(db: &Db, expected: bool) {
    let seen = async {
        while replica().run(db).await.ok() != Some(expected) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let place = if expected { "the replica" } else { "the primary" };
    timeout(LONG, seen).await.unwrap_or_else(|_| panic!("no read went to {place}: {:?}", db.servers()));
}

fn everywhere(expected: bool, rows: &[Item]) {
    assert_eq!(rows.iter().map(|row| row.name == expected.to_string()).collect::<Vec<_>>(), [true; 3], "{rows:?}");
}

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
async fn sleeping(pair: &Pair) -> nuages::deadpool_postgres::Client {
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
