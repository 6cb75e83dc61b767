//! A connection that is out of the pool, and whether it may go back.
//!
//! The rule: a connection goes back only when every answer to what was sent on it has been read and no transaction is
//! open. A future that is dropped at an await cannot make sure of either: it cannot wait. So whoever takes a connection
//! holds it as *busy* and says when it is settled; a busy one that is dropped is taken out of the pool and closed, which
//! rolls back whatever was open. The alternative, a ROLLBACK behind whatever still runs, would keep the locks for just
//! as long, would hand the wait to the connection's next user, and is no help against unread rows; a new connection
//! costs a few milliseconds, and only where somebody gave up.
//!
//! Closing a socket does not end a statement that is running: the server looks up only when it has something to say. So
//! it is also sent a cancel request, on a connection of its own. That request cannot hit anybody else's statement, since
//! nothing else will ever run on a connection that is closed.

use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::{ClientWrapper, Object};
use tokio::runtime::Handle;

use super::tls;
use crate::execute::Link;

/// A connection of the pool in our hands.
#[derive(Debug)]
pub(crate) struct Pooled {
    /// Always there until it is dropped.
    object: Option<Object>,
    busy: AtomicBool,
}

impl Pooled {
    pub(super) fn new(object: Object) -> Self {
        Self { object: Some(object), busy: AtomicBool::new(true) }
    }
}

impl Pooled {
    pub(crate) fn client(&self) -> &ClientWrapper {
        match &self.object {
            Some(object) => object,
            None => unreachable!("only `drop` takes the connection"),
        }
    }

    pub(crate) fn link(&self) -> Link<'_> {
        let client = self.client();
        Link::new(client, Some(&client.statement_cache), false)
    }

    /// Says that nothing is open or unread: it may go back.
    pub(crate) fn settle(&self) {
        self.busy.store(false, Ordering::Release);
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        if !self.busy.load(Ordering::Acquire) {
            return;
        }
        let Some(object) = self.object.take() else {
            return;
        };
        let client = Object::take(object);
        let token = client.cancel_token();
        drop(client);
        // Without a runtime there is nobody to send it; the server then finds out by itself, later.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { token.cancel_query(tls::connector()).await });
        }
    }
}
