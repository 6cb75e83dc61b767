//! One server of a database: its name, its pool of connections, and what is known of it.
//!
//! Names are stable, "primary", "replica 1", "replica 2": what is measured of a server is told by its name.

use std::sync::Arc;
use std::time::Duration;

use super::connection::Client;
use super::health::{Health, Origin};
use super::pool::{Pool, PoolStatus};
use super::shared::Shared;
use super::sweep::Sweeper;
use super::tls::Connector;
use crate::error::Error;
use crate::observe::{Meter, PoolMetrics};

/// A server.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) pool: Arc<Pool>,
    /// What cancels the statements on its connections.
    pub(super) connector: Connector,
    /// `None` of the primary: there is no other to go to.
    pub(super) health: Option<Health>,
    pub(super) meter: Arc<Meter>,
    /// Connections that reads share, if they do.
    pub(super) shared: Option<Arc<Shared>>,
    /// What closes connections that are too old.
    pub(super) _sweepers: [Option<Sweeper>; 2],
}

/// A server of a [`Db`](crate::Db), as it was last seen: see [`Db::servers`](crate::Db::servers).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Server {
    /// `primary`, or `replica 1`, `replica 2` in the order in which they were given.
    pub name: String,
    /// Whether reads go to it: a replica that is there and not too far behind. Always so of the primary.
    pub healthy: bool,
    /// How far it is behind the primary at most, if [`Builder::replica_max_lag`](crate::Builder::replica_max_lag) is set
    /// and it has ever been measured.
    pub lag: Option<Duration>,
    /// What was wrong when it was found lost.
    pub problem: Option<String>,
    /// Its connections.
    pub connections: PoolStatus,
}

impl Node {
    /// Whether reads may go there.
    pub(super) fn is_fit(&self) -> bool {
        self.health.as_ref().is_none_or(Health::is_fit)
    }

    /// How many have a connection or wait for one, or share one.
    pub(super) fn load(&self) -> usize {
        let PoolStatus { size, available, waiting, .. } = self.status();
        size.saturating_sub(available) + waiting + self.shared.as_ref().map_or(0, |shared| shared.readers())
    }

    pub(super) fn metrics(&self) -> PoolMetrics {
        let shared = self.shared.as_ref().map(|shared| shared.metrics());
        PoolMetrics { shared, ..self.meter.read(&self.status()) }
    }

    pub(super) fn origin(&self) -> Origin {
        Origin(self.health.clone())
    }

    /// Its connections.
    pub(super) fn status(&self) -> PoolStatus {
        self.pool.status()
    }

    /// Gives no more connections.
    pub(super) fn close(&self) {
        self.pool.close();
        self.shared.iter().for_each(|shared| shared.close());
    }

    /// A connection, if one is there.
    pub(super) fn ready(&self) -> Option<Client> {
        let client = self.pool.ready()?;
        self.meter.taken(Duration::ZERO, &Ok(()));
        #[cfg(feature = "metrics")]
        self.meter.state(&self.status());
        Some(client)
    }

    /// No connection to it could be opened.
    pub(super) fn lost(&self, error: &Error) {
        if let Some(health) = &self.health {
            health.lost(error);
        }
    }

    pub(super) fn server(&self) -> Server {
        let health = self.health.as_ref();
        Server {
            name: self.name.clone(),
            healthy: self.is_fit(),
            lag: health.and_then(Health::lag),
            problem: health.and_then(Health::problem),
            connections: self.status(),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // A connection that is held for longer holds its pool.
        self.close();
    }
}
