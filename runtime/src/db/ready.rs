//! Connections that may go out again at once.
//!
//! In: connections that came back settled. Out: the one that came back last, without a wait. What takes time is the pool's
//! behind it: opening connections, asking those that were left alone for long whether they are there, letting people
//! wait in turn. To the pool, those that are here are in use. None stays here while somebody waits there, so whoever
//! came first gets the next one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::connection::Client;
use super::life::Life;

/// Those of one pool.
#[derive(Debug)]
pub(super) struct Ready {
    life: Life,
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    /// The last one is the next.
    idle: Vec<Client>,
    /// How many have found none here and ask the pool.
    waiting: usize,
    closed: bool,
}

/// Somebody who asks the pool. Until this is dropped, what comes back goes there.
#[derive(Debug)]
pub(super) struct Waiting<'r>(&'r Ready);

impl Ready {
    /// Of connections that live so long.
    pub(super) fn new(life: Life) -> Self {
        Self { life, shelf: Mutex::default() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.shelf().idle.len()
    }

    /// The next one, if it is as good as when it came back.
    pub(super) fn take(&self, now: Instant) -> Option<Client> {
        loop {
            let client = self.shelf().idle.pop()?;
            if client.is_closed() {
                drop(Client::take(client));
            } else if self.life.trusts(&client, now) {
                return Some(client);
            } else {
                // The pool asks it, or closes it; those below were left alone for even longer.
                let mut rest = std::mem::take(&mut self.shelf().idle);
                rest.push(client);
                rest.into_iter().for_each(drop);
                return None;
            }
        }
    }

    /// The same, or the right to ask the pool.
    pub(super) fn take_or_wait(&self, now: Instant) -> Result<Client, Waiting<'_>> {
        loop {
            if let Some(client) = self.take(now) {
                return Ok(client);
            }
            let mut shelf = self.shelf();
            // One may have come back since.
            if shelf.idle.is_empty() {
                shelf.waiting += 1;
                return Err(Waiting(self));
            }
        }
    }

    /// One that is settled.
    pub(super) fn give(&self, client: Client) {
        let mut shelf = self.shelf();
        if shelf.waiting == 0 && !shelf.closed {
            shelf.idle.push(client);
            return;
        }
        drop(shelf);
        // Dropped as it is, it goes back to the pool.
        drop(client);
    }

    /// Closes those whose life is over.
    pub(super) fn sweep(&self) {
        let now = Instant::now();
        let over: Vec<Client> = self.shelf().idle.extract_if(.., |client| self.life.is_past(client, now)).collect();
        over.into_iter().for_each(|client| drop(Client::take(client)));
    }

    /// Keeps none from now on: the pool has them, which closes them if it is closed.
    pub(super) fn close(&self) {
        let mut shelf = self.shelf();
        shelf.closed = true;
        let idle = std::mem::take(&mut shelf.idle);
        drop(shelf);
        drop(idle);
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.shelf().waiting -= 1;
    }
}
