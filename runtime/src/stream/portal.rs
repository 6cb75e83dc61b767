//! A cursor of the server.
//!
//! In: a query and a connection. Out: its rows, as many at a time as are asked for; between them the connection serves
//! other statements. One that nobody reads on is closed.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio_postgres::Row;

use crate::encode::Values;
use crate::error::Error;
use crate::execute::{Lease, Link, Sql};
use crate::plan::Work;
use crate::prefetch::NO_KEYS;

/// What a cursor lives in, if nobody closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// A transaction of its own, on a connection of its own: their end is the cursor's.
    Own,
    /// A transaction that is there.
    Transaction,
    /// A connection in no transaction that we know of. The server keeps the rows.
    Connection,
}

/// A cursor; closed when dropped.
pub(super) struct Portal<'e> {
    lease: Lease<'e>,
    life: Life,
    name: String,
    open: bool,
}

impl<'e> Portal<'e> {
    pub(super) async fn declare(
        lease: Lease<'e>,
        life: Life,
        work: &'static Work,
        values: &Values,
    ) -> Result<Self, Error> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("nuages_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let hold = if life == Life::Connection { " WITH HOLD" } else { "" };
        let whole = match &lease {
            Lease::Pooled(pooled) => pooled.transaction(),
            Lease::Borrowed(link) => *link,
        };
        whole.wanting(work).learn(Sql::Of(&work.root), values).await?;
        let sql = format!("DECLARE {name} NO SCROLL CURSOR{hold} FOR {}", work.root.text(values.mask));
        // A cursor that is not there must not be closed in a transaction, which would fail with it; one that is there
        // would last as long as the transaction. From its first poll on DECLARE is on its way: then either the cursor is
        // there or the transaction has failed. Only a value whose type the server has to tell lets it wait.
        let open = life == Life::Connection || !values.has_late();
        let mut portal = Self { lease, life, name, open };
        let declare = Sql::Text(&(&sql, work.root.params));
        let declared = portal.link().unprepared().statement(declare, values, NO_KEYS).await;
        portal.open = declared.is_ok();
        declared.map(|_| portal)
    }

    /// The connection, for statements between two pieces.
    pub(super) fn link(&self) -> Link<'_> {
        match &self.lease {
            // A prepared statement that no longer fits its tables would end the transaction, and whoever reads from a
            // pool knows of none that could be tried again.
            Lease::Pooled(pooled) => pooled.transaction().unprepared(),
            Lease::Borrowed(link) => *link,
        }
    }

    /// The next rows: fewer only if there are no more.
    pub(super) async fn fetch(&self, rows: usize) -> Result<Vec<Row>, Error> {
        // The server's grammar has no larger numbers.
        let rows = i32::try_from(rows).map_or_else(|_| "ALL".to_owned(), |rows| rows.to_string());
        let sql = format!("FETCH FORWARD {rows} FROM {}", self.name);
        Ok(self.link().unprepared().statement(Sql::Text(&(&sql, &[])), &Values::default(), NO_KEYS).await?.rows)
    }

    /// Ends what was begun for it: a connection of the pool can go back.
    pub(super) async fn end(self) {
        if let Lease::Pooled(pooled) = &self.lease
            && pooled.link().script("COMMIT").await.is_ok()
        {
            pooled.settle();
        }
        // Otherwise it is mended, or closed; the rows are all there.
    }
}

impl Drop for Portal<'_> {
    fn drop(&mut self) {
        if self.open && self.life != Life::Own {
            self.link().queue(&format!("CLOSE {}", self.name));
        }
    }
}
