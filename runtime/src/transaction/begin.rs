//! A transaction before it begins: what it will see, whether it writes, how often it is tried.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use tokio::time::sleep;

use super::backoff::Backoff;
use super::hook::Hooks;
use super::{Mode, ReadOnly, ReadWrite, Session, Transaction};
use crate::db::{Db, Route};
use crate::error::Error;
use crate::observe;

/// How far a transaction sees what others do meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it began.
    ReadCommitted,
    /// All statements see what was committed before the first.
    RepeatableRead,
    /// As if transactions ran one after the other; one that cannot is refused ([`ErrorKind::Conflict`]), and may succeed
    /// if it is run again: see [`Begin::retry`].
    ///
    /// [`ErrorKind::Conflict`]: crate::ErrorKind::Conflict
    Serializable,
}

/// A transaction with options, not begun yet: [`Db::transaction`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nuages::Error> {
/// # let database = nuages_devdb::shared().unwrap();
/// # let db = &nuages::Db::connect(&database.url()).await?;
/// # db.execute_script("CREATE TABLE seat (taken bool)").await?;
/// use nuages::Isolation;
///
/// db.transaction()
///     .isolation(Isolation::Serializable)
///     .retry(3)
///     .atomic(async |tx| tx.execute_script("INSERT INTO seat VALUES (true)").await)
///     .await?;
/// # Ok(()) }
/// ```
#[must_use = "a transaction begins with `atomic`"]
pub struct Begin<'d, M = ReadWrite, const RETRY: bool = false> {
    db: &'d Db,
    isolation: Option<Isolation>,
    deferrable: bool,
    replica: bool,
    retries: u32,
    mode: PhantomData<fn() -> M>,
}

impl<M, const RETRY: bool> Clone for Begin<'_, M, RETRY> {
    fn clone(&self) -> Self {
        Self { mode: PhantomData, ..*self }
    }
}

impl<M, const RETRY: bool> fmt::Debug for Begin<'_, M, RETRY> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begin")
            .field("isolation", &self.isolation)
            .field("mode", &std::any::type_name::<M>())
            .field("deferrable", &self.deferrable)
            .field("replica", &self.replica)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}

impl<'d> Begin<'d> {
    pub(crate) fn new(db: &'d Db) -> Self {
        Self { db, isolation: None, deferrable: false, replica: false, retries: 0, mode: PhantomData }
    }
}

impl<'d, M: Mode, const RETRY: bool> Begin<'d, M, RETRY> {
    /// What it sees of others; as the server has it if not said.
    pub fn isolation(self, isolation: Isolation) -> Self {
        Self { isolation: Some(isolation), ..self }
    }

    /// It only reads. The closure gets a `&Transaction<ReadOnly>`, on which writes and queries that lock rows do not
    /// compile; what the server finds in scripts is [`ErrorKind::ReadOnly`](crate::ErrorKind::ReadOnly).
    pub fn read_only(self) -> Begin<'d, ReadOnly, RETRY> {
        self.with()
    }

    /// It waits until it can read without ever being refused. This says something of a transaction that is
    /// `Serializable` and `read_only()`, such as a long report, and nothing of others.
    pub fn deferrable(self) -> Self {
        Self { deferrable: true, ..self }
    }

    /// It is run again, up to so many times, when it had to give way to others: after a serialization failure (SQLSTATE
    /// 40001) or a deadlock (40P01), in a statement or in the commit itself.
    ///
    /// The closure then has to be `Clone`, as one is that refers to what is around it; each run starts with a fresh
    /// clone, on a connection of the pool, after a wait between nothing and 10 ms that doubles each time up to a second.
    /// What ends it otherwise ends it at once, with the closure's own error. What a run did outside of the transaction
    /// is done again by the next: keep that for [`Transaction::on_commit`].
    pub fn retry(self, times: u32) -> Begin<'d, M, true> {
        Begin { retries: times, ..self.with() }
    }

    fn with<N, const AGAIN: bool>(self) -> Begin<'d, N, AGAIN> {
        let Self { db, isolation, deferrable, replica, retries, mode: _ } = self;
        Begin { db, isolation, deferrable, replica, retries, mode: PhantomData }
    }

    /// Runs it once, and says whether it had to give way.
    async fn once<T, E, F>(&self, body: F) -> (Result<T, E>, bool)
    where
        F: AsyncFnOnce(&Transaction<M>) -> Result<T, E>,
        E: From<Error>,
    {
        let work = async {
            let tx = self.begin().await?;
            let session = Arc::clone(&tx.session);
            Ok((tx.around(body).await, session))
        };
        let (result, session) = match observe::transaction(self.db.meter(), work).await {
            Ok(ended) => ended,
            Err(error) => return (Err(Error::into(error)), false),
        };
        let conflict = result.is_err() && session.connection.watch().is_conflict();
        let hooks = if result.is_ok() { session.hooks.take() } else { Vec::new() };
        // The connection goes back before they run: they may need one, and take their time.
        drop(session);
        for hook in hooks {
            hook().await;
        }
        (result, conflict)
    }

    pub(crate) async fn begin(&self) -> Result<Transaction<M>, Error> {
        let mut route = if self.replica { Route::Read } else { M::ROUTE };
        loop {
            let connection = self.db.lease(route).await?;
            connection.open();
            match connection.link().script(&self.sql()).await {
                Ok(()) => return Ok(Transaction::outermost(Session { connection, hooks: Hooks::default() })),
                Err(error) if connection.origin().turns_away(&error) => route = Route::Pinned,
                Err(error) => return Err(error),
            }
        }
    }

    fn sql(&self) -> String {
        let isolation = match self.isolation {
            None => "",
            Some(Isolation::ReadCommitted) => " ISOLATION LEVEL READ COMMITTED",
            Some(Isolation::RepeatableRead) => " ISOLATION LEVEL REPEATABLE READ",
            Some(Isolation::Serializable) => " ISOLATION LEVEL SERIALIZABLE",
        };
        let deferrable = if self.deferrable { " DEFERRABLE" } else { "" };
        ["BEGIN", isolation, M::BEGIN, deferrable].concat()
    }
}

impl<const RETRY: bool> Begin<'_, ReadOnly, RETRY> {
    /// It goes to a replica, as reads do, where there is one that is healthy: for long reports, which the primary is to be
    /// spared.
    ///
    /// All it reads is as of what this replica has replayed. The server refuses it if it is `Serializable`. What the
    /// replica replays may cancel it: that is [`ErrorKind::Conflict`](crate::ErrorKind::Conflict), and [`Begin::retry`]
    /// runs it again. A replica that is lost in the middle is an error as a primary is.
    pub fn on_replica(self) -> Self {
        Self { replica: true, ..self }
    }
}

impl<M: Mode> Begin<'_, M, false> {
    /// Begins it and runs the closure in it; see [`Db::atomic`].
    pub async fn atomic<T, E, F>(self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction<M>) -> Result<T, E>,
        E: From<Error>,
    {
        self.once(body).await.0
    }
}

impl<M: Mode> Begin<'_, M, true> {
    /// Begins it and runs the closure in it, again if it has to; see [`Db::atomic`] and [`Begin::retry`].
    pub async fn atomic<T, E, F>(self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction<M>) -> Result<T, E> + Clone,
        E: From<Error>,
    {
        let mut backoff = Backoff::new();
        for _ in 0..self.retries {
            let (result, conflict) = self.once(body.clone()).await;
            if !conflict {
                return result;
            }
            // What failed is dropped before the wait: it may hold anything.
            drop(result);
            sleep(backoff.next()).await;
        }
        self.once(body).await.0
    }
}
