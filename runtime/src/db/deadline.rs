//! How long a statement's answer is waited for.
//!
//! In: the server's `statement_timeout`, as the builder was given it. Out: the answer, or an error once the server must
//! have given the statement up and has not said so: the network stalls, or the server does. That the server keeps the
//! time is better, as it ends the statement, so it is always given [`GRACE`] to say it. Behind a pooler it knows of no
//! limit: then only ours ends the statement, as a connection that is given up has it cancelled.
//!
//! The server's limit is for each statement. What is sent behind others waits for them, so the wait is as many times the
//! limit as there are statements unanswered. A script that sets another limit ends ours: only the server knows it then.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use crate::error::Error;

/// How much later than the server's own limit an answer may be.
pub(super) const GRACE: Duration = Duration::from_secs(1);

/// The limit of one connection in our hands.
#[derive(Debug, Default)]
pub(super) struct Deadline {
    limit: Option<Duration>,
    /// How much later than the limit an answer may be.
    grace: Duration,
    /// A script has set another.
    unknown: AtomicBool,
}

impl Deadline {
    /// Of a server that keeps the limit itself.
    pub(super) fn new(limit: Option<Duration>) -> Self {
        Self { limit, grace: GRACE, unknown: AtomicBool::new(false) }
    }

    /// Of a server that knows of no limit.
    pub(super) fn alone(limit: Option<Duration>) -> Self {
        Self { grace: Duration::ZERO, ..Self::new(limit) }
    }

    /// Sees what is sent as a script.
    pub(super) fn read(&self, sql: &str) {
        if self.limit.is_some() && sql.to_ascii_lowercase().contains("statement_timeout") {
            self.unknown.store(true, Ordering::Release);
        }
    }

    /// How long the last of so many answers may be on its way.
    pub(super) fn limit(&self, unanswered: u32) -> Option<Duration> {
        let limit = self.limit.filter(|_| !self.unknown.load(Ordering::Acquire))?;
        Some(limit.saturating_mul(unanswered.max(1)).saturating_add(self.grace))
    }
}

/// The time in which an answer may come.
pub(crate) struct Timer {
    limit: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Timer {
    /// It begins now.
    pub(super) fn of(limit: Duration) -> Self {
        Self { limit, sleep: Box::pin(sleep(limit)) }
    }

    /// Ready when it is over.
    pub(crate) fn poll(&mut self, task: &mut Context<'_>) -> Poll<Error> {
        ready!(self.sleep.as_mut().poll(task));
        Poll::Ready(Error::overdue(self.limit))
    }
}

/// Waits for an answer, no longer than one may be on its way. A timer is set only if there is something to wait for.
///
/// It is polled by hand: the answer stays where it is, and what moves with this is small.
#[must_use = "futures do nothing unless awaited"]
pub(crate) struct Within<F> {
    limit: Option<Duration>,
    timer: Option<Timer>,
    answer: F,
}

/// See [`Within`].
pub(crate) fn within<F>(limit: Option<Duration>, answer: F) -> Within<F> {
    Within { limit, timer: None, answer }
}

impl<T, E: Into<Error>, F: Future<Output = Result<T, E>> + Unpin> Future for Within<F> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { limit, timer, answer } = &mut *self;
        if let Poll::Ready(answer) = Pin::new(answer).poll(task) {
            return Poll::Ready(answer.map_err(E::into));
        }
        let Some(limit) = *limit else { return Poll::Pending };
        timer.get_or_insert_with(|| Timer::of(limit)).poll(task).map(Err)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Deadline;

    #[test]
    fn each_statement_before_it_may_take_as_long() {
        let deadline = Deadline::new(Some(Duration::from_secs(2)));
        assert_eq!([0, 1, 3].map(|n| deadline.limit(n).unwrap().as_secs()), [3, 3, 7]);
        assert_eq!(Deadline::new(None).limit(1), None);
    }

    #[test]
    fn a_limit_that_is_not_known_is_none() {
        let deadline = Deadline::new(Some(Duration::from_secs(2)));
        deadline.read("SET LOCAL Statement_Timeout = 0");
        assert_eq!(deadline.limit(1), None);
    }
}
