//! Endings: one row, the first, how many, a page.

use crate::shop::{number, price, shop};
use nuages::{ErrorKind, Page, query};
use nuages_tests::models::{Product, ProductTag};

#[tokio::test]
async fn get_wants_exactly_one() {
    let (_keep, db) = shop().await;
    let one: Product = query!(Product.get(slug = "atlas")).run(&db).await.unwrap();
    assert_eq!(one.name, "Atlas");
    let none = query!(Product.get(slug = "nothing")).run(&db).await.unwrap_err();
    assert_eq!((none.kind(), none.is_does_not_exist()), (ErrorKind::DoesNotExist, true));
    assert!(none.to_string().contains("Product"), "{none}");
    let many = query!(Product.get(category = 4)).run(&db).await.unwrap_err();
    assert_eq!((many.kind(), many.is_does_not_exist()), (ErrorKind::MultipleObjectsReturned, false));
    assert!(many.to_string().contains("Product"), "{many}");
    // A path to many rows does not make one row several.
    assert_eq!(query!(Product.get(reviews.rating.gte = 3, category = 1)).run(&db).await.unwrap().id, 1);
    let flat = query!(Product.filter(id = 1).values_list(price, flat).get()).run(&db).await.unwrap();
    assert_eq!(flat, price("10.00"));
    assert!(query!(Product.values(name).get(id = 77)).run(&db).await.unwrap_err().is_does_not_exist());
}

#[tokio::test]
async fn an_object_by_key_by_reference_and_by_a_row_of_it() {
    let (_keep, db) = shop().await;
    let atlas: Product = query!(Product(1)).run(&db).await.unwrap();
    let id = atlas.id;
    assert_eq!(query!(Product(id)).run(&db).await.unwrap(), atlas);
    assert_eq!(query!(Product(&atlas)).run(&db).await.unwrap(), atlas);
    let row = query!(Product.select_related(category).annotate(n = Count(tags)).get(id = id)).run(&db).await.unwrap();
    assert_eq!(query!(Product(&row)).run(&db).await.unwrap(), atlas);
    assert_eq!(query!(Product(&row).tags.count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Product(&row.product).reviews.values_list(rating, flat)).run(&db).await.unwrap(), [3, 5]);
    assert_eq!(query!(Category(&row.category).products.count()).run(&db).await.unwrap(), 1);
    assert!(query!(Product(77)).run(&db).await.unwrap_err().is_does_not_exist());
    assert_eq!(query!(Product(77).reviews).run(&db).await.unwrap(), []);
    let link: ProductTag = query!(ProductTag.get(product = &atlas, tag.name = "sql")).run(&db).await.unwrap();
    assert_eq!(link.tag_id, 2);
}

#[tokio::test]
async fn the_first_and_the_last_of_an_order_of_none_and_of_nothing() {
    let (_keep, db) = shop().await;
    let name = |p: Option<Product>| p.map(|p| p.name);
    assert_eq!(name(query!(Product.first()).run(&db).await.unwrap()).as_deref(), Some("Atlas"));
    assert_eq!(name(query!(Product.last()).run(&db).await.unwrap()).as_deref(), Some("Epic"));
    assert_eq!(name(query!(Product.order_by(price).first()).run(&db).await.unwrap()).as_deref(), Some("Dice"));
    // Equal prices go on by key.
    let at = query!(Product.filter(price = price("20")).order_by(-price).first());
    assert_eq!(name(at.run(&db).await.unwrap()).as_deref(), Some("Epic"));
    let at = query!(Product.filter(price = price("20")).order_by(-price).last());
    assert_eq!(name(at.run(&db).await.unwrap()).as_deref(), Some("Ballad"));
    assert_eq!(name(query!(Product.filter(id.lt = 0).first()).run(&db).await.unwrap()), None);
    assert_eq!(name(query!(Product.filter(id.lt = 0).last()).run(&db).await.unwrap()), None);
    // The order of the model.
    let category = query!(Category.last()).run(&db).await.unwrap();
    assert_eq!(category.map(|c| c.name).as_deref(), Some("Short novels"));
}

#[tokio::test]
async fn counts_and_whether_there_is_anything() {
    let (_keep, db) = shop().await;
    assert_eq!(query!(Product.count()).run(&db).await.unwrap(), 5);
    assert_eq!(query!(Product.filter(id.lt = 0).count()).run(&db).await.unwrap(), 0);
    assert_eq!(query!(Product.filter(reviews.rating.gte = 3).count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Product.order_by(id)[1..3].count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Product.order_by(id)[4..10].count()).run(&db).await.unwrap(), 1);
    assert!(query!(Product.exists()).run(&db).await.unwrap());
    assert!(!query!(Product.filter(reviews.rating = 1).exists()).run(&db).await.unwrap());
    assert!(!query!(Product.order_by(id)[5..].exists()).run(&db).await.unwrap());
}

#[tokio::test]
async fn pages_cover_all_rows_once() {
    let (_keep, db) = shop().await;
    let page = async |number: i64, size: i64| query!(Product.order_by(price).page(number, size)).run(&db).await;
    let mut seen = Vec::new();
    for number in 1..=3 {
        let page: Page<Product> = page(number, 2).await.unwrap();
        assert_eq!((page.total, page.number, page.pages), (5, number, 3));
        assert_eq!((page.has_previous(), page.has_next()), (number > 1, number < 3));
        seen.extend(page.into_iter().map(|p| p.name));
    }
    assert_eq!(seen, ["Dice", "Atlas", "Ballad", "Epic", "Cubes"]);
    let beyond = page(4, 2).await.unwrap();
    assert_eq!((beyond.items.len(), beyond.total, beyond.pages, beyond.has_next()), (0, 5, 3, false));
    let exact = page(1, 5).await.unwrap();
    assert_eq!((exact.items.len(), exact.pages), (5, 1));
    let huge = page(1, i64::MAX).await.unwrap();
    assert_eq!((huge.items.len(), huge.pages), (5, 1));
    for (number, size) in [(0, 5), (-1, 5), (1, 0), (1, -3), (i64::MAX, i64::MAX)] {
        let found = page(number, size).await;
        match found {
            Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidInput, "{number} {size}"),
            Ok(page) => assert!(number == i64::MAX && page.items.is_empty() && page.total == 5, "{number} {size}"),
        }
    }
    let empty = query!(Product.filter(id.lt = 0).page(1, 10)).run(&db).await.unwrap();
    assert_eq!((empty.items.len(), empty.total, empty.pages), (0, 0, 1));
    let (one, ten) = (1_u8, 10_usize);
    let named = query!(Product.values(name).page(one, ten)).run(&db).await.unwrap().map(|row| row.name.len());
    assert_eq!(named.items.iter().sum::<usize>(), 24);
}

#[tokio::test]
async fn totals_of_rows_and_of_none() {
    let (_keep, db) = shop().await;
    let all = query!(Product.aggregate(n = Count(), most = Max(price), pieces = Sum(stock), mean = Avg(stock)));
    let all = all.run(&db).await.unwrap();
    assert_eq!((all.n, all.most, all.pieces, all.mean), (5, Some(price("30.00")), Some(115), Some(23.0)));
    let none =
        query!(Product.filter(id.lt = 0).aggregate(n = Count(), most = Max(price), sum = Sum(stock, default = 0)));
    let none = none.run(&db).await.unwrap();
    assert_eq!((none.n, none.most, none.sum), (0, None, 0));
    assert_eq!(number(&db, "SELECT sum(stock) FROM catalog_product").await, 115);
}
