//! What clauses that are left out leave behind: the same as if they had never been written, in which rows there are, in
//! which related rows conditions speak of together, and in which of them a filter binds.

use crate::shop::{price, shop};
use nuages::{Db, query};

/// What a query answers.
macro_rules! asked {
    ($db:ident, $($chain:tt)*) => { query!($($chain)*).run($db).await.unwrap() };
}

/// The shop with more to tell apart: order 1 is noted `x`, order 2 has Cubes ×2 and Dice ×1.
async fn orders(db: &Db) {
    query!(Order.filter(id = 1).update(note = "x")).run(db).await.unwrap();
    for (product, quantity) in [(3, 2), (4, 1)] {
        query!(OrderItem.create(order = 2, product = product, quantity = quantity, unit_price = price("9")))
            .run(db)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn what_is_left_of_or_binds() {
    let (_keep, db) = shop().await;
    let db = &db;
    orders(db).await;
    for note in [None, Some("x"), Some("y")] {
        for quantity in [None, Some(1), Some(2)] {
            let found = asked!(
                db,
                Order
                    .filter(Q(note? = note) | Q(items.quantity? = quantity))
                    .annotate(n = Count(items), s = Sum(items.quantity))
                    .order_by(id)
                    .values_list(id, n, s)
            );
            let plain = match (note, quantity) {
                (None, None) => asked!(
                    db,
                    Order.annotate(n = Count(items), s = Sum(items.quantity)).order_by(id).values_list(id, n, s)
                ),
                (Some(note), None) => asked!(
                    db,
                    Order
                        .filter(note = note)
                        .annotate(n = Count(items), s = Sum(items.quantity))
                        .order_by(id)
                        .values_list(id, n, s)
                ),
                (None, Some(quantity)) => asked!(
                    db,
                    Order
                        .filter(items.quantity = quantity)
                        .annotate(n = Count(items), s = Sum(items.quantity))
                        .order_by(id)
                        .values_list(id, n, s)
                ),
                (Some(note), Some(quantity)) => asked!(
                    db,
                    Order
                        .filter(Q(note = note) | Q(items.quantity = quantity))
                        .annotate(n = Count(items), s = Sum(items.quantity))
                        .order_by(id)
                        .values_list(id, n, s)
                ),
            };
            assert_eq!(found, plain, "{note:?} {quantity:?}");
        }
    }
    // Written out once: the items of order 2 are Cubes ×2 and Dice ×1, and one of them is bound.
    let none: Option<&str> = None;
    let one =
        asked!(db, Order.filter(Q(note? = none) | Q(items.quantity = 1), id = 2).values_list(id, items.product.name));
    assert_eq!(one, [(2, Some("Dice".to_owned()))]);
}

#[tokio::test]
async fn what_is_left_of_xor_and_of_groups_in_groups_binds() {
    let (_keep, db) = shop().await;
    let db = &db;
    orders(db).await;
    for note in [None, Some("x")] {
        let found = [
            asked!(db, Order.filter(Q(note? = note) ^ Q(items.quantity = 1)).aggregate(s = Sum(items.quantity))).s,
            asked!(
                db,
                Order
                    .filter(Q(Q(Q(note? = note) | Q(items.quantity = 2)) & Q(id.gt = 0)))
                    .aggregate(s = Sum(items.quantity))
            )
            .s,
            asked!(
                db,
                Order
                    .filter(Q(Q(note? = note) ^ Q(items.quantity = 2)) | Q(items.product = 4))
                    .aggregate(s = Sum(items.quantity))
            )
            .s,
            asked!(db, Order.filter(!Q(Q(note? = note) | Q(items.quantity = 2))).aggregate(s = Sum(items.quantity))).s,
            asked!(db, Order.filter(Q(note? = note) | Q(items.quantity = 1))[..2].aggregate(s = Sum(items.quantity))).s,
        ];
        let plain = match note {
            None => [
                asked!(db, Order.filter(items.quantity = 1).aggregate(s = Sum(items.quantity))).s,
                asked!(db, Order.filter(items.quantity = 2, id.gt = 0).aggregate(s = Sum(items.quantity))).s,
                asked!(
                    db,
                    Order.filter(Q(items.quantity = 2) | Q(items.product = 4)).aggregate(s = Sum(items.quantity))
                )
                .s,
                asked!(db, Order.filter(!Q(items.quantity = 2)).aggregate(s = Sum(items.quantity))).s,
                asked!(db, Order.filter(items.quantity = 1)[..2].aggregate(s = Sum(items.quantity))).s,
            ],
            Some(note) => [
                asked!(db, Order.filter(Q(note = note) ^ Q(items.quantity = 1)).aggregate(s = Sum(items.quantity))).s,
                asked!(
                    db,
                    Order.filter(Q(note = note) | Q(items.quantity = 2), id.gt = 0).aggregate(s = Sum(items.quantity))
                )
                .s,
                asked!(
                    db,
                    Order
                        .filter(Q(Q(note = note) ^ Q(items.quantity = 2)) | Q(items.product = 4))
                        .aggregate(s = Sum(items.quantity))
                )
                .s,
                asked!(db, Order.filter(!Q(Q(note = note) | Q(items.quantity = 2))).aggregate(s = Sum(items.quantity)))
                    .s,
                asked!(
                    db,
                    Order.filter(Q(note = note) | Q(items.quantity = 1))[..2].aggregate(s = Sum(items.quantity))
                )
                .s,
            ],
        };
        assert_eq!(found, plain, "{note:?}");
    }
}

#[tokio::test]
async fn what_is_left_shares_the_row_of_what_stands_beside_it() {
    let (_keep, db) = shop().await;
    let db = &db;
    orders(db).await;
    let none: Option<&str> = None;
    let cheap = asked!(
        db,
        Order
            .filter(Q(note? = none) | Q(items.quantity = 2), Q(number? = none) | Q(items.product = 4))
            .values_list(id, flat)
    );
    assert_eq!(cheap, [0_i64; 0], "no item is both");
    let noted = asked!(
        db,
        Order
            .filter(Q(note? = Some("y")) | Q(items.quantity = 2), Q(number? = none) | Q(items.product = 4))
            .values_list(id, flat)
    );
    assert_eq!(noted, [2], "mixed with another path each is a row of its own");
    let kept = asked!(
        db,
        Order.exclude(Q(note? = none) | Q(items.quantity = 2), items.product = 4).order_by(id).values_list(id, flat)
    );
    assert_eq!(kept, [1, 2, 3]);
    let one_row =
        asked!(db, Order.filter(Q(Q(note? = none) | Q(items.quantity = 2)) ^ Q(items.product = 3), id = 2).count());
    assert_eq!(one_row, 0, "Cubes ×2 is both, Dice ×1 neither");
    let two_rows = asked!(
        db,
        Order.filter(Q(Q(note? = Some("y")) | Q(items.quantity = 2)) ^ Q(items.product = 4), id = 2).count()
    );
    assert_eq!(two_rows, 0, "some item is ×2, and some is of Dice");
}

#[tokio::test]
async fn filters_bind_together_where_their_conditions_read_what_is_behind_the_row() {
    let (_keep, db) = shop().await;
    let db = &db;
    orders(db).await;
    let both = asked!(
        db,
        Order
            .filter(items.product.name = "Cubes")
            .filter(items.quantity = 2)
            .order_by(id)
            .values_list(id, items.unit_price)
    );
    assert_eq!(both, [(1, None), (2, Some(price("9")))]);
    let tags =
        asked!(db, Product.filter(tags.name.startswith = "r").filter(tags.name = "sql").values_list(id, tags.name));
    assert_eq!(tags, [(1, None)], "no tag is both, which is one row without any");
    let below = asked!(
        db,
        Order
            .filter(Q(items.quantity = 1) | Q(items.product.reviews.rating = 5))
            .annotate(n = Count(items), s = Sum(items.product.reviews.rating))
            .order_by(id)
            .values_list(id, n, s)
    );
    assert_eq!(below, [(1, 2, Some(12)), (2, 1, None), (3, 1, Some(8))], "the items are bound, and no reviews of them");
    let unread =
        asked!(db, Order.filter(items.product.reviews.isnull = true).annotate(n = Count(items)).values_list(id, n));
    assert_eq!(unread, [(2, 1)], "Dice");
}

#[tokio::test]
async fn the_filter_of_an_aggregate_speaks_of_the_aggregated_row() {
    let (_keep, db) = shop().await;
    let db = &db;
    orders(db).await;
    let groups = asked!(
        db,
        Order
            .values(items.product.name)
            .annotate(n = Count(filter = Q(items.quantity = 2)))
            .order_by(items.product.name)
            .values_list(items.product.name, n)
    );
    let named = |name: &str, n| (Some(name.to_owned()), n);
    assert_eq!(groups, [named("Atlas", 1), named("Cubes", 2), named("Dice", 1)], "orders with some item ×2");
}
