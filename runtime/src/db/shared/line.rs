//! One shared connection.
//!
//! In: reads that sit down on it. Out: a connection whose statements are prepared before they are sent, on which the
//! answer to each is read to its end, whoever waits for it. It is closed when it is over and the last has left.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::timeout;

use super::clear;
use super::flight::{Flight, Standing};
use super::slow::Slow;
use crate::db::connection::{Client, Connection};
use crate::db::deadline::GRACE;
use crate::db::health::Origin;
use crate::db::statements::{Key, Mix};
use crate::db::tls::Connector;
use crate::db::watch::Watch;
use crate::encode::Values;
use crate::error::Error;
use crate::execute::{Cache, Link, Sql};
use crate::observe::Meter;
use crate::plan::{Child, Statement, Work};

/// How long the answer of one is waited for that was unused for long.
const ANSWERS: Duration = Duration::from_secs(2);

/// Nobody: the reader of what is sent to learn something.
const NOBODY: u64 = 0;

/// A connection.
#[derive(Debug)]
pub(crate) struct Line {
    /// Always there until it is dropped.
    object: Option<Client>,
    flight: Mutex<Flight>,
    /// The queries, by their first statements, all of whose statements are prepared: true; or are about to be.
    known: Mutex<HashMap<Key, bool, BuildHasherDefault<Mix>>>,
    ended: Notify,
    pub(super) setting: Setting,
    /// How many reads went elsewhere, of all connections.
    pub(super) moved: Arc<AtomicU64>,
    /// What takes long, of all connections.
    slow: Arc<Slow>,
}

/// What all connections to one server have.
#[derive(Clone, Debug)]
pub(in crate::db) struct Setting {
    pub(in crate::db) meter: Arc<Meter>,
    pub(in crate::db) origin: Origin,
    pub(in crate::db) connector: Connector,
    /// How long the server lets a statement run.
    pub(in crate::db) limit: Option<Duration>,
}

/// A read on a connection. Dropped before its end it was given up.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(super) line: Arc<Line>,
    pub(super) reader: u64,
    query: Key,
    /// No task takes its answer.
    pub(super) kept: bool,
    over: bool,
}

impl Line {
    pub(super) fn new(object: Client, setting: Setting, moved: Arc<AtomicU64>, slow: Arc<Slow>) -> Self {
        let now = Instant::now();
        Self {
            object: Some(object),
            flight: Mutex::new(Flight::new(now)),
            known: Mutex::default(),
            ended: Notify::new(),
            setting,
            moved,
            slow,
        }
    }

    pub(super) fn client(&self) -> &Connection {
        match &self.object {
            Some(object) => object,
            None => unreachable!("only `drop` takes the connection"),
        }
    }

    /// When it will be too old.
    pub(super) fn end_of_life(&self) -> Option<Instant> {
        self.client().end()
    }

    pub(super) fn flight(&self) -> MutexGuard<'_, Flight> {
        self.flight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat, if there is to be one more.
    pub(super) fn seat(self: &Arc<Self>, query: Key) -> Option<Seat> {
        let reader = self.flight().enter()?;
        Some(Seat { line: Arc::clone(self), reader, query, kept: false, over: false })
    }

    /// A statement is about to be sent.
    fn sent(&self, reader: u64, query: Option<Key>, kept: bool) -> u64 {
        self.flight().sent(reader, query, kept, Instant::now())
    }

    /// It has ended: the server has answered, or it has not.
    fn answered(&self, number: u64, by_server: bool) {
        let now = Instant::now();
        if !by_server {
            return self.flight().unanswered(number);
        }
        let slow = self.flight().answered(number, now);
        if let Some((query, took)) = slow {
            self.slow.add(query, took, now);
        }
    }

    /// Sends something for nobody who reads, if it says that it was sent; nothing waits behind it for long.
    pub(super) async fn aside(&self, sent: impl Future<Output = Result<bool, Error>>) -> Result<(), Error> {
        let number = self.sent(NOBODY, None, false);
        let done = sent.await;
        self.answered(number, done.as_ref().map_or_else(|error| error.database().is_some(), |sent| *sent));
        done.map(drop)
    }

