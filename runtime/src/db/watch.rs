//! What has come of the statements on a connection since it left the pool.
//!
//! In: the beginning and the end of each. Out: whether an answer may still be on its way, whether the server keeps a
//! prepared statement that nobody knows, and whether its last word was that transactions got in each other's way. A
//! statement whose future is dropped has no end: that it began is what stays.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::deadline::{Deadline, Timer};
use super::shared::Seat;
use crate::error::{Error, ErrorKind};
use crate::observe::Meter;

/// Counts of one connection in our hands.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Statements whose answers have not been read to the end.
    unanswered: AtomicU32,
    /// Preparations that have not come to their end.
    preparing: AtomicU32,
    /// How often it has turned out that transactions got in each other's way, and that this is over: odd while it is the
    /// last word.
    conflicts: AtomicU32,
    deadline: Deadline,
    meter: Option<Arc<Meter>>,
    /// Which read on a shared connection sends.
    seat: Option<Seat>,
}

/// Something that has begun. Dropped without an end it counts for good.
#[must_use]
pub(crate) struct Begun<'w> {
    watch: &'w Watch,
    count: &'w AtomicU32,
    weight: u32,
    /// What was known of conflicts when it began.
    known: u32,
    /// Its number on a shared connection.
    number: Option<u64>,
}

impl Watch {
    /// Of a connection whose server gives statements up after `limit`, and whose statements are counted by `meter`.
    pub(super) fn new(limit: Option<Duration>, meter: Arc<Meter>) -> Self {
        Self { deadline: Deadline::new(limit), meter: Some(meter), ..Self::default() }
    }

    /// The same of a connection to a pooler, whose server knows of no limit.
    pub(super) fn pooled(limit: Option<Duration>, meter: Arc<Meter>) -> Self {
        Self { deadline: Deadline::alone(limit), ..Self::new(None, meter) }
    }

    /// Of a read on a shared connection, which keeps the time itself.
    pub(super) fn shared(seat: Seat, meter: Arc<Meter>) -> Self {
        Self { seat: Some(seat), ..Self::new(None, meter) }
    }

    /// All answers to that read have come.
    pub(super) fn leave(self) {
        if let Some(seat) = self.seat {
            seat.leave();
        }
    }

    /// The counts of the connection's pool.
    pub(crate) fn meter(&self) -> Option<&Arc<Meter>> {
        self.meter.as_ref()
    }

    /// A statement is about to be sent.
    pub(crate) fn statement(&self) -> Begun<'_> {
        let number = self.seat.as_ref().map(Seat::sent);
        Begun { number, ..self.begun(&self.unanswered, 1) }
    }

    /// A text of several statements is about to be sent.
    pub(crate) fn script(&self, sql: &str) -> Begun<'_> {
        self.deadline.read(sql);
        let statements = 1 + sql.matches(';').count();
        self.begun(&self.unanswered, u32::try_from(statements).unwrap_or(u32::MAX >> 1))
    }

    /// How long the server's answer may be on its way.
    pub(crate) fn limit(&self) -> Option<Duration> {
        self.deadline.limit(self.unanswered.load(Ordering::Acquire))
    }

    /// How long one may be polled for from now on.
    pub(crate) fn timer(&self) -> Option<Timer> {
        self.limit().map(Timer::of)
    }

    /// A statement is about to be prepared.
    pub(crate) fn preparation(&self) -> Begun<'_> {
        self.begun(&self.preparing, 1)
    }

    fn begun<'w>(&'w self, count: &'w AtomicU32, weight: u32) -> Begun<'w> {
        count.fetch_add(weight, Ordering::AcqRel);
        Begun { watch: self, count, weight, known: self.conflicts.load(Ordering::Acquire), number: None }
    }

    /// Whether there is a statement whose answer nobody has read.
    pub(crate) fn is_unanswered(&self) -> bool {
        self.unanswered.load(Ordering::Acquire) > 0
    }

    /// Whether the server may keep a prepared statement for which nobody has a name.
    pub(crate) fn has_orphans(&self) -> bool {
        self.preparing.load(Ordering::Acquire) > 0
    }

    /// Whether the server's last word was that transactions got in each other's way, and this one was to give way.
    pub(crate) fn is_conflict(&self) -> bool {
        is_odd(self.conflicts.load(Ordering::Acquire))
    }
}

impl Begun<'_> {
    /// Its answer has been read to the end, or nobody waits for it any longer.
    pub(crate) fn end<T>(self, result: &Result<T, Error>) {
        if let (Some(seat), Some(number)) = (&self.watch.seat, self.number) {
            seat.answered(number, result.as_ref().map_or_else(|error| error.database().is_some(), |_| true));
        }
        if result.as_ref().is_err_and(Error::is_overdue) {
            // It may still come: what has no end counts for good.
            return;
        }
        self.count.fetch_sub(self.weight, Ordering::AcqRel);
        let conflicts = &self.watch.conflicts;
        match result.as_ref().map_err(Error::kind) {
            // What is refused because something before it was says nothing new.
            Err(ErrorKind::Aborted) => {}
            Err(ErrorKind::Conflict) => {
                let next = |seen: u32| Some(seen.wrapping_add(if is_odd(seen) { 2 } else { 1 }));
                let _ = conflicts.fetch_update(Ordering::AcqRel, Ordering::Acquire, next);
            }
            // Answers are not read in the order they come: what was sent before the conflict was known says nothing of what
            // is behind it.
            Ok(_) | Err(_) if is_odd(self.known) => {
                let over = self.known.wrapping_add(1);
                let _ = conflicts.compare_exchange(self.known, over, Ordering::AcqRel, Ordering::Acquire);
            }
            Ok(_) | Err(_) => {}
        }
    }
}

fn is_odd(count: u32) -> bool {
    count % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::Watch;
    use crate::error::{Error, ErrorKind};

    #[test]
    fn the_last_word_counts() {
        let watch = Watch::default();
        let mut said = Vec::new();
        let words = [Some(ErrorKind::Conflict), Some(ErrorKind::Aborted), None, Some(ErrorKind::Timeout)];
        for word in words {
            let result = word.map_or(Ok(()), |kind| Err(Error::new(kind, "refused")));
            watch.statement().end(&result);
            said.push(watch.is_conflict());
        }
        assert_eq!(said, [true, true, false, false]);
    }

    #[test]
    fn what_was_sent_before_a_conflict_was_known_does_not_end_it() {
        let watch = Watch::default();
        let conflict: Result<(), _> = Err(Error::new(ErrorKind::Conflict, "refused"));
        let (first, second, third) = (watch.statement(), watch.statement(), watch.statement());
        second.end(&conflict);
        first.end(&Ok(()));
        third.end::<()>(&Err(Error::new(ErrorKind::Database, "refused")));
        assert!(watch.is_conflict());
        // Known, rolled back, and met once more.
        let (first, second) = (watch.statement(), watch.statement());
        second.end(&conflict);
        first.end(&Ok(()));
        assert!(watch.is_conflict());
        watch.statement().end(&Ok(()));
        assert!(!watch.is_conflict());
    }

    #[test]
    fn what_has_no_end_stays() {
        let watch = Watch::default();
        watch.statement().end(&Ok(()));
        watch.preparation().end(&Ok(()));
        assert!(!watch.is_unanswered() && !watch.has_orphans());
        drop(watch.statement());
        drop(watch.preparation());
        assert!(watch.is_unanswered() && watch.has_orphans());
    }
}
