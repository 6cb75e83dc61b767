//! Pieces of chain that the schema names.

use crate::shop::{may, price, shop};
use nuages::query;
use nuages::rust_decimal::Decimal;

#[tokio::test]
async fn scopes_take_values_and_stand_anywhere_in_a_chain() {
    let (_keep, db) = shop().await;
    let names = query!(Product.active().order_by(id).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(names, ["Atlas", "Cubes"]);
    let slug = String::from("games");
    let names = query!(Product.filter(stock.gt = 1).by_category(&slug).active().values_list(name, flat));
    assert_eq!(names.run(&db).await.unwrap(), ["Cubes"]);
    let cases: [(Option<Decimal>, Option<Decimal>, i64); 4] = [
        (None, None, 5),
        (Some(price("10")), None, 4),
        (None, Some(price("10")), 2),
        (Some(price("6")), Some(price("25")), 3),
    ];
    for (min, max, expected) in cases {
        assert_eq!(query!(Product.priced(min, max).count()).run(&db).await.unwrap(), expected, "{min:?} {max:?}");
    }
    // A scope of a scope, with an order.
    let cheapest = query!(Product.cheapest().first()).run(&db).await.unwrap();
    assert_eq!(cheapest.map(|p| p.name).as_deref(), Some("Atlas"));
    let orders = query!(Order.valid().placed_between(may(1, 0), may(3, 0)).count()).run(&db).await.unwrap();
    assert_eq!(orders, 2);
    let roots = query!(Category.roots().values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(roots, ["Books", "Games"]);
}

#[tokio::test]
async fn scopes_of_related_rows() {
    let (_keep, db) = shop().await;
    assert_eq!(query!(Category(4).products.active().count()).run(&db).await.unwrap(), 1);
    assert_eq!(query!(Product(1).reviews.approved().count()).run(&db).await.unwrap(), 1);
    let rows = query!(Product.prefetch_related(reviews.approved()).order_by(id)).run(&db).await.unwrap();
    assert_eq!(rows.iter().map(|p| p.reviews.len()).collect::<Vec<_>>(), [1, 0, 1, 0, 0]);
    let any = query!(Product.filter(Exists(reviews.approved().filter(rating.gte = 5))).count()).run(&db).await.unwrap();
    assert_eq!(any, 1);
    let within = query!(Category.filter(id.in = Product.active().values(category)).count()).run(&db).await.unwrap();
    assert_eq!(within, 2);
    let n = query!(Product.active().update(stock = F(stock) + 1)).run(&db).await.unwrap();
    assert_eq!(n, 2);
}

#[tokio::test]
async fn an_argument_is_evaluated_once_and_in_its_place() {
    let (_keep, db) = shop().await;
    let mut order = Vec::new();
    let n = query!(
        Product
            .filter(
                stock.gte = {
                    order.push("stock");
                    0
                }
            )
            .by_category({
                order.push("slug");
                "games"
            })
            .priced(
                {
                    order.push("min");
                    None::<Decimal>
                },
                {
                    order.push("max");
                    Some(price("10"))
                }
            )
            .exclude(
                name = {
                    order.push("name");
                    "x"
                }
            )
            .count()
    );
    assert_eq!(n.run(&db).await.unwrap(), 1);
    assert_eq!(order, ["stock", "slug", "min", "max", "name"]);
}
