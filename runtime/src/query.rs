//! A query that has all its values and has not been sent.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use futures_util::future::BoxFuture;

use crate::borrowed::{Borrowed, BorrowedRow, Family};
use crate::db::Route;
use crate::encode::Values;
use crate::error::Error;
use crate::execute::{self, Executor, Reply};
use crate::plan::{self, Child, Plan, Work};
use crate::stream::{self, Rows};

/// A read of one statement, or of a page.
#[derive(Clone, Copy, Debug)]
pub enum Read {}
/// A read with prefetches.
#[derive(Clone, Copy, Debug)]
pub enum Nested {}
/// A read with prefetches in one flight: `pipelined()`.
#[derive(Clone, Copy, Debug)]
pub enum Pipelined {}
/// A write.
#[derive(Clone, Copy, Debug)]
pub enum Write {}
/// A read that locks its rows: on transactions only.
#[derive(Clone, Copy, Debug)]
pub enum Locking {}

/// What a query does to the database: [`Read`], [`Nested`], [`Pipelined`], [`Write`] or [`Locking`].
pub trait Kind: 'static {
    #[doc(hidden)]
    const ROUTE: Route;
}

/// The kinds that give their rows in chunks: all but [`Write`], whose work is done at once, and [`Pipelined`], which
/// waits for nothing between its statements.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` query does not give its rows in chunks",
    note = "the rows that a write returns come with `run`; those of a `pipelined()` query do, too: without it each chunk \
            has statements of its own"
)]
pub trait Chunked: Kind {}

impl Chunked for Read {}
impl Chunked for Nested {}
impl Chunked for Locking {}

macro_rules! kinds {
    ($($kind:ident $route:ident),*) => {$(
        impl Kind for $kind {
            const ROUTE: Route = Route::$route;
        }
    )*};
}

kinds! { Read Read, Nested Read, Pipelined Read, Write Write, Locking Write }

/// A query: what to ask, with which values, and which `T` the answer becomes.
///
/// It borrows nothing, is cheap to clone, and says nothing to the database until it is run. `K` says what it does there,
/// and so on what it can be run.
#[must_use = "a query does nothing until it is run"]
pub struct Query<T: 'static, K> {
    plan: &'static Plan<T>,
    values: Values,
    kind: PhantomData<fn() -> K>,
}

/// A query under way; dropping it gives the query up.
///
/// What runs it does not appear in its type: rustc would repeat an error about it for each part of the type, and compile it
/// again for each result. That is made of the reply in the end.
#[must_use = "futures do nothing unless awaited"]
pub struct Running<'e, T> {
    reply: BoxFuture<'e, Result<Reply, Error>>,
    decode: fn(Reply) -> Result<T, Error>,
}

impl<'e, T> Running<'e, T> {
    pub(crate) fn new(reply: BoxFuture<'e, Result<Reply, Error>>, decode: fn(Reply) -> Result<T, Error>) -> Self {
        Self { reply, decode }
    }
}

impl<T> Future for Running<'_, T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        match self.reply.as_mut().poll(task) {
            Poll::Ready(Ok(reply)) => Poll::Ready((self.decode)(reply)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<T> fmt::Debug for Running<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Running")
    }
}

impl<T: 'static, K> Clone for Query<T, K> {
    fn clone(&self) -> Self {
        Self { plan: self.plan, values: self.values.clone(), kind: PhantomData }
    }
}

impl<T: 'static, K> Query<T, K> {
    #[inline]
    pub(crate) fn new(plan: &'static Plan<T>, values: Values) -> Self {
        Self { plan, values, kind: PhantomData }
    }

    /// The text of all its statements, as they will be sent, joined by `;` and a new line.
    pub fn sql(&self) -> String {
        texts(&self.plan.work, self.values.mask)
    }

    /// How many statements it will send, if every level of its prefetches has rows: a number that was known when it was
    /// compiled. Those of one level are sent together, and all of a `pipelined()` query, which on a `Db` has BEGIN and COMMIT
    /// around them.
    pub fn round_trips(&self) -> usize {
        if self.values.is_idle() || self.values.problem().is_some() {
            return 0;
        }
        self.plan.work.statements
    }
}

