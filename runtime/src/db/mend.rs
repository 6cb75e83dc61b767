//! What becomes of a connection that was given up in the middle.
//!
//! It keeps its place in the pool while it is mended, in a task of its own: were the place free at once, a storm of
//! cancellations would open new connections faster than the server ends the old ones, until it takes no more. First it is
//! sent a barrier, ROLLBACK if a transaction may be open, behind whatever still runs. Its answer says that all before it
//! is over, and the connection goes back as good as new: that is how nearly all end, since most futures are dropped
//! between statements or in short ones, and a new connection costs the server more than all of them.
//!
//! A statement that runs on after [`PATIENCE`] is cancelled. The request for it travels on a connection of its own and
//! may arrive late, so a connection for which one was sent is never used again: closed, it has no later statement that
//! could be hit. So is one that is broken, that does not answer, or that holds what nobody knows of.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::join;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::connection::{Client, Connection};
use super::tls::Connector;

/// How long a statement that nobody waits for may run on.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long the server may take to cancel it.
const LIMIT: Duration = Duration::from_secs(5);

/// A connection that is closed when dropped, wherever that happens: also with the task that mends it, when its runtime
/// ends.
struct Patient(Option<Client>);

impl Patient {
    fn client(&self) -> Option<&Connection> {
        self.0.as_deref()
    }

    fn discharge(mut self) {
        // Dropped as it is, it goes back to the pool.
        drop(self.0.take());
    }
}

impl Drop for Patient {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Client::take(object));
        }
    }
}

/// Mends a connection in the background, or closes it where there is none.
pub(super) fn start(object: Client, barrier: &'static str, whole: bool, connector: Connector, runtime: Option<Handle>) {
    let patient = Patient(Some(object));
    if let Some(runtime) = runtime {
        runtime.spawn(async move {
            if mend(&patient, barrier, &connector).await && whole {
                patient.discharge();
            }
        });
    }
}

/// Whether all that was sent is over and the connection was not touched otherwise.
async fn mend(patient: &Patient, barrier: &str, connector: &Connector) -> bool {
    let Some(client) = patient.client() else {
        return false;
    };
    let mut over = pin!(client.batch_execute(barrier));
    if let Ok(answer) = timeout(PATIENCE, &mut over).await {
        return answer.is_ok();
    }
    let token = client.cancel_token();
    let _ = timeout(LIMIT, join(connector.cancel(token), over)).await;
    false
}
