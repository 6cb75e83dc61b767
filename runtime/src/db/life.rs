//! How long a connection lives, and whether one that was left alone still does.
//!
//! In: the limits of the builder. Out: a pool that gives out no connection that is too old, was unused for too long, or
//! does not answer. The last taken is the first given, so that in quiet times the others are left alone and age; a
//! thread closes these (see `sweep`), as nobody else would.
//!
//! A connection that ended is noticed without asking: the driver sees its socket close. One whose socket says nothing
//! any more, behind a firewall that forgot it or a host that is gone, is found by asking: after some time unused, the
//! server has to answer before a statement is sent.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::connection::Connection;
use super::pool::Pool;
use super::sweep::Sweeper;

/// How long connections that are too old may stay, while nobody asks for them.
const LONGEST: Duration = Duration::from_secs(30);

/// How long its answer is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Limits of a connection's life; none where there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    pub(super) idle: Option<Duration>,
    pub(super) age: Option<Duration>,
    /// For how long an unused connection is trusted to be there.
    pub(super) trust: Duration,
}

impl Life {
    /// Without any.
    pub(super) const ENDLESS: Self = Self { idle: None, age: None, trust: Duration::MAX };

    /// Whether a connection of the pool may go out without being asked whether it is there.
    pub(super) fn trusts(self, client: &Connection, now: Instant) -> bool {
        let trust = self.idle.map_or(self.trust, |idle| idle.min(self.trust));
        now.saturating_duration_since(client.used()) < trust && client.end().is_none_or(|end| now < end)
    }

    /// Whether a connection of the pool is too old, or was not used for too long.
    pub(super) fn is_past(self, client: &Connection, now: Instant) -> bool {
        self.is_over(client.end(), client.used(), now)
    }

    /// The same of one whose age ends so and that was last taken at this moment. Unused is what was not taken: a connection
    /// that was out for as long is closed too, and costs a new one.
    pub(super) fn is_over(self, end: Option<Instant>, used: Instant, now: Instant) -> bool {
        end.is_some_and(|end| now >= end) || self.idle.is_some_and(|idle| now.saturating_duration_since(used) >= idle)
    }

    /// When one will be too old that was opened at this moment. It is asked once: to compute with times costs more than all else
    /// that is found out of a connection before it goes out.
    pub(super) fn end(self, created: Instant) -> Option<Instant> {
        created.checked_add(shortened(self.age?, created))
    }

    /// How long one looks away while connections grow old: often enough that none lives much longer than it should.
    pub(super) fn pause(self) -> Option<Duration> {
        let shortest = self.idle.into_iter().chain(self.age).min()?;
        Some((shortest / 4).clamp(Duration::from_millis(10), LONGEST))
    }

    /// Whether a connection may go out, which is asked if it is not trusted to be there.
    pub(super) async fn is_fit(self, client: &Connection) -> bool {
        let now = Instant::now();
        !client.is_closed() && !self.is_past(client, now) && (self.trusts(client, now) || answers(client).await)
    }

    /// Closes connections whose life is over while nobody asks for them.
    pub(super) fn sweep(self, pool: &Arc<Pool>) -> Option<Sweeper> {
        let pool = Arc::downgrade(pool);
        Some(Sweeper::every(self.pause()?, move || {
            if let Some(pool) = pool.upgrade() {
                pool.sweep();
            }
        }))
    }
}

/// An age that is up to a tenth less, as the moment of its making has it: connections that were opened together are not
/// all replaced together.
fn shortened(age: Duration, created: Instant) -> Duration {
    let mut hasher = DefaultHasher::new();
    created.hash(&mut hasher);
    age.saturating_sub(age / 1000 * u32::try_from(hasher.finish() % 101).unwrap_or_default())
}

async fn answers(client: &Connection) -> bool {
    timeout(PATIENCE, client.batch_execute("")).await.is_ok_and(|answer| answer.is_ok())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::shortened;

    #[test]
    fn connections_that_were_opened_together_end_one_by_one() {
        let (age, now) = (Duration::from_mins(30), Instant::now());
        let mut ages: Vec<_> = (0..1000).map(|n| shortened(age, now + Duration::from_nanos(n))).collect();
        ages.sort_unstable();
        ages.dedup();
        assert!(ages.len() > 50, "{} different ages", ages.len());
        assert!(ages.first() >= Some(&Duration::from_mins(27)) && ages.last() <= Some(&age), "{ages:?}");
        assert_eq!(shortened(Duration::ZERO, now), Duration::ZERO);
    }
}
