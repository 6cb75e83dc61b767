//! One row that is there, or is made: whoever else does the same at the same time.

use crate::shop::{may, number, price, shop};
use nuages::{Db, Error, Isolation, Query, Write, query};
use nuages_devdb::Database;
use nuages_tests::models::{Product, Review, Status, Tag};
use std::sync::Arc;
use tokio::sync::Barrier;

/// The version of a row: another after every write of it.
async fn version(db: &Db, of: &str) -> i64 {
    number(db, &format!("SELECT xmin::text::bigint FROM {of}")).await
}

#[tokio::test]
async fn what_is_there_is_read_without_a_write() {
    let (_keep, db) = shop().await;
    let before = version(&db, "catalog_tag WHERE id = 1").await;
    let query: Query<(Tag, bool), Write> = query!(Tag.get_or_create(name = "rust", defaults(color = "red")));
    assert_eq!(query.round_trips(), 1);
    let (tag, created) = query.run(&db).await.unwrap();
    assert_eq!((tag.id, tag.name.as_str(), tag.color.as_deref(), created), (1, "rust", None, false));
    assert_eq!(version(&db, "catalog_tag WHERE id = 1").await, before);
    // No number of the key is used up either.
    let made = query!(Tag.create(name = "next")).run(&db).await.unwrap();
    assert_eq!(made.id, 5);
}

#[tokio::test]
async fn what_is_missing_is_made_with_its_defaults() {
    let (_keep, db) = shop().await;
    let mut evaluated = 0;
    let mut color = || {
        evaluated += 1;
        "blue"
    };
    let (tag, created) = query!(Tag.get_or_create(name = "new", defaults(color = color()))).run(&db).await.unwrap();
    assert_eq!((tag.color.as_deref(), created, evaluated), (Some("blue"), true, 1));
    let color: Option<&str> = None;
    let query = |color: Option<&'static str>| query!(Tag.get_or_create(name = "plain", defaults(color? = color)));
    assert_eq!(query(color).run(&db).await.unwrap().0.color, None);
    assert!(!query(Some("red")).run(&db).await.unwrap().1);
    // Two fields, one of them from the relation; what is not given has the schema's default.
    let (review, created): (Review, bool) =
        query!(Product(3).reviews.get_or_create(user = 2, defaults(rating = 4, is_approved = true)))
            .run(&db)
            .await
            .unwrap();
    assert_eq!((review.product_id, review.user_id, review.rating, review.body.as_str(), created), (3, 2, 4, "", true));
    let (again, created) =
        query!(Product(3).reviews.get_or_create(user = 2, defaults(rating = 1))).run(&db).await.unwrap();
    assert_eq!((again, created), (review, false));
}

#[tokio::test]
async fn a_struct_of_ones_own_is_filled() {
    #[derive(Debug, PartialEq)]
    struct Named {
        tag: Tag,
    }
    let (_keep, db) = shop().await;
    let (Named { tag }, created) = query!(Tag.get_or_create(name = "sql") as Named).run(&db).await.unwrap();
    assert_eq!((tag.id, created), (2, false));
}

#[tokio::test]
async fn what_is_there_is_changed_and_what_is_missing_is_made() {
    let (_keep, db) = shop().await;
    let old = query!(Product(1)).run(&db).await.unwrap();
    let put = |slug: &'static str| {
        query!(Product.update_or_create(
            slug = slug,
            defaults(price = price("12.00"), stock = F(stock) + 1),
            create_defaults(name = "Kite", category = 4, price = price("3.00"), status = Status::Draft)
        ))
    };
    let (atlas, created) = put("atlas").run(&db).await.unwrap();
    assert_eq!((atlas.id, atlas.price, atlas.stock, created), (1, price("12.00"), 6, false));
    assert_eq!((atlas.created_at, atlas.name.as_str()), (old.created_at, "Atlas"));
    assert!(atlas.updated_at > old.updated_at);
    let (kite, created) = put("kite").run(&db).await.unwrap();
    assert_eq!((kite.price, kite.stock, kite.status, created), (price("3.00"), 0, Status::Draft, true));
    let (kite, created) = put("kite").run(&db).await.unwrap();
    assert_eq!((kite.price, kite.stock, created), (price("12.00"), 1, false));
    // Without values of its own a new row gets those of the change.
    let (tag, created) = query!(Tag.update_or_create(name = "new", defaults(color = "red"))).run(&db).await.unwrap();
    assert_eq!((tag.color.as_deref(), created), (Some("red"), true));
    let (tag, created) = query!(Tag.update_or_create(name = "new", defaults(color = None))).run(&db).await.unwrap();
    assert_eq!((tag.color, created), (None, false));
}

