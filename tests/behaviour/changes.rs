//! Many rows changed in one statement, each by its key.

use crate::shop::{number, price, shop};
use nuages::{ErrorKind, Integrity, Query, Write, query};
use nuages_tests::models::{OrderItem, OrderStatus, Status};

#[tokio::test]
async fn each_row_gets_values_of_its_own() {
    let (_keep, db) = shop().await;
    let before = query!(Product(1)).run(&db).await.unwrap();
    let feed = [(1, "11.00", Status::Archived, None), (3, "31.50", Status::Draft, Some("six sides"))];
    let update: Query<u64, Write> = query!(Product.bulk_update(for (id, cost, status, text) in feed =>
        pk = id, price = price(cost), status = status, description = text, weight = 2.5));
    assert_eq!(update.round_trips(), 1);
    assert_eq!(update.run(&db).await.unwrap(), 2);
    let rows = query!(Product.filter(id.in = [1, 3]).order_by(id)).run(&db).await.unwrap();
    assert_eq!(
        (rows[0].price, rows[0].status, rows[0].description.as_deref()),
        (price("11.00"), Status::Archived, None)
    );
    assert_eq!(rows[1].description.as_deref(), Some("six sides"));
    assert!(rows.iter().all(|p| p.weight == Some(2.5)));
    // When it was changed is known; what is not among the columns is as it was, and so are the other rows.
    assert!(rows[0].updated_at > before.updated_at);
    assert_eq!((rows[0].stock, rows[0].name.as_str()), (5, "Atlas"));
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_product WHERE weight IS NOT NULL").await, 2);
}

#[tokio::test]
async fn no_rows_are_changed_without_asking_the_server() {
    let (_keep, db) = shop().await;
    let none: [(i64, i32); 0] = [];
    let update = query!(Product.bulk_update(for (id, n) in none => pk = id, stock = n));
    assert_eq!(update.round_trips(), 0);
    db.close().await.unwrap();
    assert_eq!(update.run(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_computed_uses_the_row_and_its_values() {
    let (_keep, db) = shop().await;
    let sold = [(1, 2), (3, 7), (99, 1)];
    let n = query!(Product.bulk_update(for (id, n) in &sold => pk = *id, stock = F(stock) - *n, name = Concat(name, {format!(" -{n}")})))
        .run(&db)
        .await
        .unwrap();
    // A key that no row has changes none.
    assert_eq!(n, 2);
    let rows = query!(Product.filter(id.in = [1, 3]).order_by(id).values_list(stock, name)).run(&db).await.unwrap();
    assert_eq!(rows, [(3, "Atlas -2".to_owned()), (0, "Cubes -7".to_owned())]);
    let swap = [(5, OrderStatus::Paid, OrderStatus::Cancelled)];
    let n = query!(Order.bulk_update(for (_, old, new) in swap =>
        pk = 1, status = Case(When(status = old, then = {new}), default = F(status))));
    assert_eq!(n.run(&db).await.unwrap(), 1);
    assert_eq!(query!(Order(1)).run(&db).await.unwrap().status, OrderStatus::Cancelled);
    // One row too many sold: none of them is.
    let error = query!(Product.bulk_update(for (id, n) in [(4, 1), (1, 9)] => pk = id, stock = F(stock) - n))
        .run(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Check));
    assert_eq!(query!(Product(4)).run(&db).await.unwrap().stock, 100);
}

#[tokio::test]
async fn conditions_say_which_rows_may_be_changed() {
    let (_keep, db) = shop().await;
    let all = [1, 2, 3];
    let n =
        query!(Product.filter(stock.gt = 5).bulk_update(for id in all => pk = id, stock = 1)).run(&db).await.unwrap();
    assert_eq!(n, 1);
    let slug = "books";
    let n = query!(Product.by_category(slug).bulk_update(for id in all => pk = id, stock = 9)).run(&db).await.unwrap();
    assert_eq!((n, query!(Product(1)).run(&db).await.unwrap().stock), (1, 9));
    let items = [(1, 5), (3, 6)];
    let n = query!(Order(1).items.bulk_update(for (id, n) in items => pk = id, quantity = n)).run(&db).await.unwrap();
    assert_eq!(n, 1);
    // Rows of a relation are made in the same way.
    let order = 2;
    let made: Vec<OrderItem> = query!(Order(order).items.bulk_create(for (product, n) in [(1, 4), (2, 5)] =>
        product = product, quantity = n, unit_price = price("1")))
    .run(&db)
    .await
    .unwrap();
    assert_eq!(made.iter().map(|i| (i.order_id, i.product_id, i.quantity)).collect::<Vec<_>>(), [(2, 1, 4), (2, 2, 5)]);
}

#[tokio::test]
async fn ten_thousand_rows_and_one_key_twice() {
    let (_keep, db) = shop().await;
    query!(Tag.bulk_create(for i in 0..10_000 => name = format!("n{i}")).no_returning()).run(&db).await.unwrap();
    let tags = query!(Tag.filter(id.gt = 4)).run(&db).await.unwrap();
    let n = query!(Tag.bulk_update(for tag in &tags => pk = tag, color = (tag.id % 2 == 0).then(|| tag.name.clone())));
    assert_eq!(n.run(&db).await.unwrap(), 10_000);
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag WHERE color = name AND id % 2 = 0").await, 5_000);
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag WHERE id > 4 AND color IS NULL").await, 5_000);
    // The row is changed once; which of the two it is, is left open.
    let twice = query!(Tag.bulk_update(for color in ["red", "blue"] => pk = 1, color = color)).run(&db).await.unwrap();
    let color = query!(Tag(1)).run(&db).await.unwrap().color.unwrap();
    assert_eq!((twice, color == "red" || color == "blue"), (1, true));
}
