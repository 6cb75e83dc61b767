//! Which connections of a pool are free, and who waits for one.
//!
//! In: connections that come back, places that become free, those who ask. Out: the connection that came back last, the
//! right to open one, or a number to wait with. Whoever waits longest is handed what comes next, and nobody but them can
//! have it. True afterwards: while somebody waits there is nothing free, and no more connections than there are places.
//!
//! Nothing here takes time: all of it is done under one lock, and what is to be woken or closed is given back.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::Instant;

use super::pool::PoolStatus;

/// The connections of one pool.
#[derive(Debug)]
pub(super) struct Shelf<C> {
    max: usize,
    /// How many are open.
    open: usize,
    /// How many may be opened by somebody who has the right to.
    opening: usize,
    /// The last one is the next.
    idle: Vec<C>,
    /// Whoever came first is the first.
    queue: VecDeque<Waiter>,
    /// What was handed to those who have not come for it.
    handed: Vec<(u64, Handed<C>)>,
    tickets: u64,
    /// When those are woken who have waited too long.
    alarm: Option<Instant>,
    closed: bool,
}

#[derive(Debug)]
struct Waiter {
    /// Those behind it have higher ones.
    ticket: u64,
    deadline: Instant,
    waker: Waker,
}

/// What somebody gets who asks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Handed<C> {
    /// A connection.
    One(C),
    /// The right to open one.
    Place,
}

/// What is said to somebody who asks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said<C> {
    /// Here it is.
    Handed(Handed<C>),
    /// Come again when woken, with this number; whether the alarm has to be set for that.
    Wait(u64, bool),
    /// There are no more.
    Closed,
}

impl<C> Shelf<C> {
    /// With room for so many.
    pub(super) fn new(max: usize) -> Self {
        Self {
            max,
            open: 0,
            opening: 0,
            idle: Vec::new(),
            queue: VecDeque::new(),
            handed: Vec::new(),
            tickets: 0,
            alarm: None,
            closed: false,
        }
    }

    /// One that is free.
    pub(super) fn take(&mut self) -> Option<C> {
        self.idle.pop()
    }

    /// One that is free, the right to open one, or a number to wait with.
    pub(super) fn ask(&mut self, deadline: Instant, waker: &Waker) -> Said<C> {
        if self.closed {
            return Said::Closed;
        }
        if let Some(one) = self.idle.pop() {
            return Said::Handed(Handed::One(one));
        }
        if self.open + self.opening < self.max {
            self.opening += 1;
            return Said::Handed(Handed::Place);
        }
        self.tickets += 1;
        self.queue.push_back(Waiter { ticket: self.tickets, deadline, waker: waker.clone() });
        let first = self.alarm.is_none_or(|at| deadline < at);
        if first {
            self.alarm = Some(deadline);
        }
        Said::Wait(self.tickets, first)
    }

    /// What has come for somebody who waits.
    pub(super) fn claim(&mut self, ticket: u64, waker: &Waker) -> Said<C> {
        if let Some(at) = self.handed.iter().position(|(to, _)| *to == ticket) {
            return Said::Handed(self.handed.swap_remove(at).1);
        }
        match self.place_of(ticket).and_then(|at| self.queue.get_mut(at)) {
            Some(waiter) => {
                waiter.waker.clone_from(waker);
                Said::Wait(ticket, false)
            }
            None => Said::Closed,
        }
    }

    /// Somebody does not wait any more: what was handed to them goes on. Whom to wake for that, and what to close.
    pub(super) fn leave(&mut self, ticket: u64) -> (Option<Waker>, Option<C>) {
        if let Some(at) = self.handed.iter().position(|(to, _)| *to == ticket) {
            return match self.handed.swap_remove(at).1 {
                Handed::One(one) => self.give(one),
                Handed::Place => (self.unused(), None),
            };
        }
        if let Some(at) = self.place_of(ticket) {
            self.queue.remove(at);
        }
        (None, None)
    }

    fn place_of(&self, ticket: u64) -> Option<usize> {
        self.queue.binary_search_by_key(&ticket, |waiter| waiter.ticket).ok()
    }

