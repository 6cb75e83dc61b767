//! Transactions that had to give way, and are run again.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Waker};

use nuages::private::{Plan, build, ty};
use nuages::{Db, Error, ErrorKind, Isolation, Query, Read, Transaction, Write};
use tokio::sync::Barrier;

use crate::support::{INT8, database, fixed, number, param, settled};

const TABLE: &str = "CREATE TABLE account (id bigint PRIMARY KEY, amount bigint NOT NULL);
                     INSERT INTO account VALUES (1, 0), (2, 0)";

fn add(id: i64, amount: i64) -> Query<u64, Write> {
    static PLAN: Plan<u64> = Plan::<u64>::affected(
        "Account",
        fixed("UPDATE account SET amount = amount + $2 WHERE id = $1", &[param(0, INT8), param(1, INT8)]),
    );
    build().bind(ty::<i64>(), id).bind(ty::<i64>(), amount).finish(&PLAN)
}

fn sum() -> Query<i64, Read> {
    static PLAN: Plan<i64> = Plan::<i64>::count("Account", fixed("SELECT sum(amount)::int8 FROM account", &[]));
    build().finish(&PLAN)
}

/// An error that hides where it came from.
#[derive(Debug, PartialEq)]
struct Opaque;

impl From<Error> for Opaque {
    fn from(_: Error) -> Self {
        Self
    }
}

/// Fails a transaction with a code, as the server would.
async fn raise(tx: &Transaction, code: &str) -> Result<(), Error> {
    tx.execute_script(&format!("DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")).await
}

#[tokio::test]
async fn again_until_it_succeeds_or_often_enough() {
    let (_keep, db) = database(TABLE).await;
    for (failures, code, expected) in
        [(0, "40001", Ok(1)), (2, "40001", Ok(3)), (3, "40P01", Ok(4)), (4, "40001", Err(4)), (1, "23505", Err(1))]
    {
        let runs = AtomicU32::new(0);
        let result = db
            .transaction()
            .retry(3)
            .atomic(async |tx| {
                let run = runs.fetch_add(1, Ordering::Relaxed) + 1;
                add(1, 1).run(tx).await?;
                if run <= failures {
                    raise(tx, code).await?;
                }
                // What does not say where it came from is known all the same.
                Ok::<_, Opaque>(run)
            })
            .await;
        let runs = runs.load(Ordering::Relaxed);
        assert_eq!(result.map_err(|Opaque| runs), expected, "{failures} times {code}");
    }
    // Only what was committed is there: three runs of five.
    assert_eq!((number(&db, "SELECT amount FROM account WHERE id = 1").await, db.status().size), (3, 1));
}

#[tokio::test]
async fn whatever_is_read_behind_the_conflict() {
    let (_keep, db) = database(TABLE).await;
    let runs = AtomicU32::new(0);
    let result = db.transaction().retry(1).atomic(async |tx| {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        let mut first = pin!(tx.execute_script("UPDATE account SET amount = 1"));
        assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        let second = if run == 0 { raise(tx, "40001").await } else { Ok(()) };
        // It was answered first.
        first.await?;
        second
    });
    assert_eq!((result.await.map_err(|error| error.to_string()), runs.load(Ordering::Relaxed)), (Ok(()), 2));
}

