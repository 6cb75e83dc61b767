//! Rows in chunks, with their prefetches.
//!
//! In: a query of rows and how many of them make a chunk. Out: a stream of chunks, each what the query would have been
//! with these rows alone; one is held at a time. A chunk is a statement, and one more for each prefetch of which it has
//! parents.
//!
//! The rows come from a cursor, as the prefetches need the connection in between. On a `Db` it is in a transaction of its
//! own, and sees all chunks and their prefetches as of one moment. On a plain client that may be used for
//! anything it is one that the server holds for the connection: a transaction of ours would swallow what others send.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use tokio_postgres::Row;

use super::Rows;
use super::portal::{Life, Portal};
use crate::db::Route;
use crate::encode::Values;
use crate::error::Error;
use crate::execute::{Access, Beside, Gather, Gathered, Lease, Reply};
use crate::plan::{Plan, Work};
use crate::prefetch::{self, Group, Parents};

/// How the transaction of a cursor of our own begins. It may write: functions that a query calls do, `nextval` for one, and
/// what a query may do does not depend on how its rows are asked for.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";

/// What does not change from one chunk to the next.
struct Job {
    work: &'static Work,
    values: Values,
    size: usize,
}

/// The rows of a chunk, those of its prefetches, and where the next ones are.
type Chunk<'e> = (Box<Portal<'e>>, Vec<Row>, Vec<Group>);

enum State<'e> {
    Start(Access<'e>),
    Reading(Box<Portal<'e>>),
    Done,
}

pub(crate) fn chunks<'e, T: Send + 'static>(
    plan: &'static Plan<T>,
    values: Values,
    access: Access<'e>,
    route: Route,
    size: usize,
) -> Rows<'e, T> {
    let replies = replies(Job { work: &plan.work, values, size }, access, route);
    Rows(Box::pin(Chunks { replies: Some(replies), decode: plan.decode }))
}

/// Makes chunks of what came for them.
struct Chunks<'e, T> {
    /// Until there are no more.
    replies: Option<BoxStream<'e, Result<Reply, Error>>>,
    decode: fn(Reply) -> Result<T, Error>,
}

impl<T> Stream for Chunks<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(replies) = &mut self.replies else { return Poll::Ready(None) };
        let chunk = ready!(replies.as_mut().poll_next(task)).map(|reply| reply.and_then(self.decode));
        if !matches!(chunk, Some(Ok(_))) {
            // Behind a row that does not fit nothing more is fetched.
            self.replies = None;
        }
        Poll::Ready(chunk)
    }
}

/// What each chunk is made of, up to the first error.
fn replies(job: Job, access: Access<'_>, route: Route) -> BoxStream<'_, Result<Reply, Error>> {
    let replies = stream::unfold((State::Start(access), job), move |(state, job)| async move {
        match job.advance(state, route).await {
            Ok(Some((reply, state))) => Some((Ok(reply), (state, job))),
            Ok(None) => None,
            Err(error) => Some((Err(error), (State::Done, job))),
        }
    });
    replies.boxed()
}

impl Job {
    async fn advance<'e>(&self, state: State<'e>, route: Route) -> Result<Option<(Reply, State<'e>)>, Error> {
        let (portal, rows, groups) = match state {
            State::Start(access) => match self.start(access, route).await? {
                Some(begun) => begun,
                None => return Ok(None),
            },
            State::Reading(portal) => self.read(portal).await?,
            State::Done => return Ok(None),
        };
        let state = if rows.len() < self.size {
            // The connection goes back before the rows are decoded.
            portal.end().await;
            State::Done
        } else {
            State::Reading(portal)
        };
        if rows.is_empty() {
            return Ok(None);
        }
        let order = self.work.order(&rows)?;
        let beside = Beside { groups, order, ..Beside::default() };
        Ok(Some((Reply::new(self.work.model, Gathered::Many(rows), 0, Some(Box::new(beside))), state)))
    }

    /// The first chunk: until it is here, a replica may still turn the read away.
    async fn start<'e>(&self, access: Access<'e>, mut route: Route) -> Result<Option<Chunk<'e>>, Error> {
        if self.size == 0 {
            return Err(Error::invalid("found chunks of 0 rows, expected at least 1"));
        }
        self.values.check()?;
        if self.values.is_idle() {
            return Ok(None);
        }
        loop {
            let lease = access.lease(route).await?;
            let origin = lease.origin().clone();
            match self.first(lease).await {
                Err(error) if origin.turns_away(&error) => route = Route::Pinned,
                first => return first.map(Some),
            }
        }
    }

    async fn first<'e>(&self, lease: Lease<'e>) -> Result<Chunk<'e>, Error> {
        let life = match &lease {
            Lease::Pooled(pooled) => {
                pooled.open();
                pooled.link().script(BEGIN).await?;
                Life::Own
            }
            Lease::Borrowed(link) if link.in_transaction() => Life::Transaction,
            Lease::Borrowed(_) => Life::Connection,
        };
        self.read(Box::new(Portal::declare(lease, life, self.work, &self.values).await?)).await
    }

    async fn read<'e>(&self, portal: Box<Portal<'e>>) -> Result<Chunk<'e>, Error> {
        let mut rows = Parents::of(self.work.children);
        portal.fetch(self.size).await?.into_iter().for_each(|row| rows.add(row));
        let groups = prefetch::load(portal.link(), self.work.children, &rows, &self.values).await?;
        Ok((portal, rows.into_rows(), groups))
    }
}
