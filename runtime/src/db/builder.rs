//! How a database is reached: address, pool, timeouts, settings of the session.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Hook, Manager, ManagerConfig, Pool, QueueMode, RecyclingMethod, Runtime};
use tokio_postgres::Config;

use super::life::Life;
use super::tls::{self, Connector};
use super::{Db, Limits, Pem, Route, SslMode};
use crate::error::{Error, ErrorKind};
use crate::observe::Meter;

/// Options of a [`Db`]; what is not said stays as the URL or the server has it.
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    url: Option<String>,
    database: Option<String>,
    pool_size: usize,
    connect_timeout: Duration,
    acquire_timeout: Duration,
    statement_timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
    max_lifetime: Option<Duration>,
    close_timeout: Duration,
    plan_cache_mode: Option<PlanCacheMode>,
    application_name: Option<String>,
    search_path: Vec<String>,
    tls: tls::Options,
    metrics: bool,
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
    fn name(self) -> &'static str {
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
            pool_size: 10,
            connect_timeout: Duration::from_secs(10),
            acquire_timeout: Duration::from_secs(30),
            statement_timeout: None,
            idle_timeout: Some(Duration::from_mins(10)),
            max_lifetime: Some(Duration::from_mins(30)),
            close_timeout: Duration::from_secs(30),
            plan_cache_mode: None,
            application_name: None,
            search_path: Vec::new(),
            tls: tls::Options::default(),
            metrics: true,
        }
    }
}

impl Builder {
    /// Where the database is: `postgres://user:password@host/name`, or `host=… dbname=…`.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Which of the server's databases, whatever the URL says.
    pub(crate) fn database(mut self, name: impl Into<String>) -> Self {
        self.database = Some(name.into());
        self
    }

    /// As the environment variable `DATABASE_URL` says.
    pub fn from_env(self) -> Result<Self, Error> {
        let url = env::var("DATABASE_URL").map_err(|cause| {
            Error::new(ErrorKind::Pool, "the environment has no usable `DATABASE_URL`").caused_by(cause)
        })?;
        Ok(self.url(url))
    }

    /// How many connections there are at most; 10 if not said.
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.pool_size = connections;
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

    /// How old a connection may be when it is given out, `None` for any age; 30 minutes if not said.
    pub fn max_lifetime(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.max_lifetime = limit.into();
        self
    }

    /// How long [`Db::close`] waits for connections that are out; 30 seconds if not said.
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

    /// Whether statements are counted and timed for [`Db::metrics`]; they are if not said. It costs some 200 instructions
    /// a statement.
    pub fn metrics(mut self, count: bool) -> Self {
        self.metrics = count;
        self
    }

    /// Opens the pool and its first connection.
    pub async fn connect(self) -> Result<Db, Error> {
        let (config, connector) = self.config()?;
        let manager = Manager::from_connect(
            config,
            connector.clone(),
            // Whether a connection may come back is decided when it does, see `pool`.
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let meter = Arc::new(Meter::new("primary", self.metrics));
        let counted = Arc::clone(&meter);
        let life = Life { idle: self.idle_timeout, age: self.max_lifetime };
        let pool = Pool::builder(manager)
            .max_size(self.pool_size)
            .create_timeout(Some(self.connect_timeout))
            .queue_mode(QueueMode::Lifo)
            .pre_recycle(life.check())
            .post_create(Hook::sync_fn(move |_, _| {
                counted.opened();
                Ok(())
            }))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|cause| Error::new(ErrorKind::Pool, "cannot make the pool").caused_by(cause))?;
        let limits =
            Limits { acquire: self.acquire_timeout, statement: self.statement_timeout, close: self.close_timeout };
        let db = Db::new(pool, connector, meter, life, limits);
        db.lease(Route::Write).await?.settle();
        Ok(db)
    }

    fn config(&self) -> Result<(Config, Connector), Error> {
        let invalid = |message: &str| Error::new(ErrorKind::Pool, message);
        let url = self.url.as_deref().ok_or_else(|| invalid("found no database to connect to, expected a url"))?;
        let (url, said) = tls::split(url)?;
        let mut config: Config =
            url.parse().map_err(|cause| invalid("the database's url is malformed").caused_by(Malformed(cause)))?;
        if let Some(name) = &self.database {
            config.dbname(name);
        }
        if let Some(name) = &self.application_name {
            config.application_name(name);
        }
        config.connect_timeout(self.connect_timeout);
        let mut options: Vec<String> = config.get_options().map(str::to_owned).into_iter().collect();
        if let Some(limit) = self.statement_timeout {
            // 0 would mean none.
            options.push(option("statement_timeout", &limit.as_millis().max(1).to_string()));
        }
        if let Some(mode) = self.plan_cache_mode {
            options.push(option("plan_cache_mode", mode.name()));
        }
        if !self.search_path.is_empty() {
            let quoted: Vec<String> =
                self.search_path.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
            options.push(option("search_path", &quoted.join(",")));
        }
        if !options.is_empty() {
            config.options(options.join(" "));
        }
        let connector = tls::connector(&self.tls, said, &mut config)?;
        Ok((config, connector))
    }
}

/// A setting as the server reads it at the start of a session: spaces and backslashes escaped.
fn option(name: &str, value: &str) -> String {
    let mut out = format!("-c {name}=");
    for c in value.chars() {
        if c == '\\' || c.is_whitespace() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The driver's reason, without the text it could not read: that may hold a password.
#[derive(Debug)]
struct Malformed(tokio_postgres::Error);

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match std::error::Error::source(&self.0) {
            Some(cause) => write!(f, "{cause}"),
            None => write!(f, "{}", self.0),
        }
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::{Builder, option};
    use std::time::Duration;

    #[test]
    fn settings_of_the_session() {
        assert_eq!(option("a", "b c\\d"), "-c a=b\\ c\\\\d");
        let config = Builder::default()
            .url("postgres://u@h/d?options=-c%20x%3D1")
            .statement_timeout(Duration::from_micros(1))
            .search_path(["my schema", "public"])
            .config()
            .unwrap()
            .0;
        let expected = r#"-c x=1 -c statement_timeout=1 -c search_path="my\ schema","public""#;
        assert_eq!(config.get_options(), Some(expected));
    }

    #[test]
    fn a_malformed_url_keeps_its_secret() {
        let error = Builder::default().url("postgres://u:secret@h:port/d").config().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}
