//! Rows that go, and what goes with them.

use crate::shop::{number, shop};
use nuages::{ErrorKind, Integrity, query};
use nuages_tests::models::Tag;

#[tokio::test]
async fn a_cascade_takes_rows_with_it_through_all_levels() {
    let (_keep, db) = shop().await;
    // Short novels stand on Novels; nothing stands on Short novels.
    assert_eq!(query!(Category.filter(name = "Short novels").delete()).run(&db).await.unwrap(), 1);
    query!(Product.filter(category = 2).delete()).run(&db).await.unwrap();
    query!(Category.create(name = "Poems", slug = "poems", parent = 2)).run(&db).await.unwrap();
    assert_eq!(query!(Category(2).delete()).run(&db).await.unwrap(), 1);
    let left = query!(Category.values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(left, ["Books", "Games"]);
    // Items and the parcel go with their order.
    assert_eq!(query!(Order.filter(number = "B-1").delete()).run(&db).await.unwrap(), 1);
    assert_eq!(number(&db, "SELECT count(*) FROM sales_shipment").await, 0);
    assert_eq!(number(&db, "SELECT count(*) FROM sales_order_item").await, 2);
    // A link goes with its tag, the product stays.
    assert_eq!(query!(Tag.filter(name = "fun").delete()).run(&db).await.unwrap(), 1);
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_product_tags").await, 3);
}

#[tokio::test]
async fn a_protected_row_stays_and_the_error_says_for_whom() {
    let (_keep, db) = shop().await;
    let error = query!(Category(4).delete()).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Restrict));
    assert_eq!(error.constraint(), Some("catalog_product_category_id_fkey"));
    assert_eq!(error.table(), Some("catalog_product"));
    assert_eq!(error.columns(), ["id"]);
    // Protected below a cascade: Books has Novels, and Novels has products.
    let error = query!(Category.filter(name = "Books").delete()).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Restrict));
    let error = query!(User.filter(name = "Ada").delete()).run(&db).await.unwrap_err();
    assert_eq!(error.constraint(), Some("sales_order_user_id_fkey"));
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_category").await, 4);
    assert_eq!(number(&db, "SELECT count(*) FROM accounts_user").await, 3);
}

#[tokio::test]
async fn a_nullable_reference_becomes_null() {
    let (_keep, db) = shop().await;
    assert_eq!(query!(Address.filter(city = "Paris").delete()).run(&db).await.unwrap(), 1);
    let order = query!(Order.select_related(address).get(number = "A-1")).run(&db).await.unwrap();
    assert_eq!((order.address_id, order.address.is_none()), (None, true));
    // Cyd has nothing but somebody who brought him; Bob has an order and stays.
    query!(User.create(name = "Eve", email = "eve@example.org", referred_by = 3)).run(&db).await.unwrap();
    assert_eq!(query!(User(3).delete()).run(&db).await.unwrap(), 1);
    assert_eq!(query!(User.get(name = "Eve")).run(&db).await.unwrap().referred_by_id, None);
}

#[tokio::test]
async fn only_what_the_conditions_say() {
    let (_keep, db) = shop().await;
    assert_eq!(
        query!(Review.filter(product.category.name = "Books", rating.lt = 4).delete()).run(&db).await.unwrap(),
        1
    );
    assert_eq!(query!(Tag.filter(products.isnull = true).delete()).run(&db).await.unwrap(), 1);
    assert_eq!(query!(Order(2).items.delete()).run(&db).await.unwrap(), 0);
    assert_eq!(query!(Order.valid().filter(items.isnull = true).delete()).run(&db).await.unwrap(), 1);
    let gone: Vec<Tag> = query!(Tag.filter(name = "sql").delete().returning()).run(&db).await.unwrap();
    assert_eq!(gone.iter().map(|tag| tag.id).collect::<Vec<_>>(), [2]);
    assert_eq!(query!(Tag(2).delete()).run(&db).await.unwrap(), 0);
    assert_eq!(query!(ProductTag.all().delete()).run(&db).await.unwrap(), 4);
}
