//! Cursors in orders with `if` and `match`: each variant has cursors of its own.

use crate::shop::shop;
use nuages::{Cursor, Error, ErrorKind, query};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sort {
    Name,
    Price,
    Shelf,
}

const SORTS: [Sort; 3] = [Sort::Name, Sort::Price, Sort::Shelf];

/// A page after or before a place, with its names and the places of its first and last row.
macro_rules! page {
    ($db:expr, $sort:expr, $side:ident, $at:expr, $n:expr) => {{
        let sort = $sort;
        let rows = query!(
            Product
                .order_by(match sort {
                    Sort::Name => name,
                    Sort::Price => (-price, name),
                    Sort::Shelf => (category.parent.name, F(description).desc(nulls_last), -stock),
                })
                .$side($at)[..$n]
        );
        let rows = rows.run($db).await?;
        let ends = rows.first().zip(rows.last()).map(|(first, last)| (first.cursor(), last.cursor()));
        (rows.into_iter().map(|row| row.product.name).collect::<Vec<String>>(), ends)
    }};
}

#[tokio::test]
async fn every_variant_is_walked_in_its_own_order() -> Result<(), Error> {
    let (_keep, db) = shop().await;
    for sort in SORTS {
        let expected: &[&str] = match sort {
            Sort::Name => &["Atlas", "Ballad", "Cubes", "Dice", "Epic"],
            Sort::Price => &["Cubes", "Ballad", "Epic", "Atlas", "Dice"],
            Sort::Shelf => &["Epic", "Ballad", "Dice", "Cubes", "Atlas"],
        };
        for n in 1..=4_i64 {
            let (mut seen, mut at): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
            loop {
                let (names, ends) = page!(&db, sort, after, &at, n);
                seen.extend(names);
                let Some((_, last)) = ends else { break };
                at = Some(last.to_string().parse()?);
            }
            assert_eq!(seen, expected, "{sort:?} by {n}");
            let (mut seen, mut at): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
            loop {
                let (names, ends) = page!(&db, sort, before, &at, n);
                seen.splice(0..0, names);
                let Some((first, _)) = ends else { break };
                at = Some(first);
            }
            assert_eq!(seen, expected, "{sort:?} backwards by {n}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_cursor_of_another_variant_is_refused() -> Result<(), Error> {
    let (_keep, db) = shop().await;
    for from in SORTS {
        let (_, ends) = page!(&db, from, after, None::<Cursor>, 2_i64);
        let (_, at) = ends.unwrap();
        for to in SORTS.into_iter().filter(|to| *to != from) {
            let there = async |at: &Cursor| -> Result<(), Error> {
                page!(&db, to, after, at, 2_i64);
                Ok(())
            };
            let refused = there(&at).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::InvalidInput, "{from:?} {to:?}");
            assert_eq!(refused.to_string(), "the cursor is one of another order");
        }
    }
    // The variant that a query without arms writes out is the same order.
    let (_, ends) = page!(&db, Sort::Price, after, None::<Cursor>, 2_i64);
    let (_, at) = ends.unwrap();
    let rest = query!(Product.order_by(-price, name).after(&at).values_list(name, flat)).run(&db).await?;
    assert_eq!(rest, ["Epic", "Atlas", "Dice"]);
    Ok(())
}

#[tokio::test]
async fn variants_with_conditions_values_groups_and_first_rows() -> Result<(), Error> {
    let (_keep, db) = shop().await;
    for desc in [true, false] {
        let (mut at, mut seen): (Option<Cursor>, Vec<String>) = (None, Vec::new());
        loop {
            let page = query!(
                Product
                    .filter(if desc {
                        price.lt = 25
                    })
                    .order_by(if desc {
                        -price
                    })
                    .values(name)
                    .after(&at)[..2]
            );
            let page = page.run(&db).await?;
            let left = query!(
                Product
                    .filter(if desc {
                        price.lt = 25
                    })
                    .order_by(if desc {
                        -price
                    })
                    .after(&at)
                    .count()
            );
            assert_eq!(left.run(&db).await?, (if desc { 4 } else { 5 }) - i64::try_from(seen.len()).unwrap());
            let Some(row) = page.last() else { break };
            at = Some(row.cursor());
            seen.extend(page.into_iter().map(|row| row.name));
        }
        let expected: &[&str] =
            if desc { &["Epic", "Ballad", "Atlas", "Dice"] } else { &["Atlas", "Ballad", "Cubes", "Dice", "Epic"] };
        assert_eq!(seen, expected);
        let (mut at, mut seen): (Option<Cursor>, Vec<(i64, i64)>) = (None, Vec::new());
        loop {
            let page = query!(
                Product
                    .values(category)
                    .annotate(n = Count())
                    .order_by(if desc { -n } else { (n, -category) })
                    .after(&at)[..1]
            );
            let page = page.run(&db).await?;
            let Some(row) = page.last() else { break };
            at = Some(row.cursor());
            seen.push((row.category, row.n));
        }
        assert_eq!(seen, if desc { [(4, 2), (2, 2), (1, 1)] } else { [(1, 1), (4, 2), (2, 2)] });
        let (mut at, mut seen): (Option<Cursor>, Vec<i64>) = (None, Vec::new());
        loop {
            let page = query!(
                Product.order_by(category_id, if desc { (-price, -id) } else { price }).distinct(category).before(&at)
                    [..2]
            );
            let page = page.run(&db).await?;
            let Some(row) = page.first() else { break };
            at = Some(row.cursor());
            seen.splice(0..0, page.iter().map(|row| row.id));
        }
        assert_eq!(seen, if desc { [1, 5, 3] } else { [1, 2, 4] });
    }
    Ok(())
}
