//! A connection of the pool, and how the pool makes and keeps one.
//!
//! In: what the driver opens. Out: the same with the statements that were prepared on it. The pool is deadpool's, the
//! opening and closing that of `deadpool_postgres`; only what is known of a connection is ours.

use std::ops::{Deref, DerefMut};
use std::time::Instant;

use deadpool::managed::{self, Metrics, RecycleResult};
use deadpool_postgres::ClientWrapper;
use tokio::runtime::Handle;

use super::statements::Statements;

/// Makes connections.
#[derive(Debug)]
pub struct Manager(deadpool_postgres::Manager);

/// A connection of a [`Db`](crate::Db): the driver's [`Client`](tokio_postgres::Client), on which queries run, too.
#[derive(Debug)]
pub struct Connection(Box<Parts>);

/// What a connection is, in one place: it goes from hand to hand.
#[derive(Debug)]
struct Parts {
    client: ClientWrapper,
    statements: Statements,
    /// When it was last taken.
    used: Instant,
    /// Where it was opened, and is driven.
    runtime: Option<Handle>,
}

/// A [`Connection`] that goes back to its pool when it is dropped: see [`Db::client`](crate::Db::client).
pub type Client = managed::Object<Manager>;

/// The connections to one server.
pub(super) type Pool = managed::Pool<Manager>;

impl Manager {
    pub(super) fn new(manager: deadpool_postgres::Manager) -> Self {
        Self(manager)
    }
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = tokio_postgres::Error;

    async fn create(&self) -> Result<Connection, tokio_postgres::Error> {
        let client = self.0.create().await?;
        let (statements, runtime) = (Statements::default(), Handle::try_current().ok());
        Ok(Connection(Box::new(Parts { client, statements, used: Instant::now(), runtime })))
    }

    async fn recycle(&self, connection: &mut Connection, metrics: &Metrics) -> RecycleResult<tokio_postgres::Error> {
        self.0.recycle(connection, metrics).await
    }

    fn detach(&self, connection: &mut Connection) {
        self.0.detach(connection);
    }
}

impl Connection {
    /// What was prepared on it.
    pub(crate) fn statements(&self) -> &Statements {
        &self.0.statements
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
