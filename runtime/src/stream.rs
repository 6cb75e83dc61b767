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
mod portal;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use tokio_postgres::{Row, RowStream};

use crate::db::Route;
use crate::encode::Values;
use crate::error::Error;
use crate::execute::{Access, Lease, Reply, Sql};
use crate::observe::{self, Sent};
use crate::plan::Plan;

pub(crate) use chunk::chunks;
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

pub(crate) fn open<'e, R: Send + 'static>(
    plan: &'static Plan<Vec<R>>,
    values: Arc<Values>,
    access: Access<'e>,
) -> Rows<'e, R> {
    let start = (State::Start { values, access }, None);
    let rows = stream::unfold(start, move |(state, order)| async move {
        let next = match state.advance(plan).await {
            Ok(next) => next.map(Ok),
            Err(error) => Some(Err(error)),
        };
        Some(match next? {
            Ok((row, state)) => match order.map_or_else(|| plan.order(std::slice::from_ref(&row)), Ok) {
                Ok(order) => (one(plan, &row, &order), (state, Some(order))),
                Err(error) => (Err(error), (State::Done, None)),
            },
            Err(error) => (Err(error), (State::Done, None)),
        })
    });
    // Asked again after its end, it has nothing more; `unfold` alone would panic.
    Rows(rows.fuse().boxed())
}

/// A row on its own is a result of one row: the ending makes it what it would have been in the whole.
fn one<R>(plan: &Plan<Vec<R>>, row: &Row, order: &[usize]) -> Result<R, Error> {
    let rows = std::slice::from_ref(row);
    let reply = Reply { rows, groups: &[], affected: 0, total: 0, page: (0, 0), model: plan.model, order };
    (plan.decode)(reply)?.pop().ok_or_else(|| Error::does_not_exist(plan.model))
}

/// Rows that flow, and what is counted of them.
type Flow = (Pin<Box<RowStream>>, Option<Sent<'static>>);

enum State<'e> {
    Start { values: Arc<Values>, access: Access<'e> },
    Socket { lease: Lease<'e>, rows: Pin<Box<RowStream>>, sent: Option<Sent<'static>> },
    Cursor { cursor: Portal<'e>, piece: std::vec::IntoIter<Row>, last: bool },
    Done,
}

impl<'e> State<'e> {
    async fn advance<R>(self, plan: &'static Plan<Vec<R>>) -> Result<Option<(Row, Self)>, Error> {
        let mut state = match self {
            Self::Start { values, access } => match Self::start(plan, &values, access).await? {
                (state, None) => state,
                (state, Some(row)) => return Ok(Some((row, state))),
            },
            other => other,
        };
        match &mut state {
            Self::Start { .. } | Self::Done => Ok(None),
            Self::Socket { lease, rows, sent } => {
                let next = next(lease, rows, sent).await?;
                Ok(next.map(|row| (row, state)))
            }
            Self::Cursor { cursor, piece, last } => {
                let mut row = piece.next();
                if row.is_none() && !*last {
                    let rows = cursor.fetch(PIECE).await?;
                    *last = rows.len() < PIECE;
                    *piece = rows.into_iter();
                    row = piece.next();
                }
                Ok(row.map(|row| (row, state)))
            }
        }
    }

    /// Begins to read, up to the first row where rows flow: until it is here, a replica may still turn the read away.
    async fn start<R>(
        plan: &'static Plan<Vec<R>>,
        values: &Values,
        access: Access<'e>,
    ) -> Result<(Self, Option<Row>), Error> {
        if let Some(problem) = &values.problem {
            return Err(Error::invalid(problem.as_str()));
        }
        if values.idle {
            return Ok((Self::Done, None));
        }
        let mut route = plan.route(Route::Read);
        loop {
            let lease = access.lease(route).await?;
            if let Lease::Borrowed(link) = &lease
                && link.in_transaction()
            {
                let cursor = Portal::declare(lease, Life::Transaction, plan, values).await?;
                return Ok((Self::Cursor { cursor, piece: Vec::new().into_iter(), last: false }, None));
            }
            match Self::first(&lease, plan, values).await {
                Err(error) if lease.origin().turns_away(&error) => route = Route::Pinned,
                Err(error) => return Err(error),
                Ok((_, None)) => return Ok((Self::Done, None)),
                Ok(((rows, sent), first)) => return Ok((Self::Socket { lease, rows, sent }, first)),
            }
        }
    }

    async fn first<R>(
        lease: &Lease<'e>,
        plan: &'static Plan<Vec<R>>,
        values: &Values,
    ) -> Result<(Flow, Option<Row>), Error> {
        let mut sent = lease.link().streams(Sql::Of(&plan.root), values);
        let rows = lease.link().wanting(plan).flow(Sql::Of(&plan.root), values).await;
        if rows.is_err() {
            observe::ended(sent.take(), &rows, |_| 0);
        }
        lease.settle_failed(&rows);
        let mut rows = Box::pin(rows?);
        let first = next(lease, &mut rows, &mut sent).await?;
        Ok(((rows, sent), first))
    }
}

/// The next row; without one the connection may go back.
async fn next(
    lease: &Lease<'_>,
    rows: &mut Pin<Box<RowStream>>,
    sent: &mut Option<Sent<'static>>,
) -> Result<Option<Row>, Error> {
    let next = lease.link().answer(async { Ok(rows.next().await.transpose()?) }).await;
    if matches!(next, Ok(Some(_))) {
        sent.iter_mut().for_each(Sent::row);
    } else {
        observe::ended(sent.take(), &next, |_| 0);
        lease.settle(&next);
    }
    next
}
