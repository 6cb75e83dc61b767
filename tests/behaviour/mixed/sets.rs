//! Sets of parts with branches, optional conditions, slices, scopes, relations, windows and groups.

use super::{SORTS, Sort, ids, n, sorted, where_};
use crate::shop::{price, shop};
use nuages::rust_decimal::Decimal;
use nuages::{Error, query};
use nuages_tests::models::{OrderStatus, Product, Status};
use std::collections::BTreeSet;

#[tokio::test]
async fn sets_of_parts_with_conditions_that_may_be_missing() -> Result<(), Error> {
    let (_keep, db) = shop().await;
    let db = &db;
    let all = query!(Product.order_by(id)).run(db).await?;
    for cheap in [true, false] {
        let keep = |p: &Product| if cheap { p.price < price("15") || p.stock == 0 } else { true };
        let rows = query!(
            Product
                .filter(if cheap { price.lt = price("15") } else { stock.gt = 5 })
                .union(Product.filter(if cheap {
                    stock = 0
                }))
                .order_by(id)[..4]
        );
        assert_eq!(ids(rows.run(db).await?), ids(where_(&all, keep).into_iter().take(4).cloned()));
        let found = query!(
            Category
                .filter(Exists(
                    products
                        .filter(if cheap {
                            price.lt = price("15")
                        })
                        .union(products.filter(stock = 0))
                ))
                .order_by(id)
                .values_list(id, flat)
        );
        let shelves: BTreeSet<i64> = where_(&all, keep).iter().map(|p| p.category_id).collect();
        assert_eq!(found.run(db).await?, shelves.into_iter().collect::<Vec<_>>());
        for sort in SORTS {
            let page = query!(
                Product
                    .filter(if cheap {
                        price.lt = price("15")
                    })
                    .union(Product.filter(stock = 0))
                    .order_by(match sort {
                        Sort::Name => name,
                        Sort::Price => -price,
                    })
                    .page(1, 2)
            );
            let page = page.run(db).await?;
            let expected = sorted(where_(&all, keep), sort);
            assert_eq!(page.total, i64::try_from(expected.len()).unwrap());
            assert_eq!(ids(page.items), expected[..2]);
            let sliced = query!(
                Product.filter(id.lte = 3).union(Product.filter(id.gte = 3)).order_by(match sort {
                    Sort::Name => name,
                    Sort::Price => -price,
                })[1_i64..][..i64::from(cheap) + 1]
            );
            let n = if cheap { 2 } else { 1 };
            assert_eq!(ids(sliced.run(db).await?), sorted(all.iter().collect(), sort)[1..=n]);
        }
    }
    for low in [None, Some(price("10")), Some(price("25"))] {
        for few in [None, Some(3)] {
            let keep = |p: &Product| low.is_none_or(|low| p.price >= low) || few.is_none_or(|few| p.stock <= few);
            let page = query!(
                Product.filter(price.gte? = low).union(Product.filter(stock.lte? = few)).order_by(-price).page(2, 2)
            );
            let page = page.run(db).await?;
            let expected = sorted(where_(&all, keep), Sort::Price);
            assert_eq!(page.total, i64::try_from(expected.len()).unwrap(), "{low:?} {few:?}");
            let items: Vec<i64> = expected.into_iter().skip(2).take(2).collect();
            assert_eq!(ids(page.items), items, "{low:?} {few:?}");
        }
        // What is cheap or in a chain of two parts.
        let found = query!(
            Product
                .filter(id.in = Product.filter(price.gte? = low).values(id).union(Product.order_by(price).values(id)[..n(1)]))
                .order_by(id)
        );
        let expected = where_(&all, |p| low.is_none_or(|low| p.price >= low) || p.id == 4);
        assert_eq!(ids(found.run(db).await?), ids(expected.into_iter().cloned()));
        let rest = query!(
            Product
                .exclude(match low {
                    None => status = Status::Draft,
                    Some(low) if low < price("20") => tags.name = "fun",
                    Some(_) => {}
                })
                .values(id, name)
                .difference(Product.filter(price.gte? = low).values(id, name))
                .order_by(-name)
        );
        let kept = |p: &&Product| match low {
            None => false,
            Some(low) if low < price("20") => ![3, 4].contains(&p.id) && p.price < low,
            Some(low) => p.price < low,
        };
        let expected: Vec<i64> = all.iter().rev().filter(kept).map(|p| p.id).collect();
        assert_eq!(rest.run(db).await?.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "{low:?}");
    }
    Ok(())
}

