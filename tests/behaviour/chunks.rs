//! Rows in chunks, with their prefetches.

use crate::shop::{number, plain, shop};
use nuages::{ErrorKind, query};
use std::pin::pin;
use std::task::{Context, Waker};

#[tokio::test]
async fn the_same_chunks_on_every_executor() {
    let (database, db) = shop().await;
    let above = 0;
    let query = query!(Product.filter(id.gt = above).prefetch_related(tags, reviews.user).order_by(id));
    macro_rules! check {
        ($executor:expr) => {{
            let executor = $executor;
            let all = query.run(executor).await.unwrap();
            for size in [1, 2, 5, 6, usize::MAX] {
                let mut chunks = query.iterator(executor, size);
                let (mut rows, mut left) = (Vec::new(), 5);
                while let Some(chunk) = chunks.next().await {
                    let chunk = chunk.unwrap();
                    assert_eq!(chunk.len(), size.min(left));
                    left -= chunk.len();
                    rows.extend(chunk);
                }
                assert_eq!(rows, all, "chunks of {size}");
                assert!(chunks.next().await.is_none());
            }
            // Dropped before, within and after the first chunk.
            drop(query.iterator(executor, 2));
            let mut chunks = query.iterator(executor, 2);
            assert!(begun(chunks.next()));
            drop(chunks);
            let mut chunks = query.iterator(executor, 2);
            assert_eq!(chunks.next().await.unwrap().unwrap().len(), 2);
            drop(chunks);
            assert_eq!(query!(Product.count()).run(executor).await.unwrap(), 5);
            let zero = query.iterator(executor, 0).next().await.unwrap().unwrap_err();
            assert_eq!(zero.kind(), ErrorKind::InvalidInput);
            assert_eq!(zero.to_string(), "found chunks of 0 rows, expected at least 1");
            assert!(query!(Product.filter(id.lt = 0)).iterator(executor, 3).next().await.is_none());
            assert!(query!(Product.order_by(id)[3..1]).iterator(executor, 3).next().await.is_none());
        }};
    }
    let cursors = "SELECT count(*) FROM pg_cursors WHERE name LIKE 'nuages%'";
    check!(&db);
    // Each connection comes back without a cursor and out of its transaction.
    let clients = [db.client().await.unwrap(), db.client().await.unwrap(), db.client().await.unwrap()];
    for client in &clients {
        assert_eq!(client.query_one(cursors, &[]).await.unwrap().get::<_, i64>(0), 0);
        client.batch_execute("SET TRANSACTION READ WRITE; CREATE TEMP TABLE written ()").await.unwrap();
    }
    drop(clients);
    let pooled = db.client().await.unwrap();
    check!(&pooled);
    assert_eq!(pooled.query_one(cursors, &[]).await.unwrap().get::<_, i64>(0), 0);
    drop(pooled);
    let mut client = plain(&database).await;
    check!(&client);
    assert_eq!(client.query_one(cursors, &[]).await.unwrap().get::<_, i64>(0), 0);
    let tx = client.transaction().await.unwrap();
    check!(&tx);
    tx.rollback().await.unwrap();
    db.atomic(async |tx| {
        check!(tx);
        Ok::<_, nuages::Error>(())
    })
    .await
    .unwrap();
    db.transaction()
        .read_only()
        .atomic(async |tx| {
            check!(tx);
            Ok::<_, nuages::Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn other_statements_run_between_chunks() {
    let (_keep, db) = shop().await;
    let query = query!(Product.prefetch_related(tags).order_by(id));
    db.atomic(async |tx| {
        let mut chunks = query.iterator(tx, 2);
        let mut seen = Vec::new();
        while let Some(chunk) = chunks.next().await {
            for product in chunk? {
                query!(Product.filter(id = product.id).update(stock = F(stock) + 1)).run(tx).await?;
                seen.push((product.id, product.stock));
            }
        }
        assert_eq!(seen, [(1, 5), (2, 0), (3, 7), (4, 100), (5, 3)]);
        // Rows can be locked as they come.
        let mut locked = query!(Product.order_by(id).select_for_update()).iterator(tx, 3);
        assert_eq!(locked.next().await.unwrap()?.len(), 3);
        Ok::<_, nuages::Error>(())
    })
    .await
    .unwrap();
    // All chunks of a `Db` are as of one moment, their prefetches too.
    let mut chunks = query.iterator(&db, 4);
    assert_eq!(chunks.next().await.unwrap().unwrap()[0].stock, 6);
    query!(ProductTag.create(product = 5, tag = 1)).run(&db).await.unwrap();
    let last = chunks.next().await.unwrap().unwrap();
    assert!(last[0].id == 5 && last[0].tags.is_empty());
    assert!(chunks.next().await.is_none());
    assert_eq!(db.status().available, db.status().size);
}

#[tokio::test]
async fn an_error_in_the_middle_of_chunks_ends_them() {
    let (_keep, db) = shop().await;
    query!(Product.filter(id = 3).update(weight = 0.0)).run(&db).await.unwrap();
    query!(Product.exclude(id = 3).update(weight = 1.0)).run(&db).await.unwrap();
    let query = query!(Product.order_by(id).values_list(id, F(stock) / F(weight)));
    let mut chunks = query.iterator(&db, 1);
    let error = loop {
        match chunks.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("no error"),
        }
    };
    assert_eq!(error.sqlstate(), Some("22012"));
    assert!(chunks.next().await.is_none());
    drop(chunks);
    for _ in 0..8 {
        query!(Tag.filter(id = 1).update(color = "red")).run(&db).await.unwrap();
    }
    assert_eq!(number(&db, "SELECT count(*) FROM pg_cursors WHERE name LIKE 'nuages%'").await, 0);
    let left = db
        .atomic(async |tx| {
            let failed = tx
                .atomic(async |inner| {
                    let mut chunks = query.iterator(inner, 1);
                    while let Some(chunk) = chunks.next().await {
                        chunk?;
                    }
                    Ok::<_, nuages::Error>(())
                })
                .await;
            assert_eq!(failed.unwrap_err().sqlstate(), Some("22012"));
            query!(Product.count()).run(tx).await
        })
        .await;
    assert_eq!(left.unwrap(), 5);
}

/// Begins a future and drops it where it first waits; whether it does.
fn begun(future: impl Future) -> bool {
    pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_pending()
}
