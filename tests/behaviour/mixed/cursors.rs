//! Cursors with optional conditions, locks, sets, maps, groups, different values and prefetches.

use super::{Sort, ids, sorted, where_};
use crate::shop::shop;
use nuages::{Cursor, Error, query};
use nuages_tests::models::Status;
use std::collections::BTreeMap;

#[tokio::test]
async fn cursors_with_branches_sets_groups_and_locks() -> Result<(), Error> {
    let (_keep, db) = shop().await;
    let db = &db;
    let all = query!(Product.order_by(id)).run(db).await?;
    for least in [None, Some(1), Some(6)] {
        let expected = sorted(where_(&all, |p| least.is_none_or(|least| p.stock > least)), Sort::Price);
        let (mut seen, mut at): (Vec<i64>, Option<Cursor>) = (Vec::new(), None);
        loop {
            let page = query!(Product.filter(stock.gt? = least).order_by(-price).after(&at)[..2]).run(db).await?;
            // The same, locked.
            let locked = db
                .atomic(async |tx| {
                    query!(Product.filter(stock.gt? = least).order_by(-price).after(&at).select_for_update(no_key)[..2])
                        .run(tx)
                        .await
                })
                .await?;
            assert_eq!(locked.len(), page.len());
            for (locked, row) in locked.iter().zip(&page) {
                assert_eq!(locked.cursor(), row.cursor());
            }
            let rest = query!(Product.filter(stock.gt? = least).order_by(-price).after(&at).exists()).run(db).await?;
            assert_eq!(rest, !page.is_empty());
            let count =
                query!(Product.filter(stock.gt? = least).order_by(-price).after(&at).page(1, 1)).run(db).await?;
            assert_eq!(usize::try_from(count.total).unwrap(), expected.len() - seen.len());
            let last =
                query!(Product.filter(stock.gt? = least).order_by(-price).after(&at)[..2].last()).run(db).await?;
            assert_eq!(last.map(|row| row.id), page.last().map(|row| row.id));
            let Some(end) = page.last() else { break };
            at = Some(end.cursor());
            seen.extend(page.iter().map(|row| row.id));
        }
        assert_eq!(seen, expected, "{least:?}");
    }
    let middle = query!(Product.order_by(-price).after(None)[1..2]).run(db).await?[0].cursor();
    // Cubes 30, Epic 20, Ballad 20, Atlas 10, Dice 5.50: the middle is Epic.
    let around = query!(
        Product.order_by(-price).after(&middle)[..2].union(Product.order_by(-price).before(&middle)[..2]).order_by(id)
    );
    assert_eq!(ids(around.run(db).await?), [1, 2, 3]);
    let behind = query!(Product.order_by(-price).after(&middle).union(Product.filter(stock = 7)).count());
    assert_eq!(behind.run(db).await?, 4);
    let map =
        query!(Product.only(name).prefetch_related(tags).order_by(-price).after(&middle).in_bulk()).run(db).await?;
    let tags: BTreeMap<i64, usize> = map.iter().map(|(id, row)| (*id, row.tags.len())).collect();
    assert_eq!(tags, BTreeMap::from([(1, 2), (2, 0), (4, 2)]));
    let relation = query!(Category(2_i64).products.order_by(-price).after(&middle)[..1]).run(db).await?;
    assert_eq!(relation.iter().map(|row| row.id).collect::<Vec<_>>(), [2]);
    // Groups, different values, first rows of each value.
    for cheap in [true, false] {
        let mut at: Option<Cursor> = None;
        let mut seen = Vec::new();
        loop {
            let page = query!(
                Product
                    .filter(if cheap {
                        price.lt = 25
                    })
                    .values(category)
                    .annotate(n = Count(), m = Max(price))
                    .filter(n.gte? = cheap.then_some(1))
                    .order_by(-n)
                    .after(&at)[..1]
            );
            let page = page.run(db).await?;
            let Some(row) = page.first() else { break };
            seen.push((row.category, row.n));
            at = Some(row.cursor());
        }
        let expected = if cheap { vec![(2, 2), (4, 1), (1, 1)] } else { vec![(4, 2), (2, 2), (1, 1)] };
        assert_eq!(seen, expected);
        let (mut at, mut seen): (Option<Cursor>, Vec<i64>) = (None, Vec::new());
        loop {
            let page = query!(
                Product
                    .filter(if cheap {
                        price.lt = 25
                    })
                    .order_by(category_id, -price)
                    .distinct(category_id)
                    .after(&at)[..1]
            );
            let page = page.run(db).await?;
            let Some(row) = page.first() else { break };
            seen.push(row.id);
            at = Some(row.cursor());
        }
        assert_eq!(seen, if cheap { [1, 5, 4] } else { [1, 5, 3] });
        let (mut at, mut seen): (Option<Cursor>, Vec<(i64, Status)>) = (None, Vec::new());
        loop {
            let page = query!(
                Product
                    .filter(stock.gt? = cheap.then_some(0))
                    .values(category, status)
                    .distinct()
                    .order_by(status)
                    .after(&at)[..2]
            );
            let page = page.run(db).await?;
            let Some(row) = page.last() else { break };
            at = Some(row.cursor());
            seen.extend(page.iter().map(|row| (row.category, row.status)));
        }
        let mut expected = vec![(1, Status::Active), (2, Status::Active), (4, Status::Active), (2, Status::Archived)];
        expected.push((4, Status::Draft));
        expected.retain(|pair| !cheap || *pair != (2, Status::Active));
        assert_eq!(seen, expected);
    }
    let (mut at, mut seen): (Option<Cursor>, Vec<(i64, usize)>) = (None, Vec::new());
    loop {
        let page = query!(Category.order_by(-name).prefetch_related(products.order_by(-price)[..1]).after(&at)[..3]);
        let page = page.run(db).await?;
        let Some(row) = page.last() else { break };
        at = Some(row.cursor());
        seen.extend(page.iter().map(|row| (row.id, row.products.len())));
    }
    assert_eq!(seen, [(3, 0), (2, 1), (4, 1), (1, 1)]);
    let (mut at, mut seen): (Option<Cursor>, Vec<(i64, Option<String>)>) = (None, Vec::new());
    loop {
        let page = query!(Product.values(id, tags.name).order_by(id).after(&at)[..2]).run(db).await?;
        let Some(row) = page.last() else { break };
        at = Some(row.cursor());
        seen.extend(page.into_iter().map(|row| (row.id, row.tags__name)));
    }
    let named = |id, name: &str| (id, Some(name.to_owned()));
    assert_eq!(
        seen,
        [named(1, "rust"), named(1, "sql"), (2, None), named(3, "fun"), named(4, "rust"), named(4, "fun"), (5, None)]
    );
    Ok(())
}
