//! What is done from time to time for as long as a database is there.
//!
//! In: work, and a pause or the moment when it is due. Out: the work done then, on one thread for the whole process, which
//! there is while there is such work. A timer of the runtime would do as well, but while a runtime has any timer it looks at the clock
//! whenever it has nothing to do: between a query and its answer, that is.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

/// Work that is done until this is dropped.
#[derive(Debug)]
pub(super) struct Sweeper {
    /// What the thread knows it by; there until it is dropped.
    mine: Option<Arc<()>>,
}

/// Does it, and says when it is due again.
type Work = Box<dyn FnMut() -> Option<Instant> + Send>;

/// What the thread does.
struct Sweep {
    next: Option<Instant>,
    owner: Weak<()>,
    /// Away while it is done.
    work: Option<Work>,
}

/// All of a process.
struct Sweeps {
    list: Vec<Sweep>,
    running: bool,
}

static SWEEPS: Mutex<Sweeps> = Mutex::new(Sweeps { list: Vec::new(), running: false });
static CHANGED: Condvar = Condvar::new();

impl Sweeper {
    /// Does it again and again.
    pub(super) fn every(pause: Duration, mut work: impl FnMut() + Send + 'static) -> Self {
        let again = move || {
            work();
            Some(Instant::now() + pause)
        };
        Self::new(Some(Instant::now() + pause), Box::new(again))
    }

    /// Does it when it is due, which it says itself when it is done, and others by [`Sweeper::no_later_than`].
    pub(super) fn alarm(work: impl FnMut() -> Option<Instant> + Send + 'static) -> Self {
        Self::new(None, Box::new(work))
    }

    fn new(next: Option<Instant>, work: Work) -> Self {
        let mine = Arc::new(());
        let mut sweeps = lock();
        sweeps.list.push(Sweep { next, owner: Arc::downgrade(&mine), work: Some(work) });
        sweeps.start();
        Self { mine: Some(mine) }
    }

    /// It is due at this moment, unless it is before.
    pub(super) fn no_later_than(&self, at: Instant) {
        let mut sweeps = lock();
        let mine = self.mine.as_ref().map(Arc::as_ptr);
        if let Some(sweep) = sweeps.list.iter_mut().find(|sweep| Some(sweep.owner.as_ptr()) == mine) {
            sweep.next = earlier(sweep.next, Some(at));
        }
        sweeps.start();
    }
}

fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    one.into_iter().chain(other).min()
}

impl Sweeps {
    /// Sees to it that the thread looks at the list.
    fn start(&mut self) {
        if !self.running {
            // Without a thread what is too old is found when it is asked for; and the next who comes tries again.
            self.running = thread::Builder::new().name("nuages-sweep".to_owned()).spawn(run).is_ok();
        }
        CHANGED.notify_one();
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        // What the work holds is let go: the list is looked through.
        let _sweeps = lock();
        self.mine = None;
        CHANGED.notify_one();
    }
}

fn run() {
    let mut sweeps = lock();
    loop {
        let now = Instant::now();
        let over: Vec<Sweep> = sweeps.list.extract_if(.., |sweep| sweep.owner.strong_count() == 0).collect();
        let due = sweeps.list.iter_mut().find(|sweep| sweep.next.is_some_and(|next| next <= now));
        let due = due.and_then(|sweep| {
            sweep.next = None;
            Some((sweep.owner.clone(), sweep.work.take()?))
        });
        if !over.is_empty() || due.is_some() {
            // What is dropped and what is done may take time, and drop others.
            drop(sweeps);
            drop(over);
            let done = due.map(|(owner, mut work)| {
                let next = work();
                (owner, work, next)
            });
            sweeps = lock();
            if let Some((owner, work, next)) = done {
                sweeps.done(&owner, work, next);
            }
            continue;
        }
        let next = sweeps.list.iter().filter_map(|sweep| sweep.next).min();
        if sweeps.list.is_empty() {
            sweeps.running = false;
            return;
        }
        let woken = match next {
            Some(next) => CHANGED.wait_timeout(sweeps, next - now).map(|woken| woken.0).map_err(|it| it.into_inner().0),
            None => CHANGED.wait(sweeps).map_err(PoisonError::into_inner),
        };
        sweeps = woken.unwrap_or_else(|sweeps| sweeps);
    }
}

impl Sweeps {
    /// Work was done; if it is over meanwhile, it is let go later.
    fn done(&mut self, owner: &Weak<()>, work: Work, next: Option<Instant>) {
        if let Some(sweep) = self.list.iter_mut().find(|sweep| sweep.owner.ptr_eq(owner)) {
            sweep.next = earlier(sweep.next, next);
            sweep.work = Some(work);
        }
    }
}

fn lock() -> MutexGuard<'static, Sweeps> {
    SWEEPS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::mpsc;
    use std::time::Duration;

    use super::Sweeper;

    #[test]
    fn it_is_done_again_and_again_until_it_is_dropped() {
        let (tell, told) = mpsc::channel();
        let slow = Sweeper::every(Duration::from_hours(1), || unreachable!("an hour has not passed"));
        let sweeper = Sweeper::every(Duration::from_millis(1), move || tell.send(()).unwrap_or_default());
        (0..3).for_each(|_| told.recv().unwrap());
        drop(sweeper);
        // The work is let go, and with it what it sends on.
        while told.recv().is_ok() {}
        drop(slow);
    }

    #[test]
    fn what_it_holds_is_let_go_at_once() {
        let held = Arc::new(AtomicU32::new(0));
        let work = Arc::clone(&held);
        let sweeper = Sweeper::every(Duration::from_hours(1), move || work.store(1, Ordering::Relaxed));
        assert_eq!(Arc::strong_count(&held), 2);
        drop(sweeper);
        while Arc::strong_count(&held) > 1 {
            std::thread::yield_now();
        }
        assert_eq!(held.load(Ordering::Relaxed), 0);
    }
}
