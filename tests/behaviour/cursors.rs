//! `after` and `before`: rows that know their place, places as texts, and what a place cannot be.

use crate::shop::{may, price, shop};
use nuages::chrono::NaiveDate;
use nuages::{Cursor, Db, Error, ErrorKind, Query, Read, query};

/// All names, page by page, each place taken through its text.
async fn forwards(db: &Db) -> Result<Vec<String>, Error> {
    let (mut names, mut cursor): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let page = query!(Product.order_by(-price, name).after(&cursor)[..2]).run(db).await?;
        let Some(last) = page.last() else { return Ok(names) };
        cursor = Some(last.cursor().to_string().parse()?);
        names.extend(page.into_iter().map(|row| row.product.name));
    }
}

#[tokio::test]
async fn pages_forwards_and_backwards() {
    let (_keep, db) = shop().await;
    assert_eq!(forwards(&db).await.unwrap(), ["Cubes", "Ballad", "Epic", "Atlas", "Dice"]);
    let page = async |cursor: Option<&Cursor>| {
        query!(Product.order_by(-price, name).before(cursor)[..2]).run(&db).await.unwrap()
    };
    let names = |page: &[_]| page.iter().map(|row: &_| name(row)).collect::<Vec<_>>();
    fn name(row: &impl std::ops::Deref<Target = nuages_tests::models::Product>) -> String {
        row.name.clone()
    }
    let last = page(None).await;
    assert_eq!(names(&last), ["Atlas", "Dice"]);
    let middle = page(Some(&last[0].cursor())).await;
    assert_eq!(names(&middle), ["Ballad", "Epic"]);
    let first = page(Some(&middle[0].cursor())).await;
    assert_eq!(names(&first), ["Cubes"]);
    assert!(page(Some(&first[0].cursor())).await.is_empty());
}