#[tokio::test]
async fn nothing_is_written_where_nothing_is_left_to_change() {
    let (_keep, db) = shop().await;
    let put = |slug: &'static str, name: Option<&'static str>| {
        query!(Product.update_or_create(
            slug = slug,
            defaults(name? = name),
            create_defaults(name = "x", category = 1, price = price("1"))
        ))
    };
    let before = version(&db, "catalog_product WHERE id = 1").await;
    let (atlas, created) = put("atlas", None).run(&db).await.unwrap();
    assert_eq!((atlas.name.as_str(), created), ("Atlas", false));
    assert_eq!(version(&db, "catalog_product WHERE id = 1").await, before);
    let (renamed, _) = put("atlas", Some("Atlas II")).run(&db).await.unwrap();
    assert_eq!(renamed.name, "Atlas II");
    assert!(renamed.updated_at > atlas.updated_at);
    assert!(put("new", None).run(&db).await.unwrap().1);
}

#[tokio::test]
async fn a_partial_constraint_keeps_its_rows_single() {
    let (_keep, db) = shop().await;
    let get = |user: i64| {
        query!(Address.get_or_create(
            user = user,
            is_default = true,
            defaults(street = "2, rue Neuve", city = "Nantes", country = "FR")
        ))
    };
    // Ada has two addresses, one of them the default; Cyd has none.
    let (address, created) = get(1).run(&db).await.unwrap();
    assert_eq!((address.id, created), (1, false));
    let (address, created) = get(3).run(&db).await.unwrap();
    assert_eq!((address.city.as_str(), address.is_default, created), ("Nantes", true, true));
    assert!(!get(3).run(&db).await.unwrap().1);
    query!(Address(address.id).update(is_default = false)).run(&db).await.unwrap();
    assert!(get(3).run(&db).await.unwrap().1);
    let rows = query!(Address.bulk_create(for (user, city) in [(1, "Rennes"), (2, "Quimper")] =>
        user = user, city = city, street = "3", country = "FR", is_default = true)
        .update_conflicts(unique_fields(user), update_fields(city)))
    .run(&db)
    .await
    .unwrap();
    assert_eq!(rows.iter().map(|a| (a.id, a.city.as_str())).collect::<Vec<_>>(), [(1, "Rennes"), (3, "Quimper")]);
}

