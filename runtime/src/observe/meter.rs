//! The counts of one pool.
//!
//! In: its connections as they are opened and taken, the statements sent on them. Out: [`PoolMetrics`]. Counting is a few
//! relaxed additions; nobody waits for anybody.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[cfg(feature = "metrics")]
use super::facade;
use super::kind::{KINDS, StatementKind};
use super::latency::Counter;
use super::metrics::{PoolMetrics, StatementMetrics};
#[cfg(any(feature = "metrics", feature = "tracing"))]
use super::server::Telemetry;
use crate::db::PoolStatus;
use crate::error::{Error, ErrorKind, Integrity};

/// All kinds of errors, each at the place of [`number`].
const ERRORS: [ErrorKind; 19] = [
    ErrorKind::DoesNotExist,
    ErrorKind::MultipleObjectsReturned,
    ErrorKind::Integrity(Integrity::Unique),
    ErrorKind::Integrity(Integrity::ForeignKey),
    ErrorKind::Integrity(Integrity::NotNull),
    ErrorKind::Integrity(Integrity::Check),
    ErrorKind::Integrity(Integrity::Exclusion),
    ErrorKind::Integrity(Integrity::Restrict),
    ErrorKind::Timeout,
    ErrorKind::Locked,
    ErrorKind::Conflict,
    ErrorKind::Aborted,
    ErrorKind::ReadOnly,
    ErrorKind::Pool,
    ErrorKind::Closed,
    ErrorKind::Decode,
    ErrorKind::InvalidInput,
    ErrorKind::Database,
    ErrorKind::Tls,
];

fn number(kind: ErrorKind) -> usize {
    match kind {
        ErrorKind::DoesNotExist => 0,
        ErrorKind::MultipleObjectsReturned => 1,
        ErrorKind::Integrity(Integrity::Unique) => 2,
        ErrorKind::Integrity(Integrity::ForeignKey) => 3,
        ErrorKind::Integrity(Integrity::NotNull) => 4,
        ErrorKind::Integrity(Integrity::Check) => 5,
        ErrorKind::Integrity(Integrity::Exclusion) => 6,
        ErrorKind::Integrity(Integrity::Restrict) => 7,
        ErrorKind::Timeout => 8,
        ErrorKind::Locked => 9,
        ErrorKind::Conflict => 10,
        ErrorKind::Aborted => 11,
        ErrorKind::ReadOnly => 12,
        ErrorKind::Pool => 13,
        ErrorKind::Closed => 14,
        ErrorKind::Decode => 15,
        ErrorKind::InvalidInput => 16,
        ErrorKind::Database => 17,
        ErrorKind::Tls => 18,
    }
}

/// What is counted of a pool.
#[derive(Debug)]
pub(crate) struct Meter {
    name: String,
    counts: bool,
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    telemetry: Telemetry,
    statements: [Statements; KINDS.len()],
    errors: [AtomicU64; ERRORS.len()],
    acquires: AtomicU64,
    waited: AtomicU64,
    timeouts: AtomicU64,
    opened: AtomicU64,
    closed: AtomicU64,
}

#[derive(Debug, Default)]
struct Statements {
    latency: Counter,
    failed: AtomicU64,
    given_up: AtomicU64,
}

impl Meter {
    /// Of the pool called so; without `counts` nothing is counted.
    pub(crate) fn new(name: impl Into<String>, counts: bool) -> Self {
        Self {
            name: name.into(),
            counts,
            #[cfg(any(feature = "metrics", feature = "tracing"))]
            telemetry: Telemetry::default(),
            statements: std::array::from_fn(|_| Statements::default()),
            errors: std::array::from_fn(|_| AtomicU64::new(0)),
            acquires: AtomicU64::new(0),
            waited: AtomicU64::new(0),
            timeouts: AtomicU64::new(0),
            opened: AtomicU64::new(0),
            closed: AtomicU64::new(0),
        }
    }

    /// The same, with what those are told who listen elsewhere.
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    pub(crate) fn telling(self, telemetry: Telemetry) -> Self {
        #[cfg(feature = "metrics")]
        facade::describe();
        Self { telemetry, ..self }
    }

