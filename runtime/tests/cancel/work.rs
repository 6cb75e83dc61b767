//! A long transaction that does all there is to do, and says where it is.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use nuages::private::{Child, Context, Decode, Frag, Param, Plan, Statement, build, ty};
use nuages::{Db, Error, ErrorKind, Nested, Page, Query, Read, Transaction, Write};

/// Every transaction leaves [`PARTS`] entries under its token and one more in a total, or nothing.
pub(crate) const SCHEMA: &str = "
    CREATE TABLE entry (token bigint NOT NULL, part bigint NOT NULL, UNIQUE (token, part));
    CREATE TABLE total (id bigint PRIMARY KEY, amount bigint NOT NULL);
    INSERT INTO total SELECT i, 0 FROM generate_series(0, 3) AS i;
    ALTER TABLE total ADD CHECK (amount >= 0);
";

pub(crate) const PARTS: i64 = 6;

const INT8: u32 = 20;
const INT8_ARRAY: u32 = 1016;

/// How it is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Commit,
    /// After a first run that has to give way.
    Again,
    /// With an error of its own.
    Refuse,
}

#[derive(Debug)]
pub(crate) enum Problem {
    Refused,
    Db(Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Db(error)
    }
}

/// Where a transaction is.
#[derive(Clone)]
pub(crate) struct Place(Arc<Mutex<&'static str>>);

impl Place {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(PLACES[0])))
    }

    pub(crate) fn get(&self) -> &'static str {
        *self.0.lock().unwrap()
    }

    fn at(&self, place: &'static str) {
        assert!(PLACES.contains(&place), "{place} is in no list");
        *self.0.lock().unwrap() = place;
    }
}

/// All of them, in order.
pub(crate) const PLACES: &[&str] = &[
    "begin",
    "write",
    "conflict",
    "lock",
    "page",
    "levels",
    "both at once",
    "stream",
    "between rows",
    "stream again",
    "end of stream",
    "savepoint",
    "in it",
    "deeper",
    "in that",
    "release",
    "refused savepoint",
    "refused",
    "undone savepoint",
    "script",
    "commit",
    "rollback",
    "hook",
    "second hook",
];

/// Those that come after the commit.
pub(crate) const AFTER: &[&str] = &["hook", "second hook"];

const fn fixed(sql: &'static str, params: &'static [Param]) -> Statement {
    Statement { sql: Frag::Text(sql), params }
}

const fn int8(slot: u16) -> Param {
    Param { slot, ty: INT8 }
}

struct Number;

impl Decode for Number {
    type Row = i64;

    fn decode(cx: Context<'_>) -> Result<i64, Error> {
        cx.get(0)
    }
}

/// A number and the numbers below it.
struct Numbers;

impl Decode for Numbers {
    type Row = i64;

    fn decode(cx: Context<'_>) -> Result<i64, Error> {
        let below = |child| cx.many(child, |cx| cx.get::<i64>(1));
        Ok(below(0)?.into_iter().chain(below(1)?).map(|_| 1).sum())
    }
}

fn write(token: i64, part: i64) -> Query<u64, Write> {
    static PLAN: Plan<u64> =
        Plan::<u64>::affected("Entry", fixed("INSERT INTO entry VALUES ($1, $2)", &[int8(0), int8(1)]));
    build().bind(ty::<i64>(), token).bind(ty::<i64>(), part).finish(&PLAN)
}

fn add(id: i64) -> Query<u64, Write> {
    static PLAN: Plan<u64> =
        Plan::<u64>::affected("Total", fixed("UPDATE total SET amount = amount + 1 WHERE id = $1", &[int8(0)]));
    build().bind(ty::<i64>(), id).finish(&PLAN)
}

fn page() -> Query<Page<i64>, Read> {
    static PLAN: Plan<Page<i64>> = Plan::<Page<i64>>::page::<Number>(
        "Total",
        fixed("SELECT id FROM total ORDER BY id OFFSET $1 LIMIT $2", &[int8(0), int8(1)]),
        &[],
        fixed("SELECT count(*) FROM total", &[]),
    );
    build().page(1_i64, 2_i64).finish(&PLAN)
}

fn levels() -> Query<Vec<i64>, Nested> {
    const PARENTS: Param = Param { slot: u16::MAX, ty: INT8_ARRAY };
    const BELOW: Child = Child {
        statement: fixed("SELECT id, id FROM total WHERE id = ANY ($1)", &[PARENTS]),
        parent: &[0],
        parent_types: &[INT8],
        key: &[0],
        children: &[],
        lists: None,
    };
    static PLAN: Plan<Vec<i64>> =
        Plan::<Vec<i64>>::rows::<Numbers>("Total", fixed("SELECT id FROM total ORDER BY id", &[]), &[BELOW, BELOW]);
    build().finish(&PLAN)
}

