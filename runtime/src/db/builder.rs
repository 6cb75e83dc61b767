//! How a database is reached: addresses, pools, timeouts, settings of the session. What comes of them is in `open`.

use std::env::{self, VarError};
use std::time::Duration;

use super::address::{Address, addresses};
use super::{Pem, SslMode, tls};
use crate::error::{Error, ErrorKind};

/// Options of a [`Db`](crate::Db); what is not said stays as the URL or the server has it.
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    pub(super) url: Option<Address>,
    pub(super) database: Option<String>,
    pub(super) replicas: Vec<Address>,
    pub(super) replica_max_lag: Option<Duration>,
    pub(super) pool_size: usize,
    pub(super) connect_timeout: Duration,
    pub(super) acquire_timeout: Duration,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) max_lifetime: Option<Duration>,
    pub(super) check_after: Duration,
    pub(super) close_timeout: Duration,
    pub(super) plan_cache_mode: Option<PlanCacheMode>,
    pub(super) application_name: Option<String>,
    pub(super) search_path: Vec<String>,
    pub(super) tls: tls::Options,
    pub(super) metrics: bool,
    pub(super) pgbouncer: bool,
    pub(super) shared_reads: Option<usize>,
    #[cfg(feature = "tracing")]
    pub(super) slow_query: Option<Duration>,
    #[cfg(feature = "tracing")]
    pub(super) record_parameters: bool,
}

/// How the server plans prepared statements: PostgreSQL's `plan_cache_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlanCacheMode {
    /// For the values given, the first times; then once for all values, if that seems no worse.
    Auto,
    /// Once for all values.
    ForceGenericPlan,
    /// Each time, for the values given.
    ForceCustomPlan,
}

impl PlanCacheMode {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::ForceGenericPlan => "force_generic_plan",
            Self::ForceCustomPlan => "force_custom_plan",
        }
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            url: None,
            database: None,
            replicas: Vec::new(),
            replica_max_lag: None,
            pool_size: 10,
            connect_timeout: Duration::from_secs(10),
            acquire_timeout: Duration::from_secs(30),
            statement_timeout: None,
            idle_timeout: Some(Duration::from_mins(10)),
            max_lifetime: Some(Duration::from_mins(30)),
            check_after: Duration::from_secs(30),
            close_timeout: Duration::from_secs(30),
            plan_cache_mode: None,
            application_name: None,
            search_path: Vec::new(),
            tls: tls::Options::default(),
            metrics: true,
            pgbouncer: false,
            shared_reads: None,
            #[cfg(feature = "tracing")]
            slow_query: None,
            #[cfg(feature = "tracing")]
            record_parameters: false,
        }
    }
}

