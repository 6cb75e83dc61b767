//! Whether a replica is there, and as of when its rows are.
//!
//! In: what the monitor saw, and how statements fared. Out: whether reads may go there. What is kept is not how far the
//! replica was behind when it was asked, but the moment of the primary that it had reached: so a replica that cannot be
//! asked any more grows old by itself.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};

/// What is known of a replica. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Health(Arc<Known>);

#[derive(Debug)]
struct Known {
    limit: Option<Duration>,
    start: Instant,
    up: AtomicBool,
    /// Microseconds from `start` to the moment it has reached; [`NEVER`] if it is not known to have reached any.
    as_of: AtomicU64,
    problem: Mutex<Option<String>>,
}

const NEVER: u64 = u64::MAX;

impl Health {
    /// Of a replica that nobody has seen yet.
    pub(super) fn new(limit: Option<Duration>) -> Self {
        Self(Arc::new(Known {
            limit,
            start: Instant::now(),
            up: AtomicBool::new(false),
            as_of: AtomicU64::new(NEVER),
            problem: Mutex::default(),
        }))
    }

    /// It has answered, and has all that the primary had at this moment, where that is known.
    pub(super) fn seen(&self, as_of: Option<Instant>) {
        // What was read from a replica stays read: one that goes back in time was made anew, and is judged as it is now.
        let since = |moment: Instant| moment.saturating_duration_since(self.0.start).as_micros();
        let as_of = as_of.map_or(NEVER, |moment| u64::try_from(since(moment)).unwrap_or(NEVER - 1));
        self.0.as_of.store(as_of, Ordering::Release);
        self.0.up.store(true, Ordering::Release);
        self.say(None);
    }

    /// It has not answered, or ended a connection. The monitor finds out whether it is there again.
    pub(super) fn lost(&self, error: &Error) {
        self.0.up.store(false, Ordering::Release);
        self.say(Some(error.to_string()));
    }

    fn say(&self, problem: Option<String>) {
        *self.0.problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }

    pub(super) fn is_fit(&self) -> bool {
        let fresh = |limit| self.lag().is_some_and(|lag| lag <= limit);
        self.0.up.load(Ordering::Acquire) && self.0.limit.is_none_or(fresh)
    }

    /// How far it is behind at most.
    pub(super) fn lag(&self) -> Option<Duration> {
        let as_of = self.0.as_of.load(Ordering::Acquire);
        let reached = || self.0.start.elapsed().saturating_sub(Duration::from_micros(as_of));
        (as_of != NEVER).then(reached)
    }

    pub(super) fn problem(&self) -> Option<String> {
        self.0.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Where a connection comes from: from this replica, or not from one.
#[derive(Clone, Debug)]
pub(crate) struct Origin(pub(super) Option<Health>);

impl Origin {
    /// Not a replica.
    pub(crate) const PRIMARY: Self = Self(None);

    /// Whether a read that failed so is to be sent to the primary: the replica is lost, or what it has to replay was in
    /// the way of the read. A replica that is lost gets no further reads.
    pub(crate) fn turns_away(&self, error: &Error) -> bool {
        let Some(health) = &self.0 else {
            return false;
        };
        if error.kind() == ErrorKind::Pool || error.is_overdue() {
            health.lost(error);
        }
        // The time of one that is overdue is up.
        matches!(error.kind(), ErrorKind::Pool | ErrorKind::Conflict)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Health, Origin};
    use crate::error::{Error, ErrorKind};

    #[test]
    fn one_that_nobody_has_seen_gets_no_reads() {
        for limit in [None, Some(Duration::from_mins(1))] {
            let health = Health::new(limit);
            assert!(!health.is_fit());
            health.seen(Some(Instant::now()));
            assert!(health.is_fit());
            health.lost(&Error::new(ErrorKind::Pool, "it is gone"));
            assert_eq!((health.is_fit(), health.problem().as_deref()), (false, Some("it is gone")));
            health.seen(Some(Instant::now()));
            assert_eq!((health.is_fit(), health.problem()), (true, None));
        }
    }

    #[test]
    fn a_limit_needs_a_measure() {
        let (any, limited) = (Health::new(None), Health::new(Some(Duration::ZERO)));
        any.seen(None);
        limited.seen(None);
        assert_eq!((any.is_fit(), limited.is_fit()), (true, false));
        limited.seen(Some(Instant::now()));
        // Some time has passed since, if only to ask for it: nothing is younger than a limit of nothing.
        std::thread::sleep(Duration::from_millis(1));
        assert!(!limited.is_fit());
        assert!(limited.lag().is_some_and(|lag| lag >= Duration::from_millis(1)));
    }

    #[test]
    fn what_is_sent_to_the_primary_instead() {
        let cases = [
            (ErrorKind::Pool, true, false),
            (ErrorKind::Conflict, true, true),
            (ErrorKind::Timeout, false, false),
            (ErrorKind::Database, false, true),
            (ErrorKind::ReadOnly, false, true),
        ];
        for (kind, away, fit) in cases {
            let health = Health::new(None);
            health.seen(None);
            let error = Error::new(kind, "refused");
            assert_eq!(Origin(Some(health.clone())).turns_away(&error), away, "{kind:?}");
            assert_eq!(health.is_fit(), fit, "{kind:?}");
            assert!(!Origin::PRIMARY.turns_away(&error));
        }
    }
}
