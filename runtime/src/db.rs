//! The database: where connections come from.

mod builder;
mod mend;
mod pool;
mod route;
mod tls;
mod watch;

use std::sync::Arc;

use deadpool_postgres::Pool;

use crate::error::Error;
use crate::execute::{self, Access};
use crate::transaction::{Begin, Transaction};

pub use builder::Builder;
pub(crate) use pool::Pooled;
pub use route::Route;
pub(crate) use watch::{Begun, Watch};

/// A database, with its pool of connections. Clones share the pool.
#[derive(Clone, Debug)]
pub struct Db {
    inner: Arc<Inner>,
    /// Reads go to the primary too.
    pinned: bool,
}

#[derive(Debug)]
struct Inner {
    primary: Pool,
}

impl Db {
    /// Connects to the database at a URL (`postgres://user:password@host/name`) or a `key=value` string.
    ///
    /// One connection is opened at once, so that a wrong address or password is found here.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Self::builder().url(url).connect().await
    }

    /// Connects to the database that the environment variable `DATABASE_URL` names.
    pub async fn from_env() -> Result<Self, Error> {
        Self::builder().from_env()?.connect().await
    }

    /// Pool size, timeouts and settings of the session.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Runs several queries as one: all of it is kept if the closure gives `Ok`, nothing on `Err`, on a panic, or if the
    /// future is dropped.
    ///
    /// ```no_run
    /// # async fn example(db: &nuages::Db) -> Result<(), nuages::Error> {
    /// let answer = db
    ///     .atomic(async |tx| {
    ///         tx.execute_script("DELETE FROM basket").await?;
    ///         Ok::<_, nuages::Error>(42)
    ///     })
    ///     .await?;
    /// # let _ = answer; Ok(()) }
    /// ```
    pub async fn atomic<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Transaction) -> Result<T, E>,
        E: From<Error>,
    {
        self.transaction().atomic(body).await
    }

    /// A transaction with options.
    pub fn transaction(&self) -> Begin<'_> {
        Begin::new(self)
    }

    /// Runs statements that take no parameters and give no rows: DDL, settings.
    ///
    /// Several, separated by `;`, are one transaction unless they say otherwise.
    pub async fn execute_script(&self, sql: &str) -> Result<(), Error> {
        execute::script(Access::Pool(self), sql).await
    }

    /// The same database, all of whose reads go to the primary: they see what was written before.
    #[must_use]
    pub fn primary(&self) -> Self {
        Self { pinned: true, ..self.clone() }
    }

    /// A connection of the pool, for what the driver can do and this crate does not. What is done to it stays: a
    /// transaction begun by hand must be ended by hand.
    pub async fn client(&self) -> Result<deadpool_postgres::Client, Error> {
        Ok(self.inner.primary.get().await?)
    }

    /// How many connections are open, and how many of them are free.
    pub fn status(&self) -> deadpool_postgres::Status {
        self.inner.primary.status()
    }

    /// Closes the pool: connections that are out are closed when they come back, further ones are refused.
    pub fn close(&self) {
        self.inner.primary.close();
    }

    pub(crate) fn new(primary: Pool) -> Self {
        Self { inner: Arc::new(Inner { primary }), pinned: false }
    }

    pub(crate) async fn lease(&self, route: Route) -> Result<Pooled, Error> {
        let pool = route.pinned(self.pinned).pick(&self.inner.primary);
        Ok(Pooled::new(pool.get().await?))
    }
}
