//! What becomes of a read that was given up on a shared connection.
//!
//! Its statements are carried out, as they have been sent, and the driver throws their answers away. What is sent behind
//! them says when that is done. A request to cancel would hit whatever the server is at when it arrives, so there is none
//! while anybody waits for an answer on that connection. If nobody does, and the server does not come to its end, the
//! connection takes no more reads, is cancelled, and closed: as one of the pool is.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::line::Line;

/// How long a statement that nobody waits for may run on.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long the server may take to cancel it.
const LIMIT: Duration = Duration::from_secs(5);

pub(super) fn start(line: &Arc<Line>, reader: u64) {
    let under_way = line.flight().give_up(reader);
    match Handle::try_current() {
        Ok(runtime) if under_way => {
            let line = Arc::clone(line);
            runtime.spawn(async move {
                line.until_over(clear(&line)).await;
                line.flight().gone(Instant::now());
            });
        }
        _ => {
            if under_way {
                // There is nobody who could find out.
                line.end();
            }
            line.flight().gone(Instant::now());
        }
    }
}

async fn clear(line: &Line) {
    let mut over = pin!(line.aside(async {
        line.client().batch_execute("").await?;
        Ok(true)
    }));
    loop {
        if timeout(PATIENCE, &mut over).await.is_ok() {
            return;
        }
        if line.end_if_deserted() {
            break;
        }
    }
    let token = line.client().cancel_token();
    let _ = timeout(LIMIT, async { tokio::join!(line.setting.connector.cancel(token), over) }).await;
    line.end();
}
