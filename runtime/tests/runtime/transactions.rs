//! All or nothing, however it ends.

use std::sync::Arc;
use std::time::Duration;

use nuages::private::{Plan, build, ty};
use nuages::{Db, Error, ErrorKind, Integrity, Isolation, Query, Read, Transaction, Write};
use tokio::sync::Notify;

use crate::support::{INT8, Value, database, fixed, number, param, settled, sleep};

const TABLE: &str = "CREATE TABLE item (id bigint PRIMARY KEY, name text NOT NULL DEFAULT '')";
const COUNT: &str = "SELECT count(*) FROM item";

fn insert(id: i64) -> Query<u64, Write> {
    static PLAN: Plan<u64> = Plan::<u64>::affected("Item", fixed("INSERT INTO item VALUES ($1)", &[param(0, INT8)]));
    build().bind(ty::<i64>(), id).finish(&PLAN)
}

fn count() -> Query<i64, Read> {
    static PLAN: Plan<i64> = Plan::<i64>::count("Item", fixed(COUNT, &[]));
    build().finish(&PLAN)
}

#[derive(Debug)]
enum Mine {
    Stop,
    Db(Error),
}

impl From<Error> for Mine {
    fn from(error: Error) -> Self {
        Self::Db(error)
    }
}

#[tokio::test]
async fn ok_commits_and_err_rolls_back() {
    let (_keep, db) = database(TABLE).await;
    let value = db
        .atomic(async |tx| {
            insert(1).run(tx).await?;
            count().run(tx).await
        })
        .await
        .unwrap();
    assert_eq!((value, number(&db, COUNT).await), (1, 1));

    let stopped = db
        .atomic(async |tx| {
            insert(2).run(tx).await?;
            assert_eq!(count().run(tx).await?, 2);
            Err::<(), _>(Mine::Stop)
        })
        .await;
    assert!(matches!(stopped, Err(Mine::Stop)));
    let refused = db.atomic(async |tx| Ok::<_, Mine>(insert(1).run(tx).await?)).await;
    let Err(Mine::Db(error)) = refused else { panic!("{refused:?}") };
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Unique));
    assert_eq!(number(&db, COUNT).await, 1);
    // All of it on one connection, which came back each time.
    assert_eq!((db.status().size, db.status().available), (1, 1));
}

#[tokio::test]
async fn a_swallowed_error_is_not_a_commit() {
    let (_keep, db) = database(TABLE).await;
    let result = db
        .atomic(async |tx| {
            insert(1).run(tx).await?;
            assert!(insert(1).run(tx).await.is_err());
            Ok::<_, Error>("done")
        })
        .await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Aborted, Some("25P02")));
    assert_eq!(error.to_string(), "the transaction was rolled back: a statement in it had failed");
    assert_eq!((number(&db, COUNT).await, db.status().size), (0, 1));
}

#[tokio::test]
async fn a_commit_that_is_refused() {
    let (_keep, db) = database(
        "CREATE TABLE item (id bigint PRIMARY KEY, up bigint DEFAULT 7 REFERENCES item DEFERRABLE INITIALLY DEFERRED)",
    )
    .await;
    let error = db.atomic(async |tx| insert(1).run(tx).await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::ForeignKey));
    assert_eq!((number(&db, COUNT).await, db.status().size), (0, 1));
}