#[tokio::test]
async fn rows_that_come_and_go_shift_nothing() {
    let (_keep, db) = shop().await;
    let page = query!(Product.order_by(price, id).after(None)[..2]).run(&db).await.unwrap();
    assert_eq!(page.iter().map(|p| p.id).collect::<Vec<_>>(), [4, 1]);
    // The row of the place goes, others come before and behind it.
    query!(ProductTag.filter(product_id = 1).delete()).run(&db).await.unwrap();
    query!(Review.filter(product_id = 1).delete()).run(&db).await.unwrap();
    query!(OrderItem.filter(product_id = 1).delete()).run(&db).await.unwrap();
    query!(Product(1).delete()).run(&db).await.unwrap();
    for (name, cost) in [("Early", "1.00"), ("Late", "15.00")] {
        query!(Product.create(name = name, slug = name, category = 1, price = price(cost))).run(&db).await.unwrap();
    }
    let cursor = page[1].cursor();
    let names = query!(Product.order_by(price, id).after(&cursor).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(names, ["Late", "Ballad", "Epic", "Cubes"]);
    let names = query!(Product.order_by(price, id).before(cursor).values_list(name, flat)[..1]).run(&db).await.unwrap();
    assert_eq!(names, ["Dice"]);
}

#[tokio::test]
async fn every_shape_of_rows() {
    let (_keep, db) = shop().await;
    // Relations, annotations and prefetches beside the cursor; the key is not read otherwise.
    let rows = query!(
        Product
            .select_related(category)
            .annotate(sold = Sum(order_items.quantity))
            .prefetch_related(tags)
            .order_by(F(sold).desc(nulls_last), Lower(name).desc())
            .after(None)[..3]
    );
    let rows = rows.run(&db).await.unwrap();
    let shown: Vec<_> =
        rows.iter().map(|r| (r.name.as_str(), r.category.name.as_str(), r.sold, r.tags.len())).collect();
    assert_eq!(shown, [("Atlas", "Books", Some(3), 2), ("Cubes", "Games", Some(1), 1), ("Epic", "Novels", None, 0)]);
    let next = query!(
        Product
            .annotate(sold = Sum(order_items.quantity))
            .order_by(F(sold).desc(nulls_last), Lower(name).desc())
            .after(rows[2].cursor())
            .values(name)
    );
    let next = next.run(&db).await.unwrap();
    assert_eq!(next.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["Dice", "Ballad"]);
    // Values whose keys are elsewhere, some fields, one row, a page, a stream of them.
    let first = query!(Product.order_by(category.name, -id).after(next[0].cursor()).first()).run(&db).await;
    assert_eq!(first.unwrap_err().to_string(), "the cursor is one of another order");
    let first = query!(Product.only(name).order_by(category.name, -id).after(None).first()).run(&db).await.unwrap();
    let cursor = first.unwrap().cursor();
    let second = query!(Product.order_by(category.name, -id).after(&cursor).values(name).first()).run(&db).await;
    let second = second.unwrap().unwrap();
    assert_eq!(second.name, "Dice");
    let last = query!(Product.order_by(category.name, -id).after(second.cursor()).last()).run(&db).await.unwrap();
    assert_eq!(last.map(|row| row.product.name).as_deref(), Some("Ballad"));
    let page = query!(Product.order_by(category.name, -id).after(&cursor).page(2, 2)).run(&db).await.unwrap();
    assert_eq!((page.total, page.items[0].name.as_str()), (4, "Epic"));
    assert_eq!(query!(Product.order_by(category.name, -id).after(&cursor).count()).run(&db).await.unwrap(), 4);
    assert!(!query!(Product.order_by(category.name, -id).before(&cursor).exists()).run(&db).await.unwrap());
    let total =
        query!(Product.order_by(category.name, -id).after(cursor).aggregate(n = Count(reviews), s = Sum(stock)));
    let total = total.run(&db).await.unwrap();
    assert_eq!((total.n, total.s), (1, Some(110)));
}

#[tokio::test]
async fn a_window_between_two_places_counts_from_the_first() {
    let (_keep, db) = shop().await;
    let rows = query!(Product.after(None).order_by(slug)).run(&db).await.unwrap();
    let (a, e) = (rows[0].cursor(), rows[4].cursor());
    let between =
        query!(Product.order_by(slug).after(&a).before(&e).values_list(id, flat)[..2]).run(&db).await.unwrap();
    assert_eq!(between, [2, 3]);
    let between = query!(Product.order_by(slug).before("epic").after("ballad").values_list(id, flat)).run(&db).await;
    assert_eq!(between.unwrap(), [3, 4]);
}

#[tokio::test]
async fn groups_distinct_rows_and_rows_along_a_relation() {
    let (_keep, db) = shop().await;
    let groups = query!(Product.values(category.name).annotate(n = Count()).order_by(-n).after(None)[..1]);
    let groups = groups.run(&db).await.unwrap();
    assert_eq!((groups[0].category__name.as_str(), groups[0].n), ("Novels", 2));
    let next = query!(Product.values(category.name).annotate(n = Count()).order_by(-n).after(groups[0].cursor()));
    let next: Vec<_> = next.run(&db).await.unwrap().into_iter().map(|g| (g.category__name, g.n)).collect();
    assert_eq!(next, [("Games".to_owned(), 2), ("Books".to_owned(), 1)]);
    let prices =
        query!(Product.values(price).distinct().order_by(-price).after(price("20.00"))).run(&db).await.unwrap();
    assert_eq!(prices.iter().map(|row| row.price).collect::<Vec<_>>(), [price("10.00"), price("5.50")]);
    // The first row of each category; the place behind it is behind all rows of the category.
    let dear = query!(Product.distinct(category_id).order_by(category_id, -price, id).after(None)[..2]);
    let dear = dear.run(&db).await.unwrap();
    assert_eq!(dear.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Atlas", "Ballad"]);
    let more = query!(Product.distinct(category_id).order_by(category_id, -price, id).after(dear[0].cursor()));
    assert_eq!(more.run(&db).await.unwrap().iter().map(|p| p.id).collect::<Vec<_>>(), [2, 3]);
    let less = query!(Product.distinct(category_id).order_by(category_id, -price, id).before(4)[..1]);
    assert_eq!(less.run(&db).await.unwrap().iter().map(|p| p.id).collect::<Vec<_>>(), [2]);
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = query!(Product.order_by(name).values(name, tags.name).after(cursor)[..2]).run(&db).await.unwrap();
        let Some(last) = page.last() else { break };
        cursor = Some(last.cursor());
        found.extend(page.into_iter().map(|row| (row.name, row.tags__name)));
    }
    let all = query!(Product.order_by(name).values_list(name, tags.name)[..100]).run(&db).await.unwrap();
    assert_eq!((found.len(), found), (7, all));
}

#[tokio::test]
async fn values_say_a_place_where_the_order_is_total() {
    let (_keep, db) = shop().await;
    let day = |d: u32| NaiveDate::from_ymd_opt(2024, 5, d);
    for (id, d) in [(1, day(1)), (2, day(1)), (3, None), (4, day(2))] {
        query!(Product(id).update(released_on = d)).run(&db).await.unwrap();
    }
    let ids = async |date: Option<NaiveDate>, id: i64| {
        let query = query!(Product.order_by(-released_on, id).after((date, id)).values_list(id, flat));
        let given = (date, id);
        let whole = query!(Product.order_by(-released_on, id).after(given).values_list(id, flat));
        let (one, other) = (query.run(&db).await.unwrap(), whole.run(&db).await.unwrap());
        assert_eq!(one, other);
        one
    };
    assert_eq!(ids(None, 0).await, [3, 5, 4, 1, 2]);
    assert_eq!(ids(None, 3).await, [5, 4, 1, 2]);
    assert_eq!(ids(day(2), 4).await, [1, 2]);
    assert_eq!(ids(day(1), 1).await, [2]);
    let literal = query!(Product.order_by(-released_on, id).after(("2024-05-01", 1)).values_list(id, flat));
    assert_eq!(literal.run(&db).await.unwrap(), [2]);
    let slug = "cubes".to_owned();
    assert_eq!(query!(Product.order_by(slug).after(&slug).values_list(id, flat)).run(&db).await.unwrap(), [4, 5]);
    let id = 4;
    assert_eq!(query!(Product.after(id).values_list(id, flat)).run(&db).await.unwrap(), [5]);
    assert_eq!(query!(Product.before(id).values_list(id, flat)[..2]).run(&db).await.unwrap(), [2, 3]);
    assert_eq!(query!(Review.order_by(created_at, id).after((may(2, 12), 1)).count()).run(&db).await.unwrap(), 2);
}

#[tokio::test]
async fn values_of_other_parts_of_the_query_keep_their_places() {
    let (_keep, db) = shop().await;
    let (least, most, n) = (1, price("25.00"), 2);
    let name = |name: &str| Some(name.to_owned());
    let first = query!(Product.filter(stock.gte = least).order_by(name, price).after(None)).run(&db).await.unwrap();
    let cursor = first[0].cursor();
    let rows = query!(
        Product
            .filter(stock.gte = least)
            .order_by(name, price)
            .after(Some(&cursor))
            .filter(price.lt? = Some(most), name.in = [name("Dice"), name("Cubes"), name("Epic"), name("Atlas")])
            .values_list(name, flat)[..n]
    );
    assert_eq!(rows.run(&db).await.unwrap(), ["Dice", "Epic"]);
}

query! {
    /// A page of products.
    #[derive(Debug, Clone, PartialEq)]
    fn listed(after: Option<&Cursor>, n: i64) -> Vec<Listed> {
        Product.order_by(name).after(after).values(id, name)[..n]
    }
}

#[tokio::test]
async fn named_queries_have_cursors_too() {
    let (_keep, db) = shop().await;
    let query: Query<Vec<Listed>, Read> = listed(None, 2);
    let page = query.run(&db).await.unwrap();
    let next = listed(Some(&page[1].cursor()), 2).run(&db).await.unwrap();
    assert_eq!(next.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Cubes", "Dice"]);
}

#[tokio::test]
async fn what_is_no_place_in_the_order_is_refused_before_anything_is_sent() {
    let (_keep, db) = shop().await;
    let row = query!(Product.order_by(price).after(None).first()).run(&db).await.unwrap().unwrap();
    let cursor = row.cursor();
    let refused = async |query: Query<i64, Read>| {
        assert_eq!(query.round_trips(), 0);
        let error = query.run(&db).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::InvalidInput, "the cursor is one of another order")
        );
    };
    refused(query!(Product.order_by(-price).after(&cursor).count())).await;
    refused(query!(Product.order_by(price).reverse().after(&cursor).count())).await;
    refused(query!(Product.order_by(price, name).after(&cursor).count())).await;
    refused(query!(Product.order_by(stock).after(&cursor).count())).await;
    refused(query!(OrderItem.order_by(unit_price).after(&cursor).count())).await;
    refused(query!(Product.order_by(F(price).asc(nulls_first)).after(&cursor).count())).await;
    // The same order, whatever else the chain says.
    let same = query!(Product.filter(stock.gt = 0).order_by(price, id).after(Some(cursor)).count());
    assert_eq!(same.run(&db).await.unwrap(), 3);
}

