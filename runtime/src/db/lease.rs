//! A connection that is out of the pool, and whether it may go back.
//!
//! The rule: a connection goes back only when every answer to what was sent on it has been read and no transaction is
//! open. A future that is dropped at an await cannot make sure of either: it cannot wait. So whoever takes a connection
//! holds it as *busy* and says when it is settled; a busy one that is dropped is mended in the background (see `mend`)
//! and keeps its place in the pool meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use super::connection::{Client, Connection};
use super::health::Origin;
use super::mend;
use super::node::Node;
use super::watch::Watch;
use crate::error::Error;
use crate::execute::{Cache, Link};

/// A connection of the pool in our hands.
#[derive(Debug)]
pub(crate) struct Pooled {
    /// Always there until it is dropped.
    object: Option<Client>,
    state: AtomicU8,
    watch: Watch,
    origin: Origin,
    node: Arc<Node>,
    #[cfg(feature = "metrics")]
    since: std::time::Instant,
}

/// Nothing is open and everything has been read.
const SETTLED: u8 = 0;
/// An answer may be unread.
const BUSY: u8 = 1;
/// A transaction may be open, too.
const OPEN: u8 = 2;

impl Pooled {
    pub(super) fn new(object: Client, node: &Arc<Node>, limit: Option<Duration>) -> Self {
        let watch = if node.connector.keeps_statements() { Watch::new } else { Watch::pooled };
        let watch = watch(limit, Arc::clone(&node.meter));
        Self {
            object: Some(object),
            state: AtomicU8::new(BUSY),
            watch,
            origin: node.origin(),
            node: Arc::clone(node),
            #[cfg(feature = "metrics")]
            since: std::time::Instant::now(),
        }
    }

    pub(crate) fn client(&self) -> &Connection {
        match &self.object {
            Some(object) => object,
            None => unreachable!("only `drop` takes the connection"),
        }
    }

    /// Which server it leads to.
    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.watch
    }

    pub(crate) fn link(&self) -> Link<'_> {
        self.linked(false)
    }

    /// The connection as statements of a transaction see it.
    pub(crate) fn transaction(&self) -> Link<'_> {
        self.linked(true)
    }

    fn linked(&self, transaction: bool) -> Link<'_> {
        let client = self.client();
        let link = Link::new(client, Some(Cache::Own(client.statements())), transaction).watched(&self.watch);
        if self.node.connector.keeps_statements() { link } else { link.pooled() }
    }

    /// Says that from now on a transaction may be open, until it is settled.
    pub(crate) fn open(&self) {
        self.state.store(OPEN, Ordering::Release);
    }

    /// Says that nothing is open or unread: it may go back.
    pub(crate) fn settle(&self) {
        self.state.store(SETTLED, Ordering::Release);
    }

    /// The same where all answers have been read: what the server itself refused leaves nothing behind.
    pub(crate) fn settle_after<T>(&self, result: &Result<T, Error>) {
        if result.as_ref().map_or_else(Error::leaves_connection, |_| true) {
            self.settle();
        }
    }
}

#[cfg(feature = "metrics")]
impl Pooled {
    /// Counts a connection that is back in its pool.
    fn back(&self) {
        self.node.meter.used(self.since.elapsed());
        self.node.meter.state(&self.node.status());
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let Some(object) = self.object.take() else {
            return;
        };
        let whole = !self.watch.has_orphans();
        let barrier = match *self.state.get_mut() {
            SETTLED if whole => {
                drop(object);
                #[cfg(feature = "metrics")]
                self.back();
                return;
            }
            // Nothing is under way, so nothing has to be waited for.
            SETTLED => return drop(Client::take(object)),
            BUSY => "",
            _ => "ROLLBACK",
        };
        // What is dropped may be dropped anywhere, a connection is mended where it is driven.
        let runtime = object.runtime();
        mend::start(object, barrier, whole, self.node.connector.clone(), runtime);
    }
}
