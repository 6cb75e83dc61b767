//! Several queries as one.
//!
//! In: a closure. Out: its value, with everything that was done inside kept, or an error, with nothing kept. Outermost it
//! is a transaction, nested a savepoint. The ends that nobody waits for, a panic or a dropped future, are safe too: a
//! transaction's connection is rolled back in the background before anybody else gets it (see `db::mend`); a savepoint's
//! ROLLBACK is put in the connection's queue before anything that could follow it.

mod backoff;
mod begin;
mod hook;
mod mode;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::FutureExt;

use crate::db::Pooled;
use crate::error::{Error, ErrorKind};
use crate::execute::Link;

pub use begin::{Begin, Isolation};
pub use hook::AfterCommit;
use hook::Hooks;
pub use mode::{Mode, ReadOnly, ReadWrite};

/// An open transaction, or a savepoint in one. Only the closure given to `atomic` has one.
///
/// Statements on one transaction run one after the other, in the order in which their futures are first polled;
/// `join!` sends them without waiting in between. A statement whose future is dropped is carried out all the same, unless
/// the transaction ends with it.
pub struct Transaction<M = ReadWrite> {
    session: Arc<Session>,
    /// 0 for the transaction, 1 for a savepoint in it, 2 for one in that.
    depth: u32,
    /// How many hooks there were when it began.
    mark: usize,
    finished: AtomicBool,
    /// Whether a savepoint of the next depth is open.
    nested: Arc<AtomicBool>,
    /// The same of the transaction around this one.
    outer: Option<Arc<AtomicBool>>,
    mode: PhantomData<fn() -> M>,
}

/// What a transaction and the savepoints in it share.
struct Session {
    connection: Pooled,
    hooks: Hooks,
}

