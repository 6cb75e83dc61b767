//! Which statements are sent, as tests see it.

use std::time::Duration;

use nuages::private::{Child, Context, Decode, Plan, build, rows};
use nuages::testing::{Recorded, assert_num_queries, inherit, record};
use nuages::{Db, Error, ErrorKind, Integrity, Nested, Page, Query, Read, StatementKind, Write};

use crate::support::{INT8, INT8_ARRAY, ITEMS, Item, all, database, fixed, insert, param, sleep};

/// Each item with those of the next number.
fn nested() -> Query<Vec<i64>, Nested> {
    struct Next;
    impl Decode for Next {
        type Row = i64;

        fn decode(cx: Context<'_>) -> Result<i64, Error> {
            cx.get(0)
        }
    }
    const CHILDREN: &[Child] = &[Child {
        statement: fixed("SELECT id - 1, name FROM item WHERE id - 1 = ANY ($1)", &[param(u16::MAX, INT8_ARRAY)]),
        parent: &[0],
        parent_types: &[INT8],
        key: &[0],
        children: &[],
        lists: None,
    }];
    static PLAN: Plan<Vec<i64>> =
        Plan::<Vec<i64>>::rows::<Next>("Item", fixed("SELECT id FROM item ORDER BY id", &[]), CHILDREN);
    build().finish(&PLAN)
}

fn page() -> Query<Page<Item>, Read> {
    static PLAN: Plan<Page<Item>> = Plan::<Page<Item>>::page::<Item>(
        "Item",
        fixed("SELECT id, name FROM item ORDER BY id OFFSET $1 LIMIT $2", &[param(0, INT8), param(1, INT8)]),
        &[],
        fixed("SELECT count(*) FROM item", &[]),
    );
    build().page(1, 2).finish(&PLAN)
}

fn texts(sent: &[Recorded]) -> Vec<&str> {
    sent.iter().map(|statement| statement.sql.as_str()).collect()
}

#[tokio::test]
async fn each_statement_with_its_kind_and_rows() {
    let (_keep, db) = database(ITEMS).await;
    let (found, sent) = record(async {
        all().run(&db).await.unwrap();
        insert(4).run(&db).await.unwrap();
        insert(4).run(&db).await.unwrap_err().kind()
    })
    .await;
    let seen: Vec<_> = sent.iter().map(|s| (s.sql.as_str(), s.kind, s.rows, s.error)).collect();
    let text = "INSERT INTO item VALUES ($1, 'new')";
    let expected = [
        ("SELECT id, name FROM item", StatementKind::Read, 3, None),
        (text, StatementKind::Write, 1, None),
        (text, StatementKind::Write, 0, Some(ErrorKind::Integrity(Integrity::Unique))),
    ];
    assert_eq!(seen, expected);
    assert_eq!(Some(found), sent[2].error);
    assert!(sent.iter().all(|s| s.duration > Duration::ZERO && !s.given_up));
}

#[tokio::test]
async fn a_query_sends_as_many_as_it_says() {
    let (_keep, db) = database(ITEMS).await;
    assert_num_queries(nested().round_trips(), nested().run(&db)).await.unwrap();
    assert_num_queries(page().round_trips(), page().run(&db)).await.unwrap();
    let none: Query<u64, Write> = {
        static PLAN: Plan<u64> =
            Plan::<u64>::bulk_count("Item", fixed("DELETE FROM item WHERE id = ANY ($1)", &[param(0, INT8_ARRAY)]));
        rows(1).finish(&PLAN)
    };
    assert_eq!(none.round_trips(), 0);
    assert_num_queries(0, none.run(&db)).await.unwrap();
}

#[tokio::test]
async fn transactions_as_django_counts_them() {
    let (_keep, db) = database(ITEMS).await;
    let (result, sent) = record(db.atomic(async |tx| {
        insert(4).run(tx).await?;
        tx.atomic(async |tx| insert(5).run(tx).await).await?;
        let lost = tx.atomic(async |tx| insert(5).run(tx).await).await;
        assert!(lost.is_err());
        Ok::<_, Error>(())
    }))
    .await;
    result.unwrap();
    let text = "INSERT INTO item VALUES ($1, 'new')";
    let expected = [
        "BEGIN",
        text,
        "SAVEPOINT nuages_1",
        text,
        "RELEASE SAVEPOINT nuages_1",
        "SAVEPOINT nuages_1",
        text,
        "ROLLBACK TO SAVEPOINT nuages_1; RELEASE SAVEPOINT nuages_1",
        "COMMIT",
    ];
    assert_eq!(texts(&sent), expected);
    let control = sent.iter().filter(|s| s.kind == StatementKind::Transaction).count();
    assert_eq!(control, 6);
    let (result, sent) = record(db.atomic(async |_| Err::<(), _>(insert(1).run(&db).await.unwrap_err()))).await;
    assert!(result.is_err());
    assert_eq!(texts(&sent), ["BEGIN", text, "ROLLBACK"]);
}