fn series() -> Query<Vec<i64>, Read> {
    static PLAN: Plan<Vec<i64>> =
        Plan::<Vec<i64>>::rows::<Number>("Row", fixed("SELECT i FROM generate_series(1::int8, 600) AS i", &[]), &[]);
    build().finish(&PLAN)
}

fn sleep() -> Query<bool, Read> {
    static PLAN: Plan<bool> = Plan::<bool>::exists("Row", fixed("SELECT pg_sleep(600) IS NULL", &[]));
    build().finish(&PLAN)
}

/// The transaction.
pub(crate) async fn work(db: &Db, token: i64, end: End, place: &Place) -> Result<i64, Problem> {
    let runs = AtomicU32::new(0);
    place.at("begin");
    db.transaction()
        .retry(2)
        .atomic(async |tx| {
            place.at("write");
            write(token, 1).run(tx).await?;
            if end == End::Again && runs.fetch_add(1, Ordering::Relaxed) == 0 {
                place.at("conflict");
                tx.execute_script("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$").await?;
            }
            place.at("lock");
            add(token % 4).run(tx).await?;
            place.at("page");
            assert_eq!(page().run(tx).await?.items, [0, 1]);
            place.at("levels");
            assert_eq!(levels().run(tx).await?, [2, 2, 2, 2]);
            place.at("both at once");
            let (two, three) = (write(token, 2), write(token, 3));
            let (two, three) = tokio::join!(two.run(tx), three.run(tx));
            assert_eq!((two?, three?), (1, 1));
            streams(tx, token, place).await?;
            savepoints(tx, token, place).await?;
            place.at("script");
            tx.execute_script("SELECT 1; SELECT 2").await?;
            let (late, other) = (place.clone(), db.clone());
            tx.on_commit(async move || {
                late.at("hook");
                match page().run(&other).await {
                    Ok(page) => assert_eq!(page.total, 4),
                    // The server may be gone by now.
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Pool, "{error:?}"),
                }
                late.at("second hook");
            });
            tx.on_commit(tokio::task::yield_now);
            if end == End::Refuse {
                place.at("rollback");
                return Err(Problem::Refused);
            }
            place.at("commit");
            Ok(token)
        })
        .await
}

/// The fourth part, between the rows of a stream that is not read to its end; then one that is.
async fn streams(tx: &Transaction, token: i64, place: &Place) -> Result<(), Problem> {
    let series = series();
    place.at("stream");
    let mut rows = series.stream(tx);
    assert_eq!(rows.next().await.unwrap()?, 1);
    place.at("between rows");
    write(token, 4).run(tx).await?;
    assert_eq!(rows.next().await.unwrap()?, 2);
    drop(rows);
    place.at("stream again");
    let mut rows = series.stream(tx);
    let mut sum = 0;
    while let Some(row) = rows.next().await {
        place.at("end of stream");
        sum += row?;
    }
    assert_eq!(sum, 600 * 601 / 2);
    Ok(())
}

/// The fifth and the sixth part, each in a savepoint, and one that is undone.
async fn savepoints(tx: &Transaction, token: i64, place: &Place) -> Result<(), Problem> {
    place.at("savepoint");
    tx.atomic(async |inner| {
        place.at("in it");
        write(token, 5).run(inner).await?;
        place.at("deeper");
        inner
            .atomic(async |deep| {
                place.at("in that");
                write(token, 6).run(deep).await?;
                place.at("release");
                Ok::<_, Problem>(())
            })
            .await
    })
    .await?;
    place.at("refused savepoint");
    let refused = tx
        .atomic(async |inner| {
            place.at("refused");
            write(token, 7).run(inner).await?;
            let again = write(token, 7).run(inner).await;
            place.at("undone savepoint");
            again
        })
        .await;
    match refused {
        Err(error) if error.is_unique_violation() => Ok(()),
        Err(error) => Err(Problem::Db(error)),
        Ok(_) => panic!("the same entry twice"),
    }
}

/// A statement that would run for ten minutes, in a transaction that has written.
pub(crate) async fn endless(db: &Db, token: i64) -> Result<bool, Error> {
    db.atomic(async |tx| {
        write(token, 1).run(tx).await?;
        sleep().run(tx).await
    })
    .await
}