impl<M: Mode> Transaction<M> {
    /// Runs several queries as one within this transaction: on `Err`, a panic, or if the future is dropped, they are
    /// undone and what was done before stays.
    ///
    /// While it runs, what is done on the transaction around it is part of it; a second one beside it is refused.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nuages::Error> {
    /// # let database = nuages_devdb::shared().unwrap();
    /// # let db = &nuages::Db::connect(&database.url()).await?;
    /// # db.execute_script("CREATE TABLE tag (name text UNIQUE)").await?;
    /// db.atomic(async |tx| {
    ///     tx.execute_script("INSERT INTO tag VALUES ('rust')").await?;
    ///     let second = tx.atomic(async |tx| tx.execute_script("INSERT INTO tag VALUES ('rust')").await).await;
    ///     assert!(second.unwrap_err().is_unique_violation());
    ///     // The refusal has undone the inner one alone: the first row is there, and the transaction goes on.
    ///     tx.execute_script("INSERT INTO tag VALUES ('sql')").await
    /// })
    /// .await?;
    /// # Ok(()) }
    /// ```
    pub async fn atomic<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction<M>) -> Result<T, E>,
        E: From<Error>,
    {
        let savepoint = self.savepoint().await?;
        savepoint.around(body).await
    }

    /// Runs a closure, plain or async, once the outermost transaction is committed: to send the mail, to tell the queue.
    ///
    /// Closures run one after the other, in the order in which they were given, after the commit and before the outermost
    /// `atomic` returns, when the connection is back in the pool. Those given in a savepoint that is undone never run, nor
    /// does any if the transaction is not committed, or if the future is dropped before its turn. What is committed cannot
    /// fail any more, so they return nothing and handle their own errors; one that panics takes those after it with it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nuages::Error> {
    /// # let database = nuages_devdb::shared().unwrap();
    /// # let db = &nuages::Db::connect(&database.url()).await?;
    /// # async fn send_mail(_: &str) -> Result<(), std::fmt::Error> { Ok(()) }
    /// db.atomic(async |tx| {
    ///     tx.on_commit(|| println!("committed"));
    ///     tx.on_commit(async || {
    ///         if let Err(error) = send_mail("ada@example.org").await {
    ///             eprintln!("no mail was sent: {error}");
    ///         }
    ///     });
    ///     Ok::<_, nuages::Error>(())
    /// })
    /// .await?;
    /// # Ok(()) }
    /// ```
    pub fn on_commit<F, R, Style>(&self, hook: F)
    where
        F: FnOnce() -> R + Send + 'static,
        R: AfterCommit<Style>,
    {
        self.session.hooks.add(hook);
    }

    /// Runs statements that take no parameters and give no rows. Not those that begin and end transactions: they would
    /// end this one behind its back.
    pub async fn execute_script(&self, sql: &str) -> Result<(), Error> {
        self.link().script(sql).await
    }

    fn outermost(session: Session) -> Self {
        Self {
            session: Arc::new(session),
            depth: 0,
            mark: 0,
            finished: AtomicBool::new(false),
            nested: Arc::default(),
            outer: None,
            mode: PhantomData,
        }
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
            session: Arc::clone(&self.session),
            depth: self.depth + 1,
            mark: self.session.hooks.mark(),
            finished: AtomicBool::new(false),
            nested: Arc::default(),
            outer: Some(Arc::clone(&self.nested)),
            mode: PhantomData,
        };
        let begin = format!("SAVEPOINT nuages_{}", savepoint.depth);
        if let Err(error) = self.link().script(&begin).await {
            // There is no savepoint to go back to.
            savepoint.finish();
            return Err(error);
        }
        Ok(savepoint)
    }

    async fn around<T, E, F>(self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction<M>) -> Result<T, E>,
        E: From<Error>,
    {
        match body(&self).await {
            Ok(value) => {
                if self.depth == 0 { self.commit().await } else { self.release().await }?;
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
        // COMMIT of a failed transaction is a silent ROLLBACK; any other statement says that it has failed, and then
        // COMMIT is not reached.
        let Err(error) = self.link().meaning("COMMIT", "SELECT 1; COMMIT").await else {
            self.finish();
            return Ok(());
        };
        if !error.leaves_connection() {
            return Err(error.saying("the connection was lost during the commit: whether it was done is not known"));
        }
        // What COMMIT itself refuses is over; what was refused before it, or cancelled, is not. The server knows.
        if error.kind() == ErrorKind::Aborted || self.send("SELECT 1").await.is_err() {
            let _ = self.rollback().await;
        } else {
            self.finish();
        }
        Err(swallowed(error))
    }

    /// Keeps what was done in a savepoint.
    async fn release(&self) -> Result<(), Error> {
        // Not RELEASE, because nothing leads back from it: were this future dropped before the answer is here, nobody
        // could tell whether there still is a savepoint to undo.
        let release = format!("RELEASE SAVEPOINT nuages_{}", self.depth);
        if let Err(error) = self.link().meaning(&release, "SELECT 1").await {
            let _ = self.rollback().await;
            return Err(swallowed(error));
        }
        let _ = self.link().client().batch_execute(&release).now_or_never();
        self.finish();
        Ok(())
    }

    async fn rollback(&self) -> Result<(), Error> {
        self.session.hooks.forget(self.mark);
        if self.depth == 0 && self.session.connection.watch().is_unanswered() {
            // A statement was given up that may still run. Nobody has to wait for it: the connection is mended.
            return Ok(());
        }
        let undo = self.undo();
        if self.depth > 0 {
            // Before the wait, as there is nothing left to undo if this future is dropped in it: what is sent is first
            // in the queue.
            self.finish();
            return self.send(&undo).await;
        }
        self.send(&undo).await?;
        self.finish();
        Ok(())
    }

    fn finish(&self) {
        self.finished.store(true, Ordering::Release);
        if self.depth == 0 {
            self.session.connection.settle();
        }
        self.leave();
    }
}

impl<M> Transaction<M> {
    pub(crate) fn link(&self) -> Link<'_> {
        self.session.connection.transaction()
    }

    /// Sends a statement that says nothing of how the transaction fares.
    async fn send(&self, sql: &str) -> Result<(), Error> {
        self.link().aside(sql).await
    }

    fn undo(&self) -> String {
        match self.depth {
            0 => "ROLLBACK".to_owned(),
            depth => format!("ROLLBACK TO SAVEPOINT nuages_{depth}; RELEASE SAVEPOINT nuages_{depth}"),
        }
    }

    /// Lets the transaction around this one have another savepoint.
    fn leave(&self) {
        if let Some(outer) = &self.outer {
            outer.store(false, Ordering::Release);
        }
    }
}

/// Says it where the closure caught a statement's error and gave `Ok`.
fn swallowed(error: Error) -> Error {
    if error.kind() == ErrorKind::Aborted {
        return error.saying("the transaction was rolled back: a statement in it had failed");
    }
    error
}

impl<M> Drop for Transaction<M> {
    fn drop(&mut self) {
        if self.finished.load(Ordering::Acquire) || self.depth == 0 {
            return;
        }
        self.session.hooks.forget(self.mark);
        self.link().queue(&self.undo());
        self.leave();
    }
}

impl<M> fmt::Debug for Transaction<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("depth", &self.depth).finish_non_exhaustive()
    }
}
