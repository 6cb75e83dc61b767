//! How long to wait before a transaction that had to give way runs again.
//!
//! Between nothing and a ceiling that doubles each time, up to a cap, at random: those that met once would otherwise meet
//! again.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(10);
const CAP: Duration = Duration::from_secs(1);

/// The waits of one transaction.
#[derive(Debug)]
pub(super) struct Backoff {
    ceiling: Duration,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self { ceiling: FIRST }
    }

    pub(super) fn next(&mut self) -> Duration {
        let wait = self.ceiling.mul_f64(share(random()));
        self.ceiling = (self.ceiling * 2).min(CAP);
        wait
    }
}

/// A number of 64 bits as a share of them all.
fn share(number: u64) -> f64 {
    // The upper half is plenty, and a float holds it.
    f64::from((number >> 32) as u32) / f64::from(u32::MAX)
}

/// Good enough to part two transactions: the standard library's keys against flooded hash maps.
fn random() -> u64 {
    RandomState::new().hash_one(())
}

#[cfg(test)]
mod tests {
    use super::{Backoff, CAP, FIRST, share};
    use std::time::Duration;

    #[test]
    fn waits_stay_below_their_ceilings_and_differ() {
        let mut first = Vec::new();
        for _ in 0..20 {
            let mut backoff = Backoff::new();
            let mut ceiling = FIRST;
            for time in 0..12 {
                let wait = backoff.next();
                assert!(wait <= ceiling, "{time}: {wait:?} is more than {ceiling:?}");
                if time == 0 {
                    first.push(wait);
                }
                ceiling = (ceiling * 2).min(CAP);
            }
            assert_eq!(backoff.ceiling, CAP);
        }
        first.sort_unstable();
        first.dedup();
        assert!(first.len() > 10, "{first:?}");
    }

    #[test]
    fn the_whole_of_the_ceiling_is_used() {
        let of = |number| Duration::from_secs(1).mul_f64(share(number));
        assert_eq!((of(0), of(u64::MAX)), (Duration::ZERO, Duration::from_secs(1)));
    }
}
