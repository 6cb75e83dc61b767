//! What is sent to the server, for those who want to know.
//!
//! In: each statement as it is sent, and the end of its answer. Out: the counts of its pool ([`meter`]) and the lists of
//! the tests that record it ([`crate::testing`]). Where nobody listens, no clock is read and nothing is kept.

pub(crate) mod kind;
mod latency;
pub(crate) mod meter;
mod metrics;

use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

pub use kind::StatementKind;
pub use latency::Latency;
pub(crate) use meter::Meter;
pub use metrics::{Metrics, PoolMetrics, StatementMetrics};

use crate::error::Error;
use crate::testing::record::Note;

/// The counts of a pool: of a connection that is held elsewhere, or held with what is sent on it.
pub(crate) enum Counts<'m> {
    Borrowed(&'m Meter),
    Shared(Arc<Meter>),
}

impl Deref for Counts<'_> {
    type Target = Meter;

    fn deref(&self) -> &Meter {
        match self {
            Self::Borrowed(meter) => meter,
            Self::Shared(meter) => meter,
        }
    }
}

/// A statement that was sent. Dropped before its end it was given up.
pub(crate) struct Sent<'m> {
    kind: StatementKind,
    start: Instant,
    rows: u64,
    meter: Option<Counts<'m>>,
    note: Option<Note>,
    ended: bool,
}

impl<'m> Sent<'m> {
    /// Says that a statement is about to be sent; nothing if nobody listens.
    pub(crate) fn new(meter: Option<Counts<'m>>, kind: StatementKind, sql: &str) -> Option<Self> {
        let meter = meter.filter(|meter| meter.counts());
        let note = Note::new(kind, sql);
        if meter.is_none() && note.is_none() {
            return None;
        }
        Some(Self { kind, start: Instant::now(), rows: 0, meter, note, ended: false })
    }

    /// A row of its answer has been read.
    pub(crate) fn row(&mut self) {
        self.rows += 1;
    }

    /// Its answer has been read to the end.
    pub(crate) fn end(mut self, error: Option<&Error>, rows: u64) {
        self.rows += rows;
        self.ended = true;
        let duration = self.start.elapsed();
        if let Some(meter) = &self.meter {
            meter.sent(self.kind, duration, error);
        }
        if let Some(note) = self.note.take() {
            note.end(duration, self.rows, error.map(Error::kind), false);
        }
    }
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        if let Some(meter) = &self.meter {
            meter.given_up(self.kind);
        }
        if let Some(note) = self.note.take() {
            note.end(self.start.elapsed(), self.rows, None, true);
        }
    }
}

/// Says of a statement that its answer has been read, and how many rows it had.
pub(crate) fn ended<T>(sent: Option<Sent<'_>>, result: &Result<T, Error>, rows: impl FnOnce(&T) -> u64) {
    if let Some(sent) = sent {
        match result {
            Ok(value) => sent.end(None, rows(value)),
            Err(error) => sent.end(Some(error), 0),
        }
    }
}

/// Prepares a statement, and counts it if it was not prepared before: then there is nothing to wait for.
pub(crate) async fn prepared<T>(
    meter: Option<&Meter>,
    mut prepare: Pin<&mut impl Future<Output = Result<T, Error>>>,
) -> Result<T, Error> {
    let Some(meter) = meter.filter(|meter| meter.counts()) else {
        return prepare.await;
    };
    if let Poll::Ready(known) = poll_fn(|task| Poll::Ready(prepare.as_mut().poll(task))).await {
        return known;
    }
    let sent = Sent::uncounted(meter);
    let result = prepare.await;
    ended(Some(sent), &result, |_| 0);
    result
}

impl<'m> Sent<'m> {
    /// A preparation: no statement of its own to tests, which would see it or not by what was run before them.
    fn uncounted(meter: &'m Meter) -> Self {
        let (kind, meter) = (StatementKind::Prepare, Some(Counts::Borrowed(meter)));
        Self { kind, start: Instant::now(), rows: 0, meter, note: None, ended: false }
    }
}
