//! Chains that are combined: `union`, `union_all`, `intersection`, `difference`.

use crate::shop::{price, shop};
use nuages::rust_decimal::Decimal;
use nuages::{ErrorKind, query};
use nuages_tests::models::{Category, Product, Status};

#[tokio::test]
async fn rows_of_one_model() {
    let (_keep, db) = shop().await;
    let ids = |rows: Vec<Product>| rows.iter().map(|p| p.id).collect::<Vec<_>>();
    // Atlas, Ballad, Cubes are active; Cubes, Dice are games.
    let active = || Status::Active;
    let games = 4_i64;
    let both = query!(Product.filter(status = active()).union(Product.filter(category = games)).order_by(id));
    assert_eq!(ids(both.run(&db).await.unwrap()), [1, 2, 3, 4]);
    let all = query!(Product.filter(status = active()).union_all(Product.filter(category = games)).order_by(id));
    assert_eq!(ids(all.run(&db).await.unwrap()), [1, 2, 3, 3, 4]);
    let common = query!(Product.filter(status = active()).intersection(Product.filter(category = games)));
    assert_eq!(ids(common.run(&db).await.unwrap()), [3]);
    let rest = query!(Product.filter(status = active()).difference(Product.filter(category = games)).order_by(-id));
    assert_eq!(ids(rest.run(&db).await.unwrap()), [2, 1]);
    // Left to right, whatever binds tighter in SQL.
    let mixed = query!(
        Product.filter(id = 5).union(Product.filter(status = active())).intersection(Product.filter(category = games))
    );
    assert_eq!(ids(mixed.run(&db).await.unwrap()), [3]);
    let several = query!(Product.filter(id = 5).union(Product.filter(id = 4), Product.filter(id = 5)).order_by(id));
    assert_eq!(ids(several.run(&db).await.unwrap()), [4, 5]);
    let nested = query!(Product.filter(id = 5).union(Product.filter(id.lte = 2).difference(Product.filter(id = 1))));
    assert_eq!(nested.run(&db).await.unwrap().len(), 2);
    let nothing = query!(Product.filter(id = 99).union(Product.filter(id = 98)));
    assert_eq!(nothing.run(&db).await.unwrap(), []);
}

