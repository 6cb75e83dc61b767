//! Maps from keys to rows, and the different dates of a field.

use crate::shop::{may, shop};
use nuages::chrono::{DateTime, NaiveDate, Utc};
use nuages::query;
use std::collections::{HashMap, HashSet};

#[tokio::test]
async fn rows_by_their_key() {
    let (_keep, db) = shop().await;
    let found = query!(Product.in_bulk([3_i64, 1, 99])).run(&db).await.unwrap();
    let names: HashMap<i64, &str> = found.iter().map(|(id, p)| (*id, p.name.as_str())).collect();
    assert_eq!(names, HashMap::from([(1, "Atlas"), (3, "Cubes")]));
    let ids: HashSet<i64> = [2, 2, 4].into();
    assert_eq!(query!(Product.in_bulk(&ids)).run(&db).await.unwrap().len(), 2);
    let objects = query!(Product.filter(category = 4)).run(&db).await.unwrap();
    assert_eq!(query!(Product.in_bulk(&objects)).run(&db).await.unwrap().len(), 2);
    assert_eq!(query!(Product.in_bulk([Some(1_i64), None])).run(&db).await.unwrap().len(), 1);
    assert!(query!(Product.in_bulk(Vec::<i64>::new())).run(&db).await.unwrap().is_empty());
    assert!(query!(Product.in_bulk([])).run(&db).await.unwrap().is_empty());
    assert_eq!(query!(Product.in_bulk()).run(&db).await.unwrap().len(), 5);
    assert_eq!(query!(Product.active().in_bulk([1, 4])).run(&db).await.unwrap().into_keys().collect::<Vec<_>>(), [1]);
    assert_eq!(query!(Product.in_bulk(Review.values(product))).run(&db).await.unwrap().len(), 2);
}

#[derive(Debug)]
struct Card {
    name: String,
}

#[tokio::test]
async fn rows_by_another_field() {
    let (_keep, db) = shop().await;
    let slugs = ["books", "games", "nothing"];
    let found = query!(Category.in_bulk(slugs, slug)).run(&db).await.unwrap();
    let mut keys: Vec<&String> = found.keys().collect();
    keys.sort();
    assert_eq!(keys, ["books", "games"]);
    assert_eq!(found["games"].id, 4);
    // The key is read even where the rows do not have it.
    let found = query!(Category.only(name).prefetch_related(products).in_bulk(slugs, slug)).run(&db).await.unwrap();
    assert_eq!((found["games"].name.as_str(), found["games"].products.len()), ("Games", 2));
    let cards = query!(Category.only(name).in_bulk(slugs, slug) as Card).run(&db).await.unwrap();
    assert_eq!(cards["books"].name, "Books");
    let found = query!(
        Product.select_related(category.parent).annotate(n = Count(reviews)).prefetch_related(tags).in_bulk([1, 2])
    );
    let found = found.run(&db).await.unwrap();
    assert_eq!((found[&1].n, found[&1].tags.len(), found[&2].n), (2, 2, 0));
    assert_eq!(found[&2].category.parent.as_ref().unwrap().name, "Books");
    let orders = query!(Order.order_by(id)).run(&db).await.unwrap();
    let shipments = query!(Shipment.in_bulk(&orders, order)).run(&db).await.unwrap();
    assert_eq!(shipments.into_keys().collect::<Vec<_>>(), [3]);
    // Of each category the first product.
    let first = query!(Product.distinct(category).in_bulk([1, 2, 4], category)).run(&db).await.unwrap();
    assert_eq!((first.len(), first[&4].name.as_str()), (3, "Cubes"));
}

query! {
    /// Categories by slug.
    pub fn by_slug(slugs: &[&str]) -> HashMap<String, WithProducts> {
        Category.prefetch_related(products).in_bulk(slugs, slug)
    }
}

#[tokio::test]
async fn a_named_query_gives_a_map() {
    let (_keep, db) = shop().await;
    let found: HashMap<String, WithProducts> = by_slug(&["games"]).run(&db).await.unwrap();
    assert_eq!(found["games"].products.len(), 2);
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[tokio::test]
async fn each_date_once() {
    let (_keep, db) = shop().await;
    db.execute_script(
        "UPDATE catalog_product SET released_on = CASE id WHEN 1 THEN '2024-02-29' WHEN 2 THEN '2024-02-01'
            WHEN 3 THEN '2023-12-31' WHEN 4 THEN '2024-02-01' END::date;
         UPDATE sales_order SET placed_at = CASE id WHEN 1 THEN '2024-05-01 22:30:00+00' WHEN 2 THEN '2024-05-01 22:59:59+00'
            ELSE '2024-05-03 00:00:00+00' END::timestamptz",
    )
    .await
    .unwrap();
    let months: Vec<NaiveDate> = query!(Product.dates(released_on, month)).run(&db).await.unwrap();
    assert_eq!(months, [day("2023-12-01"), day("2024-02-01")]);
    let days = query!(Product.order_by(name).dates(released_on, day, desc)).run(&db).await.unwrap();
    assert_eq!(days, [day("2024-02-29"), day("2024-02-01"), day("2023-12-31")]);
    let weeks = query!(Product.filter(id = 3).dates(released_on, week)).run(&db).await.unwrap();
    assert_eq!(weeks, [day("2023-12-25")]);
    assert!(query!(Product.filter(id = 5).dates(released_on, year)).run(&db).await.unwrap().is_empty());
    let hours: Vec<DateTime<Utc>> = query!(Order.datetimes(placed_at, hour)).run(&db).await.unwrap();
    assert_eq!(hours, [may(1, 22), may(3, 0)]);
    // At two in the morning of the next day in Paris, where that day began two hours before.
    let paris = query!(Order.datetimes(placed_at, day, desc, tz = "Europe/Paris")).run(&db).await.unwrap();
    assert_eq!(paris, [may(2, 22), may(1, 22)]);
    let zone = String::from("Europe/Paris");
    assert_eq!(
        query!(Order.dates(placed_at, day, tz = &zone)).run(&db).await.unwrap(),
        [day("2024-05-02"), day("2024-05-03")]
    );
    let through = query!(Shipment.dates(order.placed_at, year)).run(&db).await.unwrap();
    assert_eq!(through, [day("2024-01-01")]);
}
