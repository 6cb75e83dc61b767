//! Opens a database.
//!
//! In: the options of a builder. Out: a pool for each server, a first connection to the primary, and what the replicas said
//! when they were asked how they are.

use std::sync::Arc;

use tokio_postgres::Config;

use super::address::Address;
use super::builder::Builder;
use super::health::{Health, Origin};
use super::life::Life;
use super::monitor::{self, Monitor, Watched};
use super::node::Node;
use super::pool::{Opener, Pool};
use super::shared::{Setting, Shared};
use super::tls::{self, Connector};
use super::{Db, Limits, Route};
use crate::error::{Error, ErrorKind};
use crate::observe::Meter;
#[cfg(any(feature = "metrics", feature = "tracing"))]
use crate::observe::Telemetry;

impl Builder {
    /// Opens the pools and the first connection to the primary, and asks the replicas how they are.
    pub async fn connect(self) -> Result<Db, Error> {
        let missing = || Error::new(ErrorKind::Pool, "found no database to connect to, expected a url");
        let Address(url) = self.url.as_ref().ok_or_else(missing)?;
        let life = Life { idle: self.idle_timeout, age: self.max_lifetime, trust: self.check_after };
        self.sharing()?;
        let primary = self.node("primary".to_owned(), url, life, None)?;
        let mut replicas = Vec::new();
        for (number, Address(url)) in self.replicas.iter().enumerate() {
            let (name, health) = (format!("replica {}", number + 1), Health::new(self.replica_max_lag));
            let node = self.node(name.clone(), url, life, Some(health)).map_err(|error| error.of_server(&name))?;
            replicas.push(node);
        }
        let monitor = if replicas.is_empty() { None } else { Some(self.monitor(url, &replicas).await?) };
        let limits =
            Limits { acquire: self.acquire_timeout, statement: self.statement_timeout, close: self.close_timeout };
        let db = Db::new(primary, replicas, monitor, limits);
        db.lease(Route::Write).await?.settle();
        Ok(db)
    }

    async fn monitor(&self, primary: &str, replicas: &[Node]) -> Result<Monitor, Error> {
        let mut servers = vec![Watched { pool: self.probe(primary)?, health: None }];
        for (Address(url), node) in self.replicas.iter().zip(replicas) {
            servers.push(Watched { pool: self.probe(url)?, health: node.health.clone() });
        }
        let (monitor, said) = Monitor::start(servers, self.replica_max_lag).await;
        for (node, said) in replicas.iter().zip(said) {
            // One that is away comes back; what it refuses now it will always refuse.
            if let Err(error) = said
                && error.is_refusal()
            {
                return Err(error.of_server(&node.name));
            }
        }
        Ok(monitor)
    }

    fn node(&self, name: String, url: &str, life: Life, health: Option<Health>) -> Result<Node, Error> {
        let (config, connector) = self.config(url)?;
        let meter = Arc::new(self.meter(&name, &config));
        let shared = self.shared_reads.map(|connections| {
            let (config, connector) = (config.clone(), connector.clone());
            let opener = Opener { config, connector: connector.clone(), limit: self.connect_timeout, meter: None };
            let (meter, origin) = (Arc::clone(&meter), Origin(health.clone()));
            let setting = Setting { meter, origin, connector, limit: self.statement_timeout };
            Shared::new(Pool::new(connections, opener, life), setting, life)
        });
        let opener = Opener {
            config,
            connector: connector.clone(),
            limit: self.connect_timeout,
            meter: Some(Arc::clone(&meter)),
        };
        let pool = Pool::new(self.pool_size, opener, life);
        let sweepers = [life.sweep(&pool), shared.as_ref().and_then(Shared::sweeper)];
        Ok(Node { name, pool, connector, health, meter, shared, _sweepers: sweepers })
    }

    /// A pool for the monitor.
    fn probe(&self, url: &str) -> Result<Arc<Pool>, Error> {
        let (config, connector) = self.config(url)?;
        let limit = self.connect_timeout.min(monitor::PATIENCE);
        Ok(Pool::new(1, Opener { config, connector, limit, meter: None }, Life::ENDLESS))
    }

    #[cfg(any(feature = "metrics", feature = "tracing"))]
    fn meter(&self, name: &str, config: &Config) -> Meter {
        let told = Telemetry {
            #[cfg(feature = "tracing")]
            slow: self.slow_query,
            #[cfg(feature = "tracing")]
            parameters: self.record_parameters,
            ..Telemetry::of(config)
        };
        Meter::new(name, self.metrics).telling(told)
    }

    #[cfg(not(any(feature = "metrics", feature = "tracing")))]
    fn meter(&self, name: &str, _: &Config) -> Meter {
        Meter::new(name, self.metrics)
    }

    fn config(&self, url: &str) -> Result<(Config, Connector), Error> {
        let invalid = |message: &str| Error::new(ErrorKind::Pool, message);
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
        if self.pgbouncer {
            self.sessionless(&config)?;
        }
        let mut options: Vec<String> = config.get_options().map(str::to_owned).into_iter().collect();
        if let Some(limit) = self.statement_timeout.filter(|_| !self.pgbouncer) {
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
        let connector = tls::connector(&self.tls, said, self.pgbouncer, &mut config)?;
        Ok((config, connector))
    }

    /// Refuses what reads cannot share.
    fn sharing(&self) -> Result<(), Error> {
        match self.shared_reads {
            Some(0) => Err(Error::invalid("found 0 connections that reads share, expected at least 1")),
            Some(_) if self.pgbouncer => Err(Error::invalid(
                "found shared_reads with pgbouncer, which gives a connection of the server to each transaction, expected \
                 one of them",
            )),
            _ => Ok(()),
        }
    }

    /// Refuses what only a session can keep.
    fn sessionless(&self, config: &Config) -> Result<(), Error> {
        let settings = [
            ("search_path", !self.search_path.is_empty()),
            ("plan_cache_mode", self.plan_cache_mode.is_some()),
            ("options in the url", config.get_options().is_some()),
        ];
        let Some((found, _)) = settings.iter().find(|(_, said)| *said) else {
            return Ok(());
        };
        Err(Error::invalid(format!(
            "found {found} with pgbouncer, which keeps no settings of a session, expected a setting of the role or the \
             database"
        )))
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
            .statement_timeout(Duration::from_micros(1))
            .search_path(["my schema", "public"])
            .config("postgres://u@h/d?options=-c%20x%3D1")
            .unwrap()
            .0;
        let expected = r#"-c x=1 -c statement_timeout=1 -c search_path="my\ schema","public""#;
        assert_eq!(config.get_options(), Some(expected));
    }

    #[test]
    fn a_malformed_url_keeps_its_secret() {
        let error = Builder::default().config("postgres://u:secret@h:port/d").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        let builder = Builder::default().url("postgres://u:secret@h/d").replica("postgres://u:secret@g/d");
        assert!(!format!("{builder:?}").contains("secret"), "{builder:?}");
    }
}
