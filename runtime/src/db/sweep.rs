//! What is done again and again for as long as a database is there.
//!
//! In: work, and a pause. Out: the work done after each pause, on one thread for the whole process, which there is while
//! there is such work. A timer of the runtime would do as well, but while a runtime has any timer it looks at the clock
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

/// What the thread does.
struct Sweep {
    next: Instant,
    pause: Duration,
    owner: Weak<()>,
    work: Box<dyn FnMut() + Send>,
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
    pub(super) fn every(pause: Duration, work: impl FnMut() + Send + 'static) -> Self {
        let mine = Arc::new(());
        let sweep = Sweep { next: Instant::now() + pause, pause, owner: Arc::downgrade(&mine), work: Box::new(work) };
        let mut sweeps = lock();
        sweeps.list.push(sweep);
        if !sweeps.running {
            // Without a thread nothing is lost but time: what is too old is found when it is asked for.
            sweeps.running = thread::Builder::new().name("nuages-sweep".to_owned()).spawn(run).is_ok();
        }
        CHANGED.notify_one();
        Self { mine: Some(mine) }
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
        let due = sweeps.list.iter().position(|sweep| sweep.next <= now).map(|at| sweeps.list.swap_remove(at));
        if !over.is_empty() || due.is_some() {
            // What is dropped and what is done may take time, and drop others.
            drop(sweeps);
            drop(over);
            let again = due.map(|mut sweep| {
                (sweep.work)();
                Sweep { next: Instant::now() + sweep.pause, ..sweep }
            });
            sweeps = lock();
            sweeps.list.extend(again);
            continue;
        }
        let Some(next) = sweeps.list.iter().map(|sweep| sweep.next).min() else {
            sweeps.running = false;
            return;
        };
        sweeps =
            CHANGED.wait_timeout(sweeps, next - now).map_or_else(|poisoned| poisoned.into_inner().0, |woken| woken.0);
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
