//! What is sent to the server, for those who want to know.
//!
//! In: each statement as it is sent, and the end of its answer. Out: the counts of its pool ([`meter`]), the lists of the
//! tests that record it ([`crate::testing`]), and with their features spans and the `metrics` crate's facade. Where nobody listens, no clock is read and nothing is kept.

#[cfg(feature = "metrics")]
mod facade;
pub(crate) mod kind;
mod latency;
pub(crate) mod meter;
mod metrics;
#[cfg(any(feature = "metrics", feature = "tracing"))]
mod server;
#[cfg(feature = "tracing")]
mod span;
#[cfg(any(feature = "metrics", feature = "tracing"))]
mod tables;

use std::borrow::Cow;
use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
#[cfg(any(feature = "metrics", feature = "tracing"))]
use std::time::Duration;
use std::time::Instant;

use tokio::task::JoinHandle;

pub use kind::StatementKind;
pub use latency::Latency;
pub(crate) use meter::Meter;
pub use metrics::{Metrics, PoolMetrics, SharedMetrics, StatementMetrics};
#[cfg(any(feature = "metrics", feature = "tracing"))]
pub(crate) use server::Telemetry;

use crate::error::Error;
use crate::testing::record::{self, Note};

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
    #[cfg(feature = "tracing")]
    span: tracing::Span,
    /// Its text, where it is wanted at the end.
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    text: Option<String>,
    ended: bool,
}

impl<'m> Sent<'m> {
    /// Says that a statement is about to be sent; nothing if nobody listens.
    #[inline]
    pub(crate) fn new<'s>(
        meter: Option<Counts<'m>>,
        kind: StatementKind,
        sql: impl Fn() -> Cow<'s, str>,
        parameters: impl FnOnce() -> String,
    ) -> Option<Self> {
        if somebody_listens(meter.as_deref()) { Self::heard(meter, kind, sql, parameters) } else { None }
    }

    /// The same where somebody listens, though maybe to other statements.
    fn heard<'s>(
        meter: Option<Counts<'m>>,
        kind: StatementKind,
        sql: impl Fn() -> Cow<'s, str>,
        parameters: impl FnOnce() -> String,
    ) -> Option<Self> {
        let note = Note::new(kind, &sql);
        let listens = note.is_some() || meter.as_ref().is_some_and(|meter| meter.listens());
        #[cfg(feature = "tracing")]
        let span = span::statement(meter.as_ref().map(|meter| meter.telemetry()), &sql, parameters);
        #[cfg(feature = "tracing")]
        let listens = listens || !span.is_disabled();
        #[cfg(not(feature = "tracing"))]
        let _ = parameters;
        if !listens {
            return None;
        }
        Some(Self {
            kind,
            start: Instant::now(),
            rows: 0,
            #[cfg(any(feature = "metrics", feature = "tracing"))]
            text: meter.as_ref().is_some_and(|meter| meter.remembers()).then(|| sql().into_owned()),
            meter,
            note,
            #[cfg(feature = "tracing")]
            span,
            ended: false,
        })
    }

    /// A preparation: no statement of its own to tests and spans, which would see it or not by what was run before them.
    fn preparation(meter: &'m Meter) -> Self {
        Self {
            kind: StatementKind::Prepare,
            start: Instant::now(),
            rows: 0,
            meter: Some(Counts::Borrowed(meter)),
            note: None,
            #[cfg(feature = "tracing")]
            span: tracing::Span::none(),
            #[cfg(any(feature = "metrics", feature = "tracing"))]
            text: None,
            ended: false,
        }
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
        #[cfg(any(feature = "metrics", feature = "tracing"))]
        self.tell(duration, error);
        if let Some(note) = self.note.take() {
            note.end(duration, self.rows, error.map(Error::kind), false);
        }
    }

    #[cfg(any(feature = "metrics", feature = "tracing"))]
    fn tell(&self, duration: Duration, error: Option<&Error>) {
        #[cfg(feature = "tracing")]
        span::ended(&self.span, self.kind, self.rows, error);
        let (Some(meter), Some(text)) = (&self.meter, &self.text) else {
            return;
        };
        #[cfg(feature = "tracing")]
        if meter.telemetry().slow.is_some_and(|limit| duration >= limit) {
            span::slow(&self.span, text, duration, self.rows);
        }
        #[cfg(feature = "metrics")]
        if meter.counts() {
            facade::statement(meter.telemetry(), self.kind, text, duration, self.rows, error);
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

/// Whether anybody listens to statements: mostly nobody does, and then this is all that they cost.
#[inline]
fn somebody_listens(meter: Option<&Meter>) -> bool {
    #[cfg(feature = "tracing")]
    if span::is_enabled() {
        return true;
    }
    record::listens() || meter.is_some_and(Meter::listens)
}

/// Runs what is done in a transaction, within its span.
pub(crate) fn transaction<F: Future>(meter: &Meter, work: F) -> impl Future<Output = F::Output> {
    #[cfg(feature = "tracing")]
    let work = tracing::Instrument::instrument(work, span::transaction(meter.telemetry()));
    #[cfg(not(feature = "tracing"))]
    let _ = meter;
    work
}

/// Runs what a task does in another, for those who listen to the first.
pub(crate) fn spawn<F>(work: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    #[cfg(feature = "tracing")]
    let work = tracing::Instrument::in_current_span(work);
    if record::listens() { tokio::spawn(record::inherit(work)) } else { tokio::spawn(work) }
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
    let sent = Sent::preparation(meter);
    let result = prepare.await;
    ended(Some(sent), &result, |_| 0);
    result
}
