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
use crate::db::statements::Key;

/// How long a statement that nobody waits for may run on.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long the server may take to cancel it.
const LIMIT: Duration = Duration::from_secs(5);

/// Nobody: the reader of what is sent to learn of the end of others.
const NOBODY: u64 = 0;

pub(super) fn start(line: &Arc<Line>, reader: u64, query: Key) {
    let under_way = line.flight().give_up(reader);
    match Handle::try_current() {
        Ok(runtime) if under_way => {
            let line = Arc::clone(line);
            runtime.spawn(async move {
                line.until_over(clear(&line, reader, query)).await;
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

async fn clear(line: &Line, reader: u64, query: Key) {
    let number = line.sent(NOBODY);
    let mut over = pin!(line.client().batch_execute(""));
    loop {
        if let Ok(answer) = timeout(PATIENCE, &mut over).await {
            line.answered(number, answer.is_ok());
            return;
        }
        if line.flight().is_slow(reader, Instant::now()) {
            // How long it would have taken nobody knows.
            line.slow(query.clone(), Duration::MAX);
        }
        if line.flight().end_if_deserted() {
            break;
        }
    }
    let token = line.client().cancel_token();
    let _ = timeout(LIMIT, async { tokio::join!(line.setting.connector.cancel(token), over) }).await;
    line.end();
}
