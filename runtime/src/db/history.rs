//! Where the primary's log stood, and when: how the age of a replica's rows is found.
//!
//! In: the primary's position in its log, now and then; a position that a replica has replayed. Out: the last moment at
//! which the primary had nothing that the replica lacks. An idle primary stands still, so what has replayed all of it is
//! as of now. The times that the servers themselves note (`pg_last_xact_replay_timestamp`) are those of transactions, so
//! they grow old with an idle primary, and they are of another machine's clock; these are not.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A position in the log, which the servers write as two hexadecimal numbers: `16/B374D848`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position(u64);

impl Position {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (high, low) = text.split_once('/')?;
        let half = |text| u32::from_str_radix(text, 16).ok();
        Some(Self((u64::from(half(high)?) << 32) | u64::from(half(low)?)))
    }
}

/// Positions of the primary, each with the last moment at which it stood there.
#[derive(Debug)]
pub(super) struct History {
    /// Nothing that is older than this is asked for.
    limit: Duration,
    stood: VecDeque<(Instant, Position)>,
    /// The primary did not say where it stands when it was last asked.
    silent: bool,
}

impl History {
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, stood: VecDeque::new(), silent: false }
    }

    /// The primary stood there at this moment, or later: the moment is the one before it was asked.
    pub(super) fn stood(&mut self, now: Instant, position: Position) {
        self.silent = false;
        match self.stood.back_mut() {
            Some((moment, last)) if *last == position => *moment = now,
            // Another server, or one put back to an earlier time: what was before says nothing of it.
            Some((_, last)) if *last > position => {
                self.stood.clear();
                self.stood.push_back((now, position));
            }
            _ => self.stood.push_back((now, position)),
        }
        while self.stood.get(1).is_some_and(|(moment, _)| now.saturating_duration_since(*moment) > self.limit) {
            self.stood.pop_front();
        }
    }

    /// The primary does not answer. What it last said counts until it does: replicas are most needed now.
    pub(super) fn silent(&mut self) {
        self.silent = true;
    }

    /// As of when the rows of a replica are that has replayed the log up to here.
    pub(super) fn as_of(&self, now: Instant, replayed: Position) -> Option<Instant> {
        let reached = self.stood.partition_point(|(_, position)| *position <= replayed);
        let (moment, _) = self.stood.get(reached.checked_sub(1)?)?;
        Some(if self.silent && reached == self.stood.len() { now } else { *moment })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{History, Position};

    #[test]
    fn positions_are_read_and_compared() {
        let position = |text| Position::parse(text);
        assert_eq!(position("16/B374D848"), Some(Position(0x16_B374_D848)));
        assert!(position("1/0") > position("0/FFFFFFFF"));
        for wrong in ["", "/", "1", "1/", "G/1", "1/100000000", "1/2/3"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn rows_are_as_of_the_last_moment_at_which_the_primary_had_no_others() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut history = History::new(Duration::from_mins(1));
        assert_eq!(history.as_of(at(0), Position(5)), None);
        for (seconds, position) in [(1, 10), (2, 10), (3, 20), (4, 30)] {
            history.stood(at(seconds), Position(position));
        }
        let cases = [(9, None), (10, Some(2)), (19, Some(2)), (20, Some(3)), (30, Some(4)), (31, Some(4))];
        for (position, expected) in cases {
            assert_eq!(history.as_of(at(5), Position(position)), expected.map(at), "{position}");
        }
        // Where the primary is silent, only what has all that it ever said is as of now.
        history.silent();
        assert_eq!(history.as_of(at(9), Position(30)), Some(at(9)));
        assert_eq!(history.as_of(at(9), Position(29)), Some(at(3)));
        history.stood(at(10), Position(40));
        assert_eq!(history.as_of(at(11), Position(30)), Some(at(4)));
    }

    #[test]
    fn what_nobody_asks_for_is_forgotten() {
        let start = Instant::now();
        let mut history = History::new(Duration::from_secs(10));
        for second in 0..1000 {
            history.stood(start + Duration::from_secs(second), Position(second));
        }
        assert_eq!(history.stood.len(), 12);
        history.stood(start + Duration::from_secs(1000), Position(5));
        assert_eq!(history.stood.len(), 1);
    }
}