impl<T: 'static, K: Kind> Query<T, K> {
    /// Sends it and waits for the answer.
    ///
    /// Dropping the future is safe: a pooled connection with an answer under way is not given back before it has come.
    #[inline]
    pub fn run<'e, E>(&self, executor: E) -> Running<'e, T>
    where
        E: Executor<K> + 'e,
    {
        let (plan, values, access) = (self.plan, self.values.clone(), executor.access::<'e>());
        Running::new(execute::run(&plan.work, values, access, plan.work.route(K::ROUTE)), plan.decode)
    }

    /// How the server would carry out its statements. Prefetches are not shown: their parents' keys are not known.
    pub fn explain<'e, E>(&self, executor: E) -> Running<'e, String>
    where
        E: Executor<K> + 'e,
    {
        self.explained("EXPLAIN ", executor)
    }

    /// As [`Query::explain`], with what was measured: the statements **are** carried out, writes too.
    pub fn explain_analyze<'e, E>(&self, executor: E) -> Running<'e, String>
    where
        E: Executor<K> + 'e,
    {
        self.explained("EXPLAIN (ANALYZE, BUFFERS) ", executor)
    }

    fn explained<'e, E>(&self, prefix: &'static str, executor: E) -> Running<'e, String>
    where
        E: Executor<K> + 'e,
    {
        let (work, values, access) = (&self.plan.work, self.values.clone(), executor.access::<'e>());
        Running::new(execute::explain(prefix, work, values, access, work.route(K::ROUTE)), plan::lines)
    }
}

impl<R: Send + 'static> Query<Vec<R>, Read> {
    /// Sends it and gives its rows as they arrive, in constant memory.
    ///
    /// On a `&Db` it has a connection of its own; on a transaction it reads a cursor in pieces, so that other statements
    /// may run between rows. On a plain client the rows must be read before its next statement is answered.
    pub fn stream<'e, E>(&self, executor: E) -> Rows<'e, R>
    where
        E: Executor<Read> + 'e,
    {
        stream::open(self.plan, self.values.clone(), executor.access::<'e>(), Vec::pop)
    }
}

impl<F: Family> Query<Borrowed<F>, Read> {
    /// Sends it and gives its rows as they arrive, each in a guard that its value borrows from; otherwise as the stream
    /// of rows that borrow nothing.
    pub fn stream<'e, E>(&self, executor: E) -> Rows<'e, BorrowedRow<F>>
    where
        E: Executor<Read> + 'e,
    {
        stream::open(self.plan, self.values.clone(), executor.access::<'e>(), Borrowed::pop)
    }
}

impl<F: Family, K: Chunked> Query<Borrowed<F>, K> {
    /// Sends it and gives its rows in chunks of `chunk_size`, each in a guard that its values borrow from; otherwise as
    /// the chunks of rows that borrow nothing.
    pub fn iterator<'e, E>(&self, executor: E, chunk_size: usize) -> Rows<'e, Borrowed<F>>
    where
        E: Executor<K> + 'e,
    {
        let route = self.plan.work.route(K::ROUTE);
        stream::chunks(self.plan, self.values.clone(), executor.access::<'e>(), route, chunk_size)
    }
}

impl<R: Send + 'static, K: Chunked> Query<Vec<R>, K> {
    /// Sends it and gives its rows in chunks of `chunk_size` (the last one has what is left), each with its prefetches:
    /// a statement for each chunk, and one for each prefetch of which the chunk has parents.
    ///
    /// On a `&Db` it has a connection and a transaction of its own: all chunks and their prefetches are as of one moment,
    /// and what functions of the query write is kept if they are read to the end. On a transaction, other statements may run between chunks; the rows are those that were there
    /// when it began. So may they on a plain client, for which the server computes all rows first and keeps them.
    ///
    /// Size 0 is [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput). After an error there are no more chunks.
    pub fn iterator<'e, E>(&self, executor: E, chunk_size: usize) -> Rows<'e, Vec<R>>
    where
        E: Executor<K> + 'e,
    {
        let route = self.plan.work.route(K::ROUTE);
        stream::chunks(self.plan, self.values.clone(), executor.access::<'e>(), route, chunk_size)
    }
}

impl<T: 'static, K> fmt::Debug for Query<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query").field("sql", &self.sql()).field("values", &self.values).finish_non_exhaustive()
    }
}

/// The text of all statements, joined.
fn texts(work: &'static Work, mask: u64) -> String {
    fn below(children: &[Child], mask: u64, out: &mut Vec<Cow<'static, str>>) {
        for child in children {
            out.push(child.statement.text(mask));
            below(child.children, mask, out);
        }
    }
    let mut out = work.first().map(|statement| statement.text(mask)).collect();
    below(work.children, mask, &mut out);
    out.join(";\n")
}
