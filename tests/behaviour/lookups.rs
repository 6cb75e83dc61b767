//! Lists of all sorts in conditions, and ranges that an index serves.

use crate::shop::shop;
use nuages::{Error, query};
use std::collections::{BTreeSet, HashSet, VecDeque};

#[tokio::test]
async fn whatever_iterates_is_a_list() {
    let (_keep, db) = shop().await;
    let all = vec![1_i64, 3, 99];
    macro_rules! check {
        ($list:expr) => {
            assert_eq!(query!(Product.filter(id.in = $list).count()).run(&db).await.unwrap(), 2)
        };
    }
    check!(&all);
    check!(all.clone());
    check!(&all[..]);
    check!([1_i64, 3, 99]);
    check!(&[1_i64, 3]);
    check!(all.iter().copied());
    check!(all.iter().filter(|id| **id < 50));
    check!(all.iter().map(|id| Some(*id)));
    check!([None, Some(1_i64), Some(3)]);
    check!(&all.iter().copied().collect::<HashSet<i64>>());
    check!(all.iter().copied().collect::<BTreeSet<i64>>());
    check!(all.iter().copied().collect::<VecDeque<i64>>());
    assert_eq!(query!(Product.filter(id.in = Review.values(product)).count()).run(&db).await.unwrap(), 2);
    let slugs = HashSet::from(["books".to_owned(), "games".to_owned()]);
    assert_eq!(query!(Category.filter(slug.in = &slugs).count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Category.filter(slug.upper.in = ["BOOKS", "x"]).count()).run(&db).await.unwrap(), 1);
    let names = vec!["atlas".to_owned(), "dice".to_owned()];
    assert_eq!(query!(Product.filter(name.lower.in = &names).count()).run(&db).await.unwrap(), 2);
    let lengths = names.iter().map(|name| i32::try_from(name.len()).unwrap());
    assert_eq!(query!(Product.filter(name.length.in = lengths).count()).run(&db).await.unwrap(), 4);
}

#[tokio::test]
async fn days_and_years_are_found_by_the_index_of_their_column() {
    let (_keep, db) = shop().await;
    db.atomic(async |tx| {
        tx.execute_script("SET LOCAL enable_seqscan = off").await?;
        let day = query!(Order.filter(placed_at.date = "2024-02-29").order_by()).explain(tx).await?;
        let year = query!(Order.filter(placed_at.year = 2024).order_by()).explain(tx).await?;
        let zone =
            query!(Order.filter(placed_at.tz("Asia/Tokyo").date.gte = "2024-02-29").order_by()).explain(tx).await?;
        let years = query!(Order.filter(placed_at.year.range = (2023, 2024)).order_by()).explain(tx).await?;
        for plan in [day, year, zone, years] {
            assert!(plan.contains("Index Cond: ") && !plan.contains("Filter: "), "{plan}");
        }
        // A part that is no stretch of time is looked at row by row.
        let month = query!(Order.filter(placed_at.month = 2).order_by()).explain(tx).await?;
        assert!(!month.contains("Index Cond: "), "{month}");
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}
