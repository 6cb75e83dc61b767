//! SQL of one's own, with values in braces, and what `docs/raw.md` shows of it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../behaviour/pooler.rs"]
mod pooler;
#[path = "../behaviour/shop.rs"]
mod shop;

use std::pin::Pin;
use std::task::Poll;

use crate::shop::{number, plain, price, shop};
use nuages::rust_decimal::Decimal;
use nuages::{Db, Error, ErrorKind, Query, Read, Write, query, raw};
use nuages_tests::models::{OrderStatus, Product, Status, Tag};

/// What the statements below fill.
#[derive(Debug, Clone, PartialEq)]
struct Sold {
    name: String,
    sold: i64,
}

#[tokio::test]
async fn a_model_has_all_its_columns_in_any_order() {
    let (_keep, db) = shop().await;
    let (min, ids) = (price("10"), vec![1_i64, 3, 4]);
    let query: Query<Vec<Product>, Read> =
        raw!("SELECT * FROM catalog_product WHERE price >= {min} AND id = ANY({ids}) ORDER BY id" as Product);
    let expected =
        query!(Product.filter(price.gte = price("10"), id.in = [1, 3, 4]).order_by(id)).run(&db).await.unwrap();
    assert_eq!(query.run(&db).await.unwrap(), expected);
    assert_eq!(expected.len(), 2);
    let turned = raw!(
        r#"
        SELECT released_on, weight, updated_at, status, stock, slug, price, name, id, description, created_at, category_id
        FROM catalog_product ORDER BY id
        "# as Product
    );
    assert_eq!(turned.run(&db).await.unwrap(), query!(Product.order_by(id)).run(&db).await.unwrap());
    let (red, sql) = ("red", String::from("sql"));
    let returned = raw!("UPDATE catalog_tag SET color = {red} WHERE name = {sql} RETURNING *" as Tag).run(&db).await;
    assert_eq!(returned.unwrap()[0].color.as_deref(), Some("red"));
}

#[tokio::test]
async fn rows_become_structs_tuples_and_values() {
    let (_keep, db) = shop().await;
    let least = 1;
    let sold = raw!(
        "SELECT p.name, coalesce(sum(i.quantity), 0) AS sold FROM catalog_product p \
         LEFT JOIN sales_order_item i ON i.product_id = p.id GROUP BY p.id HAVING count(i.id) >= {least} ORDER BY p.id"
            as Sold
    );
    let rows = sold.run(&db).await.unwrap();
    assert_eq!(rows, [Sold { name: "Atlas".into(), sold: 3 }, Sold { name: "Cubes".into(), sold: 1 }]);
    let braces = raw!("SELECT 7::int8 AS sold, name FROM catalog_tag ORDER BY id LIMIT 1" as Sold { name, sold });
    assert_eq!(braces.run(&db).await.unwrap(), [Sold { name: "rust".into(), sold: 7 }]);
    let pairs = raw!("SELECT id, name FROM catalog_tag ORDER BY id" as (i64, String)).run(&db).await.unwrap();
    assert_eq!(pairs[0], (1, "rust".to_owned()));
    let singles = raw!("SELECT id FROM catalog_tag ORDER BY id" as (i64,)).run(&db).await.unwrap();
    assert_eq!(singles, [(1,), (2,), (3,), (4,)]);
    assert_eq!(raw!("SELECT count(*) FROM catalog_product" as i64).run(&db).await.unwrap(), [5]);
    let colors: Vec<Option<String>> = raw!("SELECT color FROM catalog_tag" as Option<String>).run(&db).await.unwrap();
    assert_eq!(colors, [None, None, None, None]);
    let states = raw!("SELECT status FROM catalog_product ORDER BY id" as Status).run(&db).await.unwrap();
    assert_eq!(states[3..], [Status::Draft, Status::Archived]);
    assert!(raw!("SELECT id FROM catalog_tag WHERE false" as i64).run(&db).await.unwrap().is_empty());
}

