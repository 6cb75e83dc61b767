//! The shapes of results.

use crate::shop::{price, shop};
use nuages::query;
use nuages_tests::models::{Address, Category, Order, Product, Shipment, User};

#[tokio::test]
async fn a_record_is_its_model_and_more() {
    let (_keep, db) = shop().await;
    let row =
        query!(Product.select_related(category.parent).annotate(n = Count(reviews), twice = F(price) * 2).get(id = 2));
    let row = row.run(&db).await.unwrap();
    // Through `Deref`, by reference and as the base itself.
    fn name(product: &Product) -> &str {
        &product.name
    }
    assert_eq!((name(&row), row.name.as_str()), ("Ballad", "Ballad"));
    assert_eq!((row.n, row.twice), (0, price("40.00")));
    assert_eq!(row.category.parent.as_ref().map(|c| c.name.as_str()), Some("Books"));
    let copy = row.clone();
    assert_eq!(format!("{copy:?}"), format!("{row:?}"));
    let debug = format!("{row:?}");
    for part in ["n: 0", "\"Ballad\"", "\"Novels\"", "\"Books\""] {
        assert!(debug.contains(part), "{part} in {debug}");
    }
    let (product, category): (Product, Category) = (row.product, row.category.category);
    assert_eq!((product.category_id, category.name.as_str()), (category.id, "Novels"));
}

#[tokio::test]
async fn optional_relations_are_options_all_the_way_down() {
    let (_keep, db) = shop().await;
    let orders = query!(Order.select_related(user.referred_by.referred_by, address.user, shipment).order_by(id));
    let orders = orders.run(&db).await.unwrap();
    let [first, second, third] = &orders[..] else { panic!("{} orders", orders.len()) };
    assert!(first.user.referred_by.is_none() && first.shipment.is_none());
    assert_eq!(first.address.as_ref().map(|a| (a.city.as_str(), a.user.name.as_str())), Some(("Paris", "Ada")));
    assert!(second.address.is_none());
    let by = third.user.referred_by.as_ref().unwrap();
    assert_eq!((by.name.as_str(), by.referred_by.is_none()), ("Ada", true));
    let shipment: Option<&Shipment> = third.shipment.as_ref();
    assert_eq!(shipment.map(|s| s.carrier.as_str()), Some("Pigeon"));
}

/// An order with what belongs to it.
#[derive(Debug, PartialEq)]
struct Page {
    order: Order,
    user: Buyer,
    address: Option<Address>,
    items: Vec<Line>,
    n: i64,
}

#[derive(Debug, PartialEq)]
struct Line {
    order_item: nuages_tests::models::OrderItem,
    product: Product,
}

type Buyer = User;

#[tokio::test]
async fn structs_of_one_s_own_at_every_level() {
    let (_keep, db) = shop().await;
    let page: Page = query!(
        Order
            .select_related(user, address)
            .prefetch_related(items = items.select_related(product).order_by(-quantity) as Line)
            .annotate(n = Count(items))
            .get(number = "A-1") as Page
    )
    .run(&db)
    .await
    .unwrap();
    assert_eq!((page.user.name.as_str(), page.n), ("Ada", 2));
    assert_eq!(page.address.map(|a| a.city).as_deref(), Some("Paris"));
    let lines: Vec<_> = page.items.iter().map(|l| (l.order_item.quantity, l.product.name.as_str())).collect();
    assert_eq!(lines, [(2, "Atlas"), (1, "Cubes")]);
    assert_eq!(page.order.number, "A-1");
}

#[tokio::test]
async fn values_tuples_and_bare_values() {
    let (_keep, db) = shop().await;
    let rows =
        query!(Product.order_by(id).values(name, category.slug, category.parent.name, pieces = F(stock) + 1)[..2]);
    let rows = rows.run(&db).await.unwrap();
    assert_eq!((rows[0].name.as_str(), rows[0].category__slug.as_str(), rows[0].pieces), ("Atlas", "books", 6));
    assert_eq!([&rows[0].category__parent__name, &rows[1].category__parent__name], [&None, &Some("Books".to_owned())]);
    let pairs: Vec<(i64, Option<String>)> =
        query!(Category.order_by(id).values_list(id, parent.name)).run(&db).await.unwrap();
    assert_eq!(pairs[1], (2, Some("Books".to_owned())));
    let keys: Vec<Option<i64>> = query!(Category.order_by(id).values_list(parent, flat)).run(&db).await.unwrap();
    assert_eq!(keys, [None, Some(1), Some(2), None]);
    let some = query!(Product.only(id, price).get(id = 3)).run(&db).await.unwrap();
    assert_eq!((some.id, some.price), (3, price("30.00")));
    // One row for each related row, one with NULL where there is none.
    let rows = query!(Product.order_by(id).values(name, reviews.rating)).run(&db).await.unwrap();
    let rows: Vec<_> = rows.iter().map(|r| (r.name.as_str(), r.reviews__rating)).collect();
    assert_eq!(rows.len(), 6);
    assert!(rows.contains(&("Atlas", Some(5))) && rows.contains(&("Atlas", Some(3))) && rows.contains(&("Dice", None)));
    let groups =
        query!(Product.values(category.name).annotate(n = Count(), least = Min(price)).order_by(category.name));
    let groups = groups.run(&db).await.unwrap();
    let groups: Vec<_> = groups.iter().map(|g| (g.category__name.as_str(), g.n, g.least)).collect();
    assert_eq!(
        groups,
        [("Books", 1, Some(price("10"))), ("Games", 2, Some(price("5.5"))), ("Novels", 2, Some(price("20")))]
    );
}
