//! What the server refuses, as errors with kind, constraint, table and columns.

use std::error::Error as _;
use std::time::Duration;

use nuages::private::{Plan, build, ty};
use nuages::{Db, Error, ErrorKind, Integrity, Query, Read, Write};

use crate::support::{TEXT, Value, database, fixed, param};

const TABLES: &str = r#"
    CREATE TABLE parent (id bigint PRIMARY KEY, a int, "b, c" int, UNIQUE (a, "b, c"));
    CREATE TABLE child (
        id bigint PRIMARY KEY,
        parent bigint NOT NULL CONSTRAINT child_parent_fkey REFERENCES parent ON DELETE RESTRICT,
        other bigint CONSTRAINT child_other_fkey REFERENCES parent DEFERRABLE INITIALLY IMMEDIATE,
        up bigint CONSTRAINT child_up_fkey REFERENCES child,
        age int CONSTRAINT child_age_check CHECK (age >= 0),
        during int4range,
        EXCLUDE USING gist (during WITH &&)
    );
    CREATE UNIQUE INDEX parent_expression ON parent ((a + 1));
    INSERT INTO parent VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);
    INSERT INTO child VALUES (1, 1, 2, NULL, 0, '[1,5)'), (2, 1, NULL, 1, 0, '[5,9)');
"#;

async fn refused(db: &Db, sql: &'static str) -> Error {
    db.execute_script(sql).await.expect_err(sql)
}

#[tokio::test]
async fn integrity_by_kind() {
    let (_keep, db) = database(TABLES).await;
    let cases: [(&str, Integrity, Option<&str>, &str, &[&str]); 10] = [
        ("INSERT INTO parent VALUES (1)", Integrity::Unique, Some("parent_pkey"), "parent", &["id"]),
        ("INSERT INTO parent VALUES (4, 2, 2)", Integrity::Unique, Some("parent_a_b, c_key"), "parent", &["a", "b, c"]),
        ("INSERT INTO parent VALUES (4, 3, 9)", Integrity::Unique, Some("parent_expression"), "parent", &["(a + 1)"]),
        ("INSERT INTO child VALUES (9, 77)", Integrity::ForeignKey, Some("child_parent_fkey"), "child", &["parent"]),
        ("INSERT INTO child VALUES (9, 1, NULL, 77)", Integrity::ForeignKey, Some("child_up_fkey"), "child", &["up"]),
        ("INSERT INTO child VALUES (9, NULL)", Integrity::NotNull, None, "child", &["parent"]),
        (
            "INSERT INTO child (id, parent, age) VALUES (9, 1, -1)",
            Integrity::Check,
            Some("child_age_check"),
            "child",
            &[],
        ),
        (
            "INSERT INTO child (id, parent, during) VALUES (9, 1, '[4,6)')",
            Integrity::Exclusion,
            Some("child_during_excl"),
            "child",
            &["during"],
        ),
        ("DELETE FROM parent WHERE id = 1", Integrity::Restrict, Some("child_parent_fkey"), "child", &["id"]),
        ("DELETE FROM child WHERE id = 1", Integrity::Restrict, Some("child_up_fkey"), "child", &["id"]),
    ];
    for (sql, kind, constraint, table, columns) in cases {
        let error = refused(&db, sql).await;
        assert_eq!(error.kind(), ErrorKind::Integrity(kind), "{sql}: {error:?}");
        assert_eq!((error.constraint(), error.table()), (constraint, Some(table)), "{sql}");
        assert_eq!(error.columns(), columns, "{sql}");
    }
    // NO ACTION as well: the row is still referenced.
    let error = refused(&db, "DELETE FROM parent WHERE id = 2").await;
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Restrict));
    assert_eq!(error.constraint(), Some("child_other_fkey"));
    // Both sides of an update.
    let error = refused(&db, "UPDATE parent SET id = 9 WHERE id = 1").await;
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Restrict));
    let error = refused(&db, "UPDATE child SET parent = 9").await;
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::ForeignKey));
    // 18 has a code of its own for RESTRICT.
    let error = refused(&db, "DO $$ BEGIN RAISE restrict_violation; END $$").await;
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Restrict));
}

