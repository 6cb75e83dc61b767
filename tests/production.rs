//! What `docs/production.md` shows, word for word, and that it does what is said there.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::time::Duration;

use nuages::{Db, Error, ErrorKind, Isolation, StatementKind, query};
use nuages_devdb::{Cluster, find};
use nuages_tests::models::{self, Tag};

async fn open(primary: &str, replica: &str) -> Result<Db, Error> {
    Db::builder()
        .primary(primary)
        .replica(replica)
        .replica_max_lag(Duration::from_secs(5))
        .pool_size(20)
        .statement_timeout(Duration::from_secs(10))
        .application_name("shop")
        .connect()
        .await
}

async fn share(url: &str) -> Result<(Db, Db), Error> {
    let db = Db::builder().url(url).shared_reads(2).connect().await?;
    // The same database: reads that take long keep to the pool.
    let reports = db.unshared();
    Ok((db, reports))
}

async fn rename(db: &Db, id: i64, name: &str) -> Result<Tag, Error> {
    let db = db.read_your_writes();
    query!(Tag(id).update(name = name)).run(&db).await?;
    query!(Tag(id)).run(&db).await
}

async fn report(db: &Db) -> Result<(i64, i64), Error> {
    let begin = db.transaction().isolation(Isolation::RepeatableRead).read_only().on_replica().retry(3);
    begin.atomic(async |tx| Ok((query!(Order.count()).run(tx).await?, query!(Product.count()).run(tx).await?))).await
}

fn state(db: &Db) -> Vec<String> {
    let word = |healthy| if healthy { "healthy" } else { "left alone" };
    db.servers().iter().map(|it| format!("{}: {}, {:?} behind", it.name, word(it.healthy), it.lag)).collect()
}

fn pressure(db: &Db) -> String {
    let metrics = db.metrics();
    let reads = metrics.statements(StatementKind::Read).latency;
    let waiting: usize = metrics.pools.iter().map(|pool| pool.waiting).sum();
    format!("{} reads, most within {:?}; {waiting} tasks wait", reads.count(), reads.quantile(0.95))
}

async fn shut_down(db: Db) {
    // New queries are refused from here on; those that have a connection go on to their end.
    if let Err(error) = db.close().await {
        eprintln!("the database was not closed in order: {error}");
    }
}

/// Waits for something that comes with time.
async fn until(what: &str, mut there: impl AsyncFnMut() -> bool) {
    let seen = async {
        while !there().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), seen).await.unwrap_or_else(|_| panic!("not within a minute: {what}"));
}

#[tokio::test]
async fn what_the_page_shows_does_what_it_says() {
    let installation = find::best().unwrap();
    let primary = Cluster::start_on(&installation).unwrap();
    let database = primary.create_database().unwrap();
    let db = Db::connect(&database.url()).await.unwrap();
    models::create_all(&db).await.unwrap();
    query!(Tag.create(id = 1, name = "old")).run(&db).await.unwrap();
    let replica = primary.replica(&installation).unwrap();

    let db = open(&database.url(), &replica.url_of(&database)).await.unwrap();
    let read = async |name: &str| query!(Tag(1)).run(&db).await.is_ok_and(|tag| tag.name == name);
    until("the replica is read from", async || read("old").await && db.servers()[1].connections.size > 0).await;
    let stopped = Db::connect(&replica.url_of(&database)).await.unwrap().client().await.unwrap();
    stopped.batch_execute("SELECT pg_wal_replay_pause()").await.unwrap();
    // The handle's reads see it, where the replica does not have it.
    assert_eq!(rename(&db, 1, "new").await.unwrap().name, "new");
    assert_eq!(query!(Tag(1)).run(&db.primary()).await.unwrap().name, "new");
    assert_eq!(query!(Tag.using(primary).get(id = 1)).run(&db).await.unwrap().name, "new");
    let mut tag = query!(Tag(1)).run(&db.primary()).await.unwrap();
    tag.name.clear();
    tag.refresh_from_db(&db).await.unwrap();
    assert_eq!(tag.name, "new");
    assert_eq!(stopped.query_one("SELECT name FROM catalog_tag", &[]).await.unwrap().get::<_, String>(0), "old");
    until("a replica that is behind is left alone", async || read("new").await).await;
    assert!(state(&db)[0].starts_with("primary: healthy") && state(&db)[1].starts_with("replica 1: left alone"));
    stopped.batch_execute("SELECT pg_wal_replay_resume()").await.unwrap();
    until("it is read from again", async || state(&db)[1].starts_with("replica 1: healthy")).await;
    assert_eq!(report(&db).await.unwrap(), (0, 0));
    let said = pressure(&db);
    assert!(said.contains(" reads, most within Some(") && said.ends_with("; 0 tasks wait"), "{said}");

    let (quick, reports) = share(&database.url()).await.unwrap();
    let shared = || quick.metrics().pools[0].shared.clone().unwrap();
    until("reads share", async || query!(Tag(1)).run(&quick).await.is_ok() && shared().reads >= 20).await;
    let before = shared().reads;
    assert_eq!(query!(Tag(1)).run(&reports).await.unwrap().name, "new");
    assert_eq!((shared().reads, shared().max), (before, 2));

    shut_down(db.clone()).await;
    assert_eq!(query!(Tag(1)).run(&db).await.unwrap_err().kind(), ErrorKind::Closed);
}

fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

#[test]
fn the_page_shows_what_stands_here() {
    let (page, here) = (text("docs/production.md"), text("tests/production.rs"));
    let pieces: Vec<&str> = page.split("```rust\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
    assert!(pieces.len() >= 5);
    for piece in pieces {
        assert!(here.contains(piece), "tests/production.rs does not have this piece:\n{piece}");
    }
}

#[test]
fn every_option_is_told_of() {
    let (page, builder) = (text("docs/production.md"), text("runtime/src/db/builder.rs"));
    let names: Vec<&str> = builder
        .lines()
        .filter_map(|line| line.strip_prefix("    pub fn ")?.split_once("(mut self"))
        .map(|(name, _)| name)
        .collect();
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        let told = [format!("`{name}`"), format!("`{name}(")].iter().any(|name| page.contains(name));
        assert!(told, "docs/production.md does not tell of the option `{name}`");
    }
}
