//! A connection on its way out of a pool.
//!
//! In: a server, and until when. Out: a connection, whose pool has counted how long it took. Most are handed on by whoever had
//! them before and are as good as then; for all that takes time beside that, there is a box.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use super::connection::Client;
use super::node::Node;
use super::pool::{Got, Turn};
use crate::error::Error;

/// What takes time.
type Mended<'n> = Pin<Box<dyn Future<Output = Result<Client, Error>> + Send + 'n>>;

/// Takes a connection. Dropped before its end it has waited, too.
#[must_use = "futures do nothing unless awaited"]
pub(super) struct Take<'n> {
    node: &'n Arc<Node>,
    turn: Turn<'n>,
    /// Since when there has been something to wait for, where that is counted.
    since: Option<Instant>,
    mended: Option<Mended<'n>>,
}

impl<'n> Take<'n> {
    pub(super) fn new(node: &'n Arc<Node>, deadline: Instant) -> Self {
        Self { node, turn: Turn::new(&node.pool, deadline), since: None, mended: None }
    }

    fn poll_taken(&mut self, task: &mut Context<'_>) -> Poll<Result<Client, Error>> {
        let mended = if let Some(mended) = &mut self.mended {
            mended
        } else {
            let got = ready!(Pin::new(&mut self.turn).poll(task))?;
            let now = Instant::now();
            match got {
                Got::Client(mut client) if self.node.pool.trusts(&client, now) => {
                    client.take_at(now);
                    return Poll::Ready(Ok(client));
                }
                got => self.mended.insert(Box::pin(self.node.pool.whole(got, self.turn.deadline()))),
            }
        };
        let mut client = ready!(mended.as_mut().poll(task))?;
        client.take_at(Instant::now());
        Poll::Ready(Ok(client))
    }
}

impl Future for Take<'_> {
    type Output = Result<Client, Error>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let meter = &self.node.meter;
        let Poll::Ready(taken) = self.poll_taken(task) else {
            if self.since.is_none() && meter.counts() {
                self.since = Some(Instant::now());
            }
            return Poll::Pending;
        };
        meter.taken(self.since.take(), &taken);
        #[cfg(feature = "metrics")]
        meter.state(&self.node.status());
        Poll::Ready(taken)
    }
}

impl Drop for Take<'_> {
    fn drop(&mut self) {
        if let Some(since) = self.since {
            self.node.meter.waited(since.elapsed(), false);
        }
    }
}
