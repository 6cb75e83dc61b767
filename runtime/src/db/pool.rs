//! The connections to one server.
//!
//! In: those who ask for one, and the limits of the builder. Out: a connection that is there, or an error that says why there
//! is none. Who gets which is decided in `shelf`; here they are opened, asked whether they are still there, and closed. That takes time,
//! and whoever does it may be dropped meanwhile: a right to open one goes on to the next then.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::time::{timeout, timeout_at};
use tokio_postgres::Config;

use super::connection::{Client, Connection};
use super::life::Life;
use super::shelf::{Handed, Said, Shelf};
use super::sweep::Sweeper;
use super::tls::Connector;
use crate::error::{Error, ErrorKind};
use crate::observe::Meter;

/// How many connections a pool has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatus {
    /// How many there may be.
    pub max_size: usize,
    /// How many are open.
    pub size: usize,
    /// How many of them are free.
    pub available: usize,
    /// How many tasks wait for one, or for one to be opened.
    pub waiting: usize,
}

/// How connections are opened.
#[derive(Debug)]
pub(super) struct Opener {
    pub(super) config: Config,
    pub(super) connector: Connector,
    /// How long it may take.
    pub(super) limit: Duration,
    /// What counts them.
    pub(super) meter: Option<Arc<Meter>>,
}

/// A pool.
#[derive(Debug)]
pub(super) struct Pool {
    shelf: Mutex<Shelf<Connection>>,
    opener: Opener,
    life: Life,
    /// It wakes those who wait for too long: one timer for all of them, set at most once in the time that one may wait.
    alarm: Sweeper,
}

/// What somebody has who asked.
pub(super) enum Got {
    Client(Client),
    Place(Place),
}

/// The right to open a connection.
pub(super) struct Place {
    pool: Arc<Pool>,
    used: bool,
}

impl Pool {
    /// With room for so many, which live so long.
    pub(super) fn new(max: usize, opener: Opener, life: Life) -> Arc<Self> {
        Arc::new_cyclic(|me| {
            let pool: Weak<Self> = Weak::clone(me);
            let alarm = Sweeper::alarm(move || {
                let (late, next) = pool.upgrade()?.shelf().overdue(Instant::now());
                late.into_iter().for_each(Waker::wake);
                next
            });
            Self { shelf: Mutex::new(Shelf::new(max)), opener, life, alarm }
        })
    }

    /// The next one that is free, if it is as good as when it came back.
    pub(super) fn ready(self: &Arc<Self>) -> Option<Client> {
        loop {
            let mut one = self.shelf().take()?;
            if one.is_closed() {
                self.gone(one);
                continue;
            }
            let now = Instant::now();
            if !self.life.trusts(&one, now) {
                // To ask it takes time. Somebody may wait by now.
                self.give(one);
                return None;
            }
            one.take_at(now);
            return Some(Client::new(one, Arc::clone(self)));
        }
    }

    /// A connection, when it is this one's turn, by a deadline.
    pub(super) async fn get(self: &Arc<Self>, deadline: Instant) -> Result<Client, Error> {
        let got = Turn::new(self, deadline).await?;
        self.whole(got, deadline).await
    }

    /// Makes a connection of what somebody has got, if it is not one that may go out.
    pub(super) async fn whole(self: &Arc<Self>, got: Got, deadline: Instant) -> Result<Client, Error> {
        let opened = async {
            let mut got = got;
            loop {
                got = match got {
                    Got::Place(place) => return place.open().await,
                    Got::Client(client) if self.life.is_fit(&client).await => return Ok(client),
                    Got::Client(client) => self.instead(client),
                }
            }
        };
        timeout_at(deadline.into(), opened).await.unwrap_or_else(|_| Err(late()))
    }

    /// Whether a connection may go out without being asked.
    pub(super) fn trusts(&self, client: &Client, now: Instant) -> bool {
        !client.is_closed() && self.life.trusts(client, now)
    }

