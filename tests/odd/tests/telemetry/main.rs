//! What spans, events and metrics say of statements, and what they never say.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod facade;
mod layer;
mod panics;
mod spans;

use nuages::{Builder, Db};
use nuages_devdb::Database;

/// A database with the tables of the schema, on a connection with these options.
async fn database(options: impl FnOnce(Builder) -> Builder) -> (Database, Db) {
    let database = nuages_devdb::shared().unwrap();
    let plain = Db::builder().url(database.url()).metrics(false).connect().await.unwrap();
    odd::models::create_all(&plain).await.unwrap();
    let db = options(Db::builder().url(database.url()).pool_size(2)).connect().await.unwrap();
    (database, db)
}