#[tokio::test]
async fn any_name_is_the_name_of_a_column() {
    let (_keep, db) = shop().await;
    #[derive(Debug, PartialEq)]
    struct Named {
        r#type: i32,
        select: String,
        größe: Option<f64>,
        a23456789012345678901234567890123456789012345678901234567890123: bool,
    }
    let (größe, text) = (None::<f64>, "ß{x}'");
    let rows = raw!(
        "SELECT 1 AS type, {text} AS \"select\", {größe} AS größe, \
         true AS a23456789012345678901234567890123456789012345678901234567890123" as Named
    );
    let expected = Named {
        r#type: 1,
        select: text.into(),
        größe: None,
        a23456789012345678901234567890123456789012345678901234567890123: true,
    };
    assert_eq!(rows.run(&db).await.unwrap(), [expected]);
}

#[tokio::test]
async fn without_a_type_the_rows_are_counted() {
    let (_keep, db) = shop().await;
    let (by, least) = (2, 5);
    let more: Query<u64, Write> = raw!("UPDATE catalog_product SET stock = stock + {by} WHERE stock >= {least}");
    assert_eq!(more.run(&db).await.unwrap(), 3);
    assert_eq!(number(&db, "SELECT sum(stock) FROM catalog_product").await, 121);
    assert_eq!(raw!("DELETE FROM catalog_tag WHERE id = {4_i64}").run(&db).await.unwrap(), 1);
    assert_eq!(raw!("CREATE TABLE made (a int)").run(&db).await.unwrap(), 0);
    assert_eq!(raw!("INSERT INTO made SELECT * FROM generate_series(1, {70_i32}); -- all").run(&db).await.unwrap(), 70);
    let rust = "rust";
    let refused = raw!("INSERT INTO catalog_tag (name) VALUES ({rust})").run(&db).await.unwrap_err();
    assert!(refused.is_unique_violation());
    assert_eq!(refused.constraint(), Some(Tag::NAME_KEY));
}

#[tokio::test]
async fn values_are_evaluated_once_each_in_order_and_bound_as_they_are() {
    let (_keep, db) = shop().await;
    let mut said = Vec::new();
    let mut say = |n: i64| {
        said.push(n);
        n
    };
    let rows = raw!("SELECT {say(1)}, {say(2)}, {say(1)}" as (i64, i64, i64));
    assert_eq!(said, [1, 2, 1]);
    assert_eq!(rows.run(&db).await.unwrap(), [(1, 2, 1)]);
    assert_eq!(rows.clone().run(&db).await.unwrap(), [(1, 2, 1)]);
    // The same name is one parameter: the server knows that what it groups by is what it shows.
    let zone = String::from("Europe/Paris");
    let days = raw!(
        "SELECT (created_at AT TIME ZONE {zone})::date, count(*) FROM catalog_review \
         GROUP BY (created_at AT TIME ZONE {zone})::date" as (nuages::chrono::NaiveDate, i64)
    );
    assert_eq!(days.run(&db).await.unwrap().len(), 3);
    let hostile = "'; DROP TABLE catalog_tag; --";
    let found = raw!("SELECT name FROM catalog_tag WHERE name = {hostile}" as String).run(&db).await.unwrap();
    assert!(found.is_empty());
    let fallible = async || -> Result<i64, std::num::ParseIntError> {
        let text = "no number";
        Ok(raw!("SELECT {text.parse::<i64>()?}" as i64).run(&db).await.unwrap()[0])
    };
    assert!(fallible().await.is_err());
}

