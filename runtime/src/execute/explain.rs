//! How the server would carry out a query.
//!
//! In: a query and which `EXPLAIN` is asked for. Out: the server's plans of its statements, as text.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{Access, Lease, Sql};
use crate::db::Route;
use crate::decode::Context;
use crate::encode::Values;
use crate::error::Error;
use crate::plan::Work;
use crate::prefetch::NO_KEYS;

/// Asks for the plans of its statements. Those of prefetches would need their parents' keys.
pub(crate) fn explain<'a>(
    prefix: &'static str,
    work: &'static Work,
    values: Arc<Values>,
    access: Access<'a>,
    route: Route,
) -> BoxFuture<'a, Result<String, Error>> {
    Box::pin(async move {
        if let Some(problem) = &values.problem {
            return Err(Error::invalid(problem.as_str()));
        }
        let lease = access.lease(route).await?;
        let plans = plans(prefix, work, &values, &lease).await;
        lease.settle(&plans);
        plans
    })
}

async fn plans(prefix: &str, work: &'static Work, values: &Values, lease: &Lease<'_>) -> Result<String, Error> {
    let mut lines = Vec::new();
    for statement in work.first() {
        let sql = format!("{prefix}{}", statement.text(values.mask));
        let link = lease.link().unprepared();
        let outcome = link.statement(Sql::Text(&(&sql, statement.params)), values, NO_KEYS).await?;
        for row in &outcome.rows {
            lines.push(Context::new(row, &[]).get::<String>(0)?);
        }
    }
    Ok(lines.join("\n"))
}
