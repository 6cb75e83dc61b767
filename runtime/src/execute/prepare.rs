//! A statement on its way: prepared where that is kept, as text and types in one message where it is not.
//!
//! In: a text with its values. Out: its rows as they come; of a text that nobody has compiled only if its columns are those
//! that are wanted. A statement of few rows that is sent for the first time is not prepared, as most of a connection's
//! first statements are their last. What a connection has met before goes the short way; all else is boxed, so that the future of the
//! short way stays small: it is moved from hand to hand.

use std::pin::{Pin, pin};

use deadpool_postgres::StatementCache;
use futures_util::future::join;
use postgres_types::Type;
use tokio_postgres::{RowStream, Statement};

use super::sql::Sql;
use super::wire::{Given, Wire, types};
use super::{Link, boxed, ended};
use crate::db::{Prepared, Statements, Watch, Within};
use crate::encode::Values;
use crate::error::Error;
use crate::observe::{self, kind};
use crate::plan::Work;
use crate::prefetch::NO_KEYS;

/// What keeps the statements of a connection.
#[derive(Clone, Copy)]
pub(crate) enum Cache<'c> {
    /// A connection of ours.
    Own(&'c Statements),
    /// One of somebody else's pool.
    Deadpool(&'c StatementCache),
}

impl<'c> Link<'c> {
    /// The same connection for the first statement of a query.
    pub(super) fn first(self, work: &Work) -> Self {
        Self { few: work.few, ..self }
    }

    /// A statement that this connection has met before.
    pub(super) fn known(self, sql: Sql<'_>, values: &Values) -> Option<Prepared> {
        match (self.cache, sql) {
            (Some(Cache::Own(statements)), Sql::Of(statement)) if !self.pooled => {
                statements.get(statement, values).filter(|known| self.fits(&known.statement).is_ok())
            }
            _ => None,
        }
    }

    /// Sends a text and gives its rows as they come.
    pub(crate) async fn flow(self, sql: Sql<'_>, values: &Values) -> Result<RowStream, Error> {
        let given = &Given { params: sql.params(), values, keys: NO_KEYS };
        let rows = match self.known(sql, values) {
            Some(known) => self.bound(&known.statement, given).await,
            None => boxed(|| self.unknown(sql, given)).await,
        };
        rows.map_err(|error| given.refused(error))
    }

    /// The same of one that this connection has not met.
    pub(super) async fn unknown(self, sql: Sql<'_>, given: &Given<'_>) -> Result<RowStream, Error> {
        let (values, wires) = (given.values, given.into_iter());
        let text = sql.text(values.mask);
        let types = types(&text, sql.params(), values);
        if let (Some(Cache::Own(statements)), Sql::Of(statement), true) =
            (self.cache, sql, self.goes_as_text(wires.clone()))
        {
            let rows = pin!(self.client.query_typed_raw(&text, wires.zip(types.clone())));
            let rows = self.pinned(rows);
            if !statements.met(statement, values) {
                return rows.await;
            }
            // It is prepared in the same flight, for the next time.
            let prepared = self.prepared(Cache::Own(statements), sql, &text, values, &types);
            let (prepared, rows) = join(prepared, rows).await;
            // What the first of them was refused for says more: in a transaction the second one only says that it was.
            return rows.map_err(|error| prepared.err().unwrap_or(error));
        }
        let statement = match self.cache {
            Some(cache) => self.fitting(cache, sql, &text, values, &types).await?,
            // A custom type is known only after preparation, and so are the columns before the statement is carried out.
            None if self.wanted.is_some() || self.custom || wires.clone().any(|wire| wire.is_late()) => {
                self.client.prepare_typed(&text, &types).await?
            }
            None => {
                return self.pinned(pin!(self.client.query_typed_raw(&text, wires.zip(types)))).await;
            }
        };
        self.fits(&statement)?;
        if self.pooled {
            // Its text is parsed anew each time, and described anew, as nobody tells when tables have changed. Of the
            // preparation stays which types there are: the driver would look them up before it reads the rows, which
            // are in the way of the answer.
            let typed = wires.zip(types).zip(statement.params()).map(|((wire, ty), known)| {
                let ty = if wire.is_late() { known.clone() } else { ty };
                (wire, ty)
            });
            return self.pinned(pin!(self.client.query_typed_raw(&text, typed))).await;
        }
        self.bound(&statement, given).await
    }

    /// Whether text and types may go in one message where a statement is not known yet, so that its first answer takes one
    /// round trip. The driver asks for types that it does not know when rows are on their way already, and the answer waits
    /// for these to be read, which they are not, if they are more than it keeps: so only where there are few, as
    /// the server's column may be of another type than the schema says.
    fn goes_as_text<'w>(self, mut wires: impl Iterator<Item = Wire<'w>>) -> bool {
        self.few && !self.custom && !self.pooled && self.wanted.is_none() && !wires.any(|wire| wire.is_late())
    }

    /// Sends a statement that is prepared. The driver's future has room for a preparation: it stands by itself, so that
    /// what surrounds it is small, and is as large as allocators give at once.
    pub(super) fn bound<'f>(
        self,
        statement: &'f Statement,
        given: &'f Given<'f>,
    ) -> Within<Pin<Box<impl Future<Output = Result<RowStream, tokio_postgres::Error>> + use<'c, 'f>>>> {
        self.pinned(boxed(|| self.client.query_raw(statement, given)))
    }

    /// Makes the types of a text's rows known to the driver, for rows of it that come of another text (`FETCH`): it would
    /// look them up before it reads the rows, which are in the way of the answer. They must have the wanted columns.
    /// Whether the server was asked.
    pub(crate) async fn learn(self, sql: Sql<'_>, values: &Values) -> Result<bool, Error> {
        let Some(cache) = self.cache.filter(|_| self.known(sql, values).is_none()) else { return Ok(false) };
        let text = sql.text(values.mask);
        let statement = self.fitting(cache, sql, &text, values, &types(&text, sql.params(), values)).await?;
        self.fits(&statement)?;
        Ok(true)
    }

    /// Prepares a text, anew if what there is has not the wanted columns: its tables may have been others then.
    pub(super) async fn fitting(
        self,
        cache: Cache<'c>,
        sql: Sql<'_>,
        text: &str,
        values: &Values,
        types: &[Type],
    ) -> Result<Statement, Error> {
        let statement = self.prepared(cache, sql, text, values, types).await?;
        if self.fits(&statement).is_ok() || !cache.forget(sql, values) {
            return Ok(statement);
        }
        self.prepared(cache, sql, text, values, types).await
    }

    async fn prepared(
        self,
        cache: Cache<'c>,
        sql: Sql<'_>,
        text: &str,
        values: &Values,
        types: &[Type],
    ) -> Result<Statement, Error> {
        if let (Cache::Own(statements), Sql::Of(statement)) = (cache, sql)
            && let Some(known) = statements.get(statement, values)
        {
            return Ok(known.statement);
        }
        let begun = self.watch.map(Watch::preparation);
        let prepare = async {
            Ok(match cache {
                Cache::Own(_) => self.client.prepare_typed(text, types).await?,
                Cache::Deadpool(cache) => cache.prepare_typed(self.client, text, types).await?,
            })
        };
        let meter = self.watch.and_then(Watch::meter).map(|meter| &**meter);
        let prepared = ended(begun, observe::prepared(meter, pin!(self.answer(prepare))).await)?;
        if let (Cache::Own(statements), Sql::Of(statement)) = (cache, sql) {
            statements.keep(statement, values, Prepared { statement: prepared.clone(), kind: kind::of(text) });
        }
        Ok(prepared)
    }

    /// Whether a statement has the columns that are wanted. Asked each time: that costs less than to remember.
    fn fits(self, statement: &Statement) -> Result<(), Error> {
        let Some(columns) = self.wanted else { return Ok(()) };
        columns.order(statement.columns()).map(drop).map_err(Error::unsent)
    }

    /// Forgets a statement that no longer fits its tables; whether there was one.
    pub(super) fn forget(self, sql: Sql<'_>, values: &Values) -> bool {
        self.cache.is_some_and(|cache| cache.forget(sql, values))
    }
}

impl Cache<'_> {
    fn forget(self, sql: Sql<'_>, values: &Values) -> bool {
        match (self, sql) {
            (Self::Own(statements), Sql::Of(statement)) => statements.forget(statement, values),
            (Self::Own(_), Sql::Text(_)) => false,
            (Self::Deadpool(cache), _) => {
                let text = sql.text(values.mask);
                cache.remove(&text, &types(&text, sql.params(), values)).is_some()
            }
        }
    }
}
