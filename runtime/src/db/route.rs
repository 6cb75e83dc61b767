//! Which server a statement goes to. There is one so far: replicas for reads find their place here.

use deadpool_postgres::Pool;

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

    pub(super) fn pick(self, primary: &Pool) -> &Pool {
        match self {
            Self::Read | Self::Pinned | Self::Write => primary,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn only_reads_are_pinned() {
        let pinned = [Route::Read, Route::Pinned, Route::Write].map(|route| route.pinned(true));
        assert_eq!(pinned, [Route::Pinned, Route::Pinned, Route::Write]);
        assert_eq!(Route::Read.pinned(false), Route::Read);
    }
}
