//! What a database does with rows, once a schema was created in it.

use crate::{schema, server};
use nuages_migrate::ddl;
use tokio_postgres::Client;

/// A database with the tables of a schema.
async fn created(text: &str) -> (nuages_devdb::Database, Client) {
    let (database, client) = server::empty().await;
    server::run(&client, &ddl(&schema("test.nuages", text)).unwrap()).await.unwrap();
    (database, client)
}

/// The SQLSTATE that statements end in.
async fn refused(client: &Client, sql: &str) -> String {
    let error = client.batch_execute(sql).await.expect_err(sql);
    error.code().expect(sql).code().to_owned()
}

/// How many rows a table has.
async fn count(client: &Client, table: &str) -> i64 {
    client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn each_on_delete_is_carried_out() {
    let (_database, client) = created(
        "model One { name: Text? }
         model Cascade { one: One on_delete(cascade) }
         model Null { one: One? on_delete(set_null) }
         model Standard { one: One on_delete(set_default) default(1) }
         model Protect { one: One on_delete(protect) }
         model Restrict { one: One on_delete(restrict) }
         model Nothing { one: One on_delete(do_nothing) }",
    )
    .await;
    let tables = ["cascade", "null", "standard", "protect", "restrict", "nothing"];
    client.batch_execute("INSERT INTO one VALUES (1), (2), (3), (4), (5), (6), (7)").await.unwrap();
    for (i, table) in tables.into_iter().enumerate() {
        client.batch_execute(&format!("INSERT INTO \"{table}\" (one_id) VALUES ({})", i + 2)).await.unwrap();
    }
    client.batch_execute("DELETE FROM one WHERE id IN (2, 3, 4)").await.unwrap();
    assert_eq!(count(&client, "cascade").await, 0);
    assert_eq!(count(&client, "\"null\" WHERE one_id IS NULL").await, 1);
    assert_eq!(count(&client, "standard WHERE one_id = 1").await, 1);
    for id in [5, 6] {
        // 23503 up to 17, 23001 from 18.
        let code = refused(&client, &format!("DELETE FROM one WHERE id = {id}")).await;
        assert!(["23503", "23001"].contains(&code.as_str()), "{code}");
    }
    assert_eq!(refused(&client, "DELETE FROM one WHERE id = 7").await, "23503");
    // RESTRICT looks at once, NO ACTION at the end of the statement.
    client.batch_execute("WITH gone AS (DELETE FROM nothing) DELETE FROM one WHERE id = 7").await.unwrap();
}

#[tokio::test]
async fn keys_are_made_and_may_be_given() {
    let (_database, client) =
        created("model One { name: Text, at: DateTime auto_now_add, uuid: Uuid default(gen_random_uuid()) }").await;
    let row =
        client.query_one("INSERT INTO one (name) VALUES ('a') RETURNING id, at = now(), uuid IS NOT NULL", &[]).await;
    let row = row.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, bool>(1), row.get::<_, bool>(2)), (1, true, true));
    client.batch_execute("INSERT INTO one (id, name) VALUES (77, 'b')").await.unwrap();
    assert_eq!(refused(&client, "INSERT INTO one (name) VALUES (NULL)").await, "23502");
}

