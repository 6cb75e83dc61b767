//! Maps, dates and locks with branches, optional conditions, relations and prefetches.

use super::{ids, n};
use crate::shop::shop;
use nuages::{Error, query};
use std::collections::BTreeSet;

#[tokio::test]
async fn maps_dates_and_locks_with_branches() -> Result<(), Error> {
    let (_keep, db) = shop().await;
    let db = &db;
    for cheap in [true, false] {
        let map = query!(
            Product
                .filter(
                    if cheap {
                        price.lt = 15
                    },
                    stock.gt? = cheap.then_some(5)
                )
                .using(primary)
                .in_bulk([1_i64, 2, 4])
        );
        let keys: BTreeSet<i64> = map.run(db).await?.into_keys().collect();
        assert_eq!(keys, if cheap { [4].into() } else { [1, 2, 4].into() });
        let locked = db
            .atomic(async |tx| {
                query!(
                    Product
                        .filter(if cheap { price.lt = 15 } else { tags.name = "fun" })
                        .order_by(if cheap { name } else { -price })
                        .select_for_update(skip_locked)[..2]
                )
                .run(tx)
                .await
            })
            .await?;
        assert_eq!(ids(locked), if cheap { [1, 4] } else { [3, 4] });
        let locked = db
            .atomic(async |tx| {
                query!(
                    Category(2_i64)
                        .products
                        .filter(if cheap {
                            stock = 0
                        })
                        .select_for_update(nowait)[..n(5)]
                )
                .run(tx)
                .await
            })
            .await?;
        assert_eq!(ids(locked), if cheap { vec![2] } else { vec![2, 5] });
        let counted = db
            .atomic(async |tx| {
                query!(
                    Product
                        .annotate(n = Count(reviews))
                        .filter(n.gt? = cheap.then_some(0))
                        .select_for_update(of(self))
                        .order_by(id)
                )
                .run(tx)
                .await
            })
            .await?;
        let expected = if cheap { vec![(1, 2), (3, 1)] } else { vec![(1, 2), (2, 0), (3, 1), (4, 0), (5, 0)] };
        assert_eq!(counted.iter().map(|row| (row.id, row.n)).collect::<Vec<_>>(), expected);
        let days = query!(
            Order
                .filter(
                    if cheap {
                        status = "paid"
                    },
                    user? = cheap.then_some(1_i64)
                )
                .dates(placed_at, day, desc)
        );
        let days: Vec<String> = days.run(db).await?.iter().map(ToString::to_string).collect();
        let expected = if cheap { vec!["2024-05-01"] } else { vec!["2024-05-03", "2024-05-02", "2024-05-01"] };
        assert_eq!(days, expected);
        let hours = query!(
            User(1_i64)
                .orders
                .filter(match cheap {
                    true => status = "paid",
                    false => address.isnull = true,
                })
                .datetimes(placed_at, hour)
        );
        assert_eq!(hours.run(db).await?, [crate::shop::may(if cheap { 1 } else { 2 }, 9)]);
        let several =
            query!(Order.annotate(n = Count(items)).filter(n.gte? = cheap.then_some(2)).dates(placed_at, day));
        assert_eq!(several.run(db).await?.len(), if cheap { 1 } else { 3 });
        let p = query!(Product(4_i64)).run(db).await?;
        let held = query!(
            Product
                .filter(
                    if cheap {
                        price.lt = 5
                    },
                    stock.gt? = cheap.then_some(1)
                )
                .contains(&p)
        );
        assert_eq!(held.run(db).await?, !cheap);
    }
    let map = query!(Product.only(name).prefetch_related(tags, category).in_bulk([1_i64, 4])).run(db).await?;
    assert_eq!((map[&1].tags.len(), map[&4].category.name.as_str(), map[&4].name.as_str()), (2, "Games", "Dice"));
    let map = query!(
        Product
            .select_related(category.parent)
            .only(name, category.name)
            .prefetch_related(category.products, reviews)
            .in_bulk([1_i64, 2])
    );
    let map = map.run(db).await?;
    let ballad = &map[&2];
    assert_eq!((ballad.category.name.as_str(), ballad.category.products.len(), ballad.reviews.len()), ("Novels", 2, 0));
    assert_eq!(ballad.category.parent.as_ref().map(|c| c.name.as_str()), Some("Books"));
    assert!(map[&1].category.parent.is_none() && map[&1].reviews.len() == 2);
    let map = query!(
        Product
            .select_related(category)
            .prefetch_related(category.children.products)
            .only(name, category.slug)
            .in_bulk(["atlas", "ballad"], slug)
    );
    let map = map.run(db).await?;
    assert_eq!(map["atlas"].category.children[0].products.len(), 2);
    assert_eq!((map["ballad"].name.as_str(), map["ballad"].category.slug.as_str()), ("Ballad", "novels"));
    let map = query!(
        Product
            .order_by(category_id, -price, -id)
            .distinct(category)
            .only(name)
            .prefetch_related(tags)
            .in_bulk([2_i64, 4], category)
    );
    let map = map.run(db).await?;
    assert_eq!((map[&2].name.as_str(), map[&4].name.as_str(), map[&4].tags.len()), ("Epic", "Cubes", 1));
    let map =
        query!(Category(4_i64).products.only(name).prefetch_related(tags.products).in_bulk(["dice", "atlas"], slug));
    let map = map.run(db).await?;
    assert_eq!((map.len(), map["dice"].tags.iter().map(|t| t.products.len()).sum::<usize>()), (1, 4));
    Ok(())
}
