//! What runs after the commit, what never does, and in which order.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nuages::{Db, Error, Transaction};

use crate::support::{database, number, settled};

/// What ran, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

impl Log {
    fn add(&self, what: &'static str) {
        self.0.lock().unwrap().push(what);
    }

    fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// Says it once the transaction is committed.
    fn later(&self, tx: &Transaction, what: &'static str) {
        let log = self.clone();
        tx.on_commit(move || log.add(what));
    }

    /// The same in a savepoint of its own.
    async fn nested(&self, tx: &Transaction, what: &'static str) -> Result<(), Error> {
        tx.atomic(async |inner| {
            self.later(inner, what);
            Ok(())
        })
        .await
    }
}

#[tokio::test]
async fn they_run_after_the_outermost_commit_in_order() {
    let (_keep, db) = database("CREATE TABLE t (id int)").await;
    let log = Log::default();
    let done = db
        .atomic(async |tx| {
            log.later(tx, "first");
            tx.atomic(async |inner| {
                log.later(inner, "inner");
                log.nested(inner, "deep").await?;
                // The transaction around it is the same one.
                log.later(tx, "outer inside");
                Ok::<_, Error>(())
            })
            .await?;
            let (db, late) = (db.clone(), log.clone());
            tx.on_commit(async move || {
                // What was done is there for everybody.
                tokio::time::sleep(Duration::from_millis(5)).await;
                assert_eq!(number(&db, "SELECT count(*) FROM t").await, 1);
                late.add("awaited");
            });
            tx.on_commit(|| std::future::ready(()));
            tx.execute_script("INSERT INTO t VALUES (1)").await?;
            assert_eq!(log.take(), Vec::<&str>::new());
            Ok::<_, Error>(7)
        })
        .await;
    assert_eq!(done.unwrap(), 7);
    assert_eq!(log.take(), ["first", "inner", "deep", "outer inside", "awaited"]);
}

#[tokio::test]
async fn those_of_what_is_undone_never_run() {
    let (_keep, db) = database("CREATE TABLE t (id int UNIQUE)").await;
    let log = Log::default();
    db.atomic(async |tx| {
        log.later(tx, "before");
        let refused = tx
            .atomic(async |inner| {
                log.later(inner, "undone");
                log.nested(inner, "undone with the one around it").await?;
                log.later(tx, "undone, as it was said inside");
                inner.execute_script("SELECT 1 / 0").await
            })
            .await;
        assert_eq!(refused.unwrap_err().sqlstate(), Some("22012"));
        let swallowed = tx
            .atomic(async |inner| {
                log.later(inner, "swallowed");
                let _ = inner.execute_script("SELECT 1 / 0").await;
                Ok::<_, Error>(())
            })
            .await;
        swallowed.unwrap_err();
        let dropped = tx.atomic(async |inner| {
            log.later(inner, "dropped");
            std::future::pending::<Result<(), Error>>().await
        });
        tokio::time::timeout(Duration::from_millis(30), dropped).await.unwrap_err();
        log.later(tx, "after");
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(log.take(), ["before", "after"]);

    let failed: Result<(), Error> = db
        .atomic(async |tx| {
            log.later(tx, "failed");
            tx.execute_script("SELECT 1 / 0").await
        })
        .await;
    failed.unwrap_err();
    let swallowed = db
        .atomic(async |tx| {
            log.later(tx, "swallowed");
            let _ = tx.execute_script("SELECT 1 / 0").await;
            Ok::<_, Error>(())
        })
        .await;
    swallowed.unwrap_err();
    assert_eq!(log.take(), Vec::<&str>::new());
}

#[tokio::test]
async fn the_connection_is_free_when_they_run() {
    let (keep, _) = database("CREATE TABLE t (id int)").await;
    let db = Db::builder().url(keep.url()).pool_size(1).connect().await.unwrap();
    let other = db.clone();
    db.atomic(async |tx| {
        tx.on_commit(async move || other.execute_script("INSERT INTO t VALUES (1)").await.unwrap());
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM t").await, 1);
}

#[tokio::test]
async fn one_that_panics_takes_the_others_with_it_and_not_the_commit() {
    let (_keep, db) = database("CREATE TABLE t (id int)").await;
    let log = Log::default();
    let task = tokio::spawn({
        let (db, log) = (db.clone(), log.clone());
        async move {
            db.atomic(async |tx| {
                log.later(tx, "before");
                tx.on_commit(|| assert_eq!(1, 2, "on purpose"));
                log.later(tx, "after");
                tx.execute_script("INSERT INTO t VALUES (1)").await
            })
            .await
        }
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!((number(&db, "SELECT count(*) FROM t").await, log.take()), (1, vec!["before"]));
    settled(&db).await;
}