    /// Takes no more reads if nobody waits for those that there are; whether that is so. What the server is at is slow.
    pub(super) fn end_if_deserted(&self) -> bool {
        let now = Instant::now();
        let mut flight = self.flight();
        if !flight.end_if_deserted() {
            return false;
        }
        let first = flight.first(now);
        drop(flight);
        if let Some((query, so_far)) = first {
            self.slow.add(query, so_far, now);
        }
        true
    }

    pub(super) fn standing(&self, reader: u64) -> Standing {
        self.flight().standing(reader, Instant::now())
    }

    /// How long after its start a statement must have been answered.
    pub(super) fn limit(&self) -> Option<Duration> {
        Some(self.setting.limit?.saturating_add(GRACE))
    }

    /// Takes no more reads. Those that there are go on, as far as they can.
    pub(super) fn end(&self) {
        self.flight().end();
        self.ended.notify_waiters();
    }

    /// Whether it is of no more use.
    pub(super) fn is_over(&self) -> bool {
        self.client().is_closed() || self.flight().is_over()
    }

    /// What comes first: the future's end, or the connection's.
    pub(super) async fn until_over<F: Future>(&self, future: F) -> Option<F::Output> {
        let ended = self.ended.notified();
        tokio::pin!(ended, future);
        ended.as_mut().enable();
        if self.flight().is_over() {
            return None;
        }
        tokio::select! {
            output = &mut future => Some(output),
            () = ended => None,
        }
    }

    /// Whether all statements of a query are prepared. If they are not, they are from some moment on, if the server
    /// takes them.
    pub(super) fn knows(self: &Arc<Self>, query: &Key, work: &'static Work, values: &Values) -> bool {
        if let Some(ready) = self.known().get(query) {
            return *ready;
        }
        if self.known().insert(query.clone(), false).is_some() {
            return false;
        }
        let mut statements: Vec<_> = work.first().collect();
        of(work.children, &mut statements);
        let (line, query, values) = (Arc::clone(self), query.clone(), values.clone());
        tokio::spawn(async move {
            let prepared = line.until_over(line.prepare(&statements, &values)).await;
            if matches!(prepared, Some(Ok(()))) {
                line.known().insert(query, true);
            } else {
                line.known().remove(&query);
            }
        });
        false
    }

    async fn prepare(&self, statements: &[&'static Statement], values: &Values) -> Result<(), Error> {
        let (client, watch) = (self.client(), Watch::new(None, Arc::clone(&self.setting.meter)));
        let link = Link::new(client, Some(Cache::Own(client.statements())), false).watched(&watch);
        for statement in statements {
            // It may wait for a lock.
            self.aside(link.learn(Sql::Of(statement), values)).await?;
        }
        Ok(())
    }

    /// Its tables have changed since a query was prepared.
    pub(super) fn forget(&self, work: &'static Work, values: &Values) {
        self.known().remove(&Key::of(&work.root, values));
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Key, bool, BuildHasherDefault<Mix>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks whether it is still there; until it answers it takes no reads.
    pub(super) fn ask(self: &Arc<Self>) {
        if std::mem::replace(&mut self.flight().asked, true) {
            return;
        }
        let line = Arc::clone(self);
        tokio::spawn(async move {
            if timeout(ANSWERS, line.client().batch_execute("")).await.is_ok_and(|answer| answer.is_ok()) {
                let mut flight = line.flight();
                flight.used = Instant::now();
                flight.asked = false;
            } else {
                line.end();
            }
        });
    }
}

fn of(children: &'static [Child], statements: &mut Vec<&'static Statement>) {
    for child in children {
        statements.push(&child.statement);
        of(child.children, statements);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            // Not given back: it is closed.
            drop(Client::take(object));
        }
    }
}

impl Seat {
    /// A statement is about to be sent; its number.
    pub(crate) fn sent(&self) -> u64 {
        self.line.sent(self.reader, Some(self.query.clone()), self.kept)
    }

    /// It has ended: the server has answered, or it has not.
    pub(crate) fn answered(&self, number: u64, by_server: bool) {
        self.line.answered(number, by_server);
    }

    /// All answers have been read.
    pub(crate) fn leave(mut self) {
        self.over = true;
        self.line.flight().leave(Instant::now());
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if !self.over {
            clear::start(&self.line, self.reader);
        }
    }
}
