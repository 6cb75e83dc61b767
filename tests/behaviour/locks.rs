//! Rows that are locked: who waits, who is refused, who looks elsewhere.

use crate::shop::{number, shop};
use nuages::{Db, Error, ErrorKind, query};
use std::time::Duration;

#[tokio::test]
async fn nowait_is_refused_while_another_holds_the_row() {
    let (_keep, db) = shop().await;
    db.atomic(async |first| {
        let held = query!(Product(1).select_for_update()).run(first).await?;
        assert_eq!(held.name, "Atlas");
        let refused = db
            .atomic(async |second| {
                // Rows that nobody holds are there for both.
                assert_eq!(query!(Product(2).select_for_update(nowait)).run(second).await?.name, "Ballad");
                query!(Product.filter(id = 1).select_for_update(nowait)).run(second).await
            })
            .await;
        let refused = refused.unwrap_err();
        assert_eq!((refused.kind(), refused.sqlstate()), (ErrorKind::Locked, Some("55P03")));
        // To read is not to lock.
        assert_eq!(query!(Product(1)).run(&db).await?.stock, 5);
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn who_waits_sees_what_the_other_wrote() {
    let (_keep, db) = shop().await;
    let take = async || {
        db.atomic(async |tx| {
            let product = query!(Product.select_for_update().get(id = 1)).run(tx).await?;
            // The other one would read the same stock, were it not for the lock.
            tokio::time::sleep(Duration::from_millis(20)).await;
            query!(Product(1).update(stock = product.stock - 1)).run(tx).await
        })
        .await
        .unwrap()
    };
    tokio::join!(take(), take(), take());
    assert_eq!(query!(Product(1).values_list(stock, flat)).run(&db).await.unwrap(), 2);
}

#[tokio::test]
async fn eight_workers_never_take_one_job_twice() {
    let (database, db) = shop().await;
    db.execute_script("INSERT INTO catalog_tag (name) SELECT 'job ' || n FROM generate_series(1, 60) n").await.unwrap();
    let db = crate::pooler::way(&database).pool_size(8).connect().await.unwrap();
    let worker = |db: Db| async move {
        let mut done: Vec<i64> = Vec::new();
        loop {
            let job = db
                .atomic(async |tx| {
                    let next = query!(
                        Tag.filter(name.startswith = "job ", color = None)
                            .order_by(id)
                            .select_for_update(skip_locked)
                            .first()
                    );
                    let Some(job) = next.run(tx).await? else { return Ok(None) };
                    tokio::task::yield_now().await;
                    query!(Tag(job.id).update(color = "#00ff00")).run(tx).await?;
                    Ok::<_, Error>(Some(job.id))
                })
                .await
                .unwrap();
            match job {
                Some(id) => done.push(id),
                None => return done,
            }
        }
    };
    let workers: Vec<_> = (0..8).map(|_| tokio::spawn(worker(db.clone()))).collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    // A worker that finds all jobs held goes home; the jobs themselves are done by those who hold them.
    let taken = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!((taken, all.len()), (60, 60));
}

#[tokio::test]
async fn only_what_is_named_is_locked() {
    let (_keep, db) = shop().await;
    // Whether the first product, its category and its tags can be had by somebody else.
    let free = async || {
        db.atomic(async |tx| {
            let product =
                query!(Product.filter(id = 1).select_for_update(skip_locked).values_list(id, flat)).run(tx).await?;
            let category = query!(Category.filter(id = 1).select_for_update(skip_locked)).run(tx).await?;
            let tags = query!(Tag.filter(products = 1).select_for_update(skip_locked)).run(tx).await?;
            Ok::<_, Error>((product.len(), category.len(), tags.len()))
        })
        .await
        .unwrap()
    };
    assert_eq!(free().await, (1, 1, 2));
    macro_rules! holding {
        ($query:expr) => {
            db.atomic(async |tx| {
                $query.run(tx).await?;
                Ok::<_, Error>(free().await)
            })
            .await
            .unwrap()
        };
    }
    assert_eq!(holding!(query!(Product.filter(id = 1, category.slug = "books").select_for_update())), (0, 1, 2));
    assert_eq!(holding!(query!(Product.filter(id = 1).select_related(category).select_for_update())), (0, 0, 2));
    let nullable = query!(Product.filter(id = 1).select_related(category.parent).select_for_update(of(self)));
    assert_eq!(holding!(nullable), (0, 1, 2));
    let category = query!(Product.filter(id = 1).select_related(category).select_for_update(of(category), nowait));
    assert_eq!(holding!(category), (1, 0, 2));
    let root = query!(Product.filter(id = 1).prefetch_related(tags).select_for_update());
    assert_eq!(holding!(root), (0, 1, 2));
    let children = query!(Product.filter(id = 1).prefetch_related(tags.select_for_update()));
    assert_eq!(holding!(children), (1, 1, 0));
    assert_eq!(holding!(query!(Product(1).tags.select_for_update())), (1, 1, 0));
    let counted = query!(Product.annotate(n = Count(reviews)).filter(n = 2).select_for_update());
    assert_eq!(holding!(counted), (0, 1, 2));
    assert_eq!(holding!(query!(Product.order_by(id).select_for_update()[..1])), (0, 1, 2));
    // The server locks what an offset leaves out, too; a condition does not.
    assert_eq!(holding!(query!(Product.filter(id.gt = 1).select_for_update()[..1])), (1, 1, 2));
    assert_eq!(holding!(query!(Product.order_by(id).select_for_update().page(1, 1))), (0, 1, 2));
    assert_eq!(holding!(query!(Product.order_by(-id).select_for_update().last())), (0, 1, 2));
    assert_eq!(holding!(query!(Product.select_for_update().in_bulk([1]))), (0, 1, 2));
}

#[tokio::test]
async fn a_key_that_is_locked_can_be_referred_to_with_no_key() {
    let (_keep, db) = shop().await;
    db.atomic(async |tx| {
        query!(Category(1).select_for_update(no_key)).run(tx).await?;
        // A foreign key takes a share of the row's key, which `no_key` leaves free.
        db.atomic(async |other| {
            other.execute_script("SET LOCAL lock_timeout = '2s'").await?;
            query!(Category.create(name = "Below", slug = "below", parent = 1)).run(other).await
        })
        .await?;
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_category WHERE slug = 'below'").await, 1);
}

#[tokio::test]
async fn a_pinned_read_reads() {
    let (_keep, db) = shop().await;
    assert_eq!(query!(Product.using(primary).count()).run(&db).await.unwrap(), 5);
    let names = query!(Product.using(primary).order_by(id).values_list(name, flat)[..2]);
    assert_eq!(names.run(&db.primary()).await.unwrap(), ["Atlas", "Ballad"]);
    let mut rows = query!(Product.using(primary).order_by(id)).stream(&db);
    assert_eq!(rows.next().await.unwrap().unwrap().id, 1);
    assert_eq!(query!(Tag.create(name = "new")).run(&db.primary()).await.unwrap().name, "new");
}