#[tokio::test]
async fn keys_of_every_kind_come_back_as_they_are() {
    let (_keep, db) = shop().await;
    db.execute_script(
        "UPDATE catalog_product SET weight = (ARRAY['NaN', 1e-300, '-Infinity', 0.1, NULL]::float8[])[id];
         UPDATE catalog_product SET created_at = '2024-05-01T12:00:00.000001Z'::timestamptz + id * interval '1 microsecond';
         UPDATE catalog_product SET description = (ARRAY['Ä''\"\\', '', 'z🍵', NULL, 'a'])[id]",
    )
    .await
    .unwrap();
    macro_rules! walked {
        ($($order:tt)*) => {{
            let (mut ids, mut cursor) = (Vec::new(), None);
            while let [row] = &query!(Product.order_by($($order)*).after(cursor)[..1]).run(&db).await.unwrap()[..] {
                ids.push(row.id);
                cursor = Some(row.cursor());
            }
            let all = query!(Product.order_by($($order)*).values_list(id, flat)[..9]).run(&db).await.unwrap();
            assert_eq!(ids, all);
            assert_eq!(ids.len(), 5);
        }};
    }
    walked!(weight);
    walked!(-weight);
    walked!(-created_at);
    walked!(description);
    walked!(-description, stock);
    walked!(status);
    walked!(Length(name), -Round(weight));
    walked!(Case(When(stock.gt = 4, then = true), default = false));
    walked!(-TruncDate(created_at), ExtractYear(created_at));
    walked!(F(updated_at) - F(created_at));
    walked!(category.parent.name, -category.slug);
}
