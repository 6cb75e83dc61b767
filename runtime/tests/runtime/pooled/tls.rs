//! A pooler that asks its clients for TLS.

use std::fs::{DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::time::Duration;

use nuages::private::{Plan, build};
use nuages::{Db, ErrorKind, Pem, Query, Read, SslMode};
use nuages_devdb::{Cluster, Pooler, find};

use crate::pooled::{CONNECTIONS, gone, is_installed, maps, mood, rows_of_a_transaction};
use crate::support::fixed;
use crate::tls::{authority, signed};

const NAME: &str = "pooler.example";

/// A folder for files that the pooler's user can read.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("nuages-pooler-{}", std::process::id()));
        DirBuilder::new().mode(0o755).create(&path).unwrap();
        Self(path)
    }

    /// Writes a file, and gives its path.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn connections_to_a_pooler_are_encrypted() {
    static LONG: Plan<bool> = Plan::<bool>::exists("Row", fixed("SELECT pg_sleep(303) IS NULL", &[]));
    if !is_installed() {
        return;
    }
    let [.., high, low] = std::process::id().to_be_bytes();
    // As in `tls.rs`: all of 127 is this machine on Linux.
    let address = if cfg!(target_os = "linux") { format!("127.78.{high}.{low}") } else { "127.0.0.1".to_owned() };
    let (issuer, root) = authority("the authority");
    let (certificate, key) = signed(&issuer, "the pooler", &[NAME]);
    let folder = Folder::new();
    let settings = [
        format!("listen_addr = {address}"),
        "client_tls_sslmode = require".to_owned(),
        format!("client_tls_cert_file = {}", folder.file("pooler.crt", &certificate)),
        format!("client_tls_key_file = {}", folder.file("pooler.key", &key)),
    ];
    let cluster = Cluster::start_on(&find::best().unwrap()).unwrap();
    let pooler = Pooler::start_with(&cluster, CONNECTIONS, &settings.each_ref().map(String::as_str)).unwrap();
    let database = cluster.create_database().unwrap();
    let around = Db::connect(&database.url()).await.unwrap();
    around.execute_script("CREATE EXTENSION hstore").await.unwrap();
    let name = database.name();
    let builder = |host: &str, root: &str| {
        let url = format!("host={host} hostaddr={address} user=postgres dbname={name}");
        Db::builder().url(url).ssl_root_cert(Pem::text(root.to_owned())).pgbouncer(true).pool_size(3)
    };

    let refused = builder(NAME, &root).ssl_mode(SslMode::Disable).connect().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Pool, "{refused}");
    assert!(refused.to_string().contains("SSL required"), "{refused}");
    let (_, other) = authority("another authority");
    for builder in [builder("other.example", &root), builder(NAME, &other)] {
        let refused = builder.ssl_mode(SslMode::VerifyFull).connect().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Tls, "{refused}");
    }

    let db = builder(NAME, &root).ssl_mode(SslMode::VerifyFull).connect().await.unwrap();
    // What takes the names off is above what encrypts: wide rows of a type that is looked up, in many pieces.
    for _ in 0..3 {
        assert_eq!(maps(500).run(&db).await.unwrap().len(), 500);
        assert_eq!(rows_of_a_transaction(&db, 500).await, 1000);
        assert_eq!(mood("calm").run(&db).await.unwrap(), "calm 3");
    }
    let long: Query<_, Read> = build().finish(&LONG);
    assert!(tokio::time::timeout(Duration::from_millis(100), long.run(&db)).await.is_err());
    gone(&around, "pg_sleep(303)").await;
    assert_eq!(mood("well").run(&db).await.unwrap(), "well 3");
    db.close().await.unwrap();
    drop(pooler);
}
