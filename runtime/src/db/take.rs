//! A connection on its way out of a pool.
//!
//! In: a server, and until when. Out: a connection, whose pool has counted how long it took. Most are handed on by whoever had
//! them before and are as good as then; for all that takes time beside that, there is a box.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

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
    asked: Instant,
    /// There was something to wait for, and its end is not counted yet.
    waits: bool,
    mended: Option<Mended<'n>>,
}

impl<'n> Take<'n> {
    /// One that was asked for now, by a deadline.
    pub(super) fn new(node: &'n Arc<Node>, now: Instant, deadline: Instant) -> Self {
        Self { node, turn: Turn::new(&node.pool, deadline), asked: now, waits: false, mended: None }
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
        let Poll::Ready(taken) = self.poll_taken(task) else {
            self.waits = true;
            return Poll::Pending;
        };
        let wait = match &taken {
            _ if !std::mem::take(&mut self.waits) => Duration::ZERO,
            // It was taken now.
            Ok(client) => client.used().saturating_duration_since(self.asked),
            Err(_) => self.asked.elapsed(),
        };
        self.node.meter.taken(wait, &taken);
        #[cfg(feature = "metrics")]
        self.node.meter.state(&self.node.status());
        Poll::Ready(taken)
    }
}

impl Drop for Take<'_> {
    fn drop(&mut self) {
        if self.waits && self.node.meter.counts() {
            self.node.meter.waited(self.asked.elapsed(), false);
        }
    }
}