#[tokio::test]
async fn columns_that_do_not_fit_are_refused_before_anything_is_done() {
    let (database, db) = shop().await;
    let wrong = raw!("INSERT INTO catalog_tag (name) VALUES ('new') RETURNING id AS nr, name, color, 1 AS more" as Tag);
    let expected = "the columns do not fit `Tag`: `id` is missing; `nr` is not wanted; `more` is not wanted";
    let plain = plain(&database).await;
    let client = db.client().await.unwrap();
    let errors = [
        wrong.run(&db).await.unwrap_err(),
        wrong.run(&client).await.unwrap_err(),
        wrong.run(&plain).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Decode, expected));
        assert_eq!(error.columns(), ["id", "nr", "more"]);
    }
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag").await, 4);
    // A transaction goes on.
    let counted = db.atomic(async |tx| {
        assert!(wrong.run(tx).await.is_err());
        query!(Tag.count()).run(tx).await
    });
    assert_eq!(counted.await.unwrap(), 4);
    let kinds = raw!("SELECT name AS sold, id AS name FROM catalog_tag" as Sold).run(&db).await.unwrap_err();
    assert_eq!(
        kinds.to_string(),
        "the columns do not fit `Sold`: `sold` is of type `varchar`, expected one that fits `i64`; \
         `name` is of type `int8`, expected one that fits `alloc::string::String`"
    );
    let few = raw!("SELECT 1" as (i32, i32)).run(&db).await.unwrap_err();
    assert_eq!(few.to_string(), "the columns do not fit `(i32, i32)`: column 2 is missing");
    let null = raw!("SELECT color FROM catalog_tag" as String).run(&db).await.unwrap_err();
    assert_eq!(null.to_string(), "cannot read column `color`: found NULL, expected a value");
    let nothing = raw!("UPDATE catalog_tag SET color = 'x'" as Tag).run(&db).await.unwrap_err();
    assert!(nothing.to_string().contains("`id` is missing"), "{nothing}");
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag WHERE color = 'x'").await, 0);
}

