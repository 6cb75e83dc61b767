//! A read on a shared connection.
//!
//! In: a seat on one, and a query. Out: what the server answers, there or on a connection of the pool: a read may be run
//! twice. It goes there when the connection is lost, when its tables have changed since it was prepared, and when the server
//! is at somebody else's statement for too long: then both are waited for, whichever answers first.
//!
//! The statements are sent and their answers read by a task of their own. Whoever asked may not be polled for a while,
//! and the driver reads no further than the first answer that nobody takes: all neighbours would wait for it. It keeps two
//! pieces of an answer, though, and that of a single statement of few rows mostly comes in one: such a read has no task,
//! which would cost more than all else of it. Its neighbours go elsewhere if it is too large for that and nobody takes it.
//! That its answer has not been taken says nothing of the server: it is slow if somebody has looked for it in vain.

use std::borrow::Borrow;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::{BoxFuture, Either, select};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::flight::{PATIENCE, Standing};
use super::line::{Line, Seat};
use crate::db::Route;
use crate::db::watch::Watch;
use crate::encode::Values;
use crate::error::{Error, ErrorKind};
use crate::execute::{self, Cache, Link, Reply};
use crate::observe;
use crate::plan::Work;

/// Timers are no finer.
const TICK: Duration = Duration::from_millis(1);

/// Reads on a seat, or as `own` does: which is rare, so that what that needs stands by itself.
pub(crate) async fn read<O>(
    seat: Seat,
    work: &'static Work,
    values: &Values,
    route: Route,
    own: impl FnOnce(Route) -> O,
) -> Result<Reply, Error>
where
    O: Future<Output = Result<Reply, Error>>,
{
    let (line, reader) = (Arc::clone(&seat.line), seat.reader);
    let mut reading = Reading::start(seat, work, values);
    let after = |answer: &Result<Reply, Error>| {
        let error = answer.as_ref().err()?;
        if error.is_stale_statement() {
            line.forget(work, values);
        }
        again(&line, error, route)
    };
    let Some(answer) = reading.until_behind(&line, reader).await else {
        line.moved.fetch_add(1, Ordering::Relaxed);
        return match select(reading, Box::pin(own(route))).await {
            Either::Left((answer, own)) if after(&answer).is_some() => own.await,
            // The pool has none to give; the server may answer yet.
            Either::Right((Err(error), reading)) if error.kind() == ErrorKind::Pool && !error.is_late_acquire() => {
                reading.await.or(Err(error))
            }
            Either::Left((answer, _)) | Either::Right((answer, _)) => answer,
        };
    };
    match after(&answer) {
        Some(route) => Box::pin(own(route)).await,
        None => answer,
    }
}

/// Where a read is run again that failed so, if it is.
fn again(line: &Line, error: &Error, route: Route) -> Option<Route> {
    if error.kind() == ErrorKind::Pool {
        // It is the connection that failed. Whether the server is lost is found out by those of the pool.
        line.end();
        return Some(route);
    }
    if line.setting.origin.turns_away(error) {
        return Some(Route::Pinned);
    }
    error.is_stale_statement().then_some(route)
}

/// A read on its way. It is given up when this is dropped.
enum Reading<'r> {
    /// Read by who asked.
    Own(BoxFuture<'r, Result<Reply, Error>>),
    Task(JoinHandle<Result<Reply, Error>>),
}

impl<'r> Reading<'r> {
    fn start(mut seat: Seat, work: &'static Work, values: &'r Values) -> Self {
        seat.kept = work.few && work.is_single();
        if seat.kept {
            Self::Own(Box::pin(answer(seat, work, values)))
        } else {
            Self::Task(observe::spawn(answer(seat, work, values.clone())))
        }
    }

    /// Waits for the answer, as long as the server is not at another's statement for too long.
    async fn until_behind(&mut self, line: &Line, reader: u64) -> Option<Result<Reply, Error>> {
        let (mut from, mut patience) = (Instant::now(), line.flight().patience());
        loop {
            let deadline = Instant::now() + patience;
            if let Ok(answer) = timeout_at(deadline, &mut *self).await {
                return Some(answer);
            }
            patience = line.flight().patience();
            if deadline.elapsed() > PATIENCE {
                // Nobody has polled for it: what it waited for may have been there, and more may be on its way.
                from = Instant::now();
                continue;
            }
            match line.standing(reader) {
                Standing::Waiting => {}
                Standing::Behind | Standing::Over => return None,
                Standing::First(since) => {
                    // It is looked at once more as soon as it is too long.
                    patience = patience.checked_sub(since.elapsed()).map_or(patience, |rest| rest + TICK);
                    if let Some(limit) = line.limit() {
                        let left = limit.saturating_sub(since.max(from.into_std()).elapsed());
                        if left == Duration::ZERO {
                            line.end();
                            return Some(Err(Error::overdue(limit)));
                        }
                        patience = patience.min(left);
                    }
                }
            }
        }
    }
}

/// Reads all answers to a query.
#[expect(clippy::manual_async_fn, reason = "a function keeps its arguments twice")]
fn answer<V: Borrow<Values> + Send + Sync>(
    seat: Seat,
    work: &'static Work,
    values: V,
) -> impl Future<Output = Result<Reply, Error>> + Send + use<V> {
    async move {
        let line = Arc::clone(&seat.line);
        let watch = Watch::shared(seat, Arc::clone(&line.setting.meter));
        // As in a transaction there is no second try: others may be at it as well.
        let link = Link::new(line.client(), Some(Cache::Own(line.client().statements())), true).watched(&watch);
        let fetched = execute::seated(work, values.borrow(), link).await;
        watch.leave();
        fetched
    }
}

impl Future for Reading<'_> {
    type Output = Result<Reply, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Own(own) => own.as_mut().poll(context),
            Self::Task(task) => Pin::new(task).poll(context).map(|joined| {
                joined.unwrap_or_else(|error| match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => Err(Error::new(ErrorKind::Pool, "the runtime that read has ended")),
                })
            }),
        }
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if let Self::Task(task) = self {
            task.abort();
        }
    }
}
