//! The database: where connections come from.

mod builder;
mod deadline;
mod life;
mod mend;
mod pool;
mod route;
mod tls;
mod watch;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use tokio::time::{sleep, timeout};

use crate::error::{Error, ErrorKind};
use crate::execute::{self, Access};
use crate::observe::{Meter, Metrics};
use crate::transaction::{Begin, Transaction};

pub use builder::{Builder, PlanCacheMode};
use life::{Life, Sweeper};
pub(crate) use pool::Pooled;
pub use route::Route;
use tls::Connector;
pub(crate) use tls::reason;
pub use tls::{Pem, SslMode};
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
    connector: Connector,
    meter: Arc<Meter>,
    limits: Limits,
    _sweeper: Option<Sweeper>,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
struct Limits {
    acquire: Duration,
    statement: Option<Duration>,
    close: Duration,
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
        self.object(&self.inner.primary).await
    }

    /// How many connections are open, and how many of them are free.
    pub fn status(&self) -> deadpool_postgres::Status {
        self.inner.primary.status()
    }

    /// What was counted so far: connections and how long they were waited for, statements by kind and how long they took,
    /// errors.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nuages::Error> {
    /// # let database = nuages_devdb::shared().unwrap();
    /// # let db = &nuages::Db::connect(&database.url()).await?;
    /// use nuages::StatementKind;
    ///
    /// db.atomic(async |_| Ok::<_, nuages::Error>(())).await?;
    /// let metrics = db.metrics();
    /// assert_eq!(metrics.pools[0].name, "primary");
    /// assert_eq!(metrics.pools[0].idle, 1);
    /// // BEGIN and COMMIT.
    /// let sent = metrics.statements(StatementKind::Transaction);
    /// assert_eq!(sent.latency.count(), 2);
    /// assert!(sent.latency.quantile(0.95) <= Some(sent.latency.sum()).max(sent.latency.quantile(1.0)));
    /// # Ok(()) }
    /// ```
    pub fn metrics(&self) -> Metrics {
        Metrics { pools: vec![self.inner.meter.read(&self.status())] }
    }

    /// Closes the database for all its clones: further queries are refused with [`ErrorKind::Closed`] from the first
    /// poll on, and so are those that wait for a connection; those that have one go on to their end.
    ///
    /// It waits for these, and gives an error if some are still at it after [`Builder::close_timeout`]: their connections
    /// are closed when they come back, as they would be if this future were dropped.
    pub async fn close(&self) -> Result<(), Error> {
        let pool = &self.inner.primary;
        pool.close();
        let limit = self.inner.limits.close;
        let empty = async {
            // Nothing tells when a connection is back that was taken with `client`, so the pool is looked at.
            while pool.status().size > 0 {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(limit, empty).await.map_err(|_| {
            let size = pool.status().size;
            Error::new(
                ErrorKind::Timeout,
                format!("found {size} connections in use {limit:?} after the database was closed"),
            )
        })
    }

    fn new(primary: Pool, connector: Connector, meter: Arc<Meter>, life: Life, limits: Limits) -> Self {
        let sweeper = life.sweep(primary.clone());
        Self { inner: Arc::new(Inner { primary, connector, meter, limits, _sweeper: sweeper }), pinned: false }
    }

    pub(crate) async fn lease(&self, route: Route) -> Result<Pooled, Error> {
        let pool = route.pinned(self.pinned).pick(&self.inner.primary);
        let (connector, meter) = (self.inner.connector.clone(), Arc::clone(&self.inner.meter));
        Ok(Pooled::new(self.object(pool).await?, self.inner.limits.statement, connector, meter))
    }

    async fn object(&self, pool: &Pool) -> Result<Object, Error> {
        // The pool's own limits are for each step of many.
        let overdue = |_| Error::new(ErrorKind::Pool, "no connection became free in time");
        let limit = self.inner.limits.acquire;
        let take = pin!(async { Ok(timeout(limit, pool.get()).await.map_err(overdue)??) });
        self.inner.meter.acquire(take).await
    }
}