    /// Closes one, and gives another, or the right to open one.
    fn instead(self: &Arc<Self>, client: Client) -> Got {
        let (closed, pool) = client.apart();
        let handed = self.shelf().instead();
        drop(closed);
        Got::of(handed, pool)
    }

    /// One that is settled.
    pub(super) fn give(&self, one: Connection) {
        let (next, over) = self.shelf().give(one);
        drop(over);
        next.into_iter().for_each(Waker::wake);
    }

    /// One that is of no more use.
    fn gone(&self, one: Connection) {
        self.lost();
        drop(one);
    }

    /// One was taken out for good.
    pub(super) fn lost(&self) {
        let next = self.shelf().gone();
        next.into_iter().for_each(Waker::wake);
    }

    /// Closes those that are free and whose life is over.
    pub(super) fn sweep(&self) {
        let now = Instant::now();
        let over = self.shelf().weed(|one| self.life.is_past(one, now));
        drop(over);
    }

    /// Gives no more, and closes those that are free; the others when they come back.
    pub(super) fn close(&self) {
        let (waiting, over) = self.shelf().close();
        drop(over);
        waiting.into_iter().for_each(Waker::wake);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.shelf().is_closed()
    }

    pub(super) fn status(&self) -> PoolStatus {
        self.shelf().status()
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf<Connection>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Got {
    fn of(handed: Handed<Connection>, pool: Arc<Pool>) -> Self {
        match handed {
            Handed::One(one) => Self::Client(Client::new(one, pool)),
            Handed::Place => Self::Place(Place { pool, used: false }),
        }
    }
}

impl Place {
    async fn open(mut self) -> Result<Client, Error> {
        if self.pool.is_closed() {
            return Err(closed());
        }
        let Opener { config, connector, limit, meter } = &self.pool.opener;
        let opened = timeout(*limit, Connection::open(config, connector, self.pool.life)).await;
        let opened =
            opened.map_err(|_| Error::new(ErrorKind::Pool, "the server did not answer when a connection was opened"));
        let one = opened?.map_err(Error::unconnected)?;
        meter.iter().for_each(|meter| meter.opened());
        self.used = true;
        let wanted = self.pool.shelf().opened();
        let client = Client::new(one, Arc::clone(&self.pool));
        if wanted { Ok(client) } else { Err(closed()) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.used {
            let next = self.pool.shelf().unused();
            next.into_iter().for_each(Waker::wake);
        }
    }
}

/// The wait for a connection, or for the right to open one. Dropped meanwhile, others come to their turn.
///
/// It is polled by hand, as it is on the way of queries: what moves with it is small.
pub(super) struct Turn<'p> {
    pool: &'p Arc<Pool>,
    deadline: Instant,
    ticket: Option<u64>,
}

impl<'p> Turn<'p> {
    pub(super) fn new(pool: &'p Arc<Pool>, deadline: Instant) -> Self {
        Self { pool, deadline, ticket: None }
    }

    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }
}

impl Future for Turn<'_> {
    type Output = Result<Got, Error>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shelf = self.pool.shelf();
        let said = match self.ticket {
            None => shelf.ask(self.deadline, task.waker()),
            Some(ticket) => shelf.claim(ticket, task.waker()),
        };
        drop(shelf);
        match said {
            Said::Handed(handed) => {
                self.ticket = None;
                Poll::Ready(Ok(Got::of(handed, Arc::clone(self.pool))))
            }
            Said::Closed => {
                self.ticket = None;
                Poll::Ready(Err(closed()))
            }
            // It was woken for nothing but that.
            Said::Wait(..) if self.ticket.is_some() && Instant::now() >= self.deadline => Poll::Ready(Err(late())),
            Said::Wait(ticket, first) => {
                self.ticket = Some(ticket);
                if first {
                    self.pool.alarm.no_later_than(self.deadline);
                }
                Poll::Pending
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let (next, over) = self.pool.shelf().leave(ticket);
            drop(over);
            next.into_iter().for_each(Waker::wake);
        }
    }
}

fn late() -> Error {
    Error::new(ErrorKind::Pool, "no connection became free in time")
}

fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the database was closed")
}
