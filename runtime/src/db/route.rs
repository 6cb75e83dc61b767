//! Which server a statement goes to.
//!
//! Reads go to the replica with the fewest connections in use among those that are fit, in turn where several have as
//! few, and to the primary if none is fit. All else goes to the primary.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::node::Node;

/// What a statement needs of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// To read rows.
    Read,
    /// To read rows as they were last written: `using(primary)`, `db.primary()`.
    Pinned,
    /// To change or lock them.
    Write,
}

impl Route {
    /// The same, but never a replica.
    #[must_use]
    pub(crate) fn pinned(self, pinned: bool) -> Self {
        if pinned && self == Self::Read { Self::Pinned } else { self }
    }
}

/// What one handle of a database does with reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Reads {
    /// They go to the primary.
    pub(super) pinned: bool,
    /// Each has a connection of its own.
    pub(super) unshared: bool,
    /// Whether something was written through the handle; from then on they go to the primary.
    pub(super) written: Option<Arc<AtomicBool>>,
}

impl Reads {
    /// Where a statement of this handle goes, which is noted.
    pub(super) fn route(&self, route: Route) -> Route {
        let Some(written) = &self.written else {
            return route.pinned(self.pinned);
        };
        if route == Route::Write {
            written.store(true, Ordering::Release);
        }
        route.pinned(self.pinned || written.load(Ordering::Acquire))
    }
}

/// The one of `replicas` that the next read goes to; they are taken in turn where all else is equal.
pub(super) fn replica<'n>(replicas: &'n [Arc<Node>], turn: &AtomicUsize) -> Option<&'n Arc<Node>> {
    if replicas.is_empty() {
        return None;
    }
    let first = turn.fetch_add(1, Ordering::Relaxed) % replicas.len();
    let (before, from) = replicas.split_at(first);
    from.iter().chain(before).filter(|node| node.is_fit()).min_by_key(|node| node.load())
}

#[cfg(test)]
mod tests {
    use super::{Reads, Route};

    #[test]
    fn only_reads_are_pinned() {
        let pinned = [Route::Read, Route::Pinned, Route::Write].map(|route| route.pinned(true));
        assert_eq!(pinned, [Route::Pinned, Route::Pinned, Route::Write]);
        assert_eq!(Route::Read.pinned(false), Route::Read);
    }

    #[test]
    fn a_handle_may_read_its_own_writes() {
        let own = Reads { written: Some(std::sync::Arc::default()), ..Reads::default() };
        let (other, any) = (own.clone(), Reads::default());
        assert_eq!([own.route(Route::Read), own.route(Route::Pinned)], [Route::Read, Route::Pinned]);
        assert_eq!([own.route(Route::Read), own.route(Route::Write)], [Route::Read, Route::Write]);
        assert_eq!([own.route(Route::Read), other.route(Route::Read)], [Route::Pinned, Route::Pinned]);
        assert_eq!([any.route(Route::Write), any.route(Route::Read)], [Route::Write, Route::Read]);
    }
}
