//! Several queries as one.
//!
//! In: a closure. Out: its value, with everything that was done inside kept, or an error, with nothing kept. Outermost it
//! is a transaction, nested a savepoint. The ends that nobody waits for, a panic or a dropped future, are safe too: a
//! transaction's connection is closed instead of going back to the pool (see `db::pool` for why); a savepoint's ROLLBACK
//! is put in the connection's queue before anything that could follow it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::FutureExt;
use tokio_postgres::error::SqlState;

use crate::db::{Db, Pooled, Route};
use crate::error::{Error, ErrorKind};
use crate::execute::Link;

/// How far a transaction sees what others do meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it began.
    ReadCommitted,
    /// All statements see what was committed before the first.
    RepeatableRead,
    /// As if transactions ran one after the other; one that cannot is refused with SQLSTATE 40001.
    Serializable,
}

/// A transaction with options, not begun yet.
#[derive(Clone, Debug)]
#[must_use = "a transaction begins with `atomic`"]
pub struct Begin<'d> {
    db: &'d Db,
    isolation: Option<Isolation>,
}

/// An open transaction, or a savepoint in one. Only the closure given to `atomic` has one.
pub struct Transaction {
    connection: Arc<Pooled>,
    /// 0 for the transaction, 1 for a savepoint in it, 2 for one in that.
    depth: u32,
    finished: AtomicBool,
    /// Whether a savepoint of the next depth is open.
    nested: Arc<AtomicBool>,
    /// The same of the transaction around this one.
    outer: Option<Arc<AtomicBool>>,
}

impl<'d> Begin<'d> {
    pub(crate) fn new(db: &'d Db) -> Self {
        Self { db, isolation: None }
    }

    /// What it sees of others; as the server has it if not said.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Begins it and runs the closure in it; see [`Db::atomic`].
    pub async fn atomic<T, E, F>(self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        let tx = self.begin().await?;
        tx.around(body).await
    }

    async fn begin(self) -> Result<Transaction, Error> {
        let begin = match self.isolation {
            None => "BEGIN",
            Some(Isolation::ReadCommitted) => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Some(Isolation::RepeatableRead) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
            Some(Isolation::Serializable) => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        };
        let connection = self.db.lease(Route::Write).await?;
        connection.client().batch_execute(begin).await?;
        Ok(Transaction {
            connection: Arc::new(connection),
            depth: 0,
            finished: AtomicBool::new(false),
            nested: Arc::default(),
            outer: None,
        })
    }
}

impl Transaction {
    /// Runs several queries as one within this transaction: on `Err`, a panic, or if the future is dropped, they are
    /// undone and what was done before stays.
    ///
    /// While it runs, what is done on the transaction around it is part of it; a second one beside it is refused.
    pub async fn atomic<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        let savepoint = self.savepoint().await?;
        savepoint.around(body).await
    }

    /// Runs statements that take no parameters and give no rows.
    pub async fn execute_script(&self, sql: &str) -> Result<(), Error> {
        Ok(self.connection.client().batch_execute(sql).await?)
    }

    pub(crate) fn link(&self) -> Link<'_> {
        let client = self.connection.client();
        Link::new(client, Some(&client.statement_cache), true)
    }

    async fn savepoint(&self) -> Result<Self, Error> {
        if self.nested.swap(true, Ordering::AcqRel) {
            return Err(Error::invalid(
                "found two nested `atomic` side by side on one transaction, expected one inside the other or one \
                 after the other",
            ));
        }
        // From here on it is rolled back when dropped, also while SAVEPOINT itself is under way: both go in the queue.
        let savepoint = Self {
            connection: Arc::clone(&self.connection),
            depth: self.depth + 1,
            finished: AtomicBool::new(false),
            nested: Arc::default(),
            outer: Some(Arc::clone(&self.nested)),
        };
        let begin = format!("SAVEPOINT nuages_{}", savepoint.depth);
        if let Err(error) = self.connection.client().batch_execute(&begin).await {
            // There is no savepoint to go back to.
            savepoint.finish();
            return Err(error.into());
        }
        Ok(savepoint)
    }

    async fn around<T, E, F>(self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        match body(&self).await {
            Ok(value) => {
                self.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // The closure's error is the one to report; a connection that cannot roll back is closed.
                let _ = self.rollback().await;
                Err(error)
            }
        }
    }

    async fn commit(&self) -> Result<(), Error> {
        let client = self.connection.client();
        let commit = if self.depth == 0 {
            // COMMIT of a failed transaction is a silent ROLLBACK; any other statement says that it has failed, and
            // then COMMIT is not reached.
            "SELECT 1; COMMIT".to_owned()
        } else {
            format!("RELEASE SAVEPOINT nuages_{}", self.depth)
        };
        let Err(error) = client.batch_execute(&commit).await else {
            self.finish();
            return Ok(());
        };
        let failed = error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION);
        let error = Error::from(error);
        self.rollback().await?;
        Err(if failed { swallowed(error) } else { error })
    }

    async fn rollback(&self) -> Result<(), Error> {
        self.connection.client().batch_execute(&self.undo()).await?;
        self.finish();
        Ok(())
    }

    fn undo(&self) -> String {
        match self.depth {
            0 => "ROLLBACK".to_owned(),
            depth => {
                format!("ROLLBACK TO SAVEPOINT nuages_{depth}; RELEASE SAVEPOINT nuages_{depth}")
            }
        }
    }

    fn finish(&self) {
        self.finished.store(true, Ordering::Release);
        if self.depth == 0 {
            self.connection.settle();
        }
        if let Some(outer) = &self.outer {
            outer.store(false, Ordering::Release);
        }
    }
}

/// The closure caught a statement's error and gave `Ok`.
fn swallowed(error: Error) -> Error {
    Error::new(ErrorKind::Database, "the transaction was rolled back: a statement in it had failed")
        .with_sqlstate_of(error)
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.finished.load(Ordering::Acquire) || self.depth == 0 {
            return;
        }
        // Polled once, the statement is in the connection's queue, before all that follow.
        let undo = self.undo();
        let _ = self.connection.client().batch_execute(&undo).now_or_never();
        if let Some(outer) = &self.outer {
            outer.store(false, Ordering::Release);
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("depth", &self.depth).finish_non_exhaustive()
    }
}
