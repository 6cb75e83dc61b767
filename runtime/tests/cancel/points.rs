//! Given up at every await there is: each place of the transaction, each time it waits there, at once and when the answer
//! is there but has not been read.

use nuages::{Error, Transaction};
use nuages_devdb::shared;

use crate::check::{clean, outside, pool, written};
use crate::step::{Next, step};
use crate::work::{AFTER, End, PLACES, Place, Problem, work};

#[tokio::test]
async fn given_up_at_every_await() {
    let database = shared().expect("a server for tests");
    let db = pool(&database, 2).await;
    let control = outside(&database.url()).await;
    let (mut token, mut points, mut seen) = (0, 0, Vec::new());
    for end in [End::Commit, End::Again, End::Refuse] {
        for how in [Next::Drop, Next::DropWoken] {
            for place in PLACES.iter().copied() {
                // The first wait in this place, the second, until there are no more.
                for nth in 1.. {
                    token += 1;
                    let now = Place::new();
                    let mut waits = 0;
                    let ended = step(work(&db, token, end, &now), || {
                        waits += u32::from(now.get() == place);
                        if now.get() == place && waits == nth { how } else { Next::On }
                    });
                    let ended = ended.await;
                    clean(&db, &control).await;
                    let written = written(&control, token).await;
                    match ended {
                        None if AFTER.contains(&place) => assert!(written, "{place} {nth}: it was committed"),
                        // Whether it is done is the server's secret when the answer is not read.
                        None if place == "commit" => {}
                        None => assert!(!written, "{place} {nth}: {end:?} {how:?}"),
                        Some(Ok(_)) => assert!(written),
                        Some(Err(Problem::Refused)) => assert!(!written && end == End::Refuse),
                        Some(Err(Problem::Db(error))) => panic!("{place} {nth}: {error:?}"),
                    }
                    if ended.is_some() {
                        break;
                    }
                    points += 1;
                    seen.push(place);
                }
            }
        }
    }
    let missed: Vec<_> = PLACES.iter().filter(|place| !seen.contains(place)).collect();
    assert!(missed.is_empty(), "never given up in {missed:?}");
    seen.dedup();
    println!("given up at {points} points in {} places; {token} transactions", PLACES.len());
}

/// A savepoint with another in it, which ends well or not.
async fn nested(tx: &Transaction, fails: bool) -> Result<(), Error> {
    tx.atomic(async |inner| {
        inner.execute_script("INSERT INTO kept VALUES ('inner')").await?;
        inner.atomic(async |deep| deep.execute_script("INSERT INTO kept VALUES ('deep')").await).await?;
        let again = if fails { "INSERT INTO kept VALUES ('inner')" } else { "SELECT 1" };
        inner.execute_script(again).await
    })
    .await
}

#[tokio::test]
async fn a_savepoint_given_up_at_every_await_leaves_the_transaction_around_it() {
    let database = shared().expect("a server for tests");
    let db = pool(&database, 2).await;
    let control = outside(&database.url()).await;
    db.execute_script("CREATE TABLE kept (name text UNIQUE)").await.unwrap();
    let mut points = 0;
    for fails in [false, true] {
        for how in [Next::Drop, Next::DropWoken] {
            for nth in 1.. {
                let done = db
                    .atomic(async |tx| {
                        tx.execute_script("INSERT INTO kept VALUES ('before')").await?;
                        let mut waits = 0;
                        let ended = step(nested(tx, fails), || {
                            waits += 1;
                            if waits == nth { how } else { Next::On }
                        });
                        let ended = ended.await;
                        // It can be had again, and what follows is done.
                        nested(tx, true).await.unwrap_err();
                        tx.execute_script("INSERT INTO kept VALUES ('after')").await?;
                        Ok::<_, Error>(ended)
                    })
                    .await
                    .unwrap_or_else(|error| panic!("the transaction around it, {nth} {how:?}: {error:?}"));
                clean(&db, &control).await;
                let names = "SELECT string_agg(name, ' ' ORDER BY name) FROM kept";
                let names: String = control.query_one(names, &[]).await.unwrap().get(0);
                let whole = matches!(done, Some(Ok(())));
                assert_eq!(names, if whole { "after before deep inner" } else { "after before" }, "{nth} {how:?}");
                control.execute("DELETE FROM kept", &[]).await.unwrap();
                match done {
                    None => points += 1,
                    Some(result) => {
                        assert_eq!(result.is_err(), fails);
                        break;
                    }
                }
            }
        }
    }
    assert!(points >= 24, "{points} points");
    println!("a savepoint was given up at {points} points");
}
