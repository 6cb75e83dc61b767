//! Those who do the work.

pub(crate) mod diesel;
pub(crate) mod hand;
pub(crate) mod nuages;
pub(crate) mod rows;
pub(crate) mod seaorm;
pub(crate) mod sqlx;
pub(crate) mod wide;

use crate::Failure;
use futures_util::{Stream, TryStreamExt};
use std::hint::black_box;

/// Reads all rows, one after the other.
async fn counted<R, E>(mut rows: impl Stream<Item = Result<R, E>> + Unpin) -> Result<u64, Failure>
where
    Failure: From<E>,
{
    let mut total = 0;
    while let Some(row) = rows.try_next().await? {
        black_box(row);
        total += 1;
    }
    Ok(total)
}
