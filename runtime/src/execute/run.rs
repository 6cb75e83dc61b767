//! A query from its values to its value.
//!
//! In: a plan, values, the way to a connection. Out: what the plan makes of the rows of all statements. The way of a query
//! of one statement is short: what others need beside it is boxed, as futures are moved from hand to hand.

use std::sync::Arc;

use futures_util::future::join;

use super::gather::{Few, Gather, Gathered};
use super::wire::Given;
use super::{Access, Link, Outcome, Reply, Sql};
use crate::db::{Route, read_shared};
use crate::encode::Values;
use crate::error::Error;
use crate::plan::{Answer, Plan};
use crate::prefetch::{self, Group, NO_KEYS};

/// What came of a query's statements.
pub(crate) type Whole<T> = (Rows<T>, Fetched);

/// The rows of a query's first statement on their way to its value.
pub(crate) enum Rows<T> {
    /// All at once.
    Kept(Few),
    /// As they come.
    Made(Box<dyn Gathered<T>>),
}

/// What came of a query beside those rows.
#[derive(Default)]
pub(crate) struct Fetched {
    affected: u64,
    total: i64,
    groups: Vec<Group>,
}

impl Fetched {
    /// Of a statement that touched so many rows.
    fn of(affected: u64) -> Self {
        Self { affected, ..Self::default() }
    }
}

impl<T> Rows<T> {
    fn of(plan: &Plan<T>) -> Self {
        plan.gather.map_or_else(|| Self::Kept(Few::default()), |gather| Self::Made(gather()))
    }

    fn gather(&mut self) -> &mut dyn Gather {
        match self {
            Self::Kept(few) => few,
            Self::Made(all) => &mut **all,
        }
    }
}

/// Sends a query and makes its value.
///
/// This and what it waits for are blocks, not functions: a function keeps its arguments twice.
#[expect(clippy::manual_async_fn, reason = "a function keeps its arguments twice")]
pub(crate) fn run<'a, T>(
    plan: &'static Plan<T>,
    values: Arc<Values>,
    access: Access<'a>,
    route: Route,
) -> impl Future<Output = Result<T, Error>> + Send + use<'a, T> {
    async move {
        if let Some(problem) = &values.problem {
            return Err(Error::invalid(problem.as_str()));
        }
        if values.idle {
            return (plan.decode)(Reply::none(plan.model, values.page));
        }
        if let Some(seat) = access.seat(route, plan, &values) {
            let own = async |route| whole(plan, &values, access, route).await;
            let (rows, fetched) = Box::pin(read_shared(seat, plan, &values, route, own)).await?;
            return finish(plan, &values, rows, fetched);
        }
        let mut rows = Rows::of(plan);
        let fetched = fetch(plan, &values, &access, route, &mut rows).await?;
        finish(plan, &values, rows, fetched)
    }
}

/// Makes the value.
fn finish<T>(plan: &'static Plan<T>, values: &Values, rows: Rows<T>, fetched: Fetched) -> Result<T, Error> {
    let few = match rows {
        Rows::Kept(few) => few,
        Rows::Made(all) => return all.finish(),
    };
    let order = plan.order(few.as_slice())?;
    let (Fetched { affected, total, groups }, page) = (fetched, values.page);
    (plan.decode)(Reply { rows: few, groups, affected, total, page, model: plan.model, order })
}

/// The rows of all statements of a query, and what came beside them.
pub(crate) async fn whole<T>(
    plan: &'static Plan<T>,
    values: &Values,
    access: Access<'_>,
    route: Route,
) -> Result<Whole<T>, Error> {
    let mut rows = Rows::of(plan);
    let fetched = fetch(plan, values, &access, route, &mut rows).await?;
    Ok((rows, fetched))
}

/// Fetches on a connection of the pool that is back there when rows are made a value at once, or on the one that is given.
#[expect(clippy::manual_async_fn, reason = "a function keeps its arguments twice")]
fn fetch<'f, T>(
    plan: &'static Plan<T>,
    values: &'f Values,
    access: &'f Access<'f>,
    route: Route,
    rows: &'f mut Rows<T>,
) -> impl Future<Output = Result<Fetched, Error>> + Send + use<'f, T> {
    async move {
        let (mut now, mut lost) = (route, 0);
        loop {
            let lease = match access.ready(now) {
                Some(lease) => Ok(lease),
                None => access.lease(now).await,
            };
            let failed = match lease {
                Err(error) => error,
                Ok(lease) => {
                    let link = lease.link().wanting(plan);
                    let fetched = if plan.is_single() {
                        let given = Given { params: plan.root.params, values, keys: NO_KEYS };
                        let affected = link.first(plan).rows(Sql::Of(&plan.root), given, rows.gather()).await;
                        affected.map(Fetched::of)
                    } else {
                        Box::pin(several(link, plan, values, rows)).await
                    };
                    lease.settle(&fetched);
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
            if !failed.is_lost() || lost == access.others(route) {
                return Err(failed);
            }
            (now, lost) = (route, lost + 1);
            rows.gather().clear();
        }
    }
}

/// Those of a query of several statements.
async fn several<T>(
    link: Link<'_>,
    plan: &'static Plan<T>,
    values: &Values,
    rows: &mut Rows<T>,
) -> Result<Fetched, Error> {
    if plan.answer == Answer::Copied {
        let affected = link.copy(&plan.root.text(values.mask), &values.copied).await?;
        return Ok(Fetched::of(affected));
    }
    if !plan.levels.is_empty() {
        let mut levels = prefetch::Levels::new(plan.levels);
        let (affected, total) = first(link, plan, values, &mut levels).await?;
        let (root, groups) = levels.split(plan.levels);
        *rows = Rows::Kept(Few::Many(root));
        return Ok(Fetched { affected, total, groups });
    }
    let mut root = prefetch::Keyed::root(plan.children);
    let (affected, total) = first(link, plan, values, &mut root).await?;
    let groups = if plan.answer == Answer::Rows {
        prefetch::load(link, plan.children, &root, values).await?
    } else {
        Vec::new()
    };
    *rows = Rows::Kept(Few::Many(root.into_rows()));
    Ok(Fetched { affected, total, groups })
}

/// Gives the rows of a query's first statement away, and says how many it touched; beside it, how many there are in all, if
/// that is asked for.
async fn first<T>(
    link: Link<'_>,
    plan: &'static Plan<T>,
    values: &Values,
    rows: &mut dyn Gather,
) -> Result<(u64, i64), Error> {
    let given = Given { params: plan.root.params, values, keys: NO_KEYS };
    let Some(count) = &plan.count else {
        return Ok((link.first(plan).rows(Sql::Of(&plan.root), given, rows).await?, 0));
    };
    let root = link.rows(Sql::Of(&plan.root), given, rows);
    let (affected, count) = join(root, link.statement(Sql::Of(count), values, NO_KEYS)).await;
    Ok((affected?, total(&count?)?))
}

fn total(count: &Outcome) -> Result<i64, Error> {
    count.rows.first().map_or(Ok(0), |row| crate::decode::Context::new(row, &[]).get(0))
}
