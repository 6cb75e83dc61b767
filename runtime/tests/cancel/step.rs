//! A future that is polled by hand: each time it waits, somebody else decides whether it is polled again.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use tokio::sync::Notify;

/// What becomes of a future that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is polled again when it asks to be.
    On,
    /// It is dropped at once.
    Drop,
    /// It is dropped when what it waits for is there.
    DropWoken,
}

/// Rings when a future asks to be polled.
struct Bell(Notify);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

/// Runs a future until it ends, or until it waits and is to be dropped.
pub(crate) async fn step<F: Future>(future: F, mut waits: impl FnMut() -> Next) -> Option<F::Output> {
    let bell = Arc::new(Bell(Notify::new()));
    let waker = Waker::from(Arc::clone(&bell));
    let mut future = pin!(future);
    loop {
        let poll = future.as_mut().poll(&mut Context::from_waker(&waker));
        if let Poll::Ready(value) = poll {
            return Some(value);
        }
        let next = waits();
        if next == Next::Drop {
            return None;
        }
        bell.0.notified().await;
        if next == Next::DropWoken {
            return None;
        }
    }
}
