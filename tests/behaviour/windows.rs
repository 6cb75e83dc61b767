//! Windows, functions of the database and pieces of SQL.

use crate::shop::{number, price, shop};
use nuages::query;

#[tokio::test]
async fn ranks_neighbours_and_running_numbers() {
    let (_keep, db) = shop().await;
    let rows = query!(
        Product
            .values(
                name,
                rank = Window(Rank(), order_by(-price)),
                dense = Window(DenseRank(), order_by(-price)),
                before = Window(Lag(name), order_by(id)),
                next = Window(Lead(stock, 1, -1), order_by(id)),
                sum = Window(Sum(stock), order_by(id), frame(rows, -1..=0)),
                all = Window(Count())
            )
            .order_by(name)
    )
    .run(&db)
    .await
    .unwrap();
    let shown: Vec<_> =
        rows.iter().map(|r| (r.name.as_str(), r.rank, r.dense, r.before.as_deref(), r.next, r.sum, r.all)).collect();
    assert_eq!(
        shown,
        [
            ("Atlas", 4, 3, None, 0, Some(5), 5),
            ("Ballad", 2, 2, Some("Atlas"), 7, Some(5), 5),
            ("Cubes", 1, 1, Some("Ballad"), 100, Some(7), 5),
            ("Dice", 5, 4, Some("Cubes"), 3, Some(107), 5),
            ("Epic", 2, 2, Some("Dice"), -1, Some(103), 5),
        ]
    );
}

#[tokio::test]
async fn a_filter_on_a_window_comes_after_it() {
    let (_keep, db) = shop().await;
    let best = query!(
        Product
            .alias(r = Window(RowNumber(), partition_by(category), order_by(-price, id)))
            .filter(r = 1)
            .filter(stock.gt = 0)
            .select_related(category)
            .prefetch_related(tags)
            .order_by(id)
    )
    .run(&db)
    .await
    .unwrap();
    let names: Vec<_> = best.iter().map(|p| (p.name.as_str(), p.category.name.as_str(), p.tags.len())).collect();
    // Ballad is the first of Novels and out of stock: nobody takes its place.
    assert_eq!(names, [("Atlas", "Books", 2), ("Cubes", "Games", 1)]);
    let ranked = |n: Option<i64>| {
        query!(Product.alias(r = Window(RowNumber(), order_by(-price, id))).filter(r.lte? = n).count())
    };
    assert_eq!(ranked(Some(2)).run(&db).await.unwrap(), 2);
    assert_eq!(ranked(None).run(&db).await.unwrap(), 5);
    let totals = query!(
        Product
            .alias(r = Window(RowNumber(), order_by(-price, id)))
            .filter(r.lte = 2)
            .aggregate(n = Count(), s = Sum(price))
    )
    .run(&db)
    .await
    .unwrap();
    assert_eq!((totals.n, totals.s), (2, Some(price("50"))));
}

#[tokio::test]
async fn windows_over_groups_and_of_each_parent() {
    let (_keep, db) = shop().await;
    let groups = query!(
        Product
            .values(category)
            .annotate(s = Sum(stock))
            .annotate(r = Window(Rank(), order_by(-s)), all = Window(Sum(s)))
            .filter(r.lte = 2)
            .order_by(r)
    )
    .run(&db)
    .await
    .unwrap();
    let shown: Vec<_> = groups.iter().map(|g| (g.category, g.s, g.r)).collect();
    assert_eq!(shown, [(4, Some(107), 1), (1, Some(5), 2)]);
    let categories = query!(
        Category
            .prefetch_related(products.annotate(r = Window(RowNumber(), order_by(-price, id))).filter(r = 1))
            .order_by(id)
    )
    .run(&db)
    .await
    .unwrap();
    let first: Vec<Vec<_>> = categories.iter().map(|c| c.products.iter().map(|p| p.name.as_str()).collect()).collect();
    assert_eq!(first, [vec!["Atlas"], vec!["Ballad"], vec![], vec!["Cubes"]]);
}

#[tokio::test]
async fn writes_find_the_rows_that_a_window_chose() {
    let (_keep, db) = shop().await;
    let changed = query!(
        Product
            .alias(r = Window(RowNumber(), partition_by(category), order_by(-price, id)))
            .filter(r.gt = 1)
            .update(stock = 9)
    )
    .run(&db)
    .await
    .unwrap();
    assert_eq!(changed, 2);
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_product WHERE stock = 9 AND id IN (4, 5)").await, 2);
}

#[tokio::test]
async fn values_are_bound_as_what_they_are_in_rust() {
    let (_keep, db) = shop().await;
    let (half, word, keys) = (0.5_f64, "a'); DROP TABLE x; --", vec![1_i64, 3]);
    let none: Option<i32> = None;
    let rows = query!(
        Product
            .filter(RawSQL("t0.id = ANY({keys})", Boolean))
            .values(
                name,
                a = RawSQL("{half} + {half}", Float),
                b = RawSQL("{word} || '{{}}'", Text),
                c = RawSQL("coalesce({none}, 7)", Integer),
                d = Func("REPEAT", name, 2, Text),
                e = Func("concat_ws", { word }, "x", name, Text),
                f = Collate(name, "C")
            )
            .order_by(Collate(name, "C"))
    )
    .run(&db)
    .await
    .unwrap();
    let first = &rows[0];
    assert_eq!(rows.len(), 2);
    assert!((first.a - 1.0).abs() < f64::EPSILON);
    assert_eq!((first.b.as_str(), first.c, first.d.as_str()), ("a'); DROP TABLE x; --{}", 7, "AtlasAtlas"));
    assert_eq!((first.e.as_str(), first.f.as_str()), ("xa'); DROP TABLE x; --Atlas", "Atlas"));
    let least = 20;
    let changed = query!(Product.filter(id = 1).update(stock = RawSQL("greatest({least}, 3)", Integer)));
    assert_eq!(changed.run(&db).await.unwrap(), 1);
    assert_eq!(number(&db, "SELECT stock::bigint FROM catalog_product WHERE id = 1").await, 20);
}

#[tokio::test]
async fn a_value_in_a_branch_says_itself_which_type_it_is() {
    let (_keep, db) = shop().await;
    for (plus, expected) in [(Some(2_i64), vec![1, 3]), (None, vec![2])] {
        let query = query!(
            Product
                .filter(
                    stock.lt = 50,
                    if let Some(plus) = plus {
                        stock.gt = Func("mod", { plus }, { 4_i64 }, BigInteger)
                    } else {
                        stock = Func("mod", { 4_i64 }, { 2_i64 }, BigInteger)
                    },
                    id.lt = 5_i64
                )
                .order_by(id)
                .values_list(id, flat)
        );
        assert_eq!(query.run(&db).await.unwrap(), expected);
    }
}
