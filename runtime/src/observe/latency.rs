//! How long things took, in buckets that double.
//!
//! In: durations. Out: their number, their sum, and how many were below each power of two of microseconds; a quantile is
//! as exact as its bucket is wide.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The first holds what took less than a microsecond, each one after it twice as long, the last all that took longer:
/// a minute and more.
pub(super) const BUCKETS: usize = 28;

/// The bucket of a duration.
fn bucket(duration: Duration) -> usize {
    let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    let bits = u64::BITS - micros.leading_zeros();
    (bits as usize).min(BUCKETS - 1)
}

/// How long the statements of one kind took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    sum: Duration,
    buckets: [u64; BUCKETS],
}

impl Latency {
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// How long they took together.
    pub fn sum(&self) -> Duration {
        self.sum
    }

    /// How long one took on average.
    pub fn mean(&self) -> Option<Duration> {
        let count = u32::try_from(self.count()).unwrap_or(u32::MAX);
        (count > 0).then(|| self.sum / count)
    }

    /// How long the given share of them took at most: `quantile(0.95)`. An estimate between the bounds of its bucket,
    /// which are a factor of two apart; `None` if there were none.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an estimate; what does not fit is cut off at both ends"
        )]
        let rank = ((share.clamp(0.0, 1.0) * count as f64).ceil() as u64).clamp(1, count);
        let mut below = 0;
        for (i, inside) in self.buckets.iter().enumerate() {
            if below + inside >= rank {
                let (from, to) = (lower(i), upper(i));
                #[expect(clippy::cast_precision_loss, reason = "an estimate")]
                let part = (rank - below) as f64 / *inside as f64;
                return Some(from + to.saturating_sub(from).mul_f64(part));
            }
            below += inside;
        }
        None
    }

    /// Each bucket: below which duration, and how many were so short and in none before it.
    pub fn buckets(&self) -> impl Iterator<Item = (Duration, u64)> {
        self.buckets.iter().enumerate().map(|(i, count)| (upper(i), *count))
    }

    /// Adds those of another.
    pub(super) fn add(&mut self, other: &Self) {
        self.sum += other.sum;
        for (mine, theirs) in self.buckets.iter_mut().zip(other.buckets) {
            *mine += theirs;
        }
    }
}

fn upper(bucket: usize) -> Duration {
    Duration::from_micros(1 << bucket)
}

fn lower(bucket: usize) -> Duration {
    if bucket == 0 { Duration::ZERO } else { upper(bucket - 1) }
}

/// The same while it is counted.
#[derive(Debug, Default)]
pub(super) struct Counter {
    nanos: AtomicU64,
    buckets: [AtomicU64; BUCKETS],
}

impl Counter {
    pub(super) fn add(&self, duration: Duration) {
        self.buckets[bucket(duration)].fetch_add(1, Ordering::Relaxed);
        self.nanos.fetch_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Latency {
        let sum = Duration::from_nanos(self.nanos.load(Ordering::Relaxed));
        Latency { sum, buckets: std::array::from_fn(|i| self.buckets[i].load(Ordering::Relaxed)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{BUCKETS, Counter, bucket};
    use std::time::Duration;

    #[test]
    fn buckets_double() {
        let of = |micros| bucket(Duration::from_micros(micros));
        assert_eq!([of(0), of(1), of(2), of(3), of(4), of(1023), of(1024)], [0, 1, 2, 2, 3, 10, 11]);
        assert_eq!(bucket(Duration::from_nanos(999)), 0);
        assert_eq!(bucket(Duration::MAX), BUCKETS - 1);
    }

    #[test]
    fn quantiles_lie_in_their_buckets() {
        let counter = Counter::default();
        for millis in 1..=100 {
            counter.add(Duration::from_millis(millis));
        }
        let latency = counter.read();
        assert_eq!((latency.count(), latency.sum()), (100, Duration::from_millis(5050)));
        assert_eq!(latency.mean(), Some(Duration::from_micros(50_500)));
        for (share, exact) in [(0.0, 1), (0.5, 50), (0.9, 90), (0.99, 99), (1.0, 100)] {
            let estimate = latency.quantile(share).unwrap().as_secs_f64() * 1000.0;
            let ratio = estimate / f64::from(exact);
            assert!((0.5..=2.0).contains(&ratio), "{share}: {estimate} for {exact}");
        }
        assert_eq!(Counter::default().read().quantile(0.5), None);
        assert_eq!(latency.buckets().map(|(_, count)| count).sum::<u64>(), 100);
    }
}
