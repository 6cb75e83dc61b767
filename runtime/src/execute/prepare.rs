//! A statement on its way: prepared where that is kept, as text and types in one message where it is not.
//!
//! In: a text with its values. Out: its rows as they come; of a text that nobody has compiled only if its columns are those
//! that are wanted.

use std::pin::pin;

use deadpool_postgres::StatementCache;
use postgres_types::{ToSql, Type};
use tokio_postgres::{RowStream, Statement};

use super::wire::{Wire, types, wires};
use super::{Link, ended};
use crate::db::Watch;
use crate::encode::Values;
use crate::error::Error;
use crate::observe;
use crate::plan::{self, Param};
use crate::prefetch::Keys;

impl Link<'_> {
    /// Sends a text and gives its rows as they come.
    pub(crate) async fn stream(
        self,
        sql: &str,
        params: &[Param],
        values: &Values,
        keys: &Keys,
    ) -> Result<RowStream, Error> {
        let wires = wires(params, values, keys)?;
        let types = types(sql, params, values);
        let statement = match self.cache {
            Some(cache) => self.fitting(cache, sql, &types).await?,
            // A custom type is known only after preparation, and so are the columns before the statement is carried out.
            None if self.wanted.is_some() || wires.iter().any(Wire::is_late) => {
                self.client.prepare_typed(sql, &types).await?
            }
            None => {
                let typed = wires.iter().zip(types).map(|(wire, ty)| (wire as &(dyn ToSql + Sync), ty));
                return self.answer(async { Ok(self.client.query_typed_raw(sql, typed).await?) }).await;
            }
        };
        self.fits(&statement)?;
        if self.pooled {
            // Its text is parsed anew each time, and described anew, as nobody tells when tables have changed. Of the
            // preparation stays which types there are: the driver would look them up before it reads the rows, which
            // are in the way of the answer.
            let typed = wires.iter().zip(types).zip(statement.params()).map(|((wire, ty), known)| {
                let ty = if wire.is_late() { known.clone() } else { ty };
                (wire as &(dyn ToSql + Sync), ty)
            });
            return self.answer(async { Ok(self.client.query_typed_raw(sql, typed).await?) }).await;
        }
        let wires = wires.iter().map(|wire| wire as &(dyn ToSql + Sync));
        self.answer(async { Ok(self.client.query_raw(&statement, wires).await?) }).await
    }

    /// Makes the types of a text's rows known to the driver, for rows of it that come of another text (`FETCH`): it would
    /// look them up before it reads the rows, which are in the way of the answer. They must have the wanted columns.
    pub(crate) async fn learn(self, sql: &str, params: &[Param], values: &Values) -> Result<(), Error> {
        if let Some(cache) = self.cache {
            let statement = self.fitting(cache, sql, &types(sql, params, values)).await?;
            self.fits(&statement)?;
        }
        Ok(())
    }

    /// Prepares a text, anew if what there is has not the wanted columns: its tables may have been others then.
    async fn fitting(self, cache: &StatementCache, sql: &str, types: &[Type]) -> Result<Statement, Error> {
        let statement = self.prepared(cache, sql, types).await?;
        if self.fits(&statement).is_ok() || cache.remove(sql, types).is_none() {
            return Ok(statement);
        }
        self.prepared(cache, sql, types).await
    }

    async fn prepared(self, cache: &StatementCache, sql: &str, types: &[Type]) -> Result<Statement, Error> {
        let begun = self.watch.map(Watch::preparation);
        let prepare = async { Ok(cache.prepare_typed(self.client, sql, types).await?) };
        let meter = self.watch.and_then(Watch::meter).map(|meter| &**meter);
        ended(begun, observe::prepared(meter, pin!(self.answer(prepare))).await)
    }

    /// Whether a statement has the columns that are wanted. Asked each time: that costs less than to remember.
    fn fits(self, statement: &Statement) -> Result<(), Error> {
        let Some((wanted, row)) = self.wanted else { return Ok(()) };
        plan::order(&wanted(), row, statement.columns()).map(drop).map_err(Error::unsent)
    }
}
