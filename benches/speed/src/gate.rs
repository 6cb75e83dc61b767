//! Instructions, which can be counted the same each time.
//!
//! In: a filled database, and `valgrind`. Out: how many instructions this process needs for one more row and for one more
//! query, by hand and with Nuages, and whether the ratio is within [`LIMIT`]. Each is the difference of two runs of this
//! program below valgrind, so that all that happens once is left out. What is left is how often the runtime finds an answer
//! there already: of several runs the least counts.
//!
//! Both have a second thread, as every server has. A process of one thread needs fewer instructions for each allocation and
//! for each lock, and by hand there would be just one.

use crate::Failure;
use crate::measure::PEERS;
use crate::work::{NewUser, Work};
use std::fmt::Write as _;
use std::process::Command;

/// The word on the command line that asks for the counts.
pub(crate) const WORD: &str = "gate";
/// The word on the command line that does one workload, to be counted.
pub(crate) const ONCE: &str = "once";
/// Of so many runs the least counts.
const RUNS: usize = 5;
/// More than this many times the instructions of the hand-written peer is too much.
const LIMIT: f64 = 1.05;

/// What is counted: its name, what one more of is counted, and the work for so many.
pub(crate) struct Count {
    pub(crate) name: &'static str,
    pub(crate) of: &'static str,
    /// Fewer and more.
    pub(crate) between: (u32, u32),
    pub(crate) work: fn(u32) -> Work,
}

/// All that is counted.
pub(crate) const COUNTS: [Count; 11] = [
    Count { name: "load", of: "row", between: (1_000, 5_000), work: |n| Work::Load(i64::from(n)) },
    Count { name: "join", of: "row", between: (1_000, 5_000), work: |n| Work::Join(i64::from(n)) },
    Count {
        name: "by key, from a pool",
        of: "query",
        between: (100, 400),
        work: |n| Work::Pooled((1..=i64::from(n)).collect()),
    },
    Count {
        name: "by key, on one connection",
        of: "query",
        between: (100, 400),
        work: |n| Work::Held((1..=i64::from(n)).collect()),
    },
    Count {
        name: "64 tasks by key, 8 connections",
        of: "query",
        between: (640, 6_400),
        work: |n| Work::Tasks(64, i64::from(n / 64)),
    },
    Count {
        name: "insert 1, from a pool",
        of: "statement",
        between: (100, 400),
        work: |n| Work::Inserts(vec![vec![row()]; n as usize]),
    },
    Count {
        name: "insert 100, from a pool",
        of: "statement",
        between: (20, 80),
        work: |n| Work::Inserts(vec![vec![row(); 100]; n as usize]),
    },
    Count { name: "stream", of: "row", between: (1_000, 5_000), work: |n| Work::StreamOf(i64::from(n)) },
    Count { name: "relations", of: "writer", between: (20, 100), work: |n| Work::Nested(i64::from(n)) },
    Count {
        name: "insert",
        of: "row",
        between: (1_000, 5_000),
        work: |n| Work::Insert((0..n).map(|_| row()).collect()),
    },
    Count {
        name: "update",
        of: "row",
        between: (500, 2_000),
        work: |n| Work::Update((1..=i64::from(n)).map(|id| (id, "green".to_owned())).collect()),
    },
];

fn row() -> NewUser {
    NewUser { name: "Fresh user".to_owned(), hair_color: Some("green".to_owned()) }
}

/// Does one workload, on the thread that is counted.
pub(crate) fn once(peer: &str, count: &str, n: u32, url: &str) -> Result<(), Failure> {
    let (_, make) = PEERS.iter().find(|(name, _)| *name == peer).ok_or("there is no such peer")?;
    let count = COUNTS.iter().find(|known| known.name == count).ok_or("there is no such workload")?;
    let work = (count.work)(n);
    std::thread::spawn(std::thread::park);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let peer = make(url).await?;
        peer.work(&work).ok_or("this peer does other work")?.await?;
        Ok(())
    })
}

/// Counts everything and says what is too much.
pub(crate) fn gate(url: &str) -> Result<(String, bool), Failure> {
    let peers = ["tokio-postgres", "Nuages"];
    let mut out = format!(
        "# Instructions\n\n`cargo run --release --manifest-path benches/Cargo.toml -- {WORD}`\n\n\
         How many instructions a program needs for one more row of a query or for one more query, counted by callgrind: the \
         difference of two runs, each the least of {RUNS}. More than {LIMIT} times those of hand-written tokio-postgres \
         is too much, and ends the command with an error.\n\n\
         | one more | by hand | Nuages | ratio |\n|---|---:|---:|---:|\n"
    );
    let mut fine = true;
    for count in &COUNTS {
        let mut own = [0.0; 2];
        for (peer, own) in peers.iter().zip(&mut own) {
            let (few, many) = count.between;
            let (less, more) = (instructions(peer, count.name, few, url)?, instructions(peer, count.name, many, url)?);
            *own = (more - less) / f64::from(many - few);
        }
        let ratio = own[1] / own[0];
        fine &= ratio <= LIMIT;
        writeln!(out, "| {} of {} | {:.0} | {:.0} | {ratio:.2} |", count.of, count.name, own[0], own[1])?;
    }
    Ok((out, fine))
}

/// How many instructions one run takes at least.
fn instructions(peer: &str, count: &str, n: u32, url: &str) -> Result<f64, Failure> {
    let mut least = f64::INFINITY;
    for _ in 0..RUNS {
        least = least.min(counted(peer, count, n, url)?);
    }
    Ok(least)
}

/// How many instructions one run takes.
fn counted(peer: &str, count: &str, n: u32, url: &str) -> Result<f64, Failure> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args([ONCE, peer, count, &n.to_string(), url])
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let refs = text.lines().find_map(|line| line.split("Collected :").nth(1)).ok_or_else(|| text.to_string())?;
    Ok(refs.trim().parse()?)
}