    /// One comes back. Whom to wake, and what to close.
    pub(super) fn give(&mut self, one: C) -> (Option<Waker>, Option<C>) {
        if self.closed {
            self.open -= 1;
            return (None, Some(one));
        }
        if let Some(first) = self.queue.pop_front() {
            self.handed.push((first.ticket, Handed::One(one)));
            return (Some(first.waker), None);
        }
        self.idle.push(one);
        (None, None)
    }

    /// One is closed: there is a place. Whom to wake.
    pub(super) fn gone(&mut self) -> Option<Waker> {
        self.open -= 1;
        self.offer()
    }

    /// A right to open one was not used. Whom to wake.
    pub(super) fn unused(&mut self) -> Option<Waker> {
        self.opening -= 1;
        self.offer()
    }

    fn offer(&mut self) -> Option<Waker> {
        let first = self.queue.pop_front()?;
        self.opening += 1;
        self.handed.push((first.ticket, Handed::Place));
        Some(first.waker)
    }

    /// One is closed, and whoever had it gets another or the right to open one, before all who wait.
    pub(super) fn instead(&mut self) -> Handed<C> {
        self.open -= 1;
        if let Some(one) = self.idle.pop() {
            return Handed::One(one);
        }
        self.opening += 1;
        Handed::Place
    }

    /// One was opened; whether it may be used.
    pub(super) fn opened(&mut self) -> bool {
        self.opening -= 1;
        self.open += 1;
        !self.closed
    }

    /// Takes out what is free and is as asked for, to be closed.
    pub(super) fn weed(&mut self, is_over: impl Fn(&C) -> bool) -> Vec<C> {
        // Nobody waits for the places: something was free.
        let over: Vec<C> = self.idle.extract_if(.., |one| is_over(one)).collect();
        self.open -= over.len();
        over
    }

    /// Those who have waited too long, and when to ask again.
    pub(super) fn overdue(&mut self, now: Instant) -> (Vec<Waker>, Option<Instant>) {
        let late =
            self.queue.iter().filter(|waiter| waiter.deadline <= now).map(|waiter| waiter.waker.clone()).collect();
        self.alarm = self.queue.iter().map(|waiter| waiter.deadline).filter(|at| *at > now).min();
        (late, self.alarm)
    }

