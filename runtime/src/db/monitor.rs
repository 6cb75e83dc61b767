//! Asks the servers of a database how they are, for as long as it is open.
//!
//! In: the servers, if there is a replica among them. Out: what is kept in each replica's `Health`. A task for each
//! server, so that one that does not answer holds nobody up, on a connection of its own, so that it is asked when all of
//! its pool are out too.
//!
//! With a limit of the lag the primary is asked how far it has flushed its log, and each replica how far it has replayed
//! it: only what is flushed is sent to replicas. A position in the middle of a record, where the log was flushed up to
//! the end of a page, is one that no replica reaches before the rest follows. That errs to the primary's side, and not
//! for long: the server flushes the rest when it next logs a snapshot, within 15 seconds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_postgres::SimpleQueryMessage;

use super::connection::Client;
use super::health::Health;
use super::history::{History, Position};
use super::pool::Pool;
use crate::error::{Error, ErrorKind};

/// How long an answer is waited for, and before that a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How long a server is left alone at most.
const PAUSE: Duration = Duration::from_millis(500);

/// How far behind a replica may be and still be told by how much.
const KEPT: Duration = Duration::from_mins(10);

const FLUSHED: &str = "SELECT pg_current_wal_flush_lsn()";
/// None of one that is no replica any more.
const REPLAYED: &str = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END";
const ALIVE: &str = "SELECT 1";

/// The tasks; they end when this is dropped, or told to.
#[derive(Debug)]
pub(super) struct Monitor(Vec<JoinHandle<()>>);

/// A server as the monitor sees it.
pub(super) struct Watched {
    /// A pool of one connection, for the monitor alone.
    pub(super) pool: Arc<Pool>,
    /// None of the primary.
    pub(super) health: Option<Health>,
}

#[derive(Clone)]
struct Job {
    limit: Option<Duration>,
    history: Arc<Mutex<History>>,
}

impl Monitor {
    /// Asks all once, and goes on in the background. What the replicas said to the first question is given back in
    /// their order.
    pub(super) async fn start(servers: Vec<Watched>, limit: Option<Duration>) -> (Self, Vec<Result<(), Error>>) {
        let history = Arc::new(Mutex::new(History::new(limit.unwrap_or_default().max(KEPT))));
        let job = Job { limit, history };
        let (replicas, primary): (Vec<_>, Vec<_>) = servers.into_iter().partition(|it| it.health.is_some());
        for it in &primary {
            // Before the replicas: they are measured by it.
            let _ = job.ask(it).await;
        }
        let said = join_all(replicas.iter().map(|it| job.ask(it))).await;
        let servers = replicas.into_iter().chain(primary.into_iter().filter(|_| limit.is_some()));
        (Self(servers.map(|it| tokio::spawn(job.clone().run(it))).collect()), said)
    }

    pub(super) fn stop(&self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Job {
    async fn run(self, server: Watched) {
        // Often enough that what is asked for is not older than a fraction of the limit.
        let pause = self.limit.map_or(PAUSE, |limit| (limit / 4).clamp(Duration::from_millis(10), PAUSE));
        loop {
            sleep(pause).await;
            let _ = self.ask(&server).await;
        }
    }

    /// Asks a server how it is, and notes it.
    async fn ask(&self, server: &Watched) -> Result<(), Error> {
        let Some(health) = &server.health else {
            if self.limit.is_some() {
                self.ask_primary(&server.pool).await;
            }
            return Ok(());
        };
        let question = if self.limit.is_some() { REPLAYED } else { ALIVE };
        let answer = answer(&server.pool, question).await;
        let now = Instant::now();
        match &answer {
            Ok(text) => {
                let replayed = text.as_deref().and_then(Position::parse).filter(|_| self.limit.is_some());
                health.seen(replayed.and_then(|position| self.history().as_of(now, position)));
            }
            Err(error) => health.lost(error),
        }
        answer.map(drop)
    }

    async fn ask_primary(&self, pool: &Arc<Pool>) {
        // The log stood there when the server answered; that it stood there before is a lie on the safe side.
        let now = Instant::now();
        let answer = answer(pool, FLUSHED).await;
        match answer.ok().flatten().as_deref().and_then(Position::parse) {
            Some(position) => self.history().stood(now, position),
            None => self.history().silent(),
        }
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first column of the first row that a server answers with. Opening a connection has the same limit, in the pool.
async fn answer(pool: &Arc<Pool>, sql: &str) -> Result<Option<String>, Error> {
    let connection = pool.get(Instant::now() + PATIENCE + PATIENCE).await?;
    let messages = match timeout(PATIENCE, connection.simple_query(sql)).await {
        Ok(answer) => answer.map_err(Error::from),
        Err(_) => Err(Error::new(ErrorKind::Pool, format!("the server did not answer within {PATIENCE:?}"))),
    };
    if messages.is_err() {
        // An answer that came late must not be taken for the next one.
        drop(Client::take(connection));
    }
    let value = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    Ok(messages?.iter().find_map(value))
}
