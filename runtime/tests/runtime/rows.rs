//! The endings of reads.

use nuages::private::{Plan, build, ty};
use nuages::{ErrorKind, Nested, Page, Query, Read};

use crate::support::{BOOL, INT8, ITEMS, Item, TEXT, Value, database, fixed, param};

fn all() -> Query<Vec<Item>, Read> {
    static PLAN: Plan<Vec<Item>> =
        Plan::<Vec<Item>>::rows::<Item>("Item", fixed("SELECT id, name FROM item ORDER BY id", &[]), &[]);
    build().finish::<_, Read>(&PLAN)
}

fn above(id: i64) -> Query<Item, Read> {
    static PLAN: Plan<Item> = Plan::<Item>::one::<Item>(
        "Item",
        fixed("SELECT id, name FROM item WHERE id > $1 ORDER BY id LIMIT 2", &[param(0, INT8)]),
        &[],
    );
    build().bind(ty::<i64>(), id).finish(&PLAN)
}

fn first_above(id: i64) -> Query<Option<Item>, Read> {
    static PLAN: Plan<Option<Item>> = Plan::<Option<Item>>::first::<Item>(
        "Item",
        fixed("SELECT id, name FROM item WHERE id > $1 ORDER BY id LIMIT 1", &[param(0, INT8)]),
        &[],
    );
    build().bind(ty::<i64>(), id).finish(&PLAN)
}

fn page(number: i64, size: u32) -> Query<Page<Item>, Read> {
    static PLAN: Plan<Page<Item>> = Plan::<Page<Item>>::page::<Item>(
        "Item",
        fixed("SELECT id, name FROM item ORDER BY id OFFSET $1 LIMIT $2", &[param(0, INT8), param(1, INT8)]),
        &[],
        fixed("SELECT count(*) FROM item", &[]),
    );
    build().page(number, size).finish(&PLAN)
}

#[tokio::test]
async fn endings_of_rows() {
    let (_keep, db) = database(ITEMS).await;
    let names: Vec<_> = all().run(&db).await.unwrap().into_iter().map(|item| item.name).collect();
    assert_eq!(names, ["a", "b", "c"]);

    let one = above(2).run(&db).await.unwrap();
    assert_eq!(one, Item { id: 3, name: "c".into() });
    let none = above(3).run(&db).await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::DoesNotExist);
    assert_eq!(none.to_string(), "no Item matches the query");
    let many = above(0).run(&db).await.unwrap_err();
    assert_eq!(many.kind(), ErrorKind::MultipleObjectsReturned);

    assert_eq!(first_above(1).run(&db).await.unwrap().unwrap().id, 2);
    assert_eq!(first_above(3).run(&db).await.unwrap(), None);
}

#[tokio::test]
async fn counts_and_existence() {
    static COUNT: Plan<i64> =
        Plan::<i64>::count("Item", fixed("SELECT count(*) FROM item WHERE name <> $1", &[param(0, TEXT)]));
    static EXISTS: Plan<bool> =
        Plan::<bool>::exists("Item", fixed("SELECT EXISTS (SELECT FROM item WHERE name = $1)", &[param(0, TEXT)]));
    static MAX: Plan<Option<i64>> =
        Plan::<Option<i64>>::record::<Value<Option<i64>>>("Item", fixed("SELECT max(id) FROM item", &[]));
    static NOT: Plan<bool> = Plan::<bool>::exists("Item", fixed("SELECT NOT $1", &[param(0, BOOL)]));
    let (_keep, db) = database(ITEMS).await;
    let count: Query<_, Read> = build().bind(ty::<String>(), "a").finish(&COUNT);
    assert_eq!(count.run(&db).await.unwrap(), 2);
    for (name, there) in [("b", true), ("x", false)] {
        let exists: Query<_, Read> = build().bind(ty::<String>(), name).finish(&EXISTS);
        assert_eq!(exists.run(&db).await.unwrap(), there);
    }
    let not: Query<_, Read> = build().bind(ty::<bool>(), true).finish(&NOT);
    assert!(!not.run(&db).await.unwrap());
    let max: Query<_, Read> = build().finish(&MAX);
    assert_eq!(max.run(&db).await.unwrap(), Some(3));
}

#[tokio::test]
async fn pages() {
    let (_keep, db) = database(ITEMS).await;
    let second = page(2, 2).run(&db).await.unwrap();
    assert_eq!((second.total, second.number, second.pages), (3, 2, 2));
    assert_eq!(second.iter().map(|item| item.id).collect::<Vec<_>>(), [3]);
    assert!(second.has_previous() && !second.has_next());

    let beyond = page(i64::MAX, u32::MAX).run(&db).await.unwrap();
    assert_eq!((beyond.items.len(), beyond.total, beyond.pages), (0, 3, 1));
    assert_eq!(page(2, 2).round_trips(), 2);

    for (number, size, text) in [
        (0, 2, "the page number is 0, expected 1 or more"),
        (-1, 2, "the page number is -1, expected 1 or more"),
        (1, 0, "the page size is 0, expected 1 or more"),
    ] {
        let error = page(number, size).run(&db).await.unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, text.to_owned()));
    }
}

