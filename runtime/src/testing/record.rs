//! The statements that a task sends.
//!
//! In: each statement, as `observe` is told of it. Out: lists of them in the order sent, one for each `record` that the
//! task is in. While there is none in the whole process, a statement costs one look at a number.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::error::ErrorKind;
use crate::observe::StatementKind;

tokio::task_local! {
    static LIST: Arc<List>;
}

/// How many lists there are.
static LISTS: AtomicUsize = AtomicUsize::new(0);

/// A statement that was sent, as [`record`] gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// Its text.
    pub sql: String,
    /// What sort of statement it is.
    pub kind: StatementKind,
    /// How long its answer took, to the last row, or until it was given up.
    pub duration: Duration,
    /// How many rows it gave or changed.
    pub rows: u64,
    /// What sort of error it met.
    pub error: Option<ErrorKind>,
    /// Its answer was not read to the end: its future was dropped.
    pub given_up: bool,
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sql, duration, rows, .. } = self;
        write!(f, "{sql} -- ")?;
        match self.error {
            Some(error) => write!(f, "{error:?}")?,
            None if self.given_up => write!(f, "given up")?,
            None => write!(f, "{rows} {}", if *rows == 1 { "row" } else { "rows" })?,
        }
        write!(f, " in {duration:.1?}")
    }
}

/// Runs a future and lists the statements that its task sends meanwhile, on any database, in the order sent.
///
/// A transaction's BEGIN and COMMIT or ROLLBACK and a savepoint's beginning and end are statements too, as they are to
/// Django; preparing one is not. So a query sends as many as its [`round_trips`](crate::Query::round_trips) say, and two more where it
/// is `pipelined()` and has a transaction of its own. Tasks
/// that the future spawns are not part of it, unless they [`inherit`]. What is sent by the driver's own methods is not
/// seen, nor what the pool sends to mend a connection.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nuages::Error> {
/// # let database = nuages_devdb::shared().unwrap();
/// # let db = &nuages::Db::connect(&database.url()).await?;
/// use nuages::testing::record;
///
/// let ((), sent) = record(async {
///     db.execute_script("CREATE TABLE tag (name text)").await.unwrap();
/// })
/// .await;
/// assert_eq!(sent[0].sql, "CREATE TABLE tag (name text)");
/// # Ok(()) }
/// ```
pub async fn record<F: Future>(future: F) -> (F::Output, Vec<Recorded>) {
    let list = Arc::new(List::within(current()));
    let value = LIST.scope(Arc::clone(&list), future).await;
    let entries = std::mem::take(&mut *list.entries.lock().unwrap_or_else(PoisonError::into_inner));
    (value, entries.iter().map(|entry| entry.read()).collect())
}

/// The same future, with its statements in the lists of the task that calls this, wherever it is run:
/// `tokio::spawn(inherit(async { … }))`.
///
/// A list ends with its [`record`]: wait for the task inside of it.
pub fn inherit<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let list = current();
    async move {
        match list {
            Some(list) => LIST.scope(list, future).await,
            None => future.await,
        }
    }
}

/// Whether any task keeps a list.
pub(crate) fn listens() -> bool {
    LISTS.load(Ordering::Relaxed) > 0
}

fn current() -> Option<Arc<List>> {
    LIST.try_with(Arc::clone).ok()
}

/// The statements of one `record`.
struct List {
    entries: Mutex<Vec<Arc<Entry>>>,
    /// That of the `record` around it.
    outer: Option<Arc<List>>,
}

impl List {
    fn within(outer: Option<Arc<Self>>) -> Self {
        LISTS.fetch_add(1, Ordering::Relaxed);
        Self { entries: Mutex::default(), outer }
    }
}

impl Drop for List {
    fn drop(&mut self) {
        LISTS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A statement in all lists that it is in.
struct Entry {
    sql: String,
    kind: StatementKind,
    end: OnceLock<End>,
}

struct End {
    duration: Duration,
    rows: u64,
    error: Option<ErrorKind>,
    given_up: bool,
}

impl Entry {
    fn read(&self) -> Recorded {
        let (sql, kind) = (self.sql.clone(), self.kind);
        match self.end.get() {
            Some(End { duration, rows, error, given_up }) => {
                Recorded { sql, kind, duration: *duration, rows: *rows, error: *error, given_up: *given_up }
            }
            // It is still under way: in another task, or in a future that nobody polls.
            None => Recorded { sql, kind, duration: Duration::ZERO, rows: 0, error: None, given_up: true },
        }
    }
}

/// A statement that is in a list and has not ended.
pub(crate) struct Note(Arc<Entry>);

impl Note {
    /// Puts a statement in the lists of this task; nothing if there are none.
    pub(crate) fn new<'s>(kind: StatementKind, sql: impl Fn() -> Cow<'s, str>) -> Option<Self> {
        if !listens() {
            return None;
        }
        let mut list = current()?;
        let entry = Arc::new(Entry { sql: sql().into_owned(), kind, end: OnceLock::new() });
        loop {
            list.entries.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&entry));
            let Some(outer) = &list.outer else {
                return Some(Self(entry));
            };
            list = Arc::clone(outer);
        }
    }

    pub(crate) fn end(self, duration: Duration, rows: u64, error: Option<ErrorKind>, given_up: bool) {
        // Once is what it is called: it takes the note.
        let _ = self.0.end.set(End { duration, rows, error, given_up });
    }
}
