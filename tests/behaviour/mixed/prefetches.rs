//! Prefetches and annotations with branches, slices, values and groups.

use super::{SORTS, Sort, ids, n, sorted, where_};
use crate::shop::shop;
use nuages::{Error, query};
use nuages_tests::models::{Order, Status};

#[tokio::test]
async fn prefetches_and_annotations_with_branches() -> Result<(), Error> {
    let (_keep, db) = shop().await;
    let db = &db;
    let all = query!(Product.order_by(id)).run(db).await?;
    for sort in SORTS {
        let shelves = query!(
            Category
                .prefetch_related(
                    products.order_by(match sort {
                        Sort::Name => name,
                        Sort::Price => -price,
                    })[n(1)..][..1]
                )
                .order_by(id)
        );
        for shelf in shelves.run(db).await? {
            let expected = sorted(where_(&all, |p| p.category_id == shelf.id), sort);
            let found: Vec<i64> = shelf.products.iter().map(|p| p.id).collect();
            assert_eq!(found, expected.into_iter().skip(1).take(1).collect::<Vec<_>>());
        }
        let groups = query!(
            Product.values(category).annotate(n = Count(), s = Sum(order_items.quantity)).order_by(match sort {
                Sort::Name => category,
                Sort::Price => -n,
            })[..n(2)][1..]
        );
        let groups: Vec<(i64, i64, Option<i64>)> =
            groups.run(db).await?.iter().map(|g| (g.category, g.n, g.s)).collect();
        assert_eq!(groups, [(2, 2, None)]);
    }
    for cheap in [true, false] {
        let shelves = query!(
            Category
                .prefetch_related(
                    products
                        .filter(if cheap {
                            price.lt = 15
                        })
                        .values(name, category)
                        .order_by(-price, name)[..n(1)]
                )
                .order_by(id)
        );
        let names: Vec<Vec<String>> = shelves
            .run(db)
            .await?
            .into_iter()
            .map(|shelf| shelf.products.into_iter().map(|p| p.name).collect())
            .collect();
        let games = if cheap { "Dice" } else { "Cubes" };
        let novels: &[&str] = if cheap { &[] } else { &["Ballad"] };
        assert_eq!(names, [&["Atlas"][..], novels, &[], &[games]]);
        let rows = query!(Product.order_by(category_id, if cheap { price } else { -price }, id).distinct(category));
        assert_eq!(ids(rows.run(db).await?), if cheap { [1, 2, 4] } else { [1, 2, 3] });
        let rows = query!(
            Product
                .annotate(
                    a = Exists(reviews.filter(if cheap {
                        rating.gte = 5
                    }))
                )
                .filter(a = true)
                .order_by(id)
                .values_list(id, flat)
        );
        assert_eq!(rows.run(db).await?, if cheap { vec![1] } else { vec![1, 3] });
        let rows = query!(
            Product
                .annotate(
                    last = Subquery(
                        reviews
                            .filter(rating.gte? = cheap.then_some(4))
                            .order_by(if cheap { created_at } else { -created_at })
                            .values(rating)[..1]
                    )
                )
                .order_by(id)
                .values_list(last, flat)
        );
        let atlas = if cheap { 5 } else { 3 };
        assert_eq!(rows.run(db).await?, [Some(atlas), None, Some(4), None, None]);
        let rows = query!(
            Product
                .filter(reviews.rating.gte? = cheap.then_some(4))
                .annotate(n = Count(reviews))
                .exclude(match cheap {
                    true => n = 2,
                    false => stock = 0,
                })
                .order_by(-n, id)
        );
        let rows: Vec<(i64, i64)> = rows.run(db).await?.iter().map(|row| (row.id, row.n)).collect();
        assert_eq!(rows, if cheap { vec![(1, 1), (3, 1)] } else { vec![(1, 2), (3, 1), (4, 0), (5, 0)] });
        let rows = query!(
            Product
                .filter(if cheap {
                    tags.name = "fun"
                })
                .values_list(id, tags.name)
                .order_by(id, tags.name)
        );
        assert_eq!(rows.run(db).await?.len(), if cheap { 2 } else { 7 });
        let shelves = query!(
            Category
                .filter(
                    id.in = Product.values(category).annotate(n = Count()).filter(n.gte? = cheap.then_some(2)).values(category)
                )
                .order_by(id)
                .values_list(id, flat)
        );
        assert_eq!(shelves.run(db).await?, if cheap { vec![2, 4] } else { vec![1, 2, 4] });
    }
    let shelves = query!(
        Category
            .prefetch_related(totals = products.values(category, status).annotate(n = Count()).order_by(status))
            .order_by(id)
    );
    let totals: Vec<Vec<(Status, i64)>> =
        shelves.run(db).await?.iter().map(|shelf| shelf.totals.iter().map(|t| (t.status, t.n)).collect()).collect();
    let (active, archived, draft) = (Status::Active, Status::Archived, Status::Draft);
    assert_eq!(totals, [vec![(active, 1)], vec![(active, 1), (archived, 1)], vec![], vec![(active, 1), (draft, 1)]]);
    let shelves =
        query!(Category.only(slug).prefetch_related(products.only(name).prefetch_related(tags.products)).order_by(id));
    let shelves = shelves.run(db).await?;
    assert_eq!((shelves[3].slug.as_str(), shelves[3].products.len()), ("games", 2));
    assert_eq!(shelves[0].products[0].tags.iter().map(|t| t.products.len()).sum::<usize>(), 3);
    let orders: Vec<Order> = query!(User(1_i64).orders.order_by(status, -placed_at).distinct(status)).run(db).await?;
    assert_eq!(orders.iter().map(|o| o.id).collect::<Vec<_>>(), [1, 2]);
    Ok(())
}
