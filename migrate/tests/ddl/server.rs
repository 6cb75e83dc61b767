//! A database for a test.

use nuages_devdb::Database;
use tokio_postgres::{Client, NoTls};

/// An empty database and a connection to it; the database goes when it is dropped.
pub(crate) async fn empty() -> (Database, Client) {
    let database = nuages_devdb::shared().unwrap();
    let (client, connection) = tokio_postgres::connect(&database.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    (database, client)
}

/// What a text needs and the server does not have: an extension that is not installed, or a newer version.
pub(crate) async fn missing(database: &Database, client: &Client, ddl: &str) -> Option<String> {
    if ddl.contains("NULLS NOT DISTINCT") && database.cluster().version().major < 15 {
        return Some("PostgreSQL 15 for NULLS NOT DISTINCT".into());
    }
    let rows = client.query("SELECT name FROM pg_available_extensions", &[]).await.unwrap();
    let available: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    ddl.lines()
        .filter_map(|line| line.strip_prefix("CREATE EXTENSION IF NOT EXISTS \"")?.strip_suffix("\";"))
        .find(|name| !available.iter().any(|a| a == name))
        .map(|name| format!("the extension {name}"))
}

/// Runs statements; what the server says against them.
pub(crate) async fn run(client: &Client, sql: &str) -> Result<(), String> {
    client.batch_execute(sql).await.map_err(|error| match error.as_db_error() {
        Some(db) => format!("{}: {db} ({:?})", db.code().code(), db.detail()),
        None => error.to_string(),
    })
}