#[tokio::test]
async fn sets_of_slices_scopes_relations_and_windows() -> Result<(), Error> {
    let (_keep, db) = shop().await;
    let db = &db;
    let rows = query!(Product.order_by(id)[n(1)..][..2].union(Product.order_by(-id)[..n(1)]).order_by(id));
    assert_eq!(ids(rows.run(db).await?), [2, 3, 5]);
    let rows = query!(
        Product.filter(id.lte = 4).union(Product.filter(id = 5)).order_by(-id)[..4][n(1)..]
            .difference(Product.filter(status = "draft"))
            .order_by(id)
    );
    assert_eq!(ids(rows.run(db).await?), [2, 3]);
    let rows = query!(Product.order_by(-id)[..4][n(1)..].union(Product.filter(stock? = Some(3))).count());
    assert_eq!(rows.run(db).await?, 4);
    for (low, expected) in [(None, Some(1)), (Some(price("15")), Some(1)), (Some(price("99")), Some(1))] {
        let first = query!(
            Product
                .active()
                .union(Product.priced(low, None::<Decimal>))
                .intersection(Product.by_category("books"))
                .order_by(name)
                .first()
        );
        assert_eq!(first.run(db).await?.map(|p| p.id), expected);
    }
    for (least, expected) in [(None, vec![2, 3, 4, 5]), (Some(1), vec![3, 4, 5])] {
        let rows = query!(
            Category(2_i64).products.filter(stock.gt? = least).union(Product.filter(tags.name = "fun")).order_by(id)
        );
        assert_eq!(ids(rows.run(db).await?), expected);
        let page = query!(
            User(1_i64)
                .orders
                .union(Order.filter(status? = least.map(|_| OrderStatus::Shipped)))
                .order_by(-placed_at)
                .page(1, 2)
        );
        let page = page.run(db).await?;
        assert_eq!((page.items.iter().map(|o| o.id).collect::<Vec<_>>(), page.total), (vec![3, 2], 3));
    }
    let ranked = query!(
        Product
            .annotate(r = Window(Rank(), order_by(-price)))
            .filter(r.lte = 2)
            .values(id, r)
            .union(Product.filter(stock = 0).annotate(r = Value(0, BigInteger)).values(id, r))
            .order_by(id, r)
    );
    let ranked: Vec<(i64, i64)> = ranked.run(db).await?.iter().map(|row| (row.id, row.r)).collect();
    assert_eq!(ranked, [(2, 0), (2, 2), (3, 1), (5, 2)]);
    for cheap in [true, false] {
        let rows = query!(
            Product
                .alias(r = Window(RowNumber(), partition_by(category), order_by(-price, id)))
                .filter(r = 1)
                .union(Product.filter(if cheap {
                    price.lt = 10
                }))
                .order_by(id)
        );
        let expected = if cheap { vec![1, 2, 3, 4] } else { vec![1, 2, 3, 4, 5] };
        assert_eq!(ids(rows.run(db).await?), expected);
    }
    let rows = query!(
        Product.order_by(category_id, -price, -id).distinct(category).union(Product.filter(stock = 0)).order_by(id)
    );
    assert_eq!(ids(rows.run(db).await?), [1, 2, 3, 5]);
    for least in [None, Some(1), Some(2)] {
        let groups = query!(
            Product
                .filter(if least.is_some() {
                    price.lt = 25
                })
                .values(category)
                .annotate(n = Count())
                .filter(n.gt? = least)
                .union(Product.filter(stock = 0).values(category).annotate(n = Count()))
                .order_by(category, n)
        );
        let groups: Vec<(i64, i64)> = groups.run(db).await?.iter().map(|g| (g.category, g.n)).collect();
        let expected = match least {
            None => vec![(1, 1), (2, 1), (2, 2), (4, 2)],
            Some(1) => vec![(2, 1), (2, 2)],
            Some(_) => vec![(2, 1)],
        };
        assert_eq!(groups, expected, "{least:?}");
    }
    let tops = query!(
        Category
            .annotate(
                top = Subquery(
                    products.values(price).union(products.filter(stock = 0).values(price)).order_by(-price)[..1]
                )
            )
            .order_by(id)
    );
    let tops: Vec<Option<Decimal>> = tops.run(db).await?.into_iter().map(|row| row.top).collect();
    assert_eq!(tops, [Some(price("10.00")), Some(price("20.00")), None, Some(price("30.00"))]);
    Ok(())
}