#[tokio::test]
async fn the_text_of_a_value_is_not_taken_for_the_servers() {
    let (_keep, db) = database(
        "CREATE TABLE p (id text PRIMARY KEY);
         CREATE TABLE c (p text REFERENCES p);",
    )
    .await;
    let error = refused(&db, "INSERT INTO c VALUES (') is not present, (x)=(')").await;
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::ForeignKey));
    assert_eq!(error.columns(), ["p"]);
}

#[tokio::test]
async fn errors_of_queries_keep_their_cause_and_the_connection() {
    static INSERT: Plan<u64> = Plan::<u64>::affected("P", fixed("INSERT INTO p VALUES ($1)", &[param(0, TEXT)]));
    let (_keep, db) = database("CREATE TABLE p (id text PRIMARY KEY)").await;
    let insert: Query<_, Write> = build().bind(ty::<String>(), "x").finish(&INSERT);
    assert_eq!(insert.run(&db).await.unwrap(), 1);
    let error = insert.run(&db).await.unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(error.to_string(), "duplicate key value violates unique constraint \"p_pkey\"");
    assert_eq!(error.sqlstate(), Some("23505"));
    let source = error.source().unwrap().downcast_ref::<nuages::tokio_postgres::Error>().unwrap();
    assert_eq!(source.as_db_error().unwrap().detail(), Some("Key (id)=(x) already exists."));
    assert_eq!(db.status().size, 1);
    fn usual<T: std::error::Error + Send + Sync + 'static>(_: T) {}
    usual(error);
}

#[tokio::test]
async fn other_kinds() {
    static SLEEP: Plan<bool> = Plan::<bool>::exists("Row", fixed("SELECT pg_sleep(5) IS NULL", &[]));
    static SYNTAX: Plan<bool> = Plan::<bool>::exists("Row", fixed("SELEC 1", &[]));
    static TEXT_FOR_NUMBER: Plan<Vec<i64>> =
        Plan::<Vec<i64>>::rows::<Value<i64>>("Row", fixed("SELECT 'x'::text AS wrong", &[]), &[]);
    static NULL_FOR_NUMBER: Plan<Vec<i64>> =
        Plan::<Vec<i64>>::rows::<Value<i64>>("Row", fixed("SELECT NULL::int8 AS gone", &[]), &[]);
    let (keep, _db) = database("").await;
    let db = Db::builder()
        .url(keep.url())
        .pool_size(1)
        .statement_timeout(Duration::from_millis(50))
        .acquire_timeout(Duration::from_millis(50))
        .connect()
        .await
        .unwrap();
    let sleep: Query<_, Read> = build().finish(&SLEEP);
    let error = sleep.run(&db).await.unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Timeout, Some("57014")));

    let syntax: Query<_, Read> = build().finish(&SYNTAX);
    let error = syntax.run(&db).await.unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Database, Some("42601")));

    let wrong: Query<_, Read> = build().finish(&TEXT_FOR_NUMBER);
    let error = wrong.run(&db).await.unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::Decode, Some("wrong")));
    let text = "cannot read column `wrong`: found type `text`, expected one that fits `i64`";
    assert_eq!(error.to_string(), text);
    let gone: Query<_, Read> = build().finish(&NULL_FOR_NUMBER);
    let error = gone.run(&db).await.unwrap_err();
    assert_eq!(error.to_string(), "cannot read column `gone`: found NULL, expected a value");
    assert!(error.source().is_some());

    let client = db.client().await.unwrap();
    let error = wrong.run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pool);
    assert_eq!(error.to_string().split(':').next(), Some("no connection became free in time"));
    drop(client);
    db.close().await.unwrap();
    assert_eq!(wrong.run(&db).await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn no_database() {
    let error = Db::connect("postgres://nobody@127.0.0.1:1/none").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pool);
    assert!(error.to_string().starts_with("cannot connect to the database: error connecting to server"), "{error}");
    let error = Db::connect("postgres://u@h:x/d").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pool);
    let error = Db::builder().connect().await.unwrap_err();
    assert_eq!(error.to_string(), "found no database to connect to, expected a url");
}
