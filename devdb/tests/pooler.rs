//! A pooler in front of a server, and what is left of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use nuages_devdb::{Cluster, Pooler, find};
use tokio_postgres::NoTls;

#[tokio::test]
async fn a_pooler_goes_with_its_value() {
    if Pooler::program().is_none() {
        assert!(std::env::var_os("NUAGES_REQUIRE_PGBOUNCER").is_none(), "{}", Pooler::INSTALL);
        return eprintln!("{}", Pooler::INSTALL);
    }
    let cluster = Cluster::start_on(&find::best().unwrap()).unwrap();
    let database = cluster.create_database().unwrap();
    let pooler = Pooler::start(&cluster, 1).unwrap();
    let socket = pooler.socket();
    let mut clients = Vec::new();
    for _ in 0..3 {
        let (client, connection) = tokio_postgres::connect(&pooler.url(database.name()), NoTls).await.unwrap();
        tokio::spawn(connection);
        clients.push(client);
    }
    let mut processes = Vec::new();
    for client in &clients {
        let rows = client.query_typed("SELECT pg_backend_pid(), current_database()::text", &[]).await.unwrap();
        assert_eq!(rows[0].get::<_, &str>(1), database.name());
        processes.push(rows[0].get::<_, i32>(0));
    }
    assert_eq!(processes, [processes[0]; 3], "one connection serves all");
    drop(pooler);
    assert!(!socket.parent().unwrap().exists());
    assert!(clients[0].batch_execute("SELECT 1").await.is_err());
}
