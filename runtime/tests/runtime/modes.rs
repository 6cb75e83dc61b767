//! Transactions that only read, and what the server is told of each.

use nuages::private::{Plan, build, ty};
use nuages::{Error, ErrorKind, Isolation, Mode, Query, Read, ReadOnly, Transaction};

use crate::support::{INT8, Value, database, fixed, param};

fn settings() -> Query<String, Read> {
    static PLAN: Plan<String> = Plan::<String>::record::<Value<String>>(
        "Row",
        fixed(
            "SELECT concat_ws(', ', current_setting('transaction_isolation'), current_setting('transaction_read_only'), \
             current_setting('transaction_deferrable'))",
            &[],
        ),
    );
    build().finish(&PLAN)
}

/// Runs on both.
async fn asked<M: Mode>(tx: &Transaction<M>) -> Result<String, Error> {
    settings().run(tx).await
}

#[tokio::test]
async fn the_server_is_told() {
    let (_keep, db) = database("").await;
    let begin = || db.transaction();
    let serializable = || begin().isolation(Isolation::Serializable);
    assert_eq!(begin().atomic(asked).await.unwrap(), "read committed, off, off");
    assert_eq!(begin().read_only().atomic(asked).await.unwrap(), "read committed, on, off");
    assert_eq!(serializable().read_only().deferrable().atomic(asked).await.unwrap(), "serializable, on, on");
    // In any order.
    let other = begin().retry(2).deferrable().read_only().isolation(Isolation::RepeatableRead);
    assert_eq!(other.atomic(asked).await.unwrap(), "repeatable read, on, on");
    let all = serializable().read_only().deferrable().retry(3);
    assert_eq!(all.atomic(async |tx| asked(tx).await).await.unwrap(), "serializable, on, on");
}

#[tokio::test]
async fn reads_of_every_kind_run_in_one_that_only_reads() {
    static SERIES: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>(
        "Row",
        fixed("SELECT i FROM generate_series(1, $1) AS i", &[param(0, INT8)]),
        &[],
    );
    let (_keep, db) = database("").await;
    let series: Query<_, Read> = build().bind(ty::<i64>(), 700_i64).finish(&SERIES);
    let both = async |tx: &Transaction<ReadOnly>| {
        let mut rows = series.stream(tx);
        let mut sum = 0;
        while let Some(row) = rows.next().await {
            sum += row?;
        }
        drop(rows);
        let inner = tx.atomic(async |inner| series.run(&inner).await).await?;
        Ok::<_, Error>((sum, inner.iter().sum()))
    };
    assert_eq!(db.transaction().read_only().atomic(both).await.unwrap(), (245_350, 245_350));
}

#[tokio::test]
async fn a_write_that_a_script_hides_is_refused_by_the_server() {
    let (_keep, db) = database("CREATE TABLE t (id int)").await;
    let refused =
        db.transaction().read_only().atomic(async |tx| tx.execute_script("INSERT INTO t VALUES (1)").await).await;
    let error = refused.unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::ReadOnly, Some("25006")));
}
