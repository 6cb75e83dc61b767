//! The shop at a small size: its answers against SQL written by hand, and what it promises.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use nuages::rust_decimal::Decimal;
use nuages::{Db, query};
use shop::models;
use shop::report::Report;
use shop::{dashboard, export, fill, orders, products, stock};

async fn shop() -> (nuages_devdb::Database, Db) {
    let database = nuages_devdb::shared().unwrap();
    let db = Db::connect(&database.url()).await.unwrap();
    models::create_all(&db).await.unwrap();
    fill::fill(&db, fill::Size::of_orders(400)).await.unwrap();
    (database, db)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_runs_and_the_numbers_are_those_of_sql() {
    let (_database, db) = shop().await;
    let mut report = Report::new(&db, true);
    dashboard::show(&mut report).await.unwrap();
    orders::show(&mut report).await.unwrap();
    products::show(&mut report).await.unwrap();
    stock::show(&mut report).await.unwrap();
    export::show(&mut report).await.unwrap();

    let client = db.client().await.unwrap();
    let counts = client
        .query_one(
            "SELECT (SELECT COUNT(*) FROM sales_order), (SELECT COUNT(*) FROM catalog_review), \
             (SELECT COUNT(*) FROM catalog_product_tags)",
            &[],
        )
        .await
        .unwrap();
    assert_eq!((400, 200), (counts.get::<_, i64>(0), counts.get::<_, i64>(1)));
    assert_eq!(counts.get::<_, i64>(2), query!(ProductTag.count()).run(&db).await.unwrap());

    let by_hand = client
        .query(
            "SELECT p.id, (SELECT SUM(quantity * unit_price) FROM sales_order_item i WHERE i.product_id = p.id), \
                    (SELECT COUNT(*) FROM catalog_review r WHERE r.product_id = p.id) \
             FROM catalog_product p ORDER BY p.id",
            &[],
        )
        .await
        .unwrap();
    let by_query = query!(
        Product
            .annotate(revenue = Sum(order_items.quantity * order_items.unit_price), voices = Count(reviews))
            .order_by(id)
    )
    .run(&db)
    .await
    .unwrap();
    assert_eq!(by_hand.len(), by_query.len());
    for (row, product) in by_hand.iter().zip(&by_query) {
        assert_eq!(row.get::<_, i64>(0), product.id);
        assert_eq!(row.get::<_, Option<Decimal>>(1), product.revenue);
        assert_eq!(row.get::<_, i64>(2), product.voices);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_page_is_four_statements_whatever_the_number_of_orders() {
    let (_database, db) = shop().await;
    for limit in [1, 100] {
        let page = query!(
            Order.select_related(user, address).prefetch_related(items.product.category).order_by(-placed_at)[..limit]
        );
        assert_eq!(page.round_trips(), 4);
        let orders = page.run(&db).await.unwrap();
        assert_eq!(orders.len(), usize::try_from(limit).unwrap());
        for order in &orders {
            assert_eq!(order.items.len(), 3);
            for item in &order.items {
                assert_eq!(item.product.id, item.product_id);
                assert_eq!(item.product.category.id, item.product.category_id);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_make_the_same_rows() {
    let (_one, first) = shop().await;
    let (_two, second) = shop().await;
    let rows = query!(Order.order_by(id).values_list(number, user_id, placed_at));
    assert_eq!(rows.run(&first).await.unwrap(), rows.run(&second).await.unwrap());
}

async fn filled(db: &Db) {
    fill::fill(db, fill::Size::of_orders(400)).await.unwrap();
}

#[nuages::test(server = nuages_devdb::server, fixtures(filled), flavor = "multi_thread")]
async fn nothing_is_sold_twice(db: Db) {
    let product = query!(Product.active().order_by(id).first()).run(&db).await.unwrap().unwrap();
    let order = query!(Order.order_by(id).first()).run(&db).await.unwrap().unwrap();
    query!(Product(product.id).update(stock = 7)).run(&db).await.unwrap();
    let before = query!(OrderItem.filter(product = product.id).count()).run(&db).await.unwrap();
    let buyers: Vec<_> = (0..30)
        .map(|_| {
            let (db, order, product) = (db.clone(), order.id, product.id);
            tokio::spawn(async move { stock::buy(&db, order, product).await.is_ok() })
        })
        .collect();
    let mut bought = 0;
    for buyer in buyers {
        bought += i64::from(buyer.await.unwrap());
    }
    assert_eq!(bought, 7);
    assert_eq!(query!(Product(product.id).values_list(stock, flat)).run(&db).await.unwrap(), 0);
    let after = query!(OrderItem.filter(product = product.id).count()).run(&db).await.unwrap();
    assert_eq!(after - before, 7, "a purchase writes its item, or nothing at all");
}