#[tokio::test]
async fn implied_checks_hold() {
    let (_database, client) = created(
        "enum Status { Draft = \"draft\", Quoted = \"it's\" }
         enum Mood native(\"mood\") { Sad = \"sad\", Happy = \"happy\" }
         model One { stock: PositiveInteger default(0), status: Status? default(Quoted), mood: Mood default(Happy) }",
    )
    .await;
    client.batch_execute("INSERT INTO one DEFAULT VALUES; INSERT INTO one (status) VALUES (NULL)").await.unwrap();
    assert_eq!(count(&client, "one WHERE status = 'it''s' AND stock = 0 AND mood > 'sad'").await, 1);
    assert_eq!(refused(&client, "INSERT INTO one (stock) VALUES (-1)").await, "23514");
    assert_eq!(refused(&client, "INSERT INTO one (status) VALUES ('it')").await, "23514");
    assert_eq!(refused(&client, "INSERT INTO one (mood) VALUES ('angry')").await, "22P02");
}

#[tokio::test]
async fn unique_constraints_hold_when_they_should() {
    let (_database, client) = created(
        "model Seat { place: Integer, unique(place) deferrable }
         model Hidden { a: Integer?, b: Integer, unique(a, b), c: [Seat] }",
    )
    .await;
    client.batch_execute("INSERT INTO seat (place) VALUES (1), (2)").await.unwrap();
    // Two seats can change places within a transaction.
    client
        .batch_execute("BEGIN; UPDATE seat SET place = 2 WHERE id = 1; UPDATE seat SET place = 1 WHERE id = 2; COMMIT")
        .await
        .unwrap();
    assert_eq!(refused(&client, "UPDATE seat SET place = 1").await, "23505");
    // NULLs are distinct unless the schema says otherwise.
    client.batch_execute("INSERT INTO hidden (a, b) VALUES (NULL, 1), (NULL, 1), (1, 1)").await.unwrap();
    assert_eq!(refused(&client, "INSERT INTO hidden (a, b) VALUES (1, 1)").await, "23505");
    // A many-to-many holds each pair once and goes with either side.
    client.batch_execute("INSERT INTO hidden_c (hidden_id, seat_id) VALUES (1, 1), (2, 1), (2, 2)").await.unwrap();
    assert_eq!(refused(&client, "INSERT INTO hidden_c (hidden_id, seat_id) VALUES (1, 1)").await, "23505");
    client.batch_execute("DELETE FROM hidden WHERE id = 1; DELETE FROM seat WHERE id = 2").await.unwrap();
    assert_eq!(count(&client, "hidden_c").await, 1);
}

#[tokio::test]
async fn the_session_does_not_change_what_defaults_mean() {
    let (_database, client) = created(
        "model One { local: DateTime(naive) default(now()), day: Date auto_now_add, hour: Time auto_now, text: Text default(\"a\\\\b'c\") }",
    )
    .await;
    // The schema's zone is Europe/Paris.
    let sql = "BEGIN; SET LOCAL TimeZone = 'Pacific/Kiritimati'; INSERT INTO one DEFAULT VALUES; COMMIT";
    client.batch_execute(sql).await.unwrap();
    let paris = "abs(extract(epoch FROM (now() AT TIME ZONE 'Europe/Paris') - local)) < 60
        AND day = local::date AND hour = local::time AND text = E'a\\\\b''c'";
    assert_eq!(count(&client, &format!("one WHERE {paris}")).await, 1);
}

#[tokio::test]
async fn written_conditions_hold() {
    let (_database, client) = created(
        "extension(btree_gist)
         model Booking {
             room: Integer, days: Range(Date), cancelled: Boolean default(false), code: Char(10) default(\"x\"), price: Integer?,
             exclude no_overlap(room with \"=\", days with \"&&\") where(cancelled = false),
             unique(Lower(code)) where(room.gt = 100),
             check price_range(price.gte = 0, price.lt = 1000),
             doubled: Integer? generated(price * 2),
         }",
    )
    .await;
    let insert = |values: &str| format!("INSERT INTO booking (room, days, cancelled, code, price) VALUES ({values})");
    client.batch_execute(&insert("1, '[2024-01-01,2024-01-05)', false, 'a', 21")).await.unwrap();
    assert_eq!(count(&client, "booking WHERE doubled = 42").await, 1);
    assert_eq!(refused(&client, &insert("1, '[2024-01-04,2024-01-06)', false, 'b', NULL")).await, "23P01");
    client.batch_execute(&insert("1, '[2024-01-04,2024-01-06)', true, 'A', NULL")).await.unwrap();
    client.batch_execute(&insert("200, '[2024-01-04,2024-01-06)', true, 'A', NULL")).await.unwrap();
    assert_eq!(refused(&client, &insert("300, '[2024-01-04,2024-01-06)', true, 'a', NULL")).await, "23505");
    for price in [-1, 1000] {
        assert_eq!(refused(&client, &insert(&format!("5, 'empty', false, 'c', {price}"))).await, "23514");
    }
    assert_eq!(refused(&client, "UPDATE booking SET doubled = 1").await, "428C9");
}
