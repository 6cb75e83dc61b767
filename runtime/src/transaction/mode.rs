//! Whether a transaction writes, as a type: a query's kind says what it does, and rustc compares.

use crate::db::Route;

/// A transaction that reads and writes.
#[derive(Clone, Copy, Debug)]
pub enum ReadWrite {}

/// A transaction that only reads: writes and queries that lock rows do not compile on it.
#[derive(Clone, Copy, Debug)]
pub enum ReadOnly {}

/// [`ReadWrite`] or [`ReadOnly`]: what a [`Transaction`](crate::Transaction) may do.
pub trait Mode: sealed::Sealed + 'static {
    #[doc(hidden)]
    const BEGIN: &'static str;
    #[doc(hidden)]
    const ROUTE: Route;
}

impl Mode for ReadWrite {
    // As the session has it.
    const BEGIN: &'static str = "";
    const ROUTE: Route = Route::Write;
}

impl Mode for ReadOnly {
    const BEGIN: &'static str = " READ ONLY";
    const ROUTE: Route = Route::Pinned;
}

mod sealed {
    /// Keeps the list of modes as it is.
    pub trait Sealed {}

    impl Sealed for super::ReadWrite {}
    impl Sealed for super::ReadOnly {}
}
