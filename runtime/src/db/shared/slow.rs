//! Queries that the server took long for.
//!
//! In: queries whose statements it was at for longer than neighbours wait. Out: whether one was among them a short while
//! ago: then it keeps to the pool, where nobody stands behind it. What took long by chance is back after as long as it took;
//! what does so again stays away for many times as long, so that its neighbours wait for a small part of the time.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::db::statements::{Key, Mix};

/// How many times as long as the server took for it a query keeps to the pool that was slow not long ago, too.
const TIMES: u32 = 20;

/// How long it does at most, and how long behind that a query is remembered.
const LONGEST: Duration = Duration::from_mins(1);

/// Queries, by their first statements.
#[derive(Debug, Default)]
pub(super) struct Slow {
    /// When each may be tried again.
    until: Mutex<HashMap<Key, Instant, BuildHasherDefault<Mix>>>,
    /// How many there are: mostly none, and nothing is locked to find that out.
    known: AtomicUsize,
    /// How many reads kept to the pool.
    kept: AtomicU64,
}

impl Slow {
    /// The server was at a query for so long.
    pub(super) fn add(&self, query: Key, took: Duration, now: Instant) {
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.retain(|_, end| now < *end + LONGEST);
        let times = if until.contains_key(&query) { TIMES } else { 1 };
        let end = now + LONGEST.min(took.saturating_mul(times));
        until.entry(query).and_modify(|known| *known = end.max(*known)).or_insert(end);
        self.known.store(until.len(), Ordering::Release);
    }

    /// Whether a query keeps to the pool.
    pub(super) fn has(&self, query: &Key, now: Instant) -> bool {
        if self.known.load(Ordering::Acquire) == 0 {
            return false;
        }
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let slow = until.get(query).is_some_and(|end| now < *end);
        if slow {
            self.kept.fetch_add(1, Ordering::Relaxed);
        }
        slow
    }

    /// How many reads kept to the pool.
    pub(super) fn kept(&self) -> u64 {
        self.kept.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{LONGEST, Slow};
    use crate::db::statements::Key;
    use crate::encode::Values;
    use crate::plan::{Frag, Statement};

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn what_is_slow_again_stays_away_for_longer() {
        static STATEMENTS: [Statement; 2] = [const { Statement { sql: Frag::Text("SELECT 1"), params: &[] } }; 2];
        let [slow, quick] = STATEMENTS.each_ref().map(|statement| Key::of(statement, &Values::default()));
        let (known, start) = (Slow::default(), Instant::now());
        assert!(!known.has(&slow, start));
        known.add(slow.clone(), ms(100), start);
        assert!(known.has(&slow, start + ms(99)) && !known.has(&quick, start + ms(99)));
        let again = start + ms(100);
        assert!(!known.has(&slow, again));
        known.add(slow.clone(), ms(100), again);
        assert!(known.has(&slow, again + ms(1999)) && !known.has(&slow, again + ms(2000)));
        known.add(slow.clone(), ms(10_000), again);
        known.add(slow.clone(), ms(60), again);
        assert!(known.has(&slow, again + ms(59_999)), "the longer time counts");
        // After a minute without it is as if it had never been slow.
        let later = again + LONGEST + LONGEST;
        known.add(quick, ms(50), later);
        known.add(slow.clone(), ms(100), later);
        assert!(!known.has(&slow, later + ms(100)));
        assert_eq!(known.kept(), 3);
    }
}
