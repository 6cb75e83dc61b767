//! A stream's memory does not grow with its result. A process of its own, since its memory is what is measured.
//! `NUAGES_MEMORY_ROWS=1000000` reads more rows and says how much each way of reading them took.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use nuages::private::{Context, Decode, Frag, Param, Plan, Statement, build, ty};
use nuages::{Db, Error, Query, Read};

/// How many rows are read, and whether that was asked for.
fn rows() -> (i64, bool) {
    match std::env::var("NUAGES_MEMORY_ROWS") {
        Ok(text) => (text.parse().unwrap(), true),
        Err(_) => (100_000, false),
    }
}

struct Wide;

impl Decode for Wide {
    type Row = (i64, String);

    fn decode(cx: Context<'_>) -> Result<Self::Row, Error> {
        Ok((cx.get(0)?, cx.get(1)?))
    }
}

/// A kilobyte a row.
fn series() -> Query<Vec<(i64, String)>, Read> {
    static PLAN: Plan<Vec<(i64, String)>> = Plan::<Vec<(i64, String)>>::rows::<Wide>(
        "Row",
        Statement {
            sql: Frag::Text("SELECT i, repeat('x', 1000) FROM generate_series(1, $1) AS i"),
            params: &[Param { slot: 0, ty: 20 }],
        },
        &[],
    );
    build().bind(ty::<i64>(), rows().0).finish(&PLAN)
}

/// Bytes of memory that this process has in use; `None` where it cannot be asked.
fn resident() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(statm.split(' ').nth(1)?.parse::<usize>().ok()? * 4096)
}

/// By how much the process has grown. It waits first, slower than the server sends: what it has sent meanwhile must wait in
/// the socket.
async fn grown(before: usize) -> usize {
    tokio::time::sleep(Duration::from_millis(20)).await;
    resident().unwrap_or(0).saturating_sub(before)
}

fn said(what: &str, used: usize, told: bool) -> usize {
    if told {
        eprintln!("{what}: {:.1} MiB", f64::from(u32::try_from(used >> 10).unwrap()) / 1024.0);
    }
    used
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_does_not_grow_with_the_result() {
    let database = nuages_devdb::shared().expect("a server for tests");
    let db = Db::connect(&database.url()).await.unwrap();
    let Some(before) = resident() else {
        eprintln!("skipped: this system does not say how much memory a process uses");
        return;
    };
    let (count, told) = rows();
    let inside = async |tx: &nuages::Transaction| {
        let mut most = 0;
        // On a connection of its own, then from a cursor; then the same in chunks.
        let each = [("stream, connection", series().stream(&db)), ("stream, cursor", series().stream(tx))];
        for (what, mut rows) in each {
            let (mut seen, mut used) = (0, 0);
            while let Some(row) = rows.next().await {
                let (i, text) = row?;
                seen += 1;
                assert_eq!((i, text.len()), (seen, 1000));
                if seen % 20_000 == 0 {
                    used = used.max(grown(before).await);
                }
            }
            assert_eq!(seen, count);
            most = most.max(said(what, used, told));
        }
        let each =
            [("chunks, connection", series().iterator(&db, 1000)), ("chunks, cursor", series().iterator(tx, 1000))];
        for (what, mut chunks) in each {
            let (mut seen, mut used) = (0, 0);
            while let Some(chunk) = chunks.next().await {
                seen += i64::try_from(chunk?.len()).unwrap();
                if seen % 20_000 == 0 {
                    used = used.max(grown(before).await);
                }
            }
            assert_eq!(seen, count);
            most = most.max(said(what, used, told));
        }
        Ok::<_, Error>(most)
    };
    let most = db.atomic(inside).await.unwrap();
    assert!(most < 16 << 20, "streams grew by {} MiB", most >> 20);

    // The measure works: all rows at once are seen.
    if told {
        return;
    }
    let rows = series().run(&db).await.unwrap();
    let all = resident().unwrap_or(0).saturating_sub(before);
    assert!(all > 64 << 20, "{} rows grew by only {} MiB", rows.len(), all >> 20);
}