#[tokio::test]
async fn savepoints() {
    let (_keep, db) = database(TABLE).await;
    db.atomic(async |tx| {
        insert(1).run(tx).await?;
        // Kept.
        tx.atomic(async |tx| insert(2).run(tx).await).await?;
        // Undone, with what was kept inside.
        let stopped = tx
            .atomic(async |tx| {
                insert(3).run(tx).await?;
                tx.atomic(async |tx| insert(4).run(tx).await).await?;
                assert_eq!(count().run(tx).await?, 4);
                Err::<(), _>(Mine::Stop)
            })
            .await;
        assert!(matches!(stopped, Err(Mine::Stop)));
        // A statement that fails inside takes only the savepoint with it.
        let refused = tx.atomic(async |tx| insert(1).run(tx).await).await;
        assert!(refused.unwrap_err().is_unique_violation());
        // Swallowed inside: the savepoint says so.
        let swallowed = tx
            .atomic(async |tx| {
                insert(5).run(tx).await?;
                let _ = insert(1).run(tx).await;
                Ok::<_, Error>(())
            })
            .await;
        assert_eq!(swallowed.unwrap_err().sqlstate(), Some("25P02"));
        assert_eq!(count().run(tx).await?, 2);
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!((number(&db, COUNT).await, db.status().size), (2, 1));
}

#[tokio::test]
async fn savepoints_side_by_side_are_refused() {
    let (_keep, db) = database(TABLE).await;
    db.atomic(async |tx| {
        let one = tx.atomic(async |tx| insert(1).run(tx).await);
        let two = tx.atomic(async |tx| insert(2).run(tx).await);
        let (one, two) = tokio::join!(one, two);
        assert_eq!(one?, 1);
        assert_eq!(two.unwrap_err().kind(), ErrorKind::InvalidInput);
        // The outer one inside the inner is as bad.
        let crossed = tx.atomic(async |_| tx.atomic(async |tx| insert(3).run(tx).await).await).await;
        assert_eq!(crossed.unwrap_err().kind(), ErrorKind::InvalidInput);
        // One after the other is fine.
        tx.atomic(async |tx| insert(4).run(tx).await).await?;
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(number(&db, COUNT).await, 2);
}

#[tokio::test]
async fn atomic_is_send() {
    let (_keep, db) = database(TABLE).await;
    let name = String::from("captured");
    let length = tokio::spawn({
        let db = db.clone();
        async move {
            db.atomic(async |tx: &Transaction| {
                insert(1).run(tx).await?;
                let inner = tx.atomic(async |tx| insert(2).run(tx).await).await?;
                Ok::<_, Error>(name.len() as u64 + inner)
            })
            .await
        }
    });
    assert_eq!(length.await.unwrap().unwrap(), 9);
    // A function is as good as a closure.
    async fn body(tx: &Transaction) -> Result<u64, Error> {
        insert(3).run(tx).await
    }
    let done = tokio::spawn({
        let db = db.clone();
        async move { db.atomic(body).await }
    });
    assert_eq!(done.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn a_panic_rolls_back_before_the_connection_comes_back() {
    let (_keep, db) = database(TABLE).await;
    let panicked = tokio::spawn({
        let db = db.clone();
        async move {
            db.atomic(async |tx| {
                insert(1).run(tx).await?;
                assert_ne!(count().run(tx).await?, 1, "on purpose");
                Ok::<_, Error>(())
            })
            .await
        }
    });
    assert!(panicked.await.unwrap_err().is_panic());
    // The row is not locked for long: the same key can be had.
    assert_eq!(insert(1).run(&db).await.unwrap(), 1);
    settled(&db).await;
    assert_eq!(number(&db, COUNT).await, 1);
}

/// Runs a body until it says that it has come to a point, gives it up there, and looks at what is left.
async fn give_up<F>(db: &Db, body: F)
where
    F: AsyncFnOnce(&Transaction, &Notify) -> Result<(), Error>,
{
    let reached = Arc::new(Notify::new());
    {
        let running = db.atomic(async |tx| body(tx, &reached).await);
        tokio::select! {
            result = running => panic!("it should not have ended: {result:?}"),
            () = async {
                reached.notified().await;
                tokio::time::sleep(Duration::from_millis(30)).await;
            } => {}
        }
    }
    // Nothing of it is left: no row, no lock, no statement, no open transaction.
    let free = tokio::time::timeout(Duration::from_secs(5), insert(1).run(db)).await;
    assert_eq!(free.expect("the lock is free").unwrap(), 1);
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
                AND (xact_start IS NOT NULL OR state = 'active')";
    let mut left = 1;
    for _ in 0..100 {
        left = number(db, open).await;
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(left, 0);
    assert_eq!(number(db, COUNT).await, 1);
    db.execute_script("DELETE FROM item").await.unwrap();
}

#[tokio::test]
async fn cancelled_at_any_await() {
    let (_keep, db) = database(TABLE).await;
    // While nothing is under way.
    give_up(&db, async |tx, reached| {
        insert(1).run(tx).await?;
        reached.notify_one();
        std::future::pending::<()>().await;
        Ok(())
    })
    .await;
    // In the middle of a statement, which is ended too.
    give_up(&db, async |tx, reached| {
        insert(1).run(tx).await?;
        reached.notify_one();
        sleep().run(tx).await?;
        Ok(())
    })
    .await;
    // In a savepoint.
    give_up(&db, async |tx, reached| {
        tx.atomic(async |tx| {
            insert(1).run(tx).await?;
            reached.notify_one();
            sleep().run(tx).await?;
            Ok(())
        })
        .await
    })
    .await;
    // In a stream.
    static SERIES: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>(
        "Row",
        fixed("SELECT i FROM generate_series(1::int8, 100000) AS i", &[]),
        &[],
    );
    give_up(&db, async |tx, reached| {
        insert(1).run(tx).await?;
        let mut rows = build().finish::<_, Read>(&SERIES).stream(tx);
        rows.next().await.unwrap()?;
        reached.notify_one();
        std::future::pending::<()>().await;
        Ok(())
    })
    .await;
    // At the first await of all, many times, at the mercy of the scheduler.
    for micros in [0, 50, 100, 200, 400, 800, 1600, 3200] {
        let body = async |tx: &Transaction| {
            insert(1).run(tx).await?;
            tx.atomic(async |tx| insert(2).run(tx).await).await?;
            Err::<(), _>(sleep().run(tx).await.unwrap_err())
        };
        let limit = Duration::from_micros(micros);
        let _ = tokio::time::timeout(limit, db.atomic(body)).await.expect_err("it sleeps");
        assert_eq!(tokio::time::timeout(Duration::from_secs(5), insert(1).run(&db)).await.unwrap().unwrap(), 1);
        db.execute_script("DELETE FROM item").await.unwrap();
    }
}

#[tokio::test]
async fn a_savepoint_that_is_given_up_is_undone_and_the_rest_goes_on() {
    let (_keep, db) = database(TABLE).await;
    db.atomic(async |tx| {
        insert(1).run(tx).await?;
        let inner = tx.atomic(async |tx| {
            insert(2).run(tx).await?;
            std::future::pending::<()>().await;
            Ok::<_, Error>(())
        });
        assert!(tokio::time::timeout(Duration::from_millis(30), inner).await.is_err());
        assert_eq!(count().run(tx).await?, 1);
        // At its very first await.
        for _ in 0..3 {
            let inner = tx.atomic(async |tx| insert(3).run(tx).await);
            tokio::select! {
                biased;
                result = inner => panic!("it was polled once: {result:?}"),
                () = std::future::ready(()) => {}
            }
        }
        insert(4).run(tx).await?;
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!((number(&db, COUNT).await, db.status().size), (2, 1));
}

#[tokio::test]
async fn isolation() {
    static LEVEL: Plan<String> =
        Plan::<String>::record::<Value<String>>("Row", fixed("SELECT current_setting('transaction_isolation')", &[]));
    let (_keep, db) = database("").await;
    for (isolation, name) in [
        (Isolation::ReadCommitted, "read committed"),
        (Isolation::RepeatableRead, "repeatable read"),
        (Isolation::Serializable, "serializable"),
    ] {
        let level: Query<_, Read> = build().finish(&LEVEL);
        let found = db.transaction().isolation(isolation).atomic(async |tx| level.run(tx).await).await;
        assert_eq!(found.unwrap(), name);
    }
}
