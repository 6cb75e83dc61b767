//! Rows as they arrive.
//!
//! In: a query of rows. Out: a stream of them, one by one or in chunks (see `chunk`), that holds a bounded
//! number, however many there are. The driver reads on from the socket only as far as its reader has come (its channel
//! holds one message), so on a connection of our own the rows simply flow. On a connection that others use too they would be in everyone's way: in a transaction they come
//! from a cursor, piece by piece.
//!
//! A stream that is dropped early leaves nothing behind: our own connection is closed, which ends the statement; a cursor
//! is closed; on a plain client the driver reads the rest and throws it away.

mod chunk;
mod flow;
mod portal;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context as Task, Poll, ready};

use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, Stream, StreamExt};
use tokio_postgres::Row;

use crate::db::Route;
use crate::decode::Context;
use crate::encode::Values;
use crate::error::Error;
use crate::execute::{Access, Lease, Reply};
use crate::plan::{Each, Plan, Work};

pub(crate) use chunk::chunks;
use flow::Flow;
use portal::{Life, Portal};

/// How many rows a cursor gives at a time, where they are asked for one by one.
const PIECE: usize = 256;

/// A stream of rows, or of chunks of them; see [`Query::stream`](crate::Query::stream) and
/// [`Query::iterator`](crate::Query::iterator).
#[must_use = "a stream does nothing until it is read"]
pub struct Rows<'e, R>(BoxStream<'e, Result<R, Error>>);

impl<R> Stream for Rows<'_, R> {
    type Item = Result<R, Error>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(task)
    }
}

impl<R> Rows<'_, R> {
    /// The next row or chunk, without a trait in scope.
    pub async fn next(&mut self) -> Option<Result<R, Error>> {
        self.0.next().await
    }
}

impl<R> fmt::Debug for Rows<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rows")
    }
}

/// The rows of a list `T`, of which each is made in it and taken out again.
pub(crate) fn open<'e, T: Send + 'static, R: Send + 'static, F: Fn(&mut T) -> Option<R> + Send + 'e>(
    plan: &'static Plan<T>,
    values: Values,
    access: Access<'e>,
    take: F,
) -> Rows<'e, R> {
    let state = State::Waiting(Box::pin(async move { start(&plan.work, &values, access).await }));
    Rows(Box::pin(Reading { plan, state, order: Vec::new(), made: None, take }))
}

/// What is read row by row. It is polled where it stands: a row costs what it takes to make it.
struct Reading<'e, T: 'static, F> {
    plan: &'static Plan<T>,
    state: State<'e>,
    /// Where the columns stand.
    order: Vec<u16>,
    /// The list in which a row is made, once there was one.
    made: Option<T>,
    take: F,
}

enum State<'e> {
    /// For the first rows, or for the next ones of a cursor.
    Waiting(BoxFuture<'e, Result<Self, Error>>),
    Socket {
        flow: Box<Flow<'e>>,
        first: Option<Row>,
    },
    Cursor {
        cursor: Box<Portal<'e>>,
        piece: std::vec::IntoIter<Row>,
        last: bool,
    },
    Done,
}

// Nothing in it is pinned but what is in boxes.
impl<T, F> Unpin for Reading<'_, T, F> {}

impl<T: Send + 'static, R, F: Fn(&mut T) -> Option<R>> Stream for Reading<'_, T, F> {
    type Item = Result<R, Error>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let row = match &mut this.state {
            // Nearly all of them.
            State::Socket { flow, first: None } => ready!(flow.poll(task)),
            state => ready!(state.poll(task)),
        };
        let error = match row {
            Some(Ok(row)) => match this.make(row) {
                Ok(value) => return Poll::Ready(Some(Ok(value))),
                Err(error) => Some(error),
            },
            Some(Err(error)) => Some(error),
            None => None,
        };
        this.state = State::Done;
        Poll::Ready(error.map(Err))
    }
}

impl<T: Send + 'static, R, F: Fn(&mut T) -> Option<R>> Reading<'_, T, F> {
    #[inline]
    fn make(&mut self, row: Row) -> Result<R, Error> {
        let plan = self.plan;
        let made = if let Some(made) = &mut self.made {
            made
        } else {
            self.order = plan.work.order(std::slice::from_ref(&row))?;
            self.made.insert((plan.decode)(Reply::none(plan.work.model, (0, 0)))?)
        };
        match plan.each {
            Each::Read(add) => add(Context::ordered(&row, &self.order), made)?,
            Each::Keep(add) => add(made, row),
            Each::Never => {}
        }
        (self.take)(made).ok_or_else(|| Error::does_not_exist(plan.work.model))
    }
}

impl State<'_> {
    fn poll(&mut self, task: &mut Task<'_>) -> Poll<Option<Result<Row, Error>>> {
        loop {
            *self = match self {
                Self::Waiting(next) => match ready!(next.as_mut().poll(task)) {
                    Ok(state) => state,
                    Err(error) => return Poll::Ready(Some(Err(error))),
                },
                Self::Socket { flow, first } => {
                    return match first.take() {
                        Some(row) => Poll::Ready(Some(Ok(row))),
                        None => flow.poll(task),
                    };
                }
                Self::Cursor { piece, last, .. } => {
                    let row = piece.next();
                    if row.is_some() || *last {
                        return Poll::Ready(row.map(Ok));
                    }
                    match std::mem::replace(self, Self::Done) {
                        Self::Cursor { cursor, .. } => Self::Waiting(Box::pin(fetch(cursor))),
                        other => other,
                    }
                }
                Self::Done => return Poll::Ready(None),
            };
        }
    }
}

async fn fetch(cursor: Box<Portal<'_>>) -> Result<State<'_>, Error> {
    let rows = cursor.fetch(PIECE).await?;
    Ok(State::Cursor { cursor, last: rows.len() < PIECE, piece: rows.into_iter() })
}

/// Begins to read, up to the first row where rows flow: until it is here, a replica may still turn the read away.
async fn start<'e>(work: &'static Work, values: &Values, access: Access<'e>) -> Result<State<'e>, Error> {
    values.check()?;
    if values.is_idle() {
        return Ok(State::Done);
    }
    let mut route = work.route(Route::Read);
    loop {
        let lease = access.lease(route).await?;
        if let Lease::Borrowed(link) = &lease
            && link.in_transaction()
        {
            return fetch(Box::new(Portal::declare(lease, Life::Transaction, work, values).await?)).await;
        }
        let origin = lease.origin().clone();
        match first(lease, work, values).await {
            Err(error) if origin.turns_away(&error) => route = Route::Pinned,
            begun => return begun,
        }
    }
}

async fn first<'e>(lease: Lease<'e>, work: &'static Work, values: &Values) -> Result<State<'e>, Error> {
    let mut flow = Box::new(Flow::start(lease, work, values).await?);
    Ok(match poll_fn(|task| flow.poll(task)).await.transpose()? {
        Some(row) => State::Socket { flow, first: Some(row) },
        None => State::Done,
    })
}