#[tokio::test]
async fn values_and_their_types() {
    let (_keep, db) = shop().await;
    // By name, whatever the order.
    let rows = query!(
        Product
            .filter(id = 1)
            .values(name, cost = F(price))
            .union(Product.filter(id = 4).values(cost = F(price), name))
            .order_by(-cost)
    );
    let rows = rows.run(&db).await.unwrap();
    let seen: Vec<(&str, Decimal)> = rows.iter().map(|r| (r.name.as_str(), r.cost)).collect();
    assert_eq!(seen, [("Atlas", price("10.00")), ("Dice", price("5.50"))]);
    // By position; two models.
    let rows: Vec<(String, String)> = query!(
        Product
            .filter(id = 1)
            .values_list(name, slug)
            .union(Category.filter(id = 1).values_list(name, slug))
            .order_by(name)
    )
    .run(&db)
    .await
    .unwrap();
    assert_eq!(rows.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Atlas", "Books"]);
    // `Option` on one side.
    let values: Vec<Option<i64>> = query!(
        Category.values_list(id, flat).union(Category.values_list(parent_id, flat)).order_by(F(id).asc(nulls_first))
    )
    .run(&db)
    .await
    .unwrap();
    assert_eq!(values, [None, Some(1), Some(2), Some(3), Some(4)]);
    // Constants of both worlds.
    let kind = "category";
    let rows = query!(
        Product
            .filter(id = 1)
            .values(name, kind = Value("product"), stock)
            .union_all(Category.filter(id = 1).annotate(stock = Value(None, Integer)).values(
                name,
                kind = Value(kind, Text),
                stock
            ))
            .order_by(kind)
    );
    let rows = rows.run(&db).await.unwrap();
    let seen: Vec<(&str, &str, Option<i32>)> =
        rows.iter().map(|r| (r.name.as_str(), r.kind.as_str(), r.stock)).collect();
    assert_eq!(seen, [("Books", "category", None), ("Atlas", "product", Some(5))]);
}

#[tokio::test]
async fn slices_in_and_behind() {
    let (_keep, db) = shop().await;
    let n = 1_i64;
    let ids = |rows: Vec<Product>| rows.iter().map(|p| p.id).collect::<Vec<_>>();
    let ends = query!(Product.order_by(id)[..2].union(Product.order_by(-id)[..n]).order_by(id)).run(&db).await.unwrap();
    assert_eq!(ids(ends), [1, 2, 5]);
    let sliced = query!(Product.filter(id.lte = 3).union(Product.filter(id.gte = 3)).order_by(-id)[n..][..2]);
    assert_eq!(ids(sliced.run(&db).await.unwrap()), [4, 3]);
    let again = query!(
        Product.filter(id.lte = 3).union(Product.filter(id.gte = 3)).order_by(-id)[..3]
            .difference(Product.filter(id = 4))
            .order_by(id)
    );
    assert_eq!(ids(again.run(&db).await.unwrap()), [3, 5]);
    // Prices 20.00 twice: pages never overlap.
    let mut seen = Vec::new();
    for at in 0..5_i64 {
        let page = query!(Product.filter(id.lte = 3).union(Product.filter(id.gte = 3)).order_by(price)[at..=at]);
        seen.extend(ids(page.run(&db).await.unwrap()));
    }
    assert_eq!(seen, [4, 1, 2, 5, 3]);
    let names =
        query!(Product.values_list(name, flat).union(Category.values_list(name, flat))[..2]).run(&db).await.unwrap();
    assert_eq!(names, ["Atlas", "Ballad"]);
}

#[tokio::test]
async fn endings() {
    let (_keep, db) = shop().await;
    let low = 3_i64;
    let count = query!(Product.filter(id.lte = low).union(Product.filter(id.gte = 3)).count()).run(&db).await.unwrap();
    assert_eq!(count, 5);
    let count =
        query!(Product.filter(id.lte = low).union_all(Product.filter(id.gte = 3)).count()).run(&db).await.unwrap();
    assert_eq!(count, 6);
    let count =
        query!(Product.filter(id.lte = low).union(Product.filter(id.gte = 3))[2..][..n()].count()).run(&db).await;
    assert_eq!(count.unwrap(), 2);
    let prices = query!(Product.values(price).union(Product.values(price)).count()).run(&db).await.unwrap();
    assert_eq!(prices, 4);
    assert!(!query!(Product.intersection(Product.filter(id = 99)).exists()).run(&db).await.unwrap());
    assert!(query!(Product.intersection(Product.filter(id = 1)).exists()).run(&db).await.unwrap());
    let first = query!(Product.filter(id.gte = 3).union(Product.filter(id = 2)).first()).run(&db).await.unwrap();
    assert_eq!(first.map(|p| p.id), Some(2));
    let last = query!(Product.filter(id.gte = 3).union(Product.filter(id = 2)).last()).run(&db).await.unwrap();
    assert_eq!(last.map(|p| p.id), Some(5));
    let last = query!(Product.filter(id.gte = 3).union(Product.filter(id = 2)).order_by(id)[..n()].last());
    assert_eq!(last.run(&db).await.unwrap().map(|p| p.id), Some(3));
    let none = query!(Product.filter(id = 98).union(Product.filter(id = 99)).first()).run(&db).await.unwrap();
    assert_eq!(none, None);
    let nothing = query!(Product.union(Product.filter(id = 1)).none());
    assert_eq!((nothing.round_trips(), nothing.run(&db).await.unwrap().len()), (0, 0));
    let name =
        query!(Product.values_list(name, flat).difference(Product.filter(id.gte = 2).values_list(name, flat)).get());
    assert_eq!(name.run(&db).await.unwrap(), "Atlas");
    let several = query!(Product.union(Product.filter(id = 1)).get()).run(&db).await.unwrap_err();
    assert_eq!(several.kind(), ErrorKind::MultipleObjectsReturned);
    let page = query!(Product.filter(id.lte = 3).union(Product.filter(id.gte = 3)).order_by(-id).page(2, 2));
    let page = page.run(&db).await.unwrap();
    assert_eq!((page.items.iter().map(|p| p.id).collect::<Vec<_>>(), page.total, page.pages), (vec![3, 2], 5, 3));
    let back =
        query!(Category.values_list(name, flat).union(Category.values_list(name, flat)).reverse()).run(&db).await;
    assert_eq!(back.unwrap(), ["Short novels", "Novels", "Games", "Books"]);
}

fn n() -> i64 {
    2
}

#[tokio::test]
async fn contains_asks_combined_and_sliced_rows() {
    let (_keep, db) = shop().await;
    let atlas = query!(Product.get(id = 1)).run(&db).await.unwrap();
    let within =
        query!(Product.filter(id.lte = 2).union(Product.filter(id = 4)).contains(&atlas)).run(&db).await.unwrap();
    assert!(within);
    assert!(!query!(Product.difference(Product.filter(id = 1)).contains(&atlas)).run(&db).await.unwrap());
    for (n, expected) in [(0_i64, false), (4, false), (5, true)] {
        let found = query!(Product.order_by(-id)[..n].contains(&atlas)).run(&db).await.unwrap();
        assert_eq!(found, expected, "among the last {n}");
    }
    assert!(query!(Product.distinct(category).order_by(category_id, price)[..1].contains(1)).run(&db).await.unwrap());
    let sliced = query!(Product.union(Product.filter(id = 1)).order_by(-id)[..4].contains(&atlas)).run(&db).await;
    assert!(!sliced.unwrap());
}

#[tokio::test]
async fn records_relations_and_prefetches() {
    let (_keep, db) = shop().await;
    let rows = query!(
        Product
            .filter(id = 1)
            .select_related(category)
            .annotate(n = Count(tags))
            .union(Product.filter(id.gte = 4).select_related(category).annotate(n = Sum(order_items.quantity)))
            .order_by(category.name, -id)
    );
    let rows = rows.run(&db).await.unwrap();
    let seen: Vec<(i64, &str, Option<i64>)> = rows.iter().map(|r| (r.id, r.category.name.as_str(), r.n)).collect();
    assert_eq!(seen, [(1, "Books", Some(2)), (4, "Games", None), (5, "Novels", None)]);
    // A relation that may be missing.
    let rows = query!(
        Category
            .filter(id = 1)
            .select_related(parent)
            .union(Category.filter(id = 2).select_related(parent))
            .order_by(id)
    );
    let rows = rows.run(&db).await.unwrap();
    let parents: Vec<Option<i64>> = rows.iter().map(|r| r.parent.as_ref().map(|p: &Category| p.id)).collect();
    assert_eq!(parents, [None, Some(1)]);
    let rows = query!(
        Category.prefetch_related(products.order_by(-id)).filter(id = 2).union(Category.filter(id = 4)).order_by(-id)
    );
    let rows = rows.run(&db).await.unwrap();
    let products: Vec<Vec<i64>> = rows.iter().map(|c| c.products.iter().map(|p| p.id).collect()).collect();
    assert_eq!(products, [vec![4, 3], vec![5, 2]]);
    let only = query!(Product.only(id, name).union(Product.filter(id = 1).only(name, id)).order_by(-name)[..1]);
    assert_eq!(only.run(&db).await.unwrap()[0].name, "Epic");
}

#[tokio::test]
async fn switches_scopes_and_groups_in_parts() {
    let (_keep, db) = shop().await;
    for (most, expected) in [(None, vec![1, 2, 3, 4, 5]), (Some(price("10.00")), vec![1, 4, 5])] {
        let rows = query!(Product.active().filter(price.lte? = most).union(Product.filter(id.gte = 4)).order_by(id));
        let ids: Vec<i64> = rows.run(&db).await.unwrap().iter().map(|p| p.id).collect();
        let active: Vec<i64> = query!(Product.active().values_list(id, flat)).run(&db).await.unwrap();
        let expected: Vec<i64> = expected.into_iter().filter(|id| *id >= 4 || active.contains(id)).collect();
        assert_eq!(ids, expected);
    }
    let groups = query!(
        Product
            .values(category)
            .annotate(n = Count())
            .union(Product.values(category).annotate(n = Count(tags)))
            .order_by(category, n)
    );
    let groups: Vec<(i64, i64)> = groups.run(&db).await.unwrap().iter().map(|g| (g.category, g.n)).collect();
    assert_eq!(groups, [(1, 1), (1, 2), (2, 0), (2, 2), (4, 2), (4, 3)]);
    let ada = 1_i64;
    let related = query!(User(ada).orders.union(User(3).orders, Order.filter(user = 2)).order_by(id).count());
    assert_eq!(related.run(&db).await.unwrap(), 3);
}

#[tokio::test]
async fn inside_other_chains() {
    let (_keep, db) = shop().await;
    let found = query!(
        Product.filter(category.in = Category.filter(id = 1).union(Category.filter(parent = 2), Category.filter(id = 4))).order_by(id).values_list(id, flat)
    );
    assert_eq!(found.run(&db).await.unwrap(), [1, 3, 4]);
    let found = query!(
        Product.exclude(category.in = Category.filter(id.lte = 2).union(Category.filter(id = 4)).order_by(-id)[..1]).order_by(id).values_list(id, flat)
    );
    assert_eq!(found.run(&db).await.unwrap(), [1, 2, 5]);
    let found = query!(
        Product
            .filter(Exists(reviews.filter(rating = 4).union(reviews.filter(rating = 3))))
            .order_by(id)
            .values_list(id, flat)
    );
    assert_eq!(found.run(&db).await.unwrap(), [1, 3]);
    let found = query!(Product.filter(id.lte = 3).order_by(id).values_list(
        id,
        Subquery(
            reviews.values(rating).union_all(Review.filter(product = OuterRef(pk)).values(rating)).order_by(rating)
                [..1]
        )
    ));
    assert_eq!(found.run(&db).await.unwrap(), [(1, Some(3)), (2, None), (3, Some(4))]);
}

#[tokio::test]
async fn built_into_a_struct() {
    #[derive(Debug, PartialEq)]
    struct Named {
        name: String,
        slug: String,
    }
    let (_keep, db) = shop().await;
    let rows = query!(
        Tag.filter(id = 4).values(name, slug = F(name)).union(Category.filter(id = 4).values(slug, name)).order_by(name)
            as Named
    );
    let rows: Vec<Named> = rows.run(&db).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[1].name.as_str(), rows[1].slug.as_str()), ("lonely", "lonely"));
}