#[tokio::test]
async fn without_retry_it_is_the_callers_matter() {
    let (_keep, db) = database(TABLE).await;
    let error = db.atomic(async |tx| raise(tx, "40001").await).await.unwrap_err();
    assert!(error.is_conflict());
    let runs = AtomicU32::new(0);
    let none = db.transaction().retry(0).atomic(async |tx| {
        runs.fetch_add(1, Ordering::Relaxed);
        raise(tx, "40P01").await
    });
    assert_eq!(none.await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(runs.into_inner(), 1);
}

#[tokio::test]
async fn what_is_refused_at_the_commit_is_run_again() {
    // The server finds out only when it is asked to commit.
    let (_keep, db) = database(&format!(
        "{TABLE}; CREATE SEQUENCE runs;
         CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('runs') < 3 THEN RAISE SQLSTATE '40001'; END IF; RETURN NULL;
         END $$;
         CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION refuse()"
    ))
    .await;
    let hooks = Arc::new(AtomicU32::new(0));
    let done = db.transaction().retry(3).atomic(async |tx| {
        let hooks = Arc::clone(&hooks);
        tx.on_commit(move || assert_eq!(hooks.fetch_add(1, Ordering::Relaxed), 0));
        add(1, 5).run(tx).await
    });
    assert_eq!(done.await.unwrap(), 1);
    assert_eq!((number(&db, "SELECT amount FROM account WHERE id = 1").await, db.status().size), (5, 1));
    // Those of the runs that failed were forgotten.
    assert_eq!(hooks.load(Ordering::Relaxed), 1);
    let error = db
        .atomic(async |tx| {
            tx.execute_script("SELECT setval('runs', 1)").await?;
            add(1, 5).run(tx).await
        })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn an_error_that_a_savepoint_has_healed_is_none() {
    let (_keep, db) = database(TABLE).await;
    let runs = AtomicU32::new(0);
    let stopped = db
        .transaction()
        .retry(3)
        .atomic(async |tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            tx.atomic(async |inner| raise(inner, "40P01").await).await.unwrap_err();
            add(1, 1).run(tx).await?;
            Err::<(), _>(Opaque)
        })
        .await;
    assert_eq!((stopped, runs.into_inner()), (Err(Opaque), 1));
    // One that was caught and not healed is the reason for the refusal of the commit.
    let runs = AtomicU32::new(0);
    let swallowed = db
        .transaction()
        .retry(3)
        .atomic(async |tx| {
            if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                raise(tx, "40001").await.unwrap_err();
                assert_eq!(sum().run(tx).await.unwrap_err().kind(), ErrorKind::Aborted);
            }
            Ok::<_, Error>(())
        })
        .await;
    assert_eq!((swallowed.map_err(|error| error.kind()), runs.into_inner()), (Ok(()), 2));
}

#[tokio::test]
async fn a_closure_that_owns_things_is_cloned() {
    let (_keep, db) = database(TABLE).await;
    let names = vec![String::from("a"), String::from("b")];
    let runs = Arc::new(AtomicU32::new(0));
    let task = tokio::spawn({
        let runs = Arc::clone(&runs);
        async move {
            db.transaction()
                .isolation(Isolation::Serializable)
                .retry(3)
                .atomic(async move |tx| {
                    if runs.fetch_add(1, Ordering::Relaxed) < 2 {
                        raise(tx, "40001").await?;
                    }
                    let all: Vec<String> = names.into_iter().rev().collect();
                    Ok::<_, Error>(all)
                })
                .await
        }
    });
    assert_eq!((task.await.unwrap().unwrap(), runs.load(Ordering::Relaxed)), (vec!["b".into(), "a".into()], 3));
}

/// Two transactions at once, both of which have done the first half when either does the second.
async fn crossed<F>(db: &Db, isolation: Isolation, half: F) -> u32
where
    F: AsyncFn(&Transaction, i64, &Barrier) -> Result<(), Error>,
{
    let (barrier, runs) = (Barrier::new(2), AtomicU32::new(0));
    let one = async |id: i64| {
        let first = AtomicU32::new(0);
        db.transaction()
            .isolation(isolation)
            .retry(10)
            .atomic(async |tx| {
                runs.fetch_add(1, Ordering::Relaxed);
                let meet = first.fetch_add(1, Ordering::Relaxed) == 0;
                let alone = Barrier::new(1);
                half(tx, id, if meet { &barrier } else { &alone }).await
            })
            .await
    };
    let (a, b) = tokio::join!(one(1), one(2));
    a.unwrap();
    b.unwrap();
    settled(db).await;
    runs.into_inner()
}

#[tokio::test]
async fn real_conflicts_and_real_deadlocks_end_well() {
    let (_keep, db) = database(TABLE).await;
    // Each reads what the other writes: only one of them can have been first.
    let runs = crossed(&db, Isolation::Serializable, async |tx, id, barrier| {
        let seen = sum().run(tx).await?;
        barrier.wait().await;
        add(id, seen + 1).run(tx).await.map(drop)
    })
    .await;
    assert!(runs > 2, "{runs}");
    assert_eq!(number(&db, "SELECT sum(amount)::int8 FROM account").await, 3);
    // Each waits for the row that the other has changed.
    let runs = crossed(&db, Isolation::ReadCommitted, async |tx, id, barrier| {
        add(id, 10).run(tx).await?;
        barrier.wait().await;
        add(3 - id, 100).run(tx).await.map(drop)
    })
    .await;
    assert!(runs > 2, "{runs}");
    assert_eq!(number(&db, "SELECT sum(amount)::int8 FROM account").await, 223);
}
