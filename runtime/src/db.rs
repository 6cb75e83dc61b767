//! The database: where connections come from.

mod address;
pub(crate) mod bouncer;
mod builder;
mod connection;
mod deadline;
mod health;
mod history;
mod lease;
mod life;
mod mend;
mod monitor;
mod node;
mod open;
mod pool;
mod route;
mod shared;
mod shelf;
mod statements;
mod sweep;
mod take;
mod tls;
mod watch;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use crate::encode::Values;
use crate::error::{Error, ErrorKind};
use crate::execute::{self, Access};
use crate::observe::{Meter, Metrics};
use crate::plan::Work;
use crate::transaction::{Begin, Transaction};

pub use builder::{Builder, PlanCacheMode};
pub use connection::{Client, Connection};
pub(crate) use deadline::{Timer, Within, within};
pub(crate) use health::Origin;
pub(crate) use lease::Pooled;
use monitor::Monitor;
use node::Node;
pub use node::Server;
pub use pool::PoolStatus;
use route::Reads;
pub use route::Route;
pub(crate) use shared::{Seat, read as read_shared};
pub(crate) use statements::{Prepared, Statements};
use take::Take;
pub(crate) use tls::reason;
pub use tls::{Pem, SslMode};
pub(crate) use watch::{Begun, Watch};

/// A database, with its pools of connections: one to the primary, one to each replica. Clones share them.
#[derive(Clone, Debug)]
pub struct Db {
    inner: Arc<Inner>,
    reads: Reads,
}

#[derive(Debug)]
struct Inner {
    primary: Arc<Node>,
    replicas: Vec<Arc<Node>>,
    /// Whose turn it is.
    turn: AtomicUsize,
    monitor: Option<Monitor>,
    limits: Limits,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
struct Limits {
    acquire: Duration,
    statement: Option<Duration>,
    close: Duration,
}

/// Longer than anybody waits.
const FOREVER: Duration = Duration::from_hours(24 * 365);

impl Db {
    /// Connects to the database at a URL (`postgres://user:password@host/name`) or a `key=value` string.
    ///
    /// One connection is opened at once, so that a wrong address or password is found here.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Self::builder().url(url).connect().await
    }

    /// Connects to the database that the environment variable `DATABASE_URL` names, and to its replicas, which
    /// `DATABASE_REPLICA_URLS` names, separated by commas; without it there are none.
    pub async fn from_env() -> Result<Self, Error> {
        Self::builder().from_env()?.connect().await
    }

    /// Replicas, pool size, timeouts and settings of the session.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Runs several queries as one: all of it is kept if the closure gives `Ok`, nothing on `Err`, on a panic, or if the
    /// future is dropped.
    ///
    /// Where `?` follows, the closure says which error it may give: `Ok::<_, nuages::Error>(…)`. Where a function gives
    /// what `atomic` gives, its return type says it, and `Ok(…)` is enough.
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

    /// The same database, none of whose reads share a connection with others: for statements that take long, where
    /// there are [`Builder::shared_reads`].
    ///
    /// ```no_run
    /// # async fn example(db: &nuages::Db) -> Result<(), nuages::Error> {
    /// let reports = db.unshared();
    /// # let _ = reports; Ok(()) }
    /// ```
    #[must_use]
    pub fn unshared(&self) -> Self {
        let mut db = self.clone();
        db.reads.unshared = true;
        db
    }

    /// The same database, all of whose reads go to the primary: they see what was written before.
    #[must_use]
    pub fn primary(&self) -> Self {
        let mut db = self.clone();
        db.reads.pinned = true;
        db
    }

    /// A handle of the same database for one piece of work, such as a request: its reads may go to replicas until the
    /// first write through it, and from then on to the primary, so that they see what was written.
    ///
    /// Clones of it are the same handle; so is what this gives on one. A write counts from the moment in which it asks for
    /// a connection, and so does a transaction that is not `read_only()`, a script, and a connection taken with
    /// [`Db::client`]. What others write is not waited for.
    ///
    /// ```no_run
    /// # async fn example(db: &nuages::Db) -> Result<(), nuages::Error> {
    /// let db = db.read_your_writes();
    /// // Reads here may go to a replica.
    /// db.execute_script("DELETE FROM basket").await?;
    /// // Reads here go to the primary.
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn read_your_writes(&self) -> Self {
        let mut db = self.clone();
        db.reads.written.get_or_insert_default();
        db
    }

    /// A connection to the primary, for what the driver can do and this crate does not. What is done to it stays: a
    /// transaction begun by hand must be ended by hand.
    pub async fn client(&self) -> Result<Client, Error> {
        Ok(self.object(Route::Write).await?.0)
    }

    /// How many connections of the pools are open to all servers together, and how many of them are free. What reads
    /// share is beside them, in [`Db::metrics`].
    pub fn status(&self) -> PoolStatus {
        let mut sum = PoolStatus { max_size: 0, size: 0, available: 0, waiting: 0 };
        for PoolStatus { max_size, size, available, waiting } in self.inner.nodes().map(|node| node.status()) {
            sum.max_size += max_size;
            sum.size += size;
            sum.available += available;
            sum.waiting += waiting;
        }
        sum
    }

