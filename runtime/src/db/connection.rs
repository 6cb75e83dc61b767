//! A connection of the pool, and how the pool makes and keeps one.
//!
//! In: what the driver opens. Out: the same with the statements that were prepared on it. The pool is deadpool's, the
//! opening and closing that of `deadpool_postgres`; only what is known of a connection is ours.

use std::ops::{Deref, DerefMut};

use deadpool::managed::{self, Metrics, RecycleResult};
use deadpool_postgres::ClientWrapper;

use super::statements::Statements;

/// Makes connections.
#[derive(Debug)]
pub struct Manager(deadpool_postgres::Manager);

/// A connection of a [`Db`](crate::Db): the driver's [`Client`](tokio_postgres::Client), on which queries run, too.
#[derive(Debug)]
pub struct Connection {
    client: ClientWrapper,
    statements: Statements,
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
        Ok(Connection { client: self.0.create().await?, statements: Statements::default() })
    }

    async fn recycle(&self, connection: &mut Connection, metrics: &Metrics) -> RecycleResult<tokio_postgres::Error> {
        self.0.recycle(&mut connection.client, metrics).await
    }

    fn detach(&self, connection: &mut Connection) {
        self.0.detach(&mut connection.client);
    }
}

impl Connection {
    /// What was prepared on it.
    pub(crate) fn statements(&self) -> &Statements {
        &self.statements
    }
}

impl Deref for Connection {
    type Target = ClientWrapper;

    fn deref(&self) -> &ClientWrapper {
        &self.client
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut ClientWrapper {
        &mut self.client
    }
}
