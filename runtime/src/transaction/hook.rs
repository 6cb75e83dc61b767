//! What is to happen once a transaction is committed, in the order it was asked for.
//!
//! In: closures, plain or async. Out: they run one after the other, or are dropped: all of them with the transaction,
//! those of a savepoint with the savepoint.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, FutureExt, ready};

/// A closure that waits for its commit.
type Hook = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// What a closure given to [`on_commit`](crate::Transaction::on_commit) may return: `()`, or a future of it.
#[diagnostic::on_unimplemented(
    message = "`on_commit` takes a closure that returns `()` or a future of `()`, found one that returns `{Self}`",
    note = "the transaction is committed when it runs: errors are handled in the closure"
)]
pub trait AfterCommit<Style> {
    #[doc(hidden)]
    fn ended(self) -> BoxFuture<'static, ()>;
}

/// How a plain closure is told from one that returns a future.
#[derive(Clone, Copy, Debug)]
pub enum Plain {}

/// How a closure that returns a future is told from a plain one.
#[derive(Clone, Copy, Debug)]
pub enum Awaited {}

impl AfterCommit<Plain> for () {
    fn ended(self) -> BoxFuture<'static, ()> {
        ready(()).boxed()
    }
}

impl<F: Future<Output = ()> + Send + 'static> AfterCommit<Awaited> for F {
    fn ended(self) -> BoxFuture<'static, ()> {
        self.boxed()
    }
}

/// The hooks of a transaction and all savepoints in it.
#[derive(Default)]
pub(super) struct Hooks(Mutex<Vec<Hook>>);

impl Hooks {
    pub(super) fn add<F, R, S>(&self, hook: F)
    where
        F: FnOnce() -> R + Send + 'static,
        R: AfterCommit<S>,
    {
        self.list().push(Box::new(|| hook().ended()));
    }

    /// How many there are.
    pub(super) fn mark(&self) -> usize {
        self.list().len()
    }

    /// Forgets those that came after a mark.
    pub(super) fn forget(&self, mark: usize) {
        let mut list = self.list();
        let kept = mark.min(list.len());
        let lost = list.split_off(kept);
        // What they hold may do anything when it is dropped.
        drop(list);
        drop(lost);
    }

    pub(super) fn take(&self) -> Vec<Hook> {
        std::mem::take(&mut *self.list())
    }

    fn list(&self) -> MutexGuard<'_, Vec<Hook>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
