//! The first times of a statement on a connection.

use nuages::private::{Plan, build, ty};
use nuages::{Db, ErrorKind, Integrity, Query, Read, StatementKind, Write};

use crate::network::Network;
use crate::support::{INT8, ITEMS, Item, Value, all, database, fixed, insert, number, param};

fn one(id: i64) -> Query<Item, Read> {
    static PLAN: Plan<Item> =
        Plan::<Item>::one::<Item>("Item", fixed("SELECT id, name FROM item WHERE id = $1", &[param(0, INT8)]), &[]);
    build().bind(ty::<i64>(), id).finish(&PLAN)
}

fn delete() -> Query<u64, Write> {
    static PLAN: Plan<u64> = Plan::<u64>::affected("Gone", fixed("DELETE FROM gone", &[]));
    build().finish(&PLAN)
}

const PREPARED: &str = "SELECT count(*) FROM pg_prepared_statements \
    WHERE statement LIKE '%FROM item WHERE id%' AND statement NOT LIKE '%pg_prepared%'";

#[tokio::test]
async fn a_row_takes_one_round_trip_each_time() {
    let (keep, _db) = database(ITEMS).await;
    let network = Network::before(&keep.url()).await;
    let db = Db::builder().url(network.url(&keep)).pool_size(1).connect().await.unwrap();
    number(&db, "SELECT count(*) FROM item").await;
    let mut trips = Vec::new();
    for id in 1..=4 {
        let before = network.turns();
        assert_eq!(one(id % 3 + 1).run(&db).await.unwrap().id, id % 3 + 1);
        trips.push(network.turns() - before);
    }
    assert_eq!(trips, [1, 1, 1, 1]);
    let before = network.turns();
    all().run(&db).await.unwrap();
    all().run(&db).await.unwrap();
    assert_eq!(network.turns() - before, 3, "many rows: prepared before the first time");
}

#[tokio::test]
async fn it_is_prepared_the_second_time() {
    let (keep, _db) = database(ITEMS).await;
    let db = Db::builder().url(keep.url()).pool_size(1).connect().await.unwrap();
    let mut prepared = Vec::new();
    for _ in 0..3 {
        one(1).run(&db).await.unwrap();
        prepared.push(number(&db, PREPARED).await);
    }
    assert_eq!(prepared, [0, 1, 1]);
    assert_eq!(db.metrics().statements(StatementKind::Prepare).latency.count(), 1);
    // Its table changes: a statement that no longer fits is forgotten, and sent anew.
    db.execute_script("ALTER TABLE item ALTER COLUMN name TYPE varchar(9)").await.unwrap();
    for _ in 0..3 {
        assert_eq!(one(2).run(&db).await.unwrap().name, "b");
    }
    assert_eq!(number(&db, PREPARED).await, 1);
}

#[tokio::test]
async fn what_is_refused_is_told_as_it_was() {
    let (keep, _db) = database(ITEMS).await;
    let db = Db::builder().url(keep.url()).pool_size(1).connect().await.unwrap();
    for id in [4, 4, 4, 4] {
        let done = insert(id).run(&db).await.map_err(|error| error.kind());

        assert!(matches!(done, Ok(1) | Err(ErrorKind::Integrity(Integrity::Unique))), "{done:?}");
    }
    assert_eq!(number(&db, "SELECT count(*) FROM item WHERE id = 4").await, 1);
    // The second time the preparation is refused first, and ends the transaction.
    for _ in 0..3 {
        let error = db.atomic(async |tx| delete().run(tx).await).await.unwrap_err();
        assert!(error.to_string().contains("gone"), "{error}");
        assert_eq!(one(1).run(&db).await.unwrap().name, "a");
    }
}

const MOODS: &str = "
    CREATE TYPE mood AS ENUM ('well', 'ill');
    CREATE TABLE patient (id bigint PRIMARY KEY, mood mood NOT NULL, notes text NOT NULL);
    INSERT INTO patient SELECT i, 'well', repeat('notes', 40) FROM generate_series(1, 20000) AS i;
";

fn moods() -> Query<Vec<String>, Read> {
    static PLAN: Plan<Vec<String>> =
        Plan::<Vec<String>>::rows::<Value<String>>("Patient", fixed("SELECT mood, notes FROM patient", &[]), &[])
            .custom();
    build().finish(&PLAN)
}

fn mood() -> Query<String, Read> {
    static PLAN: Plan<String> = Plan::<String>::one::<Value<String>>(
        "Patient",
        fixed("SELECT mood, notes FROM patient WHERE id = 7", &[]),
        &[],
    );
    build().finish(&PLAN)
}

#[tokio::test]
async fn types_that_the_driver_does_not_know_are_not_in_the_way_of_their_rows() {
    let (keep, db) = database(MOODS).await;
    for _ in 0..3 {
        assert_eq!(mood().run(&db).await.unwrap(), "well");
    }
    let (client, connection) =
        nuages::tokio_postgres::connect(keep.url().as_ref(), nuages::tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    assert_eq!(mood().run(&client).await.unwrap(), "well");
    assert_eq!(moods().run(&client).await.unwrap().len(), 20_000);
    let (client, connection) =
        nuages::tokio_postgres::connect(keep.url().as_ref(), nuages::tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    assert_eq!(moods().run(&client).await.unwrap().len(), 20_000);
}