    /// There are no more from now on. Whom to wake, and what to close.
    pub(super) fn close(&mut self) -> (Vec<Waker>, Vec<C>) {
        self.closed = true;
        let mut over = std::mem::take(&mut self.idle);
        let mut unused = 0;
        for (_, handed) in self.handed.drain(..) {
            match handed {
                Handed::One(one) => over.push(one),
                Handed::Place => unused += 1,
            }
        }
        self.open -= over.len();
        self.opening -= unused;
        (self.queue.drain(..).map(|waiter| waiter.waker).collect(), over)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(super) fn status(&self) -> PoolStatus {
        PoolStatus {
            max_size: self.max,
            size: self.open,
            available: self.idle.len(),
            waiting: self.queue.len() + self.opening,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;
    use std::time::{Duration, Instant};

    use super::{Handed, Said, Shelf};

    type Numbers = Shelf<u32>;

    fn asked(shelf: &mut Numbers) -> Said<u32> {
        shelf.ask(Instant::now() + Duration::from_mins(1), Waker::noop())
    }

    fn ticket(shelf: &mut Numbers) -> u64 {
        match asked(shelf) {
            Said::Wait(ticket, _) => ticket,
            said => panic!("there is nothing: {said:?}"),
        }
    }

    fn claimed(shelf: &mut Numbers, ticket: u64) -> Option<Handed<u32>> {
        match shelf.claim(ticket, Waker::noop()) {
            Said::Handed(handed) => Some(handed),
            Said::Wait(same, false) if same == ticket => None,
            said => panic!("{said:?}"),
        }
    }

    /// A shelf of one connection, which is out.
    fn out() -> Numbers {
        let mut shelf = Shelf::new(1);
        assert_eq!(asked(&mut shelf), Said::Handed(Handed::Place));
        assert!(shelf.opened());
        shelf
    }

    #[test]
    fn whoever_came_first_is_handed_what_comes_next() {
        let mut shelf = out();
        let tickets = [0; 3].map(|_| ticket(&mut shelf));
        assert!(shelf.give(7).0.is_some());
        // It is for the first alone, whoever comes before them.
        assert_eq!((shelf.take(), claimed(&mut shelf, tickets[1])), (None, None));
        assert!(matches!(asked(&mut shelf), Said::Wait(..)));
        assert_eq!(claimed(&mut shelf, tickets[0]), Some(Handed::One(7)));
        // One that is closed leaves a place.
        assert!(shelf.gone().is_some());
        assert_eq!(claimed(&mut shelf, tickets[1]), Some(Handed::Place));
        assert_eq!((shelf.status().size, shelf.status().waiting), (0, 3));
        assert!(shelf.opened() && shelf.give(8).0.is_some());
        assert_eq!(claimed(&mut shelf, tickets[2]), Some(Handed::One(8)));
    }

    #[test]
    fn what_somebody_does_not_come_for_goes_on() {
        let mut shelf = out();
        let tickets = [0; 4].map(|_| ticket(&mut shelf));
        shelf.give(7);
        assert!(shelf.leave(tickets[0]).0.is_some());
        // One who waits leaves no gap.
        assert!(shelf.leave(tickets[2]).0.is_none());
        assert_eq!(claimed(&mut shelf, tickets[1]), Some(Handed::One(7)));
        shelf.gone();
        // There is nobody left for the place.
        assert!(shelf.leave(tickets[3]).0.is_none());
        let status = shelf.status();
        assert_eq!((status.size, status.available, status.waiting), (0, 0, 0));
        assert_eq!(asked(&mut shelf), Said::Handed(Handed::Place));
        assert!(shelf.unused().is_none());
    }

    #[test]
    fn the_alarm_is_set_once_for_all() {
        let (mut shelf, now) = (out(), Instant::now());
        let ask = |shelf: &mut Numbers, seconds| match shelf.ask(now + Duration::from_secs(seconds), Waker::noop()) {
            Said::Wait(ticket, first) => (ticket, first),
            said => panic!("{said:?}"),
        };
        let (first, set) = ask(&mut shelf, 10);
        assert!(set && !ask(&mut shelf, 20).1 && ask(&mut shelf, 5).1);
        let at = |seconds| now + Duration::from_secs(seconds);
        let (late, next) = shelf.overdue(at(5));
        assert_eq!((late.len(), next), (1, Some(at(10))));
        // Who has a connection is not late.
        shelf.give(7);
        let (late, next) = shelf.overdue(at(10));
        assert_eq!((late.len(), next), (1, Some(at(20))));
        assert_eq!(claimed(&mut shelf, first), Some(Handed::One(7)));
        assert_eq!(shelf.overdue(at(20)).1, None);
        assert!(ask(&mut shelf, 30).1);
    }

    #[test]
    fn a_connection_that_is_of_no_use_is_replaced_by_whoever_has_it() {
        let mut shelf = Shelf::new(2);
        assert_eq!([0; 2].map(|_| asked(&mut shelf)), [0; 2].map(|_| Said::Handed(Handed::Place)));
        for n in [7, 8] {
            assert!(shelf.opened() && shelf.give(n).0.is_none());
        }
        assert_eq!(asked(&mut shelf), Said::Handed(Handed::One(8)));
        assert_eq!(shelf.instead(), Handed::One(7));
        assert_eq!(shelf.instead(), Handed::Place);
        assert_eq!((shelf.status().size, shelf.status().waiting), (0, 1));
        assert!(shelf.opened() && shelf.give(9).0.is_none());
        assert_eq!((shelf.weed(|n| *n == 9), shelf.status().size), (vec![9], 0));
    }

    #[test]
    fn when_it_is_closed_nobody_gets_anything() {
        let mut shelf = out();
        let tickets = [0; 2].map(|_| ticket(&mut shelf));
        shelf.give(7);
        let (woken, over) = shelf.close();
        assert_eq!((woken.len(), over), (1, vec![7]));
        for ticket in tickets {
            assert_eq!(shelf.claim(ticket, Waker::noop()), Said::Closed);
            assert!(shelf.leave(ticket).1.is_none());
        }
        assert_eq!(asked(&mut shelf), Said::Closed);
        assert_eq!((shelf.status().size, shelf.status().waiting), (0, 0));
        let mut shelf = out();
        shelf.close();
        assert_eq!((shelf.give(7).1, shelf.status().size), (Some(7), 0));
    }
}