#[tokio::test]
async fn the_same_statement_on_every_executor() {
    let (database, db) = shop().await;
    let (low, blue) = (2_i64, "blue");
    let read = raw!("SELECT color, name, id FROM catalog_tag WHERE id >= {low} ORDER BY id" as Tag);
    let write = raw!("UPDATE catalog_tag SET color = {blue} WHERE id >= {low}");
    macro_rules! check {
        ($executor:expr) => {{
            let executor = $executor;
            let names: Vec<String> = read.run(executor).await.unwrap().into_iter().map(|tag| tag.name).collect();
            assert_eq!(names, ["sql", "fun", "lonely"]);
            assert_eq!(write.run(executor).await.unwrap(), 3);
            let mut rows = read.stream(executor);
            let mut streamed = Vec::new();
            while let Some(row) = rows.next().await {
                streamed.push(row.unwrap().id);
            }
            assert_eq!(streamed, [2, 3, 4]);
            let mut chunks = read.iterator(executor, 2);
            assert_eq!(chunks.next().await.unwrap().unwrap()[1].name, "fun");
            assert_eq!(chunks.next().await.unwrap().unwrap().len(), 1);
            assert!(chunks.next().await.is_none());
            assert!(read.explain(executor).await.unwrap().contains("catalog_tag"));
        }};
    }
    check!(&db);
    // A pooler would find no cursor again that outlives its transaction.
    if std::env::var_os(pooler::PORT).is_none() {
        check!(&db.client().await.unwrap());
    }
    let mut client = plain(&database).await;
    check!(&client);
    check!(&client.transaction().await.unwrap());
    db.atomic(async |tx| {
        check!(tx);
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    let reading = db.transaction().read_only();
    let rows = reading.atomic(async |tx| read.run(tx).await).await.unwrap();
    assert_eq!(rows.len(), 3);
    let refused = db
        .transaction()
        .read_only()
        .atomic(async |tx| raw!("UPDATE catalog_tag SET color = NULL RETURNING id" as i64).run(tx).await);
    assert_eq!(refused.await.unwrap_err().kind(), ErrorKind::ReadOnly);
    assert_eq!(
        (read.sql(), read.round_trips()),
        ("SELECT color, name, id FROM catalog_tag WHERE id >= $1 ORDER BY id".to_owned(), 1)
    );
}

#[tokio::test]
async fn statements_are_prepared_once_and_follow_their_tables() {
    let (_keep, db) = shop().await;
    let client = db.client().await.unwrap();
    for id in 1..4_i64 {
        raw!("SELECT * FROM catalog_tag WHERE id = {id}" as Tag).run(&client).await.unwrap();
    }
    let prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT * FROM catalog_tag%'";
    assert_eq!(client.query_one(prepared, &[]).await.unwrap().get::<_, i64>(0), 1);
    drop(client);
    let read = raw!("SELECT * FROM catalog_tag WHERE id < {3_i64} ORDER BY id" as Tag);
    let named = raw!("SELECT id AS sold, name FROM catalog_tag WHERE id = {1_i64}" as Sold);
    let all = tokio::join!(read.run(&db), read.run(&db), read.run(&db), read.run(&db));
    for rows in [all.0, all.1, all.2, all.3] {
        assert_eq!(rows.unwrap().len(), 2);
    }
    // Another type, a column more, another order.
    db.execute_script("ALTER TABLE catalog_tag ALTER COLUMN name TYPE text").await.unwrap();
    for _ in 0..8 {
        assert_eq!((read.run(&db).await.unwrap().len(), named.run(&db).await.unwrap().len()), (2, 1));
    }
    db.execute_script("ALTER TABLE catalog_tag ADD COLUMN extra int").await.unwrap();
    for _ in 0..8 {
        let error = read.run(&db).await.unwrap_err();
        assert_eq!(error.to_string(), "the columns do not fit `Tag`: `extra` is not wanted");
        assert_eq!(named.run(&db).await.unwrap().len(), 1);
    }
    db.execute_script(
        "ALTER TABLE catalog_tag DROP COLUMN extra; ALTER TABLE catalog_tag RENAME color TO old; \
         ALTER TABLE catalog_tag ADD COLUMN color varchar(20); ALTER TABLE catalog_tag DROP COLUMN old",
    )
    .await
    .unwrap();
    for _ in 0..8 {
        assert_eq!(read.run(&db).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn what_may_write_is_sent_once() {
    let (_keep, db) = shop().await;
    let (made, new) = ("made", String::from("new"));
    // Whoever reads may end the connection in the middle; a read of ours would be sent again.
    let killed = raw!(
        "WITH made AS (INSERT INTO catalog_tag (name) VALUES ({made}) RETURNING id) \
         SELECT pg_terminate_backend(pg_backend_pid()) FROM made" as bool
    );
    assert_eq!(killed.run(&db).await.unwrap_err().kind(), ErrorKind::Pool);
    let written =
        raw!("WITH made AS (INSERT INTO catalog_tag (name) VALUES ({new}) RETURNING id) SELECT id FROM made" as i64);
    assert_eq!(written.run(&db).await.unwrap().len(), 1);
    assert!(written.run(&db).await.unwrap_err().is_unique_violation());
    let prices: Vec<Decimal> = raw!("SELECT price FROM catalog_product ORDER BY id" as Decimal).run(&db).await.unwrap();
    assert_eq!(prices[0], price("10.00"));
}

#[tokio::test]
async fn chunks_of_what_writes_are_there_when_they_are_read_to_the_end() {
    let (_keep, db) = shop().await;
    db.execute_script("CREATE SEQUENCE counted; CREATE TABLE noted (n int8)").await.unwrap();
    let body =
        "CREATE FUNCTION note(n int8) RETURNS int8 LANGUAGE sql AS $$ INSERT INTO noted VALUES (n) RETURNING n $$";
    db.execute_script(body).await.unwrap();
    let query = raw!("SELECT note(nextval('counted')) FROM generate_series(1, 5)" as i64);
    let mut chunks = query.iterator(&db, 2);
    let mut seen = Vec::new();
    while let Some(chunk) = chunks.next().await {
        seen.extend(chunk.unwrap());
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);
    assert_eq!(number(&db, "SELECT count(*) FROM noted").await, 5);
    let mut chunks = query.iterator(&db, 2);
    assert_eq!(chunks.next().await.unwrap().unwrap(), [6, 7]);
    drop(chunks);
    assert_eq!(number(&db, "SELECT count(*) FROM noted").await, 5);
}

/// Polls a future so many times; `None` if it has not come to its end.
async fn polled<F: Future + Unpin>(times: usize, mut future: F) -> Option<F::Output> {
    let mut left = times;
    std::future::poll_fn(move |task| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match Pin::new(&mut future).poll(task) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn rows_given_up_at_any_await_leave_no_cursor() {
    let (database, db) = shop().await;
    let least = 0_i64;
    let query = raw!("SELECT * FROM catalog_tag WHERE id > {least} ORDER BY id" as Tag);
    let cursors = raw!("SELECT count(*) FROM pg_cursors WHERE name LIKE 'nuages%'" as i64);
    // Until the first chunk is there, and once more behind it.
    macro_rules! check {
        ($executor:expr) => {{
            let mut given_up = 0;
            for times in 0..60 {
                let mut chunks = query.iterator($executor, 2);
                let chunk = polled(times, Box::pin(chunks.next())).await;
                drop(chunks);
                let mut rows = query.stream($executor);
                let row = polled(times, Box::pin(rows.next())).await;
                drop(rows);
                assert_eq!(cursors.run($executor).await.unwrap(), [0], "after {times}");
                match (chunk, row) {
                    (Some(chunk), Some(row)) => {
                        assert_eq!((chunk.unwrap().unwrap().len(), row.unwrap().unwrap().id), (2, 1));
                        break;
                    }
                    _ => given_up += 1,
                }
            }
            assert!((3..59).contains(&given_up), "{given_up}");
        }};
    }
    db.atomic(async |tx| {
        check!(tx);
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    check!(&db);
    let client = plain(&database).await;
    check!(&client);
}

async fn alike(db: &Db, text: &str, most: i64) -> Result<Vec<Product>, Error> {
    raw!("SELECT * FROM catalog_product ORDER BY levenshtein(lower(name), lower({text})), id LIMIT {most}" as Product)
        .run(db)
        .await
}

#[derive(Debug, PartialEq)]
struct Line {
    product: String,
    sold: i64,
    share: Option<f64>,
}

async fn best(db: &Db, least: i64) -> Result<Vec<Line>, Error> {
    raw!(
        "WITH sales AS (SELECT product_id, sum(quantity) AS sold FROM sales_order_item GROUP BY product_id)
        SELECT p.name AS product, s.sold, s.sold::float8 / nullif(sum(s.sold) OVER (), 0)::float8 AS share
        FROM sales s JOIN catalog_product p ON p.id = s.product_id
        WHERE s.sold >= {least} ORDER BY s.sold DESC, p.id" as Line
    )
    .run(db)
    .await
}

async fn close_day(db: &Db, number: &str) -> Result<u64, Error> {
    db.atomic(async |tx| {
        raw!("SELECT pg_advisory_xact_lock({7_i64})").run(tx).await?;
        raw!("UPDATE sales_order SET status = {OrderStatus::Shipped} WHERE number = {number}").run(tx).await
    })
    .await
}

#[tokio::test]
async fn what_the_page_shows_does_what_it_says() {
    let (_keep, db) = shop().await;
    db.execute_script("CREATE EXTENSION IF NOT EXISTS fuzzystrmatch").await.unwrap();
    let names: Vec<String> = alike(&db, "dices", 2).await.unwrap().into_iter().map(|product| product.name).collect();
    assert_eq!(names, ["Dice", "Cubes"]);
    let lines = best(&db, 1).await.unwrap();
    assert_eq!(lines[0], Line { product: "Atlas".into(), sold: 3, share: Some(0.75) });
    assert_eq!(close_day(&db, "A-1").await.unwrap(), 1);
    let wrong = raw!("SELECT 'x'::text AS product, 1::numeric AS sold" as Line { product, sold, share });
    let page = include_str!("../../docs/raw.md");
    let error = wrong.run(&db).await.unwrap_err().to_string();
    assert!(page.contains("`share` is missing; `sold` is of type `numeric`, expected one that fits `i64`"));
    for part in ["`share` is missing", "`sold` is of type `numeric`, expected one that fits `i64`"] {
        assert!(error.contains(part), "{error}");
    }
    let here = include_str!("main.rs");
    let pieces: Vec<&str> = page.split("```rust\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
    assert_eq!(pieces.len(), 3);
    for piece in pieces {
        assert!(here.contains(piece), "tests/raw/main.rs does not have this piece:\n{piece}");
    }
}