#[tokio::test]
async fn rows_told_apart_by_fields() {
    let (_keep, db) = shop().await;
    // The cheapest of each category: Atlas of 1, Ballad or Epic of 2, Dice of 4.
    let cheapest = query!(Product.distinct(category).order_by(category_id, price, id).values_list(id, flat));
    assert_eq!(cheapest.run(&db).await.unwrap(), [1, 2, 4]);
    let last = query!(Product.distinct(category).order_by(category_id, price, id).last()).run(&db).await.unwrap();
    assert_eq!(last.map(|p| p.id), Some(4));
    let last = query!(Product.distinct(category).order_by(category_id, -price)[..2].last()).run(&db).await.unwrap();
    assert_eq!(last.map(|p| p.id), Some(5));
    let sum = query!(Product.distinct(category).order_by(category_id, price, id).aggregate(sum = Sum(price)));
    assert_eq!(sum.run(&db).await.unwrap().sum, Some(price("35.50")));
    let sum = query!(Product.distinct(category).order_by(category_id, -price, id).aggregate(sum = Sum(price)));
    assert_eq!(sum.run(&db).await.unwrap().sum, Some(price("60.00")));
    let union =
        query!(Product.distinct(category).order_by(category_id, price, id).union(Product.filter(id = 5)).order_by(-id));
    assert_eq!(union.run(&db).await.unwrap().iter().map(|p| p.id).collect::<Vec<_>>(), [5, 4, 2, 1]);
}
