//! Texts of several statements.
//!
//! In: a text of the user's. Out: the end of all its statements, on a connection on which it has left no transaction open.

use super::{Access, Lease};
use crate::db::Route;
use crate::error::Error;

/// Runs statements without parameters and rows.
pub(crate) async fn script(access: Access<'_>, sql: &str) -> Result<(), Error> {
    let lease = access.lease(Route::Write).await?;
    if let Lease::Pooled(pooled) = &lease
        && may_begin(sql)
    {
        // Only the server knows whether it has ended what it began; it is asked to end it.
        pooled.open();
        let done = lease.link().script(sql).await;
        lease.settle(&lease.link().script("ROLLBACK").await);
        return done;
    }
    let done = lease.link().script(sql).await;
    lease.settle(&done);
    done
}

/// Whether a script may leave a transaction open: it has one of the words that begin one, somewhere.
fn may_begin(sql: &str) -> bool {
    let sql = sql.to_ascii_lowercase();
    ["begin", "start"].iter().any(|word| sql.contains(word))
}
