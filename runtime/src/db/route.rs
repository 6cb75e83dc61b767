//! Which server a statement goes to. There is one so far: replicas for reads find their place here.

use deadpool_postgres::Pool;

/// What a statement needs of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// To read rows.
    Read,
    /// To change or lock them.
    Write,
}

impl Route {
    pub(super) fn pick(self, primary: &Pool) -> &Pool {
        match self {
            Self::Read | Self::Write => primary,
        }
    }
}
