//! Times.
//!
//! In: those who do the work, and the work. Out: how long each took in each round, on the clock and on the processors. All
//! take turns within a round, and begin one further in the next, so that what else the machine does meets all alike.

use crate::Failure;
use crate::peers;
use crate::work::{Peer, Task, Work};
use cpu_time::ProcessTime;
use futures_util::future::BoxFuture;
use nuages::Db;
use std::collections::BTreeMap;
use std::time::Instant;

/// The practical limit, which the others are compared with.
pub(crate) const LIMIT: &str = "tokio-postgres";

/// Makes one who does the work, with connections of its own.
type Maker = for<'u> fn(&'u str) -> BoxFuture<'u, Result<Box<dyn Peer>, Failure>>;

/// Those who do the work, in the order of the report.
pub(crate) const PEERS: [(&str, Maker); 7] = [
    (LIMIT, |url| Box::pin(async { Ok(Box::new(peers::hand::Hand::connect(url).await?) as Box<dyn Peer>) })),
    ("Nuages", |url| Box::pin(async { Ok(Box::new(peers::nuages::Nuages::connect(url).await?) as Box<dyn Peer>) })),
    ("Nuages, the other way", |url| {
        Box::pin(async { Ok(Box::new(peers::nuages::Other::connect(url).await?) as Box<dyn Peer>) })
    }),
    ("Nuages, shared reads", |url| {
        Box::pin(async { Ok(Box::new(peers::nuages::Sharing::connect(url).await?) as Box<dyn Peer>) })
    }),
    ("sqlx", |url| Box::pin(async { Ok(Box::new(peers::sqlx::Sqlx::connect(url).await?) as Box<dyn Peer>) })),
    ("diesel-async", |url| {
        Box::pin(async { Ok(Box::new(peers::diesel::Diesel::connect(url).await?) as Box<dyn Peer>) })
    }),
    ("SeaORM", |url| Box::pin(async { Ok(Box::new(peers::seaorm::SeaOrm::connect(url).await?) as Box<dyn Peer>) })),
];

/// Seconds that one doing of a workload took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took {
    pub(crate) clock: f64,
    pub(crate) cpu: f64,
}

/// What each took in each round, by workload and name.
pub(crate) type Samples = BTreeMap<(&'static str, &'static str), Vec<Took>>;

/// Measures all workloads, so many rounds. `admin` is a connection that clears up between two measurements.
pub(crate) async fn measure(url: &str, admin: &Db, tasks: &[Task], rounds: usize) -> Result<Samples, Failure> {
    let mut there = Vec::new();
    for (name, make) in PEERS {
        there.push((name, make, make(url).await?));
    }
    let mut samples = Samples::new();
    for task in tasks {
        let mut expected = None;
        // Prepares statements, fills caches, and sees that all read the same.
        for (name, make, peer) in &there {
            let Some((_, read)) = once(task, peer.as_ref(), *make, url, admin, 1).await? else { continue };
            if *expected.get_or_insert(read) != read {
                return Err(format!("{}: {name} read {read}, expected {expected:?}", task.name).into());
            }
        }
        eprintln!("{}", task.name);
        for round in 0..rounds {
            for i in 0..there.len() {
                // Every other round goes backwards, so that nobody always follows the same one.
                let turn = if round % 2 == 0 { i } else { there.len() - 1 - i };
                let (name, make, peer) = &there[(turn + round) % there.len()];
                if let Some((took, _)) = once(task, peer.as_ref(), *make, url, admin, task.times).await? {
                    samples.entry((task.name, name)).or_default().push(took);
                }
            }
        }
    }
    Ok(samples)
}

/// One measurement: the work so many times, and what one of them took and read.
async fn once(
    task: &Task,
    peer: &dyn Peer,
    make: Maker,
    url: &str,
    admin: &Db,
    times: u32,
) -> Result<Option<(Took, u64)>, Failure> {
    if matches!(task.work, Work::Insert(_)) {
        admin.execute_script("TRUNCATE fresh").await?;
    }
    let mut total = Took { clock: 0.0, cpu: 0.0 };
    let mut read = 0;
    for _ in 0..times {
        let fresh;
        let peer = if let Work::First(_) = task.work {
            fresh = make(url).await?;
            fresh.as_ref()
        } else {
            peer
        };
        let (clock, cpu) = (Instant::now(), ProcessTime::now());
        let Some(doing) = peer.work(&task.work) else { return Ok(None) };
        read = doing.await?;
        total.clock += clock.elapsed().as_secs_f64();
        total.cpu += cpu.elapsed().as_secs_f64();
    }
    let times = f64::from(times);
    Ok(Some((Took { clock: total.clock / times, cpu: total.cpu / times }, read)))
}