    /// The servers as they were last seen, the primary first: whether reads go to them, how far they are behind, and
    /// their connections.
    pub fn servers(&self) -> Vec<Server> {
        self.inner.nodes().map(|node| node.server()).collect()
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
        Metrics { pools: self.inner.nodes().map(|node| node.metrics()).collect() }
    }

    /// Closes the database for all its clones: further queries are refused with [`ErrorKind::Closed`] from the first
    /// poll on, and so are those that wait for a connection; those that have one go on to their end.
    ///
    /// It waits for these, and gives an error if some are still at it after [`Builder::close_timeout`]: their connections
    /// are closed when they come back, as they would be if this future were dropped.
    pub async fn close(&self) -> Result<(), Error> {
        self.inner.nodes().for_each(|node| node.close());
        self.inner.monitor.iter().for_each(Monitor::stop);
        let limit = self.inner.limits.close;
        let empty = async {
            // Nothing tells when a connection is back that was taken with `client`, so the pool is looked at.
            while self.open() > 0 {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(limit, empty).await.map_err(|_| {
            let size = self.open();
            Error::new(
                ErrorKind::Timeout,
                format!("found {size} connections in use {limit:?} after the database was closed"),
            )
        })
    }

    fn new(primary: Node, replicas: Vec<Node>, monitor: Option<Monitor>, limits: Limits) -> Self {
        let (primary, replicas) = (Arc::new(primary), replicas.into_iter().map(Arc::new).collect());
        let inner = Inner { primary, replicas, turn: AtomicUsize::new(0), monitor, limits };
        Self { inner: Arc::new(inner), reads: Reads::default() }
    }

    /// How many connections are open, those that reads share included.
    fn open(&self) -> usize {
        self.inner.nodes().map(|node| node.pool.status().size + node.shared.as_ref().map_or(0, |it| it.size())).sum()
    }

    /// A seat on a shared connection for a read, if there is one.
    pub(crate) fn seat(&self, route: Route, work: &'static Work, values: &Values) -> Option<Seat> {
        let Inner { primary, replicas, turn, .. } = &*self.inner;
        if primary.shared.is_none() || self.reads.unshared {
            return None;
        }
        let node = match self.reads.route(route) {
            Route::Write => return None,
            Route::Pinned => primary,
            Route::Read => route::replica(replicas, turn).unwrap_or(primary),
        };
        node.shared.as_ref()?.seat(work, values)
    }

    /// The counts of the primary's pool.
    pub(crate) fn meter(&self) -> &Meter {
        &self.inner.primary.meter
    }

    /// A connection, if one is there and nothing has to be found out about servers.
    pub(crate) fn ready(&self, route: Route) -> Option<Pooled> {
        let Inner { primary, replicas, limits, .. } = &*self.inner;
        if self.reads.route(route) == Route::Read && !replicas.is_empty() {
            return None;
        }
        Some(Pooled::new(primary.ready()?, primary, limits.statement))
    }

    /// A connection, when it is this one's turn.
    #[expect(clippy::manual_async_fn, reason = "a function keeps its arguments twice")]
    pub(crate) fn lease(&self, route: Route) -> impl Future<Output = Result<Pooled, Error>> + Send + use<'_> {
        async move {
            let Inner { primary, replicas, limits, .. } = &*self.inner;
            let elsewhere = self.reads.route(route) == Route::Read && !replicas.is_empty();
            let (client, node) = if elsewhere {
                Box::pin(self.object(Route::Read)).await?
            } else {
                let now = Instant::now();
                (Take::new(primary, now, limits.deadline(now)).await?, primary)
            };
            Ok(Pooled::new(client, node, limits.statement))
        }
    }

    /// A connection, and the server it leads to. One limit holds for all that is tried.
    async fn object(&self, route: Route) -> Result<(Client, &Arc<Node>), Error> {
        let Inner { primary, replicas, turn, limits, .. } = &*self.inner;
        let deadline = limits.deadline(Instant::now());
        if self.reads.route(route) == Route::Read {
            while let Some(node) = route::replica(replicas, turn) {
                match Take::new(node, Instant::now(), deadline).await {
                    Ok(object) => return Ok((object, node)),
                    Err(error) if error.kind() == ErrorKind::Closed || Instant::now() >= deadline => return Err(error),
                    // It gets no more reads: another one does, or the primary.
                    Err(error) => node.lost(&error),
                }
            }
        }
        Ok((Take::new(primary, Instant::now(), deadline).await?, primary))
    }
}

impl Limits {
    /// Until when a connection is waited for that is asked for now.
    fn deadline(&self, now: Instant) -> Instant {
        now.checked_add(self.acquire).unwrap_or(now + FOREVER)
    }
}

impl Inner {
    fn nodes(&self) -> impl Iterator<Item = &Arc<Node>> {
        std::iter::once(&self.primary).chain(&self.replicas)
    }
}
