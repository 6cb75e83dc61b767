//! Through pgbouncer in transaction mode: types that the driver does not know, limits, what is given up. That no
//! statement has a name there is looked at where there are more of them, in `tests/behaviour/pooler.rs`.

mod replica;
#[cfg(feature = "tls")]
mod tls;

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use nuages::private::{Custom, Plan, build, ty};
use nuages::{Builder, Db, Error, ErrorKind, PlanCacheMode, Query, Read};
use nuages_devdb::{Cluster, Database, Pooler, find};
use tokio::task::JoinSet;

use crate::support::{INT8, Value, fixed, number, param, settled};

const CONNECTIONS: u32 = 2;

/// Whether there is a program to start, as there may have to be.
fn is_installed() -> bool {
    let is_installed = Pooler::program().is_some();
    if !is_installed {
        assert!(std::env::var_os("NUAGES_REQUIRE_PGBOUNCER").is_none(), "{}", Pooler::INSTALL);
        eprintln!("{}", Pooler::INSTALL);
    }
    is_installed
}

/// A pooler with a server of its own; nothing where there is none.
fn pooler() -> Option<&'static (Cluster, Pooler)> {
    static POOLER: OnceLock<(Cluster, Pooler)> = OnceLock::new();
    static START: Mutex<()> = Mutex::new(());
    if !is_installed() {
        return None;
    }
    let _one = START.lock().unwrap();
    Some(POOLER.get_or_init(|| {
        let cluster = Cluster::start_on(&find::best().unwrap()).unwrap();
        let pooler = Pooler::start(&cluster, CONNECTIONS).unwrap();
        (cluster, pooler)
    }))
}

/// A database, a way to it through the pooler, and one around it.
async fn behind(script: &str) -> Option<(Database, Builder, Db)> {
    let (cluster, pooler) = pooler()?;
    let database = cluster.create_database().unwrap();
    let around = Db::connect(&database.url()).await.unwrap();
    around.execute_script(script).await.unwrap();
    let builder = Db::builder().url(pooler.url(database.name())).pgbouncer(true);
    Some((database, builder, around))
}

type Map = HashMap<String, Option<String>>;

/// Rows of a type of an extension, wider than what the driver holds back.
fn maps(rows: i64) -> Query<Vec<Map>, Read> {
    static PLAN: Plan<Vec<Map>> = Plan::<Vec<Map>>::rows::<Value<Map>>(
        "Row",
        fixed("SELECT hstore(i::text, repeat('x', 1000)) FROM generate_series(1, $1) AS i", &[param(0, INT8)]),
        &[],
    );
    build().bind(ty::<i64>(), rows).finish(&PLAN)
}

/// A value whose type only the server knows.
fn mood(text: &'static str) -> Query<String, Read> {
    static PLAN: Plan<String> = Plan::<String>::one::<Value<String>>(
        "Row",
        fixed("SELECT $1::varchar || ' ' || count(*) FROM generate_series(1, 3)", &[param(0, 0)]),
        &[],
    );
    build().bind(ty::<Custom<&'static str>>(), text).finish(&PLAN)
}

async fn rows_of_a_transaction(db: &Db, rows: i64) -> i64 {
    let read = db.atomic(async |tx| {
        let mut stream = maps(rows).iterator(tx, 300);
        let mut count = 0;
        while let Some(chunk) = stream.next().await {
            count += i64::try_from(chunk?.len()).unwrap();
        }
        drop(stream);
        let mut stream = maps(rows).stream(tx);
        while let Some(row) = stream.next().await {
            row?;
            count += 1;
        }
        Ok::<_, Error>(count)
    });
    read.await.unwrap()
}

#[tokio::test]
async fn types_that_the_driver_does_not_know() {
    let Some((_keep, builder, around)) = behind("CREATE EXTENSION hstore").await else { return };
    let db = builder.pool_size(3).connect().await.unwrap();
    let rows = 2000;
    // On connections that know them and on such that do not, whole and in pieces.
    for _ in 0..3 {
        assert_eq!(maps(rows).run(&db).await.unwrap().len(), 2000);
        assert_eq!(rows_of_a_transaction(&db, rows).await, 2 * rows);
        let mut stream = maps(rows).stream(&db);
        let mut count = 0;
        while let Some(row) = stream.next().await {
            assert_eq!(row.unwrap().len(), 1);
            count += 1;
        }
        assert_eq!(count, rows);
        assert_eq!(mood("calm").run(&db).await.unwrap(), "calm 3");
    }
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let db = db.clone();
        tasks.spawn(async move { (maps(10).run(&db).await.unwrap().len(), mood("glad").run(&db).await.unwrap()) });
    }
    while let Some(done) = tasks.join_next().await {
        assert_eq!(done.unwrap(), (10, "glad 3".to_owned()));
    }
    // Without a pooler too: rows are in the way of what the driver asks about their types.
    assert_eq!(rows_of_a_transaction(&around, rows).await, 2 * rows);
    let mut stream = maps(rows).iterator(&around, 300);
    assert_eq!(stream.next().await.unwrap().unwrap().len(), 300);
}

