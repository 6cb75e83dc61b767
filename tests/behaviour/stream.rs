//! Rows as they arrive.

use crate::shop::{number, shop};
use nuages::{Error, query};
use std::time::Duration;

/// Waits until the server runs nothing else on this database.
async fn quiet(db: &nuages::Db) {
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' \
                AND pid <> pg_backend_pid()";
    for _ in 0..200 {
        if number(db, busy).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("a statement goes on");
}

#[tokio::test]
async fn all_rows_in_their_order() {
    let (_keep, db) = shop().await;
    query!(Tag.bulk_create(for i in 0..5_000 => name = format!("{i:04}")).no_returning()).run(&db).await.unwrap();
    let mut rows = query!(Tag.filter(name.lt = "a").order_by(-name)).stream(&db);
    let mut expected = (0..5_000).rev();
    while let Some(tag) = rows.next().await {
        assert_eq!(Some(tag.unwrap().name), expected.next().map(|i| format!("{i:04}")));
    }
    assert_eq!(expected.next(), None);
    // Read to its end, the connection goes back to the pool, before the stream does.
    assert_eq!(db.status().available, db.status().size);
    let mut rows = query!(Order.select_related(user, address).order_by(id)).stream(&db);
    let first = rows.next().await.unwrap().unwrap();
    assert_eq!((first.user.name.as_str(), first.address.map(|a| a.city).as_deref()), ("Ada", Some("Paris")));
    let mut none = query!(Product.filter(id.lt = 0).values_list(name, flat)).stream(&db);
    assert!(none.next().await.is_none());
    let mut nothing = query!(Product.order_by(id)[3..1]).stream(&db);
    assert!(nothing.next().await.is_none());
    let below = -1;
    let mut refused = query!(Product.order_by(id)[below..]).stream(&db);
    assert!(refused.next().await.unwrap().is_err());
    assert!(refused.next().await.is_none());
}

#[tokio::test]
async fn one_that_is_dropped_early_leaves_the_pool_clean() {
    let (_keep, db) = shop().await;
    query!(Tag.bulk_create(for i in 0..20_000 => name = i.to_string()).no_returning()).run(&db).await.unwrap();
    for read in [0, 1, 700] {
        let mut rows = query!(Tag.order_by(id)).stream(&db);
        for _ in 0..read {
            rows.next().await.unwrap().unwrap();
        }
        drop(rows);
        // More statements than connections, so that each of them would be met.
        for _ in 0..8 {
            assert_eq!(query!(Tag.filter(id.lte = 4).count()).run(&db).await.unwrap(), 4);
        }
        quiet(&db).await;
    }
}

#[tokio::test]
async fn an_error_in_the_middle_ends_it() {
    let (_keep, db) = shop().await;
    query!(Product.filter(id = 3).update(weight = 0.0)).run(&db).await.unwrap();
    query!(Product.exclude(id = 3).update(weight = 1.0)).run(&db).await.unwrap();
    // The third row divides by zero.
    let query = query!(Product.order_by(id).values_list(id, F(stock) / F(weight)));
    let mut rows = query.stream(&db);
    let mut seen = Vec::new();
    let error = loop {
        match rows.next().await {
            Some(Ok((id, _))) => seen.push(id),
            Some(Err(error)) => break error,
            None => panic!("no error"),
        }
    };
    assert_eq!(error.sqlstate(), Some("22012"));
    assert!(seen.is_empty() || seen == [1, 2], "{seen:?}");
    assert!(rows.next().await.is_none());
    drop(rows);
    assert_eq!(query!(Product.count()).run(&db).await.unwrap(), 5);
    quiet(&db).await;
    // A transaction has failed with it, and can be gone back in.
    let left = db
        .atomic(async |tx| {
            let failed = tx
                .atomic(async |inner| {
                    let mut rows = query.stream(inner);
                    while let Some(row) = rows.next().await {
                        row?;
                    }
                    Ok::<_, Error>(())
                })
                .await;
            assert_eq!(failed.unwrap_err().sqlstate(), Some("22012"));
            query!(Product.count()).run(tx).await
        })
        .await;
    assert_eq!(left.unwrap(), 5);
}

#[tokio::test]
async fn in_a_transaction_other_statements_run_between_rows() {
    let (_keep, db) = shop().await;
    query!(Tag.bulk_create(for i in 0..1_000 => name = i.to_string()).no_returning()).run(&db).await.unwrap();
    let changed = db
        .atomic(async |tx| {
            let mut rows = query!(Tag.filter(id.gt = 4).order_by(id)).stream(tx);
            let mut changed = 0;
            while let Some(tag) = rows.next().await {
                let tag = tag?;
                if tag.id % 100 == 0 {
                    changed += query!(Tag(&tag).update(color = "red")).run(tx).await?;
                }
            }
            Ok::<_, Error>(changed)
        })
        .await
        .unwrap();
    assert_eq!(changed, 10);
}
