//! Windows with branches, slices, pages, cursors, prefetches, maps and groups.

use super::{SORTS, Sort, ids, n, rank, sorted, where_};
use crate::shop::shop;
use nuages::{Cursor, Error, query};
use nuages_tests::models::Product;
use std::collections::BTreeMap;

#[tokio::test]
async fn windows_with_branches_slices_prefetches_cursors_and_maps() -> Result<(), Error> {
    let (_keep, db) = shop().await;
    let db = &db;
    let all = query!(Product.order_by(id)).run(db).await?;
    let everyone: Vec<&Product> = all.iter().collect();
    for top in [None, Some(1), Some(2), Some(4)] {
        let kept = where_(&all, |p| top.is_none_or(|top| rank(p, &everyone) <= top));
        let expected: Vec<i64> = kept.iter().map(|p| p.id).collect();
        let page = query!(
            Product
                .annotate(r = Window(Rank(), order_by(-price)))
                .filter(if let Some(top) = top {
                    r.lte = top
                })
                .order_by(id)
                .page(1, 3)
        );
        let page = page.run(db).await?;
        assert_eq!(usize::try_from(page.total).unwrap(), kept.len());
        let pairs: Vec<(i64, i64)> = page.items.iter().map(|row| (row.id, row.r)).collect();
        assert_eq!(pairs, kept.iter().take(3).map(|p| (p.id, rank(p, &everyone))).collect::<Vec<_>>());
        let within = query!(
            Product
                .filter(id.in = Product.annotate(r = Window(Rank(), order_by(-price))).filter(r.lte? = top).values(id))
                .order_by(id)
        );
        assert_eq!(ids(within.run(db).await?), expected);
        let count = query!(Product.annotate(r = Window(Rank(), order_by(-price))).filter(r.lte? = top)[..3].count());
        assert_eq!(usize::try_from(count.run(db).await?).unwrap(), kept.len().min(3));
        let sum = query!(
            Product
                .annotate(r = Window(Rank(), order_by(-price)))
                .filter(if let Some(top) = top {
                    r.lte = top
                })
                .aggregate(n = Count(), s = Sum(stock))
        );
        let sum = sum.run(db).await?;
        let stock: i64 = kept.iter().map(|p| i64::from(p.stock)).sum();
        assert_eq!((sum.n, sum.s), (i64::try_from(kept.len()).unwrap(), Some(stock)));
        for sort in SORTS {
            let rows = query!(
                Product.annotate(r = Window(Rank(), order_by(-price))).filter(r.lte? = top).order_by(match sort {
                    Sort::Name => name,
                    Sort::Price => (r, -id),
                })[..3]
            );
            let rows: Vec<i64> = rows.run(db).await?.iter().map(|row| row.id).collect();
            assert_eq!(rows, sorted(kept.clone(), sort).into_iter().take(3).collect::<Vec<_>>());
        }
        let (mut at, mut seen): (Option<Cursor>, Vec<i64>) = (None, Vec::new());
        loop {
            let page = query!(
                Product.annotate(r = Window(Rank(), order_by(-price))).filter(r.lte? = top).order_by(r).after(&at)[..2]
            );
            let page = page.run(db).await?;
            let Some(row) = page.last() else { break };
            at = Some(row.cursor());
            seen.extend(page.iter().map(|row| row.id));
        }
        let mut ranked = kept.clone();
        ranked.sort_by_key(|p| (rank(p, &everyone), p.id));
        assert_eq!(seen, ids(ranked.into_iter().cloned()));
        let latest = query!(Product.annotate(r = Window(Rank(), order_by(-price))).filter(r.lte? = top).latest(r));
        let last = kept.iter().max_by_key(|p| (rank(p, &everyone), p.id)).map(|p| p.id);
        assert_eq!(latest.run(db).await?.map(|row| row.id), last);
        let excluded = query!(
            Product
                .annotate(r = Window(Rank(), order_by(-price)))
                .exclude(match top {
                    None => {}
                    Some(1) => Q(stock = 0, r.gt = 1),
                    Some(top) => r.lte = top,
                })
                .order_by(id)
                .values_list(id, flat)
        );
        let expected = where_(&all, |p| match top {
            None => true,
            Some(1) => p.stock != 0 || rank(p, &everyone) <= 1,
            Some(top) => rank(p, &everyone) > top,
        });
        assert_eq!(excluded.run(db).await?, ids(expected.into_iter().cloned()));
    }
    for least in [None, Some(5)] {
        let rows = query!(
            Product
                .annotate(r = Window(RowNumber(), partition_by(category), order_by(-price, id)))
                .filter(r.lte = n(1), id.gte = 1)
                .prefetch_related(tags, reviews.filter(rating.gte? = least)[..1])
                .order_by(-id)[1..4]
        );
        let rows = rows.run(db).await?;
        let seen: Vec<(i64, usize, usize)> =
            rows.iter().map(|row| (row.id, row.tags.len(), row.reviews.len())).collect();
        assert_eq!(seen, [(2, 0, 0), (1, 2, 1)]);
        let map = query!(
            Product
                .only(name)
                .annotate(
                    r = Window(Rank(), order_by(-price)),
                    k = Count(reviews, filter = Q(reviews.rating.gte? = least))
                )
                .filter(r.lte = 4)
                .prefetch_related(tags)
                .in_bulk([1_i64, 2, 4])
        );
        let map = map.run(db).await?;
        let seen: BTreeMap<i64, (&str, i64, i64, usize)> =
            map.iter().map(|(id, row)| (*id, (row.name.as_str(), row.r, row.k, row.tags.len()))).collect();
        let reviews = if least.is_some() { 1 } else { 2 };
        assert_eq!(seen, BTreeMap::from([(1, ("Atlas", 4, reviews, 2)), (2, ("Ballad", 2, 0, 0))]));
    }
    for desc in [true, false] {
        let rows = query!(
            Product.annotate(r = Window(RowNumber(), order_by(if desc { -price } else { price }, id))).order_by(r)
        );
        let rows: Vec<i64> = rows.run(db).await?.iter().map(|row| row.id).collect();
        assert_eq!(rows, if desc { [3, 2, 5, 1, 4] } else { [4, 1, 2, 5, 3] });
        let groups = query!(
            Product
                .filter(if desc {
                    price.lt = 25
                })
                .values(category)
                .annotate(n = Count())
                .annotate(r = Window(Rank(), order_by(-n)))
                .filter(r.lte? = desc.then_some(1))
                .order_by(category)
        );
        let groups: Vec<(i64, i64, i64)> = groups.run(db).await?.iter().map(|g| (g.category, g.n, g.r)).collect();
        assert_eq!(groups, if desc { vec![(2, 2, 1)] } else { vec![(1, 1, 3), (2, 2, 1), (4, 2, 1)] });
    }
    let best = query!(
        Category
            .prefetch_related(
                best = products.annotate(r = Window(Rank(), order_by(-price))).filter(r.lte = 1).prefetch_related(tags)
            )
            .order_by(id)
    );
    let best: Vec<Vec<(i64, usize)>> = best
        .run(db)
        .await?
        .iter()
        .map(|row| {
            let mut best: Vec<_> = row.best.iter().map(|p| (p.id, p.tags.len())).collect();
            best.sort_unstable();
            best
        })
        .collect();
    assert_eq!(best, [vec![(1, 2)], vec![(2, 0), (5, 0)], vec![], vec![(3, 1)]]);
    let firsts = query!(
        Product.annotate(r = Window(RowNumber(), order_by(price, id))).order_by(category_id, r).distinct(category)
    );
    assert_eq!(firsts.run(db).await?.iter().map(|row| (row.id, row.r)).collect::<Vec<_>>(), [(1, 2), (2, 3), (4, 1)]);
    let first = query!(
        Product.active().annotate(r = Window(Rank(), order_by(-price))).filter(r = 1).select_related(category).first()
    );
    assert_eq!(first.run(db).await?.map(|row| row.category.name.clone()).as_deref(), Some("Games"));
    let own = query!(
        Category(2_i64)
            .products
            .annotate(r = Window(RowNumber(), order_by(-price, id)))
            .filter(r.lte = 1)
            .values(name, r)
    );
    assert_eq!(own.run(db).await?.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Ballad"]);
    let days = query!(Review.annotate(r = Window(Rank(), order_by(-rating))).filter(r = 1).dates(created_at, day));
    assert_eq!(days.run(db).await?.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2024-05-01"]);
    Ok(())
}
