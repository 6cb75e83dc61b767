//! Rows that are changed where they are.

use crate::shop::{number, price, shop};
use nuages::{ErrorKind, Integrity, query};
use nuages_tests::models::{Product, Status};

#[tokio::test]
async fn arithmetic_is_done_by_the_server_with_values_of_rust() {
    let (_keep, db) = shop().await;
    let taken = 2;
    let n = query!(Product.filter(pk = 1, stock.gte = taken).update(stock = F(stock) - taken)).run(&db).await.unwrap();
    assert_eq!(n, 1);
    let n = query!(Product.filter(stock.gt = 0).update(price = F(price) * 2 - 1, stock = (F(stock) + taken) * 10))
        .run(&db)
        .await
        .unwrap();
    assert_eq!(n, 4);
    let rows = query!(Product.order_by(id).values_list(price, stock)).run(&db).await.unwrap();
    let expected = [("19.00", 50), ("20.00", 0), ("59.00", 90), ("10.00", 1020), ("39.00", 50)];
    assert_eq!(rows, expected.map(|(cost, stock)| (price(cost), stock)));
    // Both sides are read before either is written.
    query!(Product(1).update(name = F(slug), slug = Concat(name, "-", id))).run(&db).await.unwrap();
    let swapped = query!(Product(1)).run(&db).await.unwrap();
    assert_eq!((swapped.name.as_str(), swapped.slug.as_str()), ("atlas", "Atlas-1"));
    let below = query!(Product(1).update(stock = F(stock) - 51)).run(&db).await.unwrap_err();
    assert_eq!(below.kind(), ErrorKind::Integrity(Integrity::Check));
    assert_eq!(below.table(), Some("catalog_product"));
    let over = query!(Product(1).update(stock = F(stock) * i32::MAX)).run(&db).await.unwrap_err();
    assert_eq!((over.kind(), over.sqlstate()), (ErrorKind::Database, Some("22003")));
}

#[tokio::test]
async fn what_is_none_stays_and_nothing_left_sends_nothing() {
    let (_keep, db) = shop().await;
    let before = query!(Product(1)).run(&db).await.unwrap();
    for (name, cost) in [(Some("A"), None), (None, Some(price("3.50"))), (Some("B"), Some(price("4.50")))] {
        assert_eq!(query!(Product(1).update(name? = name, price? = cost)).run(&db).await.unwrap(), 1);
    }
    let after = query!(Product(1)).run(&db).await.unwrap();
    assert_eq!((after.name.as_str(), after.price, after.stock), ("B", price("4.50"), before.stock));
    let (name, cost): (Option<&str>, Option<i64>) = (None, None);
    let nothing = query!(Product(1).update(name? = name, stock? = cost.map(|_| 0)));
    assert_eq!(nothing.round_trips(), 0);
    // Not even the time of the last change.
    assert_eq!(nothing.run(&db).await.unwrap(), 0);
    assert_eq!(query!(Product(1)).run(&db).await.unwrap().updated_at, after.updated_at);
    // NULL is a value as any other.
    let description: Option<&str> = None;
    query!(Product(1).update(description = Some("x"))).run(&db).await.unwrap();
    assert_eq!(query!(Product.filter(description = "x").update(description = description)).run(&db).await.unwrap(), 1);
    assert_eq!(query!(Product(1)).run(&db).await.unwrap().description, None);
}

#[tokio::test]
async fn the_time_of_the_last_change_is_set_unless_it_is_given() {
    let (_keep, db) = shop().await;
    let before = query!(Product(1)).run(&db).await.unwrap();
    query!(Product(1).update(stock = 1)).run(&db).await.unwrap();
    let after = query!(Product(1)).run(&db).await.unwrap();
    assert!(after.updated_at > before.updated_at);
    assert_eq!(after.created_at, before.created_at);
    query!(Product(1).update(updated_at = before.created_at)).run(&db).await.unwrap();
    assert_eq!(query!(Product(1)).run(&db).await.unwrap().updated_at, before.created_at);
}

#[tokio::test]
async fn conditions_may_go_through_relations() {
    let (_keep, db) = shop().await;
    let n = query!(Product.filter(category.parent.name = "Books").update(stock = 1)).run(&db).await.unwrap();
    assert_eq!(n, 2);
    // Two reviews are one row to change.
    let n = query!(Product.filter(reviews.rating.gte = 3).update(stock = F(stock) + 1)).run(&db).await.unwrap();
    assert_eq!(n, 2);
    let n = query!(Product.exclude(tags.name = "rust").update(status = Status::Draft)).run(&db).await.unwrap();
    assert_eq!(n, 3);
    let n = query!(Order(1).items.filter(product = 3).update(quantity = 5)).run(&db).await.unwrap();
    assert_eq!(n, 1);
    let n = query!(Product.active().by_category("books").update(category = 4)).run(&db).await.unwrap();
    assert_eq!(n, 1);
    let n = query!(Product.filter(id.in = Review.filter(user = 1).values(product)).update(stock = 0)).run(&db).await;
    assert_eq!(n.unwrap(), 2);
    assert_eq!(query!(Product(77).update(stock = 0)).run(&db).await.unwrap(), 0);
    assert_eq!(query!(Tag.all().update(color = "blue")).run(&db).await.unwrap(), 4);
    let found = number(&db, "SELECT sum(stock) FROM catalog_product WHERE id IN (2, 4, 5)").await;
    assert_eq!(found, 1 + 100 + 1);
}

#[tokio::test]
async fn changed_rows_come_back_when_asked_for() {
    let (_keep, db) = shop().await;
    let mut rows: Vec<Product> =
        query!(Product.filter(category = 4).update(stock = F(stock) + 1).returning()).run(&db).await.unwrap();
    rows.sort_by_key(|p| p.id);
    assert_eq!(rows.iter().map(|p| (p.id, p.stock)).collect::<Vec<_>>(), [(3, 8), (4, 101)]);
    let some = query!(Product(1).update(name = "A", stock = 9).returning(id, name)).run(&db).await.unwrap();
    assert_eq!(some.iter().map(|p| (p.id, p.name.as_str())).collect::<Vec<_>>(), [(1, "A")]);
}