/// Twelve connections, and as many runs of one task at once as are asked for.
async fn together<T: Send + 'static>(
    database: &Database,
    runs: usize,
    query: impl Fn(usize) -> Query<T, Write>,
) -> Vec<T> {
    let db = crate::pooler::way(database).pool_size(12).connect().await.unwrap();
    let start = Arc::new(Barrier::new(runs));
    let tasks: Vec<_> = (0..runs)
        .map(|i| {
            let (db, start, query) = (db.clone(), Arc::clone(&start), query(i));
            tokio::spawn(async move {
                start.wait().await;
                query.run(&db).await.unwrap()
            })
        })
        .collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_at_once_one_makes_the_row_and_all_get_it() {
    let (keep, db) = shop().await;
    for round in 0..20 {
        let name = format!("race {round}");
        let all =
            together(&keep, 50, |i| query!(Tag.get_or_create(name = &name, defaults(color = format!("c{i}"))))).await;
        assert_eq!(all.iter().filter(|(_, created)| *created).count(), 1, "round {round}");
        assert!(all.iter().all(|(tag, _)| *tag == all[0].0), "round {round}");
    }
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag WHERE name LIKE 'race %'").await, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_at_once_none_loses_its_change() {
    let (keep, _db) = shop().await;
    for round in 0..10 {
        let slug = format!("race-{round}");
        let all: Vec<(Product, bool)> = together(&keep, 50, |_| {
            query!(Product.update_or_create(
                slug = &slug,
                defaults(stock = F(stock) + 1),
                create_defaults(name = "Race", category = 1, price = price("1"), stock = 1)
            ))
        })
        .await;
        assert_eq!(all.iter().filter(|(_, created)| *created).count(), 1, "round {round}");
        // Each has seen a number of its own.
        let mut stocks: Vec<i32> = all.iter().map(|(product, _)| product.stock).collect();
        stocks.sort_unstable();
        assert!(stocks.into_iter().eq(1..=50), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_that_come_and_go_are_no_mistake() {
    let (keep, _db) = shop().await;
    // Every third takes away what the others get or make.
    let all = together(&keep, 60, |i| {
        let name = if i % 3 == 0 { "comes and goes" } else { "stays" };
        query!(Tag.get_or_create(name = name))
    })
    .await;
    let id = all[0].0.id;
    let gone = together(&keep, 60, |i| {
        let kept = (i % 3 == 0).then_some(id);
        query!(Tag.update_or_create(name = "comes and goes", defaults(color? = kept.map(|id| id.to_string()))))
    });
    let deleted = together(&keep, 30, |_| query!(Tag.filter(name = "comes and goes").delete()));
    let (rows, _) = tokio::join!(gone, deleted);
    assert!(rows.iter().all(|(tag, _)| tag.name == "comes and goes"));
}

#[tokio::test]
async fn who_meets_a_row_that_is_not_there_yet_waits_for_it() {
    let (_keep, db) = shop().await;
    let other = db.clone();
    let waiting = db
        .atomic(async |tx| {
            let (tag, created) = query!(Tag.get_or_create(name = "soon", defaults(color = "red"))).run(tx).await?;
            assert!(created);
            let waiting =
                tokio::spawn(async move { query!(Tag.get_or_create(name = "soon")).run(&other).await.unwrap() });
            // Until it waits for the lock.
            let waits =
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
            while number(&db, waits).await == 0 {
                tokio::task::yield_now().await;
            }
            assert!(!waiting.is_finished());
            Ok::<_, Error>((tag, waiting))
        })
        .await
        .unwrap();
    let (tag, waiting) = waiting;
    assert_eq!(waiting.await.unwrap(), (tag, false));
}

#[tokio::test]
async fn a_row_that_a_snapshot_does_not_show_is_a_typed_error() {
    let (_keep, db) = shop().await;
    let error = db
        .transaction()
        .isolation(Isolation::RepeatableRead)
        .atomic(async |tx| {
            query!(Tag.count()).run(tx).await?;
            query!(Tag.create(name = "meanwhile")).run(&db).await?;
            query!(Tag.get_or_create(name = "meanwhile")).run(tx).await
        })
        .await
        .unwrap_err();
    assert_eq!(error.sqlstate(), Some("40001"));
    // Another constraint than the one it goes by is a conflict like any other.
    let error = query!(Tag.get_or_create(pk = 77, defaults(name = "rust"))).run(&db).await.unwrap_err();
    assert_eq!((error.is_unique_violation(), error.columns()), (true, &["name".to_owned()][..]));
    let order = query!(Order.get_or_create(number = "N-1", defaults(user = 1, placed_at = may(1, 1)))).run(&db).await;
    assert!(order.unwrap().1);
}
