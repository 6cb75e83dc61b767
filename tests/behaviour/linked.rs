//! Rows that are made over a many-to-many of one object: they and their links in one statement.

use crate::shop::{number, price, shop};
use nuages::{Db, ErrorKind, Integrity, query};
use nuages_tests::models::{Product, Tag};

async fn tags(db: &Db, product: i64) -> Vec<String> {
    query!(Product(product).tags.order_by(id).values_list(name, flat)).run(db).await.unwrap()
}

#[tokio::test]
async fn a_row_is_made_and_linked() {
    let (_keep, db) = shop().await;
    let color = Some("red");
    let create = query!(Product(2).tags.create(name = "new", color? = color));
    assert_eq!(create.round_trips(), 1);
    let tag: Tag = create.run(&db).await.unwrap();
    assert_eq!((tag.name.as_str(), tag.color.as_deref()), ("new", Some("red")));
    assert_eq!(tags(&db, 2).await, ["new"]);
    // From the other side, to an object.
    let lonely = query!(Tag(4)).run(&db).await.unwrap();
    let made: Product =
        query!(Tag(&lonely).products.create(name = "F", slug = "f", category = 1, price = price("2.00")))
            .run(&db)
            .await
            .unwrap();
    assert_eq!(tags(&db, made.id).await, ["lonely"]);
    assert_eq!(made.stock, 0);
}

#[tokio::test]
async fn what_cannot_be_linked_is_not_made() {
    let (_keep, db) = shop().await;
    let error = query!(Product(99).tags.create(name = "new")).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::ForeignKey));
    assert_eq!(error.table(), Some("catalog_product_tags"));
    let error = query!(Product(1).tags.create(name = "rust")).run(&db).await.unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(error.constraint(), Some(Tag::NAME_KEY));
    let names = ["one", "two", "rust"];
    let error = query!(Product(1).tags.bulk_create(for name in names => name = name)).run(&db).await.unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag").await, 4);
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_product_tags").await, 5);
}

#[tokio::test]
async fn rows_are_made_and_linked() {
    let (_keep, db) = shop().await;
    let made: Vec<Tag> = query!(Product(2).tags.bulk_create(for name in ["z", "a", "ü"] => name = name, color = "red"))
        .run(&db)
        .await
        .unwrap();
    let names: Vec<&str> = made.iter().map(|tag| tag.name.as_str()).collect();
    // In the order in which they were given.
    assert_eq!(names, ["z", "a", "ü"]);
    assert_eq!(tags(&db, 2).await, names);
    let names = ["p", "q"];
    let n =
        query!(Product(5).tags.bulk_create(for name in names => name = name).no_returning()).run(&db).await.unwrap();
    assert_eq!((n, tags(&db, 5).await.len()), (2, 2));
    let none: [&str; 0] = [];
    let count = query!(Product(5).tags.bulk_create(for name in none => name = name).no_returning());
    assert_eq!((count.round_trips(), count.run(&db).await.unwrap()), (0, 0));
    assert!(query!(Product(5).tags.bulk_create(for name in none => name = name)).run(&db).await.unwrap().is_empty());
    // Those that are there are changed and linked too; a link that is there stays.
    let colors = [("rust", "grey"), ("fun", "blue"), ("more", "white")];
    let rows = query!(
        Product(1)
            .tags
            .bulk_create(for (name, color) in colors => name = name, color = color)
            .update_conflicts(unique_fields(name), update_fields(color))
    )
    .run(&db)
    .await
    .unwrap();
    assert_eq!(rows.iter().map(|tag| tag.id).take(2).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(tags(&db, 1).await, ["rust", "sql", "fun", "more"]);
    assert_eq!(query!(Tag(1)).run(&db).await.unwrap().color.as_deref(), Some("grey"));
}

#[tokio::test]
async fn a_row_that_is_there_is_linked() {
    let (_keep, db) = shop().await;
    // Linked already, there without a link, not there.
    for (name, made, count) in [("rust", false, 2), ("fun", false, 3), ("new", true, 4), ("new", false, 4)] {
        let get = query!(Product(1).tags.get_or_create(name = name, defaults(color = "red")));
        assert_eq!(get.round_trips(), 1);
        let (tag, created): (Tag, bool) = get.run(&db).await.unwrap();
        assert_eq!((tag.name.as_str(), created), (name, made));
        assert_eq!(tag.color.as_deref(), (name == "new").then_some("red"));
        assert_eq!(tags(&db, 1).await.len(), count);
    }
    for (name, color, made) in [("rust", Some("blue"), false), ("rust", None, false), ("other", None, true)] {
        let (tag, created) =
            query!(Product(3).tags.update_or_create(name = name, defaults(color? = color))).run(&db).await.unwrap();
        assert_eq!((tag.color.as_deref(), created), ((!made).then_some("blue"), made));
    }
    assert_eq!(tags(&db, 3).await, ["rust", "fun", "other"]);
    let error = query!(Product(99).tags.get_or_create(name = "late")).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::ForeignKey));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_want_the_same_row_and_link_make_one() {
    let (_keep, db) = shop().await;
    let tasks: Vec<_> = (0..40)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                let product = 2 + n % 2;
                query!(Product(product).tags.get_or_create(name = "wanted")).run(&db).await.unwrap().1
            })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        created += usize::from(task.await.unwrap());
    }
    assert_eq!(created, 1);
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag WHERE name = 'wanted'").await, 1);
    assert_eq!(query!(ProductTag.filter(tag.name = "wanted").count()).run(&db).await.unwrap(), 2);
}