#[tokio::test]
async fn many_clients_on_few_connections() {
    let script = "CREATE TABLE account (id int PRIMARY KEY, amount int); INSERT INTO account SELECT i, 0 FROM \
                  generate_series(1, 4) i";
    let Some((_keep, builder, around)) = behind(script).await else { return };
    let db = builder.pool_size(20).connect().await.unwrap();
    let mut tasks = JoinSet::new();
    for client in 0..20 {
        let db = db.clone();
        tasks.spawn(async move {
            for turn in 0..5 {
                let id = (client + turn) % 4 + 1;
                let paid = db.transaction().retry(5).atomic(async |tx| {
                    tx.execute_script(&format!("UPDATE account SET amount = amount + 1 WHERE id = {id}")).await?;
                    let lost = tx.atomic(async |tx| {
                        let more = format!("UPDATE account SET amount = amount + 100 WHERE id = {id}");
                        tx.execute_script(&more).await?;
                        mood("lost").run(tx).await?;
                        tx.execute_script("SELECT 1 / 0").await
                    });
                    assert_eq!(lost.await.unwrap_err().sqlstate(), Some("22012"));
                    maps_of_nothing().run(tx).await
                });
                assert_eq!(paid.await.unwrap(), 0);
                assert_eq!(mood("fine").run(&db).await.unwrap(), "fine 3");
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(number(&around, "SELECT sum(amount) FROM account").await, 100);
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(number(&around, open).await <= i64::from(CONNECTIONS));
    assert_eq!(number(&around, &format!("{open} AND state LIKE 'idle in%'")).await, 0);
    // The connections of the server are the pooler's: what is there was left by anybody.
    for _ in 0..6 {
        assert_eq!(number(&db, "SELECT count(*) FROM pg_prepared_statements WHERE name <> ''").await, 0);
    }
}

fn maps_of_nothing() -> Query<i64, Read> {
    static NONE: Plan<i64> = Plan::<i64>::count("Row", fixed("SELECT count(*) FROM account WHERE id = 0", &[]));
    build().finish(&NONE)
}

#[tokio::test]
async fn a_table_that_changes_is_read_as_it_is() {
    let Some((_keep, builder, around)) = behind("CREATE TABLE item (id int8); INSERT INTO item VALUES (7)").await
    else {
        return;
    };
    static ID: Plan<i64> = Plan::<i64>::one::<Value<i64>>("Row", fixed("SELECT id FROM item", &[]), &[]);
    let db = builder.pool_size(1).connect().await.unwrap();
    let read = || -> Query<i64, Read> { build().finish(&ID) };
    assert_eq!(read().run(&db).await.unwrap(), 7);
    around.execute_script("ALTER TABLE item ALTER COLUMN id TYPE text USING 'seven'").await.unwrap();
    assert_eq!(read().run(&db).await.unwrap_err().kind(), ErrorKind::Decode);
    around.execute_script("ALTER TABLE item ALTER COLUMN id TYPE int8 USING 8").await.unwrap();
    assert_eq!(read().run(&db).await.unwrap(), 8);
}

/// How many statements like this run.
async fn running(db: &Db, sleep: &str) -> i64 {
    number(
        db,
        &format!(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' \
             AND query LIKE '%{sleep}%' AND pid <> pg_backend_pid()"
        ),
    )
    .await
}

async fn gone(db: &Db, sleep: &str) {
    for _ in 0..1000 {
        if running(db, sleep).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{sleep} still runs");
}

#[tokio::test]
async fn what_is_late_or_given_up_is_cancelled() {
    static LATE: Plan<bool> = Plan::<bool>::exists("Row", fixed("SELECT pg_sleep(301) IS NULL", &[]));
    static LONG: Plan<bool> = Plan::<bool>::exists("Row", fixed("SELECT pg_sleep(302) IS NULL", &[]));
    let Some((_keep, builder, around)) = behind("").await else { return };
    let db = builder.clone().statement_timeout(Duration::from_millis(200)).connect().await.unwrap();
    let late: Query<_, Read> = build().finish(&LATE);
    let error = late.run(&db).await.unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Timeout, None));
    assert_eq!(error.to_string(), "the server did not answer within 200ms");
    gone(&around, "pg_sleep(301)").await;
    assert_eq!(mood("well").run(&db).await.unwrap(), "well 3");

    let db = builder.pool_size(1).connect().await.unwrap();
    let long: Query<_, Read> = build().finish(&LONG);
    let never = tokio::time::timeout(Duration::from_millis(100), long.run(&db)).await;
    assert!(never.is_err(), "{never:?}");
    settled(&db).await;
    gone(&around, "pg_sleep(302)").await;
    let kept = db.atomic(async |tx| {
        tx.execute_script("CREATE TABLE half (id int)").await?;
        let never = tokio::time::timeout(Duration::from_millis(100), long.run(tx)).await;
        assert!(never.is_err());
        Err::<(), _>(mood("x").run(tx).await.map(drop).err().unwrap_or_else(|| unreachable!("it waits")))
    });
    assert!(tokio::time::timeout(Duration::from_millis(300), kept).await.is_err());
    settled(&db).await;
    gone(&around, "pg_sleep(302)").await;
    assert_eq!(number(&around, "SELECT count(*) FROM pg_class WHERE relname = 'half'").await, 0);
    assert_eq!(mood("well").run(&db).await.unwrap(), "well 3");
}

#[tokio::test]
async fn what_a_session_would_keep_is_refused() {
    // Found before anything is connected to.
    let builder = || Db::builder().url("postgres://u@nowhere.invalid/d").pgbouncer(true);
    let cases = [
        ("search_path", builder().search_path(["a"])),
        ("plan_cache_mode", builder().plan_cache_mode(PlanCacheMode::ForceCustomPlan)),
        ("options in the url", Db::builder().url("host=nowhere.invalid options='-c a=b'").pgbouncer(true)),
    ];
    for (found, builder) in cases {
        let error = builder.connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let expected = format!(
            "found {found} with pgbouncer, which keeps no settings of a session, expected a setting of the role or the \
             database"
        );
        assert_eq!(error.to_string(), expected);
    }
    // The pooler itself keeps this one.
    let Some((_keep, builder, _)) = behind("").await else { return };
    let db = builder.application_name("a name").connect().await.unwrap();
    assert_eq!(number(&db, "SELECT (current_setting('application_name') = 'a name')::int::int8").await, 1);
}
