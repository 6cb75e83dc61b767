//! What is under way on one shared connection.
//!
//! In: each statement as it is sent, and its end. Out: whose statement the server is at, and for how long. It answers in
//! the order in which it was asked, so the first of those that are not answered is the one that it carries out, and all
//! others wait for it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::db::statements::Key;

/// How long the server may be at one statement before those behind it go elsewhere, beside the way there and back.
pub(super) const PATIENCE: Duration = Duration::from_millis(50);

/// How much longer than the fastest answer so far an answer takes that comes in good time.
const TIMES: u32 = 4;

/// What is expected of a connection that has not answered anything.
const UNKNOWN: Duration = Duration::from_millis(250);

/// How many reads wait on one connection at most.
pub(super) const MOST: usize = 128;

/// The statements of one connection, and those who wait for them.
#[derive(Debug)]
pub(super) struct Flight {
    queue: VecDeque<Sent>,
    numbers: u64,
    /// Since when the server is at the first.
    since: Instant,
    /// Who has looked for an answer in vain since the server has been at the first for too long.
    missed: Missed,
    fastest: Option<Duration>,
    /// When it last had anything to do.
    pub(super) used: Instant,
    readers: usize,
    /// Those among them for whom nobody waits.
    given_up: usize,
    /// It is asked whether it is still there.
    pub(super) asked: bool,
    over: bool,
}

#[derive(Debug)]
struct Sent {
    number: u64,
    reader: u64,
    /// Which query it is of, if somebody reads it.
    query: Option<Key>,
    at: Instant,
    /// Its answer may be there for long until somebody takes it.
    kept: bool,
}

/// Who has looked for an answer in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Missed {
    Nobody,
    /// Somebody behind the first statement.
    Behind,
    /// Who has sent it.
    First,
}

/// Where a reader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The server may come to it yet, or is at it.
    Waiting,
    /// The server is at its statement since this moment.
    First(Instant),
    /// The server is at another's statement for too long.
    Behind,
    /// The connection is given up.
    Over,
}