#[tokio::test]
async fn slices() {
    static PLAN: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>(
        "Item",
        fixed("SELECT id FROM item ORDER BY id OFFSET $1 LIMIT $2", &[param(0, INT8), param(1, INT8)]),
        &[],
    );
    let (_keep, db) = database(ITEMS).await;
    let cases: [(Query<Vec<i64>, Read>, &[i64]); 10] = [
        (build().slice(1, 2).finish(&PLAN), &[2]),
        (build().slice(2_usize, 1_usize).finish(&PLAN), &[]),
        (build().slice(1_i64, u64::MAX).finish(&PLAN), &[2, 3]),
        (build().slice_from(2_u8).finish(&PLAN), &[3]),
        (build().slice_from(u64::MAX).finish(&PLAN), &[]),
        (build().slice_to(2).finish(&PLAN), &[1, 2]),
        (build().slice_to(0).finish(&PLAN), &[]),
        (build().slice_inclusive(0, 1).finish(&PLAN), &[1, 2]),
        (build().slice_inclusive(0, i64::MAX).finish(&PLAN), &[1, 2, 3]),
        (build().slice_to_inclusive(0).finish(&PLAN), &[1]),
    ];
    for (query, expected) in cases {
        assert_eq!(query.run(&db).await.unwrap(), expected);
    }
    let negative: [Query<Vec<i64>, Read>; 4] = [
        build().slice(-1, 2).finish(&PLAN),
        build().slice_to(i64::MIN).finish(&PLAN),
        build().slice_inclusive(0, -1).finish(&PLAN),
        build().slice_from(-7).finish(&PLAN),
    ];
    for query in negative {
        let error = query.run(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(query.round_trips(), 0);
    }
    let error = build().slice_from(-7).finish::<_, Read>(&PLAN).run(&db).await.unwrap_err();
    assert_eq!(error.to_string(), "the slice has the bound -7, expected 0 or more");
}

#[tokio::test]
async fn queries_are_values() {
    fn owned<T: Send + Sync + Clone + 'static>(_: &T) {}
    let (_keep, db) = database(ITEMS).await;
    let query = all();
    owned(&query);
    assert_eq!(query.sql(), "SELECT id, name FROM item ORDER BY id");
    assert_eq!(query.round_trips(), 1);
    // Twice, on another task, from a clone.
    let (task_db, copy) = (db.clone(), query.clone());
    let other = tokio::spawn(async move { copy.run(&task_db).await }).await.unwrap().unwrap();
    assert_eq!(other, query.run(&db).await.unwrap());
    // The future owns the query.
    let future = { all().run(&db) };
    assert_eq!(future.await.unwrap().len(), 3);
    let debug = format!("{:?}", above(42));
    assert!(debug.contains("item WHERE id > $1") && !debug.contains("42"), "{debug}");
}

#[tokio::test]
async fn every_executor() {
    let (keep, db) = database(ITEMS).await;
    assert_eq!(all().run(&db).await.unwrap().len(), 3);
    let ids = db
        .atomic(async |tx| {
            let rows = all().run(tx).await?;
            Ok::<_, nuages::Error>(rows.len())
        })
        .await;
    assert_eq!(ids.unwrap(), 3);
    let mut client = db.client().await.unwrap();
    assert_eq!(all().run(&client).await.unwrap().len(), 3);
    let tx = client.transaction().await.unwrap();
    assert_eq!(all().run(&tx).await.unwrap().len(), 3);
    drop(tx);
    let (mut plain, connection) =
        nuages::tokio_postgres::connect(keep.url().as_ref(), nuages::tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    assert_eq!(all().run(&plain).await.unwrap().len(), 3);
    assert_eq!(above(2).run(&plain).await.unwrap().id, 3);
    let tx = plain.transaction().await.unwrap();
    assert_eq!(page(1, 2).run(&tx).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn explanations() {
    let (_keep, db) = database(ITEMS).await;
    let plan = above(1).explain(&db).await.unwrap();
    assert!(plan.contains("on item") && !plan.contains("actual time"), "{plan}");
    let plan = page(1, 2).explain_analyze(&db).await.unwrap();
    assert!(plan.contains("actual time") && plan.contains("Aggregate"), "{plan}");
}

#[tokio::test]
async fn a_changed_table_is_prepared_again() {
    static STAR: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>("Item", fixed("SELECT * FROM item", &[]), &[]);
    let (_keep, db) = database(ITEMS).await;
    let query: Query<_, Read> = build().finish(&STAR);
    assert_eq!(query.run(&db).await.unwrap().len(), 3);
    db.execute_script("ALTER TABLE item ADD more int").await.unwrap();
    assert_eq!(query.run(&db).await.unwrap().len(), 3);
    db.execute_script("DEALLOCATE ALL").await.unwrap();
    assert_eq!(query.run(&db).await.unwrap().len(), 3);
    // In a transaction the first try fails, and the next transaction works.
    db.execute_script("ALTER TABLE item ADD most int").await.unwrap();
    let inside = async |tx: &nuages::Transaction| query.run(tx).await;
    assert_eq!(db.atomic(inside).await.unwrap_err().sqlstate(), Some("0A000"));
    assert_eq!(db.atomic(inside).await.unwrap().len(), 3);
}

#[tokio::test]
async fn kinds_are_types() {
    let (_keep, db) = database(ITEMS).await;
    static LOCK: Plan<Vec<Item>> =
        Plan::<Vec<Item>>::rows::<Item>("Item", fixed("SELECT id, name FROM item FOR UPDATE", &[]), &[]);
    let locking: Query<_, nuages::Locking> = build().finish(&LOCK);
    let rows = db.atomic(async |tx| locking.run(tx).await).await.unwrap();
    assert_eq!(rows.len(), 3);
    let nested: Query<_, Nested> = build().finish(&LOCK);
    assert_eq!(nested.run(&db).await.unwrap().len(), 3);
}
