//! How connections are encrypted: not yet. A URL that requires it is refused by the driver when it connects.

use tokio_postgres::NoTls;

/// What makes a connection of a socket, for queries and for cancelling them.
pub(super) fn connector() -> NoTls {
    NoTls
}
