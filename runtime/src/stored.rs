//! What an object of a model does by itself: it is written, deleted, read again.
//!
//! In: an object and what it is run on. Out: one statement by its key; `save` and `refresh_from_db` leave the object as
//! the row is.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use crate::decode::Decode;
use crate::encode::{Build, build};
use crate::execute::Executor;
use crate::model::Model;
use crate::plan::{Frag, Param, Plan, Statement};
use crate::query::{Query, Read, Running, Write};

/// A model whose objects have a row of their own.
pub trait Stored: Model + Decode<Row = Self> + Clone {
    /// What is sent: for `save`, `delete` and `refresh_from_db` the text and then the slot and the type of each parameter,
    /// with a character between that no name has. One text, as rustc need not look into it: plans as values would cost it
    /// more than all else that a model is made of.
    const SENT: &'static str;
    /// Binds the columns that are written.
    fn written(&self, build: Build) -> Build;
    /// Binds the key.
    fn key(&self, build: Build) -> Build;
}

/// The statements of an object.
struct Plans<M: 'static> {
    /// Writes all columns and gives the row.
    save: Plan<M>,
    /// Deletes the row.
    delete: Plan<u64>,
    /// Reads the row.
    refresh: Plan<M>,
}

/// `object.save(executor)`.
pub fn save<'e, M: Stored, E: Executor<Write> + 'e>(object: &'e mut M, executor: E) -> Running<'e, ()> {
    let query: Query<M, Write> = object.written(build()).finish(&plans::<M>().save);
    replace(object, query.run(executor))
}

/// `object.delete(executor)`.
pub fn delete<'e, M: Stored, E: Executor<Write> + 'e>(object: &M, executor: E) -> Running<'e, u64> {
    let query: Query<u64, Write> = object.key(build()).finish(&plans::<M>().delete);
    query.run(executor)
}

/// `object.refresh_from_db(executor)`.
pub fn refresh<'e, M: Stored, E: Executor<Read> + 'e>(object: &'e mut M, executor: E) -> Running<'e, ()> {
    let query: Query<M, Read> = object.key(build()).finish(&plans::<M>().refresh);
    replace(object, query.run(executor))
}

/// The object is what comes back; as it was if that is an error.
fn replace<'e, M: Stored>(object: &'e mut M, row: Running<'e, M>) -> Running<'e, ()> {
    Running::new(async move {
        *object = row.await?;
        Ok(())
    })
}

/// Plans by their models.
type Known = HashMap<TypeId, &'static (dyn Any + Send + Sync)>;

/// The statements of a model's objects: made when they are first asked for, and kept as long as the program runs.
fn plans<M: Stored>() -> &'static Plans<M> {
    static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);
    let of = TypeId::of::<M>();
    // What a panic elsewhere left behind is a whole entry or none.
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&of).and_then(|any| any.downcast_ref());
    if let Some(plans) = known {
        return plans;
    }
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    // Another thread may have made them meanwhile.
    if let Some(plans) = known.get(&of).and_then(|any| any.downcast_ref()) {
        return plans;
    }
    let plans: &'static Plans<M> = Box::leak(Box::new(made(M::SENT)));
    known.insert(of, plans);
    plans
}

/// The statements that a text says.
fn made<M: Stored>(sent: &'static str) -> Plans<M> {
    let mut parts = sent.split('\u{1f}');
    let mut next = || {
        let (sql, params) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let params: Vec<Param> = params.split(',').filter_map(param).collect();
        Statement { sql: Frag::Text(sql), params: Vec::leak(params) }
    };
    Plans {
        save: Plan::record::<M>(M::NAME, next()),
        delete: Plan::affected(M::NAME, next()),
        refresh: Plan::one::<M>(M::NAME, next(), &[]).pinned(),
    }
}

/// `3:25`: the slot 3, whose value is of type 25.
fn param(text: &str) -> Option<Param> {
    let (slot, ty) = text.split_once(':')?;
    Some(Param { slot: slot.parse().ok()?, ty: ty.parse().ok()? })
}
