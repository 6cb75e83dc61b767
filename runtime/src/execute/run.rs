//! A query from its values to its reply.
//!
//! In: what is sent, values, the way to a connection. Out: the rows of all statements, gathered as the plan wants them. The
//! way of a query of one statement is short: what others need beside it is boxed, as futures are moved from hand to hand.

use futures_util::future::{BoxFuture, join};

use super::flight::flight;
use super::gather::{Gather, Gathered};
use super::reply::Beside;
use super::wire::Given;
use super::{Access, Link, Outcome, Reply, Sql, boxed};
use crate::db::{Db, Route, read_shared};
use crate::encode::Values;
use crate::error::Error;
use crate::plan::{Answer, Work};
use crate::prefetch::{self, NO_KEYS, Parents};

/// What came of a statement beside its rows: how many it touched, and what few queries have.
pub(super) type Fetched = (u64, Option<Box<Beside>>);

/// Sends a query and gathers its rows.
///
/// This and what it waits for are blocks, not functions: a function keeps its arguments twice.
pub(crate) fn run<'a>(
    work: &'static Work,
    values: Values,
    access: Access<'a>,
    route: Route,
) -> BoxFuture<'a, Result<Reply, Error>> {
    boxed(move || async move {
        values.check()?;
        if values.is_idle() {
            return Ok(Reply::none(work.model, values.page()));
        }
        if let Some(seat) = access.seat(route, work, &values) {
            let own = async |route| whole(work, &values, access, route).await;
            return boxed(|| read_shared(seat, work, &values, route, own)).await;
        }
        let mut rows = begin(work);
        let fetched = match access {
            Access::Link(link) => answers(link, work, &values, &mut rows).await?,
            Access::Pool(db) => pooled(db, work, &values, route, &mut rows).await?,
        };
        finish(work, &values, rows, fetched)
    })
}

fn begin(work: &Work) -> Gathered {
    work.gather.map_or_else(Gathered::default, |gather| Gathered::Made(gather()))
}

/// All that came.
fn finish(work: &Work, values: &Values, rows: Gathered, (affected, mut beside): Fetched) -> Result<Reply, Error> {
    if work.columns.is_some() || work.count.is_some() {
        let beside = beside.get_or_insert_default();
        beside.page = values.page();
        beside.order = work.order(rows.as_slice())?;
    }
    Ok(Reply::new(work.model, rows, affected, beside))
}

/// The same on a seat.
#[expect(clippy::manual_async_fn, reason = "a function keeps its arguments twice")]
pub(crate) fn seated<'f>(
    work: &'static Work,
    values: &'f Values,
    link: Link<'f>,
) -> impl Future<Output = Result<Reply, Error>> + Send + use<'f> {
    async move {
        let mut rows = begin(work);
        let fetched = answers(link, work, values, &mut rows).await?;
        finish(work, values, rows, fetched)
    }
}

/// The same of a query that does not share a connection.
async fn whole(work: &'static Work, values: &Values, access: Access<'_>, route: Route) -> Result<Reply, Error> {
    let mut rows = begin(work);
    let fetched = match access {
        Access::Link(link) => answers(link, work, values, &mut rows).await?,
        Access::Pool(db) => pooled(db, work, values, route, &mut rows).await?,
    };
    finish(work, values, rows, fetched)
}

/// Fetches on a connection of the pool, which is back there when rows are made a value.
#[expect(clippy::manual_async_fn, reason = "a function keeps its arguments twice")]
fn pooled<'f>(
    db: &'f Db,
    work: &'static Work,
    values: &'f Values,
    route: Route,
    rows: &'f mut Gathered,
) -> impl Future<Output = Result<Fetched, Error>> + Send + use<'f> {
    async move {
        let (mut now, mut lost) = (route, 0);
        loop {
            let lease = match db.ready(now) {
                Some(lease) => Ok(lease),
                None => db.lease(now).await,
            };
            let failed = match lease {
                Err(error) => error,
                Ok(ref lease) => {
                    if work.answer == Answer::Together {
                        // Whatever ends it between BEGIN and COMMIT, even a panic.
                        lease.open();
                    }
                    let fetched = answers(lease.link(), work, values, rows).await;
                    lease.settle_after(&fetched);
                    match fetched {
                        Err(error) if lease.origin().turns_away(&error) => {
                            now = Route::Pinned;
                            rows.gather().clear();
                            continue;
                        }
                        Err(error) => error,
                        done => return done,
                    }
                }
            };
            // The connection had ended when it was given out, or did in the middle: nobody can tell. A read may be run
            // again; a write may have been done. The others of the pool may have ended with it.
            if !failed.is_lost() || lost == others(db, route) {
                return Err(failed);
            }
            (now, lost) = (route, lost + 1);
            rows.gather().clear();
        }
    }
}

/// How many connections there may be beside one that is lost, for what may be done again.
fn others(db: &Db, route: Route) -> usize {
    if matches!(route, Route::Read | Route::Pinned) { db.status().max_size } else { 0 }
}

/// Fetches on one connection.
#[expect(clippy::manual_async_fn, reason = "a function keeps its arguments twice")]
fn answers<'f>(
    link: Link<'f>,
    work: &'static Work,
    values: &'f Values,
    rows: &'f mut Gathered,
) -> impl Future<Output = Result<Fetched, Error>> + Send + use<'f> {
    async move {
        let link = link.wanting(work);
        if !work.is_single() {
            return boxed(|| several(link, work, values, rows)).await;
        }
        let given = Given { params: work.root.params, values, keys: NO_KEYS };
        let affected = link.first(work).rows(Sql::Of(&work.root), given, rows.gather()).await?;
        Ok((affected, None))
    }
}

/// Those of a query of several statements.
async fn several(link: Link<'_>, work: &'static Work, values: &Values, rows: &mut Gathered) -> Result<Fetched, Error> {
    if work.answer == Answer::Copied {
        let affected = link.copy(&work.root.text(values.mask), values.copied()).await?;
        return Ok((affected, None));
    }
    if work.answer == Answer::Together {
        return flight(link, work, values, rows).await;
    }
    let mut root = Parents::of(work.children);
    let (affected, total) = first(link, work, values, &mut root).await?;
    let groups = if work.answer == Answer::Rows {
        prefetch::load(link, work.children, &root, values).await?
    } else {
        Vec::new()
    };
    *rows = Gathered::Many(root.into_rows());
    Ok((affected, Some(Box::new(Beside { groups, total, ..Beside::default() }))))
}

/// Gives the rows of a query's first statement away, and says how many it touched; beside it, how many there are in all, if
/// that is asked for.
async fn first(
    link: Link<'_>,
    work: &'static Work,
    values: &Values,
    rows: &mut dyn Gather,
) -> Result<(u64, i64), Error> {
    let given = Given { params: work.root.params, values, keys: NO_KEYS };
    let Some(count) = &work.count else {
        return Ok((link.first(work).rows(Sql::Of(&work.root), given, rows).await?, 0));
    };
    let root = link.rows(Sql::Of(&work.root), given, rows);
    let (affected, count) = join(root, link.statement(Sql::Of(count), values, NO_KEYS)).await;
    Ok((affected?, total(&count?)?))
}

pub(super) fn total(count: &Outcome) -> Result<i64, Error> {
    count.rows.first().map_or(Ok(0), |row| crate::decode::Context::new(row, &[]).get(0))
}