    #[cfg(any(feature = "metrics", feature = "tracing"))]
    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    pub(crate) fn counts(&self) -> bool {
        self.counts
    }

    /// Whether statements are timed.
    pub(super) fn listens(&self) -> bool {
        #[cfg(feature = "tracing")]
        if self.telemetry.slow.is_some() {
            return true;
        }
        self.counts
    }

    /// Whether the text of a statement is wanted at its end.
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    pub(super) fn remembers(&self) -> bool {
        #[cfg(feature = "tracing")]
        if self.telemetry.slow.is_some() {
            return true;
        }
        cfg!(feature = "metrics") && self.counts
    }

    /// The state of the pool has changed.
    #[cfg(feature = "metrics")]
    pub(crate) fn state(&self, status: &PoolStatus) {
        if self.counts {
            facade::state(&self.name, status);
        }
    }

    /// A connection is back.
    #[cfg(feature = "metrics")]
    pub(crate) fn used(&self, duration: Duration) {
        if self.counts {
            facade::used(&self.name, duration);
        }
    }

    /// A connection was opened.
    pub(crate) fn opened(&self) {
        add(&self.opened, 1);
    }

    /// Somebody who asked for a connection has an answer, after waiting so long.
    pub(crate) fn taken<T>(&self, wait: Duration, taken: &Result<T, Error>) {
        if !self.counts {
            return;
        }
        match taken {
            Ok(_) => add(&self.acquires, 1),
            Err(error) => self.error(error),
        }
        self.waited(wait, taken.as_ref().is_err_and(Error::is_late_acquire));
    }

    /// Somebody who asked for a connection has waited so long.
    pub(crate) fn waited(&self, wait: Duration, overdue: bool) {
        add(&self.waited, u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX));
        add(&self.timeouts, u64::from(overdue));
        #[cfg(feature = "metrics")]
        facade::waited(&self.name, wait, overdue);
    }

    /// The answer to a statement has been read.
    pub(super) fn sent(&self, kind: StatementKind, duration: Duration, error: Option<&Error>) {
        if !self.counts {
            return;
        }
        let statements = &self.statements[kind as usize];
        statements.latency.add(duration);
        if let Some(error) = error {
            add(&statements.failed, 1);
            self.error(error);
        }
    }

    /// Nobody waits for the answer to a statement any more.
    pub(super) fn given_up(&self, kind: StatementKind) {
        add(&self.statements[kind as usize].given_up, u64::from(self.counts));
    }

    fn error(&self, error: &Error) {
        add(&self.errors[number(error.kind())], 1);
    }

    /// The counts so far.
    pub(crate) fn read(&self, status: &PoolStatus) -> PoolMetrics {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        // What was opened and is not there any more. One that is being opened is there already, so the number could
        // fall for a moment.
        let opened = of(&self.opened);
        let gone = opened.saturating_sub(status.size as u64);
        let closed = self.closed.fetch_max(gone, Ordering::Relaxed).max(gone);
        PoolMetrics {
            name: self.name.clone(),
            max: status.max_size,
            size: status.size,
            idle: status.available,
            waiting: status.waiting,
            acquires: of(&self.acquires),
            wait: Duration::from_nanos(of(&self.waited)),
            timeouts: of(&self.timeouts),
            opened,
            closed,
            statements: KINDS.map(|kind| self.statements(kind)).into(),
            errors: ERRORS
                .into_iter()
                .map(|kind| (kind, of(&self.errors[number(kind)])))
                .filter(|(_, n)| *n > 0)
                .collect(),
            shared: None,
        }
    }

    fn statements(&self, kind: StatementKind) -> StatementMetrics {
        let counts = &self.statements[kind as usize];
        StatementMetrics {
            kind,
            failed: counts.failed.load(Ordering::Relaxed),
            given_up: counts.given_up.load(Ordering::Relaxed),
            latency: counts.latency.read(),
        }
    }
}

fn add(count: &AtomicU64, more: u64) {
    if more > 0 {
        count.fetch_add(more, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{ERRORS, number};

    #[test]
    fn each_error_is_at_its_number() {
        for (i, kind) in ERRORS.into_iter().enumerate() {
            assert_eq!(number(kind), i);
        }
    }
}
