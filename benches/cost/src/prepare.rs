//! What sqlx reads of a database before it can do without one.
//!
//! In: the packages. Out: `.sqlx` beside sqlx's queries: their description by a server with the schema's tables.

use crate::measure::Place;
use std::error::Error;

/// Has sqlx describe its queries, unless it has.
pub(crate) fn prepare(place: &Place, package: &str) -> Result<(), Box<dyn Error>> {
    let folder = place.root.join(package).join(".sqlx");
    if folder.is_dir() && place.cargo("check", package).status()?.success() {
        return Ok(());
    }
    eprintln!("sqlx describes its queries");
    let config = nuages_schema::Config::find(&place.root.join("narrow"))?;
    let ddl = nuages_migrate::ddl(&nuages_schema::load(&config)?)?;
    let server = nuages_devdb::Cluster::start()?;
    let database = server.create_database()?;
    let url = database.url();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
        let work = async { client.batch_execute(&ddl).await };
        tokio::select! {
            done = work => done,
            ended = connection => ended,
        }
    })?;
    std::fs::create_dir_all(&folder)?;
    let mut cargo = place.cargo("check", package);
    cargo.env("DATABASE_URL", &url).env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", &folder);
    if cargo.status()?.success() {
        return Ok(());
    }
    std::fs::remove_dir_all(&folder)?;
    Err("sqlx's queries do not compile".into())
}
