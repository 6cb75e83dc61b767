//! What an object of a model does by itself: it is written, deleted, read again.
//!
//! In: an object and what it is run on. Out: one statement by its key; `save` and `refresh_from_db` leave the object as
//! the row is.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use crate::encode::build;
use crate::execute::{Executor, Gathered, Reply};
use crate::model::Model;
use crate::parts::Parts;
use crate::plan::{self, Frag, Param, Plan, Statement};
use crate::query::{Query, Read, Running, Write};

/// `object.save(executor)`. What the objects of all models send is one text, as rustc need not look into it: a plan as a value
/// would cost it more than all else that a model is made of.
pub fn save<'e, M: Model, E: Executor<Write> + 'e>(
    object: &'e mut M,
    executor: E,
    sent: &'static str,
) -> Running<'e, ()> {
    static KNOWN: Plans = Plans::new();
    let plan = KNOWN.of::<M, Plan<M>>(|| Plan::record::<M>(M::NAME, statement::<M>(sent, 0)));
    let query: Query<M, Write> = bound(object, plan);
    replace(object, query.run(executor))
}

/// `object.delete(executor)`.
pub fn delete<'e, M: Model, E: Executor<Write> + 'e>(object: &M, executor: E, sent: &'static str) -> Running<'e, u64> {
    static KNOWN: Plans = Plans::new();
    let plan = KNOWN.of::<M, Plan<u64>>(|| Plan::affected(M::NAME, statement::<M>(sent, 1)));
    let query: Query<u64, Write> = bound(object, plan);
    query.run(executor)
}

/// `object.refresh_from_db(executor)`.
pub fn refresh<'e, M: Model, E: Executor<Read> + 'e>(
    object: &'e mut M,
    executor: E,
    sent: &'static str,
) -> Running<'e, ()> {
    static KNOWN: Plans = Plans::new();
    let plan = KNOWN.of::<M, Plan<M>>(|| Plan::one::<M>(M::NAME, statement::<M>(sent, 2), &[]).pinned());
    let query: Query<M, Read> = bound(object, plan);
    replace(object, query.run(executor))
}

/// The statement with the object's values: of its columns those that there are parameters for.
fn bound<M: Model, T, K>(object: &M, plan: &'static Plan<T>) -> Query<T, K> {
    let mut build = build();
    M::Parts::bind(object.__parts(), 0, plan.work.root.params, &mut build);
    build.finish(plan)
}

/// The object is what comes back; as it was if that is an error.
fn replace<'e, M: Model>(object: &'e mut M, row: Running<'e, M>) -> Running<'e, ()> {
    let replaced = async move {
        *object = row.await?;
        Ok(Reply::new(M::NAME, Gathered::None, 1, None))
    };
    Running::new(Box::pin(replaced), plan::nothing)
}

/// Plans by their models: made when they are first asked for, and kept as long as the program runs.
struct Plans(LazyLock<RwLock<Known>>);

/// A plan by its model.
type Known = HashMap<TypeId, &'static (dyn Any + Send + Sync)>;

impl Plans {
    const fn new() -> Self {
        Self(LazyLock::new(RwLock::default))
    }

    /// The plan of a model.
    fn of<M: 'static, P: Send + Sync>(&self, make: impl FnOnce() -> P) -> &'static P {
        let of = TypeId::of::<M>();
        // What a panic elsewhere left behind is a whole entry or none.
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&of).and_then(|any| any.downcast_ref());
        if let Some(plan) = known {
            return plan;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have made it meanwhile.
        if let Some(plan) = known.get(&of).and_then(|any| any.downcast_ref()) {
            return plan;
        }
        let plan: &'static P = Box::leak(Box::new(make()));
        known.insert(of, plan);
        plan
    }
}

/// The n-th statement of a model: what the text says of all is its name, and of each statement its own text and its
/// parameters, with characters between that no name has.
fn statement<M: Model>(sent: &'static str, n: usize) -> Statement {
    let of_model = |of: &'static str| of.strip_prefix(M::NAME)?.strip_prefix('\u{1f}');
    let mut parts = sent.split('\u{1e}').find_map(of_model).unwrap_or_default().split('\u{1f}').skip(2 * n);
    let (sql, params) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let params: Vec<Param> = params.split(',').filter_map(param).collect();
    Statement { sql: Frag::Text(sql), params: Vec::leak(params) }
}

/// `3:25`: the slot 3, whose value is of type 25.
fn param(text: &str) -> Option<Param> {
    let (slot, ty) = text.split_once(':')?;
    Some(Param { slot: slot.parse().ok()?, ty: ty.parse().ok()? })
}
