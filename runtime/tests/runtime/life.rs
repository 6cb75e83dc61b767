//! How long connections live, and what is noticed when they, the server or the network do not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nuages::private::{Plan, build};
use nuages::{Db, Error, ErrorKind, PlanCacheMode, Query, Read};
use nuages_devdb::{Cluster, Database, find};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::time::{sleep, timeout};

use crate::support::{Value, database, fixed, number};

const PROCESS: &str = "SELECT pg_backend_pid()::int8";
const LONG: Duration = Duration::from_mins(1);

fn process() -> Query<i64, Read> {
    static PLAN: Plan<i64> = Plan::<i64>::record::<Value<i64>>("Row", fixed(PROCESS, &[]));
    build().finish(&PLAN)
}

/// A network before a server that can be made to stall: what is sent is no longer forwarded, and nothing is closed.
pub(crate) struct Network {
    port: u16,
    stalls: Arc<AtomicBool>,
}

/// Where the server listens: the socket's path, or host and port.
fn address(url: &str) -> Result<String, (String, u16)> {
    use nuages::tokio_postgres::config::Host;
    let config: nuages::tokio_postgres::Config = url.parse().unwrap();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match &config.get_hosts()[0] {
        Host::Tcp(host) => Err((host.clone(), port)),
        Host::Unix(path) => Ok(format!("{}/.s.PGSQL.{port}", path.display())),
    }
}

impl Network {
    pub(crate) async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, stalls) = (listener.local_addr().unwrap().port(), Arc::new(AtomicBool::new(false)));
        let (address, stalled) = (address(url), Arc::clone(&stalls));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (address, stalled) = (address.clone(), Arc::clone(&stalled));
                tokio::spawn(async move {
                    let (from, to) = client.into_split();
                    match address {
                        Ok(path) => {
                            let (back, forth) = UnixStream::connect(path).await.unwrap().into_split();
                            tokio::join!(forward(from, forth, &stalled), forward(back, to, &stalled));
                        }
                        Err(address) => {
                            let (back, forth) = TcpStream::connect(address).await.unwrap().into_split();
                            tokio::join!(forward(from, forth, &stalled), forward(back, to, &stalled));
                        }
                    }
                });
            }
        });
        Self { port, stalls }
    }

    /// The same database behind it.
    pub(crate) fn url(&self, database: &Database) -> String {
        let config: nuages::tokio_postgres::Config = database.url().parse().unwrap();
        let user = config.get_user().unwrap();
        let password = config.get_password().map(|it| String::from_utf8_lossy(it).into_owned()).unwrap_or_default();
        format!("host=127.0.0.1 port={} user='{user}' password='{password}' dbname='{}'", self.port, database.name())
    }

    fn stall(&self, stalls: bool) {
        self.stalls.store(stalls, Ordering::SeqCst);
    }
}

async fn forward(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, stalled: &AtomicBool) {
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        while stalled.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(5)).await;
        }
        if to.write_all(&piece[..read]).await.is_err() {
            return;
        }
    }
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
