//! Many new rows in one statement.

use crate::shop::{may, number, price, shop};
use nuages::{ErrorKind, Query, Write, query};
use nuages_tests::models::{Category, Order, OrderStatus, Product, Status, Tag};

#[tokio::test]
async fn no_rows_are_made_without_asking_the_server() {
    let (_keep, db) = shop().await;
    let names: [&str; 0] = [];
    let rows: Query<Vec<Tag>, Write> = query!(Tag.bulk_create(for name in names => name = name));
    assert_eq!(rows.round_trips(), 0);
    let count: Query<u64, Write> = query!(Tag.bulk_create(for name in names => name = name).no_returning());
    // A closed pool gives no connection: these do not need one.
    db.close().await.unwrap();
    assert_eq!(rows.run(&db).await.unwrap(), []);
    assert_eq!(count.run(&db).await.unwrap(), 0);
    assert!(query!(Tag.bulk_create(for name in ["a"] => name = name)).run(&db).await.is_err());
}

#[tokio::test]
async fn twenty_thousand_rows_come_back_in_the_order_given_from_one_statement() {
    let (_keep, db) = shop().await;
    // No order that an index or a hash would make by chance.
    let names: Vec<String> = (0..20_000_u32).map(|i| format!("{:05}", (i * 7_919) % 20_000)).collect();
    let query = query!(Tag.bulk_create(for name in &names => name = name, color = "red"));
    assert_eq!(query.round_trips(), 1);
    let rows = query.run(&db).await.unwrap();
    assert!(rows.iter().map(|tag| &tag.name).eq(&names));
    assert!(rows.is_sorted_by(|a, b| a.id < b.id));
    assert!(rows.iter().all(|tag| tag.color.as_deref() == Some("red")));
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag WHERE color = 'red'").await, 20_000);
    let none =
        query!(Tag.bulk_create(for i in 0..3_000 => name = format!("n{i}")).no_returning()).run(&db).await.unwrap();
    assert_eq!(none, 3_000);
}

#[tokio::test]
async fn nullable_columns_enums_and_constants_in_one_statement() {
    let (_keep, db) = shop().await;
    let status = OrderStatus::ALL;
    let rows = status.iter().enumerate().map(|(i, status)| (i, *status, (i % 2 == 0).then_some("even")));
    let user = 2;
    let made: Vec<Order> = query!(Order.bulk_create(for (i, status, note) in rows =>
        number = format!("C-{i}"), user = user, status = status, note = note, address = None, placed_at = may(9, 9)))
    .run(&db)
    .await
    .unwrap();
    assert_eq!(made.len(), status.len());
    for (i, order) in made.iter().enumerate() {
        assert_eq!((order.status, order.user_id, order.address_id), (status[i], 2, None));
        assert_eq!(order.note.as_deref(), (i % 2 == 0).then_some("even"));
        assert_eq!(order.placed_at, may(9, 9));
    }
    let parents = [None, Some(1_i64), None, Some(4)];
    let made: Vec<Category> = query!(Category.bulk_create(for (i, parent) in parents.iter().enumerate() =>
        name = format!("c{i}"), slug = format!("c{i}"), parent = *parent, is_active = i != 1))
    .run(&db)
    .await
    .unwrap();
    assert!(made.iter().map(|c| c.parent_id).eq(parents));
    assert!(made.iter().map(|c| c.is_active).eq([true, false, true, true]));
}

#[tokio::test]
async fn rows_in_conflict_are_left_out() {
    let (_keep, db) = shop().await;
    let names = ["new", "rust", "newer", "new"];
    let made = query!(Tag.bulk_create(for name in names => name = name).ignore_conflicts()).run(&db).await.unwrap();
    assert_eq!(made.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["new", "newer"]);
    let count = query!(Tag.bulk_create(for name in ["newest", "sql"] => name = name).ignore_conflicts().no_returning());
    assert_eq!(count.run(&db).await.unwrap(), 1);
    // Without it one conflict keeps all of them out.
    let refused = query!(Tag.bulk_create(for name in ["x", "rust"] => name = name)).run(&db).await.unwrap_err();
    assert_eq!((refused.is_unique_violation(), refused.columns()), (true, &["name".to_owned()][..]));
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag").await, 7);
}

#[tokio::test]
async fn rows_in_conflict_are_changed() {
    let (_keep, db) = shop().await;
    let atlas = query!(Product(1)).run(&db).await.unwrap();
    let feed = [("kite", "Kite", "3.00"), ("atlas", "Atlas II", "11.00")];
    let rows: Vec<Product> = query!(Product.bulk_create(for (slug, name, cost) in feed =>
        slug = slug, name = name, price = price(cost), category = 4, status = Status::Draft)
        .update_conflicts(unique_fields(slug), update_fields(name, price)))
    .run(&db)
    .await
    .unwrap();
    assert_eq!(
        rows.iter().map(|p| (p.name.as_str(), p.price)).collect::<Vec<_>>(),
        [("Kite", price("3.00")), ("Atlas II", price("11.00"))]
    );
    // What is not among the fields to change is as it was; when it was changed is known.
    let changed = &rows[1];
    assert_eq!((changed.id, changed.category_id, changed.status, changed.stock), (1, 1, Status::Active, 5));
    assert_eq!(changed.created_at, atlas.created_at);
    assert!(changed.updated_at > atlas.updated_at);
    // One statement cannot change a row twice.
    let twice = [("kite", "a"), ("kite", "b")];
    let error = query!(Product.bulk_create(for (slug, name) in twice =>
        slug = slug, name = name, price = price("1"), category = 4)
        .update_conflicts(unique_fields(slug), update_fields(name)))
    .run(&db)
    .await
    .unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Database, Some("21000")));
}

#[tokio::test]
async fn values_of_rows_may_fail_and_return() {
    fn texts(texts: &[&str]) -> Result<Query<Vec<Product>, Write>, std::num::ParseIntError> {
        Ok(query!(Product.bulk_create(for text in texts =>
            name = text, slug = text, category = 1, price = price("1"), stock = text.parse::<i32>()?)))
    }
    let (_keep, db) = shop().await;
    assert!(texts(&["1", "two", "3"]).is_err());
    let rows = texts(&["1", "3"]).unwrap().run(&db).await.unwrap();
    assert_eq!(rows.iter().map(|p| p.stock).collect::<Vec<_>>(), [1, 3]);
}
