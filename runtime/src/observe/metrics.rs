//! What [`Db::metrics`](crate::Db::metrics) gives: the counts of all pools at one moment.

use std::time::Duration;

use super::kind::StatementKind;
use super::latency::Latency;
use crate::error::ErrorKind;

/// What was counted since the database was connected, by [`Db::metrics`](crate::Db::metrics).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Metrics {
    /// Each server's pool, the primary's first.
    pub pools: Vec<PoolMetrics>,
}

/// The counts of one pool: its connections, and the statements sent on them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PoolMetrics {
    /// Which server it is for: `primary`, `replica 1`, `replica 2`, as [`Db::servers`](crate::Db::servers) calls them.
    pub name: String,
    /// How many connections there may be.
    pub max: usize,
    /// How many there are.
    pub size: usize,
    /// How many of them nobody uses.
    pub idle: usize,
    /// How many tasks wait for one.
    pub waiting: usize,
    /// How often one was given out.
    pub acquires: u64,
    /// How long tasks have waited for one altogether, opening it included.
    pub wait: Duration,
    /// How often a task waited for one in vain.
    pub timeouts: u64,
    /// How many were opened.
    pub opened: u64,
    /// How many of those are closed.
    pub closed: u64,
    /// What was sent, by kind.
    pub statements: Vec<StatementMetrics>,
    /// Errors of statements, and of getting a connection, by kind; only those that there were.
    pub errors: Vec<(ErrorKind, u64)>,
    /// The connections that reads share, beside those above: with
    /// [`Builder::shared_reads`](crate::Builder::shared_reads). Their statements and errors are among those above.
    pub shared: Option<SharedMetrics>,
}

/// The connections to one server that reads share.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SharedMetrics {
    /// How many there may be.
    pub max: usize,
    /// How many there are.
    pub size: usize,
    /// How many reads are on them now.
    pub in_flight: usize,
    /// How many reads were begun on them; all others had a connection of the pool.
    pub reads: u64,
    /// How many went on to a connection of the pool, because the server was at somebody else's statement for too long.
    pub moved: u64,
    /// How many had one from the start, because the server had been at their query for long a short while before.
    pub slow: u64,
    /// How many were opened.
    pub opened: u64,
    /// Why one could not be opened when that was last tried.
    pub problem: Option<String>,
}

/// The statements of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementMetrics {
    /// Which kind.
    pub kind: StatementKind,
    /// How many the server refused, or could not answer.
    pub failed: u64,
    /// How many were dropped before the end of their answer; not in `latency`.
    pub given_up: u64,
    /// How many were answered, and how long that took: from sending to the last row, preparing included.
    pub latency: Latency,
}

impl Metrics {
    /// The statements of one kind, of all pools.
    pub fn statements(&self, kind: StatementKind) -> StatementMetrics {
        let mut sum = StatementMetrics { kind, failed: 0, given_up: 0, latency: Latency::default() };
        for pool in &self.pools {
            for other in pool.statements.iter().filter(|statements| statements.kind == kind) {
                sum.failed += other.failed;
                sum.given_up += other.given_up;
                sum.latency.add(&other.latency);
            }
        }
        sum
    }

    /// How many errors of one kind there were, of all pools.
    pub fn errors(&self, kind: ErrorKind) -> u64 {
        self.pools.iter().flat_map(|pool| &pool.errors).filter(|(found, _)| *found == kind).map(|(_, n)| n).sum()
    }
}