impl Flight {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            queue: VecDeque::new(),
            numbers: 0,
            since: now,
            missed: Missed::Nobody,
            fastest: None,
            used: now,
            readers: 0,
            given_up: 0,
            asked: false,
            over: false,
        }
    }

    /// How long an answer is waited for in good faith.
    pub(super) fn patience(&self) -> Duration {
        PATIENCE + self.fastest.map_or(UNKNOWN, |fastest| fastest * TIMES)
    }

    /// How many reads there are, if one more may come.
    pub(super) fn load(&self, now: Instant) -> Option<usize> {
        let late = self.is_late(now, Missed::Behind);
        (!late && !self.over && !self.asked && self.readers < MOST).then_some(self.readers)
    }

    /// Whether the server is at the first statement for too long. Of one whose answer is kept until it is taken that is
    /// known when so much has been missed.
    fn is_late(&self, now: Instant, missed: Missed) -> bool {
        let known = |first: &Sent| !first.kept || self.missed >= missed;
        self.queue.front().is_some_and(known) && now.saturating_duration_since(self.since) > self.patience()
    }

    /// A read begins; its number, unless there are to be no more.
    pub(super) fn enter(&mut self) -> Option<u64> {
        if self.over {
            return None;
        }
        self.readers += 1;
        self.numbers += 1;
        Some(self.numbers)
    }

    /// A read has ended.
    pub(super) fn leave(&mut self, now: Instant) {
        self.readers = self.readers.saturating_sub(1);
        self.used = now;
    }

    /// Nobody waits for a read any more; whether statements of it are under way.
    pub(super) fn give_up(&mut self, reader: u64) -> bool {
        self.given_up += 1;
        let mut under_way = false;
        for sent in self.queue.iter_mut().filter(|sent| sent.reader == reader) {
            // Its answer is thrown away as it comes.
            (sent.kept, under_way) = (false, true);
        }
        under_way
    }

    /// A read that was given up has ended.
    pub(super) fn gone(&mut self, now: Instant) {
        self.given_up = self.given_up.saturating_sub(1);
        self.leave(now);
    }

    /// A statement of a reader is about to be sent; its number. Its answer is `kept` if no task takes it.
    pub(super) fn sent(&mut self, reader: u64, query: Option<Key>, kept: bool, now: Instant) -> u64 {
        if self.queue.is_empty() {
            self.first_since(now);
        }
        self.numbers += 1;
        self.queue.push_back(Sent { number: self.numbers, reader, query, at: now, kept });
        self.numbers
    }

    /// The server has answered a statement, and with it all that were sent before. The query of the first of them, if it was
    /// at that for longer than neighbours wait, and for how long: who says so first need not be who sent it.
    pub(super) fn answered(&mut self, number: u64, now: Instant) -> Option<(Key, Duration)> {
        let is_first = self.queue.front().is_some_and(|first| first.number <= number);
        let is_slow = is_first && self.is_late(now, Missed::First);
        let slow = if is_slow { self.first(now) } else { None };
        while let Some(first) = self.queue.pop_front_if(|sent| sent.number <= number) {
            self.first_since(now);
            if first.number == number {
                let took = now.saturating_duration_since(first.at);
                self.fastest = Some(self.fastest.map_or(took, |fastest| fastest.min(took)));
            }
        }
        slow
    }

    /// The server has come to another statement.
    fn first_since(&mut self, now: Instant) {
        (self.since, self.missed) = (now, Missed::Nobody);
    }

    /// The query that the server is at, and for how long.
    pub(super) fn first(&self, now: Instant) -> Option<(Key, Duration)> {
        let query = self.queue.front()?.query.clone()?;
        Some((query, now.saturating_duration_since(self.since)))
    }

    /// A statement was not sent, or has no answer.
    pub(super) fn unanswered(&mut self, number: u64) {
        self.queue.retain(|sent| sent.number != number);
    }

    /// Where somebody stands who has just looked for an answer in vain.
    pub(super) fn standing(&mut self, reader: u64, now: Instant) -> Standing {
        if self.over {
            return Standing::Over;
        }
        let is_late = now.saturating_duration_since(self.since) > self.patience();
        let (standing, missed) = match self.queue.front() {
            Some(first) if first.reader == reader => (Standing::First(self.since), Missed::First),
            Some(_) if is_late => (Standing::Behind, Missed::Behind),
            _ => return Standing::Waiting,
        };
        if is_late {
            self.missed = self.missed.max(missed);
        }
        standing
    }

    /// No read comes any more.
    pub(super) fn end(&mut self) {
        self.over = true;
    }

    /// The same, if nobody waits for any of those that are there; whether that is so.
    pub(super) fn end_if_deserted(&mut self) -> bool {
        self.over |= self.readers == self.given_up;
        self.readers == self.given_up
    }

    /// The same, if there are none.
    pub(super) fn end_if_idle(&mut self) {
        self.over |= self.readers == 0;
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn readers(&self) -> usize {
        self.readers
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Flight, Key, MOST, PATIENCE, Standing};
    use crate::encode::Values;
    use crate::plan::{Frag, Statement};

    fn key() -> Key {
        static STATEMENT: Statement = Statement { sql: Frag::Text("SELECT 1"), params: &[] };
        Key::of(&STATEMENT, &Values::default())
    }

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn the_first_that_is_not_answered_is_the_one_that_the_server_is_at() {
        let start = Instant::now();
        let mut flight = Flight::new(start);
        let (a, b) = (flight.enter().unwrap(), flight.enter().unwrap());
        let (first, second) = (flight.sent(a, None, false, start), flight.sent(b, None, false, start + ms(1)));
        let third = flight.sent(a, None, false, start + ms(2));
        assert_eq!(flight.standing(a, start + ms(3)), Standing::First(start));
        assert_eq!(flight.standing(b, start + ms(3)), Standing::Waiting);
        flight.answered(first, start + ms(4));
        assert_eq!(flight.standing(a, start + ms(5)), Standing::Waiting);
        assert_eq!(flight.standing(b, start + ms(5)), Standing::First(start + ms(4)));
        // What the server has answered says that all before it is over, whoever waits for that.
        flight.answered(third, start + ms(6));
        assert_eq!(flight.standing(b, start + ms(7)), Standing::Waiting);
        flight.answered(second, start + ms(8));
        assert_eq!(flight.load(start + ms(8)), Some(2));
    }

    #[test]
    fn what_waits_too_long_goes_elsewhere_and_nothing_follows() {
        let start = Instant::now();
        let mut flight = Flight::new(start);
        let (slow, quick) = (flight.enter().unwrap(), flight.enter().unwrap());
        let number = flight.sent(quick, None, false, start);
        flight.answered(number, start + ms(10));
        assert_eq!(flight.patience(), PATIENCE + ms(40));
        let late = flight.sent(slow, Some(key()), false, start + ms(20));
        let behind = flight.sent(quick, None, false, start + ms(80));
        let (before, after) = (start + ms(20) + ms(90), start + ms(20) + ms(91));
        assert_eq!((flight.standing(quick, before), flight.load(before)), (Standing::Waiting, Some(2)));
        assert_eq!((flight.standing(quick, after), flight.load(after)), (Standing::Behind, None));
        assert_eq!(flight.standing(slow, after), Standing::First(start + ms(20)));
        assert_eq!(flight.first(after), Some((key(), ms(91))));
        // The answer of the one behind it says so, too.
        assert_eq!(flight.answered(behind, after), Some((key(), ms(91))));
        assert_eq!(flight.answered(late, after), None);
    }

    #[test]
    fn an_answer_that_nobody_takes_is_late_when_it_was_looked_for() {
        let start = Instant::now();
        let (before, after) = (start + ms(10), start + ms(1_000));
        let sent = || {
            let mut flight = Flight::new(start);
            let (own, other) = (flight.enter().unwrap(), flight.enter().unwrap());
            let number = flight.sent(own, Some(key()), true, start);
            (flight, own, other, number)
        };
        // By nobody, or too early.
        let (mut flight, own, _, number) = sent();
        assert_eq!(flight.standing(own, before), Standing::First(start));
        assert_eq!((flight.load(after), flight.answered(number, after)), (Some(2), None));
        // By a neighbour, who cannot know whose statement it is.
        let (mut flight, _, other, number) = sent();
        assert_eq!(flight.standing(other, after), Standing::Behind);
        assert_eq!((flight.load(after), flight.answered(number, after)), (None, None));
        assert_eq!(flight.load(after), Some(2));
        // By who asked.
        let (mut flight, own, _, number) = sent();
        assert_eq!(flight.standing(own, after), Standing::First(start));
        assert_eq!((flight.load(after), flight.answered(number, after)), (None, Some((key(), ms(1_000)))));
        // Given up, it is taken and thrown away as it comes.
        let (mut flight, own, _, number) = sent();
        assert!(flight.give_up(own));
        assert_eq!((flight.load(after), flight.answered(number, after)), (None, Some((key(), ms(1_000)))));
    }

    #[test]
    fn what_was_not_sent_says_nothing_of_others() {
        let start = Instant::now();
        let mut flight = Flight::new(start);
        let (a, b) = (flight.enter().unwrap(), flight.enter().unwrap());
        flight.sent(a, None, false, start);
        let number = flight.sent(b, None, false, start);
        flight.unanswered(number);
        assert_eq!(flight.standing(a, start), Standing::First(start));
        assert!(flight.give_up(a) && !flight.give_up(b));
    }

    #[test]
    fn one_that_is_over_takes_no_more() {
        let start = Instant::now();
        let mut flight = Flight::new(start);
        let reader = flight.enter().unwrap();
        flight.end_if_idle();
        assert!(!flight.is_over() && !flight.end_if_deserted());
        flight.give_up(reader);
        assert!(flight.end_if_deserted());
        assert_eq!((flight.enter(), flight.load(start)), (None, None));
        assert_eq!(flight.standing(reader, start), Standing::Over);
        let mut full = Flight::new(start);
        assert!((0..MOST).all(|_| full.load(start).is_some() && full.enter().is_some()));
        assert_eq!(full.load(start), None);
        full.leave(start);
        assert_eq!(full.load(start), Some(MOST - 1));
    }
}
