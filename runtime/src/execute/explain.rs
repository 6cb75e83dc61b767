//! How the server would carry out a query.
//!
//! In: a query and which `EXPLAIN` is asked for. Out: the server's plans of its statements, line by line.

use futures_util::future::BoxFuture;
use tokio_postgres::Row;

use super::flight::settings;
use super::{Access, Gathered, Lease, Reply, Sql};
use crate::db::Route;
use crate::encode::Values;
use crate::error::Error;
use crate::plan::Work;

/// Asks for the plans of its statements. Those of prefetches would need their parents' keys.
pub(crate) fn explain<'a>(
    prefix: &'static str,
    work: &'static Work,
    values: Values,
    access: Access<'a>,
    route: Route,
) -> BoxFuture<'a, Result<Reply, Error>> {
    Box::pin(async move {
        values.check()?;
        let lease = access.lease(route).await?;
        let mut lines = Vec::new();
        let plans = plans(prefix, work, &values, &lease, &mut lines).await;
        lease.settle(&plans);
        plans.map(|()| Reply::new(work.model, Gathered::Many(lines), 0, None))
    })
}

async fn plans(
    prefix: &str,
    work: &'static Work,
    values: &Values,
    lease: &Lease<'_>,
    lines: &mut Vec<Row>,
) -> Result<(), Error> {
    for statement in work.first() {
        let sql = format!("{prefix}{}", statement.text(values.mask));
        let link = lease.link().unprepared();
        link.gather(Sql::Text(&(&sql, statement.params)), values, &settings(link), lines).await?;
    }
    Ok(())
}
