//! How many statements something sends.

use std::fmt::Write;
use std::panic::Location;

use super::record::{Recorded, record};

/// Runs a future and panics if its task does not send so many statements; the panic lists them.
///
/// What counts is what [`record`] lists. One may stand in another.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nuages::Error> {
/// # let database = nuages_devdb::shared().unwrap();
/// # let db = &nuages::Db::connect(&database.url()).await?;
/// use nuages::testing::assert_num_queries;
///
/// let answer = assert_num_queries(2, async {
///     // BEGIN and COMMIT.
///     db.atomic(async |_| Ok::<_, nuages::Error>(42)).await
/// })
/// .await?;
/// assert_eq!(answer, 42);
/// # Ok(()) }
/// ```
///
/// # Panics
/// If the number is another.
#[track_caller]
pub fn assert_num_queries<F: Future>(expected: usize, future: F) -> impl Future<Output = F::Output> {
    let place = Location::caller();
    async move {
        let (value, sent) = record(future).await;
        assert!(sent.len() == expected, "{}", report(expected, &sent, place));
        value
    }
}

fn report(expected: usize, sent: &[Recorded], place: &Location<'_>) -> String {
    let word = if expected == 1 { "statement" } else { "statements" };
    let mut text = format!("{place}: found {}, expected {expected} {word}", sent.len());
    for (i, statement) in sent.iter().enumerate() {
        // A `String` takes everything.
        let _ = write!(text, "\n{}. {statement}", i + 1);
    }
    text
}
