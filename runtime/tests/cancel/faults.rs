//! Given up at random while the server is killed: one of its processes, or all of it, which is then started again.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use nuages::Db;
use nuages_devdb::{Cluster, find};

use crate::check::{clean, outside, pool, whole, written};
use crate::dice::{Dice, seed, told};
use crate::storm::{Fate, one};

const TASKS: u64 = 6;

/// Longer than any machine needs.
const LIMIT: Duration = Duration::from_mins(4);

/// What happens to the server.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// A connection is ended, politely.
    Terminated,
    /// The process of a connection is killed: the server ends all others, too, and recovers.
    Backend,
    /// All of it is killed and started again.
    Server,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_up_while_the_server_dies() {
    let cluster = Cluster::start_on(&find::best().unwrap()).expect("a server for tests");
    let database = cluster.create_database().unwrap();
    let db = pool(&database, 4).await;
    // What was said to be committed must be there after the server was killed.
    let lasting = format!("ALTER DATABASE \"{}\" SET synchronous_commit = on", database.name());
    db.execute_script(&lasting).await.unwrap();
    drop(db);
    let db = Db::builder().url(database.url()).pool_size(4).connect().await.unwrap();
    let rounds = told("NUAGES_CANCEL_RUNS").map_or(2, |runs| runs.div_ceil(500));
    let (tokens, mut failed, mut finished) = (Arc::new(AtomicI64::new(0)), 0, 0);
    for round in 0..rounds {
        for fault in [Fault::Terminated, Fault::Backend, Fault::Server] {
            let stop = Arc::new(AtomicBool::new(false));
            let before = tokens.load(Ordering::Relaxed);
            let tasks: Vec<_> = (0..TASKS)
                .map(|task| {
                    let (db, stop, tokens) = (db.clone(), Arc::clone(&stop), Arc::clone(&tokens));
                    let mut dice = Dice::new(seed() + round * 100 + task + fault as u64 * 10);
                    tokio::spawn(async move {
                        let mut done = Vec::new();
                        while !stop.load(Ordering::Relaxed) {
                            let token = tokens.fetch_add(1, Ordering::Relaxed);
                            let fate = one(&db, token, &mut dice).await;
                            if fate.is_err() {
                                // A server that is gone would be asked in vain thousands of times.
                                tokio::time::sleep(Duration::from_millis(5)).await;
                            }
                            done.push((token, fate));
                        }
                        done
                    })
                })
                .collect();
            // In the middle of it all: some have come to an end.
            while tokens.load(Ordering::Relaxed) < before + 20 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            strike(fault, &cluster, &database.url()).await;
            recovered(&db, &tokens).await;
            stop.store(true, Ordering::Relaxed);
            let control = outside(&database.url()).await;
            for task in tasks {
                for (token, fate) in task.await.unwrap() {
                    let written = written(&control, token).await;
                    match fate {
                        Ok(Fate::Dropped) => {}
                        Ok(fate) => {
                            finished += 1;
                            assert_eq!(written, fate == Fate::Committed, "{token} {fate:?}");
                        }
                        Err(error) => {
                            failed += 1;
                            let unknown = error.to_string().contains("is not known");
                            assert!(unknown || !written, "{token}: {error:?}");
                        }
                    }
                }
            }
            whole(&control).await;
            clean(&db, &control).await;
        }
    }
    assert!(finished > 0);
    println!("{} faults, {finished} transactions finished, {failed} failed", rounds * 3);
}

async fn strike(fault: Fault, cluster: &Cluster, url: &str) {
    let ours = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() LIMIT 1";
    match fault {
        Fault::Terminated => {
            let control = outside(url).await;
            control.execute(&format!("SELECT pg_terminate_backend(pid) {ours}"), &[]).await.unwrap();
        }
        Fault::Backend => {
            let control = outside(url).await;
            let process: i32 = control.query_one(&format!("SELECT pid {ours}"), &[]).await.unwrap().get(0);
            assert!(Command::new("kill").args(["-KILL", &process.to_string()]).status().unwrap().success());
        }
        Fault::Server => {
            let cluster = cluster.clone();
            let again = tokio::task::spawn_blocking(move || {
                cluster.kill()?;
                cluster.restart()
            });
            again.await.unwrap().unwrap();
        }
    }
}

/// Waits until the same pool works again.
async fn recovered(db: &Db, tokens: &AtomicI64) {
    let start = Instant::now();
    let mut dice = Dice::new(7);
    let mut good = 0;
    while good < 10 {
        let token = tokens.fetch_add(1, Ordering::Relaxed);
        match one(db, token, &mut dice).await {
            Ok(Fate::Committed) => good += 1,
            Ok(_) => {}
            Err(error) => {
                assert!(start.elapsed() < LIMIT, "it does not recover: {error:?}");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}
