//! What must be true once nobody is at work: asked of the server from outside, and of each connection in the pool.

use std::time::{Duration, Instant};

use nuages::Db;
use nuages::tokio_postgres::{Client, NoTls, SimpleQueryMessage};
use nuages_devdb::Database;

use crate::work::{PARTS, SCHEMA};

/// Longer than any machine needs; only a failure waits for it.
const LIMIT: Duration = Duration::from_mins(2);

/// A connection that is not the pool's.
pub(crate) async fn outside(url: &str) -> Client {
    let (client, connection) = nuages::tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// A pool of a few connections to a database with the tables.
pub(crate) async fn pool(database: &Database, size: usize) -> Db {
    let pool = Db::builder().url(database.url()).pool_size(size).acquire_timeout(LIMIT);
    let db = pool.connect().await.unwrap();
    db.execute_script(SCHEMA).await.unwrap();
    db
}

/// Waits until no connection is out of the pool, whoever had it.
async fn settled(db: &Db) {
    let start = Instant::now();
    while db.status().available != db.status().size {
        assert!(start.elapsed() < LIMIT, "connections are still out: {:?}", db.status());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Waits until the pool is at rest, and looks for everything that must not be left.
pub(crate) async fn clean(db: &Db, outside: &Client) {
    settled(db).await;
    let start = Instant::now();
    // Connections that were closed take the server a moment; those in the pool are at rest already.
    loop {
        let left = left(outside).await;
        if left.is_empty() {
            break;
        }
        assert!(start.elapsed() < LIMIT, "{left:?}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let mut clients = Vec::new();
    for _ in 0..db.status().size {
        clients.push(db.client().await.unwrap());
    }
    for (i, client) in clients.iter().enumerate() {
        // An answer that was not read, or a transaction that is open, would be seen here.
        let number = i64::try_from(i).unwrap() + 1000;
        let script = format!("SELECT {number}, now() = statement_timestamp()");
        let messages = client.simple_query(&script).await.unwrap();
        let rows: Vec<_> = messages
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some((row.get(0).unwrap().to_owned(), row.get(1).unwrap().to_owned())),
                _ => None,
            })
            .collect();
        assert_eq!(rows, [(number.to_string(), "t".to_owned())]);
        let prepared = client.query_one("SELECT count(*) FROM pg_prepared_statements", &[]).await.unwrap();
        assert!(prepared.get::<_, i64>(0) < 40, "statements that nobody knows of are left behind");
        let cursors = client.query_one("SELECT count(*) FROM pg_cursors WHERE name LIKE 'nuages%'", &[]).await.unwrap();
        assert_eq!(cursors.get::<_, i64>(0), 0);
    }
    whole(outside).await;
}

/// Transactions, statements and locks of others in this database.
async fn left(outside: &Client) -> Vec<String> {
    let sql = "
        SELECT concat_ws(' ', pid, state, query) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
              AND (state LIKE 'idle in transaction%' OR state = 'active' OR xact_start IS NOT NULL)
        UNION ALL
        SELECT concat_ws(' ', l.pid, l.locktype, l.mode, a.state, a.query)
        FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
        WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'";
    outside.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Nothing is written by half.
pub(crate) async fn whole(outside: &Client) {
    let sql = "SELECT count(*), (SELECT sum(amount)::int8 FROM total), count(*) FILTER (WHERE parts <> $1) \
               FROM (SELECT count(*) AS parts FROM entry GROUP BY token) AS t";
    let row = outside.query_one(sql, &[&PARTS]).await.unwrap();
    let (tokens, total, half): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((total, half), (tokens, 0));
}

/// Whether the entries of a token are there.
pub(crate) async fn written(outside: &Client, token: i64) -> bool {
    let row = outside.query_one("SELECT count(*) FROM entry WHERE token = $1", &[&token]).await.unwrap();
    row.get::<_, i64>(0) > 0
}