#[tokio::test]
async fn streams_chunks_and_copies() {
    let (_keep, db) = database(ITEMS).await;
    let (rows, sent) = record(async {
        let mut rows = all().stream(&db);
        let mut count = 0;
        while let Some(row) = rows.next().await {
            row.unwrap();
            count += 1;
        }
        count
    })
    .await;
    assert_eq!((rows, sent.len(), sent[0].rows, sent[0].given_up), (3, 1, 3, false));
    let ((), sent) = record(async {
        let mut rows = all().stream(&db);
        rows.next().await.unwrap().unwrap();
    })
    .await;
    assert_eq!((sent.len(), sent[0].rows, sent[0].given_up), (1, 1, true));
    let ((), sent) = record(async {
        let mut chunks = nested().iterator(&db, 2);
        while let Some(chunk) = chunks.next().await {
            chunk.unwrap();
        }
    })
    .await;
    let words: Vec<&str> = sent.iter().map(|s| s.sql.split(' ').next().unwrap()).collect();
    assert_eq!(words, ["BEGIN", "DECLARE", "FETCH", "SELECT", "FETCH", "SELECT", "COMMIT"]);
}

#[tokio::test]
async fn what_is_given_up_was_sent() {
    let (_keep, db) = database("").await;
    let (late, sent) = record(tokio::time::timeout(Duration::from_millis(20), sleep().run(&db))).await;
    assert!(late.is_err());
    assert_eq!((sent.len(), sent[0].given_up, sent[0].error), (1, true, None));
    assert!(sent[0].to_string().starts_with("SELECT pg_sleep(30) IS NULL -- given up in "), "{}", sent[0]);
}

#[tokio::test]
async fn records_in_records_and_beside_each_other() {
    let (_keep, db) = database(ITEMS).await;
    let ((inner, first), outer) = record(async {
        all().run(&db).await.unwrap();
        let ((), inner) = record(async { drop(page().run(&db).await.unwrap()) }).await;
        (inner, assert_num_queries(1, insert(9).run(&db)).await.unwrap())
    })
    .await;
    assert_eq!((inner.len(), first, outer.len()), (2, 1, 4));
    assert_eq!(texts(&inner), &texts(&outer)[1..3]);
    // In one task side by side, and without any.
    let counts = futures_util::future::join3(
        record(async { drop(all().run(&db).await.unwrap()) }),
        record(async { drop(page().run(&db).await.unwrap()) }),
        all().run(&db),
    );
    let (((), one), ((), two), none) = counts.await;
    assert_eq!((one.len(), two.len(), none.unwrap().len()), (1, 2, 4));
}

async fn read(db: Db) {
    all().run(&db).await.unwrap();
}

#[tokio::test]
async fn spawned_tasks_are_part_of_it_if_they_inherit() {
    let (_keep, db) = database(ITEMS).await;
    let ((), sent) = record(async { tokio::spawn(read(db.clone())).await.unwrap() }).await;
    assert_eq!(texts(&sent), [""; 0]);
    let ((), sent) = record(async { tokio::spawn(inherit(read(db.clone()))).await.unwrap() }).await;
    assert_eq!(texts(&sent), ["SELECT id, name FROM item"]);
    // Nothing to inherit is as good.
    tokio::spawn(inherit(read(db.clone()))).await.unwrap();
}

#[tokio::test]
async fn a_wrong_number_lists_the_statements() {
    let (_keep, db) = database(ITEMS).await;
    let task = tokio::spawn(async move {
        assert_num_queries(1, async {
            all().run(&db).await.unwrap();
            insert(1).run(&db).await.unwrap_err();
        })
        .await;
    });
    let panic = task.await.unwrap_err().into_panic();
    let text = panic.downcast::<String>().unwrap();
    let lines: Vec<&str> = text.lines().map(|line| line.rsplit_once(" in ").map_or(line, |(line, _)| line)).collect();
    let place = lines[0].split_once(": ").unwrap();
    assert!(place.0.contains("recorded.rs:"), "{text}");
    let expected = [
        "found 2, expected 1 statement",
        "1. SELECT id, name FROM item -- 3 rows",
        "2. INSERT INTO item VALUES ($1, 'new') -- Integrity(Unique)",
    ];
    assert_eq!([place.1, lines[1], lines[2]], expected);
    assert_eq!(lines.len(), 3);
}
