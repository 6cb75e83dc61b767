//! What an object of a model does by itself: it is written, deleted, read again.
//!
//! In: an object and what it is run on. Out: one statement by its key; `save` and `refresh_from_db` leave the object as
//! the row is.

use crate::encode::{Build, build};
use crate::execute::Executor;
use crate::plan::Plan;
use crate::query::{Query, Read, Running, Write};

/// A model whose objects have a row of their own.
pub trait Stored: Clone + Send + Sync + 'static {
    /// What is sent.
    fn plans() -> &'static Plans<Self>;
    /// Binds the columns that are written.
    fn written(&self, build: Build) -> Build;
    /// Binds the key.
    fn key(&self, build: Build) -> Build;
}

/// The statements of an object.
pub struct Plans<M: 'static> {
    /// Writes all columns and gives the row.
    pub save: Plan<M>,
    /// Deletes the row.
    pub delete: Plan<u64>,
    /// Reads the row.
    pub refresh: Plan<M>,
}

/// `object.save(executor)`.
pub fn save<'e, M: Stored, E: Executor<Write> + 'e>(object: &'e mut M, executor: E) -> Running<'e, ()> {
    let query: Query<M, Write> = object.written(build()).finish(&M::plans().save);
    replace(object, query.run(executor))
}

/// `object.delete(executor)`.
pub fn delete<'e, M: Stored, E: Executor<Write> + 'e>(object: &M, executor: E) -> Running<'e, u64> {
    let query: Query<u64, Write> = object.key(build()).finish(&M::plans().delete);
    query.run(executor)
}

/// `object.refresh_from_db(executor)`.
pub fn refresh<'e, M: Stored, E: Executor<Read> + 'e>(object: &'e mut M, executor: E) -> Running<'e, ()> {
    let query: Query<M, Read> = object.key(build()).finish(&M::plans().refresh);
    replace(object, query.run(executor))
}

/// The object is what comes back; as it was if that is an error.
fn replace<'e, M: Stored>(object: &'e mut M, row: Running<'e, M>) -> Running<'e, ()> {
    Running::new(async move {
        *object = row.await?;
        Ok(())
    })
}
