//! Connections that many reads share.
//!
//! In: reads outside of transactions. Out: a seat on a connection on which they are sent one behind the other, without
//! waiting for each other's answers; or none, and the read takes a connection of the pool. So nothing fails here: a connection
//! that is not there yet, has ended, is too old, or has not prepared the query's statements is opened, asked or prepared in the
//! background, and one that the server has been at a slow statement of is left alone until it has answered. A query that
//! was slow a short while ago has no seat.

mod clear;
mod flight;
mod line;
mod read;
mod slow;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::life::Life;
use super::pool::Pool;
use super::statements::Key;
use super::sweep::Sweeper;
use crate::encode::Values;
use crate::error::Error;
use crate::observe::SharedMetrics;
use crate::plan::Work;
use line::Line;
pub(crate) use line::Seat;
pub(super) use line::Setting;
pub(crate) use read::read;
use slow::Slow;

/// How long nobody tries to open a connection after that has failed: as many times as it failed in a row, up to the latter.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// How long a place is waited for that has a connection which is being closed.
const LONGEST: Duration = Duration::from_mins(1);

/// The shared connections to one server.
#[derive(Debug)]
pub(super) struct Shared {
    places: Vec<Mutex<Place>>,
    /// It opens them, and counts them; they never come back to it.
    pool: Arc<Pool>,
    setting: Setting,
    life: Life,
    opened: AtomicU64,
    reads: AtomicU64,
    moved: Arc<AtomicU64>,
    slow: Arc<Slow>,
    me: Weak<Self>,
}

/// Where a connection is, or is about to be.
#[derive(Debug, Default)]
struct Place {
    line: Option<Arc<Line>>,
    opening: bool,
    failed: u32,
    /// When it may be tried again.
    next: Option<Instant>,
    problem: Option<String>,
}

impl Shared {
    /// As many as the pool may open.
    pub(super) fn new(pool: Arc<Pool>, setting: Setting, life: Life) -> Arc<Self> {
        let places = (0..pool.status().max_size).map(|_| Mutex::default()).collect();
        Arc::new_cyclic(|me| Self {
            places,
            pool,
            setting,
            life,
            opened: AtomicU64::new(0),
            reads: AtomicU64::new(0),
            moved: Arc::default(),
            slow: Arc::default(),
            me: Weak::clone(me),
        })
    }

    /// A seat on the connection with the fewest reads.
    pub(super) fn seat(&self, work: &'static Work, values: &Values) -> Option<Seat> {
        let (query, now) = (Key::of(&work.root, values), Instant::now());
        if self.slow.has(&query, now) {
            return None;
        }
        let loads = self.places.iter().enumerate().filter_map(|(number, place)| {
            let load = self.load(&mut lock(place), number, now)?;
            Some((load, number))
        });
        let (_, number) = loads.min()?;
        let line = lock(&self.places[number]).line.clone()?;
        let seat = if line.knows(&query, work, values) { line.seat(query)? } else { return None };
        self.reads.fetch_add(1, Ordering::Relaxed);
        Some(seat)
    }

    /// How many reads are on the connection at a place, if it takes one more. What is not as it should be is mended.
    fn load(&self, place: &mut Place, number: usize, now: Instant) -> Option<usize> {
        if let Some(line) = &place.line {
            let flight = line.flight();
            let is_over = line.client().is_closed() || flight.is_over();
            if !is_over && !self.life.is_over(line.end_of_life(), flight.used, now) {
                if flight.readers() > 0 || now.saturating_duration_since(flight.used) < self.life.trust {
                    return flight.load(now);
                }
                drop(flight);
                line.ask();
                return None;
            }
            drop(flight);
            // Those that are on it go on.
            line.end();
            place.line = None;
        }
        self.open(place, number, now);
        None
    }

    fn open(&self, place: &mut Place, number: usize, now: Instant) {
        if place.opening || place.next.is_some_and(|next| now < next) || self.pool.is_closed() {
            return;
        }
        place.opening = true;
        let opening = Opening { shared: Weak::clone(&self.me), number, opened: None };
        let (pool, setting) = (Arc::clone(&self.pool), self.setting.clone());
        let (moved, slow) = (Arc::clone(&self.moved), Arc::clone(&self.slow));
        tokio::spawn(async move {
            let mut opening = opening;
            let opened = pool.get(Instant::now() + LONGEST).await;
            opening.opened = Some(opened.map(|object| Arc::new(Line::new(object, setting, moved, slow))));
        });
    }

    /// Closes what nobody uses any more, while nobody asks for it.
    pub(super) fn sweeper(self: &Arc<Self>) -> Option<Sweeper> {
        let (shared, pause) = (Arc::downgrade(self), self.life.pause()?);
        Some(Sweeper::every(pause, move || {
            if let Some(shared) = shared.upgrade() {
                shared.sweep();
            }
        }))
    }

    fn sweep(&self) {
        let now = Instant::now();
        for place in &self.places {
            let mut place = lock(place);
            if let Some(line) = &place.line
                && self.life.is_over(line.end_of_life(), line.flight().used, now)
            {
                line.flight().end_if_idle();
                if line.is_over() {
                    place.line = None;
                }
            }
        }
    }

    /// How many reads there are now.
    pub(super) fn readers(&self) -> usize {
        let readers = |place: &Mutex<Place>| lock(place).line.as_ref().map_or(0, |line| line.flight().readers());
        self.places.iter().map(readers).sum()
    }

    /// Takes no more reads, and closes connections when their last has ended.
    pub(super) fn close(&self) {
        self.pool.close();
        for place in &self.places {
            lock(place).line = None;
        }
    }

    /// How many connections are open.
    pub(super) fn size(&self) -> usize {
        self.pool.status().size
    }

    pub(super) fn metrics(&self) -> SharedMetrics {
        let problem = self.places.iter().find_map(|place| lock(place).problem.clone());
        SharedMetrics {
            max: self.places.len(),
            size: self.size(),
            in_flight: self.readers(),
            reads: self.reads.load(Ordering::Relaxed),
            moved: self.moved.load(Ordering::Relaxed),
            slow: self.slow.kept(),
            opened: self.opened.load(Ordering::Relaxed),
            problem,
        }
    }
}

/// A connection that is being opened. Its place learns what came of it, also if its runtime ends before.
struct Opening {
    shared: Weak<Shared>,
    number: usize,
    opened: Option<Result<Arc<Line>, Error>>,
}

impl Drop for Opening {
    fn drop(&mut self) {
        let Some(shared) = self.shared.upgrade() else {
            return;
        };
        let mut place = lock(&shared.places[self.number]);
        place.opening = false;
        match self.opened.take() {
            None => {}
            Some(Ok(line)) => {
                shared.opened.fetch_add(1, Ordering::Relaxed);
                // One that was closed meanwhile is closed with its last read: there is none.
                *place = Place { line: Some(line).filter(|_| !shared.pool.is_closed()), ..Place::default() };
            }
            Some(Err(error)) => {
                place.failed = place.failed.saturating_add(1);
                place.next = Some(Instant::now() + PAUSE.1.min(PAUSE.0 * place.failed));
                place.problem = Some(error.to_string());
            }
        }
    }
}

fn lock(place: &Mutex<Place>) -> MutexGuard<'_, Place> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}
