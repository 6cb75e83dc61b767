//! Links of a many-to-many: added, removed, made exactly these.

use crate::shop::{number, shop};
use nuages::{Db, ErrorKind, Integrity, Query, Write, query};
use nuages_tests::models::Product;

/// The tags of a product, by their keys.
async fn tags(db: &Db, product: i64) -> Vec<i64> {
    query!(Product(product).tags.order_by(id).values_list(id, flat)).run(db).await.unwrap()
}

#[tokio::test]
async fn links_that_are_there_are_not_made_again() {
    let (_keep, db) = shop().await;
    // Atlas has 1 and 2.
    let add: Query<u64, Write> = query!(Product(1).tags.add([2, 3, 4, 3]));
    assert_eq!(add.round_trips(), 1);
    assert_eq!(add.run(&db).await.unwrap(), 2);
    assert_eq!(tags(&db, 1).await, [1, 2, 3, 4]);
    assert_eq!(add.run(&db).await.unwrap(), 0);
    let none: Vec<i64> = Vec::new();
    assert_eq!(query!(Product(1).tags.add(&none)).run(&db).await.unwrap(), 0);
    assert_eq!(query!(Product(1).tags.add([])).run(&db).await.unwrap(), 0);
    // From the other side, by objects, by a chain.
    let lonely = query!(Tag(4)).run(&db).await.unwrap();
    let products: Vec<Product> = query!(Product.filter(id.gte = 4)).run(&db).await.unwrap();
    assert_eq!(query!(Tag(&lonely).products.add(&products)).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Tag(&lonely).products.count()).run(&db).await.unwrap(), 3);
    let red = query!(Product(2).tags.add(Tag.filter(name.in = ["rust", "fun"]))).run(&db).await.unwrap();
    assert_eq!((red, tags(&db, 2).await), (2, vec![1, 3]));
    let iterator = (1..=4_i64).filter(|n| n % 2 == 0);
    assert_eq!(query!(Product(2).tags.add(iterator)).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Product(5).tags.add([&lonely])).run(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn links_are_removed() {
    let (_keep, db) = shop().await;
    assert_eq!(query!(Product(1).tags.remove([2, 3])).run(&db).await.unwrap(), 1);
    assert_eq!(tags(&db, 1).await, [1]);
    assert_eq!(query!(Tag(3).products.remove(Product.filter(name = "Dice"))).run(&db).await.unwrap(), 1);
    assert_eq!(query!(Tag(3).products.clear()).run(&db).await.unwrap(), 1);
    assert_eq!(query!(Tag(3).products.clear()).run(&db).await.unwrap(), 0);
    assert_eq!(query!(Product(1).tags.remove([])).run(&db).await.unwrap(), 0);
    // The objects themselves stay, and so do others' links.
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_product_tags").await, 2);
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag").await, 4);
}

#[tokio::test]
async fn links_become_exactly_these() {
    let (_keep, db) = shop().await;
    let set: Query<u64, Write> = query!(Product(1).tags.set([2, 4]));
    assert_eq!(set.round_trips(), 1);
    let kept = "SELECT id FROM catalog_product_tags WHERE product_id = 1 AND tag_id = 2";
    let before = number(&db, kept).await;
    // One goes, one comes, one stays as it was.
    assert_eq!(set.run(&db).await.unwrap(), 2);
    assert_eq!((tags(&db, 1).await, number(&db, kept).await), (vec![2, 4], before));
    assert_eq!(set.run(&db).await.unwrap(), 0);
    assert_eq!(query!(Product(1).tags.set(Tag.filter(id.lte = 2))).run(&db).await.unwrap(), 2);
    assert_eq!(tags(&db, 1).await, [1, 2]);
    let none: [i64; 0] = [];
    assert_eq!(query!(Product(1).tags.set(none)).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Product(1).tags.set([])).run(&db).await.unwrap(), 0);
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_product_tags").await, 3);
}

#[tokio::test]
async fn a_link_to_nothing_is_refused_and_changes_nothing() {
    let (_keep, db) = shop().await;
    let error = query!(Product(1).tags.set([3, 99])).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::ForeignKey));
    assert_eq!((error.table(), tags(&db, 1).await), (Some("catalog_product_tags"), vec![1, 2]));
    let error = query!(Product(99).tags.add([1])).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::ForeignKey));
    assert_eq!(query!(Product(99).tags.clear()).run(&db).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_make_each_link_once() {
    let (keep, db) = shop().await;
    db.execute_script("INSERT INTO catalog_tag (name) SELECT 'tag ' || n FROM generate_series(1, 60) n").await.unwrap();
    let ids: Vec<i64> = query!(Tag.order_by(id).values_list(id, flat)).run(&db).await.unwrap();
    let db = crate::pooler::way(&keep).pool_size(12).connect().await.unwrap();
    let tasks: Vec<_> = (0..50)
        .map(|i| {
            // Each in an order of its own.
            let mut ids = ids.clone();
            ids.rotate_left(i);
            let (db, back) = (db.clone(), i % 2 == 0);
            if back {
                ids.reverse();
            }
            tokio::spawn(async move { query!(Product(2).tags.add(ids)).run(&db).await.unwrap() })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        made += task.await.unwrap();
    }
    assert_eq!((made, tags(&db, 2).await), (64, ids));
}
