//! What `docs/testing.md` shows, word for word.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::path::Path;

use nuages::testing::{assert_num_queries, inherit, record};
use nuages::{Db, Error, Executor, StatementKind, Transaction, Write, query};
use shop::models::Tag;

#[nuages::test]
async fn a_tag_has_a_name_of_its_own(db: Db) -> Result<(), Error> {
    query!(Tag.create(name = "rust")).run(&db).await?;
    let again = query!(Tag.create(name = "rust")).run(&db).await.unwrap_err();
    assert_eq!(again.constraint(), Some(Tag::NAME_KEY));
    Ok(())
}

#[nuages::test]
async fn a_tag_has_no_color_at_first(tx: &Transaction) -> Result<(), Error> {
    let tag = query!(Tag.create(name = "rust")).run(tx).await?;
    assert_eq!(tag.color, None);
    Ok(())
}

/// A shelf with two books, for tests of either kind.
async fn books(executor: impl Executor<Write> + Copy) -> Result<(), Error> {
    let shelf = query!(Category.create(name = "Books", slug = "books")).run(executor).await?;
    let titles = ["Emma", "Ulysses"];
    query!(Product.bulk_create(for title in titles => name = title, slug = title, category = &shelf, price = 9, stock = 1))
        .run(executor)
        .await?;
    Ok(())
}

#[nuages::test(fixtures(books))]
async fn shelves_are_read_in_two_statements(db: Db) {
    let shelves = query!(Category.prefetch_related(products));
    assert_eq!(shelves.round_trips(), 2);
    let shelves = assert_num_queries(2, shelves.run(&db)).await.unwrap();
    assert_eq!(shelves[0].products.len(), 2);
}

#[nuages::test(fixtures(books))]
async fn what_a_sale_sends(db: Db) {
    let (sold, sent) = record(db.atomic(async |tx| {
        query!(Product.filter(slug = "Emma", stock.gte = 1).update(stock = F(stock) - 1)).run(tx).await
    }))
    .await;
    assert_eq!(sold.unwrap(), 1);
    let kinds: Vec<StatementKind> = sent.iter().map(|statement| statement.kind).collect();
    assert_eq!(kinds, [StatementKind::Transaction, StatementKind::Write, StatementKind::Transaction]);
    assert!(sent[1].sql.starts_with("UPDATE ") && sent[1].rows == 1);
}

#[nuages::test(fixtures(books), flavor = "multi_thread")]
async fn two_tasks_send_two(db: Db) {
    assert_num_queries(2, async {
        let count = |db: Db| async move { query!(Product.count()).run(&db).await.unwrap() };
        let (one, two) = (tokio::spawn(inherit(count(db.clone()))), tokio::spawn(inherit(count(db.clone()))));
        assert_eq!((one.await.unwrap(), two.await.unwrap()), (2, 2));
    })
    .await;
}

#[nuages::test(fixtures(books))]
#[should_panic(expected = "found 1, expected 0 statements")]
async fn a_wrong_number_is_a_panic(tx: &Transaction) {
    assert_num_queries(0, query!(Product.count()).run(tx)).await.unwrap();
}

#[nuages::test(fixtures(books))]
async fn a_fixture_is_rolled_back_too(tx: &Transaction) -> Result<(), Error> {
    assert_eq!(query!(Product.count()).run(tx).await?, 2);
    Ok(())
}

#[test]
fn the_page_shows_what_stands_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/testing.md")).unwrap();
    let here = std::fs::read_to_string(root.join("examples/shop/tests/kit.rs")).unwrap();
    let pieces: Vec<&str> = page.split("```rust\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
    assert!(pieces.len() >= 6);
    for piece in pieces {
        assert!(here.contains(piece), "examples/shop/tests/kit.rs does not have this piece:\n{piece}");
    }
}
