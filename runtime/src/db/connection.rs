//! A connection of the pool.
//!
//! In: what the driver opens. Out: the same with the statements that were prepared on it, and with what is known of its age.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Instant;

use deadpool_postgres::ClientWrapper;
use tokio::runtime::Handle;
use tokio_postgres::Config;

use super::life::Life;
use super::pool::Pool;
use super::statements::Statements;
use super::tls::Connector;

/// A connection of a [`Db`](crate::Db): the driver's [`Client`](tokio_postgres::Client), on which queries run, too.
#[derive(Debug)]
pub struct Connection(Box<Parts>);

/// What a connection is, in one place: it goes from hand to hand.
#[derive(Debug)]
struct Parts {
    client: ClientWrapper,
    statements: Statements,
    /// When it will be too old.
    end: Option<Instant>,
    /// When it was last taken.
    used: Instant,
    /// Where it was opened, and is driven.
    runtime: Option<Handle>,
}

/// A [`Connection`] that goes back to its pool when it is dropped: see [`Db::client`](crate::Db::client).
#[derive(Debug)]
pub struct Client {
    /// There until it is dropped, or taken out.
    connection: Option<Connection>,
    pool: Arc<Pool>,
}

impl Connection {
    pub(super) async fn open(
        config: &Config,
        connector: &Connector,
        life: Life,
    ) -> Result<Self, tokio_postgres::Error> {
        let (client, task) = connector.connect(config).await?;
        let (statements, runtime, now) = (Statements::default(), Handle::try_current().ok(), Instant::now());
        let client = ClientWrapper::new(client, task);
        Ok(Self(Box::new(Parts { client, statements, end: life.end(now), used: now, runtime })))
    }

    /// What was prepared on it.
    pub(crate) fn statements(&self) -> &Statements {
        &self.0.statements
    }

    /// When it will be too old.
    pub(super) fn end(&self) -> Option<Instant> {
        self.0.end
    }

    /// When it was last taken.
    pub(super) fn used(&self) -> Instant {
        self.0.used
    }

    /// It is taken now.
    pub(super) fn take_at(&mut self, now: Instant) {
        self.0.used = now;
    }

    /// Where it is driven.
    pub(super) fn runtime(&self) -> Option<Handle> {
        self.0.runtime.clone()
    }
}

impl Client {
    pub(super) fn new(connection: Connection, pool: Arc<Pool>) -> Self {
        Self { connection: Some(connection), pool }
    }

    /// Takes the connection out of its pool for good, which may open another one in its place.
    #[must_use = "it is closed if it is dropped"]
    pub fn take(this: Self) -> Connection {
        let (connection, pool) = this.apart();
        pool.lost();
        connection
    }

    /// The connection, which keeps its place in the pool.
    pub(super) fn apart(mut self) -> (Connection, Arc<Pool>) {
        let pool = Arc::clone(&self.pool);
        match self.connection.take() {
            Some(connection) => (connection, pool),
            None => unreachable!("{THERE}"),
        }
    }
}

/// What is true of a client that has not been dropped.
const THERE: &str = "only what ends the client takes its connection";

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.give(connection);
        }
    }
}

impl Deref for Client {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match &self.connection {
            Some(connection) => connection,
            None => unreachable!("{THERE}"),
        }
    }
}

impl DerefMut for Client {
    fn deref_mut(&mut self) -> &mut Connection {
        match &mut self.connection {
            Some(connection) => connection,
            None => unreachable!("{THERE}"),
        }
    }
}

impl Deref for Connection {
    type Target = ClientWrapper;

    fn deref(&self) -> &ClientWrapper {
        &self.0.client
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut ClientWrapper {
        &mut self.0.client
    }
}
