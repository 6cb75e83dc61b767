//! Rows that are streamed by binary COPY.

use crate::shop::{may, number, price, shop};
use nuages::{Error, ErrorKind, Integrity, Query, Write, query};
use nuages_tests::models::{OrderItem, OrderStatus, Status};

#[tokio::test]
async fn rows_of_all_kinds_arrive_as_they_are() {
    let (_keep, db) = shop().await;
    let feed = [("Kite", 4, "3.50", Some("flies")), ("Lamp \u{1F4A1}", 1, "0.01", None)];
    let copy: Query<u64, Write> = query!(Product.bulk_create(for (name, shelf, cost, text) in feed =>
        name = name, slug = name, category = shelf, price = price(cost), description = text, status = "active",
        stock = 3, weight = None, released_on = may(1, 1).date_naive()).copy());
    assert_eq!(copy.round_trips(), 1);
    assert!(copy.sql().starts_with("COPY \"catalog_product\" (\"name\", "), "{}", copy.sql());
    assert_eq!(copy.run(&db).await.unwrap(), 2);
    let rows = query!(Product.filter(id.gt = 5).order_by(id)).run(&db).await.unwrap();
    assert_eq!((rows[0].price, rows[0].description.as_deref()), (price("3.50"), Some("flies")));
    assert_eq!((rows[1].name.as_str(), rows[1].price), ("Lamp \u{1F4A1}", price("0.01")));
    let same = |p: &nuages_tests::models::Product| (p.status, p.stock, p.weight, p.released_on);
    assert!(rows.iter().all(|p| same(p) == (Status::Active, 3, None, Some(may(1, 1).date_naive()))));
    let orders = OrderStatus::ALL.iter().enumerate();
    let n = query!(Order.bulk_create(for (i, status) in orders =>
        number = format!("C{i}"), user = 1, status = *status, placed_at = may(2, 2)).copy());
    assert_eq!(n.run(&db).await.unwrap(), 5);
    assert_eq!(query!(Order.filter(number.startswith = "C", placed_at = may(2, 2)).count()).run(&db).await.unwrap(), 5);
    let order = 2;
    let n = query!(Order(order).items.bulk_create(for product in [1, 2, 3] =>
        product = product, quantity = 2, unit_price = price("1")).copy());
    assert_eq!(n.run(&db).await.unwrap(), 3);
    let items: Vec<OrderItem> = query!(Order(2).items.order_by(id)).run(&db).await.unwrap();
    assert!(items.iter().map(|i| (i.product_id, i.quantity)).eq([(1, 2), (2, 2), (3, 2)]));
}

#[tokio::test]
async fn no_rows_and_many() {
    let (_keep, db) = shop().await;
    let many = query!(Tag.bulk_create(for i in 0..50_000 => name = format!("tag number {i}"), color = "red").copy());
    assert_eq!(many.run(&db).await.unwrap(), 50_000);
    assert_eq!(number(&db, "SELECT count(DISTINCT name) FROM catalog_tag WHERE color = 'red'").await, 50_000);
    let none: [&str; 0] = [];
    let none = query!(Tag.bulk_create(for name in none => name = name).copy());
    assert_eq!(none.round_trips(), 0);
    db.close().await.unwrap();
    assert_eq!(none.run(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn a_refused_row_is_a_typed_error_and_leaves_the_connection_clean() {
    let (_keep, db) = shop().await;
    // The first of many pieces is wrong.
    let names = std::iter::once("rust".to_owned()).chain((0..50_000).map(|i| format!("tag number {i}")));
    let error = query!(Tag.bulk_create(for name in names => name = name).copy()).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Unique));
    assert_eq!((error.table(), error.columns()), (Some("catalog_tag"), &["name".to_owned()][..]));
    for _ in 0..8 {
        assert_eq!(query!(Tag.count()).run(&db).await.unwrap(), 4);
    }
    let error = query!(Review.bulk_create(for rating in [5_i16, 9] => product = 2, user = 2, rating = rating).copy())
        .run(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Check));
    // In a transaction it undoes what was there before it, too.
    let undone: Result<u64, Error> = db
        .atomic(async |tx| {
            query!(Tag.bulk_create(for name in ["a", "b"] => name = name).copy()).run(tx).await?;
            assert_eq!(query!(Tag.count()).run(tx).await?, 6);
            query!(Tag.bulk_create(for name in ["c", "c"] => name = name).copy()).run(tx).await
        })
        .await;
    assert!(undone.unwrap_err().is_unique_violation());
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag").await, 4);
}

#[tokio::test]
async fn one_that_is_given_up_leaves_nothing_behind() {
    let (_keep, db) = shop().await;
    for polls in 1..30 {
        let copy = query!(Tag.bulk_create(for i in 0..20_000 => name = format!("{polls} {i}")).copy());
        let mut running = Box::pin(copy.run(&db));
        let mut done = false;
        for _ in 0..polls {
            let mut once = std::pin::pin!(async {
                std::future::poll_fn(|task| std::task::Poll::Ready(running.as_mut().poll(task).is_ready())).await
            });
            done = once.as_mut().await;
            if done {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(running);
        // Each of the pool's connections answers.
        for _ in 0..4 {
            let count = query!(Tag.filter(name.startswith = format!("{polls} ")).count()).run(&db).await.unwrap();
            // Given up behind its end, it may have been kept whole; one that was answered always is.
            assert!(count == 20_000 || (count == 0 && !done), "{count}");
        }
    }
}