impl Builder {
    /// Where the database is: `postgres://user:password@host/name`, or `host=… dbname=…`.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(Address(url.into()));
        self
    }

    /// Which of the server's databases, whatever the URL says.
    pub(crate) fn database(mut self, name: impl Into<String>) -> Self {
        self.database = Some(name.into());
        self
    }

    /// The same as [`Builder::url`], beside replicas.
    pub fn primary(self, url: impl Into<String>) -> Self {
        self.url(url)
    }

    /// A replica that reads may go to, one more each time. It has a pool of its own, as large as the primary's, and all
    /// other options too.
    ///
    /// Reads go to the replica with the fewest connections in use, and to the primary where no replica is healthy; writes
    /// and transactions go to the primary. A replica is asked twice a second whether it is there. When a read finds it
    /// lost, or is cancelled by what the replica replays, it is sent to the primary.
    ///
    /// A replica that does not answer when [`Builder::connect`] is called gets its reads later; one that refuses the user,
    /// the password or the database, or cannot be trusted, is an error.
    pub fn replica(mut self, url: impl Into<String>) -> Self {
        self.replicas.push(Address(url.into()));
        self
    }

    /// How far a replica may be behind the primary and still be read from; any far if not said.
    ///
    /// The primary is asked how far its log is, each replica how far it has replayed it, each at least twice a second and
    /// four times within the limit. How far a replica is behind is known that much too large, so limits below a second take
    /// replicas out at times that are near it, and below a tenth of a second nearly always. An idle primary has nothing
    /// that a replica could lack. While the primary does not answer, replicas that have all it ever said are read from.
    pub fn replica_max_lag(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.replica_max_lag = limit.into();
        self
    }

    /// As the environment variables `DATABASE_URL` and `DATABASE_REPLICA_URLS` say; the latter may be missing, and has
    /// commas between addresses.
    pub fn from_env(mut self) -> Result<Self, Error> {
        let unusable = |name: &str, cause| {
            Error::new(ErrorKind::Pool, format!("the environment has no usable `{name}`")).caused_by(cause)
        };
        let url = env::var("DATABASE_URL").map_err(|cause| unusable("DATABASE_URL", cause))?;
        match env::var("DATABASE_REPLICA_URLS") {
            Ok(list) => self.replicas.extend(addresses(&list).into_iter().map(Address)),
            Err(VarError::NotPresent) => {}
            Err(cause) => return Err(unusable("DATABASE_REPLICA_URLS", cause)),
        }
        Ok(self.url(url))
    }

    /// How many connections to each server there are at most; 10 if not said.
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.pool_size = connections;
        self
    }

    /// On how many connections to each server reads outside of transactions are sent one behind the other, without waiting
    /// for each other's answers; on none if not said: then each read has a connection of the pool for itself.
    ///
    /// Many tasks that read little at a time get about twice as much done. These connections are beside those of the pool.
    /// Each is opened when it is first needed, and again when it is lost. A read takes one of the pool instead while there
    /// is none, while its statements are not prepared there yet, where the server is at somebody else's statement for
    /// more than about 50 ms, and for a while after its own query was as slow; so a slow read delays those behind it by as
    /// much. What is known to be slow is better run on [`Db::unshared`](crate::Db::unshared).
    ///
    /// Writes, transactions, streams and `iterator` have connections of the pool as ever. A pooler in transaction mode
    /// ([`Builder::pgbouncer`]) does not go with it, and is refused.
    pub fn shared_reads(mut self, connections: usize) -> Self {
        self.shared_reads = Some(connections);
        self
    }

    /// How long opening a connection may take; 10 seconds if not said.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long a query may wait for a connection, opening one included; 30 seconds if not said.
    pub fn acquire_timeout(mut self, limit: Duration) -> Self {
        self.acquire_timeout = limit;
        self
    }

    /// How long a statement may run before the server gives it up; as the server is set, if not said.
    ///
    /// If the server does not answer a second after that, because the network stalls or the server does, the wait ends
    /// with [`ErrorKind::Timeout`] without an SQLSTATE, and the connection is closed. Not so after a script that sets
    /// `statement_timeout` itself.
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.statement_timeout = Some(limit);
        self
    }

    /// After how long a connection that nobody uses is closed, `None` for never; 10 minutes if not said.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = limit.into();
        self
    }

    /// How old a connection may be when it is given out, `None` for any age; 30 minutes if not said. Each lives up to a
    /// tenth less, so that those that were opened together are not replaced together.
    pub fn max_lifetime(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.max_lifetime = limit.into();
        self
    }

    /// After how long unused a connection has to answer before it is given out; 30 seconds if not said. One that does not
    /// answer within 2 seconds is closed, and another one taken.
    pub fn check_after(mut self, unused: Duration) -> Self {
        self.check_after = unused;
        self
    }

    /// How long [`Db::close`](crate::Db::close) waits for connections that are out; 30 seconds if not said.
    pub fn close_timeout(mut self, limit: Duration) -> Self {
        self.close_timeout = limit;
        self
    }

    /// How the server plans prepared statements; as it is set, if not said.
    pub fn plan_cache_mode(mut self, mode: PlanCacheMode) -> Self {
        self.plan_cache_mode = Some(mode);
        self
    }

    /// What the server shows as the connection's owner.
    pub fn application_name(mut self, name: impl Into<String>) -> Self {
        self.application_name = Some(name.into());
        self
    }

    /// Where names without a schema are looked up.
    pub fn search_path(mut self, schemas: impl IntoIterator<Item: Into<String>>) -> Self {
        self.search_path = schemas.into_iter().map(Into::into).collect();
        self
    }

    /// Whether connections are encrypted, and what is asked of the server's certificate; as the URL says (`sslmode`), or
    /// [`SslMode::Prefer`].
    pub fn ssl_mode(mut self, mode: SslMode) -> Self {
        self.tls.mode(mode);
        self
    }

    /// The certificates of the authorities that may have signed the server's; as the URL says (`sslrootcert`), or those in
    /// `~/.postgresql/root.crt` if it is there.
    pub fn ssl_root_cert(mut self, certificates: Pem) -> Self {
        self.tls.root(certificates);
        self
    }

    /// The authorities are those that the system trusts (`sslrootcert=system`); the mode is then
    /// [`SslMode::VerifyFull`], as anybody can have a certificate of these.
    pub fn ssl_system_roots(mut self) -> Self {
        self.tls.system_roots();
        self
    }

    /// The certificate by which the server knows the client, those of the authorities between included, and its key; as
    /// the URL says (`sslcert`, `sslkey`), or those in `~/.postgresql/postgresql.crt` and `.key` if they are there.
    pub fn ssl_client_cert(mut self, certificate: Pem, key: Pem) -> Self {
        self.tls.client(certificate, key);
        self
    }

    /// Whether statements are counted and timed for [`Db::metrics`](crate::Db::metrics); they are if not said. It costs
    /// two looks at the clock and a few additions for each statement.
    pub fn metrics(mut self, count: bool) -> Self {
        self.metrics = count;
        self
    }

    /// Whether what the address leads to is not the server but a pooler that gives each transaction another connection of
    /// it: pgbouncer in transaction mode, or the like. No statement then has a name on the wire, and nothing is left
    /// behind in a session; each statement is parsed and planned anew.
    ///
    /// Settings of the session are refused, as pgbouncer refuses them: `search_path`, `plan_cache_mode`, `options` in the
    /// URL. They belong to the role or the database there (`ALTER ROLE … SET search_path = …`). `statement_timeout` is
    /// kept by this side: what is late is given up with [`ErrorKind::Timeout`], without an SQLSTATE, and cancelled.
    pub fn pgbouncer(mut self, yes: bool) -> Self {
        self.pgbouncer = yes;
        self
    }

    /// From which duration on a statement is slow: it is a warning to whoever listens to `tracing`; none if not said. Of
    /// the feature `tracing`.
    #[cfg(feature = "tracing")]
    pub fn slow_query(mut self, limit: Duration) -> Self {
        self.slow_query = Some(limit);
        self
    }

    /// Whether the spans of statements show the values of their parameters (`db.query.parameters`); they do not if not
    /// said, as these may be secrets. Of the feature `tracing`.
    #[cfg(feature = "tracing")]
    pub fn record_parameters(mut self, record: bool) -> Self {
        self.record_parameters = record;
        self
    }
}
