//! Several queries as one.

use crate::shop::{number, price, shop};
use nuages::{Db, Error, ErrorKind, Transaction, query};
use std::time::Duration;

async fn tags(db: &Db) -> i64 {
    number(db, "SELECT count(*) FROM catalog_tag").await
}

#[tokio::test]
async fn all_or_nothing() {
    let (_keep, db) = shop().await;
    let made = db
        .atomic(async |tx| {
            query!(Tag.create(name = "a")).run(tx).await?;
            // Nobody else sees it yet; the transaction does.
            assert_eq!(tags(&db).await, 4);
            query!(Tag.count()).run(tx).await
        })
        .await;
    assert_eq!((made.unwrap(), tags(&db).await), (5, 5));
    let refused: Result<(), Error> = db
        .atomic(async |tx| {
            query!(Tag.create(name = "b")).run(tx).await?;
            query!(Tag.create(name = "rust")).run(tx).await?;
            Ok(())
        })
        .await;
    assert!(refused.unwrap_err().is_unique_violation());
    assert_eq!(tags(&db).await, 5);
}

/// An error of the program's own.
#[derive(Debug)]
enum Refused {
    SoldOut(i32),
    Database(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

async fn buy(tx: &Transaction, product: i64, pieces: i32) -> Result<i32, Refused> {
    let n = query!(Product.filter(pk = product, stock.gte = pieces).update(stock = F(stock) - pieces)).run(tx).await?;
    let left = query!(Product(product).values_list(stock, flat)).run(tx).await?;
    if n == 0 { Err(Refused::SoldOut(left)) } else { Ok(left) }
}

#[tokio::test]
async fn an_error_of_one_s_own_takes_all_back() {
    let (_keep, db) = shop().await;
    let result = db
        .atomic(async |tx| {
            assert_eq!(buy(tx, 1, 3).await?, 2);
            buy(tx, 1, 3).await
        })
        .await;
    assert!(matches!(result, Err(Refused::SoldOut(2))), "{result:?}");
    assert_eq!(query!(Product(1).values_list(stock, flat)).run(&db).await.unwrap(), 5);
    let result = db.atomic(async |tx| buy(tx, 77, 1).await).await;
    assert!(matches!(result, Err(Refused::Database(error)) if error.is_does_not_exist()));
}

#[tokio::test]
async fn a_nested_one_is_taken_back_alone() {
    let (_keep, db) = shop().await;
    db.atomic(async |tx| {
        query!(Tag.create(name = "kept")).run(tx).await?;
        let inner = tx
            .atomic(async |inner| {
                query!(Tag.create(name = "lost")).run(inner).await?;
                let deepest = inner.atomic(async |deep| query!(Tag.create(name = "kept")).run(deep).await).await;
                assert!(deepest.unwrap_err().is_unique_violation());
                // The savepoint has healed it.
                assert_eq!(query!(Tag.count()).run(inner).await?, 6);
                query!(Tag.create(name = "rust")).run(inner).await
            })
            .await;
        assert!(inner.unwrap_err().is_unique_violation());
        query!(Tag.create(name = "also kept")).run(tx).await
    })
    .await
    .unwrap();
    let names = query!(Tag.filter(id.gt = 4).order_by(name).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(names, ["also kept", "kept"]);
}

#[tokio::test]
async fn an_error_that_is_swallowed_is_not_committed_in_silence() {
    let (_keep, db) = shop().await;
    let result: Result<(), Error> = db
        .atomic(async |tx| {
            query!(Tag.create(name = "a")).run(tx).await?;
            let _ = query!(Tag.create(name = "rust")).run(tx).await;
            Ok(())
        })
        .await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Aborted);
    assert_eq!(tags(&db).await, 4);
}

#[tokio::test]
async fn a_panic_and_a_dropped_future_take_all_back() {
    let (_keep, db) = shop().await;
    let other = db.clone();
    let task = tokio::spawn(async move {
        other
            .atomic(async |tx| {
                query!(Tag.create(name = "a")).run(tx).await?;
                assert_eq!(query!(Tag.count()).run(tx).await?, 0, "the panic of the test");
                Ok::<_, Error>(())
            })
            .await
    });
    assert!(task.await.unwrap_err().is_panic());
    let never = db.atomic(async |tx| {
        query!(Tag.create(name = "b")).run(tx).await?;
        std::future::pending::<Result<(), Error>>().await
    });
    assert!(tokio::time::timeout(Duration::from_millis(300), never).await.is_err());
    // Every connection of the pool works and is in no transaction.
    for _ in 0..8 {
        assert_eq!(query!(Tag.filter(id.lte = 4).count()).run(&db).await.unwrap(), 4);
    }
    query!(Tag.create(name = "b")).run(&db).await.unwrap();
    assert_eq!(tags(&db).await, 5);
}

#[tokio::test]
async fn buyers_at_the_same_moment_never_take_more_than_there_is() {
    let (_keep, db) = shop().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                db.atomic(async |tx| {
                    buy(tx, 1, 1).await?;
                    query!(Order(2).items.create(product = 1, quantity = 1, unit_price = price("1"))).run(tx).await?;
                    Ok::<_, Refused>(())
                })
                .await
            })
        })
        .collect();
    let mut bought = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => bought += 1,
            Err(Refused::SoldOut(left)) => assert_eq!(left, 0),
            Err(Refused::Database(error)) => panic!("{error:?}"),
        }
    }
    assert_eq!(bought, 5);
    assert_eq!(query!(Order(2).items.count()).run(&db).await.unwrap(), 5);
    assert_eq!(query!(Product(1).values_list(stock, flat)).run(&db).await.unwrap(), 0);
}
