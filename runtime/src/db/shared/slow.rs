//! Queries that the server took long for.
//!
//! In: queries whose statements it was at for longer than neighbours wait. Out: whether one was among them not long ago:
//! then it keeps to the pool, where nobody stands behind it. After a while it may be quick again, and is tried: what took
//! long by chance for once is soon back, and what always does has its neighbours wait for a small part of the time.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::db::statements::{Key, Mix};

/// How many times as long as the server took for it a query keeps to the pool.
const TIMES: u32 = 20;

/// How long it does at most, and if nobody waited for the server's answer.
const LONGEST: Duration = Duration::from_mins(1);

/// Queries, by their first statements, with the time when each may be tried again.
#[derive(Debug, Default)]
pub(super) struct Slow(Mutex<HashMap<Key, Instant, BuildHasherDefault<Mix>>>);

impl Slow {
    /// The server took so long for it.
    pub(super) fn add(&self, query: Key, took: Duration, now: Instant) {
        let mut until = self.until();
        until.retain(|_, end| now < *end);
        until.insert(query, now + LONGEST.min(took.saturating_mul(TIMES)));
    }

    pub(super) fn has(&self, query: &Key, now: Instant) -> bool {
        self.until().get(query).is_some_and(|end| now < *end)
    }

    fn until(&self) -> MutexGuard<'_, HashMap<Key, Instant, BuildHasherDefault<Mix>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{LONGEST, Slow};
    use crate::db::statements::Key;
    use crate::encode::Values;
    use crate::plan::{Frag, Statement};

    #[test]
    fn a_slow_query_is_tried_again_after_a_while() {
        static STATEMENTS: [Statement; 2] = [const { Statement { sql: Frag::Text("SELECT 1"), params: &[] } }; 2];
        let [slow, quick] = STATEMENTS.each_ref().map(|statement| Key::of(statement, &Values::default()));
        let (known, start) = (Slow::default(), Instant::now());
        known.add(slow.clone(), Duration::MAX, start);
        assert!(known.has(&slow, start) && !known.has(&quick, start));
        assert!(!known.has(&slow, start + LONGEST));
        known.add(quick.clone(), Duration::from_millis(100), start + LONGEST);
        assert!(known.has(&quick, start + LONGEST + Duration::from_millis(1999)));
        assert!(!known.has(&quick, start + LONGEST + Duration::from_secs(2)));
        assert_eq!(known.until().len(), 1, "what is over is forgotten");
    }
}
