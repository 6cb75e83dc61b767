//! Given up at random, many at once, on a pool that is smaller than their number.

use std::time::Duration;

use nuages::Db;
use nuages_devdb::shared;

use crate::check::{clean, outside, pool, written};
use crate::dice::{Dice, seed, told};
use crate::step::{Next, step};
use crate::work::{End, Place, Problem, endless, work};

/// Connections in the pool.
const POOL: usize = 4;

/// Tasks at a time.
const TASKS: u64 = 12;

/// How one of them went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Committed,
    Refused,
    /// Whether it was committed is not known.
    Dropped,
}

/// One transaction that is given up somewhere, or not at all.
pub(crate) async fn one(db: &Db, token: i64, dice: &mut Dice) -> Result<Fate, nuages::Error> {
    let end = [End::Commit, End::Commit, End::Again, End::Refuse][usize::try_from(dice.below(4)).unwrap()];
    let place = Place::new();
    let work = work(db, token, end, &place);
    let ended = match dice.below(5) {
        0 => Some(work.await),
        1 | 2 => tokio::time::timeout(Duration::from_micros(dice.below(30_000)), work).await.ok(),
        kind => {
            let mut left = dice.below(80);
            let last = if kind == 3 { Next::Drop } else { Next::DropWoken };
            step(work, || {
                left = left.saturating_sub(1);
                if left == 0 { last } else { Next::On }
            })
            .await
        }
    };
    match ended {
        None => Ok(Fate::Dropped),
        Some(Ok(_)) => Ok(Fate::Committed),
        Some(Err(Problem::Refused)) => Ok(Fate::Refused),
        Some(Err(Problem::Db(error))) => Err(error),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_up_at_random() {
    let database = shared().expect("a server for tests");
    let db = pool(&database, POOL).await;
    let control = outside(&database.url()).await;
    let runs = told("NUAGES_CANCEL_RUNS").unwrap_or(1500);
    let (mut fates, mut most) = ([0; 3], 0);
    for round in 0..runs.div_ceil(TASKS * 20) {
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let db = db.clone();
                let number = round * TASKS + task;
                tokio::spawn(async move {
                    let mut dice = Dice::new(seed().wrapping_mul(1_000_003) + number);
                    let mut done = Vec::new();
                    for n in 0..20 {
                        let token = i64::try_from(number * 20 + n).unwrap();
                        done.push((token, one(&db, token, &mut dice).await.unwrap()));
                    }
                    done
                })
            })
            .collect();
        for task in tasks {
            let backends = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()";
            most = most.max(control.query_one(backends, &[]).await.unwrap().get::<_, i64>(0));
            for (token, fate) in task.await.unwrap() {
                fates[fate as usize] += 1;
                let written = written(&control, token).await;
                match fate {
                    Fate::Committed => assert!(written),
                    Fate::Refused => assert!(!written),
                    Fate::Dropped => {}
                }
            }
        }
        clean(&db, &control).await;
        assert!(db.status().size <= POOL);
    }
    let [committed, refused, dropped] = fates;
    assert!(committed > 0 && refused > 0 && dropped > 0, "{fates:?}");
    println!("{committed} committed, {refused} refused, {dropped} given up; at most {most} connections with our own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_that_would_run_for_long_are_ended() {
    let database = shared().expect("a server for tests");
    let db = pool(&database, POOL).await;
    let control = outside(&database.url()).await;
    let tasks: Vec<_> = (0..24)
        .map(|token| {
            let db = db.clone();
            tokio::spawn(async move {
                // Somewhere on the way to the long statement, and in it.
                let mut left = 1 + token % 8;
                let some = step(endless(&db, token), || {
                    left -= 1;
                    if left == 0 { Next::Drop } else { Next::On }
                });
                tokio::time::timeout(Duration::from_millis(500), some).await.ok().flatten()
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().is_none());
    }
    // Nobody has to wait for ten minutes.
    clean(&db, &control).await;
    assert_eq!(one(&db, 0, &mut Dice::new(0)).await.map(|_| ()).map_err(|error| error.to_string()), Ok(()));
}
